// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Machine.Tests;

/// <summary>Bochs as a child: streams, ends, parallel runs, no orphans.</summary>
public sealed partial class BochsTests : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder _folder = new();

    static TinyKernel Greeting => new TinyKernel().Open(TinyKernel.Com1).Open(TinyKernel.Com2);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PrintsEchoesAndShutsDown()
    {
        TinyKernel kernel = Greeting.Print(TinyKernel.Com2, "kernel is up\n").Print(TinyKernel.Com1, "hello\r\n").EchoUntil(TinyKernel.Com1, '!').Shutdown(TinyKernel.Com1);
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.Disc(kernel) });
        Transcript transcript = Transcript.Of(machine);
        int hello = await transcript.WaitForAsync(Hello(), s_limit);
        await machine.Console.WriteAsync(Encoding.UTF8.GetBytes("zwölf\nlast!"));
        MachineResult result = await machine.Ended.WaitAsync(s_limit);
        await transcript.Ended;

        Assert.Equal(MachineEnd.Shutdown, result.End);
        Assert.Equal(1, hello);
        Assert.Equal(["kernel| kernel is up", "hello", "zwölf", "last!"], transcript.Lines);
    }

    /// <summary>A guest that is slower than its input loses nothing: Bochs takes the next byte when the one before was read.</summary>
    [Fact]
    public async Task LongInputArrivesWhole()
    {
        string text = string.Concat(Enumerable.Range(0, 1200).Select(i => (char)('a' + (i % 26))));
        using BochsMachine machine = await BochsMachine.StartAsync(
            new() { IsoPath = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").EchoUntil(TinyKernel.Com1, '!').Shutdown(TinyKernel.Com1)) });
        Transcript transcript = Transcript.Of(machine);
        await machine.Console.WriteAsync(Encoding.ASCII.GetBytes(text + "!"));
        await machine.Ended.WaitAsync(s_limit);
        await transcript.Ended;
        Assert.Equal(["hello", text + "!"], transcript.Lines);
    }

    /// <summary>What Bochs' configuration would read something into.</summary>
    [Fact]
    public async Task AnyPathIsBooted()
    {
        string disc = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Shutdown(TinyKernel.Com1), "it's \"$HOME\", a=b #1.iso");
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = disc });
        Transcript transcript = Transcript.Of(machine);
        MachineResult result = await machine.Ended.WaitAsync(s_limit);
        await transcript.Ended;
        Assert.Equal(MachineEnd.Shutdown, result.End);
        Assert.Equal(["hello"], transcript.Lines);
    }

    [Fact]
    public async Task TripleFaultIsNamed()
    {
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.Disc(Greeting.TripleFault()) });
        _ = Transcript.Of(machine);
        MachineResult result = await machine.Ended.WaitAsync(s_limit);
        Assert.Equal(MachineEnd.TripleFault, result.End);
        Assert.Contains("triple fault", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GrubsErrorIsSeenOnTheKernelsConsole()
    {
        string elf = _folder.File("none.elf");
        await File.WriteAllTextAsync(elf, "no multiboot header in here");
        BootDisc.Create(elf, _folder.File("none.iso"));
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.File("none.iso") });
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(GrubError(), s_limit);
    }

    [Theory]
    [InlineData("broadwell_ult", 2)]
    [InlineData("corei7_skylake_x", 4)]
    public async Task ModelsAndProcessorsStart(string model, int processors)
    {
        Assert.Contains(model, BochsOptions.Models);
        string disc = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Shutdown(TinyKernel.Com1));
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = disc, Model = model, Processors = processors });
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(Hello(), s_limit);
        Assert.Contains($"{model}", await File.ReadAllTextAsync(machine.LogPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SeveralRunAtOnce()
    {
        string disc = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").EchoUntil(TinyKernel.Com1, '!').Shutdown(TinyKernel.Com1));
        async Task<IReadOnlyList<string>> Run(int number)
        {
            using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = disc });
            Transcript transcript = Transcript.Of(machine);
            await machine.Console.WriteAsync(Encoding.ASCII.GetBytes($"run {number}!"));
            await machine.Ended.WaitAsync(s_limit);
            await transcript.Ended;
            return transcript.Lines;
        }

        IReadOnlyList<string>[] all = await Task.WhenAll(Enumerable.Range(0, 6).Select(Run));
        for (int i = 0; i < all.Length; i++)
        {
            Assert.Equal(["hello", $"run {i}!"], all[i]);
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(99, false)]
    public async Task ALostRaceForTheScreensPortIsRunAgainButNotForEver(int losses, bool starts)
    {
        // Bochs binds its port with SO_REUSEADDR: of two that start in the same instant both do, and the one that listens later finds no port at all.
        string script = _folder.File("unlucky");
        await File.WriteAllTextAsync(script, $"""
            #!/bin/sh
            echo x >> "{_folder.File("starts")}"
            [ $(wc -l < "{_folder.File("starts")}") -gt {losses} ] && exec "{BochsProgram.Find().Executable}" "$@"
            echo '00000000000p[RFB   ] >>PANIC<< RFB could not bind any port between 5900 and 5949' > "$(sed -n 's/^log: //p' bochsrc)"
            exit 1
            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string disc = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Shutdown(TinyKernel.Com1));
        Task<BochsMachine> start = BochsMachine.StartAsync(new() { IsoPath = disc }, BochsProgram.Find() with { Executable = script }, CancellationToken.None);
        if (starts)
        {
            using BochsMachine machine = await start;
            await Transcript.Of(machine).WaitForAsync(Hello(), s_limit);
        }
        else
        {
            MachineException refused = await Assert.ThrowsAsync<MachineException>(() => start);
            Assert.Contains("could not bind any port", refused.Message, StringComparison.Ordinal);
            Assert.Equal(5, (await File.ReadAllLinesAsync(_folder.File("starts"))).Length);
        }
    }

    [Fact]
    public async Task DisposeLeavesNoProcessAndNoFolder()
    {
        BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Spin()) });
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(Hello(), s_limit);
        string log = machine.LogPath;
        Assert.True(File.Exists(log));
        Assert.Contains("bochs", await File.ReadAllTextAsync($"/proc/{machine.ProcessId}/cmdline"), StringComparison.Ordinal);

        machine.Dispose();
        Assert.Equal(MachineEnd.Killed, (await machine.Ended).End);
        Assert.False(Directory.Exists($"/proc/{machine.ProcessId}"));
        Assert.False(Directory.Exists(Path.GetDirectoryName(log)));
        await transcript.Ended.WaitAsync(s_limit);
    }

    /// <summary>A run that somebody else ended is no run that we ended.</summary>
    [Fact]
    public async Task ForeignSignalIsNamed()
    {
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Spin()) });
        await Transcript.Of(machine).WaitForAsync(Hello(), s_limit);
        using (var bochs = Process.GetProcessById(machine.ProcessId))
        {
            bochs.Kill();
        }

        Assert.Equal(new MachineResult(MachineEnd.Signal, "signal 9"), await machine.Ended.WaitAsync(s_limit));
    }

    /// <summary>The signal at the parent's death comes when the starting thread ends: it must not, however many threads come and go.</summary>
    [Fact]
    public async Task RunOutlivesTheThreadThatAskedForIt()
    {
        string disc = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").EchoUntil(TinyKernel.Com1, '!').Shutdown(TinyKernel.Com1));
        BochsMachine? machine = null;
        var thread = new Thread(() => machine = BochsMachine.StartAsync(new() { IsoPath = disc }).GetAwaiter().GetResult());
        thread.Start();
        thread.Join();
        using BochsMachine running = machine!;
        Transcript transcript = Transcript.Of(running);
        await transcript.WaitForAsync(Hello(), s_limit);
        await running.Console.WriteAsync("!"u8.ToArray());
        Assert.Equal(MachineEnd.Shutdown, (await running.Ended.WaitAsync(s_limit)).End);
    }

    [Fact]
    public async Task WrongOptionsAreOneLine()
    {
        string disc = _folder.Disc(Greeting.Spin());
        string gone = _folder.File("gone.iso");
        await Refused(new() { IsoPath = gone }, $"there is no image {gone}");
        await Refused(new() { IsoPath = _folder.Path }, $"there is no image {_folder.Path}");
        await Refused(new() { IsoPath = disc, Model = "abacus" }, "Bochs knows no processor 'abacus'; choose broadwell_ult or corei7_skylake_x");
        await Refused(new() { IsoPath = disc, Model = "pentium" }, "Bochs' processor 'pentium' lacks what the kernel needs of VT-x; choose broadwell_ult or corei7_skylake_x");
        await Refused(new() { IsoPath = disc, Processors = 0 }, "Bochs runs 1 to 8 processors, not 0");
        await Refused(new() { IsoPath = disc, Processors = 9 }, "Bochs runs 1 to 8 processors, not 9");
        string log = await Refused(new() { IsoPath = disc, MemoryMiB = -5 });
        Assert.StartsWith("Bochs did not start: ", log, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', log);
    }

    static async Task Refused(BochsOptions options, string message) => Assert.Equal(message, await Refused(options));

    static async Task<string> Refused(BochsOptions options) =>
        (await Assert.ThrowsAsync<MachineException>(() => BochsMachine.StartAsync(options))).Message;

    [Fact]
    public async Task WaitingEndsWithTheLastLines()
    {
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Spin()) });
        Transcript transcript = Transcript.Of(machine);
        await transcript.WaitForAsync(Hello(), s_limit);
        MachineException error = await Assert.ThrowsAsync<MachineException>(() => transcript.WaitForAsync(Never(), TimeSpan.FromMilliseconds(200)));
        Assert.Contains("did not come in 0.2 s", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("\n  hello", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitingEndsWithTheMachine()
    {
        using BochsMachine machine = await BochsMachine.StartAsync(new() { IsoPath = _folder.Disc(Greeting.Print(TinyKernel.Com1, "hello\n").Shutdown(TinyKernel.Com1)) });
        Transcript transcript = Transcript.Of(machine);
        var watch = Stopwatch.StartNew();
        MachineException error = await Assert.ThrowsAsync<MachineException>(() => transcript.WaitForAsync(Never(), s_limit));
        Assert.Contains("had not come when the machine ended", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < s_limit);
    }

    [GeneratedRegex("^hello$")]
    private static partial Regex Hello();

    [GeneratedRegex("^kernel\\| error: .*system\\.elf")]
    private static partial Regex GrubError();

    [GeneratedRegex("never")]
    private static partial Regex Never();
}
