// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Forms of the vocabulary beyond the first demo's: each compiles to what it says.</summary>
public sealed class PolicyFormTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Hardware_can_be_described_in_the_policy()
    {
        SystemImage image = workspace.Compile($"""
            <system name="inline">
              <config><boolean name="debug" value="true"/><integer name="size" value="16#10#"/><string name="author" value="somebody"/></config>
              <hardware>
                <memory>
                  <memoryBlock name="low" physicalAddress="0" size="640K" allocatable="false"/>
                  <memoryBlock name="main" physicalAddress="1M" size="7M"/>
                  <memoryBlock name="more" physicalAddress="16#1_0000_0000#" size="1G"/>
                </memory>
                <processor speed="2400000" vmxTimerRate="5"><cpu cpuId="1" apicId="4"/><cpu cpuId="0" apicId="2"/></processor>
                <devices><device name="uart"><ioPort name="port" start="0x3e8" end="0x3ef"/><irq name="irq" number="0"/></device></devices>
                <kernelConsole port="0x3f8"/>
              </hardware>
              <memory><memory name="big" size="512M"/></memory>
              {Policies.Components}
              <subjects>{Policies.Subject("a", "<memory><memory physical=\"big\" writable=\"true\"/></memory><devices><device physical=\"uart\"/></devices>")}</subjects>
            </system>
            """);
        Assert.Equal((2400_000u, (ushort)0x3F8), (image.View.TscKhz, image.View.ConsolePort));
        Assert.Equal(2u, Assert.Single(image.View.Processors).ApicId);
        Assert.Equal(0x1_0000_0000ul, image.View.Regions.Single(r => r.Name == "big").Address);

        // IRQ 0 arrives at input 2.
        IrqView irq = Assert.Single(image.View.Subjects[0].Irqs);
        Assert.Equal((0, 2, 32, 32), (irq.Number, irq.Input, irq.HostVector, irq.Vector));
    }

    [Fact]
    public void A_component_brings_its_own_memory_along_for_each_subject()
    {
        SystemImage image = workspace.Compile("""
            <system name="provided">
              <hardware ref="bochs"/>
              <components>
                <component name="c" profile="native">
                  <provides><memory logical="table" size="4K" virtualAddress="0x8000_0000"><fill pattern="7"/></memory><memory logical="scratch" size="8K" writable="true"/></provides>
                  <binary filename="subject.elf"/>
                </component>
              </components>
              <subjects><subject name="a"><component ref="c"/></subject><subject name="b"><component ref="c"/></subject></subjects>
            </system>
            """.Replace("0x8000_0000", "0x80000000", StringComparison.Ordinal));
        Assert.Equal(4, image.View.Regions.Count(r => r.Kind == RegionKind.Provided));
        var memory = new Memory(image.Regions);
        foreach (SubjectView subject in image.View.Subjects)
        {
            Page table = memory.Walk(subject.PageTables).Single(p => p.Virtual == 0x8000_0000);
            Assert.False(table.Writable);
            Assert.Equal(7, memory.Byte(table.Physical));
            Assert.Equal($"{subject.Name}|table", image.View.Regions[subject.Mappings.Single(m => m.Name == "table").Region].Name);
        }
    }

    [Fact]
    public void Without_a_plan_subjects_take_turns_on_the_processors_that_they_ask_for()
    {
        SystemImage image = workspace.Compile(Policies.With(Policies.Subjects(3) + """<subject name="far" cpu="2"><component ref="c"/></subject>"""));
        Assert.Equal(
            [["s0 10", "s1 10", "s2 10"], ["idle_1 30"], ["far 30"]],
            Assert.Single(image.View.MajorFrames).Processors.Select(p => p.Select(f => $"{image.View.Partitions[f.Partition].Name} {f.Ticks}").ToArray()).ToArray());
    }

    [Fact]
    public void A_plan_may_name_partitions()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("s0", """<events><target><event physical="on"/></target></events>""") + Policies.Subject("s1")
                + Policies.Subject("s2", """<events><source><event physical="on"/></source></events>"""),
            """<events><event name="on" mode="switch"/></events>""",
            end: """
                <scheduling tickRate="1000">
                  <partitions>
                    <partition name="pair"><group name="g"><subject name="s2"/><subject name="s0"/></group></partition>
                    <partition name="one"><group name="h"><subject name="s1"/></group></partition>
                  </partitions>
                  <majorFrame><cpu id="0"><minorFrame partition="pair" ticks="7"/><minorFrame partition="one" ticks="3"/></cpu></majorFrame>
                </scheduling>
                """));
        Assert.Equal([(2, "2 0"), (1, "1")], image.View.Groups.Select(g => (g.FirstSubject, string.Join(" ", g.Members))));
        Assert.Equal([("pair", 0, 0, 1), ("one", 0, 1, 1)], image.View.Partitions.Select(p => (p.Name, p.Processor, p.FirstGroup, p.GroupCount)));
    }

    [Fact]
    public void Groups_of_a_partition_take_turns_in_its_frames()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subjects(4) + """<subject name="far"><component ref="c"/></subject>""",
            end: """
                <scheduling tickRate="1000">
                  <partitions>
                    <partition name="three"><group name="g"><subject name="s3"/></group><group name="h"><subject name="s1"/></group><group name="i"><subject name="s2"/></group></partition>
                  </partitions>
                  <majorFrame>
                    <cpu id="0"><minorFrame subject="s0" ticks="2"/><minorFrame subject="s1" ticks="3"/><minorFrame partition="three" ticks="5"/></cpu>
                    <cpu id="1"><minorFrame ticks="5"/><minorFrame subject="far" ticks="1"/><minorFrame ticks="4"/></cpu>
                  </majorFrame>
                </scheduling>
                """));
        Assert.Equal([("three", 0, 0, 3), ("s0", 0, 3, 1), ("far", 1, 4, 1), ("idle_1", 1, 5, 1)], image.View.Partitions.Select(p => (p.Name, p.Processor, p.FirstGroup, p.GroupCount)));
        Assert.Equal([3, 1, 2, 0, 4, 5], image.View.Groups.Select(g => g.FirstSubject));
        Assert.Equal([0, 0, 0, 1, 2, 3], image.View.Groups.Select(g => g.Partition));
        Assert.Equal([3, 1, 2, 0, 4, 5], image.View.Subjects.Select(s => s.Group));

        // At 5 ticks frames of both processors end; at 2 and 6 those of one.
        Assert.Equal([(1, -1, 0), (0, 0, 2), (0, -1, 0)], image.View.MajorFrames[0].Processors[0].Select(f => (f.Partition, f.Barrier, f.BarrierSize)));
        Assert.Equal([(3, 0, 2), (2, -1, 0), (3, -1, 0)], image.View.MajorFrames[0].Processors[1].Select(f => (f.Partition, f.Barrier, f.BarrierSize)));
    }

    [Fact]
    public void The_subject_that_maps_the_kernel_interface_chooses_the_plan()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("tau0", """<memory><memory logical="plan" physical="sys_interface" virtualAddress="0x10000000" writable="true"/></memory>""") + Policies.Subject("s", ""),
            end: """
                <scheduling tickRate="1000">
                  <majorFrame><cpu id="0"><minorFrame subject="tau0" ticks="5"/></cpu><cpu id="1"><minorFrame subject="s" ticks="5"/></cpu></majorFrame>
                  <majorFrame><cpu id="0"><minorFrame subject="tau0" ticks="7"/></cpu><cpu id="1"><minorFrame subject="s" ticks="7"/></cpu></majorFrame>
                </scheduling>
                """));
        Assert.True(image.View.HasPlanSelector);
        var memory = new Memory(image.Regions);
        RegionView page = image.View.Regions.Single(r => r.Name == "sys_interface");
        Assert.Equal(4096ul, page.Size);
        Assert.All(image.View.Processors, p => Assert.Equal(
            new Page(KernelLayout.PlanSelector, page.Address, false, false, 0), memory.Walk(p.PageTables).Single(m => m.Virtual == KernelLayout.PlanSelector)));
        Assert.Equal(new Page(0x1000_0000, page.Address, true, false, 0), memory.Walk(image.View.Subjects[0].PageTables).Single(m => m.Physical == page.Address));
        Assert.DoesNotContain(memory.Walk(image.View.Subjects[1].PageTables), m => m.Physical == page.Address);
        Assert.Equal(MemoryKind.KernelInterface, image.View.Subjects[0].Mappings.Single(m => m.Name == "plan").Kind);
    }

    [Fact]
    public void Events_of_the_original_are_understood()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("a", """
                <events><source>
                  <group name="vmcall"><event id="5" logical="off" physical="power_off"><system_poweroff/></event><event id="auto" logical="rest"><subject_sleep/></event></group>
                  <group name="vmx_exit"><event id="48" logical="ept" physical="trap"/><event logical="invalid_guest_state" physical="trap"/><event id="tripleFault"><system_panic/></event></group>
                </source></events>
                """) + Policies.Subject("b", """<events><target><event logical="bad" physical="trap" id="3"><inject_interrupt vector="16#24#"/></event></target></events>"""),
            """<events><event name="power_off" mode="kernel"/><event name="trap" mode="switch"/></events>"""));
        SubjectView a = image.View.Subjects[0];
        Assert.Equal([(0, "rest", SourceAction.Sleep), (5, "off", SourceAction.PowerOff)], a.Events.Select(e => (e.Number, e.Name, e.Signal.Action)));
        Assert.Equal([(2, -1, SourceAction.Panic), (33, 1, SourceAction.None), (48, 1, SourceAction.None)], a.Traps.Select(t => (t.Reason, t.Signal.TargetSubject, t.Signal.Action)));
        Assert.Equal((3, 36), (image.View.Subjects[1].Targets[0].Number, image.View.Subjects[1].Targets[0].Vector));
    }

    [Fact]
    public void Frames_of_a_tick_rate_that_does_not_divide_the_TSC_still_meet()
    {
        string frames = string.Concat(Enumerable.Repeat("<minorFrame subject=\"s0\" ticks=\"1\"/>", 7));
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subjects(1) + """<subject name="far" cpu="1"><component ref="c"/></subject>""",
            end: $"""<scheduling tickRate="7"><majorFrame><cpu id="0">{frames}</cpu><cpu id="1"><minorFrame subject="far" ticks="7"/></cpu></majorFrame></scheduling>"""));
        MajorFrameView major = Assert.Single(image.View.MajorFrames);
        Assert.Equal(50_000_000ul, major.Period);
        Assert.Equal([7142857ul, 14285714, 21428571, 28571428, 35714285, 42857142, 50000000], major.Processors[0].Select(f => f.Deadline));
        Assert.Equal(major.Period, major.Processors[1][^1].Deadline);
    }

    [Fact]
    public void A_binary_need_not_begin_at_a_page()
    {
        workspace.WriteElf("odd.elf", 0x200345, Workspace.Code(0x200345), Workspace.Data(0x203FF8));
        SystemImage image = workspace.Compile(Policies.With(Policies.Subject("a")).Replace("subject.elf", "odd.elf", StringComparison.Ordinal));
        var memory = new Memory(image.Regions);
        var pages = memory.Walk(image.View.Subjects[0].PageTables).ToDictionary(p => p.Virtual);
        Assert.Equal([0, 0, 7, 14], memory.Bytes(pages[0x200000].Physical + 0x344, 4));
        Assert.Equal([0, 7], memory.Bytes(pages[0x203000].Physical + 0xFF8, 2));
        Assert.Equal([(byte)(8 * 7)], memory.Bytes(pages[0x204000].Physical, 1));
        Assert.True(pages[0x205000].Writable);
        Assert.False(pages.ContainsKey(0x206000));
    }

    [Fact]
    public void Hardware_as_the_original_describes_it()
    {
        SystemImage image = workspace.Compile($"""
            <system name="hardware">
              <hardware>
                <processor cpuCores="2" speed="2111994" vmxTimerRate="5">
                  <cpu apicId="4"/><cpu apicId="6"/>
                  <cpuid leaf="16#0#" eax="16#0000_000d#"/>
                  <msr address="16#3a#" name="IA32_FEATURE_CONTROL" regval="16#5#"/>
                </processor>
                <memory>
                  <memoryBlock name="System RAM" physicalAddress="16#0000#" size="16#0009_f000#" allocatable="false"/>
                  <memoryBlock name="System RAM" physicalAddress="16#0010_0000#" size="16#7fed_e000#" allocatable="true"/>
                </memory>
                <devices><device name="com_1"><description>A UART &amp; its interrupt</description><irq name="irq1" number="4"/></device></devices>
              </hardware>
              <memory>
                <memory name="linux|ram" size="16#1000#"><hash value="none"/></memory>
                <memory name="files" size="4K"><file filename="files.tar" offset="none"/><hash value="16#ab#"/></memory>
              </memory>
              {Policies.Components}
              <subjects>{Policies.Subject("a", "<memory><memory physical='linux|ram'/><memory physical='files'/></memory>")}</subjects>
            </system>
            """);
        Assert.Equal(2111994u, image.View.TscKhz);
        Assert.Equal(4u, Assert.Single(image.View.Processors).ApicId);
        Assert.Contains(image.View.Regions, r => r.Name == "linux|ram");
    }

    [Fact]
    public void The_default_of_traps_may_have_an_action()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("a", """<events><source><group name="vmx_exit"><default physical="system_panic"><system_panic/></default><event id="12" logical="sleep" physical="sleep"><subject_sleep/></event></group></source></events>"""),
            """<events><event name="system_panic" mode="kernel"/><event name="sleep" mode="kernel"/></events>"""));
        var traps = image.View.Subjects[0].Traps.ToDictionary(t => t.Reason, t => t.Signal.Action);
        Assert.Equal(SourceAction.Sleep, traps[12]);
        Assert.Equal(SourceAction.Panic, traps[48]);
        Assert.Equal(56, traps.Count);
    }

    [Fact]
    public void Groups_need_no_names_and_the_crash_audit_may_be_declared()
    {
        SystemImage image = workspace.Compile(Policies.With(
            Policies.Subject("a", "<memory><memory physical='dump'/></memory>") + Policies.Subject("b"),
            "<memory><memory name='dump' type='subject_crash_audit' physicalAddress='16#0001_00a1_1000#' size='16#1000#' caching='UC'/><memory name='shm' type='subject_device' size='4K'/></memory>",
            end: "<scheduling tickRate='1000'><partitions><partition name='p'><group><subject name='a'/></group><group><subject name='b'/></group></partition></partitions>"
                + "<majorFrame><cpu id='0'><minorFrame partition='p' ticks='10'/></cpu></majorFrame></scheduling>"));
        MappingView dump = image.View.Subjects[0].Mappings.Single(m => m.Name == "dump");
        Assert.Equal(image.View.Regions.Single(r => r.Kind == RegionKind.CrashAudit).Address, dump.PhysicalAddress);
        Assert.Equal((Caching.UC, false, MemoryKind.CrashAudit), (dump.Caching, dump.Writable, dump.Kind));
        Assert.Equal(2, image.View.Groups.Length);
    }
}
