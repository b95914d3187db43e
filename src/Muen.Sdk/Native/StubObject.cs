// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Iced.Intel;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native;

/// <summary>Where a piece of a <see cref="StubObject"/> lies. A kernel's or subject's image holds them in this order.</summary>
public enum StubSection
{
    /// <summary>.boot.text: the very first bytes of the image; executable, read-only.</summary>
    BootText,

    /// <summary>.text: executable, read-only.</summary>
    Text,

    /// <summary>.rodata: read-only.</summary>
    ReadOnlyData,

    /// <summary>.data: writable, from the file.</summary>
    Data,

    /// <summary>.bss: writable, zero.</summary>
    Bss,
}

/// <summary>
/// Assembly written in C#: named pieces of code and data, laid out in the order in which they are added, section by section, and written as a
/// relocatable ELF object. This object is the first one that the linker sees, so its first <see cref="StubSection.BootText"/> piece is the
/// image's first byte.
/// </summary>
/// <example>
/// <code>
/// using static Iced.Intel.AssemblerRegisters;
///
/// var stub = new StubObject();
/// stub.Data("multiboot2_header", StubSection.BootText, headerBytes, align: 8);        // first: begins the image
///
/// stub.Code32("entry", a =>                                                           // reached by name: the ELF entry
/// {
///     a.mov(esp, stub["boot_stack"].Imm32 + 4096);                                    // offsets: + on the symbol or on the number
///     a.lgdt(stub["gdt_pointer"].Absolute);
///     a.JumpFar(8, stub["entry64"]);                                         // far jump 16:32
/// }, StubSection.BootText);
/// stub.Code64("entry64", a =>
/// {
///     a.lea(rsp, (stub["boot_stack"] + 4096).Rip);
///     a.call(stub["KernelMain"]);                                                     // [RuntimeExport("KernelMain")] in C#
///     var stop = a.CreateLabel();
///     a.Label(ref stop);
///     a.hlt();
///     a.jmp(stop);
/// });
/// // one instruction: a C# `call` of it is replaced by its body after linking (inline: body without RET fits into 5 bytes)
/// stub.Code64("outb", a => { a.mov(edx, edi); a.mov(eax, esi); a.@out(dx, al); a.ret(); }, inline: true);
///
/// stub.Data("gdt_pointer", StubSection.ReadOnlyData, d => { d.UInt16(23); d.UInt32(stub["gdt"]); });
/// stub.Data("gdt", StubSection.ReadOnlyData, gdtBytes, align: 16);
/// stub.Bss("boot_stack", 4096, align: 4096);
///
/// // Code that is copied elsewhere before it runs: inside the group its symbols mean the place where it will run.
/// using (stub.RunsAt(0x7000, "trampoline", StubSection.ReadOnlyData))                  // defines trampoline, trampoline_end: where it lies
/// {
///     stub.Code16("trampoline16", a => { a.cli(); a.lgdt(stub["trampoline_gdt_pointer"].Absolute16); a.JumpFar(8, stub["trampoline32"]); });
///     stub.Code32("trampoline32", a => { a.mov(eax, stub["trampoline_value"].Absolute); a.JumpFar(0x18, stub["entry64"]); });
///     stub.Data("trampoline_value", StubSection.ReadOnlyData, new byte[4], align: 4);
/// }
/// byte[] elf = stub.ToElf();      // stub.InstructionCount: the budget
/// </code>
/// A C# method reaches a piece by <c>[MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "outb")] static extern void Out(ushort port, byte value);</c>:
/// arguments in RDI, RSI, RDX, RCX, R8, R9, result in RAX; RAX, RCX, RDX, RSI, RDI, R8..R11 may be changed.
/// </example>
public sealed class StubObject
{
    /// <summary>Relocation types by the bits of the code that holds the field.</summary>
    readonly record struct Fixup(int Offset, int Size, FixupKind Kind, string Symbol, long Addend, string Where);

    enum FixupKind
    {
        Relative,
        Absolute,
        AbsoluteSigned,
    }

    sealed class Piece
    {
        public required string Name;
        public required StubSection Section;
        public required int Alignment;
        public byte[] Content = [];
        public ulong ZeroSize;
        public bool IsCode;
        public int Bits;
        public bool IsInline;
        public int Instructions;
        public Group? Group;
        public ulong Offset;
        public List<Fixup> Fixups = [];
        public Action<Piece>? Assemble;
    }

    sealed class Group
    {
        public required ulong Address;
        public required string Name;
        public required StubSection Section;
        public ulong Start;
        public ulong End;
    }

    static readonly StubSection[] Order =
        [StubSection.BootText, StubSection.Text, StubSection.ReadOnlyData, StubSection.Data, StubSection.Bss];

    readonly List<Piece> pieces = [];
    readonly Dictionary<string, Piece> piecesByName = new(StringComparer.Ordinal);
    readonly List<string> symbolNames = [];
    readonly Dictionary<string, int> symbolNumbers = new(StringComparer.Ordinal);
    Group? currentGroup;
    bool assembled;

    /// <summary>A symbol as operand: a piece of this object, before or after it is added, or one that C# or another object defines.</summary>
    /// <param name="name">Its name.</param>
    public StubSymbol this[string name]
    {
        get
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            if (!symbolNumbers.TryGetValue(name, out int number))
            {
                number = symbolNames.Count;
                if (number >= StubSymbol.MaxSymbols)
                {
                    throw new StubException($"more than {StubSymbol.MaxSymbols} symbols");
                }

                symbolNumbers.Add(name, number);
                symbolNames.Add(name);
            }

            return new StubSymbol(number, 0);
        }
    }

    /// <summary>Instructions of all code pieces together: what a budget counts.</summary>
    public int InstructionCount
    {
        get
        {
            AssembleAll();
            int sum = 0;
            foreach (Piece piece in pieces)
            {
                sum += piece.Instructions;
            }

            return sum;
        }
    }

    /// <summary>Instructions of each code piece, in order.</summary>
    public IReadOnlyList<(string Name, int Instructions)> Instructions
    {
        get
        {
            AssembleAll();
            var result = new List<(string, int)>();
            foreach (Piece piece in pieces)
            {
                if (piece.IsCode)
                {
                    result.Add((piece.Name, piece.Instructions));
                }
            }

            return result;
        }
    }

    /// <summary>Whether a symbol is a code piece of this object, and its width in bits.</summary>
    internal bool TryGetCode(string name, out int bits)
    {
        bits = 0;
        if (!piecesByName.TryGetValue(name, out Piece? piece) || !piece.IsCode)
        {
            return false;
        }

        bits = piece.Bits;
        return true;
    }

    /// <summary>Whether this object defines a symbol.</summary>
    internal bool Defines(string name) => piecesByName.ContainsKey(name) || pieces.Exists(p => p.Group is { } g && (g.Name == name || g.Name + "_end" == name));

    /// <summary>The bodies, without their final RET, of the pieces that replace calls of them.</summary>
    public IReadOnlyDictionary<string, byte[]> InlineBodies
    {
        get
        {
            AssembleAll();
            var result = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
            foreach (Piece piece in pieces)
            {
                if (piece.IsInline)
                {
                    result.Add(piece.Name, piece.Content[..^1]);
                }
            }

            return result;
        }
    }

    /// <summary>Adds 64-bit code.</summary>
    /// <param name="name">Symbol.</param>
    /// <param name="body">Emits the instructions. Runs when the object is written, so it may name pieces that come later.</param>
    /// <param name="section">Section.</param>
    /// <param name="align">Alignment in bytes.</param>
    /// <param name="inline">Calls of it are replaced by its body after linking. It must end in RET, be at most 5 bytes without it, and hold no reference
    /// to a symbol, no branch and no use of the stack.</param>
    public void Code64(string name, Action<Assembler> body, StubSection section = StubSection.Text, int align = 16, bool inline = false) =>
        AddCode(name, 64, body, section, align, inline);

    /// <summary>Adds 32-bit code.</summary>
    /// <inheritdoc cref="Code64"/>
    public void Code32(string name, Action<Assembler> body, StubSection section = StubSection.BootText, int align = 16) =>
        AddCode(name, 32, body, section, align, false);

    /// <summary>Adds 16-bit code (real mode).</summary>
    /// <inheritdoc cref="Code64"/>
    public void Code16(string name, Action<Assembler> body, StubSection section = StubSection.BootText, int align = 16) =>
        AddCode(name, 16, body, section, align, false);

    /// <summary>Adds constant bytes.</summary>
    /// <param name="name">Symbol.</param>
    /// <param name="section">Section.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="align">Alignment in bytes.</param>
    public void Data(string name, StubSection section, ReadOnlySpan<byte> content, int align = 8)
    {
        byte[] bytes = content.ToArray();
        Data(name, section, d => d.Bytes(bytes), align);
    }

    /// <summary>Adds data that may hold addresses of symbols.</summary>
    /// <param name="name">Symbol.</param>
    /// <param name="section">Section.</param>
    /// <param name="content">Writes the data.</param>
    /// <param name="align">Alignment in bytes.</param>
    public void Data(string name, StubSection section, Action<StubData> content, int align = 8)
    {
        ArgumentNullException.ThrowIfNull(content);
        Add(new Piece
        {
            Name = name,
            Section = section,
            Alignment = align,
            Assemble = piece =>
            {
                var data = new StubData();
                content(data);
                piece.Content = data.ToArray();
                foreach ((int offset, int size, StubSymbol symbol) in data.References)
                {
                    StubSymbol.TryDecode(symbol, out int index, out long addend);
                    piece.Fixups.Add(new Fixup(offset, size, FixupKind.Absolute, symbolNames[index], addend, piece.Name));
                }
            },
        });
    }

    /// <summary>Adds zeroed, writable memory.</summary>
    /// <param name="name">Symbol.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="align">Alignment in bytes.</param>
    public void Bss(string name, ulong size, int align = 16)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size);
        Add(new Piece { Name = name, Section = StubSection.Bss, Alignment = align, ZeroSize = size });
    }

    /// <summary>
    /// Begins a group of pieces that is copied before it runs, and ends it when disposed. The pieces lie together in one section; references to them,
    /// from anywhere, mean the address where they run. <paramref name="name"/> and <paramref name="name"/><c>_end</c> say where they lie.
    /// </summary>
    /// <param name="address">Where the group's first byte will be when it runs.</param>
    /// <param name="name">Symbol of the group's first byte in the image.</param>
    /// <param name="section">Section; the sections named by the group's pieces are ignored.</param>
    public IDisposable RunsAt(ulong address, string name, StubSection section = StubSection.ReadOnlyData)
    {
        if (currentGroup is not null)
        {
            throw new StubException($"{name}: a group inside the group {currentGroup.Name}");
        }

        currentGroup = new Group { Address = address, Name = name, Section = section };
        return new EndOfGroup(this);
    }

    /// <summary>Assembles everything and writes the object.</summary>
    /// <returns>A relocatable ELF64 file; equal calls give equal bytes.</returns>
    /// <exception cref="StubException">A piece cannot be assembled, or refers to something in a way that no relocation expresses.</exception>
    public byte[] ToElf()
    {
        AssembleAll();
        var o = new ElfObjectBuilder();
        var handles = new Dictionary<StubSection, int>();
        foreach (StubSection section in Order)
        {
            handles[section] = Layout(o, section);
        }

        foreach (Piece piece in pieces)
        {
            ulong size = piece.ZeroSize != 0 ? piece.ZeroSize : (ulong)piece.Content.Length;
            if (piece.Group is null)
            {
                o.DefineSymbol(piece.Name, handles[piece.Section], piece.Offset, size, piece.IsCode ? ElfSymbolType.Function : ElfSymbolType.Object);
            }

            if (piece.Group is { } group && group.Start == piece.Offset)
            {
                o.DefineSymbol(group.Name, handles[piece.Section], group.Start, group.End - group.Start, ElfSymbolType.Object);
                o.DefineSymbol(group.Name + "_end", handles[piece.Section], group.End, 0, ElfSymbolType.Object);
            }

            foreach (Fixup fixup in piece.Fixups)
            {
                if (!ResolvesHere(piece, fixup))
                {
                    o.AddRelocation(handles[piece.Section], piece.Offset + (ulong)fixup.Offset, Relocation(piece, fixup), fixup.Symbol, fixup.Addend);
                }
            }
        }

        return o.ToArray();
    }

    void AddCode(string name, int bits, Action<Assembler> body, StubSection section, int align, bool inline)
    {
        ArgumentNullException.ThrowIfNull(body);
        Add(new Piece
        {
            Name = name,
            Section = section,
            Alignment = align,
            IsCode = true,
            Bits = bits,
            IsInline = inline,
            Assemble = piece => AssembleCode(piece, bits, body),
        });
    }

    void Add(Piece piece)
    {
        ArgumentException.ThrowIfNullOrEmpty(piece.Name);
        if (piece.Alignment <= 0 || (piece.Alignment & (piece.Alignment - 1)) != 0)
        {
            throw new StubException($"{piece.Name}: alignment {piece.Alignment} is not a power of two");
        }

        if (assembled)
        {
            throw new StubException($"{piece.Name}: added after the object was assembled");
        }

        if (!piecesByName.TryAdd(piece.Name, piece))
        {
            throw new StubException($"{piece.Name} is defined twice");
        }

        if (currentGroup is not null)
        {
            piece.Group = currentGroup;
            piece.Section = currentGroup.Section;
        }

        pieces.Add(piece);
    }

    /// <summary>Assembles each piece and gives it its offset: bodies have the same size wherever they run, because placeholders are far.</summary>
    void AssembleAll()
    {
        if (assembled)
        {
            return;
        }

        if (currentGroup is not null)
        {
            throw new StubException($"the group {currentGroup.Name} is not ended");
        }

        foreach (Piece piece in pieces)
        {
            piece.Assemble?.Invoke(piece);
        }

        assembled = true;
        foreach (StubSection section in Order)
        {
            ulong at = 0;
            Group? last = null;
            foreach (Piece piece in pieces)
            {
                if (piece.Section != section)
                {
                    continue;
                }

                // A group keeps its alignments when it is copied to a page.
                if (piece.Group is not null && piece.Group != last)
                {
                    at = Align(at, 16);
                    piece.Group.Start = at;
                }

                last = piece.Group;
                ulong start = piece.Group?.Start ?? 0;
                at = start + Align(at - start, (ulong)piece.Alignment);
                piece.Offset = at;
                at += piece.ZeroSize != 0 ? piece.ZeroSize : (ulong)piece.Content.Length;
                if (piece.Group is not null)
                {
                    piece.Group.End = at;
                }
            }
        }

        foreach (Piece piece in pieces)
        {
            foreach (Fixup fixup in piece.Fixups)
            {
                Resolve(piece, fixup);
            }
        }
    }

    static ulong Align(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);

    void AssembleCode(Piece piece, int bits, Action<Assembler> body)
    {
        var a = new Assembler(bits);
        body(a);
        using var stream = new MemoryStream();
        // A base far from the placeholders in 16-bit code makes no difference; elsewhere rel32 reaches them.
        if (!a.TryAssemble(new StreamCodeWriter(stream), 0, out string? error, out _, BlockEncoderOptions.None))
        {
            throw new StubException($"{piece.Name}: {error}");
        }

        piece.Content = stream.ToArray();
        var decoder = Decoder.Create(bits, piece.Content, 0);
        while (decoder.IP < (ulong)piece.Content.Length)
        {
            Instruction i = decoder.Decode();
            if (i.IsInvalid)
            {
                throw new StubException($"{piece.Name}: the bytes at offset {i.IP} are not an instruction; put data into a piece of its own");
            }

            piece.Instructions++;
            FindReferences(piece, bits, in i, decoder.GetConstantOffsets(in i));
        }

        if (piece.IsInline)
        {
            CheckInline(piece);
        }
    }

    void FindReferences(Piece piece, int bits, in Instruction i, ConstantOffsets offsets)
    {
        string where = $"{piece.Name}: {i.ToString()}";
        int at = (int)i.IP;
        if (i.IsJmpShortOrNear || i.IsJccShortOrNear || i.IsCallNear || i.IsJkccShortOrNear || i.IsLoop || i.IsLoopcc || i.IsJcxShort)
        {
            if (StubSymbol.TryDecode(i.NearBranchTarget, out int index, out long offset))
            {
                if (offsets.ImmediateSize != 4)
                {
                    throw new StubException($"{where}: only a 32-bit displacement reaches a symbol");
                }

                long addend = offset - (i.Length - (int)offsets.ImmediateOffset);
                piece.Fixups.Add(new Fixup(at + (int)offsets.ImmediateOffset, 4, FixupKind.Relative, symbolNames[index], addend, where));
            }

            return;
        }

        if (i.IsJmpFar || i.IsCallFar)
        {
            if (i.Op0Kind == OpKind.FarBranch16)
            {
                throw new StubException($"{where}: a 16:16 pointer; use JumpFar, which has 32 bits");
            }

            if (StubSymbol.TryDecode(i.FarBranch32, out int index, out long offset))
            {
                piece.Fixups.Add(new Fixup(at + (int)offsets.ImmediateOffset, 4, FixupKind.Absolute, symbolNames[index], offset, where));
            }

            return;
        }

        if (i.IsIPRelativeMemoryOperand)
        {
            if (StubSymbol.TryDecode(i.IPRelativeMemoryAddress, out int index, out long offset))
            {
                long addend = offset - (i.Length - (int)offsets.DisplacementOffset);
                piece.Fixups.Add(new Fixup(at + (int)offsets.DisplacementOffset, 4, FixupKind.Relative, symbolNames[index], addend, where));
            }
        }
        else if (offsets.HasDisplacement && StubSymbol.TryDecode(i.MemoryDisplacement64, out int index, out long offset))
        {
            FixupKind kind = bits == 64 && offsets.DisplacementSize == 4 ? FixupKind.AbsoluteSigned : FixupKind.Absolute;
            piece.Fixups.Add(new Fixup(at + (int)offsets.DisplacementOffset, (int)offsets.DisplacementSize, kind, symbolNames[index], offset, where));
        }

        if (offsets.HasDisplacement && offsets.DisplacementSize == 2 && bits == 16 && StubSymbol.TryDecode16(i.MemoryDisplacement64, out int index16))
        {
            piece.Fixups.Add(new Fixup(at + (int)offsets.DisplacementOffset, 2, FixupKind.Absolute, symbolNames[index16], 0, where));
        }

        if (offsets.HasImmediate && offsets.ImmediateSize is 4 or 8)
        {
            ulong value = i.GetImmediate(ImmediateOperand(in i));
            if (StubSymbol.TryDecode(value, out int index, out long offset))
            {
                // An immediate of 4 bytes in an instruction on 64 bits is extended by its sign.
                FixupKind kind = bits == 64 && offsets.ImmediateSize == 4 && SignExtends(in i) ? FixupKind.AbsoluteSigned : FixupKind.Absolute;
                piece.Fixups.Add(new Fixup(at + (int)offsets.ImmediateOffset, (int)offsets.ImmediateSize, kind, symbolNames[index], offset, where));
            }
        }
    }

    static int ImmediateOperand(in Instruction i)
    {
        for (int operand = i.OpCount - 1; operand >= 0; operand--)
        {
            if (i.GetOpKind(operand) is >= OpKind.Immediate8 and <= OpKind.Immediate32to64)
            {
                return operand;
            }
        }

        throw new StubException($"{i.ToString()}: no immediate operand");
    }

    static bool SignExtends(in Instruction i) => i.GetOpKind(ImmediateOperand(in i)) == OpKind.Immediate32to64;

    static void CheckInline(Piece piece)
    {
        if (piece.Content.Length is < 2 or > 6 || piece.Content[^1] != 0xC3)
        {
            throw new StubException($"{piece.Name}: an inlined piece is at most 5 bytes and a RET, this one has {piece.Content.Length} bytes");
        }

        if (piece.Fixups.Count != 0)
        {
            throw new StubException($"{piece.Name}: an inlined piece cannot refer to symbols");
        }

        var decoder = Decoder.Create(64, piece.Content, 0);
        while (decoder.IP < (ulong)piece.Content.Length)
        {
            Instruction i = decoder.Decode();
            bool last = decoder.IP == (ulong)piece.Content.Length;
            if (!last && (i.FlowControl is not (FlowControl.Next or FlowControl.Interrupt or FlowControl.Call) || i.IsStackInstruction || i.IsCallNear))
            {
                throw new StubException($"{piece.Name}: {i.ToString()} cannot be inlined");
            }
        }
    }

    /// <summary>Whether the distance or address is known now; it was written by <see cref="Resolve"/>.</summary>
    bool ResolvesHere(Piece piece, Fixup fixup)
    {
        if (!piecesByName.TryGetValue(fixup.Symbol, out Piece? target))
        {
            return false;
        }

        return target.Group is not null && (fixup.Kind != FixupKind.Relative || target.Group == piece.Group);
    }

    void Resolve(Piece piece, Fixup fixup)
    {
        piecesByName.TryGetValue(fixup.Symbol, out Piece? target);
        if (fixup.Kind == FixupKind.Relative && piece.Group != target?.Group && (piece.Group is not null || target?.Group is not null))
        {
            throw new StubException($"{fixup.Where}: a distance between code that is copied and {fixup.Symbol}; use its address");
        }

        Span<byte> field = piece.Content.AsSpan(fixup.Offset, fixup.Size);
        field.Clear();
        if (!ResolvesHere(piece, fixup))
        {
            return;
        }

        ulong address = target!.Group!.Address + (target.Offset - target.Group.Start);
        ulong value = fixup.Kind == FixupKind.Relative
            ? target.Offset - piece.Offset - (ulong)fixup.Offset + (ulong)fixup.Addend
            : address + (ulong)fixup.Addend;
        bool fits = fixup.Kind switch
        {
            FixupKind.Absolute => fixup.Size == 8 || value < 1UL << (fixup.Size * 8),
            FixupKind.AbsoluteSigned => value < 0x8000_0000,
            _ => true,
        };
        if (!fits)
        {
            throw new StubException($"{fixup.Where}: 0x{value:x} does not fit into {fixup.Size} bytes");
        }

        for (int k = 0; k < field.Length; k++)
        {
            field[k] = (byte)(value >> (8 * k));
        }
    }

    static ElfRelocationType Relocation(Piece piece, Fixup fixup) => (fixup.Kind, fixup.Size) switch
    {
        (FixupKind.Relative, 4) => ElfRelocationType.Plt32,
        (FixupKind.AbsoluteSigned, 4) => ElfRelocationType.Absolute32Signed,
        (FixupKind.Absolute, 4) => ElfRelocationType.Absolute32,
        (FixupKind.Absolute, 8) => ElfRelocationType.Absolute64,
        (FixupKind.Absolute, 2) => ElfRelocationType.Absolute16,
        _ => throw new StubException($"{fixup.Where}: no relocation for a field of {fixup.Size} bytes in {piece.Name}"),
    };

    int Layout(ElfObjectBuilder o, StubSection section)
    {
        ulong alignment = 16;
        ulong end = 0;
        foreach (Piece piece in pieces)
        {
            if (piece.Section == section)
            {
                alignment = Math.Max(alignment, (ulong)piece.Alignment);
                end = Math.Max(end, piece.Offset + (piece.ZeroSize != 0 ? piece.ZeroSize : (ulong)piece.Content.Length));
            }
        }

        if (section == StubSection.Bss)
        {
            return o.AddZeroSection(".bss", alignment, end);
        }

        (string name, ElfSectionFlags flags, byte filler) = section switch
        {
            StubSection.BootText => (".boot.text", ElfSectionFlags.Allocate | ElfSectionFlags.Execute, (byte)0x90),
            StubSection.Text => (".text", ElfSectionFlags.Allocate | ElfSectionFlags.Execute, (byte)0x90),
            StubSection.ReadOnlyData => (".rodata", ElfSectionFlags.Allocate, (byte)0),
            StubSection.Data => (".data", ElfSectionFlags.Allocate | ElfSectionFlags.Write, (byte)0),
            _ => throw new StubException(string.Create(CultureInfo.InvariantCulture, $"no section {section}")),
        };
        var content = new byte[end];
        content.AsSpan().Fill(filler);
        foreach (Piece piece in pieces)
        {
            if (piece.Section == section)
            {
                piece.Content.CopyTo(content, (int)piece.Offset);
            }
        }

        return o.AddSection(name, flags, alignment, content);
    }

    sealed class EndOfGroup(StubObject owner) : IDisposable
    {
        public void Dispose() => owner.currentGroup = null;
    }
}
