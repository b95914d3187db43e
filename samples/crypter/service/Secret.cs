// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muen.Samples.Crypter.Service;

/// <summary>Memory that must not keep what was in it.</summary>
static class Secret
{
    /// <summary>Zeroes a value. Not inlined: the compiler must not find out that nobody reads the zeros.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Clear<T>(ref T value)
        where T : unmanaged =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref value, 1)).Clear();
}
