using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Protocol;

/// <summary>A line of text, as it travels through a channel. The other side may write anything: the length is checked where it is used.</summary>
public struct Message
{
    /// <summary>Bytes that one message holds.</summary>
    public const int MaxLength = 120;

    /// <summary>Both ends of a channel name it when they open: an end of another kind of channel is refused.</summary>
    public const ulong Protocol = 0x4D65_7373_6167_6531;

    uint _length;
    Bytes _bytes;

    /// <summary>Puts a text in; what is too long is cut off.</summary>
    public void Set(ReadOnlySpan<byte> text)
    {
        _length = (uint)Math.Min(text.Length, MaxLength);
        Span<byte> bytes = _bytes;
        text[..(int)_length].CopyTo(bytes);
    }

    /// <summary>The text inside.</summary>
    [UnscopedRef]
    public Span<byte> Text
    {
        get
        {
            Span<byte> bytes = _bytes;
            return bytes[..(int)Math.Min(_length, MaxLength)];
        }
    }

    [InlineArray(MaxLength)]
    struct Bytes
    {
        byte _first;
    }
}
