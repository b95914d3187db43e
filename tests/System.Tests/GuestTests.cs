// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>samples/xv6-monitor in Bochs: unmodified guests of Debian's packages on virtual terminals.</summary>
public sealed class GuestTests : IDisposable
{
    const uint Left = 0xFF51;
    const uint Right = 0xFF53;

    /// <summary>Columns that the ship moves before the test is content.</summary>
    const int Way = 8;

    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task InvadersIsPlayedWhileItsNeighbourAnswers()
    {
        using BochsMachine machine = await BootAsync("invaders");
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        var serial = new TerminalScreen();
        _ = serial.FollowAsync(machine.Console);
        await serial.WaitForAsync(l => l.Any(x => x.Contains("-*-", StringComparison.Ordinal)), s_limit, "the invaders");
        using VgaScreen vga = await VgaScreen.ConnectAsync(machine);
        IReadOnlyList<string> lines = await vga.WaitForAsync(l => Ship(l) >= 0 && Aliens(l) > 0, s_limit, "invaders and a ship");
        int start = Ship(lines);

        // The ship goes where the keys send it, for as long as they are held.
        await vga.PressAsync(Right, down: true);
        lines = await vga.WaitForAsync(l => Ship(l) >= start + Way, s_limit, "the ship further to the right");
        await vga.PressAsync(Right, down: false);
        int right = Ship(lines);
        await vga.PressAsync(Left, down: true);
        await vga.WaitForAsync(l => Ship(l) >= 0 && Ship(l) <= right - Way, s_limit, "the ship back to the left");
        await vga.PressAsync(Left, down: false);

        // A shot flies between the ship and the invaders.
        await vga.PressAsync(' ', down: true);
        await vga.WaitForAsync(l => l.Skip(10).Take(12).Any(x => x.Contains('|', StringComparison.Ordinal)), s_limit, "a shot");
        await vga.PressAsync(' ', down: false);

        // Another terminal, whose subject has seen none of these keys; then the game, which has seen none of its.
        await vga.TypeAsync(VgaScreen.F1 + 1);
        await vga.TypeAsync("hello\n");
        lines = await vga.WaitForAsync(l => l[2] == "alice: hello", s_limit, "alice's answer");
        Assert.Equal("> hello", lines[1]);
        Assert.Equal(" F1 invaders  F2 alice", lines[24]);
        await vga.TypeAsync(VgaScreen.F1);
        await vga.WaitForAsync(l => Aliens(l) > 0 && Ship(l) >= 0, s_limit, "the game again");
        Assert.Single(kernel.Lines);
    }

    async Task<BochsMachine> BootAsync(string name)
    {
        Command.Result built = await Command.Muen("build", Path.Combine(Command.Root, $"samples/xv6-monitor/{name}.xml"), "-o", _folder.File("out"));
        Assert.True(built.ExitCode == 0, built.All);
        return await BochsMachine.StartAsync(new BochsOptions { IsoPath = _folder.File("out/system.iso"), Processors = 2 });
    }

    static int Aliens(IReadOnlyList<string> lines) => lines.Take(20).Sum(l => l.Split("-*-").Length - 1);

    /// <summary>Column of the ship's tip, or -1 while it is being drawn.</summary>
    static int Ship(IReadOnlyList<string> lines) => lines[23].IndexOf('_', StringComparison.Ordinal);
}
