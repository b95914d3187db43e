// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>The pages that a segment of an ELF file becomes.</summary>
/// <param name="Address">First byte of the first page.</param>
/// <param name="Size">Bytes, whole pages.</param>
/// <param name="Offset">Where the segment's content begins in the first page.</param>
/// <param name="Content">The segment's content; the rest is zero.</param>
internal sealed record BinarySegment(ulong Address, ulong Size, int Offset, ReadOnlyMemory<byte> Content, bool Writable, bool Executable)
{
    private const ulong PageMask = KernelLayout.PageSize - 1;

    /// <summary>The loadable segments by ascending address, each with a name after its rights: binary_text, binary_rodata, binary_data; further ones are numbered.</summary>
    internal static IEnumerable<(BinarySegment Segment, string Name)> Of(ElfFile elf)
    {
        var count = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (ElfSegment segment in elf.LoadSegments.OrderBy(s => s.VirtualAddress))
        {
            ulong start = segment.VirtualAddress & ~PageMask;
            ulong last = segment.VirtualAddress + segment.MemorySize;
            ulong end = last > ulong.MaxValue - PageMask ? ~PageMask : (last + PageMask) & ~PageMask;
            bool writable = segment.Flags.HasFlag(ElfSegmentFlags.Write);
            bool executable = segment.Flags.HasFlag(ElfSegmentFlags.Execute);
            string name = executable ? "binary_text" : writable ? "binary_data" : "binary_rodata";
            count[name] = count.GetValueOrDefault(name) + 1;
            yield return (new BinarySegment(start, end - start, (int)(segment.VirtualAddress & PageMask), segment.Content, writable, executable),
                count[name] == 1 ? name : $"{name}_{count[name]}");
        }
    }

    /// <summary>The pages' first bytes, from the first page's beginning.</summary>
    internal ReadOnlyMemory<byte> Bytes()
    {
        if (Offset == 0)
        {
            return Content;
        }

        byte[] bytes = new byte[Offset + Content.Length];
        Content.CopyTo(bytes.AsMemory(Offset));
        return bytes;
    }
}
