// SPDX-License-Identifier: MIT
using System;
using System.Runtime.InteropServices;

namespace Muen.Samples.Terminals;

/// <summary>An element of a key channel: a key that went down or up while the subject's terminal was the one on the screen.</summary>
[StructLayout(LayoutKind.Sequential)]
struct KeyStroke
{
    /// <summary>Identifier of this element type.</summary>
    internal const ulong Protocol = 0x19D5_F3C0_8A62_47B1;

    /// <summary>In <see cref="Code"/>: the key sends 0xE0 before its code.</summary>
    internal const ushort Extended = 0x100;

    /// <summary>The key's code in scan code set 1, without the bit that says "up"; with <see cref="Extended"/>.</summary>
    internal ushort Code;

    /// <summary>The character that the key makes (ASCII; a line feed for Enter, 8 for Backspace); 0 for none, and when the key goes up.</summary>
    internal byte Character;
    internal KeyFlags Flags;
    internal uint Reserved;

    /// <summary>Whether the key went up.</summary>
    internal readonly bool IsReleased => (Flags & KeyFlags.Released) != 0;
}

/// <summary>Which way the key went, and what was held down beside it.</summary>
[Flags]
enum KeyFlags : byte
{
    None = 0,
    Released = 1,
    Shift = 2,
    Control = 4,
    Alt = 8,
}

/// <summary>Codes of keys that programs ask for by name, as in <see cref="KeyStroke.Code"/>.</summary>
static class KeyCode
{
    internal const ushort Escape = 0x01;
    internal const ushort Backspace = 0x0E;
    internal const ushort Tab = 0x0F;
    internal const ushort Enter = 0x1C;
    internal const ushort LeftControl = 0x1D;
    internal const ushort LeftShift = 0x2A;
    internal const ushort RightShift = 0x36;
    internal const ushort Alt = 0x38;
    internal const ushort CapsLock = 0x3A;
    internal const ushort F1 = 0x3B;
    internal const ushort F6 = 0x40;
    internal const ushort F10 = 0x44;
    internal const ushort F11 = 0x57;
    internal const ushort F12 = 0x58;
    internal const ushort Home = 0x147;
    internal const ushort Up = 0x148;
    internal const ushort PageUp = 0x149;
    internal const ushort Left = 0x14B;
    internal const ushort Right = 0x14D;
    internal const ushort End = 0x14F;
    internal const ushort Down = 0x150;
    internal const ushort PageDown = 0x151;
    internal const ushort Insert = 0x152;
    internal const ushort Delete = 0x153;
}
