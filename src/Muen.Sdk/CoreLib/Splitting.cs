// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>What <see cref="MemoryExtensions.Split(ReadOnlySpan{char}, Span{Range}, char, StringSplitOptions)"/> does to parts.</summary>
[Flags]
public enum StringSplitOptions
{
    None = 0,
    RemoveEmptyEntries = 1,
    TrimEntries = 2,
}

/// <content>Splitting spans into ranges.</content>
public static partial class MemoryExtensions
{
    public static SpanSplitEnumerator<T> Split<T>(this ReadOnlySpan<T> source, T separator)
        where T : IEquatable<T> => new(source, separator, default, Separation.One);

    /// <summary>Splits at a sequence; an empty one parts nothing.</summary>
    public static SpanSplitEnumerator<T> Split<T>(this ReadOnlySpan<T> source, ReadOnlySpan<T> separator)
        where T : IEquatable<T> => new(source, default!, separator, Separation.Sequence);

    /// <summary>Splits at any of some elements. A panic when there are none: .NET then splits text at white space, which no other elements have.</summary>
    public static SpanSplitEnumerator<T> SplitAny<T>(this ReadOnlySpan<T> source, [UnscopedRef] params ReadOnlySpan<T> separators)
        where T : IEquatable<T>
    {
        if (separators.Length == 0)
        {
            ThrowHelpers.ThrowNotSupportedException();
        }

        return new(source, default!, separators, Separation.Any);
    }

    /// <summary>Splits into as many parts as there is room for; the last holds the rest.</summary>
    /// <returns>How many parts.</returns>
    public static int Split(this ReadOnlySpan<char> source, Span<Range> destination, char separator, StringSplitOptions options = StringSplitOptions.None) =>
        Split(source, destination, new ReadOnlySpan<char>(in separator), false, options);

    /// <inheritdoc cref="Split(ReadOnlySpan{char}, Span{Range}, char, StringSplitOptions)"/>
    public static int Split(this ReadOnlySpan<char> source, Span<Range> destination, ReadOnlySpan<char> separator, StringSplitOptions options = StringSplitOptions.None) =>
        Split(source, destination, separator, false, options);

    /// <inheritdoc cref="Split(ReadOnlySpan{char}, Span{Range}, char, StringSplitOptions)"/>
    public static int SplitAny(this ReadOnlySpan<char> source, Span<Range> destination, ReadOnlySpan<char> separators, StringSplitOptions options = StringSplitOptions.None) =>
        Split(source, destination, separators, true, options);

    static int Split(ReadOnlySpan<char> source, Span<Range> destination, ReadOnlySpan<char> separator, bool any, StringSplitOptions options)
    {
        if (((int)options & ~3) != 0)
        {
            ThrowHelpers.ThrowArgumentException();
        }

        // One part takes all, separators and empty parts included.
        if (destination.Length == 1 || source.Length == 0)
        {
            (int all, int allEnd) = Trim(source, 0, source.Length, options);
            if (destination.Length == 0 || (all == allEnd && (options & StringSplitOptions.RemoveEmptyEntries) != 0))
            {
                return 0;
            }

            destination[0] = new Range(all, allEnd);
            return 1;
        }

        int count = 0;
        int start = 0;
        bool more = true;
        while (more && count < destination.Length)
        {
            ReadOnlySpan<char> rest = source.Slice(start);
            int length = Find(rest, separator, any, out int width);

            // Parts that are dropped in front of the last one must not become part of it.
            bool isLast = count == destination.Length - 1;
            more = length >= 0;
            int end = more ? start + length : source.Length;
            int next = more ? end + width : end;
            (int from, int to) = Trim(source, start, end, options);
            if (from == to && (options & StringSplitOptions.RemoveEmptyEntries) != 0)
            {
                start = next;
                continue;
            }

            if (isLast)
            {
                (from, to) = Trim(source, start, source.Length, options);
                more = false;
            }

            destination[count] = new Range(from, to);
            count++;
            start = next;
        }

        return count;
    }

    static (int From, int To) Trim(ReadOnlySpan<char> source, int from, int to, StringSplitOptions options)
    {
        if ((options & StringSplitOptions.TrimEntries) != 0)
        {
            while (from < to && char.IsWhiteSpace(source[from]))
            {
                from++;
            }

            while (to > from && char.IsWhiteSpace(source[to - 1]))
            {
                to--;
            }
        }

        return (from, to);
    }

    static int Find(ReadOnlySpan<char> rest, ReadOnlySpan<char> separator, bool any, out int width)
    {
        width = any ? 1 : separator.Length;
        if (!any)
        {
            return separator.Length == 0 ? -1 : rest.IndexOf(separator);
        }

        if (separator.Length != 0)
        {
            return rest.IndexOfAny(separator);
        }

        for (int i = 0; i < rest.Length; i++)
        {
            if (char.IsWhiteSpace(rest[i]))
            {
                return i;
            }
        }

        return -1;
    }

    internal enum Separation
    {
        None,
        One,
        Sequence,
        Any,
    }

    /// <summary>Goes through the parts of a span.</summary>
    public ref struct SpanSplitEnumerator<T>
        where T : IEquatable<T>
    {
        readonly ReadOnlySpan<T> _source;
        readonly T _one;
        readonly ReadOnlySpan<T> _separator;
        Separation _mode;
        int _next;
        int _start;
        int _end;

        internal SpanSplitEnumerator(ReadOnlySpan<T> source, T one, ReadOnlySpan<T> separator, Separation mode)
        {
            _source = source;
            _one = one;
            _separator = separator;
            _mode = mode;
            _next = _start = _end = 0;
        }

        public readonly SpanSplitEnumerator<T> GetEnumerator() => this;

        public readonly ReadOnlySpan<T> Source => _source;

        public readonly Range Current => new(_start, _end);

        public bool MoveNext()
        {
            if (_mode == Separation.None)
            {
                return false;
            }

            ReadOnlySpan<T> rest = _source.Slice(_next);
            int length = _mode switch
            {
                Separation.One => rest.IndexOf(_one),
                Separation.Sequence => _separator.Length == 0 ? -1 : rest.IndexOf(_separator),
                _ => rest.IndexOfAny(_separator),
            };
            _start = _next;
            if (length < 0)
            {
                _end = _source.Length;
                _mode = Separation.None;
            }
            else
            {
                _end = _start + length;
                _next = _end + (_mode == Separation.Sequence ? _separator.Length : 1);
            }

            return true;
        }
    }
}
