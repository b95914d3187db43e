// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Terminals;

/// <summary>
/// Makes key strokes of the bytes that a keyboard sends (scan code set 1, US layout), and of the characters of a serial terminal. Knows which of the keys beside the
/// letters are held down.
/// </summary>
struct Keyboard
{
    const byte ReleaseBit = 0x80;
    const byte ExtendedPrefix = 0xE0;
    const byte PausePrefix = 0xE1;

    /// <summary>Codes that the layout knows, each with its character; two rows of them.</summary>
    internal static ReadOnlySpan<byte> Plain => "\0\u001b1234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 "u8;

    internal static ReadOnlySpan<byte> Shifted => "\0\u001b!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 "u8;

    KeyFlags _held;
    bool _capsLock;
    bool _extended;

    /// <summary>Bytes that belong to Pause, which has no code of its own and never goes up.</summary>
    int _skip;

    /// <summary>What is held down now.</summary>
    internal readonly KeyFlags Held => _held;

    /// <summary>Takes in a byte of the keyboard.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="key">The key that it completes.</param>
    /// <returns>Whether it completes one.</returns>
    internal bool TryDecode(byte value, out KeyStroke key)
    {
        key = default;
        if (_skip > 0)
        {
            _skip--;
            return false;
        }
        if (value == PausePrefix)
        {
            _skip = 2;
            _extended = false;
            return false;
        }
        if (value == ExtendedPrefix)
        {
            _extended = true;
            return false;
        }
        int code = value & ~ReleaseBit;
        bool extended = _extended;
        _extended = false;
        // Not codes of keys: errors, answers to commands, and the shifts that some keyboards put around the arrows.
        if (code is 0 or > KeyCode.F12 || (extended && (code is KeyCode.LeftShift or KeyCode.RightShift)))
        {
            return false;
        }
        bool released = (value & ReleaseBit) != 0;
        Hold(code, released);
        key.Code = (ushort)(extended ? code | KeyStroke.Extended : code);
        key.Flags = released ? _held | KeyFlags.Released : _held;
        key.Character = released ? (byte)0 : CharacterOf(code, extended);
        return true;
    }

    /// <summary>The key that makes a character, with the shift or control that it needs.</summary>
    /// <param name="character">ASCII.</param>
    /// <param name="key">The key, going down.</param>
    /// <returns>Whether there is one.</returns>
    internal static bool TryFind(byte character, out KeyStroke key)
    {
        key = default;
        key.Character = character;
        int code = Plain.IndexOf(character);
        if (code <= 0)
        {
            code = Shifted.IndexOf(character);
            key.Flags = KeyFlags.Shift;
        }
        if (code <= 0 && character is >= 1 and <= 26)
        {
            code = Plain.IndexOf((byte)('a' + character - 1));
            key.Flags = KeyFlags.Control;
        }
        key.Code = (ushort)Math.Max(code, 0);
        return code > 0;
    }

    void Hold(int code, bool released)
    {
        KeyFlags flag = code switch
        {
            KeyCode.LeftShift or KeyCode.RightShift => KeyFlags.Shift,
            KeyCode.LeftControl => KeyFlags.Control,
            KeyCode.Alt => KeyFlags.Alt,
            _ => KeyFlags.None,
        };
        _held = released ? _held & ~flag : _held | flag;
        if (code == KeyCode.CapsLock && !released)
        {
            _capsLock = !_capsLock;
        }
    }

    readonly byte CharacterOf(int code, bool extended)
    {
        if (extended)
        {
            return code switch
            {
                KeyCode.Enter => (byte)'\n',
                0x35 => (byte)'/',
                _ => 0,
            };
        }
        if (code >= Plain.Length || (_held & KeyFlags.Alt) != 0)
        {
            return 0;
        }
        byte plain = Plain[code];
        bool letter = plain is >= (byte)'a' and <= (byte)'z';
        if ((_held & KeyFlags.Control) != 0)
        {
            return letter ? (byte)(plain - 'a' + 1) : (byte)0;
        }
        bool shift = (_held & KeyFlags.Shift) != 0;
        return shift != (letter && _capsLock) ? Shifted[code] : plain;
    }
}
