// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The extended state of subjects, moved eagerly and only when the subject changes, and XCR0, by which a subject enables parts of it. The kernel itself
/// uses none of it: CR4.OSFXSR stays clear in root mode, so that an SSE instruction there is #UD.
/// </summary>
static unsafe class Fpu
{
    // Components of XCR0 (SDM vol. 1, 13.1). MPX is not among them, so its bits are illegal.
    private const ulong X87 = 1 << 0;
    private const ulong Sse = 1 << 1;
    private const ulong Avx = 1 << 2;
    private const ulong Avx512 = 7 << 5;
    private const ulong Components = X87 | Sse | Avx | Avx512;

    private const ulong Osxsave = 1 << 18;
    private const uint ExtendedStateLeaf = 0xD;
    private const ulong XSaveOptimized = 1;

    /// <summary>
    /// Two registers that are not in the XSAVE area but belong to the subject: its XCR0, and IA32_KERNEL_GS_BASE, which changes by SWAPGS without an
    /// exit. They lie in the last words of the page. CR2, which no VMCS holds either, has its place in the state page.
    /// </summary>
    private const ulong Xcr0Offset = KernelLayout.PageSize - 16;
    private const ulong KernelGsBaseOffset = KernelLayout.PageSize - 8;

    private const int MxcsrOffset = 24;
    private const uint InitialMxcsr = 0x1F80;
    private const int HeaderOffset = 512;
    private const int HeaderWords = 8;

    /// <summary>Enables every component that the processor has and checks that the area holds them.</summary>
    internal static void Enable()
    {
        uint* registers = stackalloc uint[4];
        Cpu.WriteCr4(Cpu.ReadCr4() | Osxsave);
        Cpu.Cpuid(ExtendedStateLeaf, 0, registers);
        ulong components = registers[0] & Components;
        Processors.Data->Components = components;
        Cpu.WriteXcr0(components);
        Cpu.Cpuid(ExtendedStateLeaf, 0, registers);
        if (registers[1] > Xcr0Offset)
        {
            Panic.MissingCapability(ExtendedStateLeaf, Xcr0Offset, registers[1]);
        }

        Cpu.Cpuid(ExtendedStateLeaf, 1, registers);
        if ((registers[0] & XSaveOptimized) == 0)
        {
            Panic.MissingCapability(ExtendedStateLeaf, XSaveOptimized, registers[0]);
        }
    }

    /// <summary>XCR0 holds every component before and after; while the subject runs it holds the subject's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Save(ProcessorData* data, ulong pages)
    {
        ((SubjectState*)pages)->Cr2 = Cpu.ReadCr2();
        if (*Xcr0(pages) != data->Components)
        {
            Cpu.WriteXcr0(data->Components);
        }

        Cpu.XSaveOptimized((void*)(pages + KernelLayout.FpuOffset));
        *KernelGsBase(pages) = Cpu.ReadMsr(Msr.KernelGsBase);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Restore(ProcessorData* data, ulong pages)
    {
        Cpu.WriteCr2(((SubjectState*)pages)->Cr2);
        Cpu.XRestore((void*)(pages + KernelLayout.FpuOffset));
        Cpu.WriteMsr(Msr.KernelGsBase, *KernelGsBase(pages));
        if (*Xcr0(pages) != data->Components)
        {
            Cpu.WriteXcr0(*Xcr0(pages));
        }
    }

    /// <summary>Gives the current subject the initial configuration: no component in use, MXCSR at its default (SDM vol. 1, 13.6).</summary>
    internal static void Reset(ProcessorData* data)
    {
        ulong area = data->Pages + KernelLayout.FpuOffset;
        ulong* header = (ulong*)(area + HeaderOffset);
        for (int word = 0; word < HeaderWords; word++)
        {
            header[word] = 0;
        }

        *(uint*)(area + MxcsrOffset) = InitialMxcsr;
        *KernelGsBase(data->Pages) = 0;
        *Xcr0(data->Pages) = data->Entry->Xcr0 & data->Components;
        Cpu.WriteXcr0(data->Components);
        Restore(data, data->Pages);
    }

    /// <summary>
    /// XSETBV always exits. The kernel does what the processor would have done: a register other than XCR0 or a value that is not legal is #GP in the
    /// subject (SDM vol. 2, XSETBV). The privilege level was checked before the exit.
    /// </summary>
    internal static void SetControl(ProcessorData* data)
    {
        SubjectState* state = (SubjectState*)data->Pages;
        ulong value = (state->Rdx << 32) | (uint)state->Rax;
        if ((uint)state->Rcx != 0 || !IsLegal(value, data->Components & data->Entry->Xcr0Mask))
        {
            Interrupts.SetPending(data->Pages, Interrupts.GeneralProtection);
            return;
        }

        *Xcr0(data->Pages) = value;
        Cpu.WriteXcr0(value);
        Subjects.SkipInstruction();
    }

    /// <summary>x87 always; AVX needs SSE; the three parts of AVX-512 come together and need AVX (SDM vol. 1, 13.3).</summary>
    private static bool IsLegal(ulong value, ulong allowed)
    {
        if ((value & ~allowed) != 0 || (value & X87) == 0 || (value & (Sse | Avx)) == Avx)
        {
            return false;
        }

        ulong wide = value & Avx512;
        return wide == 0 || (wide == Avx512 && (value & Avx) != 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* Xcr0(ulong pages) => (ulong*)(pages + KernelLayout.FpuOffset + Xcr0Offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* KernelGsBase(ulong pages) => (ulong*)(pages + KernelLayout.FpuOffset + KernelGsBaseOffset);
}
