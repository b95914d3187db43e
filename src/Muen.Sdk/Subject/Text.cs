// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>Formats ASCII text into buffers.</summary>
public static class Text
{
    /// <summary>Formats an interpolated string, for example <c>Text.Format(buffer, $"{size} bytes at {address:x}")</c>.</summary>
    /// <param name="buffer">Where the text goes; what does not fit is left out.</param>
    /// <param name="text">The text.</param>
    /// <returns>Bytes written.</returns>
    public static int Format(Span<byte> buffer, [InterpolatedStringHandlerArgument(nameof(buffer))] ref TextHandler text) => text.Length;

    /// <summary>Replaces everything that is not printable ASCII by question marks: text of somebody who is not trusted cannot move the cursor.</summary>
    /// <param name="text">The text, changed in place.</param>
    public static void MakePrintable(Span<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is < 0x20 or > 0x7E)
            {
                text[i] = (byte)'?';
            }
        }
    }
}
