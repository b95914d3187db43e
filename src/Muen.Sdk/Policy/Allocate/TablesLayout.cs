// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>Where each array of the kernel's tables begins, in bytes from the header, and how long they are together.</summary>
internal sealed record TablesLayout(
    uint Processors, uint Subjects, uint MajorFrames, uint Ranges, uint MinorFrames, uint Groups, uint Partitions, uint Vectors,
    uint Routes, uint Iommus, uint Size)
{
    private const uint Alignment = 64;

    /// <summary>Lays the arrays out one after another, each at a multiple of 64 bytes.</summary>
    internal static TablesLayout For(int processors, int subjects, int majorFrames, int minorFrames, int groups, int partitions, int routes, int iommus)
    {
        uint at = Align((uint)Unsafe.SizeOf<TablesHeader>());
        uint Next(int count, int size)
        {
            uint offset = at;
            at = Align(at + (uint)(count * size));
            return offset;
        }

        return new TablesLayout(
            Next(processors, Unsafe.SizeOf<ProcessorEntry>()),
            Next(subjects, Unsafe.SizeOf<SubjectEntry>()),
            Next(majorFrames, Unsafe.SizeOf<MajorFrame>()),
            Next(majorFrames * processors, Unsafe.SizeOf<MinorFrameRange>()),
            Next(minorFrames, Unsafe.SizeOf<MinorFrame>()),
            Next(groups, Unsafe.SizeOf<GroupEntry>()),
            Next(partitions, Unsafe.SizeOf<PartitionEntry>()),
            Next(Limits.Vectors, Unsafe.SizeOf<VectorRoute>()),
            Next(routes, Unsafe.SizeOf<IoApicRoute>()),
            Next(iommus, Unsafe.SizeOf<IommuEntry>()),
            0) with
        { Size = at };
    }

    private static uint Align(uint offset) => (offset + Alignment - 1) & ~(Alignment - 1);
}
