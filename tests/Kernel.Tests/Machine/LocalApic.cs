// SPDX-License-Identifier: MIT
using System.Numerics;

namespace Muen.Simulation;

/// <summary>A local APIC: interrupts that are requested and in service (SDM vol. 3, 11.8).</summary>
internal sealed class LocalApic
{
    internal const int Spurious = 255;

    private readonly ulong[] requested = new ulong[4];
    private readonly ulong[] inService = new ulong[4];

    /// <summary>Whether the processor would be interrupted now: the priority class is above that of what is in service.</summary>
    internal bool HasInterrupt => Highest(requested) is var vector && vector >= 0 && vector >> 4 > Highest(inService) >> 4;

    internal bool IsServing => Highest(inService) >= 0;

    internal void Request(int vector) => requested[vector >> 6] |= 1ul << vector;

    /// <summary>The processor takes the interrupt. A spurious one is never in service.</summary>
    internal int Acknowledge()
    {
        int vector = Highest(requested);
        requested[vector >> 6] &= ~(1ul << vector);
        if (vector != Spurious)
        {
            inService[vector >> 6] |= 1ul << vector;
        }

        return vector;
    }

    /// <summary>End of interrupt.</summary>
    /// <returns>The vector that was in service, -1 when none was.</returns>
    internal int End()
    {
        int vector = Highest(inService);
        if (vector >= 0)
        {
            inService[vector >> 6] &= ~(1ul << vector);
        }

        return vector;
    }

    private static int Highest(ulong[] words)
    {
        for (int word = 3; word >= 0; word--)
        {
            if (words[word] != 0)
            {
                return (word * 64) + BitOperations.Log2(words[word]);
            }
        }

        return -1;
    }
}
