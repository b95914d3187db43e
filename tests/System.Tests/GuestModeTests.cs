// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Image;

namespace Muen.SystemTests;

/// <summary>
/// VMs that begin in each mode; EPTs with pages of each size, of which three VMs have two for the same memory, and of each memory type; a VM that is reset. The page of
/// 1 GiB is a device's, so that nobody fills it with zeros before the start.
/// </summary>
public sealed class GuestModeTests : IDisposable
{
    const string Registers = """
        <vcpu><registers>
          <gpr><rip>0x100000</rip><cr3>0x102000</cr3><efer>0x500</efer></gpr>
          <cr0><Paging>1</Paging></cr0><cr4><PhysicalAddressExtension>1</PhysicalAddressExtension></cr4>
          <segments><cs selector="8" base="0" limit="0xffffffff" access="0xa09b"/></segments>
        </registers></vcpu>
        """;

    const string Reset = """
        <events>
          <source><event logical="again" physical="again" id="3"/></source>
          <target><event logical="again" physical="again"><reset/></event></target>
        </events>
        """;

    static readonly string[] s_names = ["wide", "large", "small", "anew", "real"];
    static readonly string[] s_types = ["UC", "WC", "WT", "WP", "WB"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task VmsBeginInEachModeAndShareMemoryInPagesOfEachSize()
    {
        await File.WriteAllBytesAsync(_folder.File("wide.bin"), GuestModes.Wide());
        await File.WriteAllBytesAsync(_folder.File("large.bin"), GuestModes.Narrow(1));
        await File.WriteAllBytesAsync(_folder.File("small.bin"), GuestModes.Narrow(2));
        await File.WriteAllBytesAsync(_folder.File("anew.bin"), GuestModes.Anew());
        await File.WriteAllBytesAsync(_folder.File("real.bin"), GuestModes.Real());
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(_folder.Write("system.xml", Policy()), _folder.File("out"), memoryMiB: 2048);

        // Nine numbers of three VMs; the mode, where 1 is 64 bits; nothing wrong.
        Assert.Equal(
            ["wide rounds 9 worst 1 wrong 0", "large rounds 9 worst 0 wrong 0", "small rounds 9 worst 0 wrong 0", $"anew rounds {GuestModes.Rounds} worst 0 wrong 0", "real rounds 9 worst 0 wrong 0"],
            lines.Where(l => l.Contains(" rounds ", StringComparison.Ordinal)));
        BootedSystem.NobodyWasStopped(lines);

        // The pages were of the sizes and types that this is about.
        ImageReader image = ImageReader.Load(_folder.File("out/system.iso"));
        Assert.Equal(2, Leaf(image, 0, GuestModes.Large).Level);
        Assert.Equal([1, 1, 0], GuestModes.Windows.Select((window, subject) => Leaf(image, subject, window).Level));
        Assert.Equal([0, 1, 4, 5, 6], Enumerable.Range(0, s_types.Length).Select(type => Leaf(image, 0, GuestModes.Types + ((ulong)type << 12)).Type));
    }

    /// <summary>The EPT entry that maps an address of a VM: 0 for a page of 4 KiB, 1 for 2 MiB, 2 for 1 GiB; and the memory type (SDM vol. 3, 29.3.2).</summary>
    static (int Level, int Type) Leaf(ImageReader image, int subject, ulong address)
    {
        ulong table = Read<SubjectEntry>(image, KernelLayout.Tables + Read<TablesHeader>(image, KernelLayout.Tables).SubjectsOffset + (ulong)(subject * Unsafe.SizeOf<SubjectEntry>())).EptPointer;
        for (int level = 3; level >= 0; level--)
        {
            ulong entry = Read<ulong>(image, (table & 0xF_FFFF_FFFF_F000) + ((address >> (12 + (9 * level)) & 511) * 8));
            Assert.NotEqual(0ul, entry & 7);
            if (level == 0 || (entry >> 7 & 1) != 0)
            {
                return (level, (int)(entry >> 3) & 7);
            }

            table = entry;
        }

        throw new InvalidOperationException();
    }

    static T Read<T>(ImageReader image, ulong address)
        where T : unmanaged
    {
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        Assert.True(image.TryRead(address, bytes));
        return MemoryMarshal.Read<T>(bytes);
    }

    static string Policy() => $"""
        <system name="modes">
          <hardware ref="bochs"><devices><device name="window"><memory name="all" physicalAddress="0x40000000" size="1G" caching="WB"/></device></devices></hardware>
          <memory>
            {string.Concat(s_names.Select(n => $"<memory name=\"{n}\" size=\"4K\"/><memory name=\"{n}_ram\" size=\"{(n == "real" ? "32K" : "64K")}\"/>"))}
            <memory name="common" size="4M" alignment="2M"/>
            {string.Concat(s_types.Select(t => $"<memory name=\"type_{t}\" size=\"4K\" caching=\"{t}\"/>"))}
          </memory>
          <events><event name="again" mode="self"/></events>
          <components>
            {string.Concat(s_names.Select(n => $"<component name=\"{n}\" profile=\"vm\"><binary filename=\"{n}.bin\"{(n == "real" ? " address=\"0x1000\"" : "")}/></component>"))}
            <component name="actors"><requires><vcpu><rdtsc/></vcpu></requires><binary project="{Path.Combine(Command.Root, "tests/systems/Actors.csproj")}"/></component>
          </components>
          <subjects>
            {Subject("wide", Registers, string.Concat(s_types.Select((t, i) => $"<memory physical=\"type_{t}\" virtualAddress=\"{GuestModes.Types + (i * 0x1000)}\" writable=\"true\"/>")) + Window(0), $"<devices><device physical=\"window\"><memory physical=\"all\" virtualAddress=\"{GuestModes.Large}\" writable=\"true\"/></device></devices>")}
            {Subject("large", "", Window(1), "")}
            {Subject("small", "", Window(2), "")}
            {Subject("anew", $"<vcpu><registers><gpr><rbx>{GuestModes.Given}</rbx></gpr></registers></vcpu>", "", Reset)}
            <subject name="real">
              <component ref="real"/>
              <memory>
                <memory physical="real_ram" virtualAddress="0x1000" writable="true" executable="true"/>
                <memory physical="real" virtualAddress="{GuestModes.RealBoard}" writable="true"/>
              </memory>
            </subject>
            <subject name="modes_judge">
              <component ref="actors"/>
              <memory>{string.Concat(s_names.Select(n => $"<memory physical=\"{n}\"/>"))}</memory>
              <devices><device logical="console" physical="com1"><ioPort physical="port"/></device></devices>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame>
              <cpu id="0"><minorFrame subject="wide" ticks="2"/><minorFrame subject="large" ticks="2"/><minorFrame subject="small" ticks="2"/></cpu>
              <cpu id="1"><minorFrame subject="anew" ticks="2"/><minorFrame subject="real" ticks="2"/><minorFrame subject="modes_judge" ticks="2"/></cpu>
            </majorFrame>
          </scheduling>
        </system>
        """;

    static string Window(int number) => $"<memory physical=\"common\" virtualAddress=\"{GuestModes.Windows[number]}\" writable=\"true\"/>";

    static string Subject(string name, string processor, string memory, string rest) => $"""
        <subject name="{name}">{processor}<component ref="{name}"/>
          <memory>
            <memory physical="{name}_ram" virtualAddress="{GuestModes.Code}" writable="true" executable="true"/>
            <memory physical="{name}" virtualAddress="{GuestModes.Board}" writable="true"/>
            {memory}
          </memory>
          {rest}
        </subject>
        """;
}
