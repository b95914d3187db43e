// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System;

/// <summary>A string literal: UTF-16 in the image's read-only data. No operation makes a new one.</summary>
public sealed class String : IEquatable<string>, System.Collections.IEnumerable
{
    // Laid down by the compiler.
    readonly int _stringLength;
    char _firstChar;

    // Literals are made by the compiler; nothing else makes a string.
    private String()
    {
    }

    /// <summary>The number of characters, without the terminating NUL that the compiler adds.</summary>
    public int Length
    {
        [Intrinsic]
        get => _stringLength;
    }

    [IndexerName("Chars")]
    public char this[int index]
    {
        [Intrinsic]
        get
        {
            if ((uint)index >= (uint)_stringLength)
            {
                Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowIndexOutOfRangeException();
            }

            return Unsafe.Add(ref _firstChar, index);
        }
    }

    public static readonly string Empty = "";

    public ref readonly char GetPinnableReference() => ref _firstChar;

    internal ref char GetRawStringData() => ref _firstChar;

    public static bool IsNullOrEmpty(string? value) => value is null || value.Length == 0;

    public static implicit operator ReadOnlySpan<char>(string? value) =>
        value is null ? default : new ReadOnlySpan<char>(ref value._firstChar, value._stringLength);

    public bool Equals(string? value) => Equals(this, value);

    public static bool Equals(string? a, string? b)
    {
        if ((object?)a == b)
        {
            return true;
        }

        if (a is null || b is null || a._stringLength != b._stringLength)
        {
            return false;
        }

        for (int i = 0; i < a._stringLength; i++)
        {
            if (Unsafe.Add(ref a._firstChar, i) != Unsafe.Add(ref b._firstChar, i))
            {
                return false;
            }
        }

        return true;
    }

    public static bool operator ==(string? a, string? b) => Equals(a, b);

    public static bool operator !=(string? a, string? b) => !Equals(a, b);

    /// <summary>FNV-1a over the characters.</summary>
    public override int GetHashCode()
    {
        uint hash = 2166136261;
        for (int i = 0; i < _stringLength; i++)
        {
            hash = (hash ^ Unsafe.Add(ref _firstChar, i)) * 16777619;
        }

        return (int)hash;
    }

    // foreach over a string is a loop over its characters; C# still wants the interface to be there. Nobody can call this.
    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator()
    {
        Internal.Runtime.CompilerHelpers.ThrowHelpers.ThrowNotSupportedException();
        return null!;
    }
}
