// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>samples/xv6-monitor in Bochs: unmodified guests of Debian's packages on virtual terminals.</summary>
public sealed class GuestTests : IDisposable
{
    const uint Left = VgaScreen.Left;
    const uint Right = VgaScreen.Right;

    /// <summary>Columns that the ship moves before the test is content.</summary>
    const int Way = 8;

    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    readonly TemporaryFolder _folder = new();

    /// <summary>A halted guest, and a status line.</summary>
    static readonly IReadOnlyList<PageBlock> s_shown = PageBlock.HeldBy("samples/xv6-monitor/README.md", nameof(GuestTests));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task InvadersIsPlayedWhileItsNeighbourAnswers()
    {
        using BochsMachine machine = await BootAsync("samples/xv6-monitor/invaders.xml");
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
        Assert.Equal(lines[24], Assert.Single(s_shown[^1].Lines));
        await vga.TypeAsync(VgaScreen.F1);
        await vga.WaitForAsync(l => Aliens(l) > 0 && Ship(l) >= 0, s_limit, "the game again");
        Assert.Single(kernel.Lines);
    }

    /// <summary>A pass of its first four tests, chosen in its own menu, over 6 MiB; all of its tests take longer than a test may.</summary>
    [Fact]
    public async Task MemtestFindsNoErrors()
    {
        using BochsMachine machine = await BootAsync("samples/xv6-monitor/memtest.xml");
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        using VgaScreen vga = await VgaScreen.ConnectAsync(machine);
        await SeeAsync("Status: Testing");
        (string Keys, string Answer)[] menu =
            [("1", "Skip current test"), ("1", "Current selection"), ("1", " ..........."), ("4", "Enter first test"), ("0\n", "Enter last test"), ("3\n", " ****......."), ("0", "Skip current test")];
        foreach ((string keys, string answer) in menu)
        {
            await vga.TypeAsync(keys);
            await SeeAsync(answer);
        }
        await vga.TypeAsync("0");
        IReadOnlyList<string> lines = await vga.WaitForAsync(l => Regex.IsMatch(l[8], "Pass: +[1-9]"), TimeSpan.FromMinutes(3), "the end of a pass");
        Assert.Contains("Memtest86+ v6", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Memory  :    6MB", lines[5], StringComparison.Ordinal);
        Assert.Matches("Errors: 0 *$", lines[8]);
        Assert.Single(kernel.Lines);

        Task<IReadOnlyList<string>> SeeAsync(string text) => vga.WaitForAsync(l => l.Any(x => x.Contains(text, StringComparison.Ordinal)), s_limit, text);
    }

    /// <summary>Three guests do what is not emulated, one after the other, and one stops: each is halted with its state on its own terminal, and the others do not notice.</summary>
    [Fact]
    public async Task MisbehavingGuestsAreHaltedAndTheOthersGoOn()
    {
        using BochsMachine machine = await BootAsync(
            "tests/systems/guests.xml", Given("port.elf", MisbehavingGuests.Port()), Given("memory.elf", MisbehavingGuests.Memory()), Given("fault.elf", MisbehavingGuests.Fault()),
            Given("stopped.elf", MisbehavingGuests.Stop()));
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        using VgaScreen vga = await VgaScreen.ConnectAsync(machine);
        await vga.WaitForAsync(l => Aliens(l) > 0, s_limit, "invaders");

        string eip = $"eip {MisbehavingGuests.Crime:x8} eflags ";
        string registers = "ebx 11112222 ecx 33334444 ";
        IReadOnlyList<string> dump = await DumpAsync(vga, 1);
        Assert.Equal("guest halted: it writes to a port in a way that is not emulated", dump[0]);
        Assert.StartsWith("exit 30 qualification 56780001 length 2 ", dump[1], StringComparison.Ordinal);
        Assert.StartsWith($"eax 1badcafe {registers}edx 00005678", dump[4], StringComparison.Ordinal);
        Assert.All(s_shown[0].Lines.Where(l => l != "..."), line => Assert.Contains(dump, l => l.StartsWith(line, StringComparison.Ordinal)));
        Assert.Matches("^[1-9][0-9]* exits in [1-9][0-9]* ms, ", dump[3]);
        Assert.Contains("edi 55556666 ebp 77770888", dump[5], StringComparison.Ordinal);
        Assert.StartsWith(eip, dump[8], StringComparison.Ordinal);
        Assert.Contains(dump, l => l.StartsWith("code at eip: 66ef9090", StringComparison.Ordinal));
        Assert.Contains(dump, l => l.StartsWith($"stack {MisbehavingGuests.Stack - 4:x8}: dec0fe5a", StringComparison.Ordinal));

        dump = await DumpAsync(vga, 2);
        Assert.Equal("guest halted: it uses memory that it does not have", dump[0]);
        Assert.StartsWith($"guest-physical {MisbehavingGuests.Hole:x8} linear {MisbehavingGuests.Hole:x8} ", dump[2], StringComparison.Ordinal);
        Assert.StartsWith($"eax 1badcafe {registers}", dump[4], StringComparison.Ordinal);
        Assert.StartsWith(eip, dump[8], StringComparison.Ordinal);

        dump = await DumpAsync(vga, 3);
        Assert.Equal("guest halted: a triple fault", dump[0]);
        Assert.StartsWith($"eax 1badcafe {registers}", dump[4], StringComparison.Ordinal);
        Assert.StartsWith(eip, dump[8], StringComparison.Ordinal);

        // A processor that stands still with interrupts off shows where, when it is asked.
        dump = await DumpAsync(vga, 5, VgaScreen.F1 + 10);
        Assert.Equal("guest halted: F11 was pressed", dump[0]);
        Assert.StartsWith("exit 12 ", dump[1], StringComparison.Ordinal);
        Assert.StartsWith($"eax 1badcafe {registers}", dump[4], StringComparison.Ordinal);
        Assert.StartsWith($"eip {MisbehavingGuests.Crime + 1:x8} eflags ", dump[8], StringComparison.Ordinal);

        // Whoever is left plays and answers.
        await vga.TypeAsync(VgaScreen.F1);
        IReadOnlyList<string> lines = await vga.WaitForAsync(l => Aliens(l) > 0 && Ship(l) >= 0, s_limit, "the game again");
        int start = Ship(lines);
        await vga.PressAsync(Right, down: true);
        await vga.WaitForAsync(l => Ship(l) >= start + Way, s_limit, "the ship further to the right");
        await vga.PressAsync(Right, down: false);
        await vga.TypeAsync(VgaScreen.F1 + 4);
        await vga.TypeAsync("still\n");
        await vga.WaitForAsync(l => l[2] == "alice: still", s_limit, "alice's answer");
        Assert.Single(kernel.Lines);
    }

    /// <summary>A VM is a client of the crypter on another processor: the digest that it prints is that of .NET.</summary>
    [Fact]
    public async Task AVirtualMachineHasItsMessageHashed()
    {
        byte[] message = "isolation is what it does"u8.ToArray();
        using BochsMachine machine = await BootAsync("tests/systems/hashing-guest.xml", Given("guest.elf", HashingGuest.Make(message)));
        var kernel = new Transcript();
        kernel.Attach(machine.KernelConsole, Transcript.KernelPrefix);
        var serial = new TerminalScreen();
        _ = serial.FollowAsync(machine.Console);
        await serial.WaitForAsync(l => l[1].Length == 64, s_limit, "a digest");
        Assert.Equal("This is a virtual machine. Its digest, by a subject in C#:", serial.Lines[0]);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(message)), serial.Lines[1]);
        Assert.Single(kernel.Lines);
    }

    /// <summary>Goes to a terminal, presses keys there, and waits for all of the dump.</summary>
    static async Task<IReadOnlyList<string>> DumpAsync(VgaScreen vga, uint terminal, uint? next = null)
    {
        await vga.TypeAsync(VgaScreen.F1 + terminal);
        await vga.WaitForAsync(l => l[0] == "G", s_limit, "the guest that waits for a key");
        await vga.TypeAsync('x');
        if (next is { } key)
        {
            await vga.TypeAsync(key);
        }

        return await vga.WaitForAsync(l => l.Count(x => x.StartsWith("stack ", StringComparison.Ordinal)) == 4, s_limit, "the guest's state");
    }

    /// <summary>An argument that gives the build a file.</summary>
    string Given(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return $"--file={name}={_folder.File(name)}";
    }

    async Task<BochsMachine> BootAsync(string policy, params string[] arguments)
    {
        Command.Result built = await Command.Muen(["build", Path.Combine(Command.Root, policy), "-o", _folder.File("out"), .. arguments]);
        Assert.True(built.ExitCode == 0, built.All);
        return await BochsMachine.StartAsync(new BochsOptions { IsoPath = _folder.File("out/system.iso"), Processors = 2 });
    }

    static int Aliens(IReadOnlyList<string> lines) => lines.Take(20).Sum(l => l.Split("-*-").Length - 1);

    /// <summary>Column of the ship's tip, or -1 while it is being drawn.</summary>
    static int Ship(IReadOnlyList<string> lines) => lines[23].IndexOf('_', StringComparison.Ordinal);
}
