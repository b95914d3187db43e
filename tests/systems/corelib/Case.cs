// SPDX-License-Identifier: MIT
using System;

namespace Muen.TestSystems.CoreLib;

/// <summary>One case: numbers to begin with, from a seed, and a digest of what came of them. The same on .NET and in a subject.</summary>
struct Case
{
    ulong _state;

    public Case(int group, int number)
    {
        _state = unchecked((((ulong)(uint)group << 32) | (uint)number) + 1) * 0x9E37_79B9_7F4A_7C15;
        Digest = 14695981039346656037;
        _ = Next();
    }

    public ulong Digest { get; private set; }

    /// <summary>A byte of the digest, to tell which case went wrong.</summary>
    public readonly byte Mark => MarkOf(Digest);

    internal static byte MarkOf(ulong digest) => (byte)((digest >> 56) ^ (digest >> 24) ^ digest);

    public ulong Next()
    {
        _state ^= _state << 13;
        _state ^= _state >> 7;
        _state ^= _state << 17;
        return _state;
    }

    /// <summary>From 0 up to a limit.</summary>
    public int Next(int limit) => (int)(Next() % (uint)limit);

    /// <summary>Of all sizes, often near the ends of a range.</summary>
    public ulong Wild() => Next(5) switch
    {
        0 => (ulong)Next(5),
        1 => ulong.MaxValue - (ulong)Next(5),
        2 => 1ul << Next(64),
        3 => Next() >> Next(64),
        _ => Next(),
    };

    /// <summary>Of all kinds: whole, halves, tiny, huge, not numbers.</summary>
    public double WildDouble() => Next(6) switch
    {
        0 => Next(2000) - 1000,
        1 => (Next(2000) - 1000) / 2.0,
        2 => BitConverter.Int64BitsToDouble(unchecked((long)Next())),
        3 => ((long)Next() >> 12) / 1024.0,
        4 => BitConverter.Int64BitsToDouble(unchecked((long)(0x7FF0_0000_0000_0000 | (Next() & 0x8000_0000_0000_0001)))),
        _ => (Next(3) - 1) * 0.0,
    };

    /// <summary>Bytes of few values, so that searches find something.</summary>
    public void Fill(Span<byte> bytes)
    {
        foreach (ref byte b in bytes)
        {
            b = (byte)Next(4);
        }
    }

    public void Take(ulong value)
    {
        unchecked
        {
            Digest = (Digest ^ value) * 1099511628211;
            Digest ^= Digest >> 29;
        }
    }

    public void Take(long value) => Take(unchecked((ulong)value));

    public void Take(int value) => Take((long)value);

    public void Take(uint value) => Take((ulong)value);

    public void Take(bool value) => Take(value ? 1ul : 2ul);

    /// <summary>All NaNs are one: their bits are the processor's affair.</summary>
    public void Take(double value) => Take(double.IsNaN(value) ? 77 : BitConverter.DoubleToInt64Bits(value));

    public void Take(ReadOnlySpan<byte> bytes)
    {
        Take(bytes.Length);
        foreach (byte b in bytes)
        {
            Take((uint)b);
        }
    }

    public void Take(ReadOnlySpan<char> text)
    {
        Take(text.Length);
        foreach (char c in text)
        {
            Take((uint)c);
        }
    }

    public void Take(Range range)
    {
        Take(range.Start.Value);
        Take(range.End.Value);
    }
}
