// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The extended state of subjects, moved eagerly and only when the subject changes. The kernel itself uses none of it: CR4.OSFXSR stays
/// clear in root mode, so that an SSE instruction there is #UD.
/// </summary>
static unsafe class Fpu
{
    /// <summary>x87, SSE, AVX, opmask, ZMM_Hi256, Hi16_ZMM (SDM vol. 1, 13.1).</summary>
    private const ulong Components = 0xE7;
    private const ulong Osxsave = 1 << 18;
    private const uint ExtendedStateLeaf = 0xD;

    /// <summary>IA32_KERNEL_GS_BASE changes by SWAPGS without an exit, so it moves with the extended state: last word of the page.</summary>
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
        Cpu.WriteXcr0(registers[0] & Components);
        Cpu.Cpuid(ExtendedStateLeaf, 0, registers);
        if (registers[1] > KernelGsBaseOffset)
        {
            Panic.MissingCapability(ExtendedStateLeaf, KernelGsBaseOffset, registers[1]);
        }
    }

    internal static void Save(uint subject)
    {
        ulong area = Area(subject);
        Cpu.XSave((void*)area);
        *(ulong*)(area + KernelGsBaseOffset) = Cpu.ReadMsr(Msr.KernelGsBase);
    }

    internal static void Restore(uint subject)
    {
        ulong area = Area(subject);
        Cpu.XRestore((void*)area);
        Cpu.WriteMsr(Msr.KernelGsBase, *(ulong*)(area + KernelGsBaseOffset));
    }

    /// <summary>Loads the initial configuration: no component in use, MXCSR at its default (SDM vol. 1, 13.6).</summary>
    internal static void Reset(uint subject)
    {
        ulong area = Area(subject);
        ulong* header = (ulong*)(area + HeaderOffset);
        for (int word = 0; word < HeaderWords; word++)
        {
            header[word] = 0;
        }

        *(uint*)(area + MxcsrOffset) = InitialMxcsr;
        *(ulong*)(area + KernelGsBaseOffset) = 0;
        Restore(subject);
    }

    private static ulong Area(uint subject) => Subjects.Pages(subject) + KernelLayout.FpuOffset;
}
