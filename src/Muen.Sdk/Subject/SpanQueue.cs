// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>A queue, first in, first out, as a ring in memory that its user brings.</summary>
/// <typeparam name="T">The element.</typeparam>
/// <remarks>A mutable value that holds the positions: keep it in one place and pass it by <c>ref</c>.</remarks>
public ref struct SpanQueue<T>
{
    readonly Span<T> _storage;
    int _first;

    /// <param name="storage">Room for the elements; its content does not matter.</param>
    public SpanQueue(Span<T> storage)
    {
        _storage = storage;
        _first = 0;
        Count = 0;
    }

    /// <summary>How many elements there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many there is room for.</summary>
    public readonly int Capacity => _storage.Length;

    /// <summary>Whether no more can be added.</summary>
    public readonly bool IsFull => Count == _storage.Length;

    /// <summary>An element, counted from the one that is next.</summary>
    /// <param name="index">0 up to <see cref="Count"/>; any other is a panic.</param>
    public readonly ref T this[int index] => ref _storage[Place(index < Count ? index : -1)];

    /// <summary>Adds at the end.</summary>
    /// <param name="item">The element.</param>
    /// <returns>False when the queue is full: then it is as before.</returns>
    public bool TryEnqueue(T item)
    {
        if (IsFull)
        {
            return false;
        }
        _storage[Place(Count)] = item;
        Count++;
        return true;
    }

    /// <summary>Adds at the end, in place of the oldest when the queue is full.</summary>
    /// <param name="item">The element.</param>
    /// <returns>Whether one was lost: the oldest, or this one where there is no room at all.</returns>
    public bool Enqueue(T item)
    {
        if (TryEnqueue(item))
        {
            return false;
        }
        if (Capacity != 0)
        {
            _storage[_first] = item;
            _first = Place(1);
        }
        return true;
    }

    /// <summary>Takes the oldest element out.</summary>
    /// <param name="item">The element.</param>
    /// <returns>False when there is none.</returns>
    public bool TryDequeue(out T item)
    {
        if (!TryPeek(out item))
        {
            return false;
        }
        _first = Place(1);
        Count--;
        return true;
    }

    /// <summary>Looks at the oldest element.</summary>
    /// <param name="item">The element.</param>
    /// <returns>False when there is none.</returns>
    public readonly bool TryPeek(out T item)
    {
        item = Count == 0 ? default! : _storage[_first];
        return Count != 0;
    }

    /// <summary>Makes the queue empty.</summary>
    public void Clear()
    {
        _first = 0;
        Count = 0;
    }

    /// <summary>Where an element lies; a negative index stays one, and is a panic where it is used.</summary>
    readonly int Place(int index)
    {
        int rest = _storage.Length - _first;
        return index < 0 ? -1 : index < rest ? _first + index : index - rest;
    }
}
