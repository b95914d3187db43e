// SPDX-License-Identifier: MIT

using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>VM subjects on the kernel in Bochs: a guest with its own paging, bounded by EPT.</summary>
public sealed class VmSubjectTests : IDisposable
{
    const uint Code = 0x10_0000;
    const uint Directory = 0x10_4000;
    const uint Board = 0x20_0000;
    const uint Nothing = 0x30_0000;
    const int Rounds = 100_000;
    const int PausingRounds = 1000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The guest turns its own paging on (one page of 4 MiB maps the first 4 MiB to themselves), counts in memory that it shares with the judge, and reads where its
    /// EPT maps nothing: the kernel stops it there, and the judge goes on.
    /// </summary>
    [Fact]
    public async Task GuestRunsOnItsOwnPagingAndStopsAtTheEndOfItsMemory()
    {
        await File.WriteAllBytesAsync(_folder.File("guest.elf"), GuestBinaries.Elf32(Code, (Code, 0x8000, Guest())));
        _folder.Write("system.xml", Policy(Path.Combine(Command.Root, "tests/systems/Actors.csproj")));
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(_folder.File("system.xml"), _folder.File("out"));
        Assert.Contains($"guest_board rounds {Rounds} worst 0 wrong 0", lines);
        string stop = Assert.Single(lines, l => l.StartsWith("kernel|", StringComparison.Ordinal) && l.Contains("trap", StringComparison.Ordinal));
        Assert.Contains("subject 0 \"guest\": trap 48 (EPT violation)", stop, StringComparison.Ordinal);
        Assert.Contains("guest physical address 0x300000 ", stop, StringComparison.Ordinal);
        Assert.EndsWith("-> stopped", stop, StringComparison.Ordinal);
    }

    /// <summary>
    /// A guest that waits by PAUSE, whose trap gives the turn away: the kernel moves it past the instruction, so it goes on when it has the turn again. Its partner
    /// does nothing but yield.
    /// </summary>
    [Fact]
    public async Task PauseWhoseTrapYieldsIsCompleted()
    {
        await File.WriteAllBytesAsync(_folder.File("guest.elf"), GuestBinaries.Elf32(Code, (Code, 0x8000, PausingGuest())));
        string pauses = """
            <vcpu><vmx><controls><proc><PAUSEExiting>1</PAUSEExiting></proc></controls></vmx></vcpu>
            <events><source><group name="vmx_exit"><event id="pause"><yield/></event></group></source></events>
            """;
        string partner = """
            <subject name="spinner">
              <component ref="actors"/>
              <memory><memory logical="board" physical="spinner_board" writable="true"/></memory>
              <events><source><event logical="yield"><yield/></event></source></events>
            </subject>
            """;
        string policy = Policy(Path.Combine(Command.Root, "tests/systems/Actors.csproj"))
            .Replace("<component ref=\"guest\"/>", "<component ref=\"guest\"/>" + pauses, StringComparison.Ordinal)
            .Replace("<subject name=\"vm_judge\">", partner + "<subject name=\"vm_judge\">", StringComparison.Ordinal)
            .Replace("</memory>\n  <components>", "<memory name=\"spinner_board\" size=\"4K\"/></memory>\n  <components>", StringComparison.Ordinal)
            .Replace("<majorFrame>", """<partitions><partition name="p"><group><subject name="guest"/></group><group><subject name="spinner"/></group></partition></partitions><majorFrame>""", StringComparison.Ordinal)
            .Replace("minorFrame subject=\"guest\"", "minorFrame partition=\"p\"", StringComparison.Ordinal);
        _folder.Write("system.xml", policy);
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(_folder.File("system.xml"), _folder.File("out"));
        Assert.Contains($"guest_board rounds {PausingRounds} worst 0 wrong 0", lines);
        string stop = Assert.Single(lines, l => l.StartsWith("kernel|", StringComparison.Ordinal) && l.Contains("trap", StringComparison.Ordinal));
        Assert.Contains("subject 0 \"guest\": trap 48 (EPT violation)", stop, StringComparison.Ordinal);
    }

    static byte[] PausingGuest()
    {
        var a = new Assembler(32);
        Label again = a.CreateLabel();
        a.Label(ref again);
        a.pause();
        a.inc(__dword_ptr[Board]);
        a.cmp(__dword_ptr[Board], PausingRounds);
        a.jne(again);
        a.mov(eax, __dword_ptr[Nothing]);
        a.hlt();
        return Assemble(a);
    }

    static byte[] Guest()
    {
        var a = new Assembler(32);
        Label again = a.CreateLabel();
        a.mov(__dword_ptr[Directory], 0x83);        // present, writable, 4 MiB
        a.mov(eax, (int)Directory);
        a.mov(cr3, eax);
        a.mov(eax, cr4);
        a.or(eax, 0x10);                            // PSE
        a.mov(cr4, eax);
        a.mov(eax, cr0);
        a.or(eax, unchecked((int)0x8000_0000));     // PG
        a.mov(cr0, eax);
        a.Label(ref again);
        a.inc(__dword_ptr[Board]);
        a.cmp(__dword_ptr[Board], Rounds);
        a.jne(again);
        a.mov(eax, __dword_ptr[Nothing]);
        a.hlt();
        return Assemble(a);
    }

    static byte[] Assemble(Assembler a)
    {
        using var code = new MemoryStream();
        a.Assemble(new StreamCodeWriter(code), Code);
        return code.ToArray();
    }

    static string Policy(string project) => $"""
        <system name="vm">
          <hardware ref="bochs"/>
          <memory><memory name="ram" size="64K"/><memory name="guest_board" size="4K"/></memory>
          <components>
            <component name="guest" profile="vm"><binary filename="guest.elf"/></component>
            <component name="actors"><requires><vcpu><rdtsc/></vcpu></requires><binary project="{project}"/></component>
          </components>
          <subjects>
            <subject name="guest">
              <component ref="guest"/>
              <memory>
                <memory physical="ram" virtualAddress="0x100000" writable="true" executable="true"/>
                <memory physical="guest_board" virtualAddress="0x200000" writable="true"/>
              </memory>
            </subject>
            <subject name="vm_judge">
              <component ref="actors"/>
              <memory><memory physical="guest_board"/></memory>
              <devices><device logical="console" physical="com1"><ioPort physical="port"/></device></devices>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame>
              <cpu id="0"><minorFrame subject="guest" ticks="10"/></cpu>
              <cpu id="1"><minorFrame subject="vm_judge" ticks="10"/></cpu>
            </majorFrame>
          </scheduling>
        </system>
        """;
}
