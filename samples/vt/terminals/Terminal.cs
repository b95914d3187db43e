// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Terminals;

/// <summary>
/// One virtual terminal: a screen of character cells, what has scrolled off its top, and the few control sequences of ECMA-48 that text programs use. Whatever bytes
/// come in, nothing outside of this terminal changes; a sequence that is not known is skipped.
/// </summary>
/// <remarks>Cells are as the text screen has them: the character (code page 437) in bits 0 to 7, its colours in bits 8 to 15.</remarks>
struct Terminal
{
    internal const int Columns = 80;

    /// <summary>Lines of the screen; the last one is the status line's unless the terminal has the full screen.</summary>
    internal const int ScreenRows = 25;

    /// <summary>Lines that have scrolled off and can be looked at.</summary>
    internal const int HistoryRows = 200;

    /// <summary>Light grey on black.</summary>
    internal const byte DefaultColours = 0x07;

    const int MaxParameters = 8;
    const int MaxParameter = 9999;
    const byte Escape = 0x1B;

    Cells _cells;
    History _history;

    /// <summary>Lines of the history that hold something, and the place of the next one.</summary>
    int _historyCount;
    int _historyNext;

    int _row;
    int _column;
    int _savedRow;
    int _savedColumn;

    /// <summary>The last column has been written: the next character begins a new line first.</summary>
    bool _wrapPending;
    byte _colours;
    bool _inverse;

    ParserState _state;
    Parameters _parameters;
    int _parameterCount;
    bool _private;

    /// <summary>Whether the cursor is to be seen.</summary>
    internal bool CursorVisible { get; private set; }

    /// <summary>Whether the subject has asked for all lines of the screen: then there is no status line.</summary>
    internal bool IsFullScreen { get; private set; }

    /// <summary>How many lines back the view is, 0 to the history's length.</summary>
    internal int ViewOffset { get; private set; }

    internal readonly int CursorRow => _row;

    internal readonly int CursorColumn => _column;

    /// <summary>Lines that this terminal has.</summary>
    internal readonly int Rows => IsFullScreen ? ScreenRows : ScreenRows - 1;

    /// <summary>Empties the terminal and its history.</summary>
    internal void Reset()
    {
        _historyCount = 0;
        _historyNext = 0;
        ViewOffset = 0;
        _savedRow = 0;
        _savedColumn = 0;
        _state = ParserState.Text;
        CursorVisible = true;
        IsFullScreen = false;
        _inverse = false;
        _colours = DefaultColours;
        Clear();
    }

    /// <summary>A line as it is to be shown: of the screen, or of the history when the view is moved back.</summary>
    /// <param name="row">0 is the top line.</param>
    /// <param name="destination">Room for <see cref="Columns"/> cells.</param>
    internal readonly void CopyRow(int row, Span<ushort> destination)
    {
        if (row >= ViewOffset)
        {
            ReadOnlySpan<ushort> cells = _cells;
            cells.Slice((row - ViewOffset) * Columns, Columns).CopyTo(destination);
            return;
        }
        // The newest line of the history stands just before _historyNext.
        int index = _historyNext - ViewOffset + row;
        index = index < 0 ? index + HistoryRows : index;
        ReadOnlySpan<ushort> history = _history;
        history.Slice(index * Columns, Columns).CopyTo(destination);
    }

    /// <summary>Moves the view by lines, back in time for positive numbers.</summary>
    internal void Scroll(int lines)
    {
        int offset = Math.Min(Math.Max(ViewOffset + lines, 0), _historyCount);
        ViewOffset = IsFullScreen ? 0 : offset;
    }

    /// <summary>Shows the newest lines again.</summary>
    internal void ShowNewest() => ViewOffset = 0;

    /// <summary>Takes in what the subject prints.</summary>
    internal void Write(scoped ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            Write(text[i]);
        }
    }

    void Write(byte value)
    {
        switch (_state)
        {
            case ParserState.Escape:
                AfterEscape(value);
                break;
            case ParserState.Sequence:
                InSequence(value);
                break;
            case ParserState.Picture:
                _state = ParserState.Text;
                Put(value);
                break;
            default:
                Text(value);
                break;
        }
    }

    void Text(byte value)
    {
        switch (value)
        {
            case Escape:
                _state = ParserState.Escape;
                break;
            case (byte)'\n':
                _column = 0;
                LineFeed();
                break;
            case (byte)'\r':
                _column = 0;
                _wrapPending = false;
                break;
            case (byte)'\b':
                _column = _column > 0 ? _column - 1 : 0;
                _wrapPending = false;
                break;
            case (byte)'\t':
                _column = Math.Min((_column | 7) + 1, Columns - 1);
                _wrapPending = false;
                break;
            case 0 or 7:
                break;
            default:
                Put(value);
                break;
        }
    }

    void Put(byte value)
    {
        if (_wrapPending)
        {
            _column = 0;
            LineFeed();
        }
        _cells[(_row * Columns) + _column] = Cell(value);
        if (_column == Columns - 1)
        {
            _wrapPending = true;
        }
        else
        {
            _column++;
        }
    }

    readonly ushort Cell(byte value)
    {
        int colours = _inverse ? ((_colours & 0x0F) << 4) | (_colours >> 4) : _colours;
        return (ushort)((colours << 8) | value);
    }

    void LineFeed()
    {
        _wrapPending = false;
        if (_row < Rows - 1)
        {
            _row++;
            return;
        }
        Span<ushort> cells = _cells;
        if (!IsFullScreen)
        {
            Span<ushort> history = _history;
            cells[..Columns].CopyTo(history.Slice(_historyNext * Columns, Columns));
            _historyNext = _historyNext == HistoryRows - 1 ? 0 : _historyNext + 1;
            _historyCount = Math.Min(_historyCount + 1, HistoryRows);
            // Who looks back keeps what he looks at, until it leaves the history.
            ViewOffset = ViewOffset == 0 ? 0 : Math.Min(ViewOffset + 1, _historyCount);
        }
        cells[Columns..(Rows * Columns)].CopyTo(cells);
        Blank((Rows - 1) * Columns, Rows * Columns);
    }

    void AfterEscape(byte value)
    {
        _state = ParserState.Text;
        switch (value)
        {
            case (byte)'[':
                _state = ParserState.Sequence;
                _parameterCount = 0;
                _private = false;
                _parameters = default;
                break;
            case Escape:
                _state = ParserState.Escape;
                break;
            case (byte)'%':
                // Ours: the next byte is a character's number in the screen's font, even if it is a control character.
                _state = ParserState.Picture;
                break;
            case (byte)'c':
                Reset();
                break;
            default:
                break;
        }
    }

    void InSequence(byte value)
    {
        if (value is >= (byte)'0' and <= (byte)'9')
        {
            int index = Math.Min(_parameterCount, MaxParameters - 1);
            _parameters[index] = Math.Min((_parameters[index] * 10) + value - '0', MaxParameter);
        }
        else if (value == ';')
        {
            _parameterCount = Math.Min(_parameterCount + 1, MaxParameters - 1);
        }
        else if (value == '?')
        {
            _private = true;
        }
        else if (value is >= 0x40 and <= 0x7E)
        {
            _state = ParserState.Text;
            if (_private)
            {
                SetMode(value);
            }
            else
            {
                Execute(value);
            }
        }
        else if (value == Escape)
        {
            _state = ParserState.Escape;
        }
        else if (value is < 0x20 or > 0x7E)
        {
            // Not part of any sequence: it is over.
            _state = ParserState.Text;
            Text(value);
        }
    }

    /// <summary>A sequence with a question mark: the cursor (25), the full screen (1049).</summary>
    void SetMode(byte final)
    {
        if (final is not ((byte)'h' or (byte)'l'))
        {
            return;
        }
        if (_parameters[0] == 25)
        {
            CursorVisible = final == 'h';
        }
        else if (_parameters[0] == 1049 && IsFullScreen != (final == 'h'))
        {
            IsFullScreen = final == 'h';
            ViewOffset = 0;
            Clear();
        }
    }

    void Execute(byte final)
    {
        int first = _parameters[0];
        int count = Math.Max(first, 1);
        switch (final)
        {
            case (byte)'A':
                MoveTo(_row - count, _column);
                break;
            case (byte)'B':
                MoveTo(_row + count, _column);
                break;
            case (byte)'C':
                MoveTo(_row, _column + count);
                break;
            case (byte)'D':
                MoveTo(_row, _column - count);
                break;
            case (byte)'G':
                MoveTo(_row, count - 1);
                break;
            case (byte)'H' or (byte)'f':
                MoveTo(count - 1, Math.Max(_parameters[1], 1) - 1);
                break;
            case (byte)'J':
                Erase(first, 0, Rows * Columns);
                break;
            case (byte)'K':
                Erase(first, _row * Columns, (_row + 1) * Columns);
                break;
            case (byte)'m':
                for (int i = 0; i <= _parameterCount; i++)
                {
                    SelectColours(_parameters[i]);
                }
                break;
            case (byte)'s':
                _savedRow = _row;
                _savedColumn = _column;
                break;
            case (byte)'u':
                MoveTo(_savedRow, _savedColumn);
                break;
            default:
                break;
        }
    }

    void MoveTo(int row, int column)
    {
        _row = Math.Min(Math.Max(row, 0), Rows - 1);
        _column = Math.Min(Math.Max(column, 0), Columns - 1);
        _wrapPending = false;
    }

    /// <summary>Erases from the cursor to the end (0), from the start to the cursor (1), or all (2) of a range of cells.</summary>
    void Erase(int what, int start, int end)
    {
        int cursor = (_row * Columns) + _column;
        if (what is >= 0 and <= 2)
        {
            Blank(what == 0 ? cursor : start, what == 1 ? cursor + 1 : end);
        }
    }

    void SelectColours(int parameter)
    {
        // ECMA-48 counts red, green, blue from bit 0 up, the text screen from bit 2 down.
        ReadOnlySpan<byte> colours = [0, 4, 2, 6, 1, 5, 3, 7];
        switch (parameter)
        {
            case 0:
                _colours = DefaultColours;
                _inverse = false;
                break;
            case 1:
                _colours |= 0x08;
                break;
            case 22:
                _colours &= 0xF7;
                break;
            case 7:
                _inverse = true;
                break;
            case 27:
                _inverse = false;
                break;
            case >= 30 and <= 37:
                _colours = (byte)((_colours & 0xF8) | colours[parameter - 30]);
                break;
            case 39:
                _colours = (byte)((_colours & 0xF8) | (DefaultColours & 7));
                break;
            case >= 40 and <= 47:
                _colours = (byte)((_colours & 0x0F) | (colours[parameter - 40] << 4));
                break;
            case 49:
                _colours = (byte)(_colours & 0x0F);
                break;
            case >= 90 and <= 97:
                _colours = (byte)((_colours & 0xF0) | 8 | colours[parameter - 90]);
                break;
            case >= 100 and <= 107:
                _colours = (byte)((_colours & 0x0F) | 0x80 | (colours[parameter - 100] << 4));
                break;
            default:
                break;
        }
    }

    void Clear()
    {
        _row = 0;
        _column = 0;
        _wrapPending = false;
        Blank(0, ScreenRows * Columns);
    }

    void Blank(int start, int end)
    {
        Span<ushort> cells = _cells;
        cells[start..end].Fill(Cell((byte)' '));
    }

    enum ParserState : byte
    {
        Text = 0,
        Escape = 1,
        Sequence = 2,
        Picture = 3,
    }

    [InlineArray(ScreenRows * Columns)]
    struct Cells
    {
        ushort _first;
    }

    [InlineArray(HistoryRows * Columns)]
    struct History
    {
        ushort _first;
    }

    [InlineArray(MaxParameters)]
    struct Parameters
    {
        int _first;
    }
}
