// SPDX-License-Identifier: MIT
using System;
using System.Threading;

namespace Muen.TestSystems;

/// <summary>A page of 64-bit numbers by which an actor shows what it has done.</summary>
readonly unsafe struct Board
{
    readonly ulong* _numbers;

    Board(ulong address)
    {
        _numbers = (ulong*)address;
    }

    public static Board Open(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindMemory(name, out MemoryRegion region))
        {
            Panic.Stop("a board is not in the policy", name);
        }

        return new Board(region.Address);
    }

    public ulong this[int index]
    {
        get => Volatile.Read(ref _numbers[index & 511]);
        set => Volatile.Write(ref _numbers[index & 511], value);
    }
}
