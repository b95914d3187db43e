// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;

namespace Muen.Sdk.Elf;

/// <summary>Writes an executable (ET_EXEC) that consists of segments only: what a boot loader reads.</summary>
public static class ElfExecutable
{
    /// <summary>Writes the file. Equal arguments give equal bytes.</summary>
    /// <param name="stream">Where to; it must be able to seek, and is written from its position on.</param>
    /// <param name="entry">Address of the first instruction.</param>
    /// <param name="segments">The segments in the order in which they are to stand in the file; a loader wants them by ascending address.</param>
    /// <exception cref="ElfException">A segment holds more content than memory, or there are more than 65534.</exception>
    public static void Write(Stream stream, ulong entry, IReadOnlyList<ElfSegment> segments)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(segments);
        if (segments.Count >= 0xFFFF)
        {
            throw new ElfException($"{segments.Count} segments; the format has room for 65534");
        }

        using var w = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        ElfWriting.WriteHeader(w, ElfType.Executable, entry, 64, segments.Count, 0, 0, 0);
        ulong at = 64 + (56 * (ulong)segments.Count);
        var offsets = new ulong[segments.Count];
        for (int i = 0; i < segments.Count; i++)
        {
            ElfSegment s = segments[i];
            if ((ulong)s.Content.Length > s.MemorySize)
            {
                throw new ElfException($"the segment at 0x{s.VirtualAddress:x} has {s.Content.Length} bytes of content in {s.MemorySize} bytes of memory");
            }

            // The specification wants offset and address to be congruent modulo the alignment.
            ulong alignment = Math.Max(s.Alignment, 1);
            if (!s.Content.IsEmpty)
            {
                at += (s.VirtualAddress - at) % alignment;
            }

            offsets[i] = at;
            w.Write((uint)s.Type);
            w.Write((uint)s.Flags);
            w.Write(at);
            w.Write(s.VirtualAddress);
            w.Write(s.PhysicalAddress);
            w.Write((ulong)s.Content.Length);
            w.Write(s.MemorySize);
            w.Write(s.Alignment);
            at += (ulong)s.Content.Length;
        }

        ulong written = 64 + (56 * (ulong)segments.Count);
        var zeros = new byte[4096];
        for (int i = 0; i < segments.Count; i++)
        {
            if (segments[i].Content.IsEmpty)
            {
                continue;
            }

            while (written < offsets[i])
            {
                int step = (int)Math.Min((ulong)zeros.Length, offsets[i] - written);
                w.Write(zeros, 0, step);
                written += (ulong)step;
            }

            w.Write(segments[i].Content.Span);
            written += (ulong)segments[i].Content.Length;
        }
    }
}
