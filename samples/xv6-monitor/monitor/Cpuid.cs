// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Samples.Monitors;

/// <summary>The guest's processor as CPUID describes it: what this monitor and the kernel let a 32-bit guest use, and no more.</summary>
static unsafe class Cpuid
{
    /// <summary>Family 6, a model of the generation that has what the kernel demands.</summary>
    internal const uint Signature = 0x0003_06D4;

    /// <summary>FPU, PSE, TSC, CX8, APIC, PGE, CMOV, MMX, FXSR, SSE, SSE2.</summary>
    internal const uint Features = (1 << 0) | (1 << 3) | (1 << 4) | (1 << 8) | (1 << 9) | (1 << 13) | (1 << 15) | (1 << 23) | (1 << 24) | (1 << 25) | (1 << 26);

    /// <summary>Somebody stands between guest and processor.</summary>
    const uint Hypervisor = 1u << 31;

    /// <summary>Lines of 64 bytes, for CLFLUSH; one processor, whose APIC has identifier 0.</summary>
    const uint Identification = (8 << 8) | (1 << 16);

    /// <summary>Answers CPUID.</summary>
    internal static void Execute(SubjectState* state)
    {
        uint leaf = (uint)(state->Rax & 0xFFFF_FFFF);
        (state->Rax, state->Rbx, state->Rcx, state->Rdx) = (0, 0, 0, 0);
        if (leaf == 0)
        {
            state->Rax = 1;
            state->Rbx = 0x756E_6547;   // Genu
            state->Rdx = 0x4965_6E69;   // ineI
            state->Rcx = 0x6C65_746E;   // ntel
        }
        else if (leaf == 1)
        {
            state->Rax = Signature;
            state->Rbx = Identification;
            state->Rcx = Hypervisor;
            state->Rdx = Features;
        }
        else if (leaf == 0x8000_0000)
        {
            state->Rax = leaf;
        }
    }
}
