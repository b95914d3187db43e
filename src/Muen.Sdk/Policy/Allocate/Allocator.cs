// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Numerics;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Emit;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>
/// The fourth pass: gives every event, vector, virtual and physical address that the policy left open. It gets only systems without errors. What it returns holds all that
/// the emitter needs beside the contents of files.
/// </summary>
internal sealed class Allocator
{
    /// <summary>The page of the crash audit: behind the room for the tables, so that it is the same for all systems and no boot loader writes to it.</summary>
    internal const ulong CrashAudit = KernelLayout.Tables + KernelLayout.TablesLimit;

    /// <summary>Inputs of an IO-APIC.</summary>
    internal const int IoApicInputs = 24;

    /// <summary>Physical address of the IO-APIC.</summary>
    internal const ulong IoApicAddress = 0xFEC0_0000;

    private const ulong Page = KernelLayout.PageSize;
    private const ulong LargePage = 2UL << 20;
    private const ulong HugePage = 1UL << 30;
    private const ulong FourGiB = 1UL << 32;

    /// <summary>Arenas begin at multiples of this.</summary>
    private const ulong ArenaStep = 4UL << 20;

    /// <summary>Memory that is left free behind each arena at least.</summary>
    private const ulong ArenaSlack = 128UL << 10;

    private readonly ResolvedSystem system;
    private readonly Contents contents;
    private readonly DiagnosticBag bag;
    private readonly List<RegionView> regions = [];
    private readonly List<Request> requests = [];
    private readonly Dictionary<Arena, Stretch> arenas = [];
    private readonly Dictionary<(RegionKind Kind, int Owner, int Part), int> found = [];
    private readonly int[] processors;
    private readonly int[] readers;
    private readonly ImmutableArray<MeetingPoints> barriers;
    private readonly int? planSelector;

    private Allocator(ResolvedSystem system, Contents contents, DiagnosticBag bag)
    {
        this.system = system;
        this.contents = contents;
        this.bag = bag;
        processors = [.. system.Plan.MajorFrames.SelectMany(m => m.Cpus).Select(c => c.Id).Distinct().Order()];
        barriers = MeetingPoints.Of(system.Plan);
        planSelector = system.PlanSelector;
        readers = new int[system.Channels.Length];
        foreach (ResolvedChannelEnd end in system.Subjects.SelectMany(s => s.ChannelEnds).Where(e => !e.Writer))
        {
            readers[end.Channel]++;
        }
    }

    /// <summary>The system with all numbers and addresses, null after an error.</summary>
    internal static SystemView? Allocate(ResolvedSystem system, Contents contents, DiagnosticBag bag) => new Allocator(system, contents, bag).Run();

    private SystemView? Run()
    {
        Numbering[] numbers = [.. system.Subjects.Select(s => Numbering.Of(s, system.Channels, readers))];
        CheckVectors(numbers);
        List<Space>[] spaces = new AddressSpaces(system, contents, bag).Build();
        int routes = system.Subjects.Sum(s => s.Irqs.Count(i => i.Message is null));
        TablesLayout tables = TablesLayout.For(processors.Length, system.Subjects.Length, system.Plan.MajorFrames.Length,
            system.Plan.MajorFrames.Sum(m => m.Cpus.Sum(c => c.Frames.Length)), system.Plan.Groups.Length, system.Plan.Partitions.Length, routes, system.Hardware.Iommus.Length);
        if (bag.HasErrors)
        {
            return null;
        }

        PlaceAll(tables.Size, spaces);
        CheckNames();
        return bag.HasErrors ? null : View(numbers, spaces);
    }

    // Fewer than there are may still leave no room for those that come one after the other.
    private void CheckVectors(Numbering[] numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i].Vectors.FirstOrDefault(v => v.Vector >= Limits.Vectors) is { } beyond)
            {
                bag.Add(system.Subjects[i].Place, DiagnosticCodes.NoVectorLeft,
                    $"subject '{system.Subjects[i].Name}' has no vector left for '{beyond.Name}', or not so many one after the other as its device needs; leave out the vectors that the policy gives, or divide the subject");
            }
        }
    }

    /// <summary>Pages of the subject information.</summary>
    internal const ulong SubjectInfoPages = 8;

    /// <summary>What a region of the policy is in physical memory.</summary>
    internal static RegionKind KindOf(ResolvedRegion region) => region.Use switch
    {
        RegionUse.Channel => RegionKind.Channel,
        RegionUse.Provided => RegionKind.Provided,
        RegionUse.CrashAudit => RegionKind.CrashAudit,
        _ => RegionKind.Memory,
    };

    // ---- physical addresses

    private void PlaceAll(ulong tablesSize, List<Space>[] spaces)
    {
        var memory = new PhysicalMemory(system.Hardware.Blocks);
        memory.Reserve(KernelLayout.Trampoline, Page);
        memory.Reserve(KernelLayout.Image, KernelLayout.ImageEnd - KernelLayout.Image);
        memory.Reserve(KernelLayout.Tables, KernelLayout.TablesLimit);
        memory.Reserve(CrashAudit, Page);

        int segment = 0;
        foreach ((BinarySegment part, string name) in BinarySegment.Of(contents.Kernel!))
        {
            Region("kernel_" + name["binary_".Length..], RegionKind.KernelImage, -1, segment++, part.Address, part.Size, Caching.WB);
        }

        Region("tables", RegionKind.Tables, -1, -1, KernelLayout.Tables, Pages(tablesSize), Caching.WB);
        Region("crash_audit", RegionKind.CrashAudit, -1, -1, CrashAudit, Page, Caching.UC, false);
        for (int i = 0; i < system.Regions.Length; i++)
        {
            ResolvedRegion region = system.Regions[i];
            if (region.Address is { } address && region.Use != RegionUse.CrashAudit)
            {
                memory.Reserve(address.Value, region.Size.Value);
                Region(region.Name, KindOf(region), -1, i, address.Value, region.Size.Value, region.Caching.Value);
            }
        }

        RequestAll(spaces);
        PlaceInArenas(memory);
        if (bag.HasErrors)
        {
            return;
        }

        // How many tables an EPT has depends on the pages that the addresses allow, so it comes last.
        for (int id = 0; id < spaces.Length; id++)
        {
            if (system.Subjects[id].IsVm)
            {
                int tables = new PageTableShape(ExtendedPageTables.Runs(spaces[id].Select(Mapping))).Count;
                requests.Add(new(system.Subjects[id].Name + "|page_tables", RegionKind.SubjectPageTables, id, -1, (ulong)tables * Page, system.Subjects[id].Place));
            }
        }

        Place(memory, requests, arenas[Arena.Tables]);
    }

    // What has the same reason to change lies together, each kind behind a stretch of free memory: what becomes larger, or one more, moves only what follows in its own arena.
    private enum Arena
    {
        /// <summary>What each processor and each subject has of the kernel, always as many pages.</summary>
        Kernel,

        /// <summary>Page tables and what else depends on how much there is.</summary>
        Tables,

        /// <summary>Programs and their stacks.</summary>
        Programs,
        Channels,
        Provided,

        /// <summary>Regions of the policy, last: the large ones stand wherever their pages are best.</summary>
        Memory,
    }

    private static Arena ArenaOf(RegionKind kind) => kind switch
    {
        RegionKind.KernelPageTables or RegionKind.SubjectPageTables or RegionKind.MsrStore or RegionKind.DmaRoot or RegionKind.DmaContext or RegionKind.DmaTables or RegionKind.InterruptTable
            or RegionKind.InvalidationQueue => Arena.Tables,
        RegionKind.Binary or RegionKind.Stack => Arena.Programs,
        RegionKind.Channel => Arena.Channels,
        RegionKind.Provided or RegionKind.Content => Arena.Provided,
        RegionKind.Memory => Arena.Memory,
        _ => Arena.Kernel,
    };

    // Where an arena's regions begin: the small ones in buckets by their names, so that one more or a larger one, wherever it stands in the policy, moves only what follows in its own
    // bucket; the large ones behind the buckets, where their pages are best. Not many buckets: each may become a segment of the image, and a boot loader reads few of those.
    private readonly record struct Stretch(ulong Start, ulong Size)
    {
        private const int BucketBits = 6;

        internal ulong HomeOf(Request request) => request.IsLarge ? Start + Size : Start + ((request.Order >> (64 - BucketBits)) * (Size >> BucketBits));
    }

    private void PlaceInArenas(PhysicalMemory memory)
    {
        // Where memory is short, it is filled from its begin on.
        bool isShort = requests.Aggregate(0UL, (sum, r) => sum + r.Size) > memory.Free / 2;
        ulong start = CrashAudit;
        foreach (Arena arena in Enum.GetValues<Arena>())
        {
            List<Request> own = requests.FindAll(r => ArenaOf(r.Kind) == arena);

            // The second-level tables of VMs come later, into the arena of the tables.
            ulong later = arena == Arena.Tables ? system.Subjects.Aggregate(0UL, (sum, s) => sum + (s.IsVm ? ArenaSlack / 2 : 0)) : 0;
            ulong small = own.Aggregate(later, (sum, r) => sum + (r.IsLarge ? 0 : r.Size));
            ulong large = own.Aggregate(0UL, (sum, r) => sum + (r.IsLarge ? r.Size : 0));
            arenas[arena] = new(start, isShort ? 0 : BitOperations.RoundUpToPowerOf2(Math.Max(2 * small, ArenaStep)));
            Place(memory, own, arenas[arena]);
            start = (start + (isShort ? small : arenas[arena].Size) + large + ArenaSlack + ArenaStep - 1) & ~(ArenaStep - 1);
        }

        requests.Clear();
    }

    private void Place(PhysicalMemory memory, List<Request> wanted, Stretch arena)
    {
        foreach (Request request in wanted.OrderBy(r => r.IsLarge ? 0 : r.Order))
        {
            ulong? address = null;
            ulong start = arena.HomeOf(request);
            for (ulong alignment = request.Alignment; address is null && alignment >= Page; alignment = request.IsAlignmentOptional ? alignment >> 9 : 0)
            {
                // Where the arena has no room left, whatever is free will do, the lowest first: boot loaders are at home below 4 GiB.
                address = memory.Allocate(request.Size, Math.Min(request.Limit, FourGiB), alignment, request.Offset & (alignment - 1), start)
                    ?? memory.Allocate(request.Size, request.Limit, alignment, request.Offset & (alignment - 1));
            }

            if (address is { } found)
            {
                Region(request.Name, request.Kind, request.Owner, request.Part, found, request.Size, request.Caching);
            }
            else
            {
                bag.Add(request.Place, DiagnosticCodes.MemoryExhausted,
                    $"there is no room for '{request.Name}' with {request.Size >> 10} KiB, {memory.Free >> 10} KiB are left in all; use smaller regions, or hardware with more memory");
            }
        }
    }

    // A piece of memory to be placed. An optional alignment serves only to have larger pages: where it cannot be had, a smaller one is tried.
    private sealed record Request(string Name, RegionKind Kind, int Owner, int Part, ulong Size, Place Place)
    {
        internal ulong Limit { get; init; } = ulong.MaxValue;

        internal Caching Caching { get; init; } = Caching.WB;

        internal ulong Alignment { get; init; } = Page;

        internal ulong Offset { get; init; }

        internal bool IsAlignmentOptional { get; init; }

        internal bool IsLarge => Size >= LargePage;

        // Small requests are placed in this order: by their names, not by their places in the policy. FNV-1a, whose upper bits are mixed once more, is the same in every process.
        internal ulong Order { get; } = 0x9E37_79B9_7F4A_7C15 * Name.Aggregate(0xCBF2_9CE4_8422_2325, (hash, c) => (hash ^ c) * 0x100_0000_01B3);
    }

    private void RequestAll(List<Space>[] spaces)
    {
        void Ask(string name, RegionKind kind, int owner, int part, ulong size, Place place, ulong limit = ulong.MaxValue) =>
            requests.Add(new(name, kind, owner, part, size, place) { Limit = limit });

        foreach (int cpu in processors)
        {
            string prefix = string.Create(CultureInfo.InvariantCulture, $"kernel_{cpu}|");
            Place place = system.Plan.Place;
            Ask(prefix + "page_tables", RegionKind.KernelPageTables, cpu, -1, (ulong)new PageTableShape(KernelSpace(cpu).Select(m => (m.VirtualAddress, m.Size))).Count * Page, place, FourGiB);
            Ask(prefix + "stack", RegionKind.KernelStack, cpu, -1, Page, place);
            Ask(prefix + "interrupt_stack", RegionKind.InterruptStack, cpu, -1, Page, place);
            Ask(prefix + "data", RegionKind.ProcessorData, cpu, -1, Page, place);
            Ask(prefix + "vmxon", RegionKind.VmxOn, cpu, -1, Page, place, FourGiB);
        }

        for (int id = 0; id < system.Subjects.Length; id++)
        {
            ResolvedSubject subject = system.Subjects[id];
            string prefix = subject.Name + "|";
            Ask(prefix + "state", RegionKind.State, id, -1, Page, subject.Place);
            Ask(prefix + "timed_event", RegionKind.TimedEvent, id, -1, Page, subject.Place);
            Ask(prefix + "interrupts", RegionKind.Interrupts, id, -1, Page, subject.Place);
            Ask(prefix + "scheduling_info", RegionKind.SchedulingInfo, id, -1, Page, subject.Place);
            Ask(prefix + "fpu", RegionKind.Fpu, id, -1, Page, subject.Place);
            Ask(prefix + "vmcs", RegionKind.Vmcs, id, -1, Page, subject.Place, FourGiB);
            Ask(prefix + "io_bitmap", RegionKind.IoBitmap, id, -1, 2 * Page, subject.Place, FourGiB);
            Ask(prefix + "msr_bitmap", RegionKind.MsrBitmap, id, -1, Page, subject.Place, FourGiB);
            if (!subject.Msrs.IsEmpty && StoredMsrs(subject) is not [])
            {
                Ask(prefix + "msr_store", RegionKind.MsrStore, id, -1, Page, subject.Place, FourGiB);
            }

            if (!subject.IsVm)
            {
                Ask(prefix + "page_tables", RegionKind.SubjectPageTables, id, -1, (ulong)new PageTableShape(spaces[id].Select(m => (m.VirtualAddress, m.Size))).Count * Page, subject.Place);
            }

            Ask(prefix + "sinfo", RegionKind.SubjectInfo, id, -1, SubjectInfoPages * Page, subject.Place);
            foreach (Space own in spaces[id].Where(s => s.RegionKind is RegionKind.Binary or RegionKind.Stack && s.Owner == id))
            {
                Ask(prefix + own.Name, own.RegionKind, id, own.Part, own.Size, subject.Place);
            }
        }

        foreach ((string name, RegionKind kind, int owner, ulong size) in DmaLayout.Regions(system))
        {
            Ask(name, kind, owner, -1, size, system.Place);
        }

        foreach ((Space content, ResolvedSubject loader) in spaces.SelectMany((space, id) => space.Where(s => s.RegionKind == RegionKind.Content).Select(s => (s, system.Subjects[id])))
            .DistinctBy(c => (c.s.Owner, c.s.Part)))
        {
            string of = content.Owner < 0 ? system.Regions[content.Part].Name : system.Subjects[content.Owner].Name;
            Ask(string.Create(CultureInfo.InvariantCulture, $"{of}|content_{content.Part}"), RegionKind.Content, content.Owner, content.Part, content.Size, loader.Place);
        }

        Dictionary<int, ulong> seenByVms = [];
        foreach (Space space in spaces.Where((_, id) => system.Subjects[id].IsVm).SelectMany(s => s).Where(s => s.Owner < 0 && s.Part >= 0))
        {
            seenByVms.TryAdd(space.Part, space.VirtualAddress);
        }

        for (int i = 0; i < system.Regions.Length; i++)
        {
            ResolvedRegion region = system.Regions[i];
            if (region.Address is null)
            {
                ulong size = region.Size.Value;
                bool seen = seenByVms.TryGetValue(i, out ulong address) && region.Alignment is null;
                requests.Add(new(region.Name, KindOf(region), -1, i, size, region.Place)
                {
                    Caching = region.Caching.Value,
                    Alignment = region.Alignment?.Value ?? (seen && size >= HugePage ? HugePage : seen && size >= LargePage ? LargePage : Page),
                    Offset = seen ? address : 0,
                    IsAlignmentOptional = seen,
                });
            }
        }
    }

    // Regions are known by what they are, but a report that says "a|state" must mean one thing.
    private void CheckNames()
    {
        var named = regions.Where(r => r.Owner >= 0 || r.Kind == RegionKind.Content).Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        foreach (ResolvedRegion region in system.Regions.Where(r => named.Contains(r.Name)))
        {
            bag.Add(region.Place, DiagnosticCodes.DuplicateMemory, $"'{region.Name}' is the name of a region that the compiler adds; choose another name");
        }

        Checker.Unique(system.Regions.Select(r => (r.Name, r.Place)), DiagnosticCodes.DuplicateMemory, "memory region", bag);
    }

    private static ImmutableArray<uint> StoredMsrs(ResolvedSubject subject) => Msrs.Stored(subject.Msrs, subject.Profile);

    private void Region(string name, RegionKind kind, int owner, int part, ulong address, ulong size, Caching caching, bool loaded = true)
    {
        found.Add((kind, owner, part), regions.Count);
        regions.Add(new RegionView(name, kind, owner, part, address, size, caching, loaded));
    }

    private static ulong Pages(ulong size) => (size + Page - 1) & ~(Page - 1);

    // ---- the kernel's address space (KernelLayout)

    private List<Space> KernelSpace(int cpu)
    {
        var space = new List<Space>();
        void Map(string name, RegionKind kind, int owner, ulong address, ulong size, bool writable = true, bool executable = false, int part = -1, Caching caching = Caching.WB) =>
            space.Add(new Space(name, kind, owner, part, address, size, writable, executable, caching, MemoryKind.KernelInterface));

        int segment = 0;
        foreach ((BinarySegment part, string name) in BinarySegment.Of(contents.Kernel!))
        {
            Map(name["binary_".Length..], RegionKind.KernelImage, -1, part.Address, part.Size, part.Writable, part.Executable, segment++);
        }

        Map("tables", RegionKind.Tables, -1, KernelLayout.Tables, regions[found[(RegionKind.Tables, -1, -1)]].Size, false);
        Map("stack", RegionKind.KernelStack, cpu, KernelLayout.Stack, Page);
        Map("interrupt_stack", RegionKind.InterruptStack, cpu, KernelLayout.InterruptStack, Page);
        Map("data", RegionKind.ProcessorData, cpu, KernelLayout.ProcessorData, Page);
        Map("vmxon", RegionKind.VmxOn, cpu, KernelLayout.VmxOn, Page);
        Map("crash_audit", RegionKind.CrashAudit, -1, KernelLayout.CrashAudit, Page, caching: Caching.UC);
        space.Add(new Space("io_apic", RegionKind.Memory, -1, -1, KernelLayout.IoApic, Page, true, false, Caching.UC, MemoryKind.Device) { Device = IoApicAddress });

        if (cpu == 0)
        {
            space.AddRange(DmaLayout.Registers(system));
        }

        if (planSelector is { } selector)
        {
            Map("plan_selector", RegionKind.Memory, -1, KernelLayout.PlanSelector, Page, false, part: selector);
        }

        for (int id = 0; id < system.Subjects.Length; id++)
        {
            if (ProcessorOf(id) != cpu)
            {
                continue;
            }

            ulong start = KernelLayout.Subjects + ((ulong)id * KernelLayout.SubjectStride);
            string prefix = system.Subjects[id].Name + "|";
            Map(prefix + "state", RegionKind.State, id, start + KernelLayout.StateOffset, Page);
            Map(prefix + "timed_event", RegionKind.TimedEvent, id, start + KernelLayout.TimedEventOffset, Page);
            Map(prefix + "interrupts", RegionKind.Interrupts, id, start + KernelLayout.InterruptsOffset, Page);
            Map(prefix + "scheduling_info", RegionKind.SchedulingInfo, id, start + KernelLayout.SchedulingInfoOffset, Page);
            Map(prefix + "fpu", RegionKind.Fpu, id, start + KernelLayout.FpuOffset, Page);
            Map(prefix + "vmcs", RegionKind.Vmcs, id, start + KernelLayout.VmcsOffset, Page);
            if (StoredMsrs(system.Subjects[id]) is not [])
            {
                Map(prefix + "msr_store", RegionKind.MsrStore, id, start + KernelLayout.MsrStoreOffset, Page);
            }
        }

        return space;
    }

    private int ProcessorOf(int subject) => system.Plan.ProcessorsOf(system.Subjects[subject])[0];

    // ---- the view

    private SystemView View(Numbering[] numbers, List<Space>[] spaces)
    {
        ImmutableArray<EventEnds> ends = EventEnds.Collect(system.Events, system.Channels, system.Subjects);
        ImmutableArray<ProcessorView> cpus =
        [
            .. processors.Select(cpu => new ProcessorView(cpu, system.Hardware.Cpus[cpu].ApicId, system.Hardware.MachineCheckBanks, Address(RegionKind.KernelPageTables, cpu), Address(RegionKind.VmxOn, cpu),
                [.. KernelSpace(cpu).Select(Mapping)])),
        ];
        var ordered = regions.Select((region, index) => (region, index)).OrderBy(r => r.region.Address).ToList();
        int[] renumbered = new int[regions.Count];
        for (int i = 0; i < ordered.Count; i++)
        {
            renumbered[ordered[i].index] = i;
        }

        ILookup<int, (int Channel, int Subject, bool Writer)> channelEnds = system.Subjects
            .SelectMany((s, id) => s.ChannelEnds.Select(e => (e.Channel, Subject: id, e.Writer))).ToLookup(e => e.Channel);
        MappingView Renumber(MappingView mapping) => mapping.Region < 0 ? mapping : mapping with { Region = renumbered[mapping.Region] };
        return new SystemView(
            system.Name,
            system.Hardware.TscKhz,
            system.Hardware.ConsolePort?.Value ?? 0,
            [.. system.Hardware.Blocks.Select(b => new MemoryBlockView(b.Name, b.Address, b.Size, b.Allocatable))],
            [.. ordered.Select(r => r.region)],
            [.. cpus.Select(cpu => cpu with { Mappings = [.. cpu.Mappings.Select(Renumber)] })],
            [.. system.Subjects.Select((s, id) => Subject(s, id, numbers, [.. spaces[id].Select(Mapping).Select(Renumber)], ends))],
            [.. system.Events.Select((e, i) => new EventView(e.Name, e.Mode, [.. ends[i].Sources.Select(s => s.Subject).Distinct()], ends[i].Targets.IsEmpty ? -1 : ends[i].Targets[0].Subject))],
            [.. system.Channels.Select((c, i) => Channel(c, channelEnds[i], renumbered))],
            [.. system.Plan.Partitions.Select(p => new PartitionView(p.Declared?.Name ?? system.Subjects[system.Plan.Groups[p.FirstGroup].First].Name, p.Processors[0], p.FirstGroup, p.GroupCount))],
            [.. system.Plan.Groups.Select(g => new GroupView(g.First, g.Partition, g.Members))],
            [.. system.Plan.MajorFrames.Select(MajorFrame)],
            planSelector is not null)
        {
            Dma = system.Hardware.HasIommu ? DmaLayout.View(system, Address, space => Renumber(Mapping(space))) : null,
        };
    }

    private ulong Address(RegionKind kind, int owner) => regions[found[(kind, owner, -1)]].Address;

    private MappingView Mapping(Space space)
    {
        int region = space.Device is null ? found[(space.RegionKind, space.Owner, space.Part)] : -1;
        return new MappingView(space.Name, region, space.VirtualAddress, space.Device ?? regions[region].Address, space.Size, space.Writable, space.Executable, space.Caching, space.Kind) { SourceId = space.SourceId };
    }

    private ChannelView Channel(ResolvedChannel channel, IEnumerable<(int Channel, int Subject, bool Writer)> ends, int[] renumbered)
    {
        return new ChannelView(channel.Name, renumbered[found[(RegionKind.Channel, -1, channel.Region)]], channel.Event, ends.First(e => e.Writer).Subject,
            [.. ends.Where(e => !e.Writer).Select(e => e.Subject)]);
    }

    private MajorFrameView MajorFrame(ResolvedMajorFrame major, int index)
    {
        UInt128 hertz = (UInt128)system.Hardware.TscKhz * 1000;
        ulong Cycles(ulong ticks) => (ulong)(ticks * hertz / system.Plan.TickRate);
        ulong total = 0;
        MeetingPoints meetings = barriers[index];
        var cpus = ImmutableArray.CreateBuilder<ImmutableArray<MinorFrameView>>();
        foreach (int cpu in processors)
        {
            ulong ticks = 0;
            var frames = ImmutableArray.CreateBuilder<MinorFrameView>();
            foreach (ResolvedMinorFrame frame in major.Cpus.First(c => c.Id == cpu).Frames)
            {
                ticks += frame.Ticks;
                (int barrier, int size) = meetings.At(ticks);
                frames.Add(new MinorFrameView(frame.Partition, frame.Ticks, Cycles(ticks), barrier, size));
            }

            total = ticks;
            cpus.Add(frames.ToImmutable());
        }

        return new MajorFrameView(Cycles(total), cpus.ToImmutable());
    }

    private SubjectView Subject(ResolvedSubject subject, int id, Numbering[] numbers, ImmutableArray<MappingView> mappings, ImmutableArray<EventEnds> ends)
    {
        Numbering own = numbers[id];
        int message = Limits.FirstMessageVector + system.Subjects.Take(id).Sum(s => s.Irqs.Count(i => i.Message is not null));
        ImmutableArray<IrqView> irqs = [.. subject.Irqs.Select((irq, i) => Irq(irq, own.IrqVectors[i], irq.Message is null ? -1 : message++))];
        return new SubjectView(
            id, subject.Name, subject.Component < 0 ? null : system.Components[subject.Component].Name, ProcessorOf(id), subject.Group,
            subject.Profile, subject.Main ?? -1, FlagsOf(subject, id, mappings), Address(RegionKind.SubjectPageTables, id), VcpuOf(subject, id),
            [.. subject.Msrs.Select(m => new MsrView(m.Start, m.End, m.Read, m.Write))],
            mappings,
            [.. own.Sources.Select(s => new SourceEventView(s.Name, s.Number, Signal(id, s.Event, s.Action, numbers, ends))).OrderBy(e => e.Number)],
            [.. subject.Traps.Select(t => new TrapView(t.Reason, Signal(id, t.Event, t.Action, numbers, ends))).OrderBy(t => t.Reason)],
            [.. own.Targets.OrderBy(t => t.Number)],
            [.. own.Vectors.OrderBy(v => v.Vector)],
            [.. subject.Devices.Select(d => Device(d, subject, own, irqs))],
            [.. subject.Ports.Select(p => new PortView(p.Logical, p.Port.Start, p.Port.End) { SourceId = p.Device.Pci?.SourceId ?? DeviceView.NoSourceId })],
            irqs);
    }

    // Somebody who sees the state page needs it written, somebody who writes it needs it read.
    private SubjectFlags FlagsOf(ResolvedSubject subject, int id, ImmutableArray<MappingView> mappings)
    {
        var observers = system.Subjects.SelectMany(s => s.Monitors).Where(m => m.Subject == id && m.Part == MonitorPart.State).ToList();
        SubjectFlags flags = subject.Flushes;
        flags |= observers.Count != 0 ? SubjectFlags.Observed : SubjectFlags.None;
        flags |= observers.Exists(m => m.Writable) ? SubjectFlags.Controlled : SubjectFlags.None;
        return flags | (subject.IsVm && ExtendedPageTables.Runs(mappings).Any(r => r.Level == PageRun.Largest) ? SubjectFlags.HugePages : SubjectFlags.None);
    }

    private VcpuView VcpuOf(ResolvedSubject subject, int id)
    {
        Vcpu vcpu = contents.Starts[id] is { } start ? subject.Vcpu.Starting(start) : subject.Vcpu;
        SubjectState state = vcpu.Initial;
        if (!subject.IsVm)
        {
            ElfFile? binary = subject.Component < 0 ? null : contents.Binaries[subject.Component];
            state = state with
            {
                Rip = vcpu.Registers.ContainsKey("rip") ? state.Rip : binary?.Entry ?? SubjectLayout.Image,
                Rsp = vcpu.Registers.ContainsKey("rsp") ? state.Rsp : subject.Idle is null ? SubjectLayout.StackTop : 0,
                Cr3 = Address(RegionKind.SubjectPageTables, id),
            };
        }

        return new VcpuView(
            vcpu.Pin, vcpu.Processor, vcpu.Secondary, vcpu.Exit, vcpu.Entry, vcpu.Exceptions, vcpu.Cr0Mask, vcpu.Cr4Mask, vcpu.Xcr0, vcpu.Xcr0Mask, StoredMsrs(subject),
            state with { Running = 1 });
    }

    private static DeviceView Device(ResolvedDevice device, ResolvedSubject subject, Numbering own, ImmutableArray<IrqView> irqs)
    {
        int[] vectors = [.. subject.Irqs.Select((irq, i) => (irq, i)).Where(x => x.irq.Device == device.Device).Select(x => own.IrqVectors[x.i]).Order()];
        return new DeviceView(device.Logical, device.Device.Name, vectors.Length == 0 ? -1 : vectors[0], vectors.Length)
        {
            Pci = device.Device.Pci,
            FirstMessage = irqs.Where((_, i) => subject.Irqs[i].Device == device.Device && subject.Irqs[i].Message is not null).Select(i => i.HostVector).DefaultIfEmpty(-1).First(),
        };
    }

    private static IrqView Irq(ResolvedIrq irq, int vector, int message) => irq.Message is not null
        ? new(irq.Logical, irq.Irq.Number, -1, message, vector, false, false) { SourceId = irq.Device.Pci!.SourceId }
        : new(irq.Logical, irq.Irq.Number, InputOf(irq.Irq.Number), FirstHostVector + irq.Irq.Number, vector, irq.Irq.Level, irq.Irq.ActiveLow);

    private const int FirstHostVector = 32;

    // The timer's IRQ 0 is wired to input 2 on every PC with an IO-APIC (interrupt source override of its ACPI tables).
    private static int InputOf(int irq) => irq == 0 ? 2 : irq;

    private SignalView Signal(int source, int signal, ActionNode? action, Numbering[] numbers, ImmutableArray<EventEnds> ends)
    {
        var what = action?.Action ?? SourceAction.None;
        int irq = action is { Action: SourceAction.UnmaskIrq } ? InputOf(action.Irq) : 0;
        if (signal < 0 || ends[signal].Targets.IsEmpty)
        {
            return new SignalView(signal, what, irq, EventFlags.Valid, -1, -1);
        }

        int target = ends[signal].Targets[0].Subject;
        TargetEventView received = numbers[target].Targets.First(t => t.Event == signal);
        bool handover = system.Events[signal].Mode == EventMode.Switch;

        // Who is handed over to runs next, asleep or not: without an action there is nothing to make pending.
        EventFlags flags = handover && received.Action == TargetAction.None ? EventFlags.Valid : EventFlags.Valid | EventFlags.HasTarget;
        bool elsewhere = ProcessorOf(source) != ProcessorOf(target);
        flags |= system.Events[signal].Mode switch
        {
            EventMode.Switch => EventFlags.Handover,
            EventMode.Ipi => EventFlags.Ipi,
            EventMode.Asap when elsewhere => EventFlags.Ipi,
            _ => EventFlags.None,
        };
        return new SignalView(signal, what, irq, flags, target, received.Number);
    }
}
