// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Check;

/// <summary>The kernel's and the components' ELF files (MUEN1608, 1609 and 17xx).</summary>
internal static class BinaryChecks
{
    private const ulong Page = KernelLayout.PageSize;

    internal static void Check(ResolvedSystem system, Contents contents, DiagnosticBag bag)
    {
        if (contents.Kernel is { } kernel)
        {
            CheckKernel(kernel, contents.KernelPlace, bag);
        }

        for (int i = 0; i < system.Components.Length; i++)
        {
            if (contents.Binaries[i] is { } binary && system.Subjects.Any(s => s.Component == i && !s.IsVm))
            {
                CheckBinary(system, i, binary, bag);
            }
        }
    }

    private static void CheckKernel(ElfFile kernel, Place place, DiagnosticBag bag)
    {
        var segments = BinarySegment.Of(kernel).ToList();
        if (kernel.Type != ElfType.Executable || !segments.Exists(s => s.Segment.Executable && kernel.Entry - s.Segment.Address < s.Segment.Size))
        {
            bag.Add(place, DiagnosticCodes.InvalidKernel, "the kernel is not an executable with its entry in executable memory; build the Muen kernel");
            return;
        }

        foreach ((BinarySegment segment, string _) in segments)
        {
            if (segment.Address < KernelLayout.Image || segment.Address + segment.Size > KernelLayout.ImageEnd)
            {
                bag.Add(place, DiagnosticCodes.KernelSegment, $"a segment of the kernel lies at 0x{segment.Address:X}..0x{segment.Address + segment.Size - 1:X}; the kernel is linked to 0x{KernelLayout.Image:X}..0x{KernelLayout.ImageEnd - 1:X}");
            }

            if (segment.Writable && segment.Executable)
            {
                bag.Add(place, DiagnosticCodes.KernelSegment, $"the segment of the kernel at 0x{segment.Address:X} is writable and executable; link code and data apart");
            }
        }

        foreach ((ElfSegment segment, ulong physical) in kernel.LoadSegments.Select(s => (s, s.PhysicalAddress)).Where(s => s.s.VirtualAddress != s.PhysicalAddress))
        {
            bag.Add(place, DiagnosticCodes.KernelSegment, $"the segment of the kernel at 0x{segment.VirtualAddress:X} is to be loaded to 0x{physical:X}; the kernel runs where it is loaded");
        }

        Shared(segments, (a, b) => bag.Add(place, DiagnosticCodes.KernelSegment, $"segments of the kernel at 0x{a.Address:X} and 0x{b.Address:X} share a page; link each at its own"));
    }

    private static void CheckBinary(ResolvedSystem system, int component, ElfFile binary, DiagnosticBag bag)
    {
        ComponentNode node = system.Components[component];
        Place place = node.Binary!.Place;
        string what = $"the binary of component '{node.Name}'";
        if (binary.Type != ElfType.Executable)
        {
            bag.Add(place, DiagnosticCodes.WrongElf, $"{what} is an ELF file of type {binary.Type}; link it as an executable at fixed addresses");
            return;
        }

        if (binary.Entry is >= KernelLayout.Image and < KernelLayout.ImageEnd)
        {
            bag.Add(place, DiagnosticCodes.KernelAsSubject, $"{what} begins at 0x{binary.Entry:X}, where only the kernel does; name the subject's own binary, linked to 0x{SubjectLayout.Image:X}");
            return;
        }

        var segments = BinarySegment.Of(binary).ToList();
        if (segments.Count == 0)
        {
            bag.Add(place, DiagnosticCodes.NoSegments, $"{what} has no loadable segment; link it again");
            return;
        }

        foreach ((BinarySegment segment, string _) in segments.Where(s => s.Segment.Writable && s.Segment.Executable))
        {
            bag.Add(place, DiagnosticCodes.BinaryWritableAndExecutable, $"{what} has a segment at 0x{segment.Address:X} that is writable and executable; link code and data apart");
        }

        if (!segments.Exists(s => s.Segment.Executable && binary.Entry - s.Segment.Address < s.Segment.Size))
        {
            bag.Add(place, DiagnosticCodes.InvalidEntry, $"{what} is to begin at 0x{binary.Entry:X}, which is not in an executable segment; link it again");
        }

        Shared(segments, (a, b) => bag.Add(place, DiagnosticCodes.SegmentsOverlap, $"{what} has segments at 0x{a.Address:X} and 0x{b.Address:X} that share a page; link each at its own"));
        foreach (ResolvedSubject subject in system.Subjects.Where(s => s.Component == component && !s.IsVm))
        {
            CheckPlaces(subject, segments, what, place, bag);
        }
    }

    private static void CheckPlaces(ResolvedSubject subject, List<(BinarySegment Segment, string Name)> segments, string what, Place place, DiagnosticBag bag)
    {
        foreach ((BinarySegment segment, string _) in segments)
        {
            ulong end = segment.Address + segment.Size;
            if (segment.Address < Page || end > VirtualMemory.Limit)
            {
                bag.Add(place, DiagnosticCodes.SegmentPlace, $"{what} has a segment at 0x{segment.Address:X}..0x{end - 1:X}; link it to 0x{SubjectLayout.Image:X}, page 0 and high addresses are never mapped");
            }

            foreach (CheckedRange range in MemoryChecks.FixedRanges(subject).Where(r => segment.Address < r.Start + r.Size && r.Start < end))
            {
                bag.Add(place, DiagnosticCodes.SegmentPlace, $"{what} has a segment at 0x{segment.Address:X}..0x{end - 1:X}, where '{range.Name}' ({range.Extent}) of subject '{subject.Name}' is; link it to 0x{SubjectLayout.Image:X}");
            }
        }
    }

    private static void Shared(List<(BinarySegment Segment, string Name)> segments, System.Action<BinarySegment, BinarySegment> report)
    {
        for (int i = 1; i < segments.Count; i++)
        {
            if (segments[i].Segment.Address < segments[i - 1].Segment.Address + segments[i - 1].Segment.Size)
            {
                report(segments[i - 1].Segment, segments[i].Segment);
            }
        }
    }
}
