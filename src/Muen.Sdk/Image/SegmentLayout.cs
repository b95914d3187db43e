// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Image;

/// <summary>
/// Turns physical regions into ELF segments for GRUB. Its multiboot2 loader looks for the multiboot2 header and for all program
/// headers in the first 32 KiB of the file (multiboot2 specification 3.1; GRUB's loader/multiboot_elfxx.c), so neighbours are joined and the segment with
/// the header comes first.
/// </summary>
static class SegmentLayout
{
    /// <summary>The part of the file in which GRUB looks for headers, in bytes.</summary>
    const int SearchLimit = 32768;

    const int PageSize = 4096;
    const int ElfHeaderSize = 64;
    const int ProgramHeaderSize = 56;
    const ulong LargestSegment = 1UL << 30;
    const uint MultibootMagic = 0xE852_50D6;

    /// <summary>The segments, the kernel's first, the others by ascending address.</summary>
    /// <param name="regions">Sorted by address, not overlapping.</param>
    /// <param name="entry">Address of the first instruction: the region around it is the kernel's, and begins with the multiboot2 header.</param>
    /// <exception cref="PackException">They overlap, the kernel's has no multiboot2 header, or it would come too late in the file.</exception>
    public static IReadOnlyList<ElfSegment> Of(IReadOnlyList<PhysicalRegion> regions, ulong entry)
    {
        Require(regions);
        PhysicalRegion kernel = regions.FirstOrDefault(r => entry - r.Address < r.Size)
            ?? throw new PackException($"no memory region holds the entry 0x{entry:x}; is the kernel missing?");
        if (HeaderOffset(kernel.Content.Span) < 0)
        {
            throw new PackException($"memory region '{kernel.Name}' holds the entry 0x{entry:x} but has no multiboot2 header in its first {SearchLimit} bytes; is that a kernel?");
        }
        int limit = (SearchLimit - ElfHeaderSize - PageSize) / ProgramHeaderSize;

        // Zeros between two contents cost bytes in the file, a further segment costs one of the few headers: short stretches are
        // written, and longer ones only while there are too many segments.
        for (ulong fill = PageSize; ; fill *= 2)
        {
            List<Run> runs = Join(regions, kernel, fill);
            if (runs.Count <= limit || fill > 1UL << 40)
            {
                return Order(runs, kernel, limit);
            }
        }
    }

    static void Require(IReadOnlyList<PhysicalRegion> regions)
    {
        ulong end = 0;
        foreach (PhysicalRegion region in regions)
        {
            if (region.Address < end)
            {
                throw new PackException($"memory region '{region.Name}' at 0x{region.Address:x} overlaps the region before it, which ends at 0x{end:x}");
            }

            if ((ulong)region.Content.Length > region.Size || region.Address + region.Size < region.Address)
            {
                throw new PackException($"memory region '{region.Name}' at 0x{region.Address:x} has {region.Content.Length} bytes of content in {region.Size} bytes");
            }

            end = region.Address + region.Size;
        }
    }

    /// <summary>Joins regions that touch, unless the zeros between their contents exceed <paramref name="fill"/> bytes or a segment became too large to hold.</summary>
    static List<Run> Join(IReadOnlyList<PhysicalRegion> regions, PhysicalRegion kernel, ulong fill)
    {
        List<Run> runs = [];
        foreach (PhysicalRegion region in regions.Where(r => r.Size > 0))
        {
            ReadOnlyMemory<byte> content = WithoutTrailingZeros(region.Content);
            Run? last = runs.Count > 0 ? runs[^1] : null;
            bool joins = region != kernel && last is not null && last.End == region.Address
                && (content.IsEmpty || (last.End - last.ContentEnd <= fill && region.Address + (ulong)content.Length - last.Start <= LargestSegment));
            if (!joins)
            {
                last = new Run(region.Address);
                runs.Add(last);
            }

            last!.Size += region.Size;
            if (!content.IsEmpty)
            {
                last.Contents.Add((region.Address, content));
            }
        }

        return runs;
    }

    static ReadOnlyMemory<byte> WithoutTrailingZeros(ReadOnlyMemory<byte> content) =>
        content[..(content.Span.LastIndexOfAnyExcept((byte)0) + 1)];

    static List<ElfSegment> Order(List<Run> runs, PhysicalRegion kernel, int limit)
    {
        if (runs.Count > limit)
        {
            throw new PackException($"the system's memory lies in {runs.Count} separate places, GRUB loads at most {limit}; let the policy compiler place regions instead of giving them addresses");
        }

        int contentStart = ElfHeaderSize + (ProgramHeaderSize * runs.Count);
        contentStart = (contentStart + PageSize - 1) / PageSize * PageSize;
        if (contentStart + HeaderOffset(kernel.Content.Span) + PageSize > SearchLimit)
        {
            throw new PackException("the multiboot2 header lies too deep in the kernel's segment; GRUB looks for it in the first 32 KiB of the file");
        }

        return [.. runs.OrderBy(r => r.Start == kernel.Address ? 0 : 1).Select(r => r.ToSegment())];
    }

    /// <summary>Offset of a multiboot2 header (magic and right checksum, 8-byte aligned) in the first 32 KiB, or -1.</summary>
    static int HeaderOffset(ReadOnlySpan<byte> content)
    {
        for (int offset = 0; offset + 16 <= Math.Min(content.Length, SearchLimit); offset += 8)
        {
            ReadOnlySpan<byte> header = content[offset..];
            uint magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
            uint architecture = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
            uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            if (magic == MultibootMagic && unchecked(magic + architecture + length + checksum) == 0)
            {
                return offset;
            }
        }

        return -1;
    }

    /// <summary>Memory without holes: contents in order of address, zeros between and after them.</summary>
    sealed class Run(ulong start)
    {
        public ulong Start { get; } = start;

        public ulong Size { get; set; }

        public ulong End => Start + Size;

        public List<(ulong Address, ReadOnlyMemory<byte> Bytes)> Contents { get; } = [];

        public ulong ContentEnd => Contents.Count == 0 ? Start : Contents[^1].Address + (ulong)Contents[^1].Bytes.Length;

        public ElfSegment ToSegment()
        {
            byte[] bytes = new byte[ContentEnd - Start];
            foreach ((ulong address, ReadOnlyMemory<byte> content) in Contents)
            {
                content.Span.CopyTo(bytes.AsSpan((int)(address - Start)));
            }

            // The rights mean nothing to a boot loader: the kernel's and subjects' page tables are what protects.
            return new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute, Start, Start, Size, PageSize, bytes);
        }
    }
}
