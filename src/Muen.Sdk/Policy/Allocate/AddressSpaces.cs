// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>
/// What each subject sees, and where: binary, stack, what the kernel tells, regions, device memory, and pages of other subjects. Addresses that the policy leaves open are
/// chosen here.
/// </summary>
internal sealed class AddressSpaces
{
    private const ulong Page = KernelLayout.PageSize;

    // Page tables of 64 MiB: more would make the image larger than anything that it holds.
    private const ulong MappedLimit = 32UL << 30;

    private readonly ResolvedSystem system;
    private readonly Contents contents;
    private readonly DiagnosticBag bag;
    private readonly List<Space>[] spaces;

    internal AddressSpaces(ResolvedSystem system, Contents contents, DiagnosticBag bag)
    {
        this.system = system;
        this.contents = contents;
        this.bag = bag;
        spaces = new List<Space>[system.Subjects.Length];
    }

    /// <summary>The address space of each subject, by ascending address.</summary>
    internal List<Space>[] Build()
    {
        // A loader sees what its subject sees, a sibling what its main subject sees.
        foreach (int id in Enumerable.Range(0, spaces.Length).OrderBy(id => system.Subjects[id].Main is not null ? 2 : Loaders(id).Any() ? 1 : 0))
        {
            spaces[id] = SpaceOf(system.Subjects[id], id);
            UInt128 mapped = spaces[id].Aggregate(UInt128.Zero, (sum, s) => sum + s.Size);
            if (mapped > MappedLimit)
            {
                bag.Add(system.Subjects[id].Place, DiagnosticCodes.TooMuchMapped,
                    $"subject '{system.Subjects[id].Name}' maps {mapped >> 20} MiB; {MappedLimit >> 20} MiB are possible, map less");
            }
        }

        return spaces;
    }

    private IEnumerable<ResolvedMonitor> Loaders(int id) => system.Subjects[id].Monitors.Where(m => m.Part == MonitorPart.Loader && m.Subject != id);

    private List<Space> SpaceOf(ResolvedSubject subject, int id)
    {
        var builder = new Builder();
        AddProgram(builder, subject, id);
        builder.Fixed("sinfo", RegionKind.SubjectInfo, id, SubjectLayout.SubjectInfo, Allocator.SubjectInfoPages * Page, false, MemoryKind.SubjectInfo);
        builder.Fixed("scheduling_info", RegionKind.SchedulingInfo, id, SubjectLayout.SchedulingInfo, Page, false, MemoryKind.SchedulingInfo);
        builder.Fixed("timed_event", RegionKind.TimedEvent, id, SubjectLayout.TimedEvent, Page, true, MemoryKind.TimedEvent);
        if (subject.Main is { } main)
        {
            builder.AddRange(spaces[main].Where(s => s.Owner < 0 && s.RegionKind != RegionKind.Content));
        }
        else
        {
            AddRegions(builder, subject);
        }

        foreach (ResolvedMonitor monitor in subject.Monitors)
        {
            AddMonitor(builder, monitor, id);
        }

        List<Space> space = builder.Finish(place => bag.Add(place, DiagnosticCodes.TooMuchMapped, $"subject '{subject.Name}' has no room left in its address space; map less"));
        CheckLoaded(subject, space);
        return space;
    }

    private void AddProgram(Builder builder, ResolvedSubject subject, int id)
    {
        if (subject.Idle is not null)
        {
            builder.Add(new Space("binary_text", RegionKind.Binary, id, 0, SubjectLayout.Image, Page, false, true, Caching.WB, MemoryKind.Binary));
        }
        else if (!subject.IsVm)
        {
            ElfFile? binary = contents.Binaries[subject.Component];
            int part = 0;
            foreach ((BinarySegment segment, string name) in binary is null ? [] : BinarySegment.Of(binary))
            {
                builder.Add(new Space(name, RegionKind.Binary, id, part++, segment.Address, segment.Size, segment.Writable, segment.Executable, Caching.WB, MemoryKind.Binary));
            }

            builder.Fixed("stack", RegionKind.Stack, id, SubjectLayout.StackTop - subject.StackSize.Value, subject.StackSize.Value, true, MemoryKind.Subject);
        }
    }

    private void AddRegions(Builder builder, ResolvedSubject subject)
    {
        foreach (ResolvedMapping mapping in subject.Mappings)
        {
            ResolvedRegion region = system.Regions[mapping.Region];
            builder.Add(mapping.VirtualAddress, mapping.Place, new Space(
                mapping.Logical, Allocator.KindOf(region), -1, region.Use == RegionUse.CrashAudit ? -1 : mapping.Region, 0, region.Size.Value, mapping.Writable, mapping.Executable,
                region.Caching.Value, mapping.Kind));
        }

        foreach (ResolvedDeviceMemory memory in subject.DeviceMemory)
        {
            builder.Add(memory.VirtualAddress, memory.Place, new Space(
                memory.Logical, RegionKind.Memory, -1, -1, 0, memory.Memory.Size, memory.Writable, memory.Executable, memory.Memory.Caching, MemoryKind.Device)
            {
                Device = memory.Memory.Address,
                SourceId = memory.Device.Pci?.SourceId ?? DeviceView.NoSourceId,
            });
        }
    }

    private void AddMonitor(Builder builder, ResolvedMonitor monitor, int id)
    {
        if (monitor.Part == MonitorPart.Loader)
        {
            AddLoader(builder, monitor, id);
            return;
        }

        (RegionKind kind, MemoryKind memory) = monitor.Part switch
        {
            MonitorPart.State => (RegionKind.State, MemoryKind.State),
            MonitorPart.TimedEvent => (RegionKind.TimedEvent, MemoryKind.TimedEvent),
            _ => (RegionKind.Interrupts, MemoryKind.Interrupts),
        };
        builder.Add(monitor.VirtualAddress, monitor.Place, new Space(monitor.Logical, kind, monitor.Subject, -1, 0, Page, monitor.Writable, false, Caching.WB, memory));
    }

    // The memory that the other subject can write, the information that says what it is, and the contents with which it began. A subject that loads itself has its memory already.
    private void AddLoader(Builder builder, ResolvedMonitor monitor, int id)
    {
        List<Space> loaded = monitor.Subject == id ? [.. builder.All] : spaces[monitor.Subject];
        foreach (Space space in loaded.Where(s => s.Device is null && s.RegionKind is RegionKind.Memory or RegionKind.Provided or RegionKind.Binary or RegionKind.Stack or RegionKind.SubjectInfo))
        {
            if (space.Kind == MemoryKind.KernelInterface)
            {
                continue;
            }

            if (monitor.Subject != id)
            {
                builder.Add(space with
                {
                    Name = $"{monitor.Logical}_{space.Name}",
                    VirtualAddress = space.VirtualAddress + monitor.VirtualAddress!.Value.Value,
                    Writable = space.Writable,
                    Executable = false,
                });
            }

            int content = space.Writable ? ContentLength(space) : 0;
            if (content != 0)
            {
                ulong size = ((ulong)content + Page - 1) & ~(Page - 1);
                builder.Add(null, monitor.Place, new Space(
                    $"{monitor.Logical}_{space.Name}_content", RegionKind.Content, space.Owner, space.Part, 0, size, false, false, Caching.WB, MemoryKind.Subject));
            }
        }
    }

    private int ContentLength(Space space)
    {
        if (space.RegionKind != RegionKind.Binary)
        {
            return space.Part < 0 ? 0 : contents.Regions[space.Part].Length;
        }

        return contents.Binaries[system.Subjects[space.Owner].Component] is { } binary ? BinarySegment.Of(binary).ElementAt(space.Part).Segment.Bytes().Length : 0;
    }

    // What a loader sees follows from the other subject, so that only here it can be seen to fit.
    private void CheckLoaded(ResolvedSubject subject, List<Space> space)
    {
        if (subject.Monitors.FirstOrDefault(m => m.Part == MonitorPart.Loader) is not { } loader)
        {
            return;
        }

        for (int i = 1; i < space.Count; i++)
        {
            if (space[i].VirtualAddress < space[i - 1].VirtualAddress + space[i - 1].Size)
            {
                bag.Add(loader.Place, DiagnosticCodes.VirtualOverlap,
                    $"'{space[i].Name}' (0x{space[i].VirtualAddress:X}) of subject '{subject.Name}' overlaps '{space[i - 1].Name}' (0x{space[i - 1].VirtualAddress:X}); give the loader '{loader.Logical}' another virtualAddress");
                return;
            }
        }

        if (space[^1].VirtualAddress + space[^1].Size > (subject.IsVm ? VirtualMemory.GuestLimit : VirtualMemory.Limit))
        {
            bag.Add(loader.Place, DiagnosticCodes.InvalidVirtual, $"'{space[^1].Name}' of subject '{subject.Name}' would be seen beyond the address space; give the loader '{loader.Logical}' a smaller virtualAddress");
        }

        if (space.GroupBy(s => s.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            bag.Add(loader.Place, DiagnosticCodes.DuplicateLogical, $"two pieces of memory of subject '{subject.Name}' would be named '{twice.Key}', from the names of loader and memory; choose another name for the loader");
        }

        if (space.Find(s => s.Name.Length > Limits.NameLength) is { } named)
        {
            bag.Add(loader.Place, DiagnosticCodes.InvalidName, $"'{named.Name}', from the names of loader and memory, has {named.Name.Length} characters; {Limits.NameLength} are allowed, shorten one of them");
        }

        if (space.Count + subject.Sources.Length + subject.Targets.Length + (subject.Irqs.Length * 2) + subject.Ports.Length + subject.Devices.Length > SubjectInfo.MaxResources)
        {
            bag.Add(loader.Place, DiagnosticCodes.TooManyResources, $"subject '{subject.Name}' would see {space.Count} pieces of memory by its loaders; its information has room for {SubjectInfo.MaxResources} resources, divide the subject");
        }
    }

    // Collects what has an address, and gives one to what has none.
    private sealed class Builder
    {
        private readonly List<(Space Space, Place Place)> open = [];

        private List<Space> Placed { get; } = [];

        internal IEnumerable<Space> All => Placed.Concat(open.Select(o => o.Space));

        internal void Add(Space space) => Placed.Add(space);

        internal void AddRange(IEnumerable<Space> all) => Placed.AddRange(all);

        internal void Add(Located<ulong>? address, Place place, Space space)
        {
            if (address is { } own)
            {
                Placed.Add(space with { VirtualAddress = own.Value });
            }
            else
            {
                open.Add((space, place));
            }
        }

        internal void Fixed(string name, RegionKind kind, int owner, ulong address, ulong size, bool writable, MemoryKind memory) =>
            Placed.Add(new Space(name, kind, owner, -1, address, size, writable, false, Caching.WB, memory));

        internal List<Space> Finish(Action<Place> full)
        {
            var addresses = new VirtualMemory();
            foreach (Space taken in Placed)
            {
                addresses.Reserve(taken.VirtualAddress, taken.Size);
            }

            foreach ((Space space, Place place) in open)
            {
                if (addresses.Allocate(space.Size) is { } address)
                {
                    Placed.Add(space with { VirtualAddress = address });
                }
                else
                {
                    full(place);
                }
            }

            return [.. Placed.OrderBy(s => s.VirtualAddress)];
        }
    }
}
