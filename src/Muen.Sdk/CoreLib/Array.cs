// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System;

/// <summary>The base of arrays. Arrays exist only as preinitialised static data; prefer ReadOnlySpan or an InlineArray.</summary>
public abstract class Array
{
    // Number of elements, laid down by the compiler; the elements follow at offset 16.
    internal readonly int _numComponents;
    readonly int _padding;

    public int Length => _numComponents;

    public const int MaxLength = 0x7FFFFFC7;
}

/// <summary>What the compiler derives every T[] from.</summary>
class Array<T> : Array
{
}

/// <summary>An array as raw memory.</summary>
[StructLayout(LayoutKind.Sequential)]
class RawArrayData
{
    internal uint Length;
    internal uint Padding;
    internal byte Data;
}
