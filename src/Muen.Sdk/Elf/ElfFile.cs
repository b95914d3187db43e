// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Muen.Sdk.Elf;

/// <summary>A parsed ELF64 file for x86-64, little-endian. Everything in it was checked against the file's bounds.</summary>
/// <example><code>
/// ElfFile elf = ElfFile.Load("kernel.elf");
/// foreach (ElfSegment s in elf.LoadSegments) Console.WriteLine($"{s.VirtualAddress:x} {s.Flags}");
/// </code></example>
public sealed class ElfFile
{
    const int HeaderSize = 64;
    const int SegmentHeaderSize = 56;
    const int SectionHeaderSize = 64;
    const int SymbolSize = 24;
    const int RelocationSize = 24;
    const ushort MachineX64 = 62;

    readonly Dictionary<string, ElfSymbol> byName = new(StringComparer.Ordinal);

    ElfFile(ElfType type, ulong entry, IReadOnlyList<ElfSegment> segments, IReadOnlyList<ElfSection> sections, IReadOnlyList<ElfSymbol> symbols)
    {
        Type = type;
        Entry = entry;
        Segments = segments;
        Sections = sections;
        Symbols = symbols;
        foreach (ElfSymbol symbol in symbols)
        {
            if (symbol.Name.Length != 0 && (!byName.TryGetValue(symbol.Name, out ElfSymbol? known) || known.Binding == ElfSymbolBinding.Local))
            {
                byName[symbol.Name] = symbol;
            }
        }
    }

    /// <summary>What the file is.</summary>
    public ElfType Type { get; }

    /// <summary>Address of the first instruction.</summary>
    public ulong Entry { get; }

    /// <summary>All segments in the file's order.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; }

    /// <summary>All sections in the file's order; the first is the empty one.</summary>
    public IReadOnlyList<ElfSection> Sections { get; }

    /// <summary>All symbols in the file's order; the first is the empty one. Empty when the file was stripped.</summary>
    public IReadOnlyList<ElfSymbol> Symbols { get; }

    /// <summary>The segments that become memory, without empty ones.</summary>
    public IEnumerable<ElfSegment> LoadSegments
    {
        get
        {
            foreach (ElfSegment segment in Segments)
            {
                if (segment.Type == ElfSegmentType.Load && segment.MemorySize != 0)
                {
                    yield return segment;
                }
            }
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="ElfException">The file cannot be read, or is not a well-formed ELF64 for x86-64; the message begins with the path.</exception>
    public static ElfFile Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ElfException($"{path}: cannot be read: {e.Message}");
        }

        try
        {
            return Parse(bytes);
        }
        catch (ElfException e)
        {
            throw new ElfException($"{path}: {e.Message}");
        }
    }

    /// <summary>Parses a file's bytes. The result refers to them.</summary>
    /// <exception cref="ElfException">They are not a well-formed ELF64 for x86-64.</exception>
    public static ElfFile Parse(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> b = file.Span;
        if (b.Length < HeaderSize || !b[..4].SequenceEqual("\u007fELF"u8))
        {
            throw new ElfException("not an ELF file");
        }

        if (b[4] != 2 || b[5] != 1 || U16(b, 18) != MachineX64)
        {
            throw new ElfException("not an ELF file for x86-64 (64 bits, little-endian)");
        }

        List<ElfSection> sections = ReadSections(file);
        return new ElfFile((ElfType)U16(b, 16), U64(b, 24), ReadSegments(file), sections, ReadSymbols(sections));
    }

    /// <summary>The section with this name, or null.</summary>
    public ElfSection? FindSection(string name)
    {
        foreach (ElfSection section in Sections)
        {
            if (section.Name == name)
            {
                return section;
            }
        }

        return null;
    }

    /// <summary>The symbol with this name, a global one before a local one; or null.</summary>
    public ElfSymbol? FindSymbol(string name) => byName.GetValueOrDefault(name);

    /// <summary>The relocations that apply to a section; empty when there are none.</summary>
    /// <exception cref="ElfException">One names a symbol that does not exist.</exception>
    public IReadOnlyList<ElfRelocation> RelocationsOf(ElfSection target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var result = new List<ElfRelocation>();
        foreach (ElfSection section in Sections)
        {
            if (section.Type != ElfSectionType.Rela || section.Info != (uint)target.Index)
            {
                continue;
            }

            ReadOnlySpan<byte> b = section.Content.Span;
            for (int at = 0; at + RelocationSize <= b.Length; at += RelocationSize)
            {
                ulong info = U64(b, at + 8);
                ulong symbol = info >> 32;
                if (symbol >= (ulong)Symbols.Count)
                {
                    throw new ElfException($"a relocation of {target.Name} names symbol {symbol}, there are {Symbols.Count}");
                }

                result.Add(new ElfRelocation(U64(b, at), (ElfRelocationType)(uint)info, (int)symbol, (long)U64(b, at + 16)));
            }
        }

        return result;
    }

    static List<ElfSegment> ReadSegments(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> b = file.Span;
        ReadOnlySpan<byte> headers = Headers(b, U64(b, 32), U16(b, 54), SegmentHeaderSize, U16(b, 56), "segment");
        var result = new List<ElfSegment>();
        for (int at = 0; at < headers.Length; at += SegmentHeaderSize)
        {
            ReadOnlySpan<byte> h = headers.Slice(at, SegmentHeaderSize);
            int number = at / SegmentHeaderSize;
            ulong memorySize = U64(h, 40);
            ulong fileSize = U64(h, 32);
            ulong address = U64(h, 16);
            ulong physical = U64(h, 24);
            var type = (ElfSegmentType)U32(h, 0);
            if (type == ElfSegmentType.Load && fileSize > memorySize)
            {
                throw new ElfException($"segment {number} has more bytes in the file ({fileSize}) than in memory ({memorySize})");
            }

            if (type == ElfSegmentType.Load && (address + memorySize < address || physical + memorySize < physical))
            {
                throw new ElfException($"segment {number} passes the end of the address space");
            }

            ReadOnlyMemory<byte> content = Part(file, U64(h, 8), fileSize, $"segment {number}");
            result.Add(new ElfSegment(type, (ElfSegmentFlags)U32(h, 4), address, physical, memorySize, U64(h, 48), content));
        }

        return result;
    }

    static List<ElfSection> ReadSections(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> b = file.Span;
        int count = U16(b, 60);
        ReadOnlySpan<byte> headers = Headers(b, U64(b, 40), U16(b, 58), SectionHeaderSize, count, "section");
        int nameIndex = U16(b, 62);
        ReadOnlySpan<byte> names = default;
        if (nameIndex != 0)
        {
            if (nameIndex >= count)
            {
                throw new ElfException($"the section of names has number {nameIndex}, there are {count} sections");
            }

            ReadOnlySpan<byte> h = headers.Slice(nameIndex * SectionHeaderSize, SectionHeaderSize);
            names = Part(file, U64(h, 24), U64(h, 32), "the section of names").Span;
        }

        var result = new List<ElfSection>();
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> h = headers.Slice(i * SectionHeaderSize, SectionHeaderSize);
            string name = Text(names, U32(h, 0), "a section's name");
            var type = (ElfSectionType)U32(h, 4);
            ulong offset = U64(h, 24);
            ulong size = U64(h, 32);
            ReadOnlyMemory<byte> content = type is ElfSectionType.NoBits or ElfSectionType.Null ? default : Part(file, offset, size, $"section {name}");
            result.Add(new ElfSection(
                i, name, type, (ElfSectionFlags)U64(h, 8), U64(h, 16), size, U32(h, 40), U32(h, 44), U64(h, 48), offset, content));
        }

        return result;
    }

    static List<ElfSymbol> ReadSymbols(List<ElfSection> sections)
    {
        var result = new List<ElfSymbol>();
        foreach (ElfSection section in sections)
        {
            if (section.Type != ElfSectionType.SymbolTable)
            {
                continue;
            }

            if (section.Link >= (uint)sections.Count || sections[(int)section.Link].Type != ElfSectionType.StringTable)
            {
                throw new ElfException("the symbol table names no string table");
            }

            ReadOnlySpan<byte> names = sections[(int)section.Link].Content.Span;
            ReadOnlySpan<byte> b = section.Content.Span;
            for (int at = 0; at + SymbolSize <= b.Length; at += SymbolSize)
            {
                byte info = b[at + 4];
                result.Add(new ElfSymbol(
                    Text(names, U32(b, at), "a symbol's name"),
                    U64(b, at + 8),
                    U64(b, at + 16),
                    (ElfSymbolType)(info & 15),
                    (ElfSymbolBinding)(info >> 4),
                    U16(b, at + 6)));
            }

            break;
        }

        return result;
    }

    /// <summary>A table of headers, checked; empty when there is none.</summary>
    static ReadOnlySpan<byte> Headers(ReadOnlySpan<byte> file, ulong offset, int size, int expectedSize, int count, string what)
    {
        if (count == 0)
        {
            return default;
        }

        if (size != expectedSize)
        {
            throw new ElfException($"{what} headers have {size} bytes, not {expectedSize}");
        }

        ulong total = (ulong)count * (ulong)size;
        if (offset > (ulong)file.Length || total > (ulong)file.Length - offset)
        {
            throw new ElfException($"the {what} headers lie outside the file");
        }

        return file.Slice((int)offset, (int)total);
    }

    static ReadOnlyMemory<byte> Part(ReadOnlyMemory<byte> file, ulong offset, ulong size, string what)
    {
        if (size == 0)
        {
            return default;
        }

        if (offset > (ulong)file.Length || size > (ulong)file.Length - offset)
        {
            throw new ElfException($"{what} lies outside the file");
        }

        return file.Slice((int)offset, (int)size);
    }

    static string Text(ReadOnlySpan<byte> strings, uint offset, string what)
    {
        if (offset == 0 && strings.IsEmpty)
        {
            return "";
        }

        if (offset >= (uint)strings.Length)
        {
            throw new ElfException($"{what} lies outside the string table");
        }

        ReadOnlySpan<byte> rest = strings[(int)offset..];
        int end = rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new ElfException($"{what} does not end");
        }

        return Encoding.UTF8.GetString(rest[..end]);
    }

    static ushort U16(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt16LittleEndian(b[at..]);

    static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);

    static ulong U64(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt64LittleEndian(b[at..]);
}
