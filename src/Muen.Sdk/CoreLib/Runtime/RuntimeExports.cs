// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System.Runtime;

/// <summary>What the compiler asks for boxing. Nothing defines these symbols, as with <see cref="TypeCast"/>.</summary>
static class RuntimeExports
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhBox")]
    static extern object RhBox(nint type, ref byte data);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhBoxAny")]
    static extern object RhBoxAny(ref byte data, nint type);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhUnbox2")]
    static extern ref byte RhUnbox2(nint type, object value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhUnboxAny")]
    static extern void RhUnboxAny(object value, ref byte data, nint type);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhUnboxNullable")]
    static extern void RhUnboxNullable(ref byte data, nint type, object value);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhUnboxTypeTest")]
    static extern void RhUnboxTypeTest(nint type, nint boxedType);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhNewArray")]
    static extern object RhNewArray(nint type, int length);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMemberwiseClone")]
    static extern object RhMemberwiseClone(object source);
}
