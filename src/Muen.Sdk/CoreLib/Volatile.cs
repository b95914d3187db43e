// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace System.Threading;

/// <summary>Loads with acquire and stores with release order; on x86 plain instructions that the compiler neither drops nor reorders.</summary>
public static class Volatile
{
    struct VolatileBoolean
    {
        public volatile bool Value;
    }

    [Intrinsic]
    public static bool Read(ref readonly bool location) => Unsafe.As<bool, VolatileBoolean>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref bool location, bool value) => Unsafe.As<bool, VolatileBoolean>(ref location).Value = value;

    struct VolatileSByte
    {
        public volatile sbyte Value;
    }

    [Intrinsic]
    public static sbyte Read(ref readonly sbyte location) => Unsafe.As<sbyte, VolatileSByte>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref sbyte location, sbyte value) => Unsafe.As<sbyte, VolatileSByte>(ref location).Value = value;

    struct VolatileByte
    {
        public volatile byte Value;
    }

    [Intrinsic]
    public static byte Read(ref readonly byte location) => Unsafe.As<byte, VolatileByte>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref byte location, byte value) => Unsafe.As<byte, VolatileByte>(ref location).Value = value;

    struct VolatileInt16
    {
        public volatile short Value;
    }

    [Intrinsic]
    public static short Read(ref readonly short location) => Unsafe.As<short, VolatileInt16>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref short location, short value) => Unsafe.As<short, VolatileInt16>(ref location).Value = value;

    struct VolatileUInt16
    {
        public volatile ushort Value;
    }

    [Intrinsic]
    public static ushort Read(ref readonly ushort location) => Unsafe.As<ushort, VolatileUInt16>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref ushort location, ushort value) => Unsafe.As<ushort, VolatileUInt16>(ref location).Value = value;

    struct VolatileInt32
    {
        public volatile int Value;
    }

    [Intrinsic]
    public static int Read(ref readonly int location) => Unsafe.As<int, VolatileInt32>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref int location, int value) => Unsafe.As<int, VolatileInt32>(ref location).Value = value;

    struct VolatileUInt32
    {
        public volatile uint Value;
    }

    [Intrinsic]
    public static uint Read(ref readonly uint location) => Unsafe.As<uint, VolatileUInt32>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref uint location, uint value) => Unsafe.As<uint, VolatileUInt32>(ref location).Value = value;

    struct VolatileIntPtr
    {
        public volatile nint Value;
    }

    [Intrinsic]
    public static nint Read(ref readonly nint location) => Unsafe.As<nint, VolatileIntPtr>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref nint location, nint value) => Unsafe.As<nint, VolatileIntPtr>(ref location).Value = value;

    struct VolatileUIntPtr
    {
        public volatile nuint Value;
    }

    [Intrinsic]
    public static nuint Read(ref readonly nuint location) => Unsafe.As<nuint, VolatileUIntPtr>(ref Unsafe.AsRef(in location)).Value;

    [Intrinsic]
    public static void Write(ref nuint location, nuint value) => Unsafe.As<nuint, VolatileUIntPtr>(ref location).Value = value;

    [Intrinsic]
    public static long Read(ref readonly long location) => (long)Read(ref Unsafe.As<long, nint>(ref Unsafe.AsRef(in location)));

    [Intrinsic]
    public static void Write(ref long location, long value) => Write(ref Unsafe.As<long, nint>(ref location), (nint)value);

    [Intrinsic]
    public static ulong Read(ref readonly ulong location) => (ulong)Read(ref Unsafe.As<ulong, nuint>(ref Unsafe.AsRef(in location)));

    [Intrinsic]
    public static void Write(ref ulong location, ulong value) => Write(ref Unsafe.As<ulong, nuint>(ref location), (nuint)value);

    [Intrinsic]
    public static float Read(ref readonly float location) => BitConverter.Int32BitsToSingle(Read(ref Unsafe.As<float, int>(ref Unsafe.AsRef(in location))));

    [Intrinsic]
    public static void Write(ref float location, float value) => Write(ref Unsafe.As<float, int>(ref location), BitConverter.SingleToInt32Bits(value));

    [Intrinsic]
    public static double Read(ref readonly double location) => BitConverter.Int64BitsToDouble(Read(ref Unsafe.As<double, long>(ref Unsafe.AsRef(in location))));

    [Intrinsic]
    public static void Write(ref double location, double value) => Write(ref Unsafe.As<double, long>(ref location), BitConverter.DoubleToInt64Bits(value));
}
