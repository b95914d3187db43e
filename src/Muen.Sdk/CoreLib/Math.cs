// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Integer mathematics.</summary>
public static class Math
{
    public static sbyte Min(sbyte val1, sbyte val2) => val1 <= val2 ? val1 : val2;

    public static sbyte Max(sbyte val1, sbyte val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static sbyte Clamp(sbyte value, sbyte min, sbyte max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static byte Min(byte val1, byte val2) => val1 <= val2 ? val1 : val2;

    public static byte Max(byte val1, byte val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static byte Clamp(byte value, byte min, byte max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static short Min(short val1, short val2) => val1 <= val2 ? val1 : val2;

    public static short Max(short val1, short val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static short Clamp(short value, short min, short max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static ushort Min(ushort val1, ushort val2) => val1 <= val2 ? val1 : val2;

    public static ushort Max(ushort val1, ushort val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static ushort Clamp(ushort value, ushort min, ushort max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static int Min(int val1, int val2) => val1 <= val2 ? val1 : val2;

    public static int Max(int val1, int val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static int Clamp(int value, int min, int max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static uint Min(uint val1, uint val2) => val1 <= val2 ? val1 : val2;

    public static uint Max(uint val1, uint val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static uint Clamp(uint value, uint min, uint max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static long Min(long val1, long val2) => val1 <= val2 ? val1 : val2;

    public static long Max(long val1, long val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static long Clamp(long value, long min, long max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static ulong Min(ulong val1, ulong val2) => val1 <= val2 ? val1 : val2;

    public static ulong Max(ulong val1, ulong val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static ulong Clamp(ulong value, ulong min, ulong max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static nint Min(nint val1, nint val2) => val1 <= val2 ? val1 : val2;

    public static nint Max(nint val1, nint val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static nint Clamp(nint value, nint min, nint max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static nuint Min(nuint val1, nuint val2) => val1 <= val2 ? val1 : val2;

    public static nuint Max(nuint val1, nuint val2) => val1 >= val2 ? val1 : val2;

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static nuint Clamp(nuint value, nuint min, nuint max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    /// <summary>A panic for the lowest value, which has no positive counterpart.</summary>
    public static int Abs(int value) => value < 0 ? checked(-value) : value;

    public static int Sign(int value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    /// <summary>A panic for the lowest value, which has no positive counterpart.</summary>
    public static long Abs(long value) => value < 0 ? checked(-value) : value;

    public static int Sign(long value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static (int Quotient, int Remainder) DivRem(int left, int right)
    {
        int quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static (uint Quotient, uint Remainder) DivRem(uint left, uint right)
    {
        uint quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static (long Quotient, long Remainder) DivRem(long left, long right)
    {
        long quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static (ulong Quotient, ulong Remainder) DivRem(ulong left, ulong right)
    {
        ulong quotient = left / right;
        return (quotient, left - (quotient * right));
    }

    public static ulong BigMul(uint a, uint b) => (ulong)a * b;

    public static long BigMul(int a, int b) => (long)a * b;

    /// <returns>The upper 64 bits of the product; the lower ones are in <paramref name="low"/>.</returns>
    public static ulong BigMul(ulong a, ulong b, out ulong low)
    {
        ulong al = (uint)a, ah = a >> 32, bl = (uint)b, bh = b >> 32;
        ulong mid = (ah * bl) + ((al * bl) >> 32);
        ulong cross = (al * bh) + (uint)mid;
        low = a * b;
        return (ah * bh) + (mid >> 32) + (cross >> 32);
    }

    // The compiler asks for it when it sees checked((int)x) of a floating-point x.
    static int ConvertToInt32Checked(double value)
    {
        if (!(value > -2147483649.0 && value < 2147483648.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return unchecked((int)value);
    }

    // The compiler asks for it when it sees checked((uint)x) of a floating-point x.
    static uint ConvertToUInt32Checked(double value)
    {
        if (!(value > -1.0 && value < 4294967296.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return unchecked((uint)value);
    }

    // The compiler asks for it when it sees checked((long)x) of a floating-point x.
    static long ConvertToInt64Checked(double value)
    {
        if (!(value >= -9223372036854775808.0 && value < 9223372036854775808.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return unchecked((long)value);
    }

    // The compiler asks for it when it sees checked((ulong)x) of a floating-point x.
    static ulong ConvertToUInt64Checked(double value)
    {
        if (!(value > -1.0 && value < 18446744073709551616.0))
        {
            ThrowHelpers.ThrowOverflowException();
        }

        return unchecked((ulong)value);
    }
}
