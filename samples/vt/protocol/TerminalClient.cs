// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace Muen.Samples.Terminals;

/// <summary>
/// A subject's end of its terminal: what it prints, and the keys that are meant for it. What is printed is on its way at once and waits for nobody; a subject that
/// prints faster than the screen's owner reads loses text, and the terminal says so.
/// </summary>
/// <remarks>A mutable value: keep it in one place.</remarks>
struct TerminalClient
{
    ChannelWriter<TerminalText> _output;
    ChannelReader<KeyStroke> _keys;

    /// <summary>Opens the channels <c>terminal</c> and <c>keys</c>.</summary>
    internal static TerminalClient Open() => Open("terminal"u8, "keys"u8);

    /// <summary>Opens a terminal by the names of its two channels.</summary>
    internal static TerminalClient Open(ReadOnlySpan<byte> output, ReadOnlySpan<byte> keys)
    {
        TerminalClient client = default;
        client._output = Channel.OpenWriter<TerminalText>(output, TerminalText.Protocol);
        client._keys = Channel.OpenReader<KeyStroke>(keys, KeyStroke.Protocol);
        return client;
    }

    /// <summary>Prints bytes; a line feed begins a new line.</summary>
    internal void Write(scoped ReadOnlySpan<byte> text)
    {
        while (text.Length != 0)
        {
            TerminalText element = default;
            int length = Math.Min(text.Length, TerminalText.MaxLength);
            element.Length = (byte)length;
            text[..length].CopyTo(element.Bytes);
            _output.Write(in element);
            text = text[length..];
        }
        _output.Notify();
    }

    /// <summary>Prints bytes and ends the line.</summary>
    internal void WriteLine(scoped ReadOnlySpan<byte> text)
    {
        Write(text);
        Write("\n"u8);
    }

    /// <summary>Takes the next key that went down or up.</summary>
    /// <returns>Whether there was one.</returns>
    internal bool TryRead(out KeyStroke key)
    {
        while (true)
        {
            switch (_keys.TryRead(out key))
            {
                case ReadResult.Success:
                    return true;
                case ReadResult.EpochChanged or ReadResult.Overrun:
                    break;
                default:
                    return false;
            }
        }
    }

    /// <summary>Takes the next character that was typed; sleeps until there is one.</summary>
    internal byte ReadCharacter()
    {
        while (true)
        {
            if (!TryRead(out KeyStroke key))
            {
                _keys.Wait();
            }
            else if (key.Character != 0)
            {
                return key.Character;
            }
        }
    }

    /// <summary>Lets a line be typed, with what was typed shown and Backspace; sleeps until Enter ends it.</summary>
    /// <param name="buffer">Where the line goes; what is typed beyond its end is not taken.</param>
    /// <returns>The line, without its end.</returns>
    internal ReadOnlySpan<byte> ReadLine(Span<byte> buffer)
    {
        int length = 0;
        while (true)
        {
            byte character = ReadCharacter();
            if (character == '\n')
            {
                Write("\n"u8);
                return buffer[..length];
            }
            if (character == '\b' && length > 0)
            {
                length--;
                Write("\b \b"u8);
            }
            else if (character >= ' ' && length < buffer.Length)
            {
                buffer[length] = character;
                Write(buffer.Slice(length, 1));
                length++;
            }
        }
    }

    /// <summary>The vector that announces keys, or -1.</summary>
    internal readonly int KeyVector => _keys.Vector;
}
