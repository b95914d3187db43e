// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// What a subject could learn from traces that another one left in the processor. The return stack is stuffed at every change of subject; the other
/// flushes cost thousands of cycles and happen where the policy asks for them. docs/security.md says what is not covered.
/// </summary>
static unsafe class Flush
{
    private const uint ExtendedFeaturesLeaf = 7;
    private const uint Edx = 3;

    // CPUID.(7,0):EDX.
    private const uint MdClear = 1 << 10;
    private const uint PredictionBarrier = 1 << 26;
    private const uint L1dFlush = 1 << 28;
    private const uint HasCapabilities = 1 << 29;

    /// <summary>IA32_ARCH_CAPABILITIES: IBRS may stay on for good (enhanced IBRS), and protects the kernel from then on.</summary>
    private const ulong IbrsAll = 1 << 1;

    /// <summary>Notes what this processor offers, and turns on enhanced IBRS.</summary>
    internal static void Find()
    {
        uint* registers = stackalloc uint[4];
        Cpu.Cpuid(0, 0, registers);
        uint features = 0;
        if (registers[0] >= ExtendedFeaturesLeaf)
        {
            Cpu.Cpuid(ExtendedFeaturesLeaf, 0, registers);
            features = registers[Edx];
        }

        SubjectFlags offered = (features & PredictionBarrier) != 0 ? SubjectFlags.FlushBranchPredictor : SubjectFlags.None;
        offered |= (features & L1dFlush) != 0 ? SubjectFlags.FlushDataCache : SubjectFlags.None;
        offered |= (features & MdClear) != 0 ? SubjectFlags.FlushBuffers : SubjectFlags.None;
        Processors.Data->Flushes = offered;
        if ((features & HasCapabilities) != 0 && (Cpu.ReadMsr(Msr.ArchitecturalCapabilities) & IbrsAll) != 0)
        {
            Cpu.WriteMsr(Msr.SpeculationControl, 1);
        }
    }

    /// <summary>Between two subjects, each of which may ask for flushes.</summary>
    /// <param name="asked">What either asks for.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Between(ProcessorData* data, SubjectFlags asked)
    {
        SubjectFlags flushes = asked & data->Flushes;
        if (flushes != SubjectFlags.None)
        {
            Perform(flushes);
        }

        Cpu.StuffReturnStack();
    }

    private static void Perform(SubjectFlags flushes)
    {
        if ((flushes & SubjectFlags.FlushBranchPredictor) != 0)
        {
            Cpu.WriteMsr(Msr.PredictionCommand, 1);
        }

        if ((flushes & SubjectFlags.FlushDataCache) != 0)
        {
            Cpu.WriteMsr(Msr.FlushCommand, 1);
        }

        if ((flushes & SubjectFlags.FlushBuffers) != 0)
        {
            Cpu.OverwriteBuffers();
        }
    }
}
