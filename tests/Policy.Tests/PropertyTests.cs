// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using CsCheck;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>What holds for every policy: random ones that are right, and right ones that were damaged. A failure prints the seed that repeats it.</summary>
public sealed class PropertyTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Regions_never_overlap_and_lie_in_memory() => Always((image, _) =>
    {
        ulong end = 0;
        foreach (RegionView region in image.View.Regions)
        {
            Assert.True(region.Address >= end, $"{region.Name} overlaps the region before it");
            Assert.Equal(0ul, region.Address % 4096);
            Assert.True(region.Size != 0 && region.Size % 4096 == 0, region.Name);
            end = region.Address + region.Size;
            Assert.Contains(image.View.Memory, b => b.Allocatable && b.Address <= region.Address && end <= b.Address + b.Size);
        }

        Assert.Equal(image.View.Regions.Where(r => r.Loaded).Select(r => (r.Name, r.Address, r.Size)), image.Regions.Select(r => (r.Name, r.Address, r.Size)));
        Assert.All(image.Regions, r => Assert.True((ulong)r.Content.Length <= r.Size, r.Name));
        Assert.Equal(image.View.Regions.Length, image.View.Regions.Select(r => r.Name).Distinct().Count());
    });

    [Fact]
    public void Page_tables_map_exactly_the_views_mappings() => Always((image, memory) =>
    {
        foreach (ProcessorView processor in image.View.Processors)
        {
            Assert.Equal(processor.PageTables, memory.U64(KernelLayout.Tables + TablesHeader.PageTablesOffset + ((ulong)processor.Id * 8)));
            Assert.Equal(Pages(processor.Mappings), memory.Walk(processor.PageTables));
        }

        Assert.All(image.View.Subjects, subject => Assert.Equal(Pages(subject.Mappings), Walk(memory, subject)));
    });

    [Fact]
    public void A_subject_reaches_only_what_the_policy_gives_it() => Always((image, memory) =>
    {
        RegionKind[] own = [RegionKind.Binary, RegionKind.Stack, RegionKind.SubjectInfo, RegionKind.SchedulingInfo, RegionKind.TimedEvent];
        foreach (SubjectView subject in image.View.Subjects)
        {
            foreach (Page page in Walk(memory, subject))
            {
                if (subject.Profile == SubjectProfile.Native)
                {
                    Assert.False(page.Writable && page.Executable);
                    Assert.NotEqual(0ul, page.Virtual);
                }

                RegionView? region = image.View.Regions.SingleOrDefault(r => page.Physical - r.Address < r.Size);
                if (region is null)
                {
                    // Device memory: the only device with memory that a random policy grants.
                    Assert.InRange(page.Physical, 0xB8000ul, 0xBFFFFul);
                    Assert.Equal(3, page.Pat);
                    continue;
                }

                if (region.Kind == RegionKind.Channel)
                {
                    ChannelView channel = image.View.Channels.Single(c => image.View.Regions[c.Region] == region);
                    int id = subject.Main < 0 ? subject.Id : subject.Main;
                    Assert.Equal(channel.Writer == id, page.Writable);
                    Assert.True(channel.Writer == id || channel.Readers.Contains(id));
                }
                else if (region.Kind is RegionKind.CrashAudit or RegionKind.Content)
                {
                    Assert.False(page.Writable || page.Executable);
                }
                else if (region.Kind is RegionKind.State or RegionKind.Interrupts || (region.Kind == RegionKind.TimedEvent && region.Owner != subject.Id))
                {
                    // A monitor: what it can change is of its own group or VM, and the kernel knows of it.
                    SubjectView watched = image.View.Subjects[region.Owner];
                    Assert.Contains(subject.Mappings, m => m.Name.StartsWith("watch", StringComparison.Ordinal) && m.PhysicalAddress == page.Physical && m.Writable == page.Writable);
                    Assert.False(page.Executable);
                    Assert.True(!page.Writable || watched.Group == subject.Group || Family(watched) == Family(subject));
                    Assert.True(region.Kind != RegionKind.State || (watched.Flags.HasFlag(SubjectFlags.Observed) && (!page.Writable || watched.Flags.HasFlag(SubjectFlags.Controlled))));
                }
                else if (page.Virtual >= 0x1000_0000_0000)
                {
                    // A loader's view of its subject.
                    Assert.Contains(subject.Mappings, m => m.Name.StartsWith("load_", StringComparison.Ordinal) && m.PhysicalAddress <= page.Physical && page.Physical < m.PhysicalAddress + m.Size);
                    Assert.Contains(region.Kind, (RegionKind[])[RegionKind.Binary, RegionKind.Stack, RegionKind.SubjectInfo, RegionKind.Memory]);
                    Assert.False(page.Executable || (page.Writable && region.Kind == RegionKind.SubjectInfo));
                }
                else if (region.Kind != RegionKind.Memory)
                {
                    Assert.Contains(region.Kind, own);
                    Assert.Equal(subject.Id, region.Owner);
                    Assert.False(page.Writable && region.Kind is RegionKind.SubjectInfo or RegionKind.SchedulingInfo);
                }
            }
        }
    });

    [Fact]
    public void Regions_without_an_address_have_unmapped_pages_around_them() => Always((image, memory) =>
    {
        foreach (SubjectView subject in image.View.Subjects.Where(s => s.Main < 0))
        {
            var mapped = Walk(memory, subject).Select(p => p.Virtual).ToHashSet();
            foreach (MappingView mapping in subject.Mappings.Where(m => m.VirtualAddress is >= SubjectLayout.Regions and < 0x2_0000_0000))
            {
                Assert.DoesNotContain(mapping.VirtualAddress - 4096, mapped);
                Assert.DoesNotContain(mapping.VirtualAddress + mapping.Size, mapped);
            }

            MappingView? stack = subject.Mappings.SingleOrDefault(m => m.Name == "stack");
            Assert.True(stack is null || (!mapped.Contains(stack.VirtualAddress - 4096) && !mapped.Contains(SubjectLayout.StackTop)));
        }
    });

    [Fact]
    public void Numbers_are_unique_and_events_arrive_where_they_are_sent() => Always((image, _) =>
    {
        foreach (SubjectView subject in image.View.Subjects)
        {
            Assert.Equal(subject.Events.Length, subject.Events.Select(e => e.Number).Distinct().Count());
            Assert.Equal(subject.Targets.Length, subject.Targets.Select(t => t.Number).Distinct().Count());
            Assert.Equal(subject.Vectors.Length, subject.Vectors.Select(v => v.Vector).Distinct().Count());
            Assert.All(subject.Vectors, v => Assert.InRange(v.Vector, 32, 255));
            Assert.All(subject.Events, e => Assert.InRange(e.Number, 0, 63));
            foreach (SignalView signal in subject.Events.Select(e => e.Signal).Concat(subject.Traps.Select(t => t.Signal)).Where(s => s.TargetSubject >= 0))
            {
                SubjectView target = image.View.Subjects[signal.TargetSubject];
                Assert.Equal(signal.Event, target.Targets.Single(t => t.Number == signal.TargetEvent).Event);
                Assert.Equal(image.View.Events[signal.Event].Target, signal.TargetSubject);
                if (signal.Flags.HasFlag(EventFlags.Handover))
                {
                    Assert.Equal((subject.Group, subject.Processor), (target.Group, target.Processor));
                }

                Assert.False(signal.Flags.HasFlag(EventFlags.Ipi) && subject.Processor == target.Processor);
            }
        }
    });

    [Fact]
    public void Every_processors_frames_end_with_the_major_frame() => Always((image, _) =>
    {
        foreach (MajorFrameView major in image.View.MajorFrames)
        {
            for (int processor = 0; processor < major.Processors.Length; processor++)
            {
                ulong last = 0;
                foreach (MinorFrameView frame in major.Processors[processor])
                {
                    Assert.True(frame.Deadline > last);
                    last = frame.Deadline;
                    Assert.Equal(processor, image.View.Partitions[frame.Partition].Processor);
                }

                Assert.Equal(major.Period, last);
            }
        }

        Assert.All(image.View.Subjects, s => Assert.Contains(image.View.MajorFrames.SelectMany(m => m.Processors[s.Processor]), f => f.Partition == image.View.Groups[s.Group].Partition));
    });

    [Fact]
    public void Each_subject_is_in_one_group_and_each_group_in_one_partition() => Always((image, _) =>
    {
        int next = 0;
        for (int index = 0; index < image.View.Partitions.Length; index++)
        {
            PartitionView partition = image.View.Partitions[index];
            Assert.Equal(next, partition.FirstGroup);
            Assert.InRange(partition.GroupCount, 1, Limits.GroupsPerPartition);
            next += partition.GroupCount;
            Assert.All(image.View.Groups.Skip(partition.FirstGroup).Take(partition.GroupCount), g => Assert.Equal(index, g.Partition));
        }

        Assert.Equal(image.View.Groups.Length, next);
        Assert.Equal(Enumerable.Range(0, image.View.Subjects.Length), image.View.Groups.SelectMany(g => g.Members).Order());
        for (int index = 0; index < image.View.Groups.Length; index++)
        {
            GroupView group = image.View.Groups[index];
            Assert.Contains(group.FirstSubject, group.Members);
            Assert.All(group.Members, m => Assert.Equal((index, image.View.Partitions[group.Partition].Processor), (image.View.Subjects[m].Group, image.View.Subjects[m].Processor)));
        }
    });

    [Fact]
    public void Processors_meet_wherever_their_frames_end_together() => Always((image, _) =>
    {
        var ids = new List<int>();
        foreach (MajorFrameView major in image.View.MajorFrames)
        {
            foreach (IGrouping<ulong, MinorFrameView> ends in major.Processors.SelectMany(p => p).GroupBy(f => f.Deadline))
            {
                MinorFrameView[] frames = [.. ends];
                bool meet = ends.Key != major.Period && frames.Length > 1;
                int barrier = Assert.Single(frames.Select(f => f.Barrier).Distinct());
                Assert.Equal(meet, barrier >= 0);
                Assert.All(frames, f => Assert.Equal(meet ? frames.Length : 0, f.BarrierSize));
                ids.AddRange(meet ? [barrier] : []);
            }
        }

        Assert.Equal(Enumerable.Range(0, ids.Count), ids.Order());
    });

    [Fact]
    public void Only_tau0_writes_what_the_kernels_read_of_it() => Always((image, memory) =>
    {
        SubjectView[] writers = [.. image.View.Subjects.Where(s => s.Main < 0 && s.Mappings.Any(m => m.Kind == MemoryKind.KernelInterface))];
        Assert.Equal(image.View.HasPlanSelector, writers.Length == 1);
        foreach (ProcessorView processor in image.View.Processors)
        {
            Page[] pages = [.. memory.Walk(processor.PageTables).Where(p => p.Virtual == KernelLayout.PlanSelector)];
            Assert.Equal(image.View.HasPlanSelector ? 1 : 0, pages.Length);
            Assert.All(pages, page =>
            {
                Assert.False(page.Writable || page.Executable);
                Assert.Equal(writers[0].Mappings.Single(m => m.Kind == MemoryKind.KernelInterface).PhysicalAddress, page.Physical);
            });
        }
    });

    [Fact]
    public void A_subjects_processor_leaves_the_kernel_in_control() => Always((image, memory) =>
    {
        var tables = MemoryMarshal.Read<TablesHeader>(memory.Bytes(KernelLayout.Tables, Marshal.SizeOf<TablesHeader>()));
        foreach (SubjectView subject in image.View.Subjects)
        {
            int size = System.Runtime.CompilerServices.Unsafe.SizeOf<SubjectEntry>();
            SubjectEntry entry = MemoryMarshal.Read<SubjectEntry>(memory.Bytes(KernelLayout.Tables + tables.SubjectsOffset + (ulong)(subject.Id * size), size));
            bool vm = entry.Profile == SubjectProfile.Vm;
            Assert.Equal(vm, entry.EptPointer != 0);
            Assert.Equal(vm ? 0xA2u : 0x20u, entry.SecondaryControls & 0xA2);
            Assert.Equal(0x49u, entry.PinControls);
            Assert.Equal(vm ? 0u : 0x1_8000u, entry.ProcessorControls & 0x1_8000);
            Assert.Equal(0xB298_0E00u, entry.ProcessorControls & 0xB298_0E00);
            Assert.Equal(0x6_0002u, entry.ExceptionBitmap & 0x6_0002);
            Assert.Equal(0x6000_0020ul, entry.Cr0Mask & 0x6000_0020);
            Assert.Equal(~0x37_07BFul, entry.Cr4Mask & ~0x37_07BFul);
            Assert.Equal((vm ? 0x8000u : 0u, vm ? 0x30_8200u : 0x8200u), (entry.EntryControls & 0x8000, entry.ExitControls));

            // Only what is in the store or moves otherwise may be touched without an exit.
            byte[] bitmap = memory.Bytes(entry.MsrBitmapAddress, 4096);
            uint[] open = [.. Enumerable.Range(0, 32768).Where(bit => (bitmap[bit / 8] >> (bit % 8) & 1) == 0).Select(bit => (uint)(bit % 0x2000) + ((bit / 0x2000) % 2 == 0 ? 0 : 0xC000_0000)).Distinct()];
            uint[] stored = [.. Enumerable.Range(0, (int)entry.MsrStoreCount).Select(i => memory.U32(entry.MsrStoreAddress + ((ulong)i * 16)))];
            uint[] moved = [0x10, 0x174, 0x175, 0x176, 0xC000_0100, 0xC000_0101, vm ? 0xC000_0080 : 0xC000_0102];
            Assert.Empty(open.Except(stored).Except(moved));
            Assert.Empty(stored.Except(open));
            Assert.DoesNotContain(0x277u, open);
        }
    });

    [Fact]
    public void Equal_inputs_give_equal_bytes() => Gen.Int.Sample(
        seed =>
        {
            string policy = RandomPolicy.Make(seed);
            SystemImage first = workspace.Compile(policy);
            using var elsewhere = new Workspace();
            SystemImage second = elsewhere.Compile(policy);
            Assert.Equal(first.Regions.Count, second.Regions.Count);
            foreach ((PhysicalRegion a, PhysicalRegion b) in first.Regions.Zip(second.Regions))
            {
                Assert.Equal((a.Name, a.Address, a.Size), (b.Name, b.Address, b.Size));
                Assert.True(a.Content.Span.SequenceEqual(b.Content.Span), a.Name);
            }
        },
        iter: 50,
        threads: 1);

    private void Always(Action<SystemImage, Memory> property) => Gen.Int.Sample(
        seed =>
        {
            SystemImage image = workspace.Compile(RandomPolicy.Make(seed));
            property(image, new Memory(image.Regions));
        },
        iter: 60,
        threads: 1);

    private static int Family(SubjectView subject) => subject.Main < 0 ? subject.Id : subject.Main;

    private static IReadOnlyList<Page> Walk(Memory memory, SubjectView subject) =>
        subject.Profile == SubjectProfile.Vm ? memory.WalkEpt(subject.PageTables) : memory.Walk(subject.PageTables);

    private static IEnumerable<Page> Pages(IEnumerable<MappingView> mappings) => mappings
        .SelectMany(m => Enumerable.Range(0, (int)(m.Size / 4096)).Select(i => new Page(m.VirtualAddress + ((ulong)i * 4096), m.PhysicalAddress + ((ulong)i * 4096), m.Writable, m.Executable,
            m.Caching switch { Caching.UC => 3, Caching.WT => 1, Caching.WC => 10, Caching.WP => 11, _ => 0 })))
        .OrderBy(p => p.Virtual);
}
