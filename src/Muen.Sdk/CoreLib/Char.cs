// SPDX-License-Identifier: MIT
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>
/// A UTF-16 code unit. White space, digits, controls and surrogates are Unicode's; letters and their case are known up to U+00FF only: beyond, nothing is a letter and
/// nothing has another case (the tables of .NET would be larger than most subjects).
/// </summary>
public readonly struct Char : IEquatable<char>, IComparable<char>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly char m_value;

    public const char MinValue = '\0';
    public const char MaxValue = '\uffff';

    public bool Equals(char obj) => m_value == obj;

    public int CompareTo(char value) => m_value - value;

    public override int GetHashCode() => m_value | (m_value << 16);

    public static bool IsAscii(char c) => c < 0x80;

    public static bool IsAsciiDigit(char c) => (uint)(c - '0') <= 9;

    public static bool IsAsciiLetter(char c) => (uint)((c | 0x20) - 'a') <= 'z' - 'a';

    public static bool IsAsciiLetterLower(char c) => (uint)(c - 'a') <= 'z' - 'a';

    public static bool IsAsciiLetterUpper(char c) => (uint)(c - 'A') <= 'Z' - 'A';

    public static bool IsAsciiLetterOrDigit(char c) => IsAsciiLetter(c) || IsAsciiDigit(c);

    public static bool IsAsciiHexDigit(char c) => IsAsciiDigit(c) || (uint)((c | 0x20) - 'a') <= 5;

    public static bool IsAsciiHexDigitLower(char c) => IsAsciiDigit(c) || (uint)(c - 'a') <= 5;

    public static bool IsAsciiHexDigitUpper(char c) => IsAsciiDigit(c) || (uint)(c - 'A') <= 5;

    public static bool IsBetween(char c, char minInclusive, char maxInclusive) => (uint)(c - minInclusive) <= (uint)(maxInclusive - minInclusive);

    public static bool IsSurrogate(char c) => (uint)(c - 0xD800) <= 0x7FF;

    public static bool IsHighSurrogate(char c) => (uint)(c - 0xD800) <= 0x3FF;

    public static bool IsLowSurrogate(char c) => (uint)(c - 0xDC00) <= 0x3FF;

    public static bool IsSurrogatePair(char highSurrogate, char lowSurrogate) => IsHighSurrogate(highSurrogate) && IsLowSurrogate(lowSurrogate);

    /// <summary>A panic when the two are no pair.</summary>
    public static int ConvertToUtf32(char highSurrogate, char lowSurrogate)
    {
        if (!IsSurrogatePair(highSurrogate, lowSurrogate))
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return 0x1_0000 + ((highSurrogate - 0xD800) << 10) + (lowSurrogate - 0xDC00);
    }

    public static bool IsControl(char c) => c < 0x20 || (uint)(c - 0x7F) <= 0x20;

    public static bool IsWhiteSpace(char c) =>
        c is ' ' or (>= '\t' and <= '\r') or '\u0085' or '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u2028' or '\u2029' or '\u202F' or '\u205F' or '\u3000';

    /// <summary>Where tens of decimal digits begin (Unicode, category Nd), beyond ASCII.</summary>
    static ReadOnlySpan<ushort> Tens =>
    [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
        0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
        0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    ];

    /// <summary>A decimal digit of any script.</summary>
    public static bool IsDigit(char c)
    {
        if (c < 0x80)
        {
            return IsAsciiDigit(c);
        }

        foreach (ushort first in Tens)
        {
            if ((uint)(c - first) <= 9)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Letters up to U+00FF; false beyond.</summary>
    public static bool IsLetter(char c) => IsAsciiLetter(c) || c is '\u00AA' or '\u00B5' or '\u00BA' || (c is >= '\u00C0' and <= '\u00FF' and not ('\u00D7' or '\u00F7'));

    /// <inheritdoc cref="IsLetter"/>
    public static bool IsLetterOrDigit(char c) => IsLetter(c) || IsDigit(c);

    /// <summary>Small letters up to U+00FF; false beyond.</summary>
    public static bool IsLower(char c) => IsAsciiLetterLower(c) || c == '\u00B5' || (c is >= '\u00DF' and <= '\u00FF' and not '\u00F7');

    /// <summary>Capital letters up to U+00FF; false beyond.</summary>
    public static bool IsUpper(char c) => IsAsciiLetterUpper(c) || (c is >= '\u00C0' and <= '\u00DE' and not '\u00D7');

    /// <summary>The capital letter of one up to U+00FF; what is beyond stays as it is.</summary>
    public static char ToUpperInvariant(char c)
    {
        if (IsAsciiLetterLower(c) || (c is >= '\u00E0' and <= '\u00FE' and not '\u00F7'))
        {
            return (char)(c - 0x20);
        }

        return c == '\u00FF' ? '\u0178' : c == '\u00B5' ? '\u039C' : c;
    }

    /// <summary>The small letter of one up to U+00FF; what is beyond stays as it is.</summary>
    public static char ToLowerInvariant(char c) => IsUpper(c) ? (char)(c + 0x20) : c;

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        charsWritten = destination.Length == 0 ? 0 : 1;
        if (charsWritten != 0)
        {
            destination[0] = m_value;
        }

        return charsWritten != 0;
    }

    bool IUtf8SpanFormattable.TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        Text.Rune rune = Text.Rune.TryCreate(m_value, out Text.Rune own) ? own : Text.Rune.ReplacementChar;
        return rune.TryEncodeToUtf8(utf8Destination, out bytesWritten);
    }
}
