// SPDX-License-Identifier: MIT
using CsCheck;
using Iced.Intel;
using Muen.Sdk.Elf;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Native.Tests;

/// <summary>Assembly described in C#: its layout, its relocations, and what it refuses.</summary>
public class StubTests
{
    [Fact]
    public void References_become_relocations()
    {
        var stub = new StubObject();
        stub.Code64("code", a =>
        {
            a.call(stub["outside"]);                                        // 0: e8 + 4
            a.lea(rax, (stub["data"] + 8).Rip);                             // 5: 48 8d 05 + 4
            a.mov(rcx, (stub["data"] + 16).Imm64);                          // 12: 48 b9 + 8
            a.mov(__dword_ptr[stub["data"].Rip], 0x1234_5678);              // 22: c7 05 + 4 + 4
            a.push(stub["data"].Imm32);                                     // 32: 68 + 4
            a.mov(rdx, __qword_ptr[stub["data"].Indexed(__[rax * 8])]);     // 37: 48 8b 14 c5 + 4
            a.je(stub["code"]);                                             // 45: 0f 84 + 4
        });
        stub.Data("data", StubSection.Data, d => { d.UInt64(stub["code"] + 5); d.UInt32(stub["outside"]); });
        ElfFile file = ElfFile.Parse(stub.ToElf());
        ElfSection text = file.FindSection(".text")!;
        Assert.Equal(
            [
                (1UL, ElfRelocationType.Plt32, "outside", -4L),
                (8UL, ElfRelocationType.Plt32, "data", 4L),
                (14UL, ElfRelocationType.Absolute64, "data", 16L),
                (24UL, ElfRelocationType.Plt32, "data", -8L),
                (33UL, ElfRelocationType.Absolute32Signed, "data", 0L),
                (41UL, ElfRelocationType.Absolute32Signed, "data", 0L),
                (47UL, ElfRelocationType.Plt32, "code", -4L),
            ],
            Relocations(file, text));
        Assert.Equal(
            [(0UL, ElfRelocationType.Absolute64, "code", 5L), (8UL, ElfRelocationType.Absolute32, "outside", 0L)], Relocations(file, file.FindSection(".data")!));
        Assert.Equal(7, stub.InstructionCount);

        // No placeholder is left in the bytes.
        Assert.Equal([0, 0, 0, 0], text.Content.Slice(1, 4).ToArray());
        Assert.Equal(0x1234_5678, BitConverter.ToInt32(text.Content.Span[28..]));
    }

    [Fact]
    public void Code_of_16_and_32_bits()
    {
        var stub = new StubObject();
        stub.Code32("wide", a => { a.lgdt(stub["table"].Absolute); a.JumpFar(8, stub["outside"]); });
        stub.Code16("narrow", a => { a.lgdt(stub["table"].Absolute16); a.JumpFar(8, stub["wide"]); });
        stub.Data("table", StubSection.ReadOnlyData, new byte[8]);
        ElfFile file = ElfFile.Parse(stub.ToElf());
        Assert.Equal(
            [
                (3UL, ElfRelocationType.Absolute32, "table", 0L),
                (8UL, ElfRelocationType.Absolute32, "outside", 0L),
                (19UL, ElfRelocationType.Absolute16, "table", 0L),
                (23UL, ElfRelocationType.Absolute32, "wide", 0L),
            ],
            Relocations(file, file.FindSection(".boot.text")!));
        Assert.Equal([0x66, 0xEA], file.FindSection(".boot.text")!.Content.Slice(21, 2).ToArray());
    }

    [Fact]
    public void Code_that_is_copied_before_it_runs_knows_where_it_runs()
    {
        var stub = new StubObject();
        stub.Data("before", StubSection.ReadOnlyData, new byte[24]);
        using (stub.RunsAt(0x7000, "group"))
        {
            stub.Code16("first", a => { a.lgdt(stub["pointer"].Absolute16); a.JumpFar(8, stub["second"]); }, align: 1);
            stub.Code32("second", a => { a.mov(eax, stub["pointer"].Absolute); a.jmp(stub["first"]); a.mov(ebx, stub["outside"].Imm32); }, align: 1);
            stub.Data("pointer", StubSection.ReadOnlyData, d => { d.UInt32(stub["second"]); d.UInt64(stub["first"] + 3); }, align: 4);
        }

        ElfFile file = ElfFile.Parse(stub.ToElf());
        ElfSection section = file.FindSection(".rodata")!;
        ElfSymbol group = file.FindSymbol("group")!;
        Assert.Equal(32UL, group.Value);
        Assert.Equal(group.Value + group.Size, file.FindSymbol("group_end")!.Value);
        ReadOnlySpan<byte> code = section.Content.Span[32..];
        ushort pointer = BitConverter.ToUInt16(code[3..]);
        Assert.Equal(0x7000 + 13 + 15 + 0, pointer);
        Assert.Equal(0x7000u + 13, BitConverter.ToUInt32(code[7..]));
        Assert.Equal(pointer, BitConverter.ToUInt32(code[14..]));
        Assert.Equal(-(13 + 5 + 5), BitConverter.ToInt32(code[19..]));
        Assert.Equal(0x7000u + 13, BitConverter.ToUInt32(code[(pointer - 0x7000)..]));
        Assert.Equal(0x7003UL, BitConverter.ToUInt64(code[(pointer - 0x7000 + 4)..]));
        Assert.Equal("outside", Assert.Single(Relocations(file, section)).Symbol);
    }

    [Fact]
    public void Pieces_are_laid_out_in_their_order_and_aligned() => Gen.Select(Gen.Int[1, 200], Gen.Int[0, 6]).Array[1, 30].Sample(pieces =>
    {
        var stub = new StubObject();
        for (int n = 0; n < pieces.Length; n++)
        {
            stub.Data($"piece{n}", StubSection.ReadOnlyData, new byte[pieces[n].Item1], 1 << pieces[n].Item2);
        }

        ElfFile file = ElfFile.Parse(stub.ToElf());
        ulong end = 0;
        for (int n = 0; n < pieces.Length; n++)
        {
            ElfSymbol symbol = file.FindSymbol($"piece{n}")!;
            Assert.True(symbol.Value >= end && symbol.Value - end < 1UL << pieces[n].Item2);
            Assert.Equal(0UL, symbol.Value % (1UL << pieces[n].Item2));
            end = symbol.Value + symbol.Size;
        }

        Assert.Equal(end, file.FindSection(".rodata")!.Size);
    });

    public static TheoryData<string, Action<StubObject>> Refused => new()
    {
        { "twice is defined twice", s => { s.Code64("twice", a => a.ret()); s.Bss("twice", 8); } },
        { "body: an inlined piece is at most 5 bytes", s => s.Code64("body", a => { a.mov(rax, 1L << 40); a.ret(); }, inline: true) },
        { "body: an inlined piece is at most 5 bytes", s => s.Code64("body", a => a.nop(), inline: true) },
        { "cannot be inlined", s => s.Code64("body", a => { a.push(rax); a.ret(); }, inline: true) },
        { "cannot refer to symbols", s => s.Code64("body", a => { a.call(s["x"]); a.ret(); }, inline: true) },
        { "alignment 3", s => s.Data("odd", StubSection.Data, new byte[3], align: 3) },
        { "too far", s => s.Code64("far", a => a.call(s["x"] + 0x10_0000)) },
        { "a distance between code that is copied and outside", s => { using (s.RunsAt(0x7000, "g")) { s.Code32("inner", a => a.jmp(s["outside"])); } } },
        { "a distance between code that is copied and inner", s => { using (s.RunsAt(0x7000, "g")) { s.Code64("inner", a => a.ret()); } s.Code64("outer", a => a.call(s["inner"])); } },
        { "16:16", s => s.Code16("narrow", a => a.jmp(8, 0x1234u)) },
        { "not an instruction", s => s.Code64("data", a => a.db(0x06)) },
        { "does not fit into 2 bytes", s => { using (s.RunsAt(0x12_3456, "g")) { s.Code16("narrow", a => a.lgdt(s["narrow"].Absolute16)); } } },
        { "a group inside", s => { using (s.RunsAt(0x7000, "g")) { s.RunsAt(0x8000, "h"); } } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_is_refused(string message, Action<StubObject> describe)
    {
        var stub = new StubObject();
        StubException error = Assert.Throws<StubException>(() => { describe(stub); stub.ToElf(); });
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_assembly_is_in_its_budget() => Assert.InRange(Muen.Kernel.Stubs.KernelStubs.Create().InstructionCount, 1, 260);

    static List<(ulong Offset, ElfRelocationType Type, string Symbol, long Addend)> Relocations(ElfFile file, ElfSection section) =>
        [.. file.RelocationsOf(section).Select(r => (r.Offset, r.Type, file.Symbols[r.SymbolIndex].Name, r.Addend)).OrderBy(r => r.Offset)];
}
