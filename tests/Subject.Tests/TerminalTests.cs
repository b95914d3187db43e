// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using System.Text;
using CsCheck;
using Muen.Samples.Terminals;
using Xunit;

namespace Muen.Tests;

/// <summary>Cells, history and control sequences of one terminal.</summary>
public sealed class TerminalTests
{
    static Terminal s_terminal;

    static void Start(string text = "")
    {
        s_terminal.Reset();
        Write(text);
    }

    static void Write(string text) => s_terminal.Write(Encoding.Latin1.GetBytes(text));

    static ushort[] Row(int row)
    {
        ushort[] cells = new ushort[Terminal.Columns];
        s_terminal.CopyRow(row, cells);
        return cells;
    }

    static string Line(int row) => string.Concat(Row(row).Select(c => (char)(c & 0xFF))).TrimEnd();

    [Fact]
    public void Lines_wrap_scroll_and_can_be_looked_back_at()
    {
        Start(new string('a', 80));
        Assert.Equal((0, 79), (s_terminal.CursorRow, s_terminal.CursorColumn));
        Write("b");
        Assert.Equal(new string('a', 80), Line(0));
        Assert.Equal("b", Line(1));

        Start(string.Concat(Enumerable.Range(1, 300).Select(i => $"line {i}\n")));
        Assert.Equal("line 278", Line(0));
        Assert.Equal("line 300", Line(22));
        Assert.Equal("", Line(23));
        s_terminal.Scroll(12);
        Assert.Equal("line 266", Line(0));
        Assert.Equal("line 278", Line(12));

        // The view stays at its lines while more are printed.
        Write("one more\n");
        Assert.Equal("line 266", Line(0));
        s_terminal.Scroll(10_000);
        Assert.Equal(Terminal.HistoryRows, s_terminal.ViewOffset);
        Assert.Equal("line 79", Line(0));
        s_terminal.ShowNewest();
        Assert.Equal("one more", Line(22));
    }

    [Fact]
    public void Sequences_move_erase_and_colour()
    {
        Start("\u001b[3;5Hxyz\u001b[3;6H\u001b[K");
        Assert.Equal("    x", Line(2));
        Write("\u001b[2J");
        Assert.Equal("", Line(2));
        Assert.Equal((2, 5), (s_terminal.CursorRow, s_terminal.CursorColumn));
        Write("\u001b[H\u001b[31;44mA\u001b[1mB\u001b[7mC\u001b[0mD\u001b[97;103mE");
        Assert.Equal([0x1441, 0x1C42, 0xC143, 0x0744, 0xEF45], Row(0).Take(5).Select(c => (int)c));
        Write("\u001b[?25l");
        Assert.False(s_terminal.CursorVisible);

        // What is not known, cut or too long leaves nothing behind but what follows.
        Start("\u001b[12;34;56;78;1;2;3;4;5;6;7qa\u001b[99999999999999999999Cb\u001b[>5Xc\u001bZd\u001b[3\ne");
        Assert.Equal("a" + new string(' ', 78) + "b", Line(0));
        Assert.Equal("cd", Line(1));
        Assert.Equal("e", Line(2));
    }

    [Fact]
    public void The_full_screen_has_every_line_and_no_history()
    {
        Start("before\n\u001b[?1049h\u001b[25;1Hlast\u001b[25;80Hx\u001b[1;1Hfirst");
        Assert.True(s_terminal.IsFullScreen);
        Assert.Equal("first", Line(0));
        Assert.Equal("last" + new string(' ', 75) + "x", Line(24));
        s_terminal.Scroll(5);
        Assert.Equal(0, s_terminal.ViewOffset);
        Write("\u001b[?1049l");
        Assert.False(s_terminal.IsFullScreen);
        Assert.Equal("", Line(0));
    }

    [Fact]
    public void No_bytes_get_a_terminal_out_of_bounds()
    {
        Gen<byte> any = Gen.Frequency((5, Gen.Byte), (3, Gen.OneOfConst("\u001b[?0123456789;HJKmABCDhlsu\n\r\b\t"u8.ToArray())));
        any.Array[0, 400].Sample(bytes =>
        {
            s_terminal.Reset();
            s_terminal.Write(bytes);
            Assert.InRange(s_terminal.CursorRow, 0, s_terminal.Rows - 1);
            Assert.InRange(s_terminal.CursorColumn, 0, Terminal.Columns - 1);
            s_terminal.Scroll(7);
            for (int row = 0; row < s_terminal.Rows; row++)
            {
                Row(row);
            }
        }, iter: 20_000, threads: 1);
    }
}
