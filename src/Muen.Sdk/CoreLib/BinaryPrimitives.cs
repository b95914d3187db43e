// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System.Buffers.Binary;

/// <summary>Numbers in memory in a stated byte order. A span that is too short is a panic, or false where the name begins with Try.</summary>
public static class BinaryPrimitives
{
    public static byte ReverseEndianness(byte value) => value;

    public static sbyte ReverseEndianness(sbyte value) => value;

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

    public static nuint ReverseEndianness(nuint value) => (nuint)ReverseEndianness((ulong)value);

    public static nint ReverseEndianness(nint value) => (nint)ReverseEndianness((ulong)value);

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<ushort> source, Span<ushort> destination)
    {
        source.CopyTo(destination);
        foreach (ref ushort element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<short> source, Span<short> destination)
    {
        source.CopyTo(destination);
        foreach (ref short element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<uint> source, Span<uint> destination)
    {
        source.CopyTo(destination);
        foreach (ref uint element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<int> source, Span<int> destination)
    {
        source.CopyTo(destination);
        foreach (ref int element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<ulong> source, Span<ulong> destination)
    {
        source.CopyTo(destination);
        foreach (ref ulong element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<long> source, Span<long> destination)
    {
        source.CopyTo(destination);
        foreach (ref long element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<nuint> source, Span<nuint> destination)
    {
        source.CopyTo(destination);
        foreach (ref nuint element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

    /// <summary>Turns each element around. A panic when the destination is shorter.</summary>
    public static void ReverseEndianness(ReadOnlySpan<nint> source, Span<nint> destination)
    {
        source.CopyTo(destination);
        foreach (ref nint element in destination.Slice(0, source.Length))
        {
            element = ReverseEndianness(element);
        }
    }

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

    public static nint ReadIntPtrLittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<nint>(ref At(source, 8));

    public static nint ReadIntPtrBigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<nint>(ref At(source, 8)));

    public static void WriteIntPtrLittleEndian(Span<byte> destination, nint value) => Unsafe.WriteUnaligned(ref At(destination, 8), value);

    public static void WriteIntPtrBigEndian(Span<byte> destination, nint value) => Unsafe.WriteUnaligned(ref At(destination, 8), ReverseEndianness(value));

    public static nuint ReadUIntPtrLittleEndian(ReadOnlySpan<byte> source) => Unsafe.ReadUnaligned<nuint>(ref At(source, 8));

    public static nuint ReadUIntPtrBigEndian(ReadOnlySpan<byte> source) => ReverseEndianness(Unsafe.ReadUnaligned<nuint>(ref At(source, 8)));

    public static void WriteUIntPtrLittleEndian(Span<byte> destination, nuint value) => Unsafe.WriteUnaligned(ref At(destination, 8), value);

    public static void WriteUIntPtrBigEndian(Span<byte> destination, nuint value) => Unsafe.WriteUnaligned(ref At(destination, 8), ReverseEndianness(value));

    public static float ReadSingleLittleEndian(ReadOnlySpan<byte> source) => BitConverter.Int32BitsToSingle(ReadInt32LittleEndian(source));

    public static void WriteSingleLittleEndian(Span<byte> destination, float value) => WriteInt32LittleEndian(destination, BitConverter.SingleToInt32Bits(value));

    public static float ReadSingleBigEndian(ReadOnlySpan<byte> source) => BitConverter.Int32BitsToSingle(ReadInt32BigEndian(source));

    public static void WriteSingleBigEndian(Span<byte> destination, float value) => WriteInt32BigEndian(destination, BitConverter.SingleToInt32Bits(value));

    public static double ReadDoubleLittleEndian(ReadOnlySpan<byte> source) => BitConverter.Int64BitsToDouble(ReadInt64LittleEndian(source));

    public static void WriteDoubleLittleEndian(Span<byte> destination, double value) => WriteInt64LittleEndian(destination, BitConverter.DoubleToInt64Bits(value));

    public static double ReadDoubleBigEndian(ReadOnlySpan<byte> source) => BitConverter.Int64BitsToDouble(ReadInt64BigEndian(source));

    public static void WriteDoubleBigEndian(Span<byte> destination, double value) => WriteInt64BigEndian(destination, BitConverter.DoubleToInt64Bits(value));

    public static bool TryReadInt16LittleEndian(ReadOnlySpan<byte> source, out short value)
    {
        bool fits = source.Length >= 2;
        value = fits ? ReadInt16LittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteInt16LittleEndian(Span<byte> destination, short value)
    {
        bool fits = destination.Length >= 2;
        if (fits)
        {
            WriteInt16LittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadInt16BigEndian(ReadOnlySpan<byte> source, out short value)
    {
        bool fits = source.Length >= 2;
        value = fits ? ReadInt16BigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteInt16BigEndian(Span<byte> destination, short value)
    {
        bool fits = destination.Length >= 2;
        if (fits)
        {
            WriteInt16BigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUInt16LittleEndian(ReadOnlySpan<byte> source, out ushort value)
    {
        bool fits = source.Length >= 2;
        value = fits ? ReadUInt16LittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUInt16LittleEndian(Span<byte> destination, ushort value)
    {
        bool fits = destination.Length >= 2;
        if (fits)
        {
            WriteUInt16LittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUInt16BigEndian(ReadOnlySpan<byte> source, out ushort value)
    {
        bool fits = source.Length >= 2;
        value = fits ? ReadUInt16BigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUInt16BigEndian(Span<byte> destination, ushort value)
    {
        bool fits = destination.Length >= 2;
        if (fits)
        {
            WriteUInt16BigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadInt32LittleEndian(ReadOnlySpan<byte> source, out int value)
    {
        bool fits = source.Length >= 4;
        value = fits ? ReadInt32LittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteInt32LittleEndian(Span<byte> destination, int value)
    {
        bool fits = destination.Length >= 4;
        if (fits)
        {
            WriteInt32LittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadInt32BigEndian(ReadOnlySpan<byte> source, out int value)
    {
        bool fits = source.Length >= 4;
        value = fits ? ReadInt32BigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteInt32BigEndian(Span<byte> destination, int value)
    {
        bool fits = destination.Length >= 4;
        if (fits)
        {
            WriteInt32BigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUInt32LittleEndian(ReadOnlySpan<byte> source, out uint value)
    {
        bool fits = source.Length >= 4;
        value = fits ? ReadUInt32LittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUInt32LittleEndian(Span<byte> destination, uint value)
    {
        bool fits = destination.Length >= 4;
        if (fits)
        {
            WriteUInt32LittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUInt32BigEndian(ReadOnlySpan<byte> source, out uint value)
    {
        bool fits = source.Length >= 4;
        value = fits ? ReadUInt32BigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUInt32BigEndian(Span<byte> destination, uint value)
    {
        bool fits = destination.Length >= 4;
        if (fits)
        {
            WriteUInt32BigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadInt64LittleEndian(ReadOnlySpan<byte> source, out long value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadInt64LittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteInt64LittleEndian(Span<byte> destination, long value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteInt64LittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadInt64BigEndian(ReadOnlySpan<byte> source, out long value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadInt64BigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteInt64BigEndian(Span<byte> destination, long value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteInt64BigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUInt64LittleEndian(ReadOnlySpan<byte> source, out ulong value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadUInt64LittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUInt64LittleEndian(Span<byte> destination, ulong value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteUInt64LittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUInt64BigEndian(ReadOnlySpan<byte> source, out ulong value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadUInt64BigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUInt64BigEndian(Span<byte> destination, ulong value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteUInt64BigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadIntPtrLittleEndian(ReadOnlySpan<byte> source, out nint value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadIntPtrLittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteIntPtrLittleEndian(Span<byte> destination, nint value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteIntPtrLittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadIntPtrBigEndian(ReadOnlySpan<byte> source, out nint value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadIntPtrBigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteIntPtrBigEndian(Span<byte> destination, nint value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteIntPtrBigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUIntPtrLittleEndian(ReadOnlySpan<byte> source, out nuint value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadUIntPtrLittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUIntPtrLittleEndian(Span<byte> destination, nuint value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteUIntPtrLittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadUIntPtrBigEndian(ReadOnlySpan<byte> source, out nuint value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadUIntPtrBigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteUIntPtrBigEndian(Span<byte> destination, nuint value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteUIntPtrBigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadSingleLittleEndian(ReadOnlySpan<byte> source, out float value)
    {
        bool fits = source.Length >= 4;
        value = fits ? ReadSingleLittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteSingleLittleEndian(Span<byte> destination, float value)
    {
        bool fits = destination.Length >= 4;
        if (fits)
        {
            WriteSingleLittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadSingleBigEndian(ReadOnlySpan<byte> source, out float value)
    {
        bool fits = source.Length >= 4;
        value = fits ? ReadSingleBigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteSingleBigEndian(Span<byte> destination, float value)
    {
        bool fits = destination.Length >= 4;
        if (fits)
        {
            WriteSingleBigEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadDoubleLittleEndian(ReadOnlySpan<byte> source, out double value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadDoubleLittleEndian(source) : default;
        return fits;
    }

    public static bool TryWriteDoubleLittleEndian(Span<byte> destination, double value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteDoubleLittleEndian(destination, value);
        }

        return fits;
    }

    public static bool TryReadDoubleBigEndian(ReadOnlySpan<byte> source, out double value)
    {
        bool fits = source.Length >= 8;
        value = fits ? ReadDoubleBigEndian(source) : default;
        return fits;
    }

    public static bool TryWriteDoubleBigEndian(Span<byte> destination, double value)
    {
        bool fits = destination.Length >= 8;
        if (fits)
        {
            WriteDoubleBigEndian(destination, value);
        }

        return fits;
    }
}
