// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The policy as the kernel sees it: read-only arrays at a fixed address. Every access goes through here and checks its index, so
/// that a wrong one is a panic and never a read of something else.
/// </summary>
static unsafe class Tables
{
    internal static TablesHeader* Header => (TablesHeader*)KernelLayout.Tables;

    /// <summary>Refuses tables that another version of the policy compiler made, or that break a limit which loops rely on.</summary>
    internal static void Require()
    {
        TablesHeader* header = Header;
        if (header->Magic != TablesHeader.ExpectedMagic || header->Version != TablesHeader.ExpectedVersion)
        {
            Panic.Raise(PanicReason.TablesVersion);
        }

        if (header->ProcessorCount > Limits.Processors || header->SubjectCount > Limits.Subjects
            || header->GroupCount > Limits.Groups || header->PartitionCount > Limits.Partitions || header->MajorFrameCount > Limits.MajorFrames
            || header->MinorFrameCount > Limits.MinorFrames || header->RouteCount > Limits.Vectors || header->IommuCount > Limits.Iommus)
        {
            Panic.Raise(PanicReason.TablesLimit);
        }
    }

    internal static ProcessorEntry* Processor(uint index)
    {
        Check(index, Header->ProcessorCount);
        return (ProcessorEntry*)At(Header->ProcessorsOffset) + index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SubjectEntry* Subject(uint index)
    {
        Check(index, Header->SubjectCount);
        return (SubjectEntry*)At(Header->SubjectsOffset) + index;
    }

    /// <summary>What a VMCALL does. The number comes from the subject: it is masked, so that not even speculation leaves the array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SourceEvent* Event(SubjectEntry* entry, ulong number)
        => (SourceEvent*)((ulong)entry + SubjectEntry.EventsOffset) + (number & (Limits.Events - 1));

    /// <summary>What an exit reason does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SourceEvent* Trap(SubjectEntry* entry, uint reason)
    {
        Check(reason, Limits.Traps);
        return (SourceEvent*)((ulong)entry + SubjectEntry.TrapsOffset) + reason;
    }

    /// <summary>What a received event does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TargetEvent* Target(SubjectEntry* entry, uint number)
    {
        Check(number, Limits.Events);
        return (TargetEvent*)((ulong)entry + SubjectEntry.TargetsOffset) + number;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static MajorFrame* Major(uint index)
    {
        Check(index, Header->MajorFrameCount);
        return (MajorFrame*)At(Header->MajorFramesOffset) + index;
    }

    internal static MinorFrameRange* Range(uint majorFrame, uint processor)
    {
        Check(majorFrame, Header->MajorFrameCount);
        Check(processor, Header->ProcessorCount);
        return (MinorFrameRange*)At(Header->RangesOffset) + (majorFrame * Header->ProcessorCount) + processor;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static MinorFrame* Minor(uint index)
    {
        Check(index, Header->MinorFrameCount);
        return (MinorFrame*)At(Header->MinorFramesOffset) + index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static GroupEntry* Group(uint index)
    {
        Check(index, Header->GroupCount);
        return (GroupEntry*)At(Header->GroupsOffset) + index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PartitionEntry* Partition(uint index)
    {
        Check(index, Header->PartitionCount);
        return (PartitionEntry*)At(Header->PartitionsOffset) + index;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static VectorRoute* Vector(uint vector)
    {
        Check(vector, Limits.Vectors);
        return (VectorRoute*)At(Header->VectorsOffset) + vector;
    }

    internal static IoApicRoute* Route(uint index)
    {
        Check(index, Header->RouteCount);
        return (IoApicRoute*)At(Header->RoutesOffset) + index;
    }

    internal static IommuEntry* Iommu(uint index)
    {
        Check(index, Header->IommuCount);
        return (IommuEntry*)At(Header->IommusOffset) + index;
    }

    private static byte* At(uint offset) => (byte*)KernelLayout.Tables + offset;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check(uint index, uint count)
    {
        if (index >= count)
        {
            Panic.Index();
        }
    }
}
