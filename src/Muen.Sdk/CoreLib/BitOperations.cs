// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System.Numerics;

/// <summary>Counting and rotating bits.</summary>
public static class BitOperations
{
    public static bool IsPow2(uint value) => (value & (value - 1)) == 0 && value != 0;

    public static bool IsPow2(ulong value) => (value & (value - 1)) == 0 && value != 0;

    public static bool IsPow2(int value) => value > 0 && (value & (value - 1)) == 0;

    public static bool IsPow2(long value) => value > 0 && (value & (value - 1)) == 0;

    /// <returns>32 for 0.</returns>
    [Intrinsic]
    public static int LeadingZeroCount(uint value)
    {
        int count = 32;
        for (; value != 0; value >>= 1)
        {
            count--;
        }

        return count;
    }

    /// <returns>64 for 0.</returns>
    [Intrinsic]
    public static int LeadingZeroCount(ulong value)
    {
        int count = 64;
        for (; value != 0; value >>= 1)
        {
            count--;
        }

        return count;
    }

    [Intrinsic]
    public static int TrailingZeroCount(int value) => TrailingZeroCount((uint)value);

    /// <returns>32 for 0.</returns>
    [Intrinsic]
    public static int TrailingZeroCount(uint value)
    {
        int count = 0;
        for (; count < 32 && ((value >> count) & 1) == 0; count++)
        {
        }

        return count;
    }

    [Intrinsic]
    public static int TrailingZeroCount(long value) => TrailingZeroCount((ulong)value);

    /// <returns>64 for 0.</returns>
    [Intrinsic]
    public static int TrailingZeroCount(ulong value)
    {
        int count = 0;
        for (; count < 64 && ((value >> count) & 1) == 0; count++)
        {
        }

        return count;
    }

    /// <returns>Index of the highest set bit; 0 for 0.</returns>
    public static int Log2(uint value) => 31 ^ LeadingZeroCount(value | 1);

    /// <inheritdoc cref="Log2(uint)"/>
    public static int Log2(ulong value) => 63 ^ LeadingZeroCount(value | 1);

    /// <summary>The number of set bits, without the POPCNT instruction.</summary>
    public static int PopCount(uint value) => PopCount((ulong)value);

    /// <inheritdoc cref="PopCount(uint)"/>
    public static int PopCount(ulong value)
    {
        value -= (value >> 1) & 0x5555_5555_5555_5555;
        value = (value & 0x3333_3333_3333_3333) + ((value >> 2) & 0x3333_3333_3333_3333);
        return (int)((((value + (value >> 4)) & 0x0F0F_0F0F_0F0F_0F0F) * 0x0101_0101_0101_0101) >> 56);
    }

    [Intrinsic]
    public static uint RotateLeft(uint value, int offset) => (value << offset) | (value >> (32 - offset));

    [Intrinsic]
    public static ulong RotateLeft(ulong value, int offset) => (value << offset) | (value >> (64 - offset));

    [Intrinsic]
    public static uint RotateRight(uint value, int offset) => (value >> offset) | (value << (32 - offset));

    [Intrinsic]
    public static ulong RotateRight(ulong value, int offset) => (value >> offset) | (value << (64 - offset));

    /// <returns>The smallest power of two that is not below <paramref name="value"/>; 0 when there is none.</returns>
    public static uint RoundUpToPowerOf2(uint value)
    {
        int shift = 64 - LeadingZeroCount((ulong)value - 1);
        return value == 0 ? 0 : (uint)(1UL << shift);
    }
}
