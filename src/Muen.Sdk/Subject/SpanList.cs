// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>A list in memory that its user brings: <c>var list = new SpanList&lt;int&gt;(stackalloc int[16]);</c></summary>
/// <typeparam name="T">The element.</typeparam>
/// <remarks>A mutable value that holds the count: keep it in one place and pass it by <c>ref</c>. An index outside is a panic, as of a span.</remarks>
public ref struct SpanList<T>
{
    readonly Span<T> _storage;

    /// <param name="storage">Room for the elements; its content does not matter.</param>
    public SpanList(Span<T> storage)
    {
        _storage = storage;
        Count = 0;
    }

    /// <summary>How many elements there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many there is room for.</summary>
    public readonly int Capacity => _storage.Length;

    /// <summary>Whether no more can be added.</summary>
    public readonly bool IsFull => Count == _storage.Length;

    /// <summary>An element.</summary>
    /// <param name="index">0 up to <see cref="Count"/>; any other is a panic.</param>
    public readonly ref T this[int index] => ref _storage[..Count][index];

    /// <summary>The elements, in their order; valid until the list changes.</summary>
    public readonly Span<T> AsSpan() => _storage[..Count];

    /// <summary>Adds at the end.</summary>
    /// <param name="item">The element.</param>
    /// <returns>False when the list is full: then it is as before.</returns>
    public bool TryAdd(T item) => TryInsert(Count, item);

    /// <summary>Adds all of these at the end, or none.</summary>
    /// <param name="items">The elements.</param>
    /// <returns>False when not all of them fit: then the list is as before.</returns>
    public bool TryAddRange(ReadOnlySpan<T> items)
    {
        if (!items.TryCopyTo(_storage[Count..]))
        {
            return false;
        }
        Count += items.Length;
        return true;
    }

    /// <summary>Puts an element before another; those behind move up.</summary>
    /// <param name="index">0 up to and with <see cref="Count"/>; any other is a panic.</param>
    /// <param name="item">The element.</param>
    /// <returns>False when the list is full: then it is as before.</returns>
    public bool TryInsert(int index, T item)
    {
        Span<T> behind = _storage[..Count][index..];
        if (IsFull)
        {
            return false;
        }
        behind.CopyTo(_storage[(index + 1)..]);
        _storage[index] = item;
        Count++;
        return true;
    }

    /// <summary>Takes an element out; those behind move down.</summary>
    /// <param name="index">0 up to <see cref="Count"/>; any other is a panic.</param>
    /// <returns>The element.</returns>
    public T RemoveAt(int index)
    {
        Span<T> own = _storage[..Count];
        T item = own[index];
        own[(index + 1)..].CopyTo(own[index..]);
        Count--;
        return item;
    }

    /// <summary>Takes the last element out.</summary>
    /// <param name="item">The element.</param>
    /// <returns>False when there is none.</returns>
    public bool TryPop(out T item)
    {
        if (Count == 0)
        {
            item = default!;
            return false;
        }
        Count--;
        item = _storage[Count];
        return true;
    }

    /// <summary>Makes the list empty.</summary>
    public void Clear() => Count = 0;

    /// <summary>For <c>foreach</c>, over the elements that there are now.</summary>
    public readonly Span<T>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();
}
