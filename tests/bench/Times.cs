// SPDX-License-Identifier: MIT
using System.Threading;

namespace Muen.Bench;

/// <summary>A page of readings that all subjects share. A result is 0 until there is one, then the smallest so far.</summary>
static unsafe class Times
{
    internal const int Start = 0;
    internal const int TickA = 1;
    internal const int TickB = 2;
    internal const int Handover = 3;
    internal const int TimerOther = 4;
    internal const int TrapResume = 5;

    static ulong* s_page;

    /// <summary>
    /// The place of a reading. A measurement looks it up before it begins: between the readings there is to be nothing but what is measured.
    /// </summary>
    internal static ulong* Slot(int index)
    {
        if (s_page == null)
        {
            SubjectInfo.Own.TryFindMemory("times"u8, out MemoryRegion region);
            s_page = (ulong*)region.Address;
        }
        return s_page + index;
    }

    internal static ulong Get(int index) => Volatile.Read(ref *Slot(index));

    internal static void Set(int index, ulong value) => Volatile.Write(ref *Slot(index), value);

    /// <summary>Keeps a result if it is the smallest.</summary>
    internal static void Keep(int index, ulong value)
    {
        ulong best = Get(index);
        if (best == 0 || value < best)
        {
            Set(index, value);
        }
    }

    /// <summary>Waits for a result, and then until those that make it have had time for a better one.</summary>
    internal static ulong Await(int index)
    {
        while (Get(index) == 0)
        {
        }

        ulong end = Time.Tsc + (400 * Time.TicksPerMillisecond);
        while (Time.Tsc < end)
        {
        }
        return Get(index);
    }
}
