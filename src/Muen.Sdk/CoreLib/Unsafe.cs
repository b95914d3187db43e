// SPDX-License-Identifier: MIT
namespace System.Runtime.CompilerServices;

/// <summary>Reinterpreting memory. The compiler replaces these bodies by no or one instruction.</summary>
public static unsafe class Unsafe
{
    [Intrinsic]
    public static void* AsPointer<T>(ref readonly T value)
        where T : allows ref struct
    {
        fixed (T* p = &value)
        {
            return p;
        }
    }

    [Intrinsic]
    public static ref T AsRef<T>(void* source)
        where T : allows ref struct => ref *(T*)source;

    [Intrinsic]
    public static ref T AsRef<T>(scoped ref readonly T source)
        where T : allows ref struct => ref *(T*)AsPointer(in source);

    [Intrinsic]
    public static ref TTo As<TFrom, TTo>(ref TFrom source)
        where TFrom : allows ref struct
        where TTo : allows ref struct => ref *(TTo*)AsPointer(ref source);

    /// <summary>Treats an object as one of class <typeparamref name="T"/>, unchecked.</summary>
    [Intrinsic]
    public static T As<T>(object? o)
        where T : class? => *(T*)&o;

    [Intrinsic]
    public static TTo BitCast<TFrom, TTo>(TFrom source)
        where TFrom : allows ref struct
        where TTo : allows ref struct => *(TTo*)&source;

    [Intrinsic]
    public static int SizeOf<T>()
        where T : allows ref struct => sizeof(T);

    [Intrinsic]
    public static ref T Add<T>(ref T source, int elementOffset)
        where T : allows ref struct => ref *((T*)AsPointer(ref source) + elementOffset);

    [Intrinsic]
    public static ref T Add<T>(ref T source, nint elementOffset)
        where T : allows ref struct => ref *((T*)AsPointer(ref source) + elementOffset);

    [Intrinsic]
    public static ref T Add<T>(ref T source, nuint elementOffset)
        where T : allows ref struct => ref *((T*)AsPointer(ref source) + elementOffset);

    [Intrinsic]
    public static ref T AddByteOffset<T>(ref T source, nint byteOffset)
        where T : allows ref struct => ref *(T*)((byte*)AsPointer(ref source) + byteOffset);

    [Intrinsic]
    public static ref T AddByteOffset<T>(ref T source, nuint byteOffset)
        where T : allows ref struct => ref *(T*)((byte*)AsPointer(ref source) + byteOffset);

    [Intrinsic]
    public static nint ByteOffset<T>(ref readonly T origin, ref readonly T target)
        where T : allows ref struct => (nint)((byte*)AsPointer(in target) - (byte*)AsPointer(in origin));

    [Intrinsic]
    public static bool AreSame<T>(ref readonly T left, ref readonly T right)
        where T : allows ref struct => AsPointer(in left) == AsPointer(in right);

    [Intrinsic]
    public static bool IsNullRef<T>(ref readonly T source)
        where T : allows ref struct => AsPointer(in source) == null;

    [Intrinsic]
    public static ref T NullRef<T>()
        where T : allows ref struct => ref *(T*)null;

    /// <summary>Tells C# that <paramref name="value"/> is assigned.</summary>
    [Intrinsic]
    public static void SkipInit<T>(out T value)
        where T : allows ref struct
    {
#pragma warning disable CS0177 // the point of the method
        fixed (T* p = &value)
        {
            return;
        }
#pragma warning restore CS0177
    }

    [Intrinsic]
    public static T Read<T>(void* source)
        where T : allows ref struct => *(T*)source;

    [Intrinsic]
    public static T ReadUnaligned<T>(void* source)
        where T : allows ref struct => *(T*)source;

    [Intrinsic]
    public static T ReadUnaligned<T>(scoped ref readonly byte source)
        where T : allows ref struct => *(T*)AsPointer(in source);

    [Intrinsic]
    public static void Write<T>(void* destination, T value)
        where T : allows ref struct => *(T*)destination = value;

    [Intrinsic]
    public static void WriteUnaligned<T>(void* destination, T value)
        where T : allows ref struct => *(T*)destination = value;

    [Intrinsic]
    public static void WriteUnaligned<T>(ref byte destination, T value)
        where T : allows ref struct => *(T*)AsPointer(ref destination) = value;

    /// <summary>Copies bytes that do not overlap.</summary>
    public static void CopyBlock(void* destination, void* source, uint byteCount) =>
        SpanHelpers.Copy(ref *(byte*)destination, ref *(byte*)source, byteCount);

    /// <summary>Sets every byte to <paramref name="value"/>.</summary>
    public static void InitBlock(void* startAddress, byte value, uint byteCount) =>
        SpanHelpers.Fill(ref *(byte*)startAddress, value, byteCount);

    /// <inheritdoc cref="CopyBlock(void*, void*, uint)"/>
    public static void CopyBlock(ref byte destination, ref readonly byte source, uint byteCount) =>
        SpanHelpers.Copy(ref destination, ref AsRef(in source), byteCount);

    /// <inheritdoc cref="CopyBlock(void*, void*, uint)"/>
    public static void CopyBlockUnaligned(void* destination, void* source, uint byteCount) => CopyBlock(destination, source, byteCount);

    /// <inheritdoc cref="CopyBlock(void*, void*, uint)"/>
    public static void CopyBlockUnaligned(ref byte destination, ref readonly byte source, uint byteCount) => CopyBlock(ref destination, in source, byteCount);

    /// <inheritdoc cref="InitBlock(void*, byte, uint)"/>
    public static void InitBlock(ref byte startAddress, byte value, uint byteCount) => SpanHelpers.Fill(ref startAddress, value, byteCount);

    /// <inheritdoc cref="InitBlock(void*, byte, uint)"/>
    public static void InitBlockUnaligned(void* startAddress, byte value, uint byteCount) => InitBlock(startAddress, value, byteCount);

    /// <inheritdoc cref="InitBlock(void*, byte, uint)"/>
    public static void InitBlockUnaligned(ref byte startAddress, byte value, uint byteCount) => InitBlock(ref startAddress, value, byteCount);

    public static ref T Subtract<T>(ref T source, int elementOffset)
        where T : allows ref struct => ref Add(ref source, -(nint)elementOffset);

    public static ref T Subtract<T>(ref T source, nint elementOffset)
        where T : allows ref struct => ref Add(ref source, -elementOffset);

    public static ref T SubtractByteOffset<T>(ref T source, nint byteOffset)
        where T : allows ref struct => ref AddByteOffset(ref source, -byteOffset);

    public static bool IsAddressGreaterThan<T>(ref readonly T left, ref readonly T right)
        where T : allows ref struct => AsPointer(in left) > AsPointer(in right);

    public static bool IsAddressLessThan<T>(ref readonly T left, ref readonly T right)
        where T : allows ref struct => AsPointer(in left) < AsPointer(in right);
}
