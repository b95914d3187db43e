// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System.Runtime;

/// <summary>
/// What the compiler asks for casts between classes and for arrays of objects. Nothing defines these symbols: a program that really
/// casts does not link, and the check after linking names the construct and its line.
/// </summary>
static unsafe class TypeCast
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_CheckCastAny")]
    static extern object? CheckCastAny(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_CheckCastClass")]
    static extern object? CheckCastClass(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_CheckCastClassSpecial")]
    static extern object? CheckCastClassSpecial(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_CheckCastInterface")]
    static extern object? CheckCastInterface(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_IsInstanceOfAny")]
    static extern object? IsInstanceOfAny(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_IsInstanceOfClass")]
    static extern object? IsInstanceOfClass(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_IsInstanceOfInterface")]
    static extern object? IsInstanceOfInterface(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_IsInstanceOfException")]
    static extern bool IsInstanceOfException(nint target, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_StelemRef")]
    static extern void StelemRef(object?[] array, nint index, object? value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhTypeCast_LdelemaRef")]
    static extern ref object? LdelemaRef(object?[] array, nint index, nint elementType);
}
