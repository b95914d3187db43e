// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Muen.Sdk.Machine;
using Muen.Sdk.Machine.Tests;

namespace Muen.SystemTests;

/// <summary>`muen run` ends with 0 when the system did what it was started for, and otherwise with another code and one line that says why.</summary>
public sealed class RunTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static TinyKernel Kernel => new TinyKernel().Open(TinyKernel.Com1).Open(TinyKernel.Com2);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ShutdownIsAGoodEnd()
    {
        Command.Result result = await Run(Kernel.Print(TinyKernel.Com1, "done\n").Shutdown(TinyKernel.Com1));
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("done", result.OutputLines);
        Assert.Equal("muen: the machine shut down", Assert.Single(result.Complaints));
    }

    [Fact]
    public async Task EndOfTimeIsAGoodEndAndIsSaid()
    {
        Command.Result result = await Run(Kernel.Spin(), "--timeout", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("muen: the time of 1 s is up", Assert.Single(result.Complaints));
    }

    /// <summary>Nobody waits for a machine that stands.</summary>
    [Fact]
    public async Task PanicEndsTheRun()
    {
        Command.Result result = await Run(Kernel.Print(TinyKernel.Com2, "cpu 0: PANIC 8\r\n").Spin());
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("kernel| cpu 0: PANIC 8", result.OutputLines);
        Assert.StartsWith("muen: the kernel gave up on processor 0: PANIC 8 (ProcessorStart), ", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DiscWithoutASystemIsAFailure()
    {
        string iso = _folder.File("none.iso");
        BootDisc.Create(_folder.Write("none.elf", "no multiboot header in here"), iso);
        Command.Result result = await Command.Muen("run", iso);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("muen: GRUB could not start the system: ", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TripleFaultIsAFailure()
    {
        Command.Result result = await Run(Kernel.TripleFault());
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("muen: the machine stopped with a triple fault", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    /// <summary>Another build into the same folder begins by taking the image away; a run that is about to start has its own.</summary>
    [Fact]
    public async Task BuildOfAnotherDoesNotTakeTheImageAway()
    {
        string bochs = ExecutablePath.Find("bochs-bin")!;
        string output = _folder.File("out");
        string bin = Directory.CreateDirectory(_folder.File("bin")).FullName;
        string wrapper = _folder.Write("bin/bochs-bin", $"#!/bin/sh\n[ \"$1\" = --help ] || rm '{output}/system.iso' || exit\nexec '{bochs}' \"$@\"\n");
        File.SetUnixFileMode(wrapper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Command.Result result = await Command.RunAsync(
            Path.Combine(Command.Root, "muen"), ["run", "tests/bench/system.xml", "-o", output, "--timeout", "8", "--headless"], environment: new Dictionary<string, string> { ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}" });
        Assert.Contains(result.OutputLines, l => l.StartsWith("kernel| cpu 0: Muen for .NET: ", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(output, "system.iso")));
    }

    [Fact]
    public async Task KilledBochsIsAFailure()
    {
        string iso = Disc(Kernel.Print(TinyKernel.Com1, "hello\n").Spin());
        using Process run = Command.Start(
            "dotnet", [Path.Combine(Command.Root, "artifacts/bin/Muen.Sdk.Cli/release/muen.dll"), "run", iso], environment: new Dictionary<string, string> { ["TMPDIR"] = _folder.Path });
        string? line;
        do
        {
            line = await run.StandardOutput.ReadLineAsync();
            Assert.NotNull(line);
        }
        while (line != "hello");
        string bochs = Assert.Single(Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)), IsBochs);
        await Command.RunAsync("kill", ["-s", "KILL", Path.GetFileName(bochs)]);
        Assert.Equal("muen: the emulator was killed (signal 9)", (await run.StandardError.ReadToEndAsync()).Trim());
        await run.WaitForExitAsync();
        Assert.Equal(1, run.ExitCode);
    }

    Task<Command.Result> Run(TinyKernel kernel, params string[] options) => Command.Muen(["run", Disc(kernel), .. options]);

    string Disc(TinyKernel kernel)
    {
        string elf = _folder.File("system.elf");
        kernel.Write(elf);
        BootDisc.Create(elf, _folder.File("system.iso"));
        return _folder.File("system.iso");
    }

    bool IsBochs(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains($"-f\0{_folder.Path}", StringComparison.Ordinal)
                && File.ReadAllText(Path.Combine(process, "comm")).StartsWith("bochs", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
