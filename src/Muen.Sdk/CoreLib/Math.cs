// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Mathematics on integers, and on floating point what the processor does in a few instructions.</summary>
public static class Math
{
    public const double E = 2.7182818284590452354;
    public const double PI = 3.14159265358979323846;
    public const double Tau = 6.283185307179586476925;

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
    public static sbyte Abs(sbyte value) => value < 0 ? checked((sbyte)(-value)) : value;

    public static int Sign(sbyte value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    /// <summary>A panic for the lowest value, which has no positive counterpart.</summary>
    public static short Abs(short value) => value < 0 ? checked((short)(-value)) : value;

    public static int Sign(short value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    /// <summary>A panic for the lowest value, which has no positive counterpart.</summary>
    public static int Abs(int value) => value < 0 ? checked(-value) : value;

    public static int Sign(int value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    /// <summary>A panic for the lowest value, which has no positive counterpart.</summary>
    public static long Abs(long value) => value < 0 ? checked(-value) : value;

    public static int Sign(long value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    /// <summary>A panic for the lowest value, which has no positive counterpart.</summary>
    public static nint Abs(nint value) => value < 0 ? checked(-value) : value;

    public static int Sign(nint value) => value < 0 ? -1 : value > 0 ? 1 : 0;

    public static (sbyte Quotient, sbyte Remainder) DivRem(sbyte left, sbyte right)
    {
        sbyte quotient = (sbyte)(left / right);
        return (quotient, (sbyte)(left - (quotient * right)));
    }

    public static (byte Quotient, byte Remainder) DivRem(byte left, byte right)
    {
        byte quotient = (byte)(left / right);
        return (quotient, (byte)(left - (quotient * right)));
    }

    public static (short Quotient, short Remainder) DivRem(short left, short right)
    {
        short quotient = (short)(left / right);
        return (quotient, (short)(left - (quotient * right)));
    }

    public static (ushort Quotient, ushort Remainder) DivRem(ushort left, ushort right)
    {
        ushort quotient = (ushort)(left / right);
        return (quotient, (ushort)(left - (quotient * right)));
    }

    public static (int Quotient, int Remainder) DivRem(int left, int right)
    {
        int quotient = (int)(left / right);
        return (quotient, (int)(left - (quotient * right)));
    }

    public static (uint Quotient, uint Remainder) DivRem(uint left, uint right)
    {
        uint quotient = (uint)(left / right);
        return (quotient, (uint)(left - (quotient * right)));
    }

    public static (long Quotient, long Remainder) DivRem(long left, long right)
    {
        long quotient = (long)(left / right);
        return (quotient, (long)(left - (quotient * right)));
    }

    public static (ulong Quotient, ulong Remainder) DivRem(ulong left, ulong right)
    {
        ulong quotient = (ulong)(left / right);
        return (quotient, (ulong)(left - (quotient * right)));
    }

    public static (nint Quotient, nint Remainder) DivRem(nint left, nint right)
    {
        nint quotient = (nint)(left / right);
        return (quotient, (nint)(left - (quotient * right)));
    }

    public static (nuint Quotient, nuint Remainder) DivRem(nuint left, nuint right)
    {
        nuint quotient = (nuint)(left / right);
        return (quotient, (nuint)(left - (quotient * right)));
    }

    public static int DivRem(int a, int b, out int result)
    {
        (int quotient, result) = DivRem(a, b);
        return quotient;
    }

    public static long DivRem(long a, long b, out long result)
    {
        (long quotient, result) = DivRem(a, b);
        return quotient;
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

    /// <returns>The upper 64 bits of the product; the lower ones are in <paramref name="low"/>.</returns>
    public static long BigMul(long a, long b, out long low)
    {
        ulong high = BigMul((ulong)a, (ulong)b, out ulong bits);
        low = (long)bits;
        return (long)high - ((a >> 63) & b) - ((b >> 63) & a);
    }

    public static double Abs(double value) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) & long.MaxValue);

    /// <summary>The processor's square root; NaN below 0.</summary>
    [Intrinsic]
    public static double Sqrt(double d) => Sqrt(d);

    /// <summary>NaN when one of them is; -0 is below 0.</summary>
    public static double Min(double val1, double val2) =>
        val1 < val2 || double.IsNaN(val1) ? val1 : val1 == val2 ? (double.IsNegative(val1) ? val1 : val2) : val2;

    /// <inheritdoc cref="Min(double, double)"/>
    public static double Max(double val1, double val2) =>
        val1 > val2 || double.IsNaN(val1) ? val1 : val1 == val2 ? (double.IsNegative(val1) ? val2 : val1) : val2;

    public static double CopySign(double x, double y) => BitConverter.Int64BitsToDouble((BitConverter.DoubleToInt64Bits(x) & long.MaxValue) | (BitConverter.DoubleToInt64Bits(y) & long.MinValue));

    /// <summary>Towards 0.</summary>
    public static double Truncate(double d)
    {
        double value = d;

        // From here on every number is whole; NaN and the infinities stay what they are.
        if (!(Abs(value) < 4503599627370496.0))
        {
            return value;
        }

        return CopySign((double)(long)value, value);
    }

    public static double Floor(double d)
    {
        double whole = Truncate(d);
        return whole > d ? whole - 1 : whole;
    }

    public static double Ceiling(double a)
    {
        double whole = Truncate(a);
        return whole < a ? CopySign(whole + 1, a) : whole;
    }

    /// <summary>To the nearest whole number, from the middle to the even one.</summary>
    public static double Round(double a)
    {
        double value = a;
        double whole = Truncate(value);
        double rest = Abs(value - whole);
        if (rest > 0.5 || (rest == 0.5 && Abs(whole) < 4503599627370496.0 && ((long)whole & 1) != 0))
        {
            whole += CopySign(1, value);
        }

        return CopySign(whole, value);
    }

    /// <summary>A panic for NaN.</summary>
    public static int Sign(double value)
    {
        if (double.IsNaN(value))
        {
            ThrowHelpers.ThrowArgumentException();
        }

        return value < 0 ? -1 : value > 0 ? 1 : 0;
    }

    /// <summary>A panic when <paramref name="min"/> exceeds <paramref name="max"/>.</summary>
    public static double Clamp(double value, double min, double max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
    }

    public static float Abs(float value) => MathF.Abs(value);

    public static float Min(float val1, float val2) => MathF.Min(val1, val2);

    public static float Max(float val1, float val2) => MathF.Max(val1, val2);

    public static int Sign(float value) => MathF.Sign(value);

    /// <inheritdoc cref="Clamp(double, double, double)"/>
    public static float Clamp(float value, float min, float max)
    {
        if (min > max)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return value < min ? min : value > max ? max : value;
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
