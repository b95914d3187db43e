// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// An entry of the log that is being made: a message, then fields. A field that does not fit is left out whole, and the record says so.
/// <code>var entry = new LogEntry(LogLevel.Warning, "disk slow"u8);
/// entry.Add("sector"u8, sector);
/// log.Write(in entry);</code>
/// </summary>
public struct LogEntry
{
    /// <summary>Bytes of the longest number: 64 binary digits, or a precision of 100 and what belongs to it.</summary>
    const int MaxNumber = 140;

    LogRecord _record;

    /// <summary>Begins an entry.</summary>
    /// <param name="level">How much it matters.</param>
    /// <param name="message">What happened (UTF-8): the field <c>message</c>.</param>
    public LogEntry(LogLevel level, ReadOnlySpan<byte> message)
    {
        _record = default;
        _record._level = level;
        _record._time = Time.MinorFrameStart;
        Add("message"u8, message);
    }

    /// <summary>The record as it is now.</summary>
    public readonly LogRecord Record => _record;

    /// <summary>Adds a field.</summary>
    /// <param name="key">Its name: letters, digits, <c>_</c>, <c>-</c> and <c>.</c>; another byte becomes <c>_</c>, and an empty one is <c>_</c>.</param>
    /// <param name="value">Its value: any bytes. It stands in quotation marks where it must, with <c>\"</c>, <c>\\</c> and <c>\x1F</c> for what would end it or the line.</param>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Span<byte> room = _record.Room;
        int start = _record._length;
        int at = start;
        bool fits = start == 0 || Put(room, ref at, (byte)' ');
        for (int i = 0; i < key.Length; i++)
        {
            fits = fits && Put(room, ref at, IsKey(key[i]) ? key[i] : (byte)'_');
        }
        fits = fits && (key.Length != 0 || Put(room, ref at, (byte)'_')) && Put(room, ref at, (byte)'=') && PutValue(room, ref at, value);
        if (fits)
        {
            _record._length = (ushort)at;
        }
        else
        {
            _record._isTruncated = 1;
        }
    }

    /// <summary>Adds a field.</summary>
    /// <typeparam name="T">Type of the value: an integer, a <c>char</c>, a <see cref="TimeSpan"/>, or one of one's own that writes itself.</typeparam>
    /// <param name="key">Its name, as above.</param>
    /// <param name="value">Its value. One whose text is longer than 140 bytes is left out as one that does not fit.</param>
    /// <param name="format">The format, .NET's; one that is not known is a panic.</param>
    public void Add<T>(ReadOnlySpan<byte> key, T value, string format = "")
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[MaxNumber];
        if (value.TryFormat(text, out int length, format, null))
        {
            Add(key, (ReadOnlySpan<byte>)text[..length]);
        }
        else
        {
            _record._isTruncated = 1;
        }
    }

    /// <summary>Adds a field that says yes or no.</summary>
    /// <param name="key">Its name, as above.</param>
    /// <param name="value">Its value: <c>true</c> or <c>false</c>.</param>
    public void Add(ReadOnlySpan<byte> key, bool value) => Add(key, value ? "true"u8 : "false"u8);

    internal static bool IsKey(byte value) => value is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (>= (byte)'0' and <= (byte)'9') or (byte)'_' or (byte)'-' or (byte)'.';

    /// <summary>Whether a value can stand without quotation marks.</summary>
    internal static bool IsPlain(byte value) => value is > 0x20 and not ((byte)'"' or (byte)'\\' or (byte)'=' or 0x7F);

    static bool PutValue(Span<byte> room, ref int at, ReadOnlySpan<byte> value)
    {
        bool plain = value.Length != 0;
        for (int i = 0; i < value.Length && plain; i++)
        {
            plain = IsPlain(value[i]);
        }
        bool fits = plain || Put(room, ref at, (byte)'"');
        for (int i = 0; i < value.Length && fits; i++)
        {
            byte b = value[i];
            fits = b is (byte)'"' or (byte)'\\' ? Put(room, ref at, (byte)'\\') && Put(room, ref at, b)
                : b is < 0x20 or 0x7F ? Put(room, ref at, (byte)'\\') && Put(room, ref at, (byte)'x') && Put(room, ref at, Digit(b >> 4)) && Put(room, ref at, Digit(b & 15))
                : Put(room, ref at, b);
        }
        return fits && (plain || Put(room, ref at, (byte)'"'));
    }

    static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);

    static bool Put(Span<byte> room, ref int at, byte value)
    {
        if (at >= room.Length)
        {
            return false;
        }
        room[at] = value;
        at++;
        return true;
    }
}
