// SPDX-License-Identifier: MIT
using System;
using System.Numerics;

namespace Muen.TestSystems.CoreLib;

/// <summary>Arithmetic and bits.</summary>
static class NumberCases
{
    internal static void Whole(ref Case c)
    {
        ulong a = c.Wild(), b = c.Wild();
        unchecked
        {
            long d = (long)a, e = (long)b;
            int f = (int)a, g = (int)b;
            c.Take(Math.Min(a, b));
            c.Take(Math.Max(d, e));
            c.Take(Math.Min(f, g));
            c.Take(Math.Max((byte)a, (byte)b));
            c.Take(Math.Min((short)a, (short)b));
            c.Take(Math.Max((sbyte)a, (sbyte)b));
            c.Take(Math.Min((ushort)a, (ushort)b));
            c.Take(Math.Max((uint)a, (uint)b));
            c.Take((long)Math.Min((nint)d, (nint)e));
            c.Take(Math.Clamp(d, Math.Min(e, 5), Math.Max(e, 5)));
            c.Take(Math.Clamp((byte)a, (byte)5, (byte)99));
            c.Take(Math.Sign(d));
            c.Take(Math.Sign((sbyte)d));
            c.Take(Math.Sign((short)d));
            c.Take(d == long.MinValue ? 0 : Math.Abs(d));
            c.Take(f == int.MinValue ? 0 : Math.Abs(f));
            c.Take((short)f == short.MinValue ? 0 : Math.Abs((short)f));
            c.Take((sbyte)f == sbyte.MinValue ? 0 : Math.Abs((sbyte)f));
            c.Take(Math.BigMul(a, b, out ulong low));
            c.Take(low);
            c.Take(Math.BigMul(d, e, out long signed));
            c.Take(signed);
            c.Take(Math.BigMul(f, g));
            c.Take(Math.BigMul((uint)a, (uint)b));
            if (b != 0)
            {
                (ulong quotient, ulong rest) = Math.DivRem(a, b);
                c.Take(quotient);
                c.Take(rest);
            }

            if (g != 0 && !(f == int.MinValue && g == -1))
            {
                c.Take(Math.DivRem(f, g, out int rest));
                c.Take(rest);
            }

            if ((short)g != 0)
            {
                (short quotient, short rest) = Math.DivRem((short)f, (short)g);
                c.Take(quotient);
                c.Take(rest);
            }

            c.Take(a.CompareTo(b));
            c.Take(((short)a).CompareTo((short)b));
            c.Take(((byte)a).CompareTo((byte)b));
            c.Take(d.Equals(e));
            c.Take(((nuint)a).CompareTo((nuint)b));
            c.Take(a.GetHashCode());
            c.Take(d.GetHashCode());
            c.Take(f.GetHashCode());
            c.Take(true.CompareTo(f > g));
        }
    }

    internal static void Bits(ref Case c)
    {
        ulong x = c.Wild();
        uint y = unchecked((uint)c.Wild());
        int n = c.Next(200) - 100;
        c.Take(BitOperations.LeadingZeroCount(x));
        c.Take(BitOperations.LeadingZeroCount(y));
        c.Take(BitOperations.LeadingZeroCount((nuint)x));
        c.Take(BitOperations.TrailingZeroCount(x));
        c.Take(BitOperations.TrailingZeroCount(y));
        c.Take(BitOperations.TrailingZeroCount(unchecked((int)y)));
        c.Take(BitOperations.TrailingZeroCount(unchecked((long)x)));
        c.Take(BitOperations.TrailingZeroCount((nuint)x));
        c.Take(BitOperations.PopCount(x));
        c.Take(BitOperations.PopCount(y));
        c.Take(BitOperations.Log2(x));
        c.Take(BitOperations.Log2(y));
        c.Take(BitOperations.IsPow2(x));
        c.Take(BitOperations.IsPow2(y));
        c.Take(BitOperations.IsPow2(unchecked((int)y)));
        c.Take(BitOperations.IsPow2(unchecked((nint)(long)x)));
        c.Take(BitOperations.RotateLeft(x, n));
        c.Take(BitOperations.RotateRight(x, n));
        c.Take(BitOperations.RotateLeft(y, n));
        c.Take(BitOperations.RotateRight(y, n));
        c.Take((ulong)BitOperations.RotateLeft((nuint)x, n));
        c.Take(BitOperations.RoundUpToPowerOf2(y));
        c.Take(BitOperations.RoundUpToPowerOf2(x));
        c.Take(BitOperations.Crc32C(y, (byte)x));
        c.Take(BitOperations.Crc32C(y, (ushort)x));
        c.Take(BitOperations.Crc32C(y, (uint)x));
        c.Take(BitOperations.Crc32C(y, x));
    }

    internal static void Floating(ref Case c)
    {
        double a = c.WildDouble(), b = c.WildDouble();
        float f = (float)a, g = (float)b;
        c.Take(Math.Abs(a));
        c.Take(Math.Min(a, b));
        c.Take(Math.Max(a, b));
        c.Take(Math.Floor(a));
        c.Take(Math.Ceiling(a));
        c.Take(Math.Truncate(a));
        c.Take(Math.Round(a));
        c.Take(Math.Sqrt(a));
        c.Take(Math.CopySign(a, b));
        c.Take(double.IsNaN(a) ? 9 : Math.Sign(a));
        c.Take(Math.Clamp(a, -3.0, 7.5));
        c.Take(MathF.Abs(f));
        c.Take(MathF.Min(f, g));
        c.Take(MathF.Max(f, g));
        c.Take(MathF.Floor(f));
        c.Take(MathF.Ceiling(f));
        c.Take(MathF.Truncate(f));
        c.Take(MathF.Round(f));
        c.Take(MathF.Sqrt(f));
        c.Take(MathF.CopySign(f, g));
        c.Take(Math.Min(f, g));
        c.Take(a.CompareTo(b));
        c.Take(a.Equals(b));
        c.Take(f.CompareTo(g));
        c.Take(double.IsNaN(a));
        c.Take(double.IsFinite(a));
        c.Take(double.IsInfinity(a));
        c.Take(double.IsNegative(a));
        c.Take(float.IsNaN(f));
        c.Take(float.IsFinite(f));
        c.Take(BitConverter.DoubleToUInt64Bits(Math.Abs(double.IsNaN(a) ? 1 : a)));
        c.Take(BitConverter.SingleToUInt32Bits(MathF.Abs(float.IsNaN(f) ? 1 : f)));
    }
}
