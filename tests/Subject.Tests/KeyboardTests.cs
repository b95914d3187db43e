// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Muen.Samples.Terminals;
using Xunit;

namespace Muen.Tests;

/// <summary>Keys from a PS/2 keyboard and from a serial terminal.</summary>
public sealed class KeyboardTests
{
    static List<KeyStroke> Scan(params byte[] bytes)
    {
        Keyboard keyboard = default;
        List<KeyStroke> keys = [];
        foreach (byte value in bytes)
        {
            if (keyboard.TryDecode(value, out KeyStroke key))
            {
                keys.Add(key);
            }
        }
        return keys;
    }

    static List<KeyStroke> Serial(string text)
    {
        SerialKeys decoder = default;
        List<KeyStroke> keys = [];
        foreach (byte value in Encoding.Latin1.GetBytes(text))
        {
            if (decoder.TryDecode(value, out KeyStroke key))
            {
                keys.Add(key);
            }
        }
        return keys;
    }

    static string Characters(IEnumerable<KeyStroke> keys) => string.Concat(keys.Where(k => k.Character != 0).Select(k => (char)k.Character));

    [Fact]
    public void Scan_codes_become_characters_with_what_is_held()
    {
        Assert.Equal("a", Characters(Scan(0x1E, 0x9E)));
        Assert.Equal("aAa", Characters(Scan(0x1E, 0x9E, 0x2A, 0x1E, 0x9E, 0xAA, 0x1E)));
        Assert.Equal("!", Characters(Scan(0x36, 0x02)));
        Assert.Equal("A1a", Characters(Scan(0x3A, 0xBA, 0x1E, 0x02, 0x2A, 0x1E)));
        Assert.Equal("\u0003\n", Characters(Scan(0x1D, 0x2E, 0xAE, 0x9D, 0xE0, 0x1C)));
        Assert.Equal("", Characters(Scan(0x38, 0x1E, 0xE0, 0x48, 0x47)));

        List<KeyStroke> keys = Scan(0xE0, 0x2A, 0xE0, 0x49, 0xE0, 0xC9, 0xE0, 0xAA);
        Assert.Equal([KeyCode.PageUp, KeyCode.PageUp], keys.Select(k => k.Code));
        Assert.Equal([false, true], keys.Select(k => k.IsReleased));

        // Pause, an error, and an answer of the keyboard are no keys.
        Assert.Equal("b", Characters(Scan(0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5, 0x00, 0xFA, 0x30)));
        Assert.Single(Scan(0xE1, 0x1D, 0x45, 0xE1, 0x9D, 0xC5, 0x00, 0xFF, 0x30));
    }

    [Fact]
    public void Every_printable_character_of_a_serial_line_is_the_key_that_makes_it()
    {
        for (char c = ' '; c <= '~'; c++)
        {
            KeyStroke key = Assert.Single(Serial($"{c}"));
            List<byte> scanned = [];
            if ((key.Flags & KeyFlags.Shift) != 0)
            {
                scanned.Add((byte)KeyCode.LeftShift);
            }
            scanned.Add((byte)key.Code);
            Assert.Equal($"{c}", Characters(Scan([.. scanned])));
        }
        Assert.Equal("\n\b\b\u0003", Characters(Serial("\r\u007f\b\u0003")));
        Assert.Empty(Serial("\u00e4\0"));
    }

    [Theory]
    [InlineData("\u001bOP", KeyCode.F1, KeyFlags.None)]
    [InlineData("\u001bOS", KeyCode.F1 + 3, KeyFlags.None)]
    [InlineData("\u001b[[B", KeyCode.F1 + 1, KeyFlags.None)]
    [InlineData("\u001b[11~", KeyCode.F1, KeyFlags.None)]
    [InlineData("\u001b[15~", KeyCode.F1 + 4, KeyFlags.None)]
    [InlineData("\u001b[17~", KeyCode.F6, KeyFlags.None)]
    [InlineData("\u001b[24~", KeyCode.F12, KeyFlags.None)]
    [InlineData("\u001b[5;2~", KeyCode.PageUp, KeyFlags.Shift)]
    [InlineData("\u001b[6;2~", KeyCode.PageDown, KeyFlags.Shift)]
    [InlineData("\u001b[1;5C", KeyCode.Right, KeyFlags.Control)]
    [InlineData("\u001bOA", KeyCode.Up, KeyFlags.None)]
    [InlineData("\u001b[B", KeyCode.Down, KeyFlags.None)]
    [InlineData("\u001b\u001b", KeyCode.Escape, KeyFlags.None)]
    internal void Sequences_of_a_serial_terminal_are_keys(string sequence, int code, KeyFlags flags)
    {
        List<KeyStroke> keys = Serial(sequence + "z");
        Assert.Equal(2, keys.Count);
        Assert.Equal((code, flags), (keys[0].Code, keys[0].Flags));
        Assert.Equal((byte)'z', keys[1].Character);
        Assert.Equal("z", Characters(Serial("\u001b[99999999;9999999999~z")));
    }
}
