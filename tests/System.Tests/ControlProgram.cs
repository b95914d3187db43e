// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>
/// A program that tries every value of XCR0's low byte and wider ones, and then each instruction that the seed's table of controls names. It runs as a native subject
/// and as a VM, with the same code. What it finds it counts on a board; an instruction that exits is its monitor's to write down.
/// </summary>
static class ControlProgram
{
    /// <summary>What is tried: in a slot of 16 bytes each, behind which the monitor lets the program go on.</summary>
    internal static readonly (string Name, Action<Assembler> Code, int NativeExit, int VmExit)[] Attempts =
    [
        ("MONITOR", a => a.monitor(), 39, 39),
        ("MWAIT", a => a.mwait(), 36, 36),
        ("MOV DR7, RAX", a => a.mov(dr7, rax), 29, 29),
        ("MOV RAX, DR0", a => a.mov(rax, dr0), 29, 29),
        ("MOV CR8, RAX", a => a.mov(cr8, rax), 28, 28),
        ("MOV RAX, CR8", a => a.mov(rax, cr8), 28, 28),
        ("INVLPG", a => a.invlpg(__byte_ptr[r12]), 14, 14),
        ("RDPMC", a => a.rdpmc(), 15, 15),
        ("RDTSC", a => a.rdtsc(), 16, 16),
        ("WBINVD", a => a.wbinvd(), 54, 54),
        ("INVD", a => a.invd(), 13, 13),
        ("IN AL, 80H", a => a.@in(al, 0x80), 30, 30),
        ("OUT DX, EAX", a => a.@out(dx, eax), 30, 30),
        ("RDMSR", a => a.rdmsr(), 31, 31),
        ("WRMSR", a => a.wrmsr(), 32, 32),
        ("CPUID", a => a.cpuid(), 10, 10),
        ("HLT", a => a.hlt(), 12, 12),
        ("VMXOFF", a => a.vmxoff(), 26, 26),
        ("VMREAD", a => a.vmread(rax, rcx), 23, 23),
        ("VMLAUNCH", a => a.vmlaunch(), 20, 20),
        ("INVEPT", a => a.invept(rax, __xmmword_ptr[r12]), 50, 50),
        ("INVVPID", a => a.invvpid(rax, __xmmword_ptr[r12]), 53, 53),
        ("UD2", a => a.ud2(), 0, None),
        ("MOV CR3", a => { a.mov(rax, cr3); a.mov(cr3, rax); }, 28, None),
        ("MOV CR0", a => { a.mov(rax, cr0); a.btc(rax, 16); a.mov(cr0, rax); }, 28, None),
    ];

    /// <summary>Not an exit: the program goes on by itself, or handles the exception.</summary>
    internal const int None = -1;

    const int Slot = 16;
    const uint GeneralProtection = 13;
    const uint InvalidOpcode = 6;

    // Parts of the code and of the data, from their beginnings.
    const uint SlotsAt = 0x800;
    const uint FaultAt = 0x1800;
    const uint UndefinedAt = 0x1900;
    const uint CodeSize = 0x2000;
    const uint GdtPointer = 0x20;
    const uint IdtPointer = 0x30;
    const uint Idt = 0x100;
    const uint DataSize = 0x1000;

    const uint NativeCode = 0x20_0000;
    const uint NativeData = 0x30_0000;
    internal const uint NativeBoard = 0x100_0000;
    const uint VmStart = 0x10_0000;
    const uint VmCode = 0x10_4000;
    const uint VmData = 0x10_8000;
    const uint VmTables = 0x11_0000;
    internal const uint VmBoard = 0x30_0000;

    /// <summary>The native subject's ELF.</summary>
    internal static byte[] Native() => GuestBinaries.Elf64(NativeCode, (NativeCode, CodeSize, 5, Code(NativeCode, NativeData, NativeBoard)), (NativeData, DataSize, 6, Data(NativeCode, NativeData)));

    /// <summary>The VM's: it starts in protected mode and goes to 64-bit mode on page tables of its own.</summary>
    internal static byte[] Vm()
    {
        var a = new Assembler(32);
        a.mov(__dword_ptr[VmTables], (int)VmTables + 0x1003);
        a.mov(__dword_ptr[VmTables + 0x1000], (int)VmTables + 0x2003);
        a.mov(__dword_ptr[VmTables + 0x2000], 0x83);
        a.mov(__dword_ptr[VmTables + 0x2008], 0x20_0083);
        a.lgdt(__[VmData + GdtPointer]);
        a.mov(eax, cr4);
        a.or(eax, (1 << 5) | (1 << 9) | (1 << 18));     // PAE, OSFXSR, OSXSAVE
        a.mov(cr4, eax);
        a.mov(eax, (int)VmTables);
        a.mov(cr3, eax);
        a.mov(ecx, unchecked((int)0xC000_0080));
        a.rdmsr();
        a.or(eax, 1 << 8);
        a.wrmsr();
        a.mov(eax, cr0);
        a.or(eax, unchecked((int)0x8000_0000));
        a.mov(cr0, eax);
        a.db(0xEA, (byte)(VmCode & 0xFF), (byte)(VmCode >> 8 & 0xFF), (byte)(VmCode >> 16), 0, 8, 0);   // jmp 8:VmCode
        return GuestBinaries.Elf32(
            VmStart, (VmStart, 0x1000, Bytes(a, VmStart)), (VmCode, CodeSize, Code(VmCode, VmData, VmBoard)), (VmData, DataSize, Data(VmCode, VmData)));
    }

    // R12: the board. RBX: the value that is tried. R15: whether it was a #GP.
    static byte[] Code(uint code, uint data, uint board)
    {
        var a = new Assembler(64);
        Label segments = a.CreateLabel();
        Label attempt = a.CreateLabel();
        Label low = a.CreateLabel();
        Label wide = a.CreateLabel();
        a.mov(rsp, (ulong)(data + DataSize));
        a.lgdt(__[data + GdtPointer]);
        a.lidt(__[data + IdtPointer]);
        a.push(8);
        a.lea(rax, __[segments]);
        a.push(rax);
        a.AddInstruction(Instruction.Create(Iced.Intel.Code.Retfq));
        a.Label(ref segments);
        a.mov(eax, 16);
        a.mov(ss, eax);
        a.mov(ds, eax);
        a.mov(es, eax);
        a.mov(r12d, (int)board);

        a.xor(ebx, ebx);
        a.Label(ref low);
        a.xor(r14d, r14d);
        a.call(attempt);
        a.inc(ebx);
        a.cmp(ebx, 256);
        a.jne(low);

        // One bit of the upper 56 with x87 and SSE, then all bits; then a register that is not XCR0.
        a.mov(r13d, 8);
        a.Label(ref wide);
        a.mov(ebx, 3);
        a.bts(rbx, r13);
        a.call(attempt);
        a.inc(r13d);
        a.cmp(r13d, 64);
        a.jne(wide);
        a.mov(rbx, ulong.MaxValue);
        a.call(attempt);
        a.mov(ebx, 3);
        a.mov(r14d, 1);
        a.call(attempt);
        a.inc(__qword_ptr[r12 + 32]);
        a.mov(rax, r12);
        a.xor(ecx, ecx);
        a.xor(edx, edx);
        a.mov(r8d, (int)(code + SlotsAt));
        a.jmp(r8);

        a.Label(ref attempt);
        Attempt(a);

        byte[] bytes = new byte[CodeSize];
        Bytes(a, code).CopyTo(bytes, 0);
        Slots(code).CopyTo(bytes, (int)SlotsAt);
        Bytes(Fault(), code + FaultAt).CopyTo(bytes, (int)FaultAt);
        Bytes(Undefined(), code + UndefinedAt).CopyTo(bytes, (int)UndefinedAt);
        return bytes;
    }

    // Writes RBX to the XCR of number R14 and looks at XCR0: it is the new value, or after a #GP the old one.
    static void Attempt(Assembler a)
    {
        Label fault = a.CreateLabel();
        Label good = a.CreateLabel();
        Label compare = a.CreateLabel();
        Read(a);
        a.mov(rdi, rax);
        a.xor(r15d, r15d);
        a.mov(ecx, r14d);
        a.mov(eax, ebx);
        a.mov(rdx, rbx);
        a.shr(rdx, 32);
        a.xsetbv();
        Read(a);
        a.test(r15d, r15d);
        a.jne(fault);
        a.inc(__qword_ptr[r12]);
        a.add(__[r12 + 8], rbx);
        a.mov(rdi, rbx);
        a.jmp(compare);
        a.Label(ref fault);
        a.inc(__qword_ptr[r12 + 16]);
        a.Label(ref compare);
        a.cmp(rax, rdi);
        a.je(good);
        a.inc(__qword_ptr[r12 + 24]);
        a.Label(ref good);
        a.ret();
    }

    static void Read(Assembler a)
    {
        a.xor(ecx, ecx);
        a.xgetbv();
        a.shl(rdx, 32);
        a.or(rax, rdx);
    }

    static byte[] Slots(uint code)
    {
        byte[] bytes = new byte[(Attempts.Length + 1) * Slot];
        Array.Fill(bytes, (byte)0x90);
        for (int i = 0; i < Attempts.Length; i++)
        {
            var a = new Assembler(64);
            Attempts[i].Code(a);
            Bytes(a, code + SlotsAt + (uint)(i * Slot)).CopyTo(bytes, i * Slot);
        }

        var end = new Assembler(64);
        Label stay = end.CreateLabel();
        end.inc(__qword_ptr[r12 + 40]);
        end.Label(ref stay);
        end.jmp(stay);
        Bytes(end, code + SlotsAt + (uint)(Attempts.Length * Slot)).CopyTo(bytes, Attempts.Length * Slot);
        return bytes;
    }

    // #GP of XSETBV: notes it and goes on behind its three bytes.
    static Assembler Fault()
    {
        var a = new Assembler(64);
        a.mov(r15d, 1);
        a.add(rsp, 8);
        a.add(__qword_ptr[rsp], 3);
        a.iretq();
        return a;
    }

    // #UD of a VM is its own.
    static Assembler Undefined()
    {
        var a = new Assembler(64);
        a.inc(__qword_ptr[r12 + 48]);
        a.add(__qword_ptr[rsp], Slot);
        a.iretq();
        return a;
    }

    static byte[] Data(uint code, uint data)
    {
        byte[] bytes = new byte[DataSize];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), 0x00AF_9B00_0000_FFFF);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(16), 0x00CF_9300_0000_FFFF);
        Pointer(GdtPointer, 23, data);
        Pointer(IdtPointer, 511, data + Idt);
        Gate(GeneralProtection, code + FaultAt);
        Gate(InvalidOpcode, code + UndefinedAt);
        return bytes;

        void Pointer(uint at, ushort limit, uint address)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)at), limit);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan((int)at + 2), address);
        }

        // Present, ring 0, interrupt gate of 64-bit mode (SDM vol. 3, 6.14.1).
        void Gate(uint vector, uint address) => BinaryPrimitives.WriteUInt64LittleEndian(
            bytes.AsSpan((int)(Idt + (vector * 16))), (address & 0xFFFF) | (8ul << 16) | (0x8Eul << 40) | ((ulong)(address >> 16) << 48));
    }

    static byte[] Bytes(Assembler code, ulong address)
    {
        using var stream = new MemoryStream();
        code.Assemble(new StreamCodeWriter(stream), address);
        return stream.ToArray();
    }
}
