// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>What <see cref="Math"/> has for <c>double</c>, for <c>float</c>.</summary>
public static class MathF
{
    public const float E = 2.71828183f;
    public const float PI = 3.14159265f;
    public const float Tau = 6.283185307f;

    public static float Abs(float x) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) & int.MaxValue);

    /// <summary>The processor's square root; NaN below 0.</summary>
    [Intrinsic]
    public static float Sqrt(float x) => Sqrt(x);

    /// <summary>NaN when one of them is; -0 is below 0.</summary>
    public static float Min(float val1, float val2) =>
        val1 < val2 || float.IsNaN(val1) ? val1 : val1 == val2 ? (float.IsNegative(val1) ? val1 : val2) : val2;

    /// <inheritdoc cref="Min(float, float)"/>
    public static float Max(float val1, float val2) =>
        val1 > val2 || float.IsNaN(val1) ? val1 : val1 == val2 ? (float.IsNegative(val1) ? val2 : val1) : val2;

    public static float CopySign(float x, float y) => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(x) & int.MaxValue) | (BitConverter.SingleToInt32Bits(y) & int.MinValue));

    /// <summary>Towards 0.</summary>
    public static float Truncate(float x)
    {
        float value = x;

        // From here on every number is whole; NaN and the infinities stay what they are.
        if (!(Abs(value) < 8388608f))
        {
            return value;
        }

        return CopySign((float)(int)value, value);
    }

    public static float Floor(float x)
    {
        float whole = Truncate(x);
        return whole > x ? whole - 1 : whole;
    }

    public static float Ceiling(float x)
    {
        float whole = Truncate(x);
        return whole < x ? CopySign(whole + 1, x) : whole;
    }

    /// <summary>To the nearest whole number, from the middle to the even one.</summary>
    public static float Round(float x)
    {
        float value = x;
        float whole = Truncate(value);
        float rest = Abs(value - whole);
        if (rest > 0.5f || (rest == 0.5f && Abs(whole) < 8388608f && ((int)whole & 1) != 0))
        {
            whole += CopySign(1, value);
        }

        return CopySign(whole, value);
    }

    /// <summary>A panic for NaN.</summary>
    public static int Sign(float x)
    {
        if (float.IsNaN(x))
        {
            ThrowHelpers.ThrowArgumentException();
        }

        return x < 0 ? -1 : x > 0 ? 1 : 0;
    }
}
