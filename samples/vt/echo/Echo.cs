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
            Execute(s_terminal.ReadLine(s_line));
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
