// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>A sample with terminals that was built and booted: its serial screen, and keys by the serial line.</summary>
sealed class SampleScreen : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    readonly TemporaryFolder _folder;
    readonly BochsMachine _machine;
    readonly TerminalScreen _screen = new();
    readonly Transcript _kernel = new();

    SampleScreen(TemporaryFolder folder, BochsMachine machine)
    {
        _folder = folder;
        _machine = machine;
        _kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        _ = _screen.FollowAsync(machine.Console);
    }

    /// <summary>Builds and boots a sample on two processors.</summary>
    /// <param name="name">Its folder below samples.</param>
    internal static async Task<SampleScreen> BootAsync(string name)
    {
        var folder = new TemporaryFolder();
        Command.Result built = await Command.Muen("build", Path.Combine(Command.Root, "samples", name, "system.xml"), "-o", folder.File("out"));
        Assert.True(built.ExitCode == 0, built.All);
        return new(folder, await BochsMachine.StartAsync(new BochsOptions { IsoPath = folder.File("out/system.iso"), Processors = 2 }));
    }

    /// <summary>What the debug kernel printed; one line when nothing was stopped.</summary>
    internal IReadOnlyList<string> KernelLines => _kernel.Lines;

    /// <summary>Types; function keys are the sequences of a VT220.</summary>
    internal void Type(string keys) => _machine.Console.Write(System.Text.Encoding.ASCII.GetBytes(keys));

    /// <summary>Shows a terminal.</summary>
    /// <param name="number">1 to 4: F1 to F4.</param>
    internal void Show(int number) => Type("\u001bO" + (char)('P' + number - 1));

    /// <summary>Waits for a screen.</summary>
    internal async Task<IReadOnlyList<string>> WaitForAsync(Predicate<IReadOnlyList<string>> wanted, string what)
    {
        IReadOnlyList<string> found = [];
        await _screen.WaitForAsync(
            l =>
            {
                found = l;
                return wanted(l);
            },
            s_limit,
            what);
        return found;
    }

    /// <summary>Waits until a screen that nobody writes to is drawn to its end: the serial line is slow, and half of a number is a number too.</summary>
    internal async Task<IReadOnlyList<string>> SettledAsync()
    {
        IReadOnlyList<string> before;
        do
        {
            before = _screen.Lines;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        while (!before.SequenceEqual(_screen.Lines));
        return before;
    }

    public void Dispose()
    {
        _machine.Dispose();
        _folder.Dispose();
    }
}
