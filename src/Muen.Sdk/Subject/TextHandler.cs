// SPDX-License-Identifier: MIT
using System;
using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>
/// Turns an interpolated string into text, straight onto a console or into a buffer: no string is made, nothing is allocated. Alignment and formats are
/// .NET's (CoreLib's README lists them); the format <c>x</c> makes bytes a hex dump.
/// </summary>
[InterpolatedStringHandler]
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct TextHandler
{
    /// <summary>Bytes of the longest number: 64 binary digits, or a precision of 100 and what belongs to it.</summary>
    const int MaxNumber = 140;

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
    public void AppendLiteral(string value) => AppendFormatted(value);

    /// <summary>Appends text; characters beyond ASCII become question marks.</summary>
    /// <param name="value">The text.</param>
    /// <param name="alignment">Width of the field; negative: the blanks come behind.</param>
    public void AppendFormatted(string value, int alignment = 0) => AppendFormatted((ReadOnlySpan<char>)value, alignment);

    /// <summary>Appends text; characters beyond ASCII become question marks.</summary>
    /// <param name="value">The text.</param>
    /// <param name="alignment">Width of the field; negative: the blanks come behind.</param>
    public void AppendFormatted(scoped ReadOnlySpan<char> value, int alignment = 0)
    {
        Blanks(alignment, value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            Append(c < 0x80 ? (byte)c : (byte)'?');
        }
        BlanksBehind(alignment, value.Length);
    }

    /// <summary>Appends bytes as they are.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="alignment">Width of the field; negative: the blanks come behind.</param>
    public void AppendFormatted(scoped ReadOnlySpan<byte> value, int alignment = 0)
    {
        Blanks(alignment, value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            Append(value[i]);
        }
        BlanksBehind(alignment, value.Length);
    }

    /// <summary>Appends bytes as hexadecimal digits, two each.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="format"><c>x</c> or <c>X</c>; any other appends the bytes as they are.</param>
    public void AppendFormatted(scoped ReadOnlySpan<byte> value, string format)
    {
        if (format is not ("x" or "X"))
        {
            AppendFormatted(value);
            return;
        }
        for (int i = 0; i < value.Length; i++)
        {
            AppendFormatted(value[i], 0, format[0] == 'x' ? "x2" : "X2");
        }
    }

    /// <summary>Appends a value: an integer, a <c>bool</c>, a <c>char</c>, a <see cref="TimeSpan"/>, or a type of one's own that writes itself.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value. One whose text is longer than 140 bytes is left out.</param>
    public void AppendFormatted<T>(T value)
        where T : IUtf8SpanFormattable => AppendFormatted(value, 0, "");

    /// <inheritdoc cref="AppendFormatted{T}(T)"/>
    /// <param name="value">The value.</param>
    /// <param name="format">The format; one that is not known is a panic.</param>
    public void AppendFormatted<T>(T value, string format)
        where T : IUtf8SpanFormattable => AppendFormatted(value, 0, format);

    /// <inheritdoc cref="AppendFormatted{T}(T)"/>
    /// <param name="value">The value.</param>
    /// <param name="alignment">Width of the field; negative: the blanks come behind.</param>
    /// <param name="format">The format; one that is not known is a panic.</param>
    public void AppendFormatted<T>(T value, int alignment, string format = "")
        where T : IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[MaxNumber];
        if (value.TryFormat(text, out int length, format, null))
        {
            AppendFormatted((ReadOnlySpan<byte>)text[..length], alignment);
        }
    }

    /// <inheritdoc cref="AppendFormatted{T}(T)"/>
    /// <param name="value">The value: <c>True</c> or <c>False</c>.</param>
    /// <param name="alignment">Width of the field; negative: the blanks come behind.</param>
    public void AppendFormatted(bool value, int alignment = 0) => AppendFormatted(value ? "True" : "False", alignment);

    void Blanks(int alignment, int length)
    {
        for (int i = length; i < alignment; i++)
        {
            Append((byte)' ');
        }
    }

    void BlanksBehind(int alignment, int length) => Blanks(alignment < 0 ? unchecked(-alignment) : 0, length);

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
