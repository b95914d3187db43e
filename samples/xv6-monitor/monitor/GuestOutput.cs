// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Muen.Samples.Terminals;

namespace Muen.Samples.Monitors;

/// <summary>
/// Where the guest is seen and typed to: its text screen and keyboard on one terminal (channels <c>terminal</c>, <c>keys</c>), its serial port on another one that the policy
/// may leave out (<c>serial</c>, <c>serial_keys</c>).
/// </summary>
static class GuestOutput
{
    internal const ulong ScreenBase = 0xB_8000;
    const int ScreenSize = 0x8000;
    const int Columns = 80;
    const int Rows = 25;
    const int Cells = Columns * Rows;

    /// <summary>Text is collected up to this before it is sent.</summary>
    const int BufferLength = 1024;

    /// <summary>A key stays down this long at least, 40 ms, since no finger is faster: keys of a serial line go up at once, and a guest that looks now and then would not see them.</summary>
    const ulong HoldTime = 40_000_000;

    /// <summary>Keys that wait until the guest's keyboard takes them: as many as their channel holds.</summary>
    const int WaitingKeys = 512;

    static KeyQueue s_keys;
    static int s_firstKey;
    static int s_keyCount;
    static ulong s_earliestRelease;
    static TerminalClient s_screen;
    static TerminalClient s_serial;
    static bool s_hasSerial;
    static Shown s_shown;

    /// <summary>The row that is sent next whether it has changed or not: what a terminal lost comes again.</summary>
    static int s_repeated;
    static int s_cursor;
    static int s_colours;
    static int s_place;
    static TextBuffer s_text;
    static int s_textLength;
    static TextBuffer s_sent;
    static int s_sentLength;

    /// <summary>Somebody has pressed F11, which is this program's and not the guest's: the guest is to be halted, and its state shown.</summary>
    internal static bool IsStopWanted { get; private set; }

    /// <summary>Opens the terminals and empties the guest's screen.</summary>
    internal static void Open()
    {
        s_screen = TerminalClient.Open();
        s_hasSerial = SubjectInfo.Own.TryFindChannel("serial"u8, out _);
        if (s_hasSerial)
        {
            s_serial = TerminalClient.Open("serial"u8, "serial_keys"u8);
        }
        s_textLength = 0;
        s_sentLength = 0;
        s_firstKey = 0;
        s_keyCount = 0;
        IsStopWanted = false;
        Write("\u001b[?1049h\u001b[?25l\u001b[0;37;40m"u8);
        Span<ushort> shown = s_shown;
        shown.Fill(0x0720);
        s_cursor = -1;
        s_colours = 0x07;
        s_place = -1;
        if (GuestMemory.TryGet(ScreenBase, ScreenSize, true, out Span<byte> screen))
        {
            for (int i = 0; i < screen.Length; i += 2)
            {
                screen[i] = (byte)' ';
                screen[i + 1] = 0x07;
            }
        }
    }

    /// <summary>Takes keys, as many as the guest's devices hold.</summary>
    /// <returns>Whether one went down that the guest sees on its screen's keyboard.</returns>
    internal static bool TakeKeys()
    {
        bool pressed = false;
        CollectKeys();
        while (KeyboardDevice.IsReady && s_keyCount != 0)
        {
            KeyStroke stroke = s_keys[s_firstKey];
            if (stroke.IsReleased && Clock.Now < s_earliestRelease)
            {
                break;
            }
            s_firstKey = (s_firstKey + 1) % WaitingKeys;
            s_keyCount--;
            KeyboardDevice.Press(in stroke);
            if (!stroke.IsReleased)
            {
                Statistics.Press();
                pressed = true;
            }
            s_earliestRelease = stroke.IsReleased ? s_earliestRelease : Clock.After(HoldTime);
        }
        while (s_hasSerial && Uart.IsReady && s_serial.TryRead(out KeyStroke key))
        {
            if (key.Character != 0)
            {
                Uart.Receive(key.Character == '\n' ? (byte)'\r' : key.Character);
            }
        }
        return pressed;
    }

    /// <summary>Empties the channel of keys, so that F11 is seen whatever the guest does with its keyboard. Keys that nobody takes are lost, as a keyboard loses them.</summary>
    static void CollectKeys()
    {
        for (int i = 0; i < WaitingKeys && s_screen.TryRead(out KeyStroke key); i++)
        {
            if (key.Code == KeyCode.F11)
            {
                IsStopWanted = true;
            }
            else if (s_keyCount < WaitingKeys)
            {
                s_keys[(s_firstKey + s_keyCount) % WaitingKeys] = key;
                s_keyCount++;
            }
        }
    }

    /// <summary>The guest's serial port sends a byte.</summary>
    internal static void Serial(byte value)
    {
        s_sent[s_sentLength] = value;
        s_sentLength++;
        if (s_sentLength == BufferLength || value == '\n')
        {
            FlushSerial();
        }
    }

    /// <summary>Sends what has changed on the guest's screen, and what its serial port sent.</summary>
    internal static void Refresh()
    {
        FlushSerial();
        if (!GuestMemory.TryGet(ScreenBase, ScreenSize, false, out Span<byte> screen))
        {
            return;
        }
        int start = Crtc.Start * 2;
        int repeated = s_repeated * Columns;
        s_repeated = (s_repeated + 1) % Rows;
        s_place = -1;
        s_colours = -1;
        bool changed = false;
        for (int cell = 0; cell < Cells; cell++)
        {
            // The screen's memory goes round.
            ushort value = BinaryPrimitives.ReadUInt16LittleEndian(screen[((start + (cell * 2)) & (ScreenSize - 2))..]);
            changed |= s_shown[cell] != value;
            if (s_shown[cell] != value || (cell >= repeated && cell < repeated + Columns))
            {
                s_shown[cell] = value;
                DrawCell(cell, value);
            }
        }
        changed |= DrawCursor();
        Flush();
        if (changed)
        {
            Statistics.Sent();
        }
    }

    /// <summary>Leaves the guest's screen and prints on the terminal itself: for what the monitor has to say.</summary>
    internal static void Print(scoped ReadOnlySpan<byte> text)
    {
        Write(text);
        Flush();
    }

    static void DrawCell(int cell, ushort value)
    {
        if (cell != s_place)
        {
            WriteNumber("\u001b["u8, (cell / Columns) + 1, ";"u8);
            WriteNumber(default, (cell % Columns) + 1, "H"u8);
        }
        int colours = value >> 8;
        if (colours != s_colours)
        {
            ReadOnlySpan<byte> order = [0, 4, 2, 6, 1, 5, 3, 7];
            WriteNumber("\u001b[0;"u8, ((colours & 0x08) != 0 ? 90 : 30) + order[colours & 7], ";"u8);
            WriteNumber(default, ((colours & 0x80) != 0 ? 100 : 40) + order[(colours >> 4) & 7], "m"u8);
            s_colours = colours;
        }
        byte character = (byte)(value & 0xFF);
        if (character is < (byte)' ' and not 0)
        {
            // A picture of the screen's font, not a control character.
            Write("\u001b%"u8);
        }
        Write(character == 0 ? (byte)' ' : character);
        s_place = (cell + 1) % Columns == 0 ? -1 : cell + 1;
    }

    /// <returns>Whether it is elsewhere than it was: of Enter, that is all of the echo.</returns>
    static bool DrawCursor()
    {
        int cursor = Crtc.Cursor;
        cursor = cursor is >= 0 and < Cells ? cursor : -1;
        if (cursor >= 0)
        {
            WriteNumber("\u001b["u8, (cursor / Columns) + 1, ";"u8);
            WriteNumber(default, (cursor % Columns) + 1, "H"u8);
            s_place = cursor;
        }
        if (s_repeated == 0 || cursor < 0 != s_cursor < 0)
        {
            Write(cursor < 0 ? "\u001b[?25l"u8 : "\u001b[?25h"u8);
        }
        bool moved = cursor != s_cursor;
        s_cursor = cursor;
        return moved;
    }

    static void WriteNumber(scoped ReadOnlySpan<byte> before, int number, scoped ReadOnlySpan<byte> after)
    {
        Write(before);
        if (number >= 100)
        {
            Write((byte)('0' + (number / 100)));
        }
        if (number >= 10)
        {
            Write((byte)('0' + (number / 10 % 10)));
        }
        Write((byte)('0' + (number % 10)));
        Write(after);
    }

    static void Write(scoped ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            Write(text[i]);
        }
    }

    static void Write(byte value)
    {
        if (s_textLength == BufferLength)
        {
            Flush();
        }
        s_text[s_textLength] = value;
        s_textLength++;
    }

    static void Flush()
    {
        if (s_textLength != 0)
        {
            ReadOnlySpan<byte> text = s_text;
            s_screen.Write(text[..s_textLength]);
            s_textLength = 0;
        }
    }

    static void FlushSerial()
    {
        if (s_sentLength != 0 && s_hasSerial)
        {
            ReadOnlySpan<byte> text = s_sent;
            s_serial.Write(text[..s_sentLength]);
        }
        s_sentLength = 0;
    }

    [InlineArray(WaitingKeys)]
    struct KeyQueue
    {
        KeyStroke _first;
    }

    [InlineArray(Cells)]
    struct Shown
    {
        ushort _first;
    }

    [InlineArray(BufferLength)]
    struct TextBuffer
    {
        byte _first;
    }
}
