// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Atomic operations, each one <c>lock</c>-prefixed instruction (or XCHG) when its old value is not used or can be had at once.</summary>
public static class Interlocked
{
    // A method that calls itself here is one that the compiler must expand into an instruction.

    [Intrinsic]
    public static int CompareExchange(ref int location1, int value, int comparand) => CompareExchange(ref location1, value, comparand);

    [Intrinsic]
    public static int Exchange(ref int location1, int value) => Exchange(ref location1, value);

    [Intrinsic]
    static int ExchangeAdd(ref int location1, int value) => ExchangeAdd(ref location1, value);

    /// <returns>The sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Add(ref int location1, int value) => unchecked(ExchangeAdd(ref location1, value) + value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Increment(ref int location) => Add(ref location, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decrement(ref int location) => Add(ref location, -1);

    /// <returns>The value before.</returns>
    [Intrinsic]
    public static int And(ref int location1, int value)
    {
        int current = location1;
        while (true)
        {
            int seen = CompareExchange(ref location1, current & value, current);
            if (seen == current)
            {
                return seen;
            }

            current = seen;
        }
    }

    /// <returns>The value before.</returns>
    [Intrinsic]
    public static int Or(ref int location1, int value)
    {
        int current = location1;
        while (true)
        {
            int seen = CompareExchange(ref location1, current | value, current);
            if (seen == current)
            {
                return seen;
            }

            current = seen;
        }
    }

    [Intrinsic]
    public static long CompareExchange(ref long location1, long value, long comparand) => CompareExchange(ref location1, value, comparand);

    [Intrinsic]
    public static long Exchange(ref long location1, long value) => Exchange(ref location1, value);

    [Intrinsic]
    static long ExchangeAdd(ref long location1, long value) => ExchangeAdd(ref location1, value);

    /// <returns>The sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Add(ref long location1, long value) => unchecked(ExchangeAdd(ref location1, value) + value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Increment(ref long location) => Add(ref location, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Decrement(ref long location) => Add(ref location, -1);

    /// <returns>The value before.</returns>
    [Intrinsic]
    public static long And(ref long location1, long value)
    {
        long current = location1;
        while (true)
        {
            long seen = CompareExchange(ref location1, current & value, current);
            if (seen == current)
            {
                return seen;
            }

            current = seen;
        }
    }

    /// <returns>The value before.</returns>
    [Intrinsic]
    public static long Or(ref long location1, long value)
    {
        long current = location1;
        while (true)
        {
            long seen = CompareExchange(ref location1, current | value, current);
            if (seen == current)
            {
                return seen;
            }

            current = seen;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint CompareExchange(ref uint location1, uint value, uint comparand) =>
        unchecked((uint)CompareExchange(ref Unsafe.As<uint, int>(ref location1), (int)value, (int)comparand));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Exchange(ref uint location1, uint value) =>
        unchecked((uint)Exchange(ref Unsafe.As<uint, int>(ref location1), (int)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(ref uint location1, uint value) =>
        unchecked((uint)Add(ref Unsafe.As<uint, int>(ref location1), (int)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Increment(ref uint location) => Add(ref location, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Decrement(ref uint location) => unchecked(Add(ref location, (uint)-1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint And(ref uint location1, uint value) =>
        unchecked((uint)And(ref Unsafe.As<uint, int>(ref location1), (int)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Or(ref uint location1, uint value) =>
        unchecked((uint)Or(ref Unsafe.As<uint, int>(ref location1), (int)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CompareExchange(ref ulong location1, ulong value, ulong comparand) =>
        unchecked((ulong)CompareExchange(ref Unsafe.As<ulong, long>(ref location1), (long)value, (long)comparand));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Exchange(ref ulong location1, ulong value) =>
        unchecked((ulong)Exchange(ref Unsafe.As<ulong, long>(ref location1), (long)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ref ulong location1, ulong value) =>
        unchecked((ulong)Add(ref Unsafe.As<ulong, long>(ref location1), (long)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Increment(ref ulong location) => Add(ref location, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Decrement(ref ulong location) => unchecked(Add(ref location, (ulong)-1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong And(ref ulong location1, ulong value) =>
        unchecked((ulong)And(ref Unsafe.As<ulong, long>(ref location1), (long)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Or(ref ulong location1, ulong value) =>
        unchecked((ulong)Or(ref Unsafe.As<ulong, long>(ref location1), (long)value));

    [Intrinsic]
    public static byte CompareExchange(ref byte location1, byte value, byte comparand) => CompareExchange(ref location1, value, comparand);

    [Intrinsic]
    public static byte Exchange(ref byte location1, byte value) => Exchange(ref location1, value);

    [Intrinsic]
    public static ushort CompareExchange(ref ushort location1, ushort value, ushort comparand) => CompareExchange(ref location1, value, comparand);

    [Intrinsic]
    public static ushort Exchange(ref ushort location1, ushort value) => Exchange(ref location1, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte CompareExchange(ref sbyte location1, sbyte value, sbyte comparand) =>
        unchecked((sbyte)CompareExchange(ref Unsafe.As<sbyte, byte>(ref location1), (byte)value, (byte)comparand));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static sbyte Exchange(ref sbyte location1, sbyte value) =>
        unchecked((sbyte)Exchange(ref Unsafe.As<sbyte, byte>(ref location1), (byte)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short CompareExchange(ref short location1, short value, short comparand) =>
        unchecked((short)CompareExchange(ref Unsafe.As<short, ushort>(ref location1), (ushort)value, (ushort)comparand));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static short Exchange(ref short location1, short value) =>
        unchecked((short)Exchange(ref Unsafe.As<short, ushort>(ref location1), (ushort)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint CompareExchange(ref nint location1, nint value, nint comparand) =>
        unchecked((nint)CompareExchange(ref Unsafe.As<nint, long>(ref location1), (long)value, (long)comparand));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Exchange(ref nint location1, nint value) =>
        unchecked((nint)Exchange(ref Unsafe.As<nint, long>(ref location1), (long)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint CompareExchange(ref nuint location1, nuint value, nuint comparand) =>
        unchecked((nuint)CompareExchange(ref Unsafe.As<nuint, long>(ref location1), (long)value, (long)comparand));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint Exchange(ref nuint location1, nuint value) =>
        unchecked((nuint)Exchange(ref Unsafe.As<nuint, long>(ref location1), (long)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float CompareExchange(ref float location1, float value, float comparand) =>
        BitConverter.Int32BitsToSingle(CompareExchange(ref Unsafe.As<float, int>(ref location1), BitConverter.SingleToInt32Bits(value), BitConverter.SingleToInt32Bits(comparand)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exchange(ref float location1, float value) =>
        BitConverter.Int32BitsToSingle(Exchange(ref Unsafe.As<float, int>(ref location1), BitConverter.SingleToInt32Bits(value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double CompareExchange(ref double location1, double value, double comparand) =>
        BitConverter.Int64BitsToDouble(CompareExchange(ref Unsafe.As<double, long>(ref location1), BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(comparand)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Exchange(ref double location1, double value) =>
        BitConverter.Int64BitsToDouble(Exchange(ref Unsafe.As<double, long>(ref location1), BitConverter.DoubleToInt64Bits(value)));

    /// <summary>A load of 64 bits, whole on every processor that runs this.</summary>
    public static long Read(ref readonly long location) => CompareExchange(ref Unsafe.AsRef(in location), 0, 0);

    /// <inheritdoc cref="Read(ref readonly long)"/>
    public static ulong Read(ref readonly ulong location) => CompareExchange(ref Unsafe.AsRef(in location), 0, 0);

    /// <summary>No load or store moves across.</summary>
    [Intrinsic]
    public static void MemoryBarrier() => MemoryBarrier();
}
