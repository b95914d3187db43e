// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System;

/// <summary>
/// Copying and clearing memory in general registers, eight bytes a step. The compiler calls <see cref="Memmove"/>,
/// <see cref="Fill"/> and <see cref="ClearWithoutReferences"/> by name for struct copies that are too large for it to unroll.
/// </summary>
static unsafe class SpanHelpers
{
    /// <summary>Copies <paramref name="byteCount"/> bytes; the two may overlap.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Memmove(ref byte destination, ref byte source, nuint byteCount) => Copy(ref destination, ref source, byteCount);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ClearWithoutReferences(ref byte destination, nuint byteCount) => Clear(ref destination, byteCount);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Fill(ref byte destination, byte value, nuint byteCount)
    {
        byte* d = (byte*)Unsafe.AsPointer(ref destination);
        ulong word = value * 0x0101_0101_0101_0101UL;
        for (; byteCount >= 8; byteCount -= 8, d += 8)
        {
            *(ulong*)d = word;
        }

        for (; byteCount != 0; byteCount--, d++)
        {
            *d = value;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Clear(ref byte destination, nuint byteCount) => Fill(ref destination, 0, byteCount);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Copy(ref byte destination, ref byte source, nuint byteCount)
    {
        byte* d = (byte*)Unsafe.AsPointer(ref destination);
        byte* s = (byte*)Unsafe.AsPointer(ref source);

        // Unsigned distance: true when the destination does not begin inside the source.
        if ((nuint)(d - s) >= byteCount)
        {
            for (; byteCount >= 8; byteCount -= 8, d += 8, s += 8)
            {
                *(ulong*)d = *(ulong*)s;
            }

            for (; byteCount != 0; byteCount--, d++, s++)
            {
                *d = *s;
            }

            return;
        }

        for (; byteCount >= 8; byteCount -= 8)
        {
            *(ulong*)(d + byteCount - 8) = *(ulong*)(s + byteCount - 8);
        }

        for (; byteCount != 0; byteCount--)
        {
            d[byteCount - 1] = s[byteCount - 1];
        }
    }

    /// <summary>Whether two stretches of memory hold the same bytes.</summary>
    internal static bool SequenceEqual(ref byte first, ref byte second, nuint byteCount)
    {
        byte* a = (byte*)Unsafe.AsPointer(ref first);
        byte* b = (byte*)Unsafe.AsPointer(ref second);
        for (; byteCount >= 8; byteCount -= 8, a += 8, b += 8)
        {
            if (*(ulong*)a != *(ulong*)b)
            {
                return false;
            }
        }

        for (; byteCount != 0; byteCount--, a++, b++)
        {
            if (*a != *b)
            {
                return false;
            }
        }

        return true;
    }
}
