// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Image;

namespace Muen.Sdk.Verify;

/// <summary>Physical memory as the boot loader leaves it.</summary>
sealed class PhysicalMemory(ImageReader image)
{
    /// <summary>Bytes of a page.</summary>
    public const ulong Page = KernelLayout.PageSize;

    readonly (ulong Address, ulong Size, ReadOnlyMemory<byte> Content)[] _parts = [.. image.Parts];

    /// <summary>What the image fills, by ascending address; what touches is one piece.</summary>
    public IReadOnlyList<(ulong Address, ulong Size)> Extents { get; } = Join(image.Extents);

    /// <summary>Fills a buffer from an address on.</summary>
    /// <returns>Whether the image fills all of it.</returns>
    public bool TryRead(ulong address, Span<byte> buffer) => image.TryRead(address, buffer);

    /// <summary>Bytes that the image fills, or null.</summary>
    public byte[]? Read(ulong address, ulong size)
    {
        if (size > int.MaxValue || !Contains(address, size))
        {
            return null;
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)size);
        return TryRead(address, bytes) ? bytes : null;
    }

    /// <summary>Fills a table of 64-bit entries, one page.</summary>
    public bool TryReadTable(ulong address, Span<ulong> entries) => TryRead(address, MemoryMarshal.AsBytes(entries));

    /// <summary>Whether the image fills all of this.</summary>
    public bool Contains(ulong address, ulong size)
    {
        foreach ((ulong start, ulong length) in Extents)
        {
            if (address - start < length)
            {
                return size <= length - (address - start);
            }
        }

        return false;
    }

    /// <summary>Finds the first byte that is not as expected: <paramref name="bytes"/>, then zeros.</summary>
    /// <returns>Its address, also of a byte that the image does not fill; null when there is none.</returns>
    public ulong? FindDifference(ulong address, ulong size, ReadOnlySpan<byte> bytes)
    {
        ulong at = address;
        ulong end = address + size;
        foreach ((ulong start, ulong length, ReadOnlyMemory<byte> content) in _parts)
        {
            if (at - start >= length || at == end)
            {
                continue;
            }

            // Bytes of the file up to where they end, zeros up to where the part ends.
            ulong filled = Math.Min(end, start + (ulong)content.Length);
            if (at < filled)
            {
                ReadOnlySpan<byte> there = content.Span[(int)(at - start)..(int)(filled - start)];
                ReadOnlySpan<byte> expected = Rest(bytes, at - address, there.Length);
                int common = there[..expected.Length].CommonPrefixLength(expected);
                int nonZero = common < expected.Length ? -1 : there[common..].IndexOfAnyExcept((byte)0);
                if (common < expected.Length || nonZero >= 0)
                {
                    return at + (ulong)(common + Math.Max(nonZero, 0));
                }

                at = filled;
            }

            ulong last = Math.Min(end, start + length);
            int wanted = Rest(bytes, at - address, (int)Math.Min(last - at, int.MaxValue)).IndexOfAnyExcept((byte)0);
            if (wanted >= 0)
            {
                return at + (ulong)wanted;
            }

            at = last;
        }

        return at == end ? null : at;
    }

    static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> bytes, ulong from, int length) =>
        from >= (ulong)bytes.Length ? default : bytes[(int)from..][..Math.Min(length, bytes.Length - (int)from)];

    static List<(ulong Address, ulong Size)> Join(IEnumerable<(ulong Address, ulong Size)> extents)
    {
        var joined = new List<(ulong Address, ulong Size)>();
        foreach ((ulong address, ulong size) in extents)
        {
            if (joined.Count > 0 && joined[^1].Address + joined[^1].Size == address)
            {
                joined[^1] = (joined[^1].Address, joined[^1].Size + size);
            }
            else
            {
                joined.Add((address, size));
            }
        }

        return joined;
    }
}
