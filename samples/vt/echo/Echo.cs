// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Terminals;

/// <summary>A program on a terminal: says who it is, and does what a typed line says.</summary>
static class Echo
{
    const int LineLength = 70;

    static TerminalClient s_terminal;
    static Line s_line;

    internal static void Main()
    {
        s_terminal = TerminalClient.Open();
        s_terminal.Write("This is "u8);
        s_terminal.Write(Subject.Name);
        s_terminal.WriteLine(". Type a line; `colours` and `lines` are commands."u8);
        while (true)
        {
            s_terminal.Write("> "u8);
            Execute(ReadLine());
        }
    }

    static void Execute(ReadOnlySpan<byte> line)
    {
        if (line.SequenceEqual("colours"u8))
        {
            ShowColours();
        }
        else if (line.SequenceEqual("lines"u8))
        {
            ShowLines();
        }
        else
        {
            s_terminal.Write(Subject.Name);
            s_terminal.Write(": "u8);
            s_terminal.WriteLine(line);
        }
    }

    static ReadOnlySpan<byte> ReadLine()
    {
        int length = 0;
        while (true)
        {
            byte character = s_terminal.ReadCharacter();
            if (character == '\n')
            {
                s_terminal.Write("\n"u8);
                ReadOnlySpan<byte> line = s_line;
                return line[..length];
            }
            if (character == '\b' && length > 0)
            {
                length--;
                s_terminal.Write("\b \b"u8);
            }
            else if (character >= ' ' && length < LineLength)
            {
                s_line[length] = character;
                ReadOnlySpan<byte> line = s_line;
                s_terminal.Write(line.Slice(length, 1));
                length++;
            }
        }
    }

    static void ShowColours()
    {
        Span<byte> text = stackalloc byte[32];
        for (int background = 0; background < 8; background++)
        {
            for (int foreground = 0; foreground < 16; foreground++)
            {
                int code = foreground < 8 ? 30 + foreground : 82 + foreground;
                int length = Text.Format(text, $"\u001b[{code};{40 + background}m {foreground} ");
                s_terminal.Write(text[..length]);
            }
            s_terminal.WriteLine("\u001b[0m"u8);
        }
    }

    static void ShowLines()
    {
        Span<byte> text = stackalloc byte[32];
        for (int i = 1; i <= 60; i++)
        {
            int length = Text.Format(text, $"line {i}\n");
            s_terminal.Write(text[..length]);
        }
    }

    [InlineArray(LineLength)]
    struct Line
    {
        byte _first;
    }
}
