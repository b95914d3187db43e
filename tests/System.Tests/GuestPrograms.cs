// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;
using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>Programs of VMs that print what works on COM1, made with Iced.</summary>
static class GuestPrograms
{
    const uint Kernel = 0x10_0000;
    const uint Long = 0x10_4000;
    const uint Gdt = 0x10_8000;
    const uint Tables = 0x20_0000;

    /// <summary>An address where the VM has nothing.</summary>
    const uint Hole = 0x5000_0000;

    const uint LoaderMagic = 0x2BAD_B002;
    const uint Signature = 0x6E65_754D;
    const uint Efer = 0xC000_0080;
    const uint Lstar = 0xC000_0082;
    const ushort Data = 0x3F8;
    const ushort LineControl = 0x3FB;
    const ushort LineStatus = 0x3FD;
    const int HoldingEmpty = 0x20;

    /// <summary>
    /// A Multiboot kernel: protected mode, an exit that its monitor emulates, a hole in its memory, then 64-bit mode on page tables of its own, an MSR that another VM
    /// writes too, and XCR0. Each step that works prints a line.
    /// </summary>
    internal static byte[] Modes()
    {
        var narrow = new Assembler(32);
        Label fail = narrow.CreateLabel();
        narrow.dd(0x1BAD_B002u, 3u, unchecked(0u - 0x1BAD_B002u - 3u));
        narrow.cmp(eax, unchecked((int)LoaderMagic));
        narrow.jne(fail);
        narrow.mov(dx, LineControl);
        narrow.mov(al, 3);
        narrow.@out(dx, al);
        Print(narrow, "guest: protected mode\r\n");

        narrow.xor(eax, eax);
        narrow.cpuid();
        narrow.cmp(ebx, (int)Signature);
        narrow.jne(fail);
        Print(narrow, "guest: cpuid\r\n");
        narrow.db(0xA1, (byte)(Hole & 0xFF), (byte)(Hole >> 8 & 0xFF), (byte)(Hole >> 16 & 0xFF), (byte)(Hole >> 24)); // mov eax, [Hole]
        narrow.cmp(eax, (int)Hole + 1);
        narrow.jne(fail);
        Print(narrow, "guest: hole\r\n");

        narrow.mov(__dword_ptr[Tables], (int)Tables + 0x1003);
        narrow.mov(__dword_ptr[Tables + 0x1000], (int)Tables + 0x2003);
        narrow.mov(__dword_ptr[Tables + 0x2000], 0x83);
        narrow.mov(__dword_ptr[Tables + 0x2008], 0x20_0083);
        narrow.lgdt(__[Gdt + 0x20]);
        narrow.mov(eax, cr4);
        narrow.or(eax, 1 << 5);
        narrow.mov(cr4, eax);
        narrow.mov(eax, (int)Tables);
        narrow.mov(cr3, eax);
        narrow.mov(ecx, unchecked((int)Efer));
        narrow.rdmsr();
        narrow.or(eax, 1 << 8);
        narrow.wrmsr();
        narrow.mov(eax, cr0);
        narrow.or(eax, unchecked((int)0x8000_0000));
        narrow.mov(cr0, eax);
        narrow.db(0xEA, (byte)(Long & 0xFF), (byte)(Long >> 8 & 0xFF), (byte)(Long >> 16), 0, 8, 0); // jmp 8:Long
        narrow.Label(ref fail);
        Print(narrow, "guest: failed\r\n");
        narrow.db(0xEB, 0xFE);

        byte[] gdt = new byte[0x26];
        BinaryPrimitives.WriteUInt64LittleEndian(gdt.AsSpan(8), 0x00AF_9B00_0000_FFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(gdt.AsSpan(16), 0x00CF_9300_0000_FFFF);
        BinaryPrimitives.WriteUInt16LittleEndian(gdt.AsSpan(0x20), 0x17);
        BinaryPrimitives.WriteUInt32LittleEndian(gdt.AsSpan(0x22), Gdt);
        return GuestBinaries.Elf32(Kernel + 12, (Kernel, 0x4000, Bytes(narrow, Kernel)), (Long, 0x4000, Bytes(LongMode(), Long)), (Gdt, 0x1000, gdt));
    }

    /// <summary>16-bit code that says so once and then writes an MSR and registers for ever.</summary>
    internal static byte[] Real()
    {
        var code = new Assembler(16);
        Label again = code.CreateLabel();
        code.Label(ref again);
        code.mov(ecx, unchecked((int)Lstar));
        code.mov(eax, unchecked((int)0xDEAD_BEEF));
        code.mov(edx, 0x1234);
        code.wrmsr();
        code.jmp(again);
        return Bytes(code, 0x7C00);
    }

    static Assembler LongMode()
    {
        var wide = new Assembler(64);
        Label fail = wide.CreateLabel();
        Label again = wide.CreateLabel();
        Print(wide, "guest: long mode\r\n");
        wide.mov(ecx, unchecked((int)Lstar));
        wide.mov(eax, 0x1234_5678);
        wide.mov(edx, 0xABC);
        wide.wrmsr();
        wide.mov(esi, 400_000);
        wide.Label(ref again);
        wide.rdmsr();
        wide.cmp(eax, 0x1234_5678);
        wide.jne(fail);
        wide.cmp(edx, 0xABC);
        wide.jne(fail);
        wide.dec(esi);
        wide.jne(again);
        Print(wide, "guest: msr\r\n");

        wide.mov(rax, cr4);
        wide.or(rax, 1 << 9 | 1 << 18);
        wide.mov(cr4, rax);
        wide.xor(ecx, ecx);
        wide.mov(eax, 7);
        wide.xor(edx, edx);
        wide.xsetbv();
        wide.xor(eax, eax);
        wide.xgetbv();
        wide.cmp(eax, 7);
        wide.jne(fail);
        wide.vpcmpeqd(ymm0, ymm0, ymm0);
        Print(wide, "guest: avx\r\n");
        Print(wide, "judge: finished\r\n");
        wide.db(0xEB, 0xFE);
        wide.Label(ref fail);
        Print(wide, "guest: failed\r\n");
        Print(wide, "judge: finished\r\n");
        wide.db(0xEB, 0xFE);
        return wide;
    }

    // The port has no queue: each letter waits until the one before it is gone.
    static void Print(Assembler code, string text)
    {
        foreach (byte letter in Encoding.ASCII.GetBytes(text))
        {
            Label wait = code.CreateLabel();
            code.mov(dx, LineStatus);
            code.Label(ref wait);
            code.@in(al, dx);
            code.test(al, HoldingEmpty);
            code.je(wait);
            code.mov(dx, Data);
            code.mov(al, letter);
            code.@out(dx, al);
        }
    }

    static byte[] Bytes(Assembler code, ulong address)
    {
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
