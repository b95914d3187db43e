// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>samples/vt in Bochs: the VGA's text screen and the PS/2 keyboard, and the serial line beside them.</summary>
public sealed class TerminalTests : IDisposable
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KeysReachTheSubjectThatIsSeenAndBothScreensShowIt()
    {
        Command.Result built = await Command.Muen("build", Path.Combine(Command.Root, "samples/vt/system.xml"), "-o", _folder.File("out"));
        Assert.True(built.ExitCode == 0, built.All);
        using BochsMachine machine = await BochsMachine.StartAsync(new BochsOptions { IsoPath = _folder.File("out/system.iso"), Processors = 2 });
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        var serial = new TerminalScreen();
        _ = serial.FollowAsync(machine.Console);
        await serial.WaitForAsync(l => l[1].StartsWith('>'), s_limit, "alice's prompt");
        using VgaScreen vga = await VgaScreen.ConnectAsync(machine);

        // The keyboard, on the first terminal; the serial line shows the same screen.
        await vga.TypeAsync("It is\n");
        IReadOnlyList<string> lines = await vga.WaitForAsync(l => l[2] == "alice: It is" && l[3] == ">", s_limit, "alice's answer");
        IReadOnlyList<string> shown = Assert.Single(PageBlock.HeldBy("samples/vt/README.md", nameof(TerminalTests))).Lines;
        Assert.Equal(["This is alice. Type a line; `colours` and `lines` are commands.", "> It is", "alice: It is", ">", "...", " F1 alice  F2 bob  F3 counter"], shown);
        Assert.Equal(shown.Take(4), lines.Take(4));
        Assert.Equal(shown[^1], lines[24]);
        await serial.WaitForAsync(l => l[2] == "alice: It is", s_limit, "alice's answer");

        // The serial line's keys; bob has seen nothing of what alice was told.
        machine.Console.Write("\u001bOQto bob\r"u8);
        lines = await vga.WaitForAsync(l => l[2] == "bob: to bob" && l[3] == ">", s_limit, "bob's answer");
        Assert.Equal(["This is bob. Type a line; `colours` and `lines` are commands.", "> to bob", "bob: to bob", ">"], lines.Take(4));
        await serial.WaitForAsync(l => l[2] == "bob: to bob", s_limit, "bob's answer");
        Assert.Equal((' ', (byte)15, (byte)4), serial[24, 10]);

        // Back to alice, who scrolls and has not seen what bob was told.
        await vga.TypeAsync(VgaScreen.F1);
        await vga.WaitForAsync(l => l[2] == "alice: It is" && l[3] == ">", s_limit, "alice's screen as it was");
        await vga.TypeAsync("lines\n");
        lines = await vga.WaitForAsync(l => l[22] == "line 60", s_limit, "the last lines");
        Assert.Equal("line 38", lines[0]);
        await vga.PressAsync(VgaScreen.Shift, down: true);
        await vga.TypeAsync(VgaScreen.PageUp);
        await vga.PressAsync(VgaScreen.Shift, down: false);
        lines = await vga.WaitForAsync(l => l[0] == "line 26", s_limit, "earlier lines");
        Assert.EndsWith("(scrolled back)", lines[24], StringComparison.Ordinal);
        machine.Console.Write("x"u8);
        await vga.WaitForAsync(l => l[22] == "line 60" && l[23] == "> x", s_limit, "the newest lines");

        // The third subject runs all the while.
        await vga.TypeAsync(VgaScreen.F1 + 2);
        lines = await vga.WaitForAsync(l => l[0].StartsWith("counter: ", StringComparison.Ordinal), s_limit, "the counter");
        await vga.WaitForAsync(l => l[0].StartsWith("counter: ", StringComparison.Ordinal) && l[0] != lines[0], s_limit, "a counter that goes on");
        Assert.Single(kernel.Lines);
    }

    /// <summary>Each function key shows one of six terminals, whose subject alone gets the keys; colours and cursor are on the serial screen as they are on the VGA's.</summary>
    [Fact]
    public async Task SixTerminalsHaveSixFunctionKeysAndColoursAndCursors()
    {
        string[] names = ["ann", "ben", "cat", "dan", "eve", "fay"];
        Command.Result built = await Command.Muen("build", Path.Combine(Command.Root, "tests/systems/terminals.xml"), "-o", _folder.File("out"));
        Assert.True(built.ExitCode == 0, built.All);
        using BochsMachine machine = await BochsMachine.StartAsync(new BochsOptions { IsoPath = _folder.File("out/system.iso"), Processors = 2 });
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        var serial = new TerminalScreen();
        _ = serial.FollowAsync(machine.Console);
        await serial.WaitForAsync(l => l[1].StartsWith('>'), s_limit, "ann's prompt");
        using VgaScreen vga = await VgaScreen.ConnectAsync(machine);
        for (int i = names.Length - 1; i >= 0; i--)
        {
            await vga.TypeAsync(VgaScreen.F1 + (uint)i);
            await vga.WaitForAsync(l => l[0].StartsWith($"This is {names[i]}.", StringComparison.Ordinal) && l[1] == ">", s_limit, $"{names[i]}'s terminal, untouched");
            await vga.TypeAsync($"for {names[i]}\n");
            await vga.WaitForAsync(l => l[2] == $"{names[i]}: for {names[i]}" && l[3] == ">", s_limit, $"{names[i]}'s answer");
        }

        // All sixteen colours are letters, eight of them grounds; the cursor stands behind the prompt.
        await vga.TypeAsync("colours\n");
        IReadOnlyList<string> lines = await vga.WaitForAsync(l => l.Skip(5).Any(x => x == ">"), s_limit, "the colours");
        Assert.Equal(" F1 ann  F2 ben  F3 cat  F4 dan  F5 eve  F6 fay", lines[24]);
        int prompt = lines.ToList().LastIndexOf(">");
        await serial.WaitForAsync(
            l => l[prompt] == ">" && l[prompt - 1].EndsWith("15", StringComparison.Ordinal) && serial.Cursor == (prompt, 2) && serial.CursorVisible, s_limit, "the same, and the cursor behind the prompt");
        (char Character, byte Foreground, byte Background)[] cells = [.. from row in Enumerable.Range(4, prompt - 4) from column in Enumerable.Range(0, 80) select serial[row, column]];
        Assert.Equal(Enumerable.Range(0, 16), cells.Where(c => c.Character != ' ').Select(c => (int)c.Foreground).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, 8), cells.Select(c => (int)c.Background).Distinct().Order());
        Assert.Single(kernel.Lines);
    }
}
