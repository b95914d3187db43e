// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// Collects lines from a console. A line ends with CR, LF or both; backspace and delete erase a character (all bytes of a UTF-8 one);
/// every other byte belongs to the line. Never waits, so that a program can do other things between two bytes.
/// </summary>
public ref struct LineReader
{
    const byte Backspace = 0x08;
    const byte Delete = 0x7F;

    readonly SerialConsole _console;
    readonly Span<byte> _buffer;
    readonly bool _echo;
    int _length;
    bool _afterReturn;
    bool _ended;

    /// <param name="console">Where the bytes come from.</param>
    /// <param name="buffer">Room for the longest line.</param>
    /// <param name="echo">Whether to write back what is typed, and erase it there too.</param>
    public LineReader(SerialConsole console, Span<byte> buffer, bool echo)
    {
        _console = console;
        _buffer = buffer;
        _echo = echo;
        _length = 0;
        _afterReturn = false;
        _ended = false;
        IsTruncated = false;
    }

    /// <summary>Whether the line was longer than the buffer; the bytes beyond are lost.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>Takes what the console has received.</summary>
    /// <param name="line">A whole line without its end; valid until the next call.</param>
    /// <returns>Whether a line is complete. Bytes after it stay in the console for the next call.</returns>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        if (_ended)
        {
            _length = 0;
            _ended = false;
            IsTruncated = false;
        }
        while (!_ended && _console.TryReadByte(out byte value))
        {
            Take(value);
        }
        line = _ended ? _buffer[.._length] : default;
        return _ended;
    }

    /// <summary>Writes the unfinished line again, after other output has come in between.</summary>
    public readonly void Redraw()
    {
        if (_echo && !_ended)
        {
            _console.Write(_buffer[.._length]);
        }
    }

    /// <summary>One received byte.</summary>
    internal void Take(byte value)
    {
        bool afterReturn = _afterReturn;
        _afterReturn = value == '\r';
        if (value == '\r' || (value == '\n' && !afterReturn))
        {
            _ended = true;
            Echo("\r\n"u8);
        }
        else if (value is Backspace or Delete)
        {
            Erase();
        }
        else if (value != '\n')
        {
            Add(value);
        }
    }

    void Add(byte value)
    {
        if (_length == _buffer.Length)
        {
            IsTruncated = true;
            return;
        }
        _buffer[_length] = value;
        _length++;
        if (_echo)
        {
            _console.Write(value is < 0x20 ? (byte)'?' : value);
        }
    }

    void Erase()
    {
        if (_length == 0)
        {
            return;
        }
        do
        {
            _length--;
        }
        while (_length > 0 && (_buffer[_length] & 0xC0) == 0x80);
        Echo("\b \b"u8);
    }

    readonly void Echo(ReadOnlySpan<byte> text)
    {
        if (_echo)
        {
            _console.Write(text);
        }
    }
}
