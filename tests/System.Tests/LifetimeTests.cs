// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Muen.Sdk.Machine;
using Muen.Sdk.Machine.Tests;

namespace Muen.SystemTests;

/// <summary>However a run ends, no Bochs is left.</summary>
public sealed class LifetimeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("KILL", 137)]
    public async Task SignalEndsBochsToo(string signal, int exitCode)
    {
        string elf = _folder.File("hello.elf");
        new TinyKernel().Open(TinyKernel.Com1).Print(TinyKernel.Com1, "hello\n").Spin().Write(elf);
        string iso = _folder.File("hello.iso");
        BootDisc.Create(elf, iso);

        // Bochs' command line names its temporary folder, which lies in ours. Below `nohup` and in the background of a shell some signals are ignored; not here.
        using Process run = Command.Start("env", ["--default-signal", "dotnet", Path.Combine(Command.Root, "artifacts/bin/Muen.Sdk.Cli/release/muen.dll"), "run", iso], environment: new Dictionary<string, string> { ["TMPDIR"] = _folder.Path });
        string? line;
        do
        {
            line = await run.StandardOutput.ReadLineAsync();
            Assert.NotNull(line);
        }
        while (line != "hello");
        Assert.Single(Bochs());

        await Command.RunAsync("kill", ["-s", signal, $"{run.Id}"]);
        await run.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        Assert.Equal(exitCode, run.ExitCode);
        for (int i = 0; i < 50 && Bochs().Count > 0; i++)
        {
            await Task.Delay(100);
        }

        Assert.Empty(Bochs());
        if (signal != "KILL")
        {
            Assert.Empty(Directory.GetDirectories(_folder.Path, "muen-bochs-*"));
        }
    }

    List<string> Bochs()
    {
        List<string> found = [];
        foreach (string process in Directory.GetDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            try
            {
                string command = File.ReadAllText(Path.Combine(process, "cmdline"));
                if (command.Contains("bochs", StringComparison.Ordinal) && command.Contains(Path.Combine(_folder.Path, "muen-bochs-"), StringComparison.Ordinal))
                {
                    found.Add(command);
                }
            }
            catch (IOException)
            {
                // It ended in between.
            }
        }

        return found;
    }
}
