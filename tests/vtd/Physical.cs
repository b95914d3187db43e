// SPDX-License-Identifier: MIT
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>All physical memory, uncached: the probe looks at memory that the kernel has no mapping of, and at the registers of devices.</summary>
static unsafe class Physical
{
    /// <summary>Where physical address 0 is seen: what the second entry of a root covers.</summary>
    private const ulong Window = 1ul << 39;

    private const ulong Present = 3;
    private const ulong Uncached = 3 << 3;
    private const ulong LargePage = 1 << 7;
    private const ulong HugePage = 1ul << 30;
    private const int Entries = 512;

    private struct Room
    {
        internal fixed ulong Words[Entries * 3];
    }

    private static Room room;

    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "WriteCr3")]
    private static extern void WriteCr3(ulong root);

    /// <summary>Makes a root whose first entry is the kernel's and whose second one is the window. The kernel's image lies at its physical address.</summary>
    internal static void Map()
    {
        ulong root = ((ulong)Unsafe.AsPointer(ref room.Words[0]) + KernelLayout.PageSize - 1) & ~(KernelLayout.PageSize - 1);

        // The policy compiler puts the root first, then the table behind its only entry.
        ulong* table = (ulong*)root;
        table[0] = (Cpu.ReadCr3() + KernelLayout.PageSize) | Present;
        table[1] = (root + KernelLayout.PageSize) | Present;
        for (int i = 0; i < Entries; i++)
        {
            table[Entries + i] = ((ulong)i * HugePage) | Present | Uncached | LargePage;
        }

        WriteCr3(root);
    }

    // Not inlined: where only a bit is looked at, the compiler would read a byte, and devices do not answer that.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static uint Read(ulong address) => Volatile.Read(ref *(uint*)(Window + address));

    internal static void Write(ulong address, uint value) => Volatile.Write(ref *(uint*)(Window + address), value);
}
