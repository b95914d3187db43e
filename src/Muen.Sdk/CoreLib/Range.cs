// SPDX-License-Identifier: MIT
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>A position from the start or from the end: <c>^1</c> is the last.</summary>
public readonly struct Index : IEquatable<Index>
{
    readonly int _value;

    public Index(int value, bool fromEnd = false)
    {
        if (value < 0)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        _value = fromEnd ? ~value : value;
    }

    public static Index Start => new(0);

    public static Index End => new(0, true);

    public static Index FromStart(int value) => new(value);

    public static Index FromEnd(int value) => new(value, true);

    public int Value => _value < 0 ? ~_value : _value;

    public bool IsFromEnd => _value < 0;

    public int GetOffset(int length) => _value < 0 ? _value + length + 1 : _value;

    public bool Equals(Index other) => _value == other._value;

    public override int GetHashCode() => _value;

    public static implicit operator Index(int value) => new(value);
}

/// <summary>From one index up to, and without, another: <c>1..^1</c>.</summary>
public readonly struct Range : IEquatable<Range>
{
    public Index Start { get; }

    public Index End { get; }

    public Range(Index start, Index end)
    {
        Start = start;
        End = end;
    }

    public static Range All => new(Index.Start, Index.End);

    public static Range StartAt(Index start) => new(start, Index.End);

    public static Range EndAt(Index end) => new(Index.Start, end);

    /// <summary>Offset and length within a collection of <paramref name="length"/> elements; a panic when outside.</summary>
    public (int Offset, int Length) GetOffsetAndLength(int length)
    {
        int start = Start.GetOffset(length);
        int end = End.GetOffset(length);
        if ((uint)end > (uint)length || (uint)start > (uint)end)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return (start, end - start);
    }

    public bool Equals(Range other) => Start.Equals(other.Start) && End.Equals(other.End);

    public override int GetHashCode() => (Start.GetHashCode() * 31) + End.GetHashCode();
}
