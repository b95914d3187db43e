// SPDX-License-Identifier: MIT
using Muen.Sdk.Native;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Subject;

/// <summary>One function for each instruction that C# cannot say; the declarations are in Instructions.cs of the subject library.</summary>
static class InstructionStubs
{
    internal static void Add(StubObject stub)
    {
        stub.Code64("Vmcall", a => { a.mov(eax, edi); a.vmcall(); a.ret(); }, inline: true);
        stub.Code64("Pause", a => { a.pause(); a.ret(); }, inline: true);
        stub.Code64("Undefined", a => { a.ud2(); a.ret(); });
        stub.Code64("FramePointer", a => { a.mov(rax, rbp); a.ret(); }, inline: true);
        stub.Code64("ReadTsc", a =>
        {
            a.rdtsc();
            a.shl(rdx, 32);
            a.or(rax, rdx);
            a.ret();
        });

        // Results narrower than a register are widened by the function.
        stub.Code64("In8", a => { a.mov(edx, edi); a.xor(eax, eax); a.@in(al, dx); a.ret(); }, inline: true);
        stub.Code64("In16", a => { a.mov(edx, edi); a.xor(eax, eax); a.@in(ax, dx); a.ret(); });
        stub.Code64("In32", a => { a.mov(edx, edi); a.@in(eax, dx); a.ret(); }, inline: true);
        stub.Code64("Out8", a => { a.mov(edx, edi); a.mov(eax, esi); a.@out(dx, al); a.ret(); }, inline: true);
        stub.Code64("Out16", a => { a.mov(edx, edi); a.mov(eax, esi); a.@out(dx, ax); a.ret(); });
        stub.Code64("Out32", a => { a.mov(edx, edi); a.mov(eax, esi); a.@out(dx, eax); a.ret(); }, inline: true);

        // (destination, source, bytes): eight at a time, then the rest. DF is clear by the calling convention.
        stub.Code64("CopyMemory", a =>
        {
            a.mov(rcx, rdx);
            a.shr(rcx, 3);
            a.rep.movsq();
            a.mov(ecx, edx);
            a.and(ecx, 7);
            a.rep.movsb();
            a.ret();
        });
    }
}
