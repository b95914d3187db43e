// SPDX-License-Identifier: MIT
using Iced.Intel;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Subject;

/// <summary>
/// Where a subject begins, at launch and after a reset: 64-bit mode on the page tables of the policy, RSP at the end of the stack, interrupts off
/// (ABI, fixed addresses). It makes its own descriptor tables, so that nothing of the kernel's is needed, and calls Main.
/// </summary>
static class EntryStubs
{
    const ushort CodeSelector = 0x08;
    const ushort DataSelector = 0x10;

    /// <summary>Flat segments, present, ring 0, accessed already: the processor never writes here (SDM vol. 3, 3.4.5).</summary>
    const ulong CodeDescriptor = 0x00AF_9B00_0000_FFFF;
    const ulong DataDescriptor = 0x00CF_9300_0000_FFFF;

    const int GateSize = 16;

    /// <summary>Present, ring 0, 64-bit interrupt gate: bits 8..15 of the second word (SDM vol. 3, 6.14.1).</summary>
    const uint InterruptGate = 0x8E00;

    internal static void Add(StubObject stub)
    {
        stub.Code64("entry", a =>
        {
            a.xor(ebp, ebp);                                    // a backtrace ends here
            a.sub(rsp, 16);
            a.mov(__word_ptr[rsp], (3 * sizeof(ulong)) - 1);
            a.lea(rax, stub["gdt"].Rip);
            a.mov(__qword_ptr[rsp + 2], rax);
            a.lgdt(__[rsp]);
            a.mov(eax, DataSelector);
            a.mov(ds, eax);
            a.mov(es, eax);
            a.mov(ss, eax);

            a.push(CodeSelector);
            a.lea(rax, stub["entry_segments"].Rip);
            a.push(rax);
            a.AddInstruction(Instruction.Create(Code.Retfq));
        });

        stub.Code64("entry_segments", a =>
        {
            Label next = a.CreateLabel();
            Label stop = a.CreateLabel();

            // Gates are built here: their fields cut an address into pieces, which no relocation can express.
            a.lea(rdi, (stub["idt"] + (InterruptStubs.FirstVector * GateSize)).Rip);
            a.lea(rax, stub["interrupt_stubs"].Rip);
            a.mov(ecx, InterruptStubs.Count);
            a.Label(ref next);
            a.movzx(edx, ax);
            a.or(edx, CodeSelector << 16);
            a.mov(__dword_ptr[rdi], edx);
            a.mov(edx, eax);
            a.and(edx, 0xFFFF_0000);
            a.or(edx, InterruptGate);
            a.mov(__dword_ptr[rdi + 4], edx);
            a.mov(rdx, rax);
            a.shr(rdx, 32);
            a.mov(__qword_ptr[rdi + 8], rdx);
            a.add(rax, InterruptStubs.StubSize);
            a.add(rdi, GateSize);
            a.dec(ecx);
            a.jne(next);

            a.mov(__word_ptr[rsp], (InterruptStubs.Vectors * GateSize) - 1);
            a.lea(rax, stub["idt"].Rip);
            a.mov(__qword_ptr[rsp + 2], rax);
            a.lidt(__[rsp]);
            a.add(rsp, 16);
            a.cld();
            a.sti();
            a.call(stub["__managed__Main"]);

            // Main came to its end: HLT exits, and the kernel stops the subject for good.
            a.Label(ref stop);
            a.cli();
            a.hlt();
            a.jmp(stop);
        });

        // CoreLib jumps here when a check of the language fails: the return address on the stack lies in the code that failed.
        stub.Code64("muen_panic", a =>
        {
            a.mov(rsi, __qword_ptr[rsp]);
            a.jmp(stub["SubjectPanic"]);
        });

        stub.Data("gdt", StubSection.ReadOnlyData, d =>
        {
            d.UInt64(0UL);
            d.UInt64(CodeDescriptor);
            d.UInt64(DataDescriptor);
        });
        stub.Bss("idt", InterruptStubs.Vectors * GateSize);
    }
}
