// SPDX-License-Identifier: MIT

using System.Text;

namespace Muen.Sdk.Machine;

/// <summary>The font of the VGA BIOS, by which a text screen's lines are read from its pixels, and by which a screen without pixels is drawn.</summary>
public sealed class VgaFont
{
    /// <summary>Pixels of a character's cell from top to bottom.</summary>
    public const int CellHeight = 16;

    /// <summary>Pixels of a character's cell from left to right; the last column is the gap.</summary>
    public const int CellWidth = 9;

    /// <summary>Characters of a line.</summary>
    public const int Columns = 80;

    const int GlyphWidth = 8;

    /// <summary>Code page 437 where it differs from ASCII is not asked for here.</summary>
    const char Unknown = '\uFFFD';

    readonly Dictionary<string, char> _glyphs = [];
    readonly byte[] _font;

    VgaFont(byte[] bios)
    {
        // The 256 glyphs of 16 bytes lie in the BIOS; that of A is found by its looks.
        byte[] a = [0x00, 0x00, 0x10, 0x38, 0x6C, 0xC6, 0xC6, 0xFE, 0xC6, 0xC6, 0xC6, 0xC6, 0x00, 0x00, 0x00, 0x00];
        int font = bios.AsSpan().IndexOf(a) - ('A' * CellHeight);
        if (font < 0 || font > bios.Length - (256 * CellHeight))
        {
            throw new MachineException("the VGA BIOS has no font that is known");
        }

        _font = bios[font..(font + (256 * CellHeight))];
        for (int c = 0x7E; c >= ' '; c--)
        {
            _glyphs[Convert.ToHexString(bios, font + (c * CellHeight), CellHeight)] = (char)c;
        }
    }

    /// <summary>The font of Bochs' BIOS.</summary>
    public static VgaFont Find() => new(File.ReadAllBytes(BochsProgram.Find().VideoBios));

    /// <summary>Whether a pixel of a character's cell is of the character; those of what is not ASCII are a question mark's.</summary>
    /// <param name="character">The character.</param>
    /// <param name="x">From the cell's left.</param>
    /// <param name="y">From its top.</param>
    public bool IsSet(char character, int x, int y) =>
        x < GlyphWidth && (_font[((character is >= ' ' and <= '~' ? character : '?') * CellHeight) + y] & (0x80 >> x)) != 0;

    /// <summary>A line's characters, without the spaces at its end. Of the two colours of a cell that of its corner is the background; an inverted cell, as the cursor's, is tried too.</summary>
    /// <param name="pixels">A byte each; which ones are equal matters.</param>
    /// <param name="stride">Pixels from a row to the next.</param>
    /// <param name="left">Where the line's first cell begins.</param>
    /// <param name="top">Its first row.</param>
    public string Line(ReadOnlySpan<byte> pixels, int stride, int left, int top)
    {
        var line = new StringBuilder();
        for (int column = 0; column < Columns; column++)
        {
            byte[] glyph = new byte[CellHeight];
            int cell = (top * stride) + left + (column * CellWidth);
            byte background = pixels[cell];
            for (int y = 0; y < CellHeight; y++)
            {
                for (int x = 0; x < GlyphWidth; x++)
                {
                    bool set = pixels[cell + (y * stride) + x] != background;
                    glyph[y] |= set ? (byte)(0x80 >> x) : (byte)0;
                }
            }

            // The cursor is a bar at the bottom of its cell, where letters without descenders have nothing.
            char character = _glyphs.GetValueOrDefault(Convert.ToHexString(glyph), Unknown);
            if (character == Unknown)
            {
                glyph[13] = 0;
                glyph[14] = 0;
                character = _glyphs.GetValueOrDefault(Convert.ToHexString(glyph), Unknown);
            }

            line.Append(character);
        }

        return line.ToString().TrimEnd();
    }
}
