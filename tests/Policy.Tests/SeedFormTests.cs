// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Policies in the forms of 2013.</summary>
public sealed class SeedFormTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_system_of_2013_compiles_to_what_it_says()
    {
        SystemImage image = workspace.Compile("""
            <system vmxon_address="1000" vmcs_start_address="5000">
              <hardware>
                <memory><memoryBlock name="low" physicalAddress="0" size="640K" allocatable="false"/><memoryBlock name="ram" physicalAddress="1M" size="63M"/></memory>
                <processor logical_cpus="2" speed="50" vmx_timer_rate="3"/>
                <device name="pad" irq="1"><io_port start="0060" end="0060"/><io_port start="0064" end="0064"/></device>
                <device name="screen"><memory_layout><memory_region physical_address="b8000" virtual_address="1b8000" size="4k" alignment="4k" writable="true" executable="false" memory_type="UC"/></memory_layout></device>
              </hardware>
              <kernel stack_address="114000" cpu_page_address="117000" pml4_address="200000">
                <memory_layout><memory_region physical_address="100000" virtual_address="100000" size="76k" alignment="4k" writable="true" executable="true" memory_type="WB"/></memory_layout>
              </kernel>
              <binaries><binary name="shell" path="subject.elf"/><binary name="hash" path="subject.elf"/><binary name="unused" path="nowhere"/></binaries>
              <subjects>
                <subject id="7" name="shell" profile="native" cpu="0" pml4_address="210000" io_bitmap_address="214000" msr_bitmap_address="216000">
                  <initial_state stack_address="b000" entry_point="0"/>
                  <memory_layout>
                    <memory_region physical_address="0000000000217000" virtual_address="0000000000000000" size="4k" alignment="4k" writable="false" executable="true" memory_type="WB"/>
                    <memory_region physical_address="0000000000218000" virtual_address="0000000000001000" size="8K" alignment="4k" writable="true" executable="false" memory_type="WB"/>
                    <memory_region physical_address="29d000" virtual_address="10000" size="8k" alignment="4k" writable="true" executable="false" memory_type="WB"/>
                    <memory_region physical_address="300000" virtual_address="20000" size="4k" alignment="4k" writable="true" executable="false" memory_type="UC"/>
                    <memory_region physical_address="300000" virtual_address="0021000" size="4k" alignment="4k" writable="false" executable="false" memory_type="UC"/>
                  </memory_layout>
                  <binary name="shell" physical_address="217000"/>
                  <device name="screen"/>
                  <device name="pad"/>
                  <event_table><interrupt event="1" dst_subject="hash" dst_vector="36" send_ipi="true"/><handover event="2" dst_subject="guard"/></event_table>
                  <trap_table><entry kind="*" dst_subject="guard" dst_vector="40"/><entry kind="exception_or_nmi" dst_subject="guard"/></trap_table>
                  <msr start="174" end="176" mode="rw"/>
                </subject>
                <subject id="3" name="hash" profile="native" cpu="1">
                  <memory_layout><memory_region physical_address="29d000" virtual_address="10000" size="8k" alignment="4k" writable="false" executable="false" memory_type="WB"/></memory_layout>
                  <binary name="hash" physical_address="400000"/>
                  <event_table><interrupt event="4" dst_subject="shell" dst_vector="200"/></event_table>
                </subject>
                <subject id="4" name="guard" profile="native" cpu="0"><memory_layout/><binary name="hash" physical_address="400000"/><event_table><handover event="31" dst_subject="shell" dst_vector="256"/></event_table></subject>
              </subjects>
              <scheduling tick_rate="10000">
                <major_frame><cpu><minor_frame subject_id="7" ticks="40"/><minor_frame subject_id="7" ticks="40"/></cpu><cpu><minor_frame subject_id="3" ticks="80"/></cpu></major_frame>
              </scheduling>
            </system>
            """);
        Assert.Equal(50_000u, image.View.TscKhz);
        SubjectView shell = image.View.Subjects[0];
        SubjectView hash = image.View.Subjects[1];
        SubjectView guard = image.View.Subjects[2];
        Assert.Equal(["shell", "hash", "guard"], image.View.Subjects.Take(3).Select(s => s.Name));

        // Shared memory is one region; the binary's own pieces are none.
        MappingView ours = shell.Mappings.Single(m => m.Name == "memory_29d000");
        MappingView theirs = hash.Mappings.Single(m => m.Name == "memory_29d000");
        Assert.Equal((0x10000ul, 0x2000ul, true), (ours.VirtualAddress, ours.Size, ours.Writable));
        Assert.Equal((0x10000ul, ours.PhysicalAddress, false), (theirs.VirtualAddress, theirs.PhysicalAddress, theirs.Writable));
        Assert.Equal(Caching.UC, shell.Mappings.Single(m => m.Name == "memory_300000").Caching);
        Assert.Equal(0x21000ul, shell.Mappings.Single(m => m.Name == "memory_300000_at_21000").VirtualAddress);
        Assert.DoesNotContain(shell.Mappings, m => m.Name is "memory_217000" or "memory_218000");

        // Devices: ports, the interrupt as vector 32 + its number, memory where the device says.
        Assert.Equal([(0x60, 0x60), (0x64, 0x64)], shell.Ports.Select(p => ((int)p.Start, (int)p.End)));
        Assert.Equal((1, 33), (Assert.Single(shell.Irqs).Number, shell.Irqs[0].Vector));
        Assert.Equal(0x1B8000ul, shell.Mappings.Single(m => m.PhysicalAddress == 0xB8000).VirtualAddress);

        // Events and traps.
        Assert.Equal([(1, 1, EventMode.Ipi, 36), (2, 2, EventMode.Switch, 0)], shell.Events.Select(e => Signal(image, e.Number, e.Signal)));
        Assert.Equal([(4, 0, EventMode.Async, 200)], hash.Events.Select(e => Signal(image, e.Number, e.Signal)));
        Assert.Equal([(31, 0, EventMode.Switch, 0)], guard.Events.Select(e => Signal(image, e.Number, e.Signal)));
        Assert.Equal((0, 2, EventMode.Switch, 0), Signal(image, 0, shell.Traps.Single(t => t.Reason == 0).Signal));
        Assert.Equal((48, 2, EventMode.Switch, 40), Signal(image, 48, shell.Traps.Single(t => t.Reason == 48).Signal));
        Assert.Equal(56, shell.Traps.Length);

        MajorFrameView major = Assert.Single(image.View.MajorFrames);
        Assert.Equal([[200_000ul, 400_000], [400_000]], major.Processors.Select(p => p.Select(f => f.Deadline).ToArray()).ToArray());
    }

    [Fact]
    public void A_VM_of_2013_begins_where_it_says_in_the_memory_that_it_says()
    {
        workspace.WriteElf("guest.elf", 0x10_000C, Workspace.Segment(0x10_0000, Elf.ElfSegmentFlags.Read | Elf.ElfSegmentFlags.Write | Elf.ElfSegmentFlags.Execute, 64));
        SystemImage image = workspace.Compile("""
            <system>
              <hardware ref="bochs"/>
              <binaries><binary name="guest" path="guest.elf"/></binaries>
              <subjects>
                <subject id="0" name="guest" profile="vm" cpu="0">
                  <initial_state stack_address="ff8" entry_point="10000c"/>
                  <memory_layout>
                    <memory_region physical_address="2d7000" virtual_address="100000" size="1M" alignment="4k" writable="true" executable="true" memory_type="WB"/>
                    <memory_region physical_address="a00000" virtual_address="200000" size="16M" alignment="2M" writable="true" executable="true" memory_type="WB"/>
                  </memory_layout>
                  <binary name="guest" physical_address="2d7000"/>
                </subject>
              </subjects>
              <scheduling tick_rate="1000"><major_frame><cpu><minor_frame subject_id="0" ticks="10"/></cpu></major_frame></scheduling>
            </system>
            """);
        SubjectView guest = image.View.Subjects[0];
        Assert.Equal(SubjectProfile.Vm, guest.Profile);
        Assert.Equal((0x10_000Cul, 0xFF8ul), (guest.Vcpu.Initial.Rip, guest.Vcpu.Initial.Rsp));
        Assert.Equal([0x10_0000ul, 0x20_0000], guest.Mappings.Where(m => m.Name.StartsWith("memory_", StringComparison.Ordinal)).Select(m => m.VirtualAddress));
        Assert.Equal(0ul, guest.Mappings.Single(m => m.Name == "memory_a00000").PhysicalAddress % (2 << 20));
    }

    [Fact]
    public void Forms_of_2013_and_of_today_may_stand_side_by_side()
    {
        SystemImage image = workspace.Compile(Policies.With(
            """<subject name="a" id="0"><component ref="c"/></subject>"""
            + """<subject name="b" id="1"><component ref="c"/><events><source><event logical="sleep"><sleep/></event></source></events><event_table><interrupt event="9" dst_subject="a" dst_vector="50"/></event_table></subject>""",
            end: """<scheduling tickRate="1000"><major_frame><cpu><minor_frame subject_id="1" ticks="5"/><minor_frame subject_id="0" ticks="5"/></cpu></major_frame></scheduling>"""));
        Assert.Equal([0, 9], image.View.Subjects[1].Events.Select(e => e.Number));
        Assert.Equal(2, Assert.Single(image.View.MajorFrames).Processors[0].Length);
    }

    [Fact]
    public void Many_regions_take_no_time()
    {
        string regions = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<memory_region physical_address=\"{(i * 4096) + 0x1000000:x}\" virtual_address=\"{(i * 4096L) + 0x100000000:x}\" size=\"4k\"/>"));
        string kernel = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<memory_region physical_address=\"{(i * 4096L) + 0x100000000:x}\" virtual_address=\"0\" size=\"4k\"/>"));
        string tree = workspace.Expanded($"<system><kernel><memory_layout>{kernel}</memory_layout></kernel><subjects><subject name='a'><memory_layout>{regions}</memory_layout></subject></subjects></system>");
        Assert.Equal(20_000, tree.Split("<memory name=").Length - 1);
    }

    private static (int Number, int Target, EventMode Mode, int Vector) Signal(SystemImage image, int number, SignalView signal) => (
        number, signal.TargetSubject, image.View.Events[signal.Event].Mode, image.View.Subjects[signal.TargetSubject].Targets.Single(t => t.Number == signal.TargetEvent).Vector);
}
