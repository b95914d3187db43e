// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Searching, comparing, counting and trimming spans.</summary>
public static partial class MemoryExtensions
{
    public static Span<T> AsSpan<T>(this T[]? array) => new(array);

    public static Span<T> AsSpan<T>(this T[]? array, int start) => new Span<T>(array).Slice(start);

    public static Span<T> AsSpan<T>(this T[]? array, int start, int length) => new(array, start, length);

    // C# turns a conversion of a string to a span into a call of this method: it must not contain one.
    public static ReadOnlySpan<char> AsSpan(this string? text) =>
        text is null ? default : new ReadOnlySpan<char>(ref text.GetRawStringData(), text.Length);

    public static ReadOnlySpan<char> AsSpan(this string? text, int start) => AsSpan(text).Slice(start);

    public static ReadOnlySpan<char> AsSpan(this string? text, int start, int length) => AsSpan(text).Slice(start, length);

    public static bool SequenceEqual<T>(this Span<T> span, ReadOnlySpan<T> other)
        where T : IEquatable<T> => SequenceEqual((ReadOnlySpan<T>)span, other);

    public static bool SequenceEqual<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other)
        where T : IEquatable<T>
    {
        if (span.Length != other.Length)
        {
            return false;
        }

        for (int i = 0; i < span.Length; i++)
        {
            if (!span[i].Equals(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    public static int SequenceCompareTo<T>(this Span<T> span, ReadOnlySpan<T> other)
        where T : IComparable<T> => SequenceCompareTo((ReadOnlySpan<T>)span, other);

    /// <returns>Below 0, 0 or above 0, as the first element that differs says, or else the lengths.</returns>
    public static int SequenceCompareTo<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other)
        where T : IComparable<T>
    {
        int common = span.Length < other.Length ? span.Length : other.Length;
        for (int i = 0; i < common; i++)
        {
            int order = span[i].CompareTo(other[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return span.Length.CompareTo(other.Length);
    }

    public static int CommonPrefixLength<T>(this Span<T> span, ReadOnlySpan<T> other)
        where T : IEquatable<T> => CommonPrefixLength((ReadOnlySpan<T>)span, other);

    public static int CommonPrefixLength<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other)
        where T : IEquatable<T>
    {
        int i = 0;
        while (i < span.Length && i < other.Length && span[i].Equals(other[i]))
        {
            i++;
        }

        return i;
    }

    public static bool StartsWith<T>(this Span<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => StartsWith((ReadOnlySpan<T>)span, value);

    public static bool StartsWith<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => value.Length <= span.Length && span.Slice(0, value.Length).SequenceEqual(value);

    public static bool EndsWith<T>(this Span<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => EndsWith((ReadOnlySpan<T>)span, value);

    public static bool EndsWith<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => value.Length <= span.Length && span.Slice(span.Length - value.Length).SequenceEqual(value);

    public static bool StartsWith<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => span.Length != 0 && span[0].Equals(value);

    public static bool EndsWith<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => span.Length != 0 && span[span.Length - 1].Equals(value);

    public static bool Contains<T>(this Span<T> span, T value)
        where T : IEquatable<T> => Contains((ReadOnlySpan<T>)span, value);

    public static bool Contains<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => IndexOf(span, value) >= 0;

    public static int IndexOf<T>(this Span<T> span, T value)
        where T : IEquatable<T> => IndexOf((ReadOnlySpan<T>)span, value);

    /// <returns>Index of the first element equal to <paramref name="value"/>, -1 when there is none.</returns>
    public static int IndexOf<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i].Equals(value))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOf<T>(this Span<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => IndexOf((ReadOnlySpan<T>)span, value);

    /// <returns>Index at which <paramref name="value"/> first begins, -1 when it does not occur.</returns>
    public static int IndexOf<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T>
    {
        for (int i = 0; i <= span.Length - value.Length; i++)
        {
            if (span.Slice(i, value.Length).SequenceEqual(value))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOf<T>(this Span<T> span, T value)
        where T : IEquatable<T> => LastIndexOf((ReadOnlySpan<T>)span, value);

    /// <returns>Index of the last element equal to <paramref name="value"/>, -1 when there is none.</returns>
    public static int LastIndexOf<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (span[i].Equals(value))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOf<T>(this Span<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => LastIndexOf((ReadOnlySpan<T>)span, value);

    /// <returns>Index at which <paramref name="value"/> last begins, -1 when it does not occur.</returns>
    public static int LastIndexOf<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T>
    {
        for (int i = span.Length - value.Length; i >= 0; i--)
        {
            if (span.Slice(i, value.Length).SequenceEqual(value))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAny<T>(this Span<T> span, T value0, T value1)
        where T : IEquatable<T> => IndexOfAny((ReadOnlySpan<T>)span, value0, value1);

    public static int IndexOfAny<T>(this ReadOnlySpan<T> span, T value0, T value1)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i].Equals(value0) || span[i].Equals(value1))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAny<T>(this Span<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => IndexOfAny((ReadOnlySpan<T>)span, value0, value1, value2);

    public static int IndexOfAny<T>(this ReadOnlySpan<T> span, T value0, T value1, T value2)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i].Equals(value0) || span[i].Equals(value1) || span[i].Equals(value2))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAny<T>(this Span<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => IndexOfAny((ReadOnlySpan<T>)span, values);

    public static int IndexOfAny<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (Contains(values, span[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyInRange<T>(this Span<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => IndexOfAnyInRange((ReadOnlySpan<T>)span, lowInclusive, highInclusive);

    public static int IndexOfAnyInRange<T>(this ReadOnlySpan<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (IsInRange(span[i], lowInclusive, highInclusive))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExcept<T>(this Span<T> span, T value)
        where T : IEquatable<T> => IndexOfAnyExcept((ReadOnlySpan<T>)span, value);

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (!span[i].Equals(value))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExcept<T>(this Span<T> span, T value0, T value1)
        where T : IEquatable<T> => IndexOfAnyExcept((ReadOnlySpan<T>)span, value0, value1);

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value0, T value1)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (!(span[i].Equals(value0) || span[i].Equals(value1)))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExcept<T>(this Span<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => IndexOfAnyExcept((ReadOnlySpan<T>)span, value0, value1, value2);

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value0, T value1, T value2)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (!(span[i].Equals(value0) || span[i].Equals(value1) || span[i].Equals(value2)))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExcept<T>(this Span<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => IndexOfAnyExcept((ReadOnlySpan<T>)span, values);

    public static int IndexOfAnyExcept<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (!Contains(values, span[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public static int IndexOfAnyExceptInRange<T>(this Span<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => IndexOfAnyExceptInRange((ReadOnlySpan<T>)span, lowInclusive, highInclusive);

    public static int IndexOfAnyExceptInRange<T>(this ReadOnlySpan<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T>
    {
        for (int i = 0; i < span.Length; i++)
        {
            if (!IsInRange(span[i], lowInclusive, highInclusive))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAny<T>(this Span<T> span, T value0, T value1)
        where T : IEquatable<T> => LastIndexOfAny((ReadOnlySpan<T>)span, value0, value1);

    public static int LastIndexOfAny<T>(this ReadOnlySpan<T> span, T value0, T value1)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (span[i].Equals(value0) || span[i].Equals(value1))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAny<T>(this Span<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => LastIndexOfAny((ReadOnlySpan<T>)span, value0, value1, value2);

    public static int LastIndexOfAny<T>(this ReadOnlySpan<T> span, T value0, T value1, T value2)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (span[i].Equals(value0) || span[i].Equals(value1) || span[i].Equals(value2))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAny<T>(this Span<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => LastIndexOfAny((ReadOnlySpan<T>)span, values);

    public static int LastIndexOfAny<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (Contains(values, span[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAnyInRange<T>(this Span<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => LastIndexOfAnyInRange((ReadOnlySpan<T>)span, lowInclusive, highInclusive);

    public static int LastIndexOfAnyInRange<T>(this ReadOnlySpan<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (IsInRange(span[i], lowInclusive, highInclusive))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAnyExcept<T>(this Span<T> span, T value)
        where T : IEquatable<T> => LastIndexOfAnyExcept((ReadOnlySpan<T>)span, value);

    public static int LastIndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (!span[i].Equals(value))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAnyExcept<T>(this Span<T> span, T value0, T value1)
        where T : IEquatable<T> => LastIndexOfAnyExcept((ReadOnlySpan<T>)span, value0, value1);

    public static int LastIndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value0, T value1)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (!(span[i].Equals(value0) || span[i].Equals(value1)))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAnyExcept<T>(this Span<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => LastIndexOfAnyExcept((ReadOnlySpan<T>)span, value0, value1, value2);

    public static int LastIndexOfAnyExcept<T>(this ReadOnlySpan<T> span, T value0, T value1, T value2)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (!(span[i].Equals(value0) || span[i].Equals(value1) || span[i].Equals(value2)))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAnyExcept<T>(this Span<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => LastIndexOfAnyExcept((ReadOnlySpan<T>)span, values);

    public static int LastIndexOfAnyExcept<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (!Contains(values, span[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public static int LastIndexOfAnyExceptInRange<T>(this Span<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => LastIndexOfAnyExceptInRange((ReadOnlySpan<T>)span, lowInclusive, highInclusive);

    public static int LastIndexOfAnyExceptInRange<T>(this ReadOnlySpan<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T>
    {
        for (int i = span.Length - 1; i >= 0; i--)
        {
            if (!IsInRange(span[i], lowInclusive, highInclusive))
            {
                return i;
            }
        }

        return -1;
    }

    public static bool ContainsAny<T>(this Span<T> span, T value0, T value1)
        where T : IEquatable<T> => ContainsAny((ReadOnlySpan<T>)span, value0, value1);

    public static bool ContainsAny<T>(this ReadOnlySpan<T> span, T value0, T value1)
        where T : IEquatable<T> => IndexOfAny(span, value0, value1) >= 0;

    public static bool ContainsAny<T>(this Span<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => ContainsAny((ReadOnlySpan<T>)span, value0, value1, value2);

    public static bool ContainsAny<T>(this ReadOnlySpan<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => IndexOfAny(span, value0, value1, value2) >= 0;

    public static bool ContainsAny<T>(this Span<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => ContainsAny((ReadOnlySpan<T>)span, values);

    public static bool ContainsAny<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => IndexOfAny(span, values) >= 0;

    public static bool ContainsAnyInRange<T>(this Span<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => ContainsAnyInRange((ReadOnlySpan<T>)span, lowInclusive, highInclusive);

    public static bool ContainsAnyInRange<T>(this ReadOnlySpan<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => IndexOfAnyInRange(span, lowInclusive, highInclusive) >= 0;

    public static bool ContainsAnyExcept<T>(this Span<T> span, T value)
        where T : IEquatable<T> => ContainsAnyExcept((ReadOnlySpan<T>)span, value);

    public static bool ContainsAnyExcept<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T> => IndexOfAnyExcept(span, value) >= 0;

    public static bool ContainsAnyExcept<T>(this Span<T> span, T value0, T value1)
        where T : IEquatable<T> => ContainsAnyExcept((ReadOnlySpan<T>)span, value0, value1);

    public static bool ContainsAnyExcept<T>(this ReadOnlySpan<T> span, T value0, T value1)
        where T : IEquatable<T> => IndexOfAnyExcept(span, value0, value1) >= 0;

    public static bool ContainsAnyExcept<T>(this Span<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => ContainsAnyExcept((ReadOnlySpan<T>)span, value0, value1, value2);

    public static bool ContainsAnyExcept<T>(this ReadOnlySpan<T> span, T value0, T value1, T value2)
        where T : IEquatable<T> => IndexOfAnyExcept(span, value0, value1, value2) >= 0;

    public static bool ContainsAnyExcept<T>(this Span<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => ContainsAnyExcept((ReadOnlySpan<T>)span, values);

    public static bool ContainsAnyExcept<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> values)
        where T : IEquatable<T> => IndexOfAnyExcept(span, values) >= 0;

    public static bool ContainsAnyExceptInRange<T>(this Span<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => ContainsAnyExceptInRange((ReadOnlySpan<T>)span, lowInclusive, highInclusive);

    public static bool ContainsAnyExceptInRange<T>(this ReadOnlySpan<T> span, T lowInclusive, T highInclusive)
        where T : IComparable<T> => IndexOfAnyExceptInRange(span, lowInclusive, highInclusive) >= 0;

    static bool IsInRange<T>(T value, T low, T high)
        where T : IComparable<T> => value.CompareTo(low) >= 0 && value.CompareTo(high) <= 0;

    public static int Count<T>(this Span<T> span, T value)
        where T : IEquatable<T> => Count((ReadOnlySpan<T>)span, value);

    public static int Count<T>(this ReadOnlySpan<T> span, T value)
        where T : IEquatable<T>
    {
        int count = 0;
        for (int i = 0; i < span.Length; i++)
        {
            if (span[i].Equals(value))
            {
                count++;
            }
        }

        return count;
    }

    public static int Count<T>(this Span<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T> => Count((ReadOnlySpan<T>)span, value);

    /// <returns>Occurrences that do not overlap; none of an empty one.</returns>
    public static int Count<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> value)
        where T : IEquatable<T>
    {
        int count = 0;
        for (int at = value.Length == 0 ? -1 : IndexOf(span, value); at >= 0; at = IndexOf(span, value))
        {
            count++;
            span = span.Slice(at + value.Length);
        }

        return count;
    }

    public static int CountAny<T>(this ReadOnlySpan<T> span, params ReadOnlySpan<T> values)
        where T : IEquatable<T>
    {
        int count = 0;
        for (int i = 0; i < span.Length; i++)
        {
            if (Contains(values, span[i]))
            {
                count++;
            }
        }

        return count;
    }

    public static void Replace<T>(this Span<T> span, T oldValue, T newValue)
        where T : IEquatable<T>
    {
        foreach (ref T element in span)
        {
            if (element.Equals(oldValue))
            {
                element = newValue;
            }
        }
    }

    /// <summary>Copies, with one value in place of another. A panic when the destination is shorter.</summary>
    public static void Replace<T>(this ReadOnlySpan<T> source, Span<T> destination, T oldValue, T newValue)
        where T : IEquatable<T>
    {
        source.CopyTo(destination);
        destination.Slice(0, source.Length).Replace(oldValue, newValue);
    }

    public static void Reverse<T>(this Span<T> span)
    {
        for (int i = 0, j = span.Length - 1; i < j; i++, j--)
        {
            (span[i], span[j]) = (span[j], span[i]);
        }
    }

    public static bool Overlaps<T>(this Span<T> span, ReadOnlySpan<T> other) => Overlaps((ReadOnlySpan<T>)span, other, out _);

    public static bool Overlaps<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other) => Overlaps(span, other, out _);

    public static bool Overlaps<T>(this Span<T> span, ReadOnlySpan<T> other, out int elementOffset) => Overlaps((ReadOnlySpan<T>)span, other, out elementOffset);

    /// <summary>Whether two spans share memory, and how many elements the other begins behind this one. A panic when that is no whole number.</summary>
    public static bool Overlaps<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> other, out int elementOffset)
    {
        elementOffset = 0;
        if (span.IsEmpty || other.IsEmpty)
        {
            return false;
        }

        nint distance = Unsafe.ByteOffset(ref span._reference, ref other._reference);
        nint size = Unsafe.SizeOf<T>();
        if (distance >= span.Length * size || -distance >= other.Length * size)
        {
            return false;
        }

        if (distance % size != 0)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        elementOffset = (int)(distance / size);
        return true;
    }

    public static Span<T> TrimStart<T>(this Span<T> span, T trimElement)
        where T : IEquatable<T> => Last(span, ((ReadOnlySpan<T>)span).TrimStart(trimElement).Length);

    public static Span<T> TrimEnd<T>(this Span<T> span, T trimElement)
        where T : IEquatable<T> => span.Slice(0, ((ReadOnlySpan<T>)span).TrimEnd(trimElement).Length);

    public static Span<T> Trim<T>(this Span<T> span, T trimElement)
        where T : IEquatable<T> => span.TrimStart(trimElement).TrimEnd(trimElement);

    public static Span<T> TrimStart<T>(this Span<T> span, ReadOnlySpan<T> trimElements)
        where T : IEquatable<T> => Last(span, ((ReadOnlySpan<T>)span).TrimStart(trimElements).Length);

    public static Span<T> TrimEnd<T>(this Span<T> span, ReadOnlySpan<T> trimElements)
        where T : IEquatable<T> => span.Slice(0, ((ReadOnlySpan<T>)span).TrimEnd(trimElements).Length);

    public static Span<T> Trim<T>(this Span<T> span, ReadOnlySpan<T> trimElements)
        where T : IEquatable<T> => span.TrimStart(trimElements).TrimEnd(trimElements);

    public static Span<char> TrimStart(this Span<char> span) => Last(span, ((ReadOnlySpan<char>)span).TrimStart().Length);

    public static Span<char> TrimEnd(this Span<char> span) => span.Slice(0, ((ReadOnlySpan<char>)span).TrimEnd().Length);

    /// <summary>Without white space at either end.</summary>
    public static Span<char> Trim(this Span<char> span) => span.TrimStart().TrimEnd();

    static Span<T> Last<T>(Span<T> span, int length) => span.Slice(span.Length - length);

    public static ReadOnlySpan<T> TrimStart<T>(this ReadOnlySpan<T> span, T trimElement)
        where T : IEquatable<T>
    {
        int start = 0;
        while (start < span.Length && span[start].Equals(trimElement))
        {
            start++;
        }

        return span.Slice(start);
    }

    public static ReadOnlySpan<T> TrimEnd<T>(this ReadOnlySpan<T> span, T trimElement)
        where T : IEquatable<T>
    {
        int length = span.Length;
        while (length > 0 && span[length - 1].Equals(trimElement))
        {
            length--;
        }

        return span.Slice(0, length);
    }

    public static ReadOnlySpan<T> Trim<T>(this ReadOnlySpan<T> span, T trimElement)
        where T : IEquatable<T> => span.TrimStart(trimElement).TrimEnd(trimElement);

    public static ReadOnlySpan<T> TrimStart<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> trimElements)
        where T : IEquatable<T>
    {
        int start = 0;
        while (start < span.Length && Contains(trimElements, span[start]))
        {
            start++;
        }

        return span.Slice(start);
    }

    public static ReadOnlySpan<T> TrimEnd<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> trimElements)
        where T : IEquatable<T>
    {
        int length = span.Length;
        while (length > 0 && Contains(trimElements, span[length - 1]))
        {
            length--;
        }

        return span.Slice(0, length);
    }

    public static ReadOnlySpan<T> Trim<T>(this ReadOnlySpan<T> span, ReadOnlySpan<T> trimElements)
        where T : IEquatable<T> => span.TrimStart(trimElements).TrimEnd(trimElements);

    public static ReadOnlySpan<char> TrimStart(this ReadOnlySpan<char> span)
    {
        int start = 0;
        while (start < span.Length && char.IsWhiteSpace(span[start]))
        {
            start++;
        }

        return span.Slice(start);
    }

    public static ReadOnlySpan<char> TrimEnd(this ReadOnlySpan<char> span)
    {
        int length = span.Length;
        while (length > 0 && char.IsWhiteSpace(span[length - 1]))
        {
            length--;
        }

        return span.Slice(0, length);
    }

    /// <summary>Without white space at either end.</summary>
    public static ReadOnlySpan<char> Trim(this ReadOnlySpan<char> span) => span.TrimStart().TrimEnd();

    public static bool IsWhiteSpace(this ReadOnlySpan<char> span) => span.TrimStart().IsEmpty;

    /// <summary>Capital letters for those up to U+00FF.</summary>
    /// <returns>Characters written; -1 when the destination is too short. A panic when the two overlap.</returns>
    public static int ToUpperInvariant(this ReadOnlySpan<char> source, Span<char> destination) => Map(source, destination, upper: true);

    /// <summary>Small letters for those up to U+00FF.</summary>
    /// <inheritdoc cref="ToUpperInvariant"/>
    public static int ToLowerInvariant(this ReadOnlySpan<char> source, Span<char> destination) => Map(source, destination, upper: false);

    static int Map(ReadOnlySpan<char> source, Span<char> destination, bool upper)
    {
        if (source.Overlaps(destination))
        {
            ThrowHelpers.ThrowInvalidOperation();
        }

        if (destination.Length < source.Length)
        {
            return -1;
        }

        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = upper ? char.ToUpperInvariant(source[i]) : char.ToLowerInvariant(source[i]);
        }

        return source.Length;
    }
}
