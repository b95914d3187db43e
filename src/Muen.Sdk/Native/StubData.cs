// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Muen.Sdk.Native;

/// <summary>Writes the data of a piece: numbers in little-endian order, and addresses of symbols.</summary>
public sealed class StubData
{
    readonly List<byte> content = [];

    internal List<(int Offset, int Size, StubSymbol Symbol)> References { get; } = [];

    /// <summary>Bytes written so far.</summary>
    public int Length => content.Count;

    /// <summary>Writes bytes.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes) => content.AddRange(bytes);

    /// <summary>Writes a byte.</summary>
    public void UInt8(byte value) => content.Add(value);

    /// <summary>Writes 2 bytes.</summary>
    public void UInt16(ushort value)
    {
        Span<byte> b = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(b, value);
        Bytes(b);
    }

    /// <summary>Writes 4 bytes.</summary>
    public void UInt32(uint value)
    {
        Span<byte> b = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(b, value);
        Bytes(b);
    }

    /// <summary>Writes 8 bytes.</summary>
    public void UInt64(ulong value)
    {
        Span<byte> b = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(b, value);
        Bytes(b);
    }

    /// <summary>Writes a symbol's address in 4 bytes; the linker refuses one that does not fit.</summary>
    public void UInt32(StubSymbol symbol)
    {
        References.Add((Length, 4, symbol));
        UInt32(0u);
    }

    /// <summary>Writes a symbol's address in 8 bytes.</summary>
    public void UInt64(StubSymbol symbol)
    {
        References.Add((Length, 8, symbol));
        UInt64(0UL);
    }

    /// <summary>Writes zeros up to a multiple of <paramref name="alignment"/> bytes.</summary>
    public void Align(int alignment)
    {
        while (Length % alignment != 0)
        {
            content.Add(0);
        }
    }

    internal byte[] ToArray() => content.ToArray();
}
