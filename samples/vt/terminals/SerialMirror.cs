// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Terminals;

/// <summary>
/// Draws the screen on a serial terminal (ECMA-48, UTF-8), cell by cell where it differs from what is there. A serial line is slow: a screen that changes faster is
/// drawn as it is when its turn comes, and no subject waits for that.
/// </summary>
struct SerialMirror
{
    /// <summary>Cells drawn in one step, so that keys and text do not wait for the line.</summary>
    const int CellsAtOnce = 40;

    const int UnknownPlace = -1;

    /// <summary>Code page 437 as Unicode: what has a picture on the text screen.</summary>
    const string Low = " ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼";
    const string High = "⌂ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";
    const byte FirstHigh = 0x7F;

    SerialConsole _console;
    FrameCells _shown;

    /// <summary>Cell before which the terminal's cursor stands.</summary>
    int _place;

    /// <summary>Colours that the terminal has been told, or -1.</summary>
    int _colours;
    int _cursor;

    /// <summary>Where the search for differences goes on.</summary>
    int _next;

    internal readonly bool IsOpen => _console.IsOpen;

    /// <summary>Begins to draw on a console; everything is drawn once.</summary>
    internal void Open(SerialConsole console)
    {
        _console = console;
        Redraw();
    }

    /// <summary>Forgets what the terminal shows: somebody may have come who sees nothing yet.</summary>
    internal void Redraw()
    {
        Span<ushort> shown = _shown;
        shown.Fill((Terminal.DefaultColours << 8) | ' ');
        _console.Write("\u001b[0m\u001b[2J\u001b[?25l"u8);
        _place = UnknownPlace;
        _colours = -1;
        _cursor = -1;
        _next = 0;
    }

    /// <summary>Draws some of what has changed.</summary>
    /// <returns>Whether nothing is left to draw.</returns>
    internal bool Draw(ref Frame frame)
    {
        if (!_console.IsOpen)
        {
            return true;
        }
        ReadOnlySpan<ushort> cells = frame.Cells;
        int drawn = 0;
        for (int looked = 0; looked < Frame.Size; looked++)
        {
            int cell = _next;
            if (_shown[cell] != cells[cell])
            {
                if (drawn == CellsAtOnce)
                {
                    return false;
                }
                DrawCell(cell, cells[cell]);
                drawn++;
            }
            _next = _next == Frame.Size - 1 ? 0 : _next + 1;
        }
        DrawCursor(frame.Cursor);
        return true;
    }

    void DrawCell(int cell, ushort value)
    {
        if (_cursor >= 0)
        {
            _console.Write("\u001b[?25l"u8);
            _cursor = -1;
        }
        MoveTo(cell);
        SetColours(value >> 8);
        WriteCharacter((byte)(value & 0xFF));
        _shown[cell] = value;
        // After the last column terminals differ in where they stand.
        _place = (cell + 1) % Terminal.Columns == 0 ? UnknownPlace : cell + 1;
    }

    void DrawCursor(int cursor)
    {
        if (_cursor == cursor && (cursor < 0 || _place == cursor))
        {
            return;
        }
        if (cursor >= 0)
        {
            MoveTo(cursor);
            _place = cursor;
        }
        if (_cursor < 0 != cursor < 0)
        {
            _console.Write(cursor < 0 ? "\u001b[?25l"u8 : "\u001b[?25h"u8);
        }
        _cursor = cursor;
    }

    readonly void MoveTo(int cell)
    {
        if (cell != _place)
        {
            _console.Write($"\u001b[{(cell / Terminal.Columns) + 1};{(cell % Terminal.Columns) + 1}H");
        }
    }

    void SetColours(int colours)
    {
        if (colours == _colours)
        {
            return;
        }
        // The text screen counts red, green, blue from bit 2 down, ECMA-48 from bit 0 up; exchanging them is its own inverse.
        ReadOnlySpan<byte> order = [0, 4, 2, 6, 1, 5, 3, 7];
        int foreground = ((colours & 0x08) != 0 ? 90 : 30) + order[colours & 7];
        int background = ((colours & 0x80) != 0 ? 100 : 40) + order[(colours >> 4) & 7];
        _console.Write($"\u001b[{foreground};{background}m");
        _colours = colours;
    }

    readonly void WriteCharacter(byte value)
    {
        char character = value < ' ' ? Low[value] : value >= FirstHigh ? High[value - FirstHigh] : (char)value;
        if (character < 0x80)
        {
            _console.Write((byte)character);
        }
        else if (character < 0x800)
        {
            _console.Write((byte)(0xC0 | (character >> 6)));
            _console.Write((byte)(0x80 | (character & 0x3F)));
        }
        else
        {
            _console.Write((byte)(0xE0 | (character >> 12)));
            _console.Write((byte)(0x80 | ((character >> 6) & 0x3F)));
            _console.Write((byte)(0x80 | (character & 0x3F)));
        }
    }
}
