// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace Muen.Sdk.Elf;

/// <summary>Writes a relocatable object (ET_REL) for the linker. The same calls give the same bytes.</summary>
/// <example><code>
/// var o = new ElfObjectBuilder();
/// int text = o.AddSection(".text", ElfSectionFlags.Allocate | ElfSectionFlags.Execute, 16, new byte[] { 0xE8, 0, 0, 0, 0 });
/// o.DefineSymbol("start", text, 0, 5, ElfSymbolType.Function);
/// o.AddRelocation(text, 1, ElfRelocationType.Plt32, "main", -4);
/// byte[] file = o.ToArray();
/// </code></example>
public sealed class ElfObjectBuilder
{
    readonly List<Section> sections = [];
    readonly List<ElfSymbol> symbols = [];
    readonly Dictionary<string, int> symbolNumbers = new(StringComparer.Ordinal);

    sealed record Section(string Name, ElfSectionFlags Flags, ulong Alignment, ReadOnlyMemory<byte> Content, ulong? ZeroSize)
    {
        public List<(ulong Offset, ElfRelocationType Type, string Symbol, long Addend)> Relocations { get; } = [];
    }

    /// <summary>Adds a section with content.</summary>
    /// <param name="name">Name.</param>
    /// <param name="flags">Attributes.</param>
    /// <param name="alignment">Alignment in bytes, a power of two.</param>
    /// <param name="content">Bytes.</param>
    /// <returns>The section's handle for the other methods.</returns>
    public int AddSection(string name, ElfSectionFlags flags, ulong alignment, ReadOnlyMemory<byte> content)
    {
        sections.Add(new Section(name, flags, alignment, content, null));
        return sections.Count - 1;
    }

    /// <summary>Adds a section of zeros that takes no room in the file.</summary>
    /// <param name="name">Name.</param>
    /// <param name="alignment">Alignment in bytes, a power of two.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>The section's handle for the other methods.</returns>
    public int AddZeroSection(string name, ulong alignment, ulong size)
    {
        sections.Add(new Section(name, ElfSectionFlags.Allocate | ElfSectionFlags.Write, alignment, default, size));
        return sections.Count - 1;
    }

    /// <summary>Defines a global symbol.</summary>
    /// <param name="name">Name.</param>
    /// <param name="section">Handle of its section.</param>
    /// <param name="offset">Offset in the section.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="type">What it names.</param>
    /// <exception cref="ElfException">The symbol is defined already.</exception>
    public void DefineSymbol(string name, int section, ulong offset, ulong size, ElfSymbolType type) =>
        Define(new ElfSymbol(name, offset, size, type, ElfSymbolBinding.Global, section + 1));

    /// <summary>Defines a global symbol with a fixed value.</summary>
    /// <exception cref="ElfException">The symbol is defined already.</exception>
    public void DefineAbsolute(string name, ulong value) =>
        Define(new ElfSymbol(name, value, 0, ElfSymbolType.None, ElfSymbolBinding.Global, ElfSymbol.Absolute));

    /// <summary>Adds a relocation; a symbol that is not defined here becomes an undefined one.</summary>
    /// <param name="section">Handle of the section that holds the field.</param>
    /// <param name="offset">Offset of the field.</param>
    /// <param name="type">How the field is computed.</param>
    /// <param name="symbol">Name of the symbol.</param>
    /// <param name="addend">Constant that is added.</param>
    public void AddRelocation(int section, ulong offset, ElfRelocationType type, string symbol, long addend) =>
        sections[section].Relocations.Add((offset, type, symbol, addend));

    /// <summary>The file.</summary>
    public byte[] ToArray()
    {
        foreach (Section section in sections)
        {
            foreach ((_, _, string symbol, _) in section.Relocations)
            {
                if (!symbolNumbers.ContainsKey(symbol))
                {
                    Define(new ElfSymbol(symbol, 0, 0, ElfSymbolType.None, ElfSymbolBinding.Global, 0));
                }
            }
        }

        using var stream = new MemoryStream();
        using var w = new BinaryWriter(stream);
        w.Write(new byte[64]);
        var headers = new List<byte[]> { new byte[64] };
        var names = new StringTable();
        var strings = new StringTable();
        int relocated = sections.FindAll(s => s.Relocations.Count != 0).Count;
        int symbolTable = 1 + sections.Count + relocated;
        foreach (Section s in sections)
        {
            bool zero = s.ZeroSize is not null;
            ulong offset = Align(w, s.Alignment);
            w.Write(s.Content.Span);
            ulong size = s.ZeroSize ?? (ulong)s.Content.Length;
            headers.Add(Header(names.Add(s.Name), zero ? ElfSectionType.NoBits : ElfSectionType.ProgramBits, s.Flags, offset, size, 0, 0, s.Alignment, 0));
        }

        for (int i = 0; i < sections.Count; i++)
        {
            Section s = sections[i];
            if (s.Relocations.Count == 0)
            {
                continue;
            }

            ulong offset = Align(w, 8);
            foreach ((ulong at, ElfRelocationType type, string symbol, long addend) in s.Relocations)
            {
                w.Write(at);
                w.Write(((ulong)symbolNumbers[symbol] << 32) | (uint)type);
                w.Write(addend);
            }

            headers.Add(Header(
                names.Add(".rela" + s.Name), ElfSectionType.Rela, ElfSectionFlags.InfoLink, offset, (ulong)s.Relocations.Count * 24, (uint)symbolTable, (uint)i + 1, 8, 24));
        }

        ulong symbolsAt = Align(w, 8);
        w.Write(new byte[24]);
        foreach (ElfSymbol symbol in symbols)
        {
            w.Write(strings.Add(symbol.Name));
            w.Write((byte)(((int)symbol.Binding << 4) | (int)symbol.Type));
            w.Write((byte)0);
            w.Write((ushort)symbol.SectionIndex);
            w.Write(symbol.Value);
            w.Write(symbol.Size);
        }

        headers.Add(Header(names.Add(".symtab"), ElfSectionType.SymbolTable, 0, symbolsAt, ((ulong)symbols.Count + 1) * 24, (uint)symbolTable + 1, 1, 8, 24));
        headers.Add(StringSection(w, names, ".strtab", strings));
        uint shstrtab = names.Add(".shstrtab");
        ulong namesAt = Align(w, 1);
        w.Write(names.ToArray());
        headers.Add(Header(shstrtab, ElfSectionType.StringTable, 0, namesAt, (ulong)names.Length, 0, 0, 1, 0));
        ulong headersAt = Align(w, 8);
        foreach (byte[] header in headers)
        {
            w.Write(header);
        }

        w.Flush();
        stream.Position = 0;
        ElfWriting.WriteHeader(w, ElfType.Relocatable, 0, 0, 0, headersAt, headers.Count, headers.Count - 1);
        w.Flush();
        return stream.ToArray();
    }

    void Define(ElfSymbol symbol)
    {
        if (!symbolNumbers.TryAdd(symbol.Name, symbols.Count + 1))
        {
            throw new ElfException($"symbol {symbol.Name} is defined twice");
        }

        symbols.Add(symbol);
    }

    static byte[] StringSection(BinaryWriter w, StringTable names, string name, StringTable content)
    {
        ulong at = Align(w, 1);
        w.Write(content.ToArray());
        return Header(names.Add(name), ElfSectionType.StringTable, 0, at, (ulong)content.Length, 0, 0, 1, 0);
    }

    static ulong Align(BinaryWriter w, ulong alignment)
    {
        while ((ulong)w.BaseStream.Position % Math.Min(Math.Max(alignment, 1), 16) != 0)
        {
            w.Write((byte)0);
        }

        return (ulong)w.BaseStream.Position;
    }

    static byte[] Header(
        uint name, ElfSectionType type, ElfSectionFlags flags, ulong offset, ulong size, uint link, uint info, ulong alignment, ulong entrySize)
    {
        using var stream = new MemoryStream();
        using var w = new BinaryWriter(stream);
        w.Write(name);
        w.Write((uint)type);
        w.Write((ulong)flags);
        w.Write(0UL);
        w.Write(offset);
        w.Write(size);
        w.Write(link);
        w.Write(info);
        w.Write(alignment);
        w.Write(entrySize);
        w.Flush();
        return stream.ToArray();
    }

    sealed class StringTable
    {
        readonly List<byte> content = [0];

        public int Length => content.Count;

        public uint Add(string text)
        {
            if (text.Length == 0)
            {
                return 0;
            }

            uint at = (uint)content.Count;
            content.AddRange(Encoding.UTF8.GetBytes(text));
            content.Add(0);
            return at;
        }

        public byte[] ToArray() => content.ToArray();
    }
}
