// SPDX-License-Identifier: MIT
using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>
/// Turns an interpolated string into ASCII, straight onto a console or into a buffer: no string is made, nothing is allocated. Numbers
/// are decimal; the format <c>x</c> or <c>x8</c> makes them hexadecimal with that many digits at least, and makes bytes a hex dump.
/// </summary>
[InterpolatedStringHandler]
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct TextHandler
{
    readonly SerialConsole _console;
    readonly Span<byte> _buffer;
    int _length;

    /// <summary>Writes to a console.</summary>
    /// <param name="literalLength">Characters of the literal parts; not needed.</param>
    /// <param name="formattedCount">Number of holes; not needed.</param>
    /// <param name="console">Where the text goes.</param>
    public TextHandler(int literalLength, int formattedCount, SerialConsole console)
    {
        _console = console;
        _buffer = default;
        _length = 0;
    }

    /// <summary>Writes into a buffer, as much as fits.</summary>
    /// <param name="literalLength">Characters of the literal parts; not needed.</param>
    /// <param name="formattedCount">Number of holes; not needed.</param>
    /// <param name="buffer">Where the text goes.</param>
    public TextHandler(int literalLength, int formattedCount, Span<byte> buffer)
    {
        _console = default;
        _buffer = buffer;
        _length = 0;
    }

    /// <summary>Bytes written into the buffer.</summary>
    public readonly int Length => _length;

    /// <summary>Appends text; characters beyond ASCII become question marks.</summary>
    /// <param name="value">The text.</param>
    public void AppendLiteral(string value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            Append(c < 0x80 ? (byte)c : (byte)'?');
        }
    }

    /// <summary>Appends text.</summary>
    /// <inheritdoc cref="AppendLiteral"/>
    public void AppendFormatted(string value) => AppendLiteral(value);

    /// <summary>Appends bytes as they are.</summary>
    /// <param name="value">The bytes.</param>
    public void AppendFormatted(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            Append(value[i]);
        }
    }

    /// <summary>Appends bytes as hexadecimal digits, two each.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="format"><c>x</c>; any other appends the bytes as they are.</param>
    public void AppendFormatted(ReadOnlySpan<byte> value, string format)
    {
        if (!IsHex(format))
        {
            AppendFormatted(value);
            return;
        }
        for (int i = 0; i < value.Length; i++)
        {
            AppendHex(value[i], 2);
        }
    }

    /// <summary>Appends a number in decimal.</summary>
    /// <param name="value">The number.</param>
    public void AppendFormatted(long value)
    {
        if (value < 0)
        {
            Append((byte)'-');
        }
        AppendFormatted(value < 0 ? unchecked((ulong)-value) : (ulong)value);
    }

    /// <summary>Appends a number in decimal.</summary>
    /// <param name="value">The number.</param>
    public void AppendFormatted(ulong value)
    {
        // Divisors from the largest digit down: no buffer to fill from behind.
        ulong divisor = 1;
        while (value / divisor >= 10)
        {
            divisor *= 10;
        }
        for (; divisor != 0; divisor /= 10)
        {
            Append((byte)('0' + (value / divisor % 10)));
        }
    }

    /// <summary>Appends a number in hexadecimal.</summary>
    /// <param name="value">The number; a negative one in two's complement.</param>
    /// <param name="format"><c>x</c> and at least how many digits; any other means decimal.</param>
    public void AppendFormatted(long value, string format)
    {
        if (IsHex(format))
        {
            AppendFormatted(unchecked((ulong)value), format);
        }
        else
        {
            AppendFormatted(value);
        }
    }

    /// <summary>Appends a number in hexadecimal.</summary>
    /// <param name="value">The number.</param>
    /// <param name="format"><c>x</c> and at least how many digits; any other means decimal.</param>
    public void AppendFormatted(ulong value, string format)
    {
        if (!IsHex(format))
        {
            AppendFormatted(value);
            return;
        }
        int digits = 0;
        for (int i = 1; i < format.Length && format[i] is >= '0' and <= '9' && digits < 16; i++)
        {
            digits = (digits * 10) + (format[i] - '0');
        }
        AppendHex(value, digits);
    }

    static bool IsHex(string format) => format.Length > 0 && format[0] is 'x' or 'X';

    void AppendHex(ulong value, int digits)
    {
        int needed = 1;
        while (needed < 16 && value >> (4 * needed) != 0)
        {
            needed++;
        }
        for (int i = digits > 16 ? 16 : digits; i > needed; i--)
        {
            Append((byte)'0');
        }
        for (int i = needed - 1; i >= 0; i--)
        {
            int digit = (int)((value >> (4 * i)) & 15);
            Append((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    void Append(byte value)
    {
        if (_length < _buffer.Length)
        {
            _buffer[_length] = value;
            _length++;
        }
        else if (_console.IsOpen)
        {
            _console.Write(value);
        }
    }
}
