// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

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

    // Each float is a double, and what these make of one is one again: Math's answer is the answer.

    /// <summary>NaN when one of them is; -0 is below 0.</summary>
    public static float Min(float val1, float val2) => (float)Math.Min((double)val1, val2);

    /// <inheritdoc cref="Min(float, float)"/>
    public static float Max(float val1, float val2) => (float)Math.Max((double)val1, val2);

    public static float CopySign(float x, float y) => BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(x) & int.MaxValue) | (BitConverter.SingleToInt32Bits(y) & int.MinValue));

    /// <summary>Towards 0.</summary>
    public static float Truncate(float x) => (float)Math.Truncate(x);

    public static float Floor(float x) => (float)Math.Floor(x);

    public static float Ceiling(float x) => (float)Math.Ceiling(x);

    /// <summary>To the nearest whole number, from the middle to the even one.</summary>
    public static float Round(float x) => (float)Math.Round(x);

    /// <summary>A panic for NaN.</summary>
    public static int Sign(float x) => Math.Sign((double)x);
}
