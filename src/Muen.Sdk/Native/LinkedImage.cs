// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native;

/// <summary>A linked ELF as functions: what the checks look at. The bytes can be patched in place.</summary>
sealed class LinkedImage
{
    readonly byte[] bytes;
    readonly Func<string, (bool IsStub, int Bits)> stubOf;
    readonly Func<string, string> nameOf;
    readonly Dictionary<ulong, NativeFunction> byAddress = [];

    /// <param name="bytes">The ELF.</param>
    /// <param name="stubOf">Whether a symbol is assembly, and of which width.</param>
    /// <param name="nameOf">Name of a symbol in messages.</param>
    /// <param name="roots">How recorded source paths become real ones.</param>
    public LinkedImage(
        byte[] bytes, Func<string, (bool IsStub, int Bits)> stubOf, Func<string, string> nameOf, IReadOnlyList<(string, string)>? roots)
    {
        this.bytes = bytes;
        this.stubOf = stubOf;
        this.nameOf = nameOf;
        Elf = ElfFile.Parse(bytes);
        Lines = LineTable.Read(Elf, roots);
        Disassemble();
    }

    /// <summary>The file.</summary>
    public ElfFile Elf { get; }

    /// <summary>Source lines.</summary>
    public LineTable Lines { get; }

    /// <summary>All functions by ascending address.</summary>
    public IReadOnlyList<NativeFunction> Functions { get; private set; } = [];

    /// <summary>The file's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <summary>The function that begins at an address, or null.</summary>
    public NativeFunction? At(ulong address) => byAddress.GetValueOrDefault(address);

    /// <summary>The function that an address lies in, or null.</summary>
    public NativeFunction? Around(ulong address)
    {
        foreach (NativeFunction function in Functions)
        {
            if (function.Contains(address))
            {
                return function;
            }
        }

        return null;
    }

    /// <summary>A finding at an instruction.</summary>
    public NativeFinding Finding(string code, string message, NativeFunction function, ulong address)
    {
        (string? file, int line) = Line(function, address);
        return new NativeFinding(code, $"{function.Name}: {message}", file, line, function.Name);
    }

    /// <summary>The source line of an instruction; no file when none is known, as for assembly.</summary>
    public (string? File, int Line) Line(NativeFunction function, ulong address) =>
        function.IsStub ? (null, 0) : Lines.Find(address, function.Address, function.Address + function.Size);

    /// <summary>Bytes of memory from the file; empty when they lie outside it.</summary>
    public ReadOnlySpan<byte> Memory(ulong address, int size)
    {
        foreach (ElfSection section in Elf.Sections)
        {
            if ((section.Flags & ElfSectionFlags.Allocate) != 0 && section.Type == ElfSectionType.ProgramBits
                && address >= section.Address && (ulong)size <= section.Size && address - section.Address <= section.Size - (ulong)size)
            {
                return section.Content.Span.Slice((int)(address - section.Address), size);
            }
        }

        return default;
    }

    /// <summary>Overwrites code. <see cref="Disassemble"/> must follow.</summary>
    public void Patch(ulong address, ReadOnlySpan<byte> code)
    {
        foreach (ElfSection section in Elf.Sections)
        {
            if ((section.Flags & ElfSectionFlags.Execute) != 0 && section.Contains(address))
            {
                code.CopyTo(bytes.AsSpan((int)(section.FileOffset + (address - section.Address)), code.Length));
                return;
            }
        }

        throw new InvalidOperationException($"0x{address:x} is not code");
    }

    /// <summary>
    /// Reads the instructions of each function: all bytes from its symbol on, as many as the symbol says. Symbols of data in the code
    /// section (the multiboot2 header) and the filling between functions are not code.
    /// </summary>
    public void Disassemble()
    {
        var functions = new SortedDictionary<ulong, NativeFunction>();
        foreach (ElfSymbol symbol in Elf.Symbols)
        {
            if (symbol.Type != ElfSymbolType.Function || symbol.Size == 0 || symbol.SectionIndex >= Elf.Sections.Count)
            {
                continue;
            }

            // Two names for one function: the first one in the file stays, so that the order of symbols decides and nothing else.
            ElfSection section = Elf.Sections[symbol.SectionIndex];
            if ((section.Flags & ElfSectionFlags.Execute) == 0 || functions.ContainsKey(symbol.Value))
            {
                continue;
            }

            (bool isStub, int bits) = stubOf(symbol.Name);
            functions.Add(symbol.Value, new NativeFunction
            {
                Symbol = symbol.Name,
                Name = nameOf(symbol.Name),
                Address = symbol.Value,
                Size = symbol.Size,
                Bits = bits,
                IsStub = isStub,
                Instructions = Decode(Memory(symbol.Value, (int)symbol.Size), symbol.Value, bits),
            });
        }

        Functions = [.. functions.Values];
        byAddress.Clear();
        foreach (NativeFunction function in Functions)
        {
            byAddress.Add(function.Address, function);
        }
    }

    /// <summary>Executable bytes that belong to no function and are not filling: code that no check would see.</summary>
    public IEnumerable<ulong> UnknownCode()
    {
        foreach (ElfSection section in Elf.Sections.Where(s => (s.Flags & ElfSectionFlags.Execute) != 0 && s.Type == ElfSectionType.ProgramBits))
        {
            var covered = new bool[section.Content.Length];
            foreach (ElfSymbol symbol in Elf.Symbols)
            {
                // Data may begin the image (the multiboot2 header) and be nowhere else in code.
                bool isSeen = symbol.Type == ElfSymbolType.Function || symbol.Value == section.Address;
                if (isSeen && symbol.SectionIndex == section.Index && symbol.Value >= section.Address && symbol.Size <= section.Size)
                {
                    ulong from = symbol.Value - section.Address;
                    for (ulong i = from; i < from + symbol.Size && i < section.Size; i++)
                    {
                        covered[i] = true;
                    }
                }
            }

            // NOP from the compiler and the assembler, INT3 from either, and what the linker fills with (0xCC).
            for (int i = 0; i < covered.Length; i++)
            {
                if (!covered[i] && section.Content.Span[i] is not (0x90 or 0xCC or 0x00))
                {
                    yield return section.Address + (ulong)i;
                    break;
                }
            }
        }
    }

    static List<Instruction> Decode(ReadOnlySpan<byte> code, ulong address, int bits)
    {
        var result = new List<Instruction>();
        byte[] copy = code.ToArray();
        var decoder = Decoder.Create(bits, copy, address);
        while (decoder.IP < address + (ulong)copy.Length)
        {
            result.Add(decoder.Decode());
        }

        return result;
    }
}
