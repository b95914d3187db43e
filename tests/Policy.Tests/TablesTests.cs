// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The kernel's tables, bitmaps and first contents of pages of the first demo's system, read from the image's bytes.</summary>
public sealed class TablesTests : IDisposable
{
    private const int Crypter = 0;
    private const int Client = 1;
    private const int Intruder = 2;
    private const int Idle = 3;

    private readonly Workspace workspace = new();
    private readonly SystemImage image;
    private readonly Memory memory;
    private readonly TablesHeader header;

    public TablesTests()
    {
        image = workspace.Compile(Policies.Crypter);
        memory = new Memory(image.Regions);
        header = Read<TablesHeader>(KernelLayout.Tables);
    }

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void The_header_counts_everything()
    {
        Assert.Equal("MUENTABL"u8.ToArray(), memory.Bytes(KernelLayout.Tables, 8));
        Assert.Equal(TablesHeader.ExpectedVersion, header.Version);
        Assert.Equal((2u, 4u, 1u, 4u), (header.ProcessorCount, header.SubjectCount, header.MajorFrameCount, header.MinorFrameCount));
        Assert.Equal((4u, 4u, 0u), (header.GroupCount, header.PartitionCount, header.HasPlanSelector));
        Assert.Equal((50000u, 0x2F8u, 1u, 1u), (header.TscKhz, header.ConsolePort, header.HasIoApic, header.RouteCount));
        uint[] offsets =
        [
            header.ProcessorsOffset, header.SubjectsOffset, header.MajorFramesOffset, header.RangesOffset,
            header.MinorFramesOffset, header.GroupsOffset, header.PartitionsOffset, header.VectorsOffset, header.RoutesOffset, header.Size,
        ];
        Assert.Equal(offsets.Order(), offsets);
        Assert.Equal(offsets.Length, offsets.Distinct().Count());
        Assert.All(offsets, offset => Assert.Equal(0u, offset % 64));
    }

    [Fact]
    public void Processors_have_their_identifiers_and_regions()
    {
        for (int i = 0; i < 2; i++)
        {
            ProcessorEntry entry = Entry<ProcessorEntry>(header.ProcessorsOffset, i);
            Assert.Equal((uint)i, entry.ApicId);
            Assert.Equal(image.View.Regions.Single(r => r.Name == $"kernel_{i}|vmxon").Address, entry.VmxOnAddress);
        }
    }

    [Theory]
    [InlineData(Crypter, "crypter", 0, 0xB299_9E80u)]
    [InlineData(Client, "client", 1, 0xB299_8E80u)]
    [InlineData(Intruder, "intruder", 0, 0xB299_9E80u)]
    [InlineData(Idle, "idle_1", 1, 0xB299_9E00u)]
    public unsafe void A_subjects_controls_are_those_of_the_design(int id, string name, int processor, uint primary)
    {
        SubjectEntry entry = Entry<SubjectEntry>(header.SubjectsOffset, id);
        Assert.Equal(name, Encoding.ASCII.GetString(new ReadOnlySpan<byte>(entry.Name, 64)).TrimEnd('\0'));
        Assert.Equal(processor, entry.Processor);
        Assert.Equal(SubjectProfile.Native, entry.Profile);
        Assert.Equal(0x49u, entry.PinControls);
        Assert.Equal(primary, entry.ProcessorControls);
        Assert.Equal(0x60u, entry.SecondaryControls);
        Assert.Equal(0x8200u, entry.ExitControls);
        Assert.Equal(0x200u, entry.EntryControls);
        Assert.Equal(uint.MaxValue, entry.ExceptionBitmap);
        Assert.Equal((ulong.MaxValue, ulong.MaxValue), (entry.Cr0Mask, entry.Cr4Mask));
        Assert.Equal((0ul, 0ul, 0u), (entry.EptPointer, entry.MsrStoreAddress, entry.MsrStoreCount));
        Assert.Equal((0xE7ul, 0xE7ul, SubjectFlags.None), (entry.Xcr0, entry.Xcr0Mask, entry.Flags));
        ulong Region(string part) => image.View.Regions.Single(r => r.Name == $"{name}|{part}").Address;
        Assert.Equal((Region("vmcs"), Region("io_bitmap"), Region("msr_bitmap")), (entry.VmcsAddress, entry.IoBitmapAddress, entry.MsrBitmapAddress));
        Assert.Equal(Region("page_tables"), entry.Initial.Cr3);
    }

    [Fact]
    public void A_subject_begins_at_its_entry_in_64_bit_mode_at_CPL_0()
    {
        SubjectState state = Entry<SubjectEntry>(header.SubjectsOffset, Client).Initial;
        Assert.Equal((0x20_0010ul, 0x4000_0000ul, 2ul), (state.Rip, state.Rsp, state.Rflags));
        Assert.Equal((0x8001_0033ul, 0x8001_0033ul, 0x4_2660ul, 0x4_2660ul, 0xD00ul), (state.Cr0, state.Cr0Shadow, state.Cr4, state.Cr4Shadow, state.Efer));
        Assert.Equal((8ul, 0ul, uint.MaxValue, 0xA09Bu), (state.Cs.Selector, state.Cs.Base, state.Cs.Limit, state.Cs.Access));
        Assert.All(new[] { state.Ss, state.Ds, state.Es, state.Fs, state.Gs }, s => Assert.Equal((16ul, 0ul, uint.MaxValue, 0xC093u), (s.Selector, s.Base, s.Limit, s.Access)));
        Assert.Equal((24ul, 0x67u, 0x8Bu), (state.Tr.Selector, state.Tr.Limit, state.Tr.Access));
        Assert.Equal(0x10000u, state.Ldtr.Access);
        Assert.Equal((0u, 0u), (state.Gdtr.Limit, state.Idtr.Limit));
        Assert.Equal(1, state.Running);
        Assert.Equal(0x202ul, Entry<SubjectEntry>(header.SubjectsOffset, Idle).Initial.Rflags);
    }

    [Fact]
    public void The_plan_is_in_TSC_cycles_from_the_major_frames_start()
    {
        Assert.Equal(1_000_000ul, Entry<MajorFrame>(header.MajorFramesOffset, 0).Period);
        var frames = new List<(int Processor, string Subject, ulong Deadline)>();
        for (int processor = 0; processor < 2; processor++)
        {
            MinorFrameRange range = Entry<MinorFrameRange>(header.RangesOffset, processor);
            for (uint i = range.First; i < range.First + range.Count; i++)
            {
                MinorFrame frame = Entry<MinorFrame>(header.MinorFramesOffset, (int)i);
                PartitionEntry partition = Entry<PartitionEntry>(header.PartitionsOffset, frame.Partition);
                Assert.Equal((processor, 1), (partition.Processor, partition.GroupCount));
                GroupEntry group = Entry<GroupEntry>(header.GroupsOffset, partition.FirstGroup);
                Assert.Equal(frame.Partition, group.Partition);
                Assert.Equal(partition.FirstGroup, Entry<SubjectEntry>(header.SubjectsOffset, group.FirstSubject).Group);
                Assert.Equal((MinorFrame.NoBarrier, 0), (frame.Barrier, frame.BarrierSize));
                frames.Add((processor, image.View.Subjects[group.FirstSubject].Name, frame.Deadline));
            }
        }

        Assert.Equal([(0, "crypter", 500_000ul), (0, "intruder", 1_000_000ul), (1, "client", 750_000ul), (1, "idle_1", 1_000_000ul)], frames);
    }

    [Fact]
    public void Events_go_where_the_policy_says()
    {
        // Numbers by the order of the policy: explicit source events first, then channels.
        AssertEvents(Crypter, ("sleep", SourceAction.Sleep, EventFlags.Valid, 0, 0), ("response", SourceAction.None, EventFlags.Valid | EventFlags.HasTarget | EventFlags.Ipi, Client, 0));
        AssertEvents(
            Client,
            ("sleep", SourceAction.Sleep, EventFlags.Valid, 0, 0),
            ("poweroff", SourceAction.PowerOff, EventFlags.Valid, 0, 0),
            ("done", SourceAction.None, EventFlags.Valid | EventFlags.HasTarget, Intruder, 1),
            ("out", SourceAction.None, EventFlags.Valid | EventFlags.HasTarget | EventFlags.Ipi, Crypter, 0));
        AssertEvents(Intruder);
        AssertEvents(Idle);
    }

    [Fact]
    public void Received_events_inject_or_reset()
    {
        Assert.Equal((TargetAction.Inject, (byte)32), Target(Crypter, 0));
        Assert.Equal((TargetAction.Inject, (byte)32), Target(Client, 0));
        Assert.Equal((TargetAction.Reset, (byte)0), Target(Intruder, 0));
        Assert.Equal((TargetAction.Inject, (byte)40), Target(Intruder, 1));
        Assert.Equal((TargetAction.None, (byte)0), Target(Intruder, 2));
    }

    [Fact]
    public void A_default_fills_every_trap_that_the_kernel_does_not_handle_itself()
    {
        for (int reason = 0; reason < Limits.Traps; reason++)
        {
            SourceEvent entry = Entry<SourceEvent>(RowOf(Intruder) + SubjectEntry.TrapsOffset, reason);
            bool filled = reason is < 60 and not (1 or 7 or 52 or 55);
            Assert.Equal(filled ? EventFlags.Valid | EventFlags.HasTarget : EventFlags.None, entry.Flags);
            Assert.Equal(filled ? Intruder : 0, entry.TargetSubject);
            Assert.Equal(EventFlags.None, Entry<SourceEvent>(RowOf(Crypter) + SubjectEntry.TrapsOffset, reason).Flags);
        }
    }

    [Fact]
    public void An_interrupt_goes_to_its_subjects_processor()
    {
        for (int vector = 0; vector < Limits.Vectors; vector++)
        {
            VectorRoute route = Entry<VectorRoute>(header.VectorsOffset, vector);
            Assert.Equal(vector == 36 ? (Client, 33, 0xFF) : (0xFFFF, 0, 0xFF), (route.Subject, route.Vector, route.Irq));
        }

        IoApicRoute input = Entry<IoApicRoute>(header.RoutesOffset, 0);
        Assert.Equal((4, 36, 0, 0, 1u << 24), (input.Irq, input.Vector, input.Level, input.ActiveLow, input.Upper));
    }

    [Theory]
    [InlineData("crypter", new int[0])]
    [InlineData("client", new[] { 0x3F8, 0x3F9, 0x3FA, 0x3FB, 0x3FC, 0x3FD, 0x3FE, 0x3FF })]
    [InlineData("intruder", new int[0])]
    [InlineData("idle_1", new int[0])]
    public void Only_granted_ports_do_not_exit(string subject, int[] ports)
    {
        ulong bitmap = image.View.Regions.Single(r => r.Name == subject + "|io_bitmap").Address;
        byte[] bytes = memory.Bytes(bitmap, 8192);
        Assert.Equal(ports, Enumerable.Range(0, 0x10000).Where(port => (bytes[port / 8] >> (port % 8) & 1) == 0));
    }

    [Fact]
    public void Only_granted_MSRs_do_not_exit()
    {
        SystemImage granted = workspace.Compile(Policies.With("""
            <subject name="a"><vcpu><registers><msrs>
              <msr start="0x174" end="0x176" mode="rw"/><msr start="0xc0000100" end="0xc0000101" mode="r"/><msr start="0xc0000102" end="0xc0000102" mode="w"/>
            </msrs></registers></vcpu><component ref="c"/></subject>
            """));
        byte[] bytes = new Memory(granted.Regions).Bytes(granted.View.Regions.Single(r => r.Name == "a|msr_bitmap").Address, 4096);
        int[] clear = [.. Enumerable.Range(0, 32768).Where(bit => (bytes[bit / 8] >> (bit % 8) & 1) == 0)];
        Assert.Equal([0x174, 0x175, 0x176, 0x2100, 0x2101, 0x4174, 0x4175, 0x4176, 0x6102], clear);
        byte[] none = memory.Bytes(image.View.Regions.Single(r => r.Name == "client|msr_bitmap").Address, 4096);
        Assert.All(none, b => Assert.Equal(0xFF, b));
    }

    [Fact]
    public void The_FPU_area_is_initial()
    {
        ulong area = image.View.Regions.Single(r => r.Name == "client|fpu").Address;
        Assert.Equal(0x1F80u, memory.U32(area + 24));
        Assert.All(memory.Bytes(area, 24).Concat(memory.Bytes(area + 28, 4096 - 28)), b => Assert.Equal(0, b));
    }

    [Fact]
    public void Binaries_and_files_are_in_memory_and_the_rest_is_zero()
    {
        ulong files = image.View.Regions.Single(r => r.Name == "files").Address;
        Assert.Equal("forty-two bytes of what may be an archive..\0\0"u8.ToArray(), memory.Bytes(files, 45));
        ulong data = image.View.Regions.Single(r => r.Name == "client|binary_data").Address;
        Assert.Equal([.. Enumerable.Range(0, 0x40).Select(i => (byte)(i * 7)), 0, 0], memory.Bytes(data, 0x42));
        Assert.Equal(0x2000ul, image.View.Regions.Single(r => r.Name == "client|binary_data").Size);
    }

    [Fact]
    public void A_level_triggered_interrupt_is_masked_until_its_event()
    {
        SystemImage level = workspace.Compile(Policies.With(
            Policies.Subject("a", """<devices><device physical="d"/></devices><events><source><event logical="go" id="9"><unmask_irq number="20"/></event></source></events>"""),
            hardware: """<devices><device name="d"><irq name="i" number="20"/></device></devices>"""));
        var bytes = new Memory(level.Regions);
        var tables = MemoryMarshal.Read<TablesHeader>(bytes.Bytes(KernelLayout.Tables, Unsafe.SizeOf<TablesHeader>()));
        Assert.Equal([0, 0, 32, 20], bytes.Bytes(KernelLayout.Tables + tables.VectorsOffset + (52 * 4), 4));
        Assert.Equal([20, 52, 1, 1, 0, 0, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.RoutesOffset, 8));
        Assert.Equal([(byte)SourceAction.UnmaskIrq, 1, 0, 0, 0, 20, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.SubjectsOffset + SubjectEntry.EventsOffset + (9 * 8), 8));
    }

    [Fact]
    public void Subjects_that_hand_over_share_a_group_and_the_planned_one_is_first()
    {
        SystemImage handover = workspace.Compile(Policies.With(
            Policies.Subject("monitor", """<events><source><event physical="resume"/></source><target><event physical="tell"/></target></events>""")
                + Policies.Subject("guest", """<events><source><group name="vmx_exit"><event id="cpuid" physical="resume_not"/></group></source><target><event physical="resume"/></target></events>""")
                + Policies.Subject("keeper", """<events><source><event physical="tell"/></source><target><event physical="resume_not"/></target></events>"""),
            """<events><event name="resume" mode="switch"/><event name="resume_not" mode="switch"/><event name="tell" mode="switch"/></events>""",
            end: """<scheduling tickRate="100"><majorFrame><cpu id="0"><minorFrame subject="guest" ticks="1"/></cpu></majorFrame></scheduling>"""));
        GroupView group = Assert.Single(handover.View.Groups);
        Assert.Equal([0, 1, 2], group.Members.ToArray());
        Assert.Equal(1, group.FirstSubject);
        Assert.True(handover.View.Subjects[0].Events[0].Signal.Flags.HasFlag(EventFlags.Handover));
        TrapView trap = Assert.Single(handover.View.Subjects[1].Traps);
        Assert.Equal((10, 2, EventFlags.Valid | EventFlags.Handover), (trap.Reason, trap.Signal.TargetSubject, trap.Signal.Flags));
    }

    [Fact]
    public void A_partitions_groups_follow_each_other_and_barriers_have_numbers()
    {
        SystemImage shared = workspace.Compile(Policies.With(
            Policies.Subjects(3) + Policies.Subject("tau0", Policies.Tau0),
            end: """
                <scheduling tickRate="1000">
                  <partitions><partition name="p"><group name="g"><subject name="s2"/></group><group name="h"><subject name="s0"/></group></partition></partitions>
                  <majorFrame>
                    <cpu id="0"><minorFrame partition="p" ticks="10"/><minorFrame ticks="10"/></cpu>
                    <cpu id="1"><minorFrame subject="s1" ticks="10"/><minorFrame subject="tau0" ticks="10"/></cpu>
                  </majorFrame>
                </scheduling>
                """));
        var bytes = new Memory(shared.Regions);
        var tables = MemoryMarshal.Read<TablesHeader>(bytes.Bytes(KernelLayout.Tables, Unsafe.SizeOf<TablesHeader>()));
        Assert.Equal((5u, 4u, 1u), (tables.GroupCount, tables.PartitionCount, tables.HasPlanSelector));
        Assert.Equal([0, 0, 0, 0, 2, 0, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.PartitionsOffset, 8));
        Assert.Equal([1, 0, 2, 0, 1, 0, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.PartitionsOffset + 8, 8));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0], bytes.Bytes(KernelLayout.Tables + tables.GroupsOffset, 12));
        Assert.Equal([0, 0, 0, 0, 2, 0, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.MinorFramesOffset + 8, 8));
        Assert.Equal([3, 0, 0xFF, 0xFF, 0, 0, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.MinorFramesOffset + 24, 8));
        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 0], bytes.Bytes(KernelLayout.Tables + tables.MinorFramesOffset + 40, 8));
    }

    private void AssertEvents(int subject, params (string Name, SourceAction Action, EventFlags Flags, int Target, int Number)[] events)
    {
        Assert.Equal(events.Select((e, i) => (e.Name, i)), image.View.Subjects[subject].Events.Select(e => (e.Name, e.Number)));
        for (int i = 0; i < Limits.Events; i++)
        {
            SourceEvent entry = Entry<SourceEvent>(RowOf(subject) + SubjectEntry.EventsOffset, i);
            (SourceAction Action, EventFlags Flags, int Target, int Number) expected = i < events.Length ? (events[i].Action, events[i].Flags, events[i].Target, events[i].Number) : default;
            Assert.Equal(expected, (entry.Action, entry.Flags, entry.TargetSubject, entry.TargetEvent));
        }
    }

    private (TargetAction, byte) Target(int subject, int number)
    {
        TargetEvent entry = Entry<TargetEvent>(RowOf(subject) + SubjectEntry.TargetsOffset, number);
        return (entry.Action, entry.Vector);
    }

    private uint RowOf(int subject) => header.SubjectsOffset + (uint)(subject * SubjectEntry.Stride);

    private T Entry<T>(uint offset, int index)
        where T : unmanaged => Read<T>(KernelLayout.Tables + offset + (ulong)(index * Unsafe.SizeOf<T>()));

    private T Read<T>(ulong address)
        where T : unmanaged => MemoryMarshal.Read<T>(memory.Bytes(address, Unsafe.SizeOf<T>()));
}
