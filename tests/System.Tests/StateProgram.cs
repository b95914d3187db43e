// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>Programs whose monitors see and change their state at each CPUID. Number 0 of a board counts what came out right, 2 what did not, 4 says that it is over.</summary>
static class StateProgram
{
    internal const uint Code = 0x10_0000;
    internal const uint Fault = 0x10_1000;
    internal const uint Gdt = 0x10_2000;
    internal const uint Idt = 0x10_2100;
    internal const uint Board = 0x20_0000;
    internal const uint NativeCode = 0x20_0000;
    internal const uint NativeBoard = 0x100_0000;

    /// <summary>Values that the monitor must see, and one more of each that the subject finds after it.</summary>
    internal static readonly uint[] Registers = [0xA0, 0xB0, 0xC0, 0xD0, 0xD1_0000, 0x51_0000, 0xB9_0000];

    static readonly AssemblerRegister32[] s_registers = [eax, ebx, ecx, edx, edi, esi, ebp];

    internal static byte[] Vm()
    {
        var a = new Assembler(32);
        Label segments = a.CreateLabel();
        a.lgdt(__[Gdt + 0x40]);
        a.lidt(__[Gdt + 0x48]);
        a.db(0xEA);
        a.dd(Code + 0x15);          // three instructions of 7 bytes
        a.dw(8);
        a.Label(ref segments);
        a.mov(esp, (int)Code + 0x3FF0);
        foreach ((int msr, int value) in new[] { (0x174, 0x174), (0x175, 0x1750), (0x176, 0x1760) })
        {
            a.mov(ecx, msr);
            a.mov(eax, value);
            a.xor(edx, edx);
            a.wrmsr();
        }

        a.mov(eax, 0x2222);
        a.mov(cr2, eax);
        a.mov(eax, 0x5000);
        a.mov(cr3, eax);
        a.mov(__dword_ptr[Board + 0x100], 0x5AFE);
        for (int i = s_registers.Length - 1; i >= 0; i--)
        {
            a.mov(s_registers[i], (int)Registers[i]);
        }

        a.clc();
        a.cpuid();
        Label carry = a.CreateLabel();
        a.jc(carry);
        a.inc(__dword_ptr[Board + 16]);
        a.Label(ref carry);
        for (int i = 0; i < s_registers.Length; i++)
        {
            int register = i;
            Expect(a, () => a.cmp(s_registers[register], (int)Registers[register] + 1));
        }

        a.mov(eax, cr2);
        Expect(a, () => a.cmp(eax, 0x3333));
        a.mov(eax, cr3);
        Expect(a, () => a.cmp(eax, 0x6000));
        a.mov(ecx, 0x175);
        a.rdmsr();
        Expect(a, () => a.cmp(eax, 0x9999));
        a.mov(eax, __dword_ptr.fs[0x100]);
        Expect(a, () => a.cmp(eax, 0x5AFE));

        a.cpuid();                  // the activity state stays active
        a.inc(__dword_ptr[Board]);
        a.cpuid();                  // the entry fails, and the monitor mends it
        a.inc(__dword_ptr[Board]);
        a.cpuid();                  // #PF, though interrupts are off
        a.inc(__dword_ptr[Board]);
        End(a, Board);

        var fault = new Assembler(32);
        fault.pop(eax);
        Expect(fault, () => fault.test(eax, eax));
        fault.mov(eax, cr2);
        Expect(fault, () => fault.cmp(eax, 0x4444));
        fault.iretd();

        byte[] tables = new byte[0x200];
        BinaryPrimitives.WriteUInt64LittleEndian(tables.AsSpan(8), 0x00CF_9B00_0000_FFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(tables.AsSpan(16), 0x00CF_9300_0000_FFFF);
        Pointer(0x40, 23, Gdt);
        Pointer(0x48, 127, Idt);
        BinaryPrimitives.WriteUInt64LittleEndian(tables.AsSpan((int)(Idt - Gdt) + (14 * 8)), (Fault & 0xFFFF) | (8ul << 16) | (0x8Eul << 40) | ((ulong)(Fault >> 16) << 48));
        return GuestBinaries.Elf32(Code, (Code, 0x1000, Bytes(a, Code)), (Fault, 0x1000, Bytes(fault, Fault)), (Gdt, 0x2000, tables));

        void Pointer(int at, ushort limit, uint address)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(tables.AsSpan(at), limit);
            BinaryPrimitives.WriteUInt32LittleEndian(tables.AsSpan(at + 2), address);
        }
    }

    internal static byte[] Native()
    {
        var a = new Assembler(64);
        for (int i = 0; i < 3; i++)
        {
            a.cpuid();
            a.inc(__dword_ptr[NativeBoard]);
        }

        End(a, NativeBoard);
        return GuestBinaries.Elf64(NativeCode, (NativeCode, 0x1000, 5, Bytes(a, NativeCode)));
    }

    static void Expect(Assembler a, Action compare)
    {
        Label good = a.CreateLabel();
        compare();
        a.je(good);
        a.inc(__dword_ptr[Board + 16]);
        a.Label(ref good);
        a.nop();
    }

    static void End(Assembler a, uint board)
    {
        Label stay = a.CreateLabel();
        a.mov(__dword_ptr[board + 32], 1);
        a.Label(ref stay);
        a.jmp(stay);
    }

    static byte[] Bytes(Assembler code, ulong address)
    {
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
