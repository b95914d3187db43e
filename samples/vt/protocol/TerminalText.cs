// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muen.Samples.Terminals;

/// <summary>An element of a terminal's channel: a piece of what its subject prints. Bytes beyond ASCII are the text screen's own (code page 437).</summary>
[StructLayout(LayoutKind.Sequential)]
struct TerminalText
{
    /// <summary>Identifier of this element type.</summary>
    internal const ulong Protocol = 0x7E3B_20A9_51C4_D86F;

    /// <summary>Most bytes of an element.</summary>
    internal const int MaxLength = 63;

    /// <summary>Bytes that are there, as the writer says.</summary>
    internal byte Length;
    internal TextBytes Bytes;

    /// <summary>The bytes that are there, whatever the length claims.</summary>
    internal static ReadOnlySpan<byte> TextOf(ref TerminalText text)
    {
        ReadOnlySpan<byte> bytes = text.Bytes;
        return text.Length < bytes.Length ? bytes[..text.Length] : bytes;
    }
}

/// <summary>Room for a piece of text.</summary>
[InlineArray(TerminalText.MaxLength)]
struct TextBytes
{
    byte _first;
}
