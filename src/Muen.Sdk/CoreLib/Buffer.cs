// SPDX-License-Identifier: MIT
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Copying memory by address.</summary>
public static unsafe class Buffer
{
    /// <summary>Copies bytes; the two may overlap. A panic when the destination is too small.</summary>
    public static void MemoryCopy(void* source, void* destination, long destinationSizeInBytes, long sourceBytesToCopy) =>
        MemoryCopy(source, destination, (ulong)destinationSizeInBytes, (ulong)sourceBytesToCopy);

    /// <inheritdoc cref="MemoryCopy(void*, void*, long, long)"/>
    public static void MemoryCopy(void* source, void* destination, ulong destinationSizeInBytes, ulong sourceBytesToCopy)
    {
        if (sourceBytesToCopy > destinationSizeInBytes)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        SpanHelpers.Copy(ref *(byte*)destination, ref *(byte*)source, (nuint)sourceBytesToCopy);
    }

    // The compiler asks for these by name.
    internal static void BulkMoveWithWriteBarrier(ref byte destination, ref byte source, nuint byteCount) =>
        SpanHelpers.Copy(ref destination, ref source, byteCount);

    internal static void Memmove(ref byte destination, ref byte source, nuint byteCount) =>
        SpanHelpers.Copy(ref destination, ref source, byteCount);
}
