// SPDX-License-Identifier: GPL-3.0-or-later
using Iced.Intel;
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Kernel.Stubs;

/// <summary>
/// The instructions that C# cannot say, one function each, by the System V calling convention: arguments in RDI, RSI, RDX, the result in
/// RAX. The declarations are in Cpu.cs.
/// </summary>
static class InstructionStubs
{
    /// <summary>The kernel's writable data segment, on every processor.</summary>
    private const int GdtDataSelector = 0x10;

    internal static void Add(StubObject stub)
    {
        stub.Code64("Pause", a => { a.pause(); a.ret(); }, inline: true);
        stub.Code64("VmRead", a => { a.vmread(rax, rdi); a.ret(); }, inline: true);
        stub.Code64("VmWrite", a => { a.vmwrite(rdi, rsi); a.ret(); }, inline: true);

        stub.Code64("ReadMsr", a =>
        {
            a.mov(ecx, edi);
            a.rdmsr();
            a.shl(rdx, 32);
            a.or(rax, rdx);
            a.ret();
        });
        stub.Code64("WriteMsr", a =>
        {
            a.mov(ecx, edi);
            a.mov(eax, esi);
            a.mov(rdx, rsi);
            a.shr(rdx, 32);
            a.wrmsr();
            a.ret();
        });
        stub.Code64("ReadTsc", a =>
        {
            a.rdtsc();
            a.shl(rdx, 32);
            a.or(rax, rdx);
            a.ret();
        });
        stub.Code64("Cpuid", a =>
        {
            a.push(rbx);
            a.mov(r8, rdx);
            a.mov(eax, edi);
            a.mov(ecx, esi);
            a.cpuid();
            a.mov(__dword_ptr[r8], eax);
            a.mov(__dword_ptr[r8 + 4], ebx);
            a.mov(__dword_ptr[r8 + 8], ecx);
            a.mov(__dword_ptr[r8 + 12], edx);
            a.pop(rbx);
            a.ret();
        });
        stub.Code64("WriteBackCaches", a => { a.wbinvd(); a.ret(); });
        stub.Code64("In8", a =>
        {
            a.mov(edx, edi);
            a.xor(eax, eax);
            a.@in(al, dx);
            a.ret();
        });
        stub.Code64("Out8", a =>
        {
            a.mov(edx, edi);
            a.mov(eax, esi);
            a.@out(dx, al);
            a.ret();
        });

        ControlRegisters(stub);
        Vmx(stub);
        SideChannels(stub);
        ExtendedState(stub);
    }

    private static void ControlRegisters(StubObject stub)
    {
        stub.Code64("ReadCr0", a => { a.mov(rax, cr0); a.ret(); });
        stub.Code64("ReadCr2", a => { a.mov(rax, cr2); a.ret(); }, inline: true);
        stub.Code64("WriteCr2", a => { a.mov(cr2, rdi); a.ret(); }, inline: true);
        stub.Code64("ReadCr3", a => { a.mov(rax, cr3); a.ret(); });
        stub.Code64("ReadCr4", a => { a.mov(rax, cr4); a.ret(); });
        stub.Code64("WriteCr4", a => { a.mov(cr4, rdi); a.ret(); });
        stub.Code64("LoadGdt", a => { a.lgdt(__[rdi]); a.ret(); });
        stub.Code64("LoadIdt", a => { a.lidt(__[rdi]); a.ret(); });
        stub.Code64("LoadTaskRegister", a => { a.ltr(di); a.ret(); });
    }

    private static void Vmx(StubObject stub)
    {
        Checked(stub, "VmxOn", a => a.vmxon(__qword_ptr[rdi]));
        Checked(stub, "VmClear", a => a.vmclear(__qword_ptr[rdi]));
        Checked(stub, "VmPtrLd", a => a.vmptrld(__qword_ptr[rdi]));
        stub.Code64("InvalidateVpid", a =>
        {
            a.push(0);                          // descriptor: the linear address is unused by types 1 and 2
            a.push(rsi);
            a.mov(eax, edi);
            a.invvpid(rax, __xmmword_ptr[rsp]);
            a.add(rsp, 16);
            a.ret();
        });
    }

    private static void SideChannels(StubObject stub)
    {
        stub.Code64("OverwriteBuffers", a =>
        {
            a.push(GdtDataSelector);
            a.verw(__word_ptr[rsp]);
            a.pop(rax);
            a.ret();
        });

        // Speculation that takes one of these return addresses meets INT3. Eight calls a round: fewer rounds would cost more instructions of text than they save.
        stub.Code64("StuffReturnStack", a =>
        {
            Label round = a.CreateLabel();
            a.mov(ecx, 4);
            a.Label(ref round);
            for (int i = 0; i < 8; i++)
            {
                Label next = a.CreateLabel();
                a.call(next);
                a.int3();
                a.Label(ref next);
            }

            a.sub(ecx, 1);
            a.jne(round);
            a.add(rsp, 32 * 8);
            a.ret();
        });
    }

    /// <summary>VMfail sets CF or ZF (SDM vol. 3, 31.2): 1 is returned when neither is set.</summary>
    private static void Checked(StubObject stub, string name, System.Action<Assembler> instruction) => stub.Code64(name, a =>
    {
        instruction(a);
        a.seta(al);
        a.movzx(eax, al);
        a.ret();
    });

    private static void ExtendedState(StubObject stub)
    {
        stub.Code64("WriteXcr0", a =>
        {
            a.xor(ecx, ecx);
            a.mov(eax, edi);
            a.mov(rdx, rdi);
            a.shr(rdx, 32);
            a.xsetbv();
            a.ret();
        });
        stub.Code64("XSaveOptimized", a => { a.mov(eax, -1); a.mov(edx, eax); a.xsaveopt64(__[rdi]); a.ret(); });
        stub.Code64("XRestore", a => { a.mov(eax, -1); a.mov(edx, eax); a.xrstor64(__[rdi]); a.ret(); });
    }
}
