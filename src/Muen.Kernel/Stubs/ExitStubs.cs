// SPDX-License-Identifier: GPL-3.0-or-later
using Iced.Intel;
using Muen.Abi;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Kernel.Stubs;

/// <summary>The one way from a subject into the kernel and back.</summary>
static class ExitStubs
{
    internal static void Add(StubObject stub)
    {
        // RSP points at the end of the register block of the subject's state page: pushing saves the registers in the ABI's order.
        // Everything that C# takes for its own is zeroed, so that no value of a subject is in a register while the kernel computes.
        stub.Code64("ExitEntry", a =>
        {
            AssemblerRegister64[] registers = [r15, r14, r13, r12, r11, r10, r9, r8, rbp, rsi, rdi, rdx, rcx, rbx, rax];
            foreach (AssemblerRegister64 register in registers)
            {
                a.push(register);
            }

            a.mov(esp, (int)KernelLayout.StackTop);
            AssemblerRegister32[] clear = [ecx, edx, ebx, ebp, esi, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d];
            foreach (AssemblerRegister32 register in clear)
            {
                a.xor(register, register);
            }

            a.mov(edi, (int)KernelLayout.ProcessorData);
            a.call(stub["HandleExit"]);
            a.jmp(stub["EnterSubject"]);
        });

        // RAX: the state page, as HandleExit and KernelStart return it. VMRESUME fails without effect on a VMCS that was never launched; VMLAUNCH follows.
        stub.Code64("EnterSubject", a =>
        {
            a.lea(rsp, __[rax + SubjectState.RegistersStart]);
            AssemblerRegister64[] registers = [rax, rbx, rcx, rdx, rdi, rsi, rbp, r8, r9, r10, r11, r12, r13, r14, r15];
            foreach (AssemblerRegister64 register in registers)
            {
                a.pop(register);
            }

            a.vmresume();
            a.vmlaunch();
            a.mov(esp, (int)KernelLayout.StackTop);
            a.call(stub["VmEntryFailed"]);      // does not return
        });

        stub.Code64("Halt", a =>
        {
            Label again = a.CreateLabel();
            a.Label(ref again);
            a.cli();
            a.hlt();
            a.jmp(again);
        });
    }
}
