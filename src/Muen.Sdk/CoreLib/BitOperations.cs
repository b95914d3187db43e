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

    /// <inheritdoc cref="RoundUpToPowerOf2(uint)"/>
    public static ulong RoundUpToPowerOf2(ulong value)
    {
        int shift = 64 - LeadingZeroCount(value - 1);
        return value == 0 || shift == 64 ? 0 : 1UL << shift;
    }

    public static nuint RoundUpToPowerOf2(nuint value) => (nuint)RoundUpToPowerOf2((ulong)value);

    public static bool IsPow2(nuint value) => IsPow2((ulong)value);

    public static bool IsPow2(nint value) => IsPow2((long)value);

    public static int LeadingZeroCount(nuint value) => LeadingZeroCount((ulong)value);

    public static int TrailingZeroCount(nuint value) => TrailingZeroCount((ulong)value);

    public static int TrailingZeroCount(nint value) => TrailingZeroCount((ulong)value);

    public static int Log2(nuint value) => Log2((ulong)value);

    public static int PopCount(nuint value) => PopCount((ulong)value);

    public static nuint RotateLeft(nuint value, int offset) => (nuint)RotateLeft((ulong)value, offset);

    public static nuint RotateRight(nuint value, int offset) => (nuint)RotateRight((ulong)value, offset);

    /// <summary>CRC-32C (polynomial 0x1EDC6F41), without the CRC32 instruction.</summary>
    public static uint Crc32C(uint crc, byte data)
    {
        crc ^= data;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc >> 1) ^ (0x82F6_3B78 & (0 - (crc & 1)));
        }

        return crc;
    }

    /// <inheritdoc cref="Crc32C(uint, byte)"/>
    public static uint Crc32C(uint crc, ushort data) => Crc32C(Crc32C(crc, (byte)data), (byte)(data >> 8));

    /// <inheritdoc cref="Crc32C(uint, byte)"/>
    public static uint Crc32C(uint crc, uint data) => Crc32C(Crc32C(crc, (ushort)data), (ushort)(data >> 16));

    /// <inheritdoc cref="Crc32C(uint, byte)"/>
    public static uint Crc32C(uint crc, ulong data) => Crc32C(Crc32C(crc, (uint)data), (uint)(data >> 32));
}
