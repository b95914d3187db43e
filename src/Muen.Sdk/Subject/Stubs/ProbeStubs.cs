// SPDX-License-Identifier: MIT
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Subject;

/// <summary>What a native subject must not get away with; the declarations are in Probe.cs of the subject library.</summary>
static class ProbeStubs
{
    internal static void Add(StubObject stub)
    {
        Memory(stub);
        ControlRegisters(stub);
        ModelSpecificRegisters(stub);
        Others(stub);
    }

    static void Memory(StubObject stub)
    {
        stub.Code64("ProbeRead", a => { a.movzx(eax, __byte_ptr[rdi]); a.ret(); });
        stub.Code64("ProbeWrite", a => { a.mov(__byte_ptr[rdi], sil); a.ret(); });
        stub.Code64("ProbeExecute", a => { a.sub(rsp, 8); a.call(rdi); a.add(rsp, 8); a.ret(); });
        stub.Code64("ProbeInvalidatePage", a => { a.invlpg(__[rdi]); a.ret(); });
        stub.Code64("ProbeWbinvd", a => { a.wbinvd(); a.ret(); });
        stub.Code64("ProbeInvd", a => { a.invd(); a.ret(); });
        stub.Code64("ProbeMonitor", a => { a.mov(rax, rdi); a.xor(ecx, ecx); a.xor(edx, edx); a.monitor(); a.ret(); });
        stub.Code64("ProbeMwait", a => { a.xor(eax, eax); a.xor(ecx, ecx); a.mwait(); a.ret(); });
    }

    static void ControlRegisters(StubObject stub)
    {
        stub.Code64("ProbeReadCr0", a => { a.mov(rax, cr0); a.ret(); });
        stub.Code64("ProbeWriteCr0", a => { a.mov(cr0, rdi); a.ret(); });
        stub.Code64("ProbeReadCr3", a => { a.mov(rax, cr3); a.ret(); });
        stub.Code64("ProbeWriteCr3", a => { a.mov(cr3, rdi); a.ret(); });
        stub.Code64("ProbeReadCr4", a => { a.mov(rax, cr4); a.ret(); });
        stub.Code64("ProbeWriteCr4", a => { a.mov(cr4, rdi); a.ret(); });
        stub.Code64("ProbeReadCr8", a => { a.mov(rax, cr8); a.ret(); });
        stub.Code64("ProbeWriteCr8", a => { a.mov(cr8, rdi); a.ret(); });
        stub.Code64("ProbeReadDr7", a => { a.mov(rax, dr7); a.ret(); });
        stub.Code64("ProbeWriteDr7", a => { a.mov(dr7, rdi); a.ret(); });
    }

    static void ModelSpecificRegisters(StubObject stub)
    {
        stub.Code64("ProbeReadMsr", a => { a.mov(ecx, edi); a.rdmsr(); a.shl(rdx, 32); a.or(rax, rdx); a.ret(); });
        stub.Code64("ProbeWriteMsr", a => { a.mov(ecx, edi); a.mov(eax, esi); a.mov(rdx, rsi); a.shr(rdx, 32); a.wrmsr(); a.ret(); });
        stub.Code64("ProbeWriteXcr0", a => { a.xor(ecx, ecx); a.mov(eax, edi); a.mov(rdx, rdi); a.shr(rdx, 32); a.xsetbv(); a.ret(); });
        stub.Code64("ProbeReadCounter", a => { a.mov(ecx, edi); a.rdpmc(); a.ret(); });
    }

    static void Others(StubObject stub)
    {
        stub.Code64("ProbeDisableInterrupts", a => { a.cli(); a.ret(); });
        stub.Code64("ProbeEnableInterrupts", a => { a.sti(); a.ret(); });
        stub.Code64("ProbeHalt", a => { a.cli(); a.hlt(); a.ret(); });
        stub.Code64("ProbeCpuid", a => { a.push(rbx); a.mov(eax, edi); a.xor(ecx, ecx); a.cpuid(); a.pop(rbx); a.ret(); });
        stub.Code64("ProbeVmxoff", a => { a.vmxoff(); a.ret(); });
        stub.Code64("ProbeVmread", a => { a.vmread(rax, rdi); a.ret(); });
        stub.Code64("ProbeDivideByZero", a => { a.xor(ecx, ecx); a.xor(edx, edx); a.mov(eax, 1); a.div(ecx); a.ret(); });
        stub.Code64("ProbeInterrupt", a => { a.@int(6); a.ret(); });
        stub.Code64("ProbeTripleFault", a => { a.lidt(__[stub["empty_idt"].Rip]); a.int3(); a.ret(); });
        stub.Data("empty_idt", StubSection.ReadOnlyData, new byte[10]);
    }
}
