// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Muen.Sdk.Elf;

/// <summary>
/// What a boot loader needs of an x86 ELF executable of 32 or 64 bits: its entry and its loadable segments. <see cref="ElfFile"/> knows more, but only of 64 bits.
/// </summary>
public sealed class ElfProgram
{
    const ushort MachineX86 = 3;
    const ushort MachineX64 = 62;

    ElfProgram(ulong entry, IReadOnlyList<ElfSegment> segments)
    {
        Entry = entry;
        Segments = segments;
    }

    /// <summary>Address of the first instruction, as the file has it.</summary>
    public ulong Entry { get; }

    /// <summary>The loadable segments that are not empty, in the file's order.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; }

    /// <summary>Whether bytes begin like an ELF file.</summary>
    public static bool IsElf(ReadOnlySpan<byte> file) => file.Length >= 4 && file[..4].SequenceEqual("\u007fELF"u8);

    /// <summary>Parses a file's bytes. The result refers to them.</summary>
    /// <exception cref="ElfException">They are not a well-formed executable for x86.</exception>
    public static ElfProgram Parse(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> b = file.Span;
        if (!IsElf(b) || b.Length < 52 || b[4] is not (1 or 2) || b[5] != 1)
        {
            throw new ElfException("not an ELF file of 32 or 64 bits, little-endian");
        }

        bool wide = b[4] == 2;
        if (U16(b, 16) != (ushort)ElfType.Executable || U16(b, 18) is not (MachineX86 or MachineX64) || (wide && b.Length < 64))
        {
            throw new ElfException("not an executable for x86");
        }

        ulong table = Word(b, wide ? 32 : 28, wide);
        int size = U16(b, wide ? 54 : 42);
        int count = U16(b, wide ? 56 : 44);
        int least = wide ? 56 : 32;
        if (count != 0 && (size < least || table > (ulong)b.Length || (ulong)b.Length - table < (ulong)(size * count)))
        {
            throw new ElfException("the segment headers pass the end of the file");
        }

        var segments = new List<ElfSegment>();
        for (int number = 0; number < count; number++)
        {
            ReadOnlySpan<byte> header = b.Slice((int)table + (number * size), least);
            ElfSegment segment = wide ? Wide(file, header, number) : Narrow(file, header, number);
            if (segment.Type == ElfSegmentType.Load && segment.MemorySize != 0)
            {
                segments.Add(segment);
            }
        }

        return new ElfProgram(Word(b, 24, wide), segments);
    }

    static ElfSegment Wide(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> h, int number) => Segment(
        file, number, U32(h, 0), U32(h, 4), U64(h, 8), U64(h, 16), U64(h, 24), U64(h, 32), U64(h, 40), U64(h, 48));

    static ElfSegment Narrow(ReadOnlyMemory<byte> file, ReadOnlySpan<byte> h, int number) => Segment(
        file, number, U32(h, 0), U32(h, 24), U32(h, 4), U32(h, 8), U32(h, 12), U32(h, 16), U32(h, 20), U32(h, 28));

    static ElfSegment Segment(
        ReadOnlyMemory<byte> file, int number, uint type, uint flags, ulong offset, ulong address, ulong physical, ulong fileSize, ulong memorySize, ulong alignment)
    {
        if (type != (uint)ElfSegmentType.Load)
        {
            return new ElfSegment((ElfSegmentType)type, 0, address, physical, 0, alignment, default);
        }

        if (fileSize > memorySize || physical + memorySize < physical || offset > (ulong)file.Length || (ulong)file.Length - offset < fileSize)
        {
            throw new ElfException($"segment {number} passes the end of the file or of the address space");
        }

        return new ElfSegment(ElfSegmentType.Load, (ElfSegmentFlags)flags, address, physical, memorySize, alignment, file.Slice((int)offset, (int)fileSize));
    }

    static ulong Word(ReadOnlySpan<byte> b, int at, bool wide) => wide ? U64(b, at) : U32(b, at);

    static ushort U16(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt16LittleEndian(b[at..]);

    static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);

    static ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);
}
