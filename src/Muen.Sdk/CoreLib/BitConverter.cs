// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace System;

/// <summary>Floating-point numbers as bits, and numbers in memory in the processor's own order.</summary>
public static class BitConverter
{
    public static readonly bool IsLittleEndian = true;

    [Intrinsic]
    public static long DoubleToInt64Bits(double value) => Unsafe.BitCast<double, long>(value);

    [Intrinsic]
    public static double Int64BitsToDouble(long value) => Unsafe.BitCast<long, double>(value);

    [Intrinsic]
    public static int SingleToInt32Bits(float value) => Unsafe.BitCast<float, int>(value);

    [Intrinsic]
    public static float Int32BitsToSingle(int value) => Unsafe.BitCast<int, float>(value);

    [Intrinsic]
    public static ulong DoubleToUInt64Bits(double value) => Unsafe.BitCast<double, ulong>(value);

    [Intrinsic]
    public static double UInt64BitsToDouble(ulong value) => Unsafe.BitCast<ulong, double>(value);

    [Intrinsic]
    public static uint SingleToUInt32Bits(float value) => Unsafe.BitCast<float, uint>(value);

    [Intrinsic]
    public static float UInt32BitsToSingle(uint value) => Unsafe.BitCast<uint, float>(value);

    /// <summary>A panic when the span is too short.</summary>
    public static short ToInt16(ReadOnlySpan<byte> value) => MemoryMarshal.Read<short>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, short value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static ushort ToUInt16(ReadOnlySpan<byte> value) => MemoryMarshal.Read<ushort>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, ushort value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static int ToInt32(ReadOnlySpan<byte> value) => MemoryMarshal.Read<int>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, int value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static uint ToUInt32(ReadOnlySpan<byte> value) => MemoryMarshal.Read<uint>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, uint value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static long ToInt64(ReadOnlySpan<byte> value) => MemoryMarshal.Read<long>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, long value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static ulong ToUInt64(ReadOnlySpan<byte> value) => MemoryMarshal.Read<ulong>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, ulong value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static float ToSingle(ReadOnlySpan<byte> value) => MemoryMarshal.Read<float>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, float value) => MemoryMarshal.TryWrite(destination, in value);

    /// <summary>A panic when the span is too short.</summary>
    public static double ToDouble(ReadOnlySpan<byte> value) => MemoryMarshal.Read<double>(value);

    /// <returns>False when the span is too short.</returns>
    public static bool TryWriteBytes(Span<byte> destination, double value) => MemoryMarshal.TryWrite(destination, in value);
}
