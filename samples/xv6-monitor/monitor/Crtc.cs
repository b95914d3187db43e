// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Muen.Samples.Monitors;

/// <summary>The VGA's CRT controller at ports 0x3D4 and 0x3D5: of its registers the cursor and the first cell of the screen mean something here; the mode is always text of 80 by 25.</summary>
static class Crtc
{
    const int Count = 0x19;
    const int CursorStart = 0x0A;
    const int StartHigh = 0x0C;
    const int StartLow = 0x0D;
    const int CursorHigh = 0x0E;
    const int CursorLow = 0x0F;
    const byte CursorOff = 0x20;

    static Registers s_registers;
    static byte s_index;

    internal static void Reset()
    {
        s_registers = default;
        s_registers[CursorStart] = 13;
        s_registers[CursorStart + 1] = 14;
        s_index = 0;
    }

    /// <summary>Cell of the first character, and of the cursor, or -1 when it is off.</summary>
    internal static int Start => (s_registers[StartHigh] << 8) | s_registers[StartLow];

    internal static int Cursor => (s_registers[CursorStart] & CursorOff) != 0 ? -1 : ((s_registers[CursorHigh] << 8) | s_registers[CursorLow]) - Start;

    internal static byte ReadIndex() => s_index;

    internal static void WriteIndex(byte value) => s_index = value;

    internal static bool TryRead(out byte value)
    {
        value = s_index < Count ? s_registers[s_index] : (byte)0;
        return s_index < Count;
    }

    /// <summary>Writes the register that was chosen.</summary>
    /// <returns>False for what would change the mode: it is not emulated.</returns>
    internal static bool TryWrite(byte value)
    {
        if (s_index is < CursorStart or > CursorLow)
        {
            return false;
        }
        s_registers[s_index] = value;
        return true;
    }

    [InlineArray(Count)]
    struct Registers
    {
        byte _first;
    }
}
