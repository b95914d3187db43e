// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Muen.TestSystems.CoreLib;

/// <summary>Spans: windows, searching, comparing, sorting, splitting.</summary>
static class SpanCases
{
    internal static void Windows(ref Case c)
    {
        Span<byte> s = stackalloc byte[64];
        c.Fill(s);
        int from = c.Next(40), length = c.Next(24), to = c.Next(40);
        s.Slice(from, length).CopyTo(s[to..]);                           // often overlapping
        c.Take(s);
        c.Take(s.Slice(from, length).TryCopyTo(s[..c.Next(24)]));
        c.Take(s);
        s.Slice(to, length).Fill((byte)c.Next());
        s.Slice(c.Next(40), c.Next(9)).Clear();
        s[to..].Reverse();
        c.Take(s);
        c.Take(s[^1]);
        c.Take(s[from..^2].Length);
        c.Take(s[1..] == s);
        c.Take(s[..] == s);
        c.Take(s is [1, .., var last] ? last : -1);
        ReadOnlySpan<byte> a = s.Slice(from, length), b = s.Slice(to, length);
        c.Take(a.Overlaps(b, out int offset));
        c.Take(offset);
        Span<long> longs = stackalloc long[5];
        longs.Fill((long)c.Next());
        longs[c.Next(5)..].Clear();
        foreach (long l in longs)
        {
            c.Take(l);
        }
    }

    internal static void Searches(ref Case c)
    {
        Span<byte> s = stackalloc byte[c.Next(40)];
        c.Fill(s);
        ReadOnlySpan<byte> r = s;
        byte x = (byte)c.Next(5), y = (byte)c.Next(5), z = (byte)c.Next(5);
        (byte low, byte high) = (Math.Min(x, y), Math.Max(x, y));        // what a range from high to low means, .NET does not say
        ReadOnlySpan<byte> some = s[..Math.Min(s.Length, c.Next(3))];
        c.Take(r.IndexOf(x));
        c.Take(s.LastIndexOf(x));
        c.Take(r.IndexOf(some));
        c.Take(r.LastIndexOf(some));
        c.Take(r.IndexOfAny(x, y));
        c.Take(r.IndexOfAny(x, y, z));
        c.Take(r.IndexOfAny(some));
        c.Take(s.IndexOfAnyExcept(x));
        c.Take(r.IndexOfAnyExcept(x, y));
        c.Take(r.IndexOfAnyExcept(x, y, z));
        c.Take(r.IndexOfAnyExcept(some));
        c.Take(r.LastIndexOfAny(x, y));
        c.Take(r.LastIndexOfAny(x, y, z));
        c.Take(r.LastIndexOfAny(some));
        c.Take(s.LastIndexOfAnyExcept(x));
        c.Take(r.LastIndexOfAnyExcept(x, y));
        c.Take(r.LastIndexOfAnyExcept(x, y, z));
        c.Take(r.LastIndexOfAnyExcept(some));
        c.Take(r.IndexOfAnyInRange(low, high));
        c.Take(r.IndexOfAnyExceptInRange(low, high));
        c.Take(r.LastIndexOfAnyInRange(low, high));
        c.Take(r.LastIndexOfAnyExceptInRange(low, high));
        c.Take(r.Contains(x));
        c.Take(r.ContainsAny(x, y));
        c.Take(r.ContainsAnyExcept(x));
        c.Take(r.ContainsAnyExcept(some));
        c.Take(r.ContainsAnyInRange(low, high));
        c.Take(r.Count(x));
        c.Take(r.Count(some));
        c.Take(r.CountAny(x, y));
        s.Replace(x, y);
        c.Take(s);
        Span<byte> copy = stackalloc byte[50];
        r.Replace(copy, y, z);
        c.Take(copy[..s.Length]);
    }

    internal static void Comparisons(ref Case c)
    {
        Span<byte> s = stackalloc byte[c.Next(30)];
        c.Fill(s);
        ReadOnlySpan<byte> r = s;
        int at = c.Next(s.Length + 1);
        ReadOnlySpan<byte> tail = r[at..], head = r[..at];
        byte x = (byte)c.Next(4);
        c.Take(r.SequenceEqual(tail));
        c.Take(Math.Sign(r.SequenceCompareTo(tail)));
        c.Take(Math.Sign(head.SequenceCompareTo(tail)));
        c.Take(r.StartsWith(head));
        c.Take(r.EndsWith(tail));
        c.Take(r.StartsWith(tail));
        c.Take(r.EndsWith(head));
        c.Take(r.StartsWith(x));
        c.Take(r.EndsWith(x));
        c.Take(head.CommonPrefixLength(tail));
        c.Take(r.Trim(x));
        c.Take(r.TrimStart(x));
        c.Take(s.TrimEnd(x));
        c.Take(r.Trim(head));
        c.Take(r.TrimStart(tail));
        c.Take(r.TrimEnd(tail));
    }

    struct Downwards : IComparer<int>
    {
        public readonly int Compare(int x, int y) => y.CompareTo(x);
    }

    internal static void Sorts(ref Case c)
    {
        Span<int> numbers = stackalloc int[c.Next(50)];
        Span<long> names = stackalloc long[numbers.Length];
        foreach (ref int number in numbers)
        {
            number = unchecked((int)c.Wild()) % 50;
        }

        for (int i = 0; i < names.Length; i++)
        {
            names[i] = numbers[i] * 3L;
        }

        ReadOnlySpan<int> view = numbers;
        int half = c.Next(numbers.Length + 1);
        numbers[half..].Sort();
        c.Take(MemoryMarshal.AsBytes(numbers));
        c.Take(view[half..].BinarySearch(c.Next(60) - 30) < 0);
        numbers.Sort(default(Downwards));
        c.Take(MemoryMarshal.AsBytes(numbers));
        c.Take(numbers.BinarySearch(99, default(Downwards)));

        // Equal keys may end in any order: so their items are equal too.
        for (int i = 0; i < names.Length; i++)
        {
            numbers[i] = c.Next(20);
            names[i] = numbers[i] * 7L;
        }

        numbers.Sort(names);
        c.Take(MemoryMarshal.AsBytes(numbers));
        c.Take(MemoryMarshal.AsBytes(names));
        Span<byte> distinct = [2, 5, 8, 200, 255];
        c.Take(distinct.BinarySearch((byte)c.Next()));
        Span<double> doubles = stackalloc double[c.Next(20)];
        foreach (ref double d in doubles)
        {
            d = c.WildDouble() + 0.0;                                    // one zero only: the two compare equal
        }

        doubles.Sort();
        foreach (double d in doubles)
        {
            c.Take(d);
        }
    }

    internal static void Splits(ref Case c)
    {
        Span<char> text = stackalloc char[c.Next(24)];
        foreach (ref char letter in text)
        {
            letter = ",; a"[c.Next(4)];
        }

        ReadOnlySpan<char> r = text;
        foreach (Range part in r.Split(','))
        {
            c.Take(part);
        }

        foreach (Range part in r.Split(", "))
        {
            c.Take(part);
        }

        foreach (Range part in r.SplitAny(',', ';'))
        {
            c.Take(part);
        }

        Span<Range> parts = stackalloc Range[c.Next(5)];
        var options = (StringSplitOptions)c.Next(4);
        int count = r.Split(parts, ',', options);
        for (int i = 0; i < count; i++)
        {
            c.Take(parts[i]);
        }

        c.Take(count);
        count = r.SplitAny(parts, ",;", options);
        for (int i = 0; i < count; i++)
        {
            c.Take(parts[i]);
        }

        count = r.Split(parts, ", ", options);
        for (int i = 0; i < count; i++)
        {
            c.Take(parts[i]);
        }

        c.Take(r.Trim());
        c.Take(r.TrimStart());
        c.Take(text.TrimEnd());
        c.Take(r.IsWhiteSpace());
    }

    internal static void Ranges(ref Case c)
    {
        int length = c.Next(50);
        int from = c.Next(length + 1);
        int to = from + c.Next(length - from + 1);
        var start = new Index(length - from, true);
        Index end = to;
        Range range = start..end;
        (int offset, int size) = range.GetOffsetAndLength(length);
        c.Take(offset);
        c.Take(size);
        c.Take(start.GetOffset(c.Next(100)));
        c.Take(start.Value);
        c.Take(start.IsFromEnd);
        c.Take(start.Equals(Index.FromEnd(c.Next(50))));
        c.Take(Index.FromStart(from).Equals(from));
        c.Take(range.Equals(new Range(Index.FromEnd(length - from), to)));
        c.Take(Range.StartAt(from).GetOffsetAndLength(length).Length);
        c.Take(Range.EndAt(to).GetOffsetAndLength(length).Length);
        c.Take(Range.All.End.IsFromEnd);
    }
}
