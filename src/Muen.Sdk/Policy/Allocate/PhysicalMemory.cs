// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>Free physical memory. First fit from the lowest address: the same requests in the same order give the same addresses.</summary>
internal sealed class PhysicalMemory
{
    private readonly List<(ulong Start, ulong End)> free;
    private int firstUseful;

    /// <summary>Begins with the allocatable blocks of the machine, whole pages of them.</summary>
    internal PhysicalMemory(IEnumerable<MemoryBlockNode> blocks)
    {
        free = [.. blocks.Where(b => b.Allocatable).Select(b => (Up(b.Address), Down(b.Address + b.Size))).Where(b => b.Item1 < b.Item2).OrderBy(b => b.Item1)];
    }

    /// <summary>Bytes that are free.</summary>
    internal ulong Free => free.Aggregate(0UL, (sum, part) => sum + (part.End - part.Start));

    /// <summary>Takes this range out of what is free; parts that are not free stay as they are.</summary>
    /// <param name="address">First byte, at a page.</param>
    /// <param name="size">Bytes, whole pages.</param>
    internal void Reserve(ulong address, ulong size)
    {
        ulong end = address + size;
        int at = LowerBound(address);
        while (at < free.Count && free[at].Start < end)
        {
            (ulong start, ulong stop) = free[at];
            free.RemoveAt(at);
            if (stop > end)
            {
                free.Insert(at, (end, stop));
            }

            if (start < address)
            {
                free.Insert(at, (start, address));
                at++;
            }

            if (stop >= end)
            {
                break;
            }
        }

        firstUseful = 0;
    }

    /// <summary>The lowest address at which so many bytes are free, taken; null when there is none.</summary>
    /// <param name="size">Bytes, whole pages.</param>
    /// <param name="limit">The memory ends at or below this address.</param>
    /// <param name="alignment">A power of two, at least a page.</param>
    /// <param name="offset">Bytes, whole pages below <paramref name="alignment"/>: the address is so much above a multiple of the alignment.</param>
    /// <param name="from">The memory begins at or above this address.</param>
    internal ulong? Allocate(ulong size, ulong limit = ulong.MaxValue, ulong alignment = KernelLayout.PageSize, ulong offset = 0, ulong from = 0)
    {
        while (firstUseful < free.Count && free[firstUseful].Start == free[firstUseful].End)
        {
            firstUseful++;
        }

        for (int i = from == 0 ? firstUseful : Math.Max(firstUseful, LowerBound(from)); i < free.Count; i++)
        {
            (ulong first, ulong end) = free[i];
            ulong start = Math.Max(first, from);
            if (start >= limit)
            {
                break;
            }

            ulong address = start + ((offset - start) & (alignment - 1));
            ulong stop = Math.Min(end, limit);
            if (address >= stop || stop - address < size)
            {
                continue;
            }

            free[i] = (address + size, end);
            if (address != first)
            {
                free.Insert(i, (first, address));
            }

            return address;
        }

        return null;
    }

    // Index of the first free part that ends above the address.
    private int LowerBound(ulong address)
    {
        int low = 0;
        int high = free.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = free[middle].End > address ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static ulong Up(ulong address) => (address + KernelLayout.PageSize - 1) & ~(KernelLayout.PageSize - 1);

    private static ulong Down(ulong address) => address & ~(KernelLayout.PageSize - 1);
}
