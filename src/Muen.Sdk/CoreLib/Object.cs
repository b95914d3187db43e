// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System;

/// <summary>The base of all types. There is no heap: the objects that exist are string literals and preinitialised statics in the image.</summary>
public class Object
{
    // The compiler lays every object out with this field first.
    internal nint m_pEEType;

    public Object()
    {
    }

    public virtual bool Equals(object? obj) => (object)this == obj;

    public virtual int GetHashCode() => 0;

    public static bool ReferenceEquals(object? objA, object? objB) => objA == objB;
}

/// <summary>The base of all structs.</summary>
public abstract class ValueType
{
}

/// <summary>The base of all enums.</summary>
public abstract class Enum : ValueType
{
}
