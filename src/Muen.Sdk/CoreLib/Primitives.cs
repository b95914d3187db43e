// SPDX-License-Identifier: MIT
// The integer types as C# needs them: a value, its range, equality and order. Parsing and formatting are in System.Buffers.Text.
namespace System;

public readonly struct Boolean : IEquatable<bool>
{
    readonly bool m_value;

    public bool Equals(bool obj) => m_value == obj;

    public override int GetHashCode() => m_value ? 1 : 0;
}

public readonly struct Char : IEquatable<char>, IComparable<char>
{
    readonly char m_value;

    public const char MinValue = '\0';
    public const char MaxValue = '\uffff';

    public bool Equals(char obj) => m_value == obj;

    public int CompareTo(char value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;

    public static bool IsAscii(char c) => c < 0x80;

    public static bool IsAsciiDigit(char c) => (uint)(c - '0') <= 9;

    public static bool IsAsciiLetter(char c) => (uint)((c | 0x20) - 'a') <= 'z' - 'a';

    public static bool IsAsciiLetterOrDigit(char c) => IsAsciiLetter(c) || IsAsciiDigit(c);

    public static bool IsSurrogate(char c) => (uint)(c - 0xD800) <= 0x7FF;

    public static bool IsHighSurrogate(char c) => (uint)(c - 0xD800) <= 0x3FF;

    public static bool IsLowSurrogate(char c) => (uint)(c - 0xDC00) <= 0x3FF;
}

public readonly struct SByte : IEquatable<sbyte>, IComparable<sbyte>
{
    readonly sbyte m_value;

    public const sbyte MinValue = -128;
    public const sbyte MaxValue = 127;

    public bool Equals(sbyte obj) => m_value == obj;

    public int CompareTo(sbyte value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;
}

public readonly struct Byte : IEquatable<byte>, IComparable<byte>
{
    readonly byte m_value;

    public const byte MinValue = 0;
    public const byte MaxValue = 255;

    public bool Equals(byte obj) => m_value == obj;

    public int CompareTo(byte value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;
}

public readonly struct Int16 : IEquatable<short>, IComparable<short>
{
    readonly short m_value;

    public const short MinValue = -32768;
    public const short MaxValue = 32767;

    public bool Equals(short obj) => m_value == obj;

    public int CompareTo(short value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;
}

public readonly struct UInt16 : IEquatable<ushort>, IComparable<ushort>
{
    readonly ushort m_value;

    public const ushort MinValue = 0;
    public const ushort MaxValue = 65535;

    public bool Equals(ushort obj) => m_value == obj;

    public int CompareTo(ushort value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;
}

public readonly struct Int32 : IEquatable<int>, IComparable<int>
{
    readonly int m_value;

    public const int MinValue = unchecked((int)0x80000000);
    public const int MaxValue = 0x7FFFFFFF;

    public bool Equals(int obj) => m_value == obj;

    public int CompareTo(int value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => m_value;
}

public readonly struct UInt32 : IEquatable<uint>, IComparable<uint>
{
    readonly uint m_value;

    public const uint MinValue = 0;
    public const uint MaxValue = 0xFFFFFFFF;

    public bool Equals(uint obj) => m_value == obj;

    public int CompareTo(uint value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => unchecked((int)m_value);
}

public readonly struct Int64 : IEquatable<long>, IComparable<long>
{
    readonly long m_value;

    public const long MinValue = unchecked((long)0x8000000000000000);
    public const long MaxValue = 0x7FFFFFFFFFFFFFFF;

    public bool Equals(long obj) => m_value == obj;

    public int CompareTo(long value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => unchecked((int)m_value ^ (int)(m_value >> 32));
}

public readonly struct UInt64 : IEquatable<ulong>, IComparable<ulong>
{
    readonly ulong m_value;

    public const ulong MinValue = 0;
    public const ulong MaxValue = 0xFFFFFFFFFFFFFFFF;

    public bool Equals(ulong obj) => m_value == obj;

    public int CompareTo(ulong value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => unchecked((int)m_value ^ (int)(m_value >> 32));
}

public readonly struct IntPtr : IEquatable<nint>, IComparable<nint>
{
    readonly nint m_value;

    public static readonly nint Zero;
    public static int Size => 8;
    public static nint MinValue => unchecked((nint)long.MinValue);
    public static nint MaxValue => unchecked((nint)long.MaxValue);

    public bool Equals(nint obj) => m_value == obj;

    public int CompareTo(nint value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => ((long)m_value).GetHashCode();
}

public readonly struct UIntPtr : IEquatable<nuint>, IComparable<nuint>
{
    readonly nuint m_value;

    public static readonly nuint Zero;
    public static int Size => 8;
    public static nuint MinValue => 0;
    public static nuint MaxValue => unchecked((nuint)ulong.MaxValue);

    public bool Equals(nuint obj) => m_value == obj;

    public int CompareTo(nuint value) => m_value < value ? -1 : m_value > value ? 1 : 0;

    public override int GetHashCode() => ((ulong)m_value).GetHashCode();
}

/// <summary>Exists for C#'s sake; arithmetic on it uses XMM registers, which the kernel's check refuses.</summary>
public readonly struct Single
{
    readonly float m_value;

    public const float MinValue = -3.40282346638528859e+38f;
    public const float MaxValue = 3.40282346638528859e+38f;
    public const float Epsilon = 1.4e-45f;
    public const float PositiveInfinity = 1.0f / 0.0f;
    public const float NegativeInfinity = -1.0f / 0.0f;
    public const float NaN = 0.0f / 0.0f;
}

/// <inheritdoc cref="Single"/>
public readonly struct Double
{
    readonly double m_value;

    public const double MinValue = -1.7976931348623157E+308;
    public const double MaxValue = 1.7976931348623157E+308;
    public const double Epsilon = 4.9406564584124654E-324;
    public const double PositiveInfinity = 1.0 / 0.0;
    public const double NegativeInfinity = -1.0 / 0.0;
    public const double NaN = 0.0 / 0.0;
}

public struct Void
{
}
