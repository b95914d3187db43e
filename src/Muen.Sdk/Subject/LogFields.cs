// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>Goes through the fields of a <see cref="LogRecord"/>, in their order. It ends where the text is not what <see cref="LogEntry"/> writes.</summary>
public ref struct LogFields
{
    ReadOnlySpan<byte> _rest;

    /// <param name="text">The fields as text.</param>
    public LogFields(ReadOnlySpan<byte> text)
    {
        _rest = text;
        IsMalformed = false;
    }

    /// <summary>Whether it ended because of text that is no field.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Takes the next field.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">Its value as it stands, without quotation marks: <see cref="Unescape"/> makes bytes of it.</param>
    /// <returns>False when there is none.</returns>
    public bool TryRead(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = default;
        value = default;
        if (_rest.Length == 0)
        {
            return false;
        }
        int length = 0;
        while (length < _rest.Length && LogEntry.IsKey(_rest[length]))
        {
            length++;
        }
        if (length == 0 || length == _rest.Length || _rest[length] != '=' || !TryReadValue(_rest[(length + 1)..], out value, out int consumed))
        {
            return Fail();
        }
        key = _rest[..length];
        ReadOnlySpan<byte> behind = _rest[(length + 1 + consumed)..];
        if (behind.Length != 0 && (behind[0] != ' ' || behind.Length == 1))
        {
            key = default;
            value = default;
            return Fail();
        }
        _rest = behind.Length == 0 ? default : behind[1..];
        return true;
    }

    /// <summary>Finds a field.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="value">As for <see cref="TryRead"/>.</param>
    /// <returns>Whether there is one, from here on.</returns>
    public readonly bool TryFind(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        LogFields fields = this;
        while (fields.TryRead(out ReadOnlySpan<byte> found, out value))
        {
            if (found.SequenceEqual(key))
            {
                return true;
            }
        }
        value = default;
        return false;
    }

    /// <summary>The bytes that a value stands for.</summary>
    /// <param name="value">The value as it stands.</param>
    /// <param name="destination">Where the bytes go; as many as the value has are enough.</param>
    /// <returns>How many bytes; what does not fit is left out.</returns>
    public static int Unescape(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        int written = 0;
        for (int i = 0; i < value.Length && written < destination.Length; i++)
        {
            byte b = value[i];
            if (b == '\\' && i + 1 < value.Length)
            {
                i++;
                b = value[i];
                if (b == 'x' && i + 2 < value.Length && Digit(value[i + 1]) is >= 0 and int high && Digit(value[i + 2]) is >= 0 and int low)
                {
                    b = (byte)((high << 4) | low);
                    i += 2;
                }
            }
            destination[written] = b;
            written++;
        }
        return written;
    }

    bool Fail()
    {
        IsMalformed = true;
        _rest = default;
        return false;
    }

    static bool TryReadValue(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> value, out int consumed)
    {
        int at = 0;
        if (text.Length == 0 || text[0] != '"')
        {
            while (at < text.Length && LogEntry.IsPlain(text[at]))
            {
                at++;
            }
            value = text[..at];
            consumed = at;
            return at != 0;
        }
        for (at = 1; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] is < 0x20 or 0x7F)
            {
                break;
            }
            at += text[at] == '\\' ? 1 : 0;
        }
        bool ended = at < text.Length && text[at] == '"';
        value = ended ? text[1..at] : default;
        consumed = ended ? at + 1 : 0;
        return ended;
    }

    static int Digit(byte value) =>
        value is >= (byte)'0' and <= (byte)'9' ? value - '0' : value is >= (byte)'A' and <= (byte)'F' ? value - 'A' + 10 : -1;
}
