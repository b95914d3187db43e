// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Simulation;

/// <summary>Whoever has it runs. All who pass it on run on one core of the host, which costs half of what waking another core does.</summary>
internal sealed partial class Baton
{
    private bool isHere;

    internal static int Core { get; } = CurrentCore();

    /// <summary>Ties the calling thread to the core.</summary>
    internal static unsafe void Join()
    {
        ulong* mask = stackalloc ulong[16];
        mask[Core / 64 % 16] = 1ul << Core;
        _ = Tie(0, 16 * sizeof(ulong), mask);       // where it cannot be, it is slower
    }

    internal void Give()
    {
        lock (this)
        {
            isHere = true;
            Monitor.Pulse(this);
        }
    }

    internal void Await()
    {
        lock (this)
        {
            while (!isHere)
            {
                Monitor.Wait(this);
            }

            isHere = false;
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_getcpu")]
    private static partial int CurrentCore();

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static unsafe partial int Tie(int thread, nuint size, ulong* mask);
}
