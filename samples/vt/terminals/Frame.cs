// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Terminals;

/// <summary>What is to be seen now: all cells of the screen and the cursor. The text screen and the serial line each draw it at their own pace.</summary>
struct Frame
{
    internal const int Size = Terminal.ScreenRows * Terminal.Columns;

    /// <summary>Black on light grey.</summary>
    const ushort StatusColours = 0x7000;

    /// <summary>White on blue: the name of the terminal that is shown.</summary>
    const ushort ActiveColours = 0x1F00;

    FrameCells _cells;

    /// <summary>Cell of the cursor, or -1 when there is none to be seen.</summary>
    internal int Cursor { get; private set; }

    [UnscopedRef]
    internal ReadOnlySpan<ushort> Cells => _cells;

    /// <summary>Takes over what a terminal shows.</summary>
    internal void Show(ref Terminal terminal, bool statusLine)
    {
        Span<ushort> cells = _cells;
        int rows = statusLine ? Terminal.ScreenRows - 1 : Terminal.ScreenRows;
        for (int row = 0; row < rows; row++)
        {
            terminal.CopyRow(row, cells.Slice(row * Terminal.Columns, Terminal.Columns));
        }
        int cursorRow = terminal.CursorRow + terminal.ViewOffset;
        Cursor = terminal.CursorVisible && cursorRow < rows ? (cursorRow * Terminal.Columns) + terminal.CursorColumn : -1;
    }

    /// <summary>Begins the status line.</summary>
    /// <returns>Its first column.</returns>
    internal int BeginStatus()
    {
        Span<ushort> cells = _cells;
        cells[(Size - Terminal.Columns)..].Fill(StatusColours | ' ');
        return Size - Terminal.Columns;
    }

    /// <summary>Adds text to the status line, as much as fits.</summary>
    /// <returns>Where the next text goes.</returns>
    internal int AddStatus(int place, scoped ReadOnlySpan<byte> text, bool active)
    {
        for (int i = 0; i < text.Length && place < Size; i++)
        {
            _cells[place] = (ushort)((active ? ActiveColours : StatusColours) | text[i]);
            place++;
        }
        return place;
    }
}

/// <summary>Cells of a whole screen.</summary>
[InlineArray(Frame.Size)]
struct FrameCells
{
    ushort _first;
}
