// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace Muen.Samples.Terminals;

/// <summary>The VGA's text screen: its memory at 0xB8000 and the ports of its cursor. Only cells that differ are written, so a screen that stands still costs nothing.</summary>
struct TextScreen
{
    // Ports of the VGA, from 0x3C0 on, and registers of its CRT controller (IBM VGA technical reference).
    const int AttributeAddress = 0x00;
    const int CrtAddress = 0x14;
    const int CrtData = 0x15;
    const int InputStatus = 0x1A;
    const byte CursorStart = 0x0A;
    const byte CursorEnd = 0x0B;
    const byte CursorHigh = 0x0E;
    const byte CursorLow = 0x0F;
    const byte CursorOff = 0x20;
    const byte FirstCursorLine = 13;
    const byte LastCursorLine = 14;

    /// <summary>Mode control of the attribute controller, with the bit that leaves the screen on while it is accessed.</summary>
    const byte ModeControl = 0x10 | 0x20;

    /// <summary>Text, ninth column of line graphics; not bit 3, so that bit 7 of the colours is a bright background and no blinking.</summary>
    const byte TextWithoutBlinking = 0x04;

    Ports _ports;
    MemoryRegion _memory;
    FrameCells _shown;
    int _cursor;

    /// <summary>Opens the VGA that the policy gives.</summary>
    internal void Open()
    {
        if (!SubjectInfo.Own.TryFindDeviceMemory("vga_text"u8, out _memory) || !_memory.IsWritable || _memory.Size < 2 * Frame.Size)
        {
            Panic.Stop("there is no text screen to write to");
        }
        if (!SubjectInfo.Own.TryFindPorts("vga_registers"u8, out _ports))
        {
            Panic.Stop("there are no ports of a text screen");
        }
        // Reading the status makes the next write to the attribute controller an index.
        _ = _ports.Read8(InputStatus);
        _ports.Write8(AttributeAddress, ModeControl);
        _ports.Write8(AttributeAddress, TextWithoutBlinking);
        SetCrt(CursorEnd, LastCursorLine);

        // Nothing is taken for known: every cell of the first frame is written.
        Span<ushort> shown = _shown;
        shown.Fill(ushort.MaxValue);
        _cursor = int.MinValue;
    }

    /// <summary>Draws what has changed.</summary>
    internal void Draw(ref Frame frame)
    {
        Span<ushort> memory = MemoryMarshal.Cast<byte, ushort>(_memory.WritableBytes);
        ReadOnlySpan<ushort> cells = frame.Cells;
        Span<ushort> shown = _shown;
        for (int i = 0; i < Frame.Size; i++)
        {
            if (shown[i] != cells[i])
            {
                shown[i] = cells[i];
                memory[i] = cells[i];
            }
        }
        if (_cursor == frame.Cursor)
        {
            return;
        }
        _cursor = frame.Cursor;
        if (_cursor < 0)
        {
            SetCrt(CursorStart, CursorOff | FirstCursorLine);
            return;
        }
        SetCrt(CursorStart, FirstCursorLine);
        SetCrt(CursorHigh, (byte)(_cursor >> 8));
        SetCrt(CursorLow, (byte)(_cursor & 0xFF));
    }

    readonly void SetCrt(byte register, byte value)
    {
        _ports.Write8(CrtAddress, register);
        _ports.Write8(CrtData, value);
    }
}
