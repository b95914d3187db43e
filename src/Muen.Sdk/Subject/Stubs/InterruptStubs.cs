// SPDX-License-Identifier: MIT
using System;
using Iced.Intel;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Subject;

/// <summary>
/// Interrupts mark a bit and return: no C# runs in between other C#. The declarations of what asks for the bits are in Instructions.cs
/// of the subject library.
/// </summary>
static class InterruptStubs
{
    internal const int Vectors = 256;
    internal const int FirstVector = 32;
    internal const int Count = Vectors - FirstVector;

    /// <summary>Bytes of a vector's stub: a push of two bytes, a jump of five, padding.</summary>
    internal const int StubSize = 8;

    /// <summary>A push of one byte holds -128..127: vectors are pushed less this, 32..255 become -128..95.</summary>
    const int Bias = 160;

    internal static void Add(StubObject stub)
    {
        stub.Code64("interrupt_stubs", a =>
        {
            for (int vector = FirstVector; vector < Vectors; vector++)
            {
                a.push((sbyte)(vector - Bias));
                a.jmp(stub["interrupt"]);
                a.nop();
            }
        });
        stub.Code64("interrupt", a =>
        {
            a.push(rax);
            a.mov(eax, __dword_ptr[rsp + 8]);
            a.add(eax, Bias);
            a.@lock.bts(__dword_ptr[stub["pending_interrupts"].Rip], eax);
            a.pop(rax);
            a.add(rsp, 8);
            a.iretq();
        });
        stub.Bss("pending_interrupts", Vectors / 8, align: 64);

        stub.Code64("TestInterrupt", a => Bit(a, () => a.bt(__dword_ptr[stub["pending_interrupts"].Rip], edi)));
        stub.Code64("TakeInterrupt", a => Bit(a, () => a.@lock.btr(__dword_ptr[stub["pending_interrupts"].Rip], edi)));
        stub.Code64("TakeAllInterrupts", a =>
        {
            a.xor(eax, eax);
            for (int word = 0; word < Vectors / 64; word++)
            {
                a.xor(ecx, ecx);
                a.xchg(__qword_ptr[(stub["pending_interrupts"] + (word * sizeof(ulong))).Rip], rcx);
                a.or(rax, rcx);
            }

            a.ret();
        });

        stub.Code64("SleepUnlessPending", a =>
        {
            Label awake = a.CreateLabel();
            a.movzx(edi, dil);
            a.cli();
            a.bt(__dword_ptr[stub["pending_interrupts"].Rip], edi);
            a.jb(awake);
            Sleep(a, esi);
            a.Label(ref awake);
            a.sti();
            a.ret();
        });
        stub.Code64("SleepUnlessAnyPending", a =>
        {
            Label awake = a.CreateLabel();
            a.cli();
            a.mov(rax, __qword_ptr[stub["pending_interrupts"].Rip]);
            for (int word = 1; word < Vectors / 64; word++)
            {
                a.or(rax, __qword_ptr[(stub["pending_interrupts"] + (word * sizeof(ulong))).Rip]);
            }

            a.jne(awake);
            Sleep(a, edi);
            a.Label(ref awake);
            a.sti();
            a.ret();
        });
    }

    /// <summary>STI lets no interrupt in before the instruction behind it has executed (SDM vol. 2, STI): none can come before the VMCALL.</summary>
    static void Sleep(Assembler a, AssemblerRegister32 number)
    {
        a.mov(eax, number);
        a.sti();
        a.vmcall();
    }

    static void Bit(Assembler a, Action instruction)
    {
        a.movzx(edi, dil);
        a.xor(eax, eax);
        instruction();
        a.setb(al);
        a.ret();
    }
}
