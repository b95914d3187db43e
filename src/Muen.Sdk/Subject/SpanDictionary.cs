// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>A place of a <see cref="SpanDictionary{TKey, TValue}"/>.</summary>
/// <typeparam name="TKey">The key.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
public struct SpanSlot<TKey, TValue>
    where TKey : unmanaged, IEquatable<TKey>
    where TValue : unmanaged
{
    internal TKey _key;
    internal TValue _value;
    internal bool _isUsed;
}

/// <summary>
/// Values by key in memory that its user brings: <c>new SpanDictionary&lt;int, long&gt;(stackalloc SpanSlot&lt;int, long&gt;[64])</c>. Open addressing, linear
/// probing, removal that leaves no gaps: an operation looks at each slot at most once.
/// </summary>
/// <typeparam name="TKey">The key. Equal keys have the same <c>GetHashCode</c>; a struct of one's own overrides it.</typeparam>
/// <typeparam name="TValue">The value.</typeparam>
/// <remarks>A mutable value that holds the count: keep it in one place and pass it by <c>ref</c>. It is quick while a quarter of the slots is free.</remarks>
public ref struct SpanDictionary<TKey, TValue>
    where TKey : unmanaged, IEquatable<TKey>
    where TValue : unmanaged
{
    readonly Span<SpanSlot<TKey, TValue>> _slots;

    /// <param name="slots">Room for as many entries; made empty here.</param>
    public SpanDictionary(Span<SpanSlot<TKey, TValue>> slots)
    {
        _slots = slots;
        Count = 0;
        slots.Clear();
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many there is room for.</summary>
    public readonly int Capacity => _slots.Length;

    /// <summary>Sets the value of a key, new or not.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when the key is new and there is no room: then nothing is changed.</returns>
    public bool TrySet(TKey key, TValue value)
    {
        if (!Find(key, out int index))
        {
            if (Count == _slots.Length)
            {
                return false;
            }
            Count++;
        }
        _slots[index]._key = key;
        _slots[index]._value = value;
        _slots[index]._isUsed = true;
        return true;
    }

    /// <summary>Adds a key that is not there yet.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when the key is there, or there is no room: then nothing is changed.</returns>
    public bool TryAdd(TKey key, TValue value) => !Find(key, out _) && TrySet(key, value);

    /// <summary>Whether a key is there.</summary>
    /// <param name="key">The key.</param>
    public readonly bool ContainsKey(TKey key) => Find(key, out _);

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; zeros when there is none.</param>
    /// <returns>Whether the key is there.</returns>
    public readonly bool TryGetValue(TKey key, out TValue value)
    {
        bool found = Find(key, out int index);
        value = found ? _slots[index]._value : default;
        return found;
    }

    /// <summary>Takes a key out.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value; zeros when there is none.</param>
    /// <returns>Whether the key was there.</returns>
    public bool Remove(TKey key, out TValue value)
    {
        if (!Find(key, out int gap))
        {
            value = default;
            return false;
        }
        value = _slots[gap]._value;
        Count--;

        // Whoever was pushed on past the gap, because places were taken, moves back into it.
        int at = gap;
        for (int i = 1; i < _slots.Length; i++)
        {
            at = Next(at);
            if (!_slots[at]._isUsed)
            {
                break;
            }
            if (Distance(Home(_slots[at]._key), at) >= Distance(gap, at))
            {
                _slots[gap] = _slots[at];
                gap = at;
            }
        }
        _slots[gap] = default;
        return true;
    }

    /// <summary>Makes the dictionary empty.</summary>
    public void Clear()
    {
        _slots.Clear();
        Count = 0;
    }

    /// <summary>Goes through the entries, in no particular order: begin with <c>int at = 0</c>.</summary>
    /// <param name="at">Where to look next; moved on.</param>
    /// <param name="key">A key.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False when there are no more.</returns>
    public readonly bool TryGetNext(ref int at, out TKey key, out TValue value)
    {
        while (at >= 0 && at < _slots.Length)
        {
            ref SpanSlot<TKey, TValue> slot = ref _slots[at];
            at++;
            if (slot._isUsed)
            {
                key = slot._key;
                value = slot._value;
                return true;
            }
        }
        key = default;
        value = default;
        return false;
    }

    /// <summary>Finds a key, or else the slot where it belongs: a free one unless all are taken.</summary>
    readonly bool Find(TKey key, out int index)
    {
        index = _slots.Length == 0 ? 0 : Home(key);
        for (int i = 0; i < _slots.Length; i++)
        {
            if (!_slots[index]._isUsed)
            {
                return false;
            }
            if (_slots[index]._key.Equals(key))
            {
                return true;
            }
            index = Next(index);
        }
        return false;
    }

    /// <summary>Where a key would lie if nothing else were there: the hash is mixed, since many hash codes are the number itself.</summary>
    readonly int Home(TKey key)
    {
        uint mixed = unchecked((uint)key.GetHashCode() * 2654435769u);
        return (int)(((ulong)mixed * (uint)_slots.Length) >> 32);
    }

    readonly int Next(int index) => index + 1 == _slots.Length ? 0 : index + 1;

    /// <summary>Steps from one slot to another.</summary>
    readonly int Distance(int from, int to) => to >= from ? to - from : to - from + _slots.Length;
}
