// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Check;

/// <summary>Memory regions and what subjects see of them (MUEN11xx).</summary>
internal static class MemoryChecks
{
    private const ulong Page = KernelLayout.PageSize;
    private const ulong LargePage = 2 << 20;
    private const ulong HugePage = 1 << 30;
    private const ulong LargestStack = 64 << 20;

    internal static void Check(ResolvedSystem system, Contents contents, DiagnosticBag bag)
    {
        Checker.Unique(system.Regions.Where(r => r.Use == RegionUse.Memory).Select(r => (r.Name, r.Place)), DiagnosticCodes.DuplicateMemory, "memory region", bag);
        foreach (ResolvedRegion region in system.Regions.Where(r => r.Use != RegionUse.CrashAudit))
        {
            CheckRegion(system, region, bag);
        }

        CheckKernelInterface(system, bag);
        CheckPhysicalOverlaps(system, bag);
        foreach (ResolvedSubject subject in system.Subjects.Where(s => s.Idle is null && s.Main is null))
        {
            CheckMappings(system, subject, bag);
            CheckVirtualOverlaps(system, contents, subject, bag);
        }
    }

    private static void CheckRegion(ResolvedSystem system, ResolvedRegion region, DiagnosticBag bag)
    {
        string what = region.Use == RegionUse.Channel ? "channel" : "memory";
        bool sized = region.Size.Value != 0 && region.Size.Value % Page == 0;
        if (!sized)
        {
            bag.Add(region.Size.Place, DiagnosticCodes.InvalidSize,
                $"{what} '{Logical(region)}' has {region.Size.Value} bytes; use a multiple of 4096, for example {Math.Max(1, (region.Size.Value + Page - 1) / Page) * 4}K");
        }

        if (region.Caching.Value is Caching.WC or Caching.WP && NeedsPat(Users(system, region)))
        {
            bag.Add(region.Caching.Place, DiagnosticCodes.UnsupportedCaching, $"the caching {region.Caching.Value} of '{region.Name}' is for VMs only: native subjects have the processor's first PAT; use WB, WT or UC");
        }

        if (region.Alignment is { Value: not (Page or LargePage or HugePage) } alignment)
        {
            bag.Add(alignment.Place, DiagnosticCodes.InvalidAlignment, $"'{region.Name}' is to be aligned to {alignment.Value} bytes; use 4K, 2M or 1G");
        }

        if (region.Address is not { } address)
        {
            return;
        }

        if (address.Value % Page != 0)
        {
            bag.Add(address.Place, DiagnosticCodes.UnalignedPhysical, $"'{region.Name}' lies at 0x{address.Value:X}; use a multiple of 4096, or leave the address out");
            return;
        }

        ulong end = address.Value + region.Size.Value;
        if (Overlap(address.Value, end, KernelLayout.Image, Allocator.CrashAudit + Page) || Overlap(address.Value, end, KernelLayout.Trampoline, KernelLayout.Trampoline + Page))
        {
            bag.Add(address.Place, DiagnosticCodes.KernelMemory,
                $"'{region.Name}' (0x{address.Value:X}..0x{end - 1:X}) lies where the kernel is (0x{KernelLayout.Image:X}..0x{Allocator.CrashAudit + Page - 1:X} and page 0x{KernelLayout.Trampoline:X}); choose another address, or leave it out");
        }
        else if (sized && system.Hardware.Known && !system.Hardware.Blocks.IsEmpty
            && !system.Hardware.Blocks.Any(b => b.Allocatable && b.Address <= address.Value && end <= b.Address + b.Size))
        {
            string blocks = string.Join(", ", system.Hardware.Blocks.Where(b => b.Allocatable).Take(8).Select(b => $"0x{b.Address:X}..0x{b.Address + b.Size - 1:X}"));
            bag.Add(address.Place, DiagnosticCodes.OutsideMemory,
                $"'{region.Name}' (0x{address.Value:X}..0x{end - 1:X}) is not within the hardware's memory; allocatable: {blocks}");
        }
    }

    /// <summary>Whether WC and WP cannot be had: an EPT holds them as they are, page tables only by way of a PAT that has them.</summary>
    internal static bool NeedsPat(IEnumerable<ResolvedSubject> users) => !users.Any() || users.Any(u => !u.IsVm);

    // Who maps a region, and who loads a subject that does.
    private static IEnumerable<ResolvedSubject> Users(ResolvedSystem system, ResolvedRegion region)
    {
        bool Maps(ResolvedSubject subject) => subject.Mappings.Any(m => system.Regions[m.Region] == region);
        return system.Subjects.Where(s => Maps(s) || s.Monitors.Any(m => m.Part == MonitorPart.Loader && Maps(system.Subjects[m.Subject])));
    }

    // The page through which tau0 speaks to the kernel: one in a system, for one subject, which writes it.
    private static void CheckKernelInterface(ResolvedSystem system, DiagnosticBag bag)
    {
        var regions = system.Regions.Where(r => r.Kind == MemoryKind.KernelInterface).ToList();
        foreach (ResolvedRegion region in regions.Where(r => r.Use != RegionUse.Memory || r.Size.Value != Page || r.Caching.Value != Caching.WB || r.Content is not null))
        {
            bag.Add(region.Place, DiagnosticCodes.InvalidKernelInterface,
                $"'{region.Name}' of type kernel_interface is one page of the memory section, write-back and without content; give it size=\"4K\" and nothing else");
        }

        foreach (ResolvedRegion region in regions.Skip(1))
        {
            bag.Add(region.Place, DiagnosticCodes.InvalidKernelInterface, $"'{region.Name}' is a second region of type kernel_interface, after '{regions[0].Name}' at {regions[0].Place}; keep one");
        }

        var users = system.Subjects.Where(s => s.Main is null).SelectMany(s => s.Mappings.Where(m => system.Regions[m.Region].Kind == MemoryKind.KernelInterface).Select(m => (Subject: s, Mapping: m))).ToList();
        foreach ((ResolvedSubject subject, ResolvedMapping mapping) in users.Skip(1))
        {
            bag.Add(mapping.Place, DiagnosticCodes.KernelInterfaceUse, $"subject '{subject.Name}' maps the kernel interface, which is '{users[0].Subject.Name}'s already at {users[0].Mapping.Place}; only one subject chooses the plan");
        }

        foreach ((ResolvedSubject subject, ResolvedMapping mapping) in users.Where(u => !u.Mapping.Writable || u.Mapping.Executable).Take(1))
        {
            bag.Add(mapping.Place, DiagnosticCodes.KernelInterfaceUse, $"subject '{subject.Name}' maps the kernel interface without writing it; add writable=\"true\" and leave executable out");
        }
    }

    private static void CheckPhysicalOverlaps(ResolvedSystem system, DiagnosticBag bag) => Checker.Disjoint(
        system.Regions.Select((r, i) => (r, i)).Where(x => x.r.Address is not null && x.r.Use != RegionUse.CrashAudit)
            .Select(x => new CheckedRange(x.r.Name, x.r.Address!.Value.Place, x.r.Address.Value.Value, x.r.Size.Value, x.i)),
        (a, b) =>
        {
            (CheckedRange late, CheckedRange early) = a.Order > b.Order ? (a, b) : (b, a);
            bag.Add(late.Place!.Value, DiagnosticCodes.PhysicalOverlap,
                $"memory '{late.Name}' ({late.Extent}) overlaps '{early.Name}' ({early.Extent}) at {early.Place}; move one, or leave an address out");
        });

    private static void CheckMappings(ResolvedSystem system, ResolvedSubject subject, DiagnosticBag bag)
    {
        foreach (ResolvedMapping mapping in subject.Mappings)
        {
            ResolvedRegion region = system.Regions[mapping.Region];
            CheckUse(subject, mapping.Logical, mapping.Place, mapping.VirtualAddress, region.Size.Value, mapping.Writable, mapping.Executable, bag);
            if (mapping.RequiredSize is { } size && size.Value != region.Size.Value)
            {
                bag.Add(size.Place, DiagnosticCodes.ResourceSize,
                    $"'{mapping.Logical}' must have {size.Value} bytes, but '{region.Name}' at {region.Size.Place} has {region.Size.Value}, for subject '{subject.Name}'; change one of them");
            }
        }

        // Two mappings of one region together give a right that neither has.
        foreach (IGrouping<int, ResolvedMapping> region in subject.IsVm ? [] : subject.Mappings.GroupBy(m => m.Region))
        {
            if (!region.Any(m => m.Writable && m.Executable) && region.Any(m => m.Writable) && region.LastOrDefault(m => m.Executable) is { } executable)
            {
                ResolvedMapping writable = region.First(m => m.Writable);
                bag.Add(executable.Place, DiagnosticCodes.WritableAndExecutable,
                    $"'{executable.Logical}' of subject '{subject.Name}' is executable and '{writable.Logical}' at {writable.Place} writable, and both are memory '{system.Regions[region.Key].Name}'; take one of the rights away");
            }
        }

        foreach (ResolvedDeviceMemory memory in subject.DeviceMemory)
        {
            CheckUse(subject, memory.Logical, memory.Place, memory.VirtualAddress, memory.Memory.Size, memory.Writable, memory.Executable, bag);
            if (memory.RequiredSize is { } size && size.Value != memory.Memory.Size)
            {
                bag.Add(size.Place, DiagnosticCodes.ResourceSize,
                    $"'{memory.Logical}' must have {size.Value} bytes, but memory '{memory.Memory.Name}' of device '{memory.Device.Name}' has {memory.Memory.Size}; change one of them");
            }
        }

        foreach (ResolvedMonitor monitor in subject.Monitors)
        {
            CheckUse(subject, monitor.Logical, monitor.Place, monitor.VirtualAddress, monitor.Part == MonitorPart.Loader ? 0 : Page, false, false, bag, monitor.Part == MonitorPart.Loader);
        }

        IEnumerable<(string, Place)> names = subject.Mappings.Select(m => (m.Logical, m.Place)).Concat(subject.DeviceMemory.Select(m => (m.Logical, m.Place)))
            .Concat(subject.Monitors.Select(m => (m.Logical, m.Place))).ToList();
        Checker.Unique(names, DiagnosticCodes.DuplicateLogical, $"memory or channel of subject '{subject.Name}' named", bag);
        foreach ((string name, Place place) in names)
        {
            if (name is "stack" or "sinfo" or "scheduling_info" or "timed_event" || name.StartsWith("binary_", StringComparison.Ordinal))
            {
                bag.Add(place, DiagnosticCodes.ReservedLogical, $"the logical name '{name}' of subject '{subject.Name}' is given by the compiler; choose another");
            }
        }

        ulong stack = subject.StackSize.Value;
        if (subject.IsVm)
        {
            return;
        }

        if (stack is < Page or > LargestStack || stack % Page != 0)
        {
            bag.Add(subject.StackSize.Place, DiagnosticCodes.InvalidStack, $"the stack of subject '{subject.Name}' has {stack} bytes; use a multiple of 4096, from 4K to 64M");
        }
    }

    private static void CheckUse(ResolvedSubject subject, string logical, Place place, Located<ulong>? address, ulong size, bool writable, bool executable, DiagnosticBag bag,
        bool mayBeZero = false)
    {
        if (writable && executable && !subject.IsVm)
        {
            bag.Add(place, DiagnosticCodes.WritableAndExecutable, $"'{logical}' of subject '{subject.Name}' is writable and executable; take one of the rights away");
        }

        (ulong least, ulong limit) = subject.IsVm || mayBeZero ? (0, subject.IsVm ? VirtualMemory.GuestLimit : VirtualMemory.Limit) : (Page, VirtualMemory.Limit);
        if (address is { } own && (own.Value % Page != 0 || own.Value < least || own.Value + size > limit))
        {
            bag.Add(own.Place, DiagnosticCodes.InvalidVirtual,
                $"'{logical}' of subject '{subject.Name}' is to be seen at 0x{own.Value:X}; use a multiple of 4096 from 0x{least:X} up, ending below 0x{limit:X}");
        }
    }

    private static void CheckVirtualOverlaps(ResolvedSystem system, Contents contents, ResolvedSubject subject, DiagnosticBag bag)
    {
        var ranges = new List<CheckedRange>(FixedRanges(subject));
        if (subject.Component >= 0 && !subject.IsVm && contents.Binaries[subject.Component] is { } binary)
        {
            ranges.AddRange(BinarySegment.Of(binary).Select(s => new CheckedRange(s.Name, null, s.Segment.Address, s.Segment.Size, -1)));
        }

        int order = 0;
        foreach (ResolvedMapping mapping in subject.Mappings.Where(m => m.VirtualAddress is not null))
        {
            ranges.Add(new CheckedRange(mapping.Logical, mapping.VirtualAddress!.Value.Place, mapping.VirtualAddress.Value.Value, system.Regions[mapping.Region].Size.Value, order++));
        }

        foreach (ResolvedDeviceMemory memory in subject.DeviceMemory.Where(m => m.VirtualAddress is not null))
        {
            ranges.Add(new CheckedRange(memory.Logical, memory.VirtualAddress!.Value.Place, memory.VirtualAddress.Value.Value, memory.Memory.Size, order++));
        }

        foreach (ResolvedMonitor monitor in subject.Monitors.Where(m => m.Part != MonitorPart.Loader && m.VirtualAddress is not null))
        {
            ranges.Add(new CheckedRange(monitor.Logical, monitor.VirtualAddress!.Value.Place, monitor.VirtualAddress.Value.Value, Page, order++));
        }

        Checker.Disjoint(ranges, (a, b) =>
        {
            (CheckedRange late, CheckedRange early) = a.Order > b.Order ? (a, b) : (b, a);
            if (late.Place is not { } place)
            {
                // Binary against what is fixed: that is the binary's error.
                return;
            }

            string where = early.Place is { } other ? $" at {other}" : "";
            bag.Add(place, DiagnosticCodes.VirtualOverlap,
                $"'{late.Name}' ({late.Extent}) of subject '{subject.Name}' overlaps '{early.Name}' ({early.Extent}){where}; move one, or leave an address out");
        });
    }

    /// <summary>What lies at the same place in every subject: what the kernel tells, and in a native one the stack with an unmapped page below and above it.</summary>
    internal static IEnumerable<CheckedRange> FixedRanges(ResolvedSubject subject)
    {
        ulong stack = subject.StackSize.Value is >= Page and <= LargestStack ? subject.StackSize.Value : Page;
        if (!subject.IsVm)
        {
            yield return new CheckedRange("stack", null, SubjectLayout.StackTop - stack - Page, stack + (2 * Page), -1);
        }

        yield return new CheckedRange("sinfo", null, SubjectLayout.SubjectInfo, Allocator.SubjectInfoPages * Page, -1);
        yield return new CheckedRange("scheduling_info", null, SubjectLayout.SchedulingInfo, Page, -1);
        yield return new CheckedRange("timed_event", null, SubjectLayout.TimedEvent, Page, -1);
    }

    private static string Logical(ResolvedRegion region) => region.Use == RegionUse.Provided ? region.Name[(region.Name.IndexOf('|', StringComparison.Ordinal) + 1)..] : region.Name;

    private static bool Overlap(ulong start, ulong end, ulong otherStart, ulong otherEnd) => start < otherEnd && otherStart < end;
}
