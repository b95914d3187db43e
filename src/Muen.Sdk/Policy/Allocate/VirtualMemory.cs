// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using Muen.Abi;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>A range of a subject's address space, the end excluded.</summary>
internal readonly record struct VirtualRange(ulong Start, ulong End);

/// <summary>
/// Gives virtual addresses: from <see cref="SubjectLayout.Regions"/> upwards, in order, with an unmapped page before and after each, so that running over a region's end
/// faults instead of reaching the next one.
/// </summary>
internal sealed class VirtualMemory
{
    /// <summary>End of the lower half of the address space.</summary>
    internal const ulong Limit = 0x8000_0000_0000;

    /// <summary>End of the addresses that a VM may see as physical ones: what every processor with EPT can translate.</summary>
    internal const ulong GuestLimit = 1UL << 46;

    private readonly List<VirtualRange> taken = [];
    private ulong next = SubjectLayout.Regions;
    private bool sorted;
    private int cursor;

    /// <summary>Marks a range as used. All ranges are marked before the first is given.</summary>
    internal void Reserve(ulong start, ulong size)
    {
        taken.Add(new VirtualRange(start, start + size));
        sorted = false;
    }

    /// <summary>The next address for so many bytes, null when the address space ends.</summary>
    internal ulong? Allocate(ulong size)
    {
        if (!sorted)
        {
            taken.Sort((a, b) => a.Start.CompareTo(b.Start));
            sorted = true;
        }

        // Addresses only grow, so what lies below the next one is passed once and for all.
        while (cursor < taken.Count)
        {
            VirtualRange range = taken[cursor];
            if (range.End + KernelLayout.PageSize > next)
            {
                if (range.Start >= next + size + KernelLayout.PageSize)
                {
                    break;
                }

                next = range.End + KernelLayout.PageSize;
            }

            cursor++;
        }

        if (next + size > Limit)
        {
            return null;
        }

        ulong address = next;
        next += size + KernelLayout.PageSize;
        return address;
    }
}
