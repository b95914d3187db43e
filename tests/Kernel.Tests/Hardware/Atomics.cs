// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Muen.Simulation;

namespace Muen.Kernel;

// The kernel says System.Threading.Interlocked and Volatile; in its own namespace these come first. Each access to what processors share is
// a point at which another processor may take its turn; between two such points nobody else runs, so the accesses need no atomic instruction.

/// <summary>Atomic accesses, one whole turn each.</summary>
static unsafe class Interlocked
{
    internal static uint Increment(ref uint location)
    {
        Processor.Current.Turn();
        return ++location;
    }

    internal static ulong Increment(ref ulong location)
    {
        Processor.Current.Turn();
        return ++location;
    }

    internal static ulong Or(ref ulong location, ulong value)
    {
        Processor.Current.Turn();
        ulong old = location;
        location |= value;
        return old;
    }

    internal static ulong And(ref ulong location, ulong value)
    {
        Processor.Current.PutBack();
        Processor.Current.Turn();
        ulong old = location;
        location &= value;
        return old;
    }

    internal static ulong Exchange(ref ulong location, ulong value)
    {
        Processor.Current.Turn();
        ulong old = location;
        location = value;
        return old;
    }

    internal static uint CompareExchange(ref uint location, uint value, uint comparand)
    {
        Processor.Current.Turn();
        uint old = location;
        location = old == comparand ? value : old;
        return old;
    }
}

/// <summary>Plain accesses that are not left out or moved. Addresses of devices lead to the devices.</summary>
static unsafe class Volatile
{
    internal static ulong Read(ref ulong location)
    {
        Processor.Current.Turn();
        return Processor.Current.Read(ref location);
    }

    internal static uint Read(ref uint location)
    {
        Processor.Current.Turn();
        return Processor.Current.Read(ref location);
    }

    internal static void Write(ref ulong location, ulong value)
    {
        Processor.Current.Turn();
        location = value;
    }

    internal static void Write(ref uint location, uint value)
    {
        Processor.Current.Turn();
        Processor.Current.Write(ref location, value);
    }
}
