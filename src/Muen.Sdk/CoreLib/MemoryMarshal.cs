// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Internal.Runtime.CompilerHelpers;

namespace System.Runtime.InteropServices;

/// <summary>Spans over other types and over raw references.</summary>
public static class MemoryMarshal
{
    public static ref T GetReference<T>(Span<T> span) => ref span._reference;

    public static ref T GetReference<T>(ReadOnlySpan<T> span) => ref span._reference;

    public static Span<T> CreateSpan<T>(scoped ref T reference, int length) => new(ref Unsafe.AsRef(in reference), length);

    public static ReadOnlySpan<T> CreateReadOnlySpan<T>(scoped ref readonly T reference, int length) => new(ref Unsafe.AsRef(in reference), length);

    [Intrinsic]
    public static ref T GetArrayDataReference<T>(T[] array) => ref Unsafe.As<byte, T>(ref Unsafe.As<RawArrayData>(array).Data);

    public static Span<byte> AsBytes<T>(Span<T> span)
        where T : struct => new(ref Unsafe.As<T, byte>(ref span._reference), checked(span.Length * Unsafe.SizeOf<T>()));

    public static ReadOnlySpan<byte> AsBytes<T>(ReadOnlySpan<T> span)
        where T : struct => new(ref Unsafe.As<T, byte>(ref span._reference), checked(span.Length * Unsafe.SizeOf<T>()));

    /// <summary>The same memory as elements of another type; what does not fill an element at the end is left out.</summary>
    public static Span<TTo> Cast<TFrom, TTo>(Span<TFrom> span)
        where TFrom : struct
        where TTo : struct => new(
            ref Unsafe.As<TFrom, TTo>(ref span._reference), checked((int)((ulong)(uint)span.Length * (uint)Unsafe.SizeOf<TFrom>() / (uint)Unsafe.SizeOf<TTo>())));

    /// <inheritdoc cref="Cast{TFrom, TTo}(Span{TFrom})"/>
    public static ReadOnlySpan<TTo> Cast<TFrom, TTo>(ReadOnlySpan<TFrom> span)
        where TFrom : struct
        where TTo : struct => new(
            ref Unsafe.As<TFrom, TTo>(ref span._reference), checked((int)((ulong)(uint)span.Length * (uint)Unsafe.SizeOf<TFrom>() / (uint)Unsafe.SizeOf<TTo>())));

    /// <summary>A struct over the first bytes of a span; a panic when the span is shorter.</summary>
    public static ref T AsRef<T>(Span<byte> span)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)span.Length)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return ref Unsafe.As<byte, T>(ref span._reference);
    }

    /// <inheritdoc cref="AsRef{T}(Span{byte})"/>
    public static ref readonly T AsRef<T>(ReadOnlySpan<byte> span)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)span.Length)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return ref Unsafe.As<byte, T>(ref span._reference);
    }

    public static T Read<T>(ReadOnlySpan<byte> source)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)source.Length)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return Unsafe.ReadUnaligned<T>(ref source._reference);
    }

    public static void Write<T>(Span<byte> destination, in T value)
        where T : struct
    {
        if ((uint)Unsafe.SizeOf<T>() > (uint)destination.Length)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        Unsafe.WriteUnaligned(ref destination._reference, value);
    }

    /// <returns>False when the span is too short.</returns>
    public static bool TryRead<T>(ReadOnlySpan<byte> source, out T value)
        where T : struct
    {
        bool fits = (uint)Unsafe.SizeOf<T>() <= (uint)source.Length;
        value = fits ? Unsafe.ReadUnaligned<T>(ref source._reference) : default;
        return fits;
    }

    /// <returns>False when the span is too short.</returns>
    public static bool TryWrite<T>(Span<byte> destination, in T value)
        where T : struct
    {
        bool fits = (uint)Unsafe.SizeOf<T>() <= (uint)destination.Length;
        if (fits)
        {
            Unsafe.WriteUnaligned(ref destination._reference, value);
        }

        return fits;
    }
}
