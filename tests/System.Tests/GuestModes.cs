// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>Programs of VMs that begin in 16, 32 and 64-bit mode, meet in memory that each has at another address, and begin anew. Each has a board: number 0 counts
/// what was done, 1 tells the mode, 2 counts what must not be, 4 says that it is over.</summary>
static class GuestModes
{
    internal const uint Code = 0x10_0000;
    internal const uint Tables = 0x10_2000;
    internal const uint Board = 0x20_0000;
    internal const uint RealBoard = 0x9000;
    internal const uint Types = 0x30_0000;

    /// <summary>A gibibyte that the first has for itself, in one page.</summary>
    internal const uint Large = 0x4000_0000;

    /// <summary>Where each of the three has the same 4 MiB of memory: in pages of 2 MiB, and the last in pages of 4 KiB, since its address is congruent to the memory's by no more.</summary>
    internal static readonly uint[] Windows = [0x8000_0000, 0x8020_0000, 0x8040_1000];

    /// <summary>What a subject that begins anew finds in RBX.</summary>
    internal const uint Given = 0x1234_5678;

    internal const int Again = 3;
    internal const int Rounds = 10;

    const uint Lstar = 0xC000_0082;
    const int MemoryTypes = 5;
    static readonly uint[] s_places = [0, 0x12_3400, 0x3F_FFC0];

    /// <summary>64-bit mode from the first instruction, on page tables that are part of the binary: they map 3 GiB to themselves.</summary>
    internal static byte[] Wide()
    {
        byte[] tables = new byte[0x2000];
        BinaryPrimitives.WriteUInt64LittleEndian(tables, Tables + 0x1003);
        for (int i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(tables.AsSpan(0x1000 + (i * 8)), ((ulong)i << 30) | 0x83);
        }

        var a = new Assembler(64);
        Begin(a);
        for (uint type = 0; type < MemoryTypes; type++)
        {
            Label good = a.CreateLabel();
            a.mov(ebx, (int)(Types + (type * 0x1000)));
            a.mov(__dword_ptr[rbx + 8], (int)type + 7);
            a.cmp(__dword_ptr[rbx + 8], (int)type + 7);
            a.je(good);
            a.inc(__dword_ptr[Board + 16]);
            a.Label(ref good);
        }

        // All over the gibibyte: what is written at one place is there, and at no other.
        for (uint i = 0; i < 8; i++)
        {
            a.mov(ebx, (int)(Large + (i * 0x7FF_FFF8)));
            a.mov(__dword_ptr[rbx], (int)i + 50);
        }

        for (uint i = 0; i < 8; i++)
        {
            Label good = a.CreateLabel();
            a.mov(ebx, (int)(Large + (i * 0x7FF_FFF8)));
            a.cmp(__dword_ptr[rbx], (int)i + 50);
            a.je(good);
            a.inc(__dword_ptr[Board + 16]);
            a.Label(ref good);
        }

        Meet(a, 0, address => a.mov(ebx, unchecked((int)address)), value => a.mov(__dword_ptr[rbx], value), value => a.cmp(__dword_ptr[rbx], value));
        return GuestBinaries.Elf64(Code, (Code, 0x2000, 7, Bytes(a)), (Tables, 0x2000, 7, tables));
    }

    /// <summary>32-bit mode without paging.</summary>
    internal static byte[] Narrow(int number)
    {
        var a = new Assembler(32);
        Begin(a);
        Meet(a, number, address => a.mov(ebx, unchecked((int)address)), value => a.mov(__dword_ptr[ebx], value), value => a.cmp(__dword_ptr[ebx], value));
        return GuestBinaries.Elf32(Code, (Code, 0x4000, Bytes(a)));
    }

    /// <summary>Real mode.</summary>
    internal static byte[] Real()
    {
        var a = new Assembler(16);
        Label again = a.CreateLabel();
        Label stay = a.CreateLabel();
        a.mov(eax, cr0);
        a.and(eax, 1);
        a.mov(__dword_ptr[(long)RealBoard + 8], eax);
        a.mov(ecx, 9);
        a.Label(ref again);
        a.inc(__dword_ptr[(long)RealBoard]);
        a.dec(ecx);
        a.jne(again);
        a.mov(__dword_ptr[(long)RealBoard + 32], 1);
        a.Label(ref stay);
        a.jmp(stay);
        return Bytes(a);
    }

    /// <summary>Changes all that it can of its registers and asks for a reset, after which all is as the policy says, but its memory.</summary>
    internal static byte[] Anew()
    {
        var a = new Assembler(32);
        Label end = a.CreateLabel();
        Expect(a, () => a.cmp(ebx, (int)Given));
        Expect(a, () => a.test(ebp, ebp));
        a.mov(ecx, unchecked((int)Lstar));
        a.rdmsr();
        a.or(eax, edx);
        Expect(a, () => a.test(eax, eax));
        a.mov(eax, cr4);
        Expect(a, () => a.test(eax, (1 << 9) | (1 << 18)));
        a.or(eax, (1 << 9) | (1 << 18));
        a.mov(cr4, eax);
        a.xor(ecx, ecx);
        a.xgetbv();
        Expect(a, () => a.cmp(eax, 1));
        a.movd(eax, xmm3);
        Expect(a, () => a.test(eax, eax));

        a.inc(__dword_ptr[Board]);
        a.cmp(__dword_ptr[Board], Rounds);
        a.je(end);
        a.mov(eax, 7);
        a.xor(edx, edx);
        a.xsetbv();
        a.mov(ebx, 0x77);
        a.mov(ebp, ebx);
        a.movd(xmm3, ebx);
        a.mov(eax, ebx);
        a.mov(ecx, unchecked((int)Lstar));
        a.wrmsr();
        a.mov(eax, Again);
        a.vmcall();
        a.inc(__dword_ptr[Board + 16]);
        a.Label(ref end);
        End(a);
        return GuestBinaries.Elf32(Code, (Code, 0x4000, Bytes(a)));
    }

    static void Expect(Assembler a, Action compare)
    {
        Label good = a.CreateLabel();
        compare();
        a.je(good);
        a.inc(__dword_ptr[Board + 16]);
        a.Label(ref good);
    }

    // 48 90 is DEC EAX; NOP in 32-bit mode, and one NOP in 64-bit mode.
    static void Begin(Assembler a)
    {
        a.mov(eax, 1);
        a.db(0x48, 0x90);
        a.mov(__dword_ptr[Board + 8], eax);
    }

    // Writes its number at three places of the common memory, and waits until all three have.
    static void Meet(Assembler a, int number, Action<uint> point, Action<int> write, Action<int> compare)
    {
        foreach (uint place in s_places)
        {
            point(Windows[number] + place + ((uint)number * 16));
            write(number + 1);
        }

        foreach (uint place in s_places)
        {
            for (int other = 0; other < Windows.Length; other++)
            {
                Label wait = a.CreateLabel();
                point(Windows[number] + place + ((uint)other * 16));
                a.Label(ref wait);
                compare(other + 1);
                a.jne(wait);
                a.inc(__dword_ptr[Board]);
            }
        }

        End(a);
    }

    static void End(Assembler a)
    {
        Label stay = a.CreateLabel();
        a.mov(__dword_ptr[Board + 32], 1);
        a.Label(ref stay);
        a.jmp(stay);
    }

    static byte[] Bytes(Assembler code)
    {
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), Code);
        return stream.ToArray();
    }
}
