// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Muen.Samples.Crypter;

/// <summary>An element of channel `intruder_log`: one line of text from a subject that nobody trusts.</summary>
[StructLayout(LayoutKind.Sequential)]
struct LogLine
{
    /// <summary>Identifier of this element type.</summary>
    internal const ulong Protocol = 0xC41D_5E72_908F_3B6A;

    /// <summary>Bytes of the text, as its writer says.</summary>
    internal uint Length;
    internal LineText Text;

    /// <summary>The text that is there, whatever the length claims.</summary>
    internal static Span<byte> TextOf(ref LogLine line)
    {
        Span<byte> text = line.Text;
        return line.Length < (uint)text.Length ? text[..(int)line.Length] : text;
    }
}

/// <summary>Room for a line.</summary>
[InlineArray(124)]
struct LineText
{
    byte _first;
}
