// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>Things that are lent and given back, in memory that its user brings. A thing is known by its index, which can be kept where a reference cannot.</summary>
/// <typeparam name="T">The thing.</typeparam>
/// <remarks>A mutable value that holds the positions: keep it in one place and pass it by <c>ref</c>.</remarks>
public ref struct SpanPool<T>
{
    const int Lent = -2;
    const int End = -1;

    readonly Span<T> _items;

    /// <summary>For each thing <see cref="Lent"/>, or the next free one.</summary>
    readonly Span<int> _next;
    int _free;

    /// <param name="items">The things; their content does not matter.</param>
    /// <param name="links">As many numbers, for the pool's own use; fewer are a panic.</param>
    public SpanPool(Span<T> items, Span<int> links)
    {
        _items = items;
        _next = links[..items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            _next[i] = i + 1 < items.Length ? i + 1 : End;
        }
        _free = items.Length == 0 ? End : 0;
        Available = items.Length;
    }

    /// <summary>How many things can be lent now.</summary>
    public int Available { get; private set; }

    /// <summary>How many there are in all.</summary>
    public readonly int Capacity => _items.Length;

    /// <summary>A thing that is lent.</summary>
    /// <param name="index">What <see cref="TryRent"/> gave; one that is not lent is a panic.</param>
    public readonly ref T this[int index] => ref _items[IsLent(index) ? index : -1];

    /// <summary>Whether a thing is lent.</summary>
    /// <param name="index">Any number.</param>
    public readonly bool IsLent(int index) => index >= 0 && index < _next.Length && _next[index] == Lent;

    /// <summary>Lends a thing, with the content that it had last.</summary>
    /// <param name="index">Which.</param>
    /// <returns>False when all are lent.</returns>
    public bool TryRent(out int index)
    {
        index = _free;
        if (_free == End)
        {
            return false;
        }
        _free = _next[index];
        _next[index] = Lent;
        Available--;
        return true;
    }

    /// <summary>Takes a thing back.</summary>
    /// <param name="index">What <see cref="TryRent"/> gave.</param>
    /// <returns>False when it is not lent: given back twice, or never there. Then nothing is changed.</returns>
    public bool TryReturn(int index)
    {
        if (!IsLent(index))
        {
            return false;
        }
        _next[index] = _free;
        _free = index;
        Available++;
        return true;
    }
}
