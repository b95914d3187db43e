// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Monitors, loaders and siblings: what a subject sees of another one, at which rights, and what the kernel is told of it.</summary>
public sealed class MonitorTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_monitor_sees_pages_of_its_subject_and_the_kernel_knows()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("guest", """<events><source><group name="vmx_exit"><default physical="trap"/></group></source><target><event physical="resume"/></target></events>""")
                + Policies.Subject("monitor", """
                    <monitor>
                      <state subject="guest" logical="monitor_state" virtualAddress="16#001e_0000#" writable="true"/>
                      <interrupts subject="guest" logical="pending" writable="true"/>
                      <timed_event subject="guest"/>
                    </monitor>
                    <events><source><event physical="resume"/></source><target><event physical="trap"/></target></events>
                    """)
                + Policies.Subject("dumper", """<monitor><state subject="guest"/><state subject="monitor"/></monitor>"""),
            """<events><event name="trap" mode="switch"/><event name="resume" mode="switch"/></events>"""));
        var memory = new Memory(image.Regions);
        ulong Region(string name) => image.View.Regions.Single(r => r.Name == name).Address;
        Page Seen(int subject, string name) => memory.Walk(image.View.Subjects[subject].PageTables).Single(p => p.Virtual == image.View.Subjects[subject].Mappings.Single(m => m.Name == name).VirtualAddress);
        Assert.Equal(new Page(0x1E_0000, Region("guest|state"), true, false, 0), Seen(1, "monitor_state"));
        Assert.Equal((Region("guest|interrupts"), true), (Seen(1, "pending").Physical, Seen(1, "pending").Writable));
        Assert.Equal((Region("guest|timed_event"), false), (Seen(1, "guest_timed_event").Physical, Seen(1, "guest_timed_event").Writable));
        Assert.Equal((Region("guest|state"), false), (Seen(2, "guest_state").Physical, Seen(2, "guest_state").Writable));
        Assert.Equal(
            [SubjectFlags.Observed | SubjectFlags.Controlled, SubjectFlags.Observed, SubjectFlags.None], image.View.Subjects.Select(s => s.Flags));
        Assert.Equal([("guest_timed_event", MemoryKind.TimedEvent), ("monitor_state", MemoryKind.State), ("pending", MemoryKind.Interrupts)],
            image.View.Subjects[1].Mappings.Where(m => m.Kind is MemoryKind.State or MemoryKind.Interrupts || (m.Kind == MemoryKind.TimedEvent && m.Name != "timed_event")).Select(m => (m.Name, m.Kind)).Order());
    }

    [Fact]
    public void A_loader_sees_its_subjects_memory_and_what_it_held_at_first()
    {
        workspace.Write("small.elf", GuestBinaries.Elf32(0x100000, (0x100000, 0x2000, GuestBinaries.Pattern(0x1001, 3))));
        SystemImage image = workspace.Compile("""
            <system name="t">
              <hardware ref="bochs"/>
              <memory><memory name="ram" size="2M"/><memory name="rom" size="8K"><fill pattern="9"/></memory></memory>
              <components><component name="v" profile="vm"><binary filename="small.elf"/></component><component name="c"><binary filename="subject.elf"/></component></components>
              <subjects>
                <subject name="guest">
                  <component ref="v"/>
                  <memory><memory physical="ram" virtualAddress="0x100000" writable="true" executable="true"/><memory physical="rom" virtualAddress="0xF0000" executable="true"/></memory>
                </subject>
                <subject name="keeper"><monitor><loader subject="guest" logical="vm" virtualAddress="0x10_0000_0000"/></monitor><component ref="c"/></subject>
              </subjects>
            </system>
            """.Replace("0x10_0000_0000", "0x1000000000", StringComparison.Ordinal));
        var memory = new Memory(image.Regions);
        var pages = memory.Walk(image.View.Subjects[1].PageTables).ToDictionary(p => p.Virtual);
        ulong ram = image.View.Regions.Single(r => r.Name == "ram").Address;
        Assert.All(Enumerable.Range(0, 512), i => Assert.Equal(new Page(0x10_0010_0000 + ((ulong)i << 12), ram + ((ulong)i << 12), true, false, 0), pages[0x10_0010_0000 + ((ulong)i << 12)]));
        Assert.Equal((false, false), (pages[0x10_000F_0000].Writable, pages[0x10_000F_0000].Executable));
        Assert.False(pages[0x1E_0000_0000].Writable);
        MappingView content = image.View.Subjects[1].Mappings.Single(m => m.Name == "vm_ram_content");
        Assert.Equal((0x2000ul, false), (content.Size, content.Writable));
        Assert.NotEqual(ram, content.PhysicalAddress);
        Assert.Equal(memory.Bytes(ram, 0x2000), memory.Bytes(content.PhysicalAddress, 0x2000));
        Assert.Equal([.. GuestBinaries.Pattern(0x1001, 3), 0], memory.Bytes(content.PhysicalAddress, 0x1002));
        Assert.DoesNotContain(image.View.Subjects[1].Mappings, m => m.Name == "vm_rom_content");
    }

    [Fact]
    public void A_subject_that_loads_itself_sees_its_first_data()
    {
        SystemImage image = workspace.Compile(Policies.With(Policies.Subject("a", """<monitor><loader subject="a" logical="reload" virtualAddress="0"/></monitor>""")));
        var memory = new Memory(image.Regions);
        MappingView data = image.View.Subjects[0].Mappings.Single(m => m.Name == "binary_data");
        MappingView content = image.View.Subjects[0].Mappings.Single(m => m.Name == "reload_binary_data_content");
        Assert.Equal((0x2000ul, 0x1000ul, false), (data.Size, content.Size, content.Writable));
        Assert.Equal(memory.Bytes(data.PhysicalAddress, 0x1000), memory.Bytes(content.PhysicalAddress, 0x1000));
        Assert.Single(image.View.Subjects[0].Mappings, m => m.Name.StartsWith("reload_", StringComparison.Ordinal));
    }

    [Fact]
    public void Siblings_share_memory_and_have_processors_of_their_own()
    {
        SystemImage image = workspace.Compile("""
            <system name="t">
              <hardware ref="bochs"/>
              <memory><memory name="ram" size="4M"/></memory>
              <components><component name="v" profile="vm"><requires><vcpu><registers><gpr><rax>5</rax><rip>0x200</rip></gpr></registers></vcpu></requires></component></components>
              <subjects>
                <subject name="second" cpu="1">
                  <vcpu><registers><gpr><rip>0x1000</rip></gpr><cr0><ProtectionEnable>0</ProtectionEnable></cr0></registers></vcpu>
                  <devices><device physical="com1"><ioPort physical="port"/></device></devices>
                  <sibling ref="first"/>
                  <monitor><state subject="first" writable="true"/></monitor>
                </subject>
                <subject name="first">
                  <component ref="v"/>
                  <memory><memory physical="ram" virtualAddress="0" writable="true" executable="true"/></memory>
                  <devices><device physical="com1"><ioPort physical="port"/></device><device physical="vga"><memory physical="text" virtualAddress="0xB8000000" writable="true"/></device></devices>
                </subject>
              </subjects>
            </system>
            """);
        var memory = new Memory(image.Regions);
        SubjectView second = image.View.Subjects[0];
        SubjectView first = image.View.Subjects[1];
        Assert.Equal((1, -1, 1, 0), (second.Main, first.Main, second.Processor, first.Processor));
        Assert.NotEqual(first.PageTables, second.PageTables);
        Dictionary<ulong, Page> a = memory.WalkEpt(first.PageTables).ToDictionary(p => p.Virtual);
        Dictionary<ulong, Page> b = memory.WalkEpt(second.PageTables).ToDictionary(p => p.Virtual);
        Assert.Equal(a.Where(p => p.Key < 0xE_0000_0000), b.Where(p => p.Key < 0xE_0000_0000 && p.Value.Physical != image.View.Regions.Single(r => r.Name == "first|state").Address));
        foreach (ulong own in new[] { SubjectLayout.SubjectInfo, SubjectLayout.SchedulingInfo, SubjectLayout.TimedEvent })
        {
            Assert.NotEqual(a[own].Physical, b[own].Physical);
        }

        Assert.Equal((0x1000ul, 5ul, 0x30ul), (second.Vcpu.Initial.Rip, second.Vcpu.Initial.Rax, second.Vcpu.Initial.Cr0));
        Assert.Equal((0x200ul, 5ul, 0x31ul), (first.Vcpu.Initial.Rip, first.Vcpu.Initial.Rax, first.Vcpu.Initial.Cr0));
        Assert.Equal("v", second.Component);
        Assert.Equal([(ushort)0x3F8], second.Ports.Select(p => p.Start));
    }

    [Fact]
    public void A_subject_may_read_the_crash_audit()
    {
        SystemImage image = workspace.Compile(Policies.With(Policies.Subject("a", """<memory><memory physical="crash_audit"/></memory>""")));
        MappingView audit = image.View.Subjects[0].Mappings.Single(m => m.Name == "crash_audit");
        Page page = new Memory(image.Regions).Walk(image.View.Subjects[0].PageTables).Single(p => p.Virtual == audit.VirtualAddress);
        Assert.Equal((0x60_0000ul, false, false, 3), (page.Physical, page.Writable, page.Executable, page.Pat));
        Assert.Equal(MemoryKind.CrashAudit, audit.Kind);
        Assert.DoesNotContain(image.Regions, r => r.Address == 0x60_0000);
    }

    [Fact]
    public void Flushes_are_asked_for_by_component_and_subject()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("a", "<vcpu><flush><buffers/></flush></vcpu>") + Policies.Subject("b")).Replace("""<component name="c">""",
                """<component name="c"><requires><vcpu><flush><branchPredictor/><dataCache/></flush></vcpu></requires>""", StringComparison.Ordinal));
        Assert.Equal([SubjectFlags.FlushBranchPredictor | SubjectFlags.FlushDataCache | SubjectFlags.FlushBuffers, SubjectFlags.FlushBranchPredictor | SubjectFlags.FlushDataCache], image.View.Subjects.Select(s => s.Flags));
    }
}
