// SPDX-License-Identifier: MIT

using Muen.Sdk.Elf;

namespace Muen.Sdk.Image;

/// <summary>
/// Reads a packed ELF back as what a boot loader makes of it: physical memory. Shares nothing with the packer beyond the file format.
/// </summary>
public sealed class ImageReader
{
    /// <summary>Bytes of a sector of a CD-ROM.</summary>
    const int SectorSize = 2048;

    readonly ElfSegment[] _segments;

    ImageReader(ulong entry, ElfSegment[] segments)
    {
        Entry = entry;
        _segments = segments;
    }

    /// <summary>Physical address at which the machine starts, in 32-bit protected mode.</summary>
    public ulong Entry { get; }

    /// <summary>The parts of memory that the image fills, by ascending address: first byte and size in bytes.</summary>
    public IEnumerable<(ulong Address, ulong Size)> Extents => _segments.Select(s => (s.PhysicalAddress, s.MemorySize));

    /// <summary>The same parts with their first bytes; the rest of each is zero.</summary>
    public IEnumerable<(ulong Address, ulong Size, ReadOnlyMemory<byte> Content)> Parts => _segments.Select(s => (s.PhysicalAddress, s.MemorySize, s.Content));

    /// <summary>Reads a packed ELF, or the one on a disc.</summary>
    /// <param name="path">An ELF or an ISO image.</param>
    /// <exception cref="PackException">It cannot be read, holds no ELF, or the ELF's segments overlap.</exception>
    public static ImageReader Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PackException($"{path} cannot be read: {error.Message}", error);
        }

        return Parse(bytes.AsMemory(OffsetOfElf(bytes)), path);
    }

    /// <summary>Reads a packed ELF's bytes. The result refers to them.</summary>
    /// <param name="bytes">The ELF from its first byte on; more may follow.</param>
    /// <param name="name">What they are called in errors.</param>
    /// <exception cref="PackException">They are no ELF, or its segments overlap.</exception>
    public static ImageReader Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        try
        {
            return Of(ElfFile.Parse(bytes), name);
        }
        catch (ElfException error)
        {
            throw new PackException($"{name}: {error.Message}", error);
        }
    }

    /// <summary>A file on a disc lies in one piece and begins with a sector; a plain ELF begins at 0.</summary>
    static int OffsetOfElf(ReadOnlySpan<byte> bytes)
    {
        for (int offset = 0; offset + 4 <= bytes.Length; offset += SectorSize)
        {
            if (bytes[offset..].StartsWith("\u007fELF"u8))
            {
                return offset;
            }
        }

        return 0;
    }

    static ImageReader Of(ElfFile file, string path)
    {
        ElfSegment[] segments = [.. file.LoadSegments.OrderBy(s => s.PhysicalAddress)];
        for (int i = 1; i < segments.Length; i++)
        {
            if (segments[i].PhysicalAddress - segments[i - 1].PhysicalAddress < segments[i - 1].MemorySize)
            {
                throw new PackException($"{path}: the segments at 0x{segments[i - 1].PhysicalAddress:x} and 0x{segments[i].PhysicalAddress:x} overlap");
            }
        }

        return new(file.Entry, segments);
    }

    /// <summary>Reads physical memory as it is when the kernel starts.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="buffer">Receives the bytes.</param>
    /// <returns>Whether the image fills all of them; if not, <paramref name="buffer"/> holds nothing useful.</returns>
    public bool TryRead(ulong address, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (Find(address) is not { } segment)
            {
                return false;
            }

            ulong offset = address - segment.PhysicalAddress;
            int count = (int)Math.Min((ulong)buffer.Length, segment.MemorySize - offset);
            Span<byte> part = buffer[..count];
            part.Clear();
            if (offset < (ulong)segment.Content.Length)
            {
                ReadOnlySpan<byte> content = segment.Content.Span[(int)offset..];
                content[..Math.Min(content.Length, count)].CopyTo(part);
            }

            buffer = buffer[count..];
            address += (ulong)count;
        }

        return true;
    }

    ElfSegment? Find(ulong address)
    {
        foreach (ElfSegment segment in _segments)
        {
            if (address - segment.PhysicalAddress < segment.MemorySize)
            {
                return segment;
            }
        }

        return null;
    }
}
