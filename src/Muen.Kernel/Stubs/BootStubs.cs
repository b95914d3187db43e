// SPDX-License-Identifier: GPL-3.0-or-later
using Iced.Intel;
using Muen.Abi;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Kernel.Stubs;

/// <summary>
/// From the boot loader (bootstrap processor) or a start-up IPI (the others) to C# in 64-bit mode, on the page table that the policy
/// compiler made for this processor. Both ways join as soon as they can.
/// </summary>
static class BootStubs
{
    private const uint Multiboot2Magic = 0xE852_50D6;
    private const uint Multiboot2LoaderMagic = 0x36D7_6289;

    private const ushort Code64Selector = 0x08;
    private const ushort DataSelector = 0x10;
    private const ushort Code32Selector = 0x18;

    private const int Cr4Pae = 0x20;
    private const uint Cr0 = 0x8001_0033;           // PG, WP, NE, ET, MP, PE
    private const int EferLmeNxe = 0x900;
    private const uint EferMsr = 0xC000_0080;

    /// <summary>Bytes copied to the trampoline page: at least what the group holds.</summary>
    private const int TrampolineBytes = 64;

    internal static void Add(StubObject stub)
    {
        stub.Data("Multiboot2Header", StubSection.BootText, d =>
        {
            const uint length = 24;
            d.UInt32(Multiboot2Magic);
            d.UInt32(0u);                           // i386 protected mode
            d.UInt32(length);
            d.UInt32(unchecked(0u - Multiboot2Magic - length));
            d.UInt32(0u);                           // end tag
            d.UInt32(8u);
        });

        stub.Code32(KernelStubs.Entry, a =>
        {
            Label stop = a.CreateLabel();
            Label go = a.CreateLabel();
            a.cmp(eax, unchecked((int)Multiboot2LoaderMagic));
            a.je(go);
            a.Label(ref stop);
            a.hlt();
            a.jmp(stop);
            a.Label(ref go);
            a.mov(esi, stub["Trampoline"].Imm32);
            a.mov(edi, (int)KernelLayout.Trampoline);
            a.mov(ecx, TrampolineBytes);
            a.cld();
            a.rep.movsb();
            a.lgdt(stub["BootGdtPointer"].Absolute);
            a.xor(edi, edi);
            a.jmp(stub["EnterLongMode"]);
        });

        stub.Code32("EnterProcessor", a =>
        {
            a.mov(eax, DataSelector);
            a.mov(ds, eax);
            a.mov(es, eax);
            a.mov(ss, eax);
            a.mov(edi, __dword_ptr[stub["NextProcessor"].Absolute]);
            a.jmp(stub["EnterLongMode"]);
        });

        // EDI holds the processor's index from here on.
        stub.Code32("EnterLongMode", a =>
        {
            a.mov(eax, Cr4Pae);
            a.mov(cr4, eax);
            a.mov(eax, __dword_ptr[edi * 8 + (long)(KernelLayout.Tables + TablesHeader.PageTablesOffset)]);
            a.mov(cr3, eax);
            a.mov(ecx, unchecked((int)EferMsr));
            a.rdmsr();
            a.or(eax, EferLmeNxe);
            a.wrmsr();
            a.mov(eax, unchecked((int)Cr0));
            a.mov(cr0, eax);
            a.JumpFar(Code64Selector, stub["LongMode"]);
        });

        stub.Code64("LongMode", a =>
        {
            a.mov(eax, DataSelector);
            a.mov(ds, eax);
            a.mov(es, eax);
            a.mov(ss, eax);
            a.xor(eax, eax);
            a.mov(fs, eax);
            a.mov(gs, eax);
            a.mov(esp, (int)KernelLayout.StackTop);
            a.xor(ebp, ebp);
            a.mov(edi, edi);                        // the upper half is undefined after the switch
            a.call(stub["KernelStart"]);
            a.jmp(stub["EnterSubject"]);
        }, StubSection.BootText);

        stub.Data("BootGdtPointer", StubSection.ReadOnlyData, d =>
        {
            d.UInt16(31);
            d.UInt32(stub["BootGdt"]);
        });
        stub.Data("BootGdt", StubSection.Data, d =>
        {
            d.UInt64(0ul);
            d.UInt64(0x00AF_9B00_0000_FFFFul);      // 64-bit code
            d.UInt64(0x00CF_9300_0000_FFFFul);      // data
            d.UInt64(0x00CF_9B00_0000_FFFFul);      // 32-bit code
        });

        // Real mode, CS = Trampoline >> 4, the other segments 0. It only reaches EnterProcessor, above 1 MiB.
        using (stub.RunsAt(KernelLayout.Trampoline, "Trampoline"))
        {
            stub.Code16("TrampolineCode", a =>
            {
                a.cli();
                a.lgdt(stub["TrampolineGdtPointer"].Absolute16);     // 24 bits of base: the GDT lies below 16 MiB
                a.mov(eax, 1);
                a.mov(cr0, eax);
                a.JumpFar(Code32Selector, stub["EnterProcessor"]);
            });
            stub.Data("TrampolineGdtPointer", StubSection.ReadOnlyData, d =>
            {
                d.UInt16(31);
                d.UInt32(stub["BootGdt"]);
            });
        }

        stub.Bss("NextProcessor", 4);
        stub.Code64("SetNextProcessor", a =>
        {
            a.mov(__dword_ptr[stub["NextProcessor"].Rip], edi);
            a.ret();
        });
    }
}
