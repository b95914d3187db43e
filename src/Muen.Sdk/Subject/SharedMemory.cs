// SPDX-License-Identifier: MIT
using System.Threading;

namespace Muen;

/// <summary>
/// Every access to memory that another subject may write at the same time goes through here: each word is loaded once, in program
/// order, and nothing is loaded again behind the caller's back. x86 keeps loads in order and stores in order (SDM vol. 3, 9.2.2);
/// Volatile and the opaque copy keep the compiler from reordering them.
/// </summary>
static unsafe partial class SharedMemory
{
    /// <summary>A place between two accesses where a test lets the other side run. Vanishes where nobody implements it.</summary>
    static partial void Step();

    /// <summary>Loads an aligned word; later accesses stay later.</summary>
    internal static ulong Load(ulong* address)
    {
        Step();
        return Volatile.Read(ref *address);
    }

    /// <summary>Stores an aligned word; earlier accesses stay earlier.</summary>
    internal static void Store(ulong* address, ulong value)
    {
        Step();
        Volatile.Write(ref *address, value);
    }

    /// <summary>
    /// Copies <paramref name="size"/> bytes. Stores of a string operation may pass each other, but not the store after it (SDM vol. 3, 9.2.4).
    /// </summary>
    internal static void Copy(void* destination, void* source, ulong size)
    {
        Step();
        Instructions.CopyMemory(destination, source, size);
    }
}
