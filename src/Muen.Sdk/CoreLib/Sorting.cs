// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using Internal.Runtime.CompilerHelpers;

namespace System.Collections.Generic
{
    /// <summary>An order of values.</summary>
    public interface IComparer<in T>
        where T : allows ref struct
    {
        /// <returns>Below 0, 0 or above 0.</returns>
        int Compare(T? x, T? y);
    }
}

namespace System
{
    /// <content>Sorting and searching what is sorted. No recursion and no memory of its own; equal elements end in any order, as in .NET.</content>
    public static partial class MemoryExtensions
    {
        /// <summary>The order that values have themselves.</summary>
        struct OwnOrder<T> : IComparer<T>
            where T : IComparable<T>
        {
            public readonly int Compare(T? x, T? y) => x!.CompareTo(y);
        }

        public static void Sort<T>(this Span<T> span)
            where T : IComparable<T> => HeapSort<byte, T, OwnOrder<T>>(span, default, default);

        public static void Sort<T, TComparer>(this Span<T> span, TComparer comparer)
            where TComparer : IComparer<T> => HeapSort<byte, T, TComparer>(span, default, comparer);

        /// <summary>Sorts keys, and puts the items in the same order. A panic when the lengths differ.</summary>
        public static void Sort<TKey, TValue>(this Span<TKey> keys, Span<TValue> items)
            where TKey : IComparable<TKey> => Sort(keys, items, default(OwnOrder<TKey>));

        /// <inheritdoc cref="Sort{TKey, TValue}(Span{TKey}, Span{TValue})"/>
        public static void Sort<TKey, TValue, TComparer>(this Span<TKey> keys, Span<TValue> items, TComparer comparer)
            where TComparer : IComparer<TKey>
        {
            if (keys.Length != items.Length)
            {
                ThrowHelpers.ThrowArgumentException();
            }

            HeapSort(keys, items, comparer);
        }

        /// <summary>Heap sort: n log n steps for every input. Items are moved along when there are some.</summary>
        static void HeapSort<TItem, TKey, TComparer>(Span<TKey> keys, Span<TItem> items, TComparer comparer)
            where TComparer : IComparer<TKey>
        {
            for (int root = (keys.Length / 2) - 1; root >= 0; root--)
            {
                Sift(keys, items, comparer, root);
            }

            for (int end = keys.Length - 1; end > 0; end--)
            {
                Swap(keys, items, 0, end);
                Sift(keys.Slice(0, end), items, comparer, 0);
            }
        }

        /// <summary>Lets an element sink until both below it are no larger.</summary>
        static void Sift<TItem, TKey, TComparer>(Span<TKey> keys, Span<TItem> items, TComparer comparer, int root)
            where TComparer : IComparer<TKey>
        {
            while (root < keys.Length / 2)
            {
                int child = (2 * root) + 1;
                if (child + 1 < keys.Length && comparer.Compare(keys[child], keys[child + 1]) < 0)
                {
                    child++;
                }

                if (comparer.Compare(keys[root], keys[child]) >= 0)
                {
                    return;
                }

                Swap(keys, items, root, child);
                root = child;
            }
        }

        static void Swap<TItem, TKey>(Span<TKey> keys, Span<TItem> items, int a, int b)
        {
            (keys[a], keys[b]) = (keys[b], keys[a]);
            if (items.Length != 0)
            {
                (items[a], items[b]) = (items[b], items[a]);
            }
        }

        public static int BinarySearch<T, TComparable>(this Span<T> span, TComparable comparable)
            where TComparable : IComparable<T>, allows ref struct => BinarySearch((ReadOnlySpan<T>)span, comparable);

        /// <returns>Index of an equal element; else the complement of the index at which one would belong.</returns>
        public static int BinarySearch<T, TComparable>(this ReadOnlySpan<T> span, TComparable comparable)
            where TComparable : IComparable<T>, allows ref struct
        {
            int low = 0;
            int high = span.Length - 1;
            while (low <= high)
            {
                int middle = (int)((uint)(low + high) >> 1);
                int order = comparable.CompareTo(span[middle]);
                if (order == 0)
                {
                    return middle;
                }

                if (order > 0)
                {
                    low = middle + 1;
                }
                else
                {
                    high = middle - 1;
                }
            }

            return ~low;
        }

        public static int BinarySearch<T, TComparer>(this Span<T> span, T value, TComparer comparer)
            where TComparer : IComparer<T>, allows ref struct => BinarySearch((ReadOnlySpan<T>)span, value, comparer);

        /// <inheritdoc cref="BinarySearch{T, TComparable}(ReadOnlySpan{T}, TComparable)"/>
        public static int BinarySearch<T, TComparer>(this ReadOnlySpan<T> span, T value, TComparer comparer)
            where TComparer : IComparer<T>, allows ref struct => span.BinarySearch(new InOrder<T, TComparer>(value, comparer));

        /// <summary>A value that compares itself by an order given.</summary>
        readonly ref struct InOrder<T, TComparer>(T value, TComparer comparer) : IComparable<T>
            where TComparer : IComparer<T>, allows ref struct
        {
            readonly T _value = value;
            readonly TComparer _comparer = comparer;

            public int CompareTo(T? other) => _comparer.Compare(_value, other);
        }
    }
}
