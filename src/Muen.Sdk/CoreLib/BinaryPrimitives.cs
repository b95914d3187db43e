// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System.Buffers.Binary;

/// <summary>Numbers in memory in a stated byte order. A span that is too short is a panic.</summary>
public static class BinaryPrimitives
{
    public static ushort ReverseEndianness(ushort value) => (ushort)((value >> 8) | (value << 8));

    public static short ReverseEndianness(short value) => (short)ReverseEndianness((ushort)value);

    [Intrinsic]
    public static uint ReverseEndianness(uint value) =>
        (value >> 24) | ((value >> 8) & 0xFF00) | ((value << 8) & 0xFF_0000) | (value << 24);

    public static int ReverseEndianness(int value) => (int)ReverseEndianness((uint)value);

    [Intrinsic]
    public static ulong ReverseEndianness(ulong value) =>
        ((ulong)ReverseEndianness((uint)value) << 32) | ReverseEndianness((uint)(value >> 32));

    public static long ReverseEndianness(long value) => (long)ReverseEndianness((ulong)value);

    static ref byte At(ReadOnlySpan<byte> span, int size)
    {
        if ((uint)span.Length < (uint)size)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return ref span._reference;
    }

    public static short ReadInt16LittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<short>(ref At(source, 2));

    public static short ReadInt16BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<short>(ref At(source, 2)));

    public static void WriteInt16LittleEndian(Span<byte> destination, short value) => Unsafe.WriteUnaligned(ref At(destination, 2), value);

    public static void WriteInt16BigEndian(Span<byte> destination, short value) => Unsafe.WriteUnaligned(ref At(destination, 2), ReverseEndianness(value));

    public static ushort ReadUInt16LittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<ushort>(ref At(source, 2));

    public static ushort ReadUInt16BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<ushort>(ref At(source, 2)));

    public static void WriteUInt16LittleEndian(Span<byte> destination, ushort value) => Unsafe.WriteUnaligned(ref At(destination, 2), value);

    public static void WriteUInt16BigEndian(Span<byte> destination, ushort value) => Unsafe.WriteUnaligned(ref At(destination, 2), ReverseEndianness(value));

    public static int ReadInt32LittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<int>(ref At(source, 4));

    public static int ReadInt32BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<int>(ref At(source, 4)));

    public static void WriteInt32LittleEndian(Span<byte> destination, int value) => Unsafe.WriteUnaligned(ref At(destination, 4), value);

    public static void WriteInt32BigEndian(Span<byte> destination, int value) => Unsafe.WriteUnaligned(ref At(destination, 4), ReverseEndianness(value));

    public static uint ReadUInt32LittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<uint>(ref At(source, 4));

    public static uint ReadUInt32BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<uint>(ref At(source, 4)));

    public static void WriteUInt32LittleEndian(Span<byte> destination, uint value) => Unsafe.WriteUnaligned(ref At(destination, 4), value);

    public static void WriteUInt32BigEndian(Span<byte> destination, uint value) => Unsafe.WriteUnaligned(ref At(destination, 4), ReverseEndianness(value));

    public static long ReadInt64LittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<long>(ref At(source, 8));

    public static long ReadInt64BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<long>(ref At(source, 8)));

    public static void WriteInt64LittleEndian(Span<byte> destination, long value) => Unsafe.WriteUnaligned(ref At(destination, 8), value);

    public static void WriteInt64BigEndian(Span<byte> destination, long value) => Unsafe.WriteUnaligned(ref At(destination, 8), ReverseEndianness(value));

    public static ulong ReadUInt64LittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<ulong>(ref At(source, 8));

    public static ulong ReadUInt64BigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref At(source, 8)));

    public static void WriteUInt64LittleEndian(Span<byte> destination, ulong value) => Unsafe.WriteUnaligned(ref At(destination, 8), value);

    public static void WriteUInt64BigEndian(Span<byte> destination, ulong value) => Unsafe.WriteUnaligned(ref At(destination, 8), ReverseEndianness(value));
}
