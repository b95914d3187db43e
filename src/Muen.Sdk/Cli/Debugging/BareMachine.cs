// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Iced.Intel;
using Muen.Sdk.Elf;
using Muen.Sdk.Image;
using Muen.Sdk.Verify;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>
/// A PC's memory and ROM such that a subject begins in 64-bit mode on its own page tables, with its stack and its subject information, as the kernel launches it.
/// VMCALL, which is undefined without VT-x, is replaced by a NOP of its length: a hypercall does nothing, a subject that would sleep goes on.
/// </summary>
/// <param name="Rom">What the processor starts in: the last 64 KiB below 4 GiB.</param>
/// <param name="Parts">What is in memory.</param>
/// <param name="Memory">Bytes of memory that the machine must have.</param>
sealed record BareMachine(byte[] Rom, IReadOnlyList<(ulong Address, byte[] Content)> Parts, ulong Memory)
{
    const ulong Page = 4096;
    const ulong MiB = 1 << 20;
    const ulong RomBase = 0xFFFF_0000;
    const int RomSize = 0x1_0000;
    const int ResetVector = 0xFFF0;

    /// <summary>The last entry of a PML4: there the ROM and all else below 4 GiB are seen beside what the subject maps.</summary>
    const int AliasEntry = 511;
    const ulong Alias = 0xFFFF_FF80_0000_0000;

    /// <summary>Present, writable, accessed, dirty; and a page of 1 GiB. Set beforehand, the processor writes nothing.</summary>
    const ulong Table = 0x23;
    const ulong HugePage = 0xE3;

    const ulong Flat32 = 0x00CF_9B00_0000_FFFF;
    const ulong FlatData = 0x00CF_9300_0000_FFFF;
    const ulong Flat64 = 0x00AF_9B00_0000_FFFF;
    const int Selector32 = 0x08;
    const int SelectorData = 0x10;
    const int Selector64 = 0x18;

    const uint EferRegister = 0xC000_0080;

    /// <summary>LME, NXE.</summary>
    const int Efer = 0x900;

    /// <summary>PE, MP, ET, NE, WP, PG.</summary>
    const uint Cr0 = 0x8001_0033;

    /// <summary>PAE, OSFXSR, OSXMMEXCPT.</summary>
    const int Cr4 = 0x620;

    /// <summary>Makes it.</summary>
    /// <param name="image">The packed image.</param>
    /// <param name="space">The subject in it.</param>
    /// <param name="program">The subject's ELF, whose symbols say what is code.</param>
    public static BareMachine Create(ImageReader image, SubjectSpace space, string program)
    {
        List<(ulong Address, byte[] Content)> parts = [.. image.Parts.Where(p => p.Content.Length > 0).Select(p => (p.Address, p.Content.ToArray()))];
        foreach (ulong address in Successor.Instructions(ElfFile.Load(program)).Where(i => i.Mnemonic == Mnemonic.Vmcall).Select(i => i.IP))
        {
            if (space.Physical(address, out _) is { } physical
                && parts.Find(p => physical - p.Address < (ulong)p.Content.Length) is { Content: not null } part)
            {
                new byte[] { 0x0F, 0x1F, 0x00 }.CopyTo(part.Content, (int)(physical - part.Address));
            }
        }

        ulong tables = (image.Extents.Max(e => e.Address + e.Size) + MiB - 1) & ~(MiB - 1);
        var own = new byte[Page];
        image.TryRead(space.Initial.Cr3, own);
        byte[] first = Tables(tables);
        BinaryPrimitives.WriteUInt64LittleEndian(own.AsSpan(AliasEntry * sizeof(ulong)), (tables + Page) | Table);
        parts.Add((tables, first));
        parts.Add((tables + (2 * Page), own));
        return new(MakeRom(space, tables), parts, tables + MiB);
    }

    /// <summary>A PML4 that maps everything twice, and the table that it uses for it.</summary>
    static byte[] Tables(ulong address)
    {
        byte[] bytes = new byte[2 * Page];
        Span<byte> directory = bytes.AsSpan((int)Page);
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(directory[(i * sizeof(ulong))..], ((ulong)i << 30) | HugePage);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (address + Page) | Table);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(AliasEntry * sizeof(ulong)), (address + Page) | Table);
        return bytes;
    }

    static byte[] MakeRom(SubjectSpace space, ulong tables)
    {
        const int gdt = 0xF00;
        const int gdtPointer = 0xF40;
        const int code32 = 0x100;
        const int code64 = 0x200;
        const int codeHigh = 0x300;
        const int target = 0xF80;
        byte[] rom = new byte[RomSize];
        foreach ((int index, ulong descriptor) in new[] { (Selector32, Flat32), (SelectorData, FlatData), (Selector64, Flat64) })
        {
            BinaryPrimitives.WriteUInt64LittleEndian(rom.AsSpan(gdt + index), descriptor);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(rom.AsSpan(gdtPointer), (4 * sizeof(ulong)) - 1);
        BinaryPrimitives.WriteUInt32LittleEndian(rom.AsSpan(gdtPointer + 2), (uint)RomBase + gdt);
        BinaryPrimitives.WriteUInt64LittleEndian(rom.AsSpan(target), space.Initial.Rip);

        // At the reset vector CS still has the base of the ROM: a near jump keeps it.
        byte[] reset = [0xE9, 0x0D, 0x00];
        reset.CopyTo(rom, ResetVector);
        Put(16, 0, a =>
        {
            a.cli();
            a.db(0x66, 0x2E, 0x0F, 0x01, 0x16, gdtPointer & 0xFF, gdtPointer >> 8);     // lgdt cs:[gdtPointer], 32-bit base
            a.mov(eax, cr0);
            a.or(eax, 1);
            a.mov(cr0, eax);
            a.db(0x66);
            FarJump(a, Selector32, code32);
        });
        Put(32, code32, a =>
        {
            a.mov(eax, SelectorData);
            a.mov(ds, eax);
            a.mov(es, eax);
            a.mov(ss, eax);
            a.mov(eax, Cr4);
            a.mov(cr4, eax);
            a.mov(eax, (uint)tables);
            a.mov(cr3, eax);
            a.mov(ecx, EferRegister);
            a.mov(eax, Efer);
            a.xor(edx, edx);
            a.wrmsr();
            a.mov(eax, Cr0);
            a.mov(cr0, eax);
            FarJump(a, Selector64, code64);
        });
        Put(64, code64, a =>
        {
            a.mov(rax, Alias + RomBase + codeHigh);
            a.jmp(rax);
        });
        Put(64, codeHigh, a =>
        {
            a.mov(rax, tables + (2 * Page));
            a.mov(cr3, rax);
            a.mov(rsp, space.Initial.Rsp);
            foreach (AssemblerRegister32 register in new[] { eax, ebx, ecx, edx, esi, edi, ebp, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d })
            {
                a.mov(register, 0);
            }

            a.AddInstruction(Instruction.Create(Code.Jmp_rm64, new MemoryOperand(Register.RIP, unchecked((long)(Alias + RomBase + target)), 8)));
        });
        return rom;

        void Put(int bits, int offset, Action<Assembler> write)
        {
            var assembler = new Assembler(bits);
            write(assembler);
            using var code = new MemoryStream();
            ulong address = bits == 16 ? (ulong)offset : RomBase + (ulong)offset + (offset == codeHigh ? Alias : 0);
            assembler.Assemble(new StreamCodeWriter(code), address);
            code.ToArray().CopyTo(rom, offset);
        }

        static void FarJump(Assembler a, int selector, int offset)
        {
            byte[] bytes = new byte[7];
            bytes[0] = 0xEA;
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(1), (uint)RomBase + (uint)offset);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(5), (ushort)selector);
            a.db(bytes);
        }
    }
}
