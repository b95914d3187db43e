// SPDX-License-Identifier: MIT
// The integer types as C# needs them: a value, its range, equality and order, parsing and formatting (Number.cs), all as the invariant culture has it.
using System.Globalization;

namespace System;

public readonly struct Boolean : IEquatable<bool>, IComparable<bool>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly bool m_value;

    public bool Equals(bool obj) => m_value == obj;

    public int CompareTo(bool value) => m_value == value ? 0 : m_value ? 1 : -1;

    public override int GetHashCode() => m_value ? 1 : 0;

    /// <summary><c>True</c> or <c>False</c>.</summary>
    public bool TryFormat(Span<char> destination, out int charsWritten) => Number.TryCopy(m_value ? "True" : "False", destination, out charsWritten);

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        TryFormat(destination, out charsWritten);

    bool IUtf8SpanFormattable.TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Number.TryCopy(m_value ? "True" : "False", utf8Destination, out bytesWritten);

    /// <summary>Takes <c>True</c> and <c>False</c> in capital or small letters, between white space and NULs.</summary>
    public static bool TryParse(ReadOnlySpan<char> value, out bool result)
    {
        ReadOnlySpan<char> text = Trim(value);
        result = IsIgnoringCase(text, "true");
        return result || IsIgnoringCase(text, "false");
    }

    public static bool TryParse(string? value, out bool result) => TryParse(value.AsSpan(), out result);

    static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && (char.IsWhiteSpace(text[start]) || text[start] == 0))
        {
            start++;
        }

        while (end > start && (char.IsWhiteSpace(text[end - 1]) || text[end - 1] == 0))
        {
            end--;
        }

        return text.Slice(start, end - start);
    }

    static bool IsIgnoringCase(ReadOnlySpan<char> text, string small)
    {
        if (text.Length != small.Length)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if ((text[i] | 0x20) != small[i] || text[i] >= 0x80)
            {
                return false;
            }
        }

        return true;
    }
}

public readonly struct SByte : IEquatable<sbyte>, IComparable<sbyte>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly sbyte m_value;

    public const sbyte MinValue = -128;
    public const sbyte MaxValue = 127;

    public bool Equals(sbyte obj) => m_value == obj;

    public int CompareTo(sbyte value) => m_value - value;

    public override int GetHashCode() => m_value;

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, (ulong)(long)m_value, m_value < 0, 8);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, (ulong)(long)m_value, m_value < 0, 8);

    public static bool TryParse(ReadOnlySpan<char> s, out sbyte result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out sbyte result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out sbyte result)
    {
        bool parsed = Number.TryParse(s, style, 8, true, out ulong value);
        result = (sbyte)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out sbyte result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out sbyte result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out sbyte result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 8, true, out ulong value);
        result = (sbyte)value;
        return parsed;
    }

    public static bool TryParse(string? s, out sbyte result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static sbyte Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (sbyte)Number.Parse(s, style, 8, true);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static sbyte Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (sbyte)Number.Parse(utf8Text, style, 8, true);
}

public readonly struct Byte : IEquatable<byte>, IComparable<byte>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly byte m_value;

    public const byte MinValue = 0;
    public const byte MaxValue = 255;

    public bool Equals(byte obj) => m_value == obj;

    public int CompareTo(byte value) => m_value - value;

    public override int GetHashCode() => m_value;

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, m_value, false, 8);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, m_value, false, 8);

    public static bool TryParse(ReadOnlySpan<char> s, out byte result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out byte result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out byte result)
    {
        bool parsed = Number.TryParse(s, style, 8, false, out ulong value);
        result = (byte)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out byte result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out byte result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out byte result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 8, false, out ulong value);
        result = (byte)value;
        return parsed;
    }

    public static bool TryParse(string? s, out byte result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static byte Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (byte)Number.Parse(s, style, 8, false);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static byte Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (byte)Number.Parse(utf8Text, style, 8, false);
}

public readonly struct Int16 : IEquatable<short>, IComparable<short>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly short m_value;

    public const short MinValue = -32768;
    public const short MaxValue = 32767;

    public bool Equals(short obj) => m_value == obj;

    public int CompareTo(short value) => m_value - value;

    public override int GetHashCode() => m_value;

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, (ulong)(long)m_value, m_value < 0, 16);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, (ulong)(long)m_value, m_value < 0, 16);

    public static bool TryParse(ReadOnlySpan<char> s, out short result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out short result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out short result)
    {
        bool parsed = Number.TryParse(s, style, 16, true, out ulong value);
        result = (short)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out short result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out short result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out short result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 16, true, out ulong value);
        result = (short)value;
        return parsed;
    }

    public static bool TryParse(string? s, out short result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static short Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (short)Number.Parse(s, style, 16, true);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static short Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (short)Number.Parse(utf8Text, style, 16, true);
}

public readonly struct UInt16 : IEquatable<ushort>, IComparable<ushort>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly ushort m_value;

    public const ushort MinValue = 0;
    public const ushort MaxValue = 65535;

    public bool Equals(ushort obj) => m_value == obj;

    public int CompareTo(ushort value) => m_value - value;

    public override int GetHashCode() => m_value;

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, m_value, false, 16);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, m_value, false, 16);

    public static bool TryParse(ReadOnlySpan<char> s, out ushort result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ushort result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out ushort result)
    {
        bool parsed = Number.TryParse(s, style, 16, false, out ulong value);
        result = (ushort)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out ushort result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out ushort result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out ushort result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 16, false, out ulong value);
        result = (ushort)value;
        return parsed;
    }

    public static bool TryParse(string? s, out ushort result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static ushort Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (ushort)Number.Parse(s, style, 16, false);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static ushort Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (ushort)Number.Parse(utf8Text, style, 16, false);
}

public readonly struct Int32 : IEquatable<int>, IComparable<int>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly int m_value;

    public const int MinValue = unchecked((int)0x80000000);
    public const int MaxValue = 0x7FFFFFFF;

    public bool Equals(int obj) => m_value == obj;

    public int CompareTo(int value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, (ulong)(long)m_value, m_value < 0, 32);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, (ulong)(long)m_value, m_value < 0, 32);

    public static bool TryParse(ReadOnlySpan<char> s, out int result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out int result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out int result)
    {
        bool parsed = Number.TryParse(s, style, 32, true, out ulong value);
        result = (int)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out int result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out int result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out int result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 32, true, out ulong value);
        result = (int)value;
        return parsed;
    }

    public static bool TryParse(string? s, out int result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static int Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (int)Number.Parse(s, style, 32, true);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static int Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (int)Number.Parse(utf8Text, style, 32, true);
}

public readonly struct UInt32 : IEquatable<uint>, IComparable<uint>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly uint m_value;

    public const uint MinValue = 0;
    public const uint MaxValue = 0xFFFFFFFF;

    public bool Equals(uint obj) => m_value == obj;

    public int CompareTo(uint value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => unchecked((int)m_value);

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, m_value, false, 32);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, m_value, false, 32);

    public static bool TryParse(ReadOnlySpan<char> s, out uint result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out uint result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out uint result)
    {
        bool parsed = Number.TryParse(s, style, 32, false, out ulong value);
        result = (uint)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out uint result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out uint result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out uint result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 32, false, out ulong value);
        result = (uint)value;
        return parsed;
    }

    public static bool TryParse(string? s, out uint result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static uint Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (uint)Number.Parse(s, style, 32, false);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static uint Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (uint)Number.Parse(utf8Text, style, 32, false);
}

public readonly struct Int64 : IEquatable<long>, IComparable<long>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly long m_value;

    public const long MinValue = unchecked((long)0x8000000000000000);
    public const long MaxValue = 0x7FFFFFFFFFFFFFFF;

    public bool Equals(long obj) => m_value == obj;

    public int CompareTo(long value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => unchecked((int)m_value ^ (int)(m_value >> 32));

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, (ulong)(long)m_value, m_value < 0, 64);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, (ulong)(long)m_value, m_value < 0, 64);

    public static bool TryParse(ReadOnlySpan<char> s, out long result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out long result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out long result)
    {
        bool parsed = Number.TryParse(s, style, 64, true, out ulong value);
        result = (long)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out long result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out long result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out long result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 64, true, out ulong value);
        result = (long)value;
        return parsed;
    }

    public static bool TryParse(string? s, out long result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static long Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (long)Number.Parse(s, style, 64, true);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static long Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (long)Number.Parse(utf8Text, style, 64, true);
}

public readonly struct UInt64 : IEquatable<ulong>, IComparable<ulong>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly ulong m_value;

    public const ulong MinValue = 0;
    public const ulong MaxValue = 0xFFFFFFFFFFFFFFFF;

    public bool Equals(ulong obj) => m_value == obj;

    public int CompareTo(ulong value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => unchecked((int)m_value ^ (int)(m_value >> 32));

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, m_value, false, 64);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, m_value, false, 64);

    public static bool TryParse(ReadOnlySpan<char> s, out ulong result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ulong result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out ulong result)
    {
        bool parsed = Number.TryParse(s, style, 64, false, out ulong value);
        result = (ulong)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out ulong result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out ulong result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out ulong result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 64, false, out ulong value);
        result = (ulong)value;
        return parsed;
    }

    public static bool TryParse(string? s, out ulong result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static ulong Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (ulong)Number.Parse(s, style, 64, false);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static ulong Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (ulong)Number.Parse(utf8Text, style, 64, false);
}

public readonly struct IntPtr : IEquatable<nint>, IComparable<nint>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly nint m_value;

    public static readonly nint Zero;
    public static int Size => 8;
    public static nint MinValue => unchecked((nint)long.MinValue);
    public static nint MaxValue => unchecked((nint)long.MaxValue);

    public bool Equals(nint obj) => m_value == obj;

    public int CompareTo(nint value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => ((long)m_value).GetHashCode();

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, (ulong)(long)m_value, m_value < 0, 64);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, (ulong)(long)m_value, m_value < 0, 64);

    public static bool TryParse(ReadOnlySpan<char> s, out nint result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out nint result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out nint result)
    {
        bool parsed = Number.TryParse(s, style, 64, true, out ulong value);
        result = (nint)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out nint result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out nint result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out nint result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 64, true, out ulong value);
        result = (nint)value;
        return parsed;
    }

    public static bool TryParse(string? s, out nint result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static nint Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (nint)Number.Parse(s, style, 64, true);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static nint Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (nint)Number.Parse(utf8Text, style, 64, true);
}

public readonly struct UIntPtr : IEquatable<nuint>, IComparable<nuint>, ISpanFormattable, IUtf8SpanFormattable
{
    readonly nuint m_value;

    public static readonly nuint Zero;
    public static int Size => 8;
    public static nuint MinValue => 0;
    public static nuint MaxValue => unchecked((nuint)ulong.MaxValue);

    public bool Equals(nuint obj) => m_value == obj;

    public int CompareTo(nuint value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => ((ulong)m_value).GetHashCode();

    /// <returns>False when <paramref name="destination"/> is too short: then nothing is written.</returns>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(destination, out charsWritten, format, m_value, false, 64);

    /// <inheritdoc cref="TryFormat(Span{char}, out int, ReadOnlySpan{char}, IFormatProvider?)"/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        Number.TryFormat(utf8Destination, out bytesWritten, format, m_value, false, 64);

    public static bool TryParse(ReadOnlySpan<char> s, out nuint result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out nuint result) => TryParse(s, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out nuint result)
    {
        bool parsed = Number.TryParse(s, style, 64, false, out ulong value);
        result = (nuint)value;
        return parsed;
    }

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, out nuint result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out nuint result) => TryParse(utf8Text, NumberStyles.Integer, null, out result);

    public static bool TryParse(ReadOnlySpan<byte> utf8Text, NumberStyles style, IFormatProvider? provider, out nuint result)
    {
        bool parsed = Number.TryParse(utf8Text, style, 64, false, out ulong value);
        result = (nuint)value;
        return parsed;
    }

    public static bool TryParse(string? s, out nuint result) => TryParse(s.AsSpan(), NumberStyles.Integer, null, out result);

    /// <summary>A panic when <paramref name="s"/> is no such number.</summary>
    public static nuint Parse(ReadOnlySpan<char> s, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (nuint)Number.Parse(s, style, 64, false);

    /// <inheritdoc cref="Parse(ReadOnlySpan{char}, NumberStyles, IFormatProvider?)"/>
    public static nuint Parse(ReadOnlySpan<byte> utf8Text, NumberStyles style = NumberStyles.Integer, IFormatProvider? provider = null) =>
        (nuint)Number.Parse(utf8Text, style, 64, false);
}

/// <summary>A number of the processor. Arithmetic uses XMM registers, which the kernel's check refuses; there is no text for it here.</summary>
public readonly struct Single : IEquatable<float>, IComparable<float>
{
    readonly float m_value;

    public const float MinValue = -3.40282346638528859e+38f;
    public const float MaxValue = 3.40282346638528859e+38f;
    public const float Epsilon = 1.4e-45f;
    public const float PositiveInfinity = 1.0f / 0.0f;
    public const float NegativeInfinity = -1.0f / 0.0f;
    public const float NaN = 0.0f / 0.0f;

    public static bool IsNaN(float f) => (BitConverter.SingleToInt32Bits(f) & 0x7FFF_FFFF) > 0x7F80_0000;

    public static bool IsInfinity(float f) => f == PositiveInfinity || f == NegativeInfinity;

    public static bool IsFinite(float f) => f - f == 0;

    public static bool IsNegative(float f) => BitConverter.SingleToInt32Bits(f) < 0;

    /// <summary>Unlike <c>==</c>, NaN equals NaN.</summary>
    public bool Equals(float obj) => m_value == obj || (IsNaN(m_value) && IsNaN(obj));

    /// <summary>NaN comes before every number.</summary>
    public int CompareTo(float value) =>
        m_value < value ? -1 : m_value > value ? 1 : m_value == value ? 0 : !IsNaN(m_value) ? 1 : IsNaN(value) ? 0 : -1;

    public override int GetHashCode() => BitConverter.SingleToInt32Bits(m_value);
}

/// <summary>A number of the processor. Arithmetic uses XMM registers, which the kernel's check refuses; there is no text for it here.</summary>
public readonly struct Double : IEquatable<double>, IComparable<double>
{
    readonly double m_value;

    public const double MinValue = -1.7976931348623157E+308;
    public const double MaxValue = 1.7976931348623157E+308;
    public const double Epsilon = 4.9406564584124654E-324;
    public const double PositiveInfinity = 1.0 / 0.0;
    public const double NegativeInfinity = -1.0 / 0.0;
    public const double NaN = 0.0 / 0.0;

    public static bool IsNaN(double d) => (BitConverter.DoubleToInt64Bits(d) & 0x7FFF_FFFF_FFFF_FFFF) > 0x7FF0_0000_0000_0000;

    public static bool IsInfinity(double d) => d == PositiveInfinity || d == NegativeInfinity;

    public static bool IsFinite(double d) => d - d == 0;

    public static bool IsNegative(double d) => BitConverter.DoubleToInt64Bits(d) < 0;

    /// <summary>Unlike <c>==</c>, NaN equals NaN.</summary>
    public bool Equals(double obj) => m_value == obj || (IsNaN(m_value) && IsNaN(obj));

    /// <summary>NaN comes before every number.</summary>
    public int CompareTo(double value) =>
        m_value < value ? -1 : m_value > value ? 1 : m_value == value ? 0 : !IsNaN(m_value) ? 1 : IsNaN(value) ? 0 : -1;

    public override int GetHashCode() => unchecked((int)BitConverter.DoubleToInt64Bits(m_value));
}

public struct Void
{
}
