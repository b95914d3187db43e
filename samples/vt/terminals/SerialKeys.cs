// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Terminals;

/// <summary>
/// Makes keys of what a serial terminal sends: characters, and the sequences of its function and cursor keys (as xterm, VT220 and the Linux console send them). A
/// serial terminal does not say when a key goes up, so each key is one stroke. Escape itself has to be typed twice: once begins a sequence.
/// </summary>
struct SerialKeys
{
    const byte Escape = 0x1B;
    const byte Delete = 0x7F;
    const int MaxParameter = 99;

    State _state;
    int _first;
    int _second;
    bool _hasSecond;

    /// <summary>Takes in a byte.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="key">The key that it completes, going down.</param>
    /// <returns>Whether it completes one.</returns>
    internal bool TryDecode(byte value, out KeyStroke key)
    {
        key = default;
        switch (_state)
        {
            case State.Escape:
                return AfterEscape(value, out key);
            case State.Sequence:
                return InSequence(value, out key);
            case State.Application:
                _state = State.Text;
                // F1 to F4 as P to S, as a VT100 names the keys of its pad.
                return value is >= (byte)'P' and <= (byte)'S' ? Named((ushort)(KeyCode.F1 + value - 'P'), out key) : Final(value, out key);
            case State.Linux:
                _state = State.Text;
                // The Linux console's F1 to F5.
                return value is >= (byte)'A' and <= (byte)'E' && Named((ushort)(KeyCode.F1 + value - 'A'), out key);
            default:
                return Character(value, out key);
        }
    }

    bool Character(byte value, out KeyStroke key)
    {
        key = default;
        if (value == Escape)
        {
            _state = State.Escape;
            return false;
        }
        return Keyboard.TryFind(value switch { (byte)'\r' => (byte)'\n', Delete => (byte)'\b', _ => value }, out key);
    }

    bool AfterEscape(byte value, out KeyStroke key)
    {
        key = default;
        _state = value switch
        {
            (byte)'[' => State.Sequence,
            (byte)'O' => State.Application,
            _ => State.Text,
        };
        _first = 0;
        _second = 0;
        _hasSecond = false;
        return _state == State.Text && Keyboard.TryFind(value, out key);
    }

    bool InSequence(byte value, out KeyStroke key)
    {
        key = default;
        if (value is >= (byte)'0' and <= (byte)'9')
        {
            int digit = value - '0';
            if (_hasSecond)
            {
                _second = Math.Min((_second * 10) + digit, MaxParameter);
            }
            else
            {
                _first = Math.Min((_first * 10) + digit, MaxParameter);
            }
            return false;
        }
        if (value == ';')
        {
            _hasSecond = true;
            return false;
        }
        _state = State.Text;
        if (value == '[')
        {
            _state = State.Linux;
            return false;
        }
        return Final(value, out key);
    }

    /// <summary>The last byte of a sequence: a cursor key by its letter, or <c>~</c> after the number of a key.</summary>
    readonly bool Final(byte value, out KeyStroke key)
    {
        ushort code = value switch
        {
            (byte)'A' => KeyCode.Up,
            (byte)'B' => KeyCode.Down,
            (byte)'C' => KeyCode.Right,
            (byte)'D' => KeyCode.Left,
            (byte)'H' => KeyCode.Home,
            (byte)'F' => KeyCode.End,
            (byte)'~' => Numbered(_first),
            _ => 0,
        };
        return Named(code, out key);
    }

    /// <summary>A key without a character. The second parameter is 1 and the held keys: 1 for shift, 2 for alt, 4 for control.</summary>
    readonly bool Named(ushort code, out KeyStroke key)
    {
        key = default;
        key.Code = code;
        int held = _hasSecond && _second > 0 ? _second - 1 : 0;
        key.Flags = ((held & 1) != 0 ? KeyFlags.Shift : KeyFlags.None) | ((held & 2) != 0 ? KeyFlags.Alt : KeyFlags.None)
            | ((held & 4) != 0 ? KeyFlags.Control : KeyFlags.None);
        return code != 0;
    }

    static ushort Numbered(int number) => number switch
    {
        1 or 7 => KeyCode.Home,
        2 => KeyCode.Insert,
        3 => KeyCode.Delete,
        4 or 8 => KeyCode.End,
        5 => KeyCode.PageUp,
        6 => KeyCode.PageDown,
        >= 11 and <= 15 => (ushort)(KeyCode.F1 + number - 11),
        >= 17 and <= 21 => (ushort)(KeyCode.F6 + number - 17),
        23 => KeyCode.F11,
        24 => KeyCode.F12,
        _ => 0,
    };

    enum State : byte
    {
        Text = 0,
        Escape = 1,
        Sequence = 2,
        Application = 3,
        Linux = 4,
    }
}
