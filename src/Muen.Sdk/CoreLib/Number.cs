// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>
/// Integers to text and back, as the invariant culture of .NET has it, for UTF-16 and UTF-8 alike. Formats: none, D, G without a precision, X, x, B, N and F, with a
/// precision. What .NET knows beyond these (C, E, P, patterns such as <c>0.0</c>) is a panic, as what it does not know.
/// </summary>
static class Number
{
    /// <summary>The largest precision of .NET.</summary>
    const int MaxPrecision = 999_999_999;

    const NumberStyles Known = NumberStyles.HexNumber | NumberStyles.BinaryNumber | NumberStyles.AllowLeadingSign;

    /// <param name="destination">Characters or bytes of UTF-8.</param>
    /// <param name="written">How many; 0 when they do not fit.</param>
    /// <param name="format">The format.</param>
    /// <param name="value">The number, sign-extended.</param>
    /// <param name="negative">Whether it is below 0.</param>
    /// <param name="bits">Width of its type.</param>
    internal static bool TryFormat<TChar>(Span<TChar> destination, out int written, ReadOnlySpan<char> format, ulong value, bool negative, int bits)
        where TChar : unmanaged
    {
        char specifier = ParseFormat(format, out int precision);
        switch (specifier)
        {
            case 'D' or 'd':
                return TryFormatDigits(destination, out written, negative ? 0 - value : value, negative, precision < 1 ? 1 : precision);
            case 'G' or 'g' or 'R' or 'r' when precision < 1:
                return TryFormatDigits(destination, out written, negative ? 0 - value : value, negative, 1);
            case 'X' or 'x':
                return TryFormatPower(destination, out written, Truncate(value, bits), 4, precision, specifier == 'x' ? 'a' : 'A');
            case 'B' or 'b':
                return TryFormatPower(destination, out written, Truncate(value, bits), 1, precision, 'a');
            case 'N' or 'n':
                return TryFormatPoint(destination, out written, negative ? 0 - value : value, negative, precision < 0 ? 2 : precision, groups: true);
            case 'F' or 'f':
                return TryFormatPoint(destination, out written, negative ? 0 - value : value, negative, precision < 0 ? 2 : precision, groups: false);
            default:
                ThrowHelpers.ThrowNotSupportedException();
                written = 0;
                return false;
        }
    }

    /// <summary>Copies ASCII.</summary>
    internal static bool TryCopy<TChar>(ReadOnlySpan<char> text, Span<TChar> destination, out int written)
        where TChar : unmanaged
    {
        if (text.Length > destination.Length)
        {
            written = 0;
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            Put(destination, i, text[i]);
        }

        written = text.Length;
        return true;
    }

    /// <param name="s">Characters or bytes of UTF-8.</param>
    /// <param name="style">What may stand around the digits, and their base.</param>
    /// <param name="bits">Width of the type.</param>
    /// <param name="signed">Whether it has a sign.</param>
    /// <param name="result">The number in the lowest bits; 0 when there is none.</param>
    internal static bool TryParse<TChar>(ReadOnlySpan<TChar> s, NumberStyles style, int bits, bool signed, out ulong result)
        where TChar : unmanaged
    {
        result = 0;
        bool hex = (style & NumberStyles.AllowHexSpecifier) != 0;
        bool binary = (style & NumberStyles.AllowBinarySpecifier) != 0;
        if ((style & ~Known) != 0 || ((hex || binary) && (style & NumberStyles.AllowLeadingSign) != 0) || (hex && binary))
        {
            ThrowHelpers.ThrowNotSupportedException();
        }

        int at = 0;
        if ((style & NumberStyles.AllowLeadingWhite) != 0)
        {
            at = SkipWhite(s, at);
        }

        bool negative = false;
        if ((style & NumberStyles.AllowLeadingSign) != 0 && at < s.Length && Get(s, at) is '-' or '+')
        {
            negative = Get(s, at) == '-';
            at++;
        }

        uint radix = hex ? 16u : binary ? 2u : 10u;
        ulong most = radix != 10 || !signed ? ulong.MaxValue >> (64 - bits) : (ulong.MaxValue >> (65 - bits)) + (negative ? 1u : 0u);
        if (negative && !signed)
        {
            most = 0;
        }

        int first = at;
        ulong value = 0;
        bool fits = true;
        for (; at < s.Length && Digit(Get(s, at)) is uint digit && digit < radix; at++)
        {
            fits = fits && value <= (most - digit) / radix && digit <= most;
            value = (value * radix) + digit;
        }

        if (at == first || !fits)
        {
            return false;
        }

        if ((style & NumberStyles.AllowTrailingWhite) != 0)
        {
            at = SkipWhite(s, at);
        }

        // .NET takes what a C string ends with.
        while (at < s.Length && Get(s, at) == 0)
        {
            at++;
        }

        if (at != s.Length)
        {
            return false;
        }

        result = negative ? 0 - value : value;
        return true;
    }

    /// <summary>As <see cref="TryParse"/>; a panic when there is no such number.</summary>
    internal static ulong Parse<TChar>(ReadOnlySpan<TChar> s, NumberStyles style, int bits, bool signed)
        where TChar : unmanaged
    {
        if (!TryParse(s, style, bits, signed, out ulong result))
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return result;
    }

    static int SkipWhite<TChar>(ReadOnlySpan<TChar> s, int at)
        where TChar : unmanaged
    {
        while (at < s.Length && Get(s, at) is ' ' or (>= 9 and <= 13))
        {
            at++;
        }

        return at;
    }

    /// <summary>The value of a hexadecimal digit; more than any base for what is none.</summary>
    static uint Digit(uint c) => c - '0' <= 9 ? c - '0' : (c | 0x20) - 'a' <= 5 ? (c | 0x20) - 'a' + 10 : 99;

    static ulong Truncate(ulong value, int bits) => value & (ulong.MaxValue >> (64 - bits));

    /// <returns>The letter; 0 for what is no standard format.</returns>
    static char ParseFormat(ReadOnlySpan<char> format, out int precision)
    {
        precision = -1;
        if (format.Length == 0)
        {
            return 'G';
        }

        for (int i = 1; i < format.Length; i++)
        {
            if (!char.IsAsciiDigit(format[i]) || precision > MaxPrecision / 10)
            {
                return '\0';
            }

            precision = ((precision < 0 ? 0 : precision) * 10) + (format[i] - '0');
        }

        return precision > MaxPrecision ? '\0' : format[0];
    }

    static int CountDigits(ulong value)
    {
        int digits = 1;
        for (; value >= 10; value /= 10)
        {
            digits++;
        }

        return digits;
    }

    static bool TryFormatDigits<TChar>(Span<TChar> destination, out int written, ulong value, bool negative, int precision)
        where TChar : unmanaged
    {
        int needed = CountDigits(value);
        int digits = needed > precision ? needed : precision;
        int length = digits + (negative ? 1 : 0);
        if (length > destination.Length)
        {
            written = 0;
            return false;
        }

        for (int at = length - 1; at >= length - digits; at--)
        {
            Put(destination, at, (char)('0' + (value % 10)));
            value /= 10;
        }

        if (negative)
        {
            Put(destination, 0, '-');
        }

        written = length;
        return true;
    }

    static bool TryFormatPower<TChar>(Span<TChar> destination, out int written, ulong value, int shift, int precision, char ten)
        where TChar : unmanaged
    {
        int needed = 1;
        while (needed * shift < 64 && value >> (needed * shift) != 0)
        {
            needed++;
        }

        int length = needed > precision ? needed : precision;
        if (length > destination.Length)
        {
            written = 0;
            return false;
        }

        for (int at = length - 1; at >= 0; at--)
        {
            uint digit = (uint)value & ((1u << shift) - 1);
            Put(destination, at, (char)(digit < 10 ? '0' + digit : ten + digit - 10));
            value >>= shift;
        }

        written = length;
        return true;
    }

    static bool TryFormatPoint<TChar>(Span<TChar> destination, out int written, ulong value, bool negative, int decimals, bool groups)
        where TChar : unmanaged
    {
        int digits = CountDigits(value);
        long length = (negative ? 1L : 0) + digits + (groups ? (digits - 1) / 3 : 0) + (decimals == 0 ? 0 : decimals + 1L);
        if (length > destination.Length)
        {
            written = 0;
            return false;
        }

        int at = (int)length;
        for (int i = 0; i < decimals; i++)
        {
            Put(destination, --at, '0');
        }

        if (decimals != 0)
        {
            Put(destination, --at, '.');
        }

        for (int i = 0; i < digits; i++)
        {
            if (groups && i != 0 && i % 3 == 0)
            {
                Put(destination, --at, ',');
            }

            Put(destination, --at, (char)('0' + (value % 10)));
            value /= 10;
        }

        if (negative)
        {
            Put(destination, --at, '-');
        }

        written = (int)length;
        return true;
    }

    // Two widths of characters; which one is known when the code is compiled.

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint Get<TChar>(ReadOnlySpan<TChar> s, int index)
        where TChar : unmanaged =>
        Unsafe.SizeOf<TChar>() == 1 ? Unsafe.BitCast<TChar, byte>(s[index]) : Unsafe.BitCast<TChar, ushort>(s[index]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put<TChar>(Span<TChar> s, int index, char c)
        where TChar : unmanaged
    {
        if (Unsafe.SizeOf<TChar>() == 1)
        {
            s[index] = Unsafe.BitCast<byte, TChar>((byte)c);
        }
        else
        {
            s[index] = Unsafe.BitCast<ushort, TChar>(c);
        }
    }
}
