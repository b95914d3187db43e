// SPDX-License-Identifier: MIT
using System;
using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Muen.TestSystems.CoreLib;

/// <summary>Characters, encodings, numbers as text and back.</summary>
static class TextCases
{
    internal static void Characters(ref Case c)
    {
        // 256 at a time: the cases of this group together see every character.
        int first = c.Next(256) << 8;
        for (int i = 0; i < 256; i++)
        {
            char x = (char)(first + i);
            c.Take(char.IsWhiteSpace(x));
            c.Take(char.IsControl(x));
            c.Take(char.IsDigit(x));
            c.Take(char.IsSurrogate(x));
            c.Take(char.IsHighSurrogate(x));
            c.Take(char.IsLowSurrogate(x));

            // Letters are known up to U+00FF.
            x = (char)i;
            c.Take(char.IsLetter(x));
            c.Take(char.IsLetterOrDigit(x));
            c.Take(char.IsUpper(x));
            c.Take(char.IsLower(x));
            c.Take((uint)char.ToUpperInvariant(x));
            c.Take((uint)char.ToLowerInvariant(x));
            c.Take(char.IsAscii(x));
            c.Take(char.IsAsciiDigit(x));
            c.Take(char.IsAsciiLetter(x));
            c.Take(char.IsAsciiLetterLower(x));
            c.Take(char.IsAsciiLetterUpper(x));
            c.Take(char.IsAsciiLetterOrDigit(x));
            c.Take(char.IsAsciiHexDigit(x));
            c.Take(char.IsAsciiHexDigitLower(x));
            c.Take(char.IsAsciiHexDigitUpper(x));
            c.Take(char.IsBetween(x, 'b', 'y'));
        }

        char a = (char)c.Next(0x1_0000), b = (char)c.Next(0x1_0000);
        c.Take(a.CompareTo(b));
        c.Take(a.GetHashCode());
        c.Take(char.IsSurrogatePair((char)(0xD700 + c.Next(0x300)), (char)(0xDB00 + c.Next(0x300))));
        c.Take(char.ConvertToUtf32((char)(0xD800 + c.Next(0x400)), (char)(0xDC00 + c.Next(0x400))));
        Span<char> large = stackalloc char[9];
        c.Take("ab\u00E4\u00FFz".Part(c.Next(6)).ToUpperInvariant(large));
        c.Take(large[..c.Next(1)]);
    }

    static ReadOnlySpan<char> Part(this string text, int length) => text.AsSpan(0, Math.Min(length, text.Length));

    internal static void Utf8Text(ref Case c)
    {
        // Pieces of which many are broken.
        Span<byte> bytes = stackalloc byte[c.Next(24)];
        ReadOnlySpan<byte> likely = [0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xC3, 0xE0, 0xA0, 0x9F, 0xE2, 0x82, 0xAC, 0xED, 0xEF, 0xBF, 0xF0, 0x90, 0x8F, 0xF4, 0xF5, 0xFF, 0x98, 0x80];
        foreach (ref byte b in bytes)
        {
            b = c.Next(8) == 0 ? (byte)c.Next() : likely[c.Next(likely.Length)];
        }

        Span<char> chars = stackalloc char[64];
        c.Take(Encoding.UTF8.GetCharCount(bytes));
        int count = Encoding.UTF8.GetChars(bytes, chars);
        c.Take(chars[..count]);
        c.Take(Utf8.IsValid(bytes));
        for (ReadOnlySpan<byte> rest = bytes; rest.Length != 0;)
        {
            c.Take((int)Rune.DecodeFromUtf8(rest, out Rune rune, out int consumed));
            c.Take(rune.Value);
            c.Take(consumed);
            rest = rest[consumed..];
        }

        c.Take(Encoding.ASCII.GetChars(bytes, chars));
        c.Take(chars[..bytes.Length]);
    }

    internal static void Utf16Text(ref Case c)
    {
        Span<char> chars = stackalloc char[c.Next(20)];
        foreach (ref char letter in chars)
        {
            letter = (char)(c.Next(5) switch { 0 => c.Next(0x80), 1 => 0xD800 + c.Next(0x400), 2 => 0xDC00 + c.Next(0x400), 3 => c.Next(0x900), _ => c.Next(0x1_0000) });
        }

        Span<byte> bytes = stackalloc byte[80];
        c.Take(Encoding.UTF8.GetByteCount(chars));
        int count = Encoding.UTF8.GetBytes(chars, bytes);
        c.Take(bytes[..count]);
        c.Take(Encoding.UTF8.TryGetBytes(chars, bytes[..c.Next(40)], out count));
        c.Take(count);
        c.Take(Encoding.ASCII.GetByteCount(chars));
        count = Encoding.ASCII.GetBytes(chars, bytes);
        c.Take(bytes[..count]);
        c.Take(Encoding.UTF8.GetMaxByteCount(c.Next(1000)));
        c.Take(Encoding.UTF8.GetMaxCharCount(c.Next(1000)));
        for (ReadOnlySpan<char> rest = chars; rest.Length != 0;)
        {
            c.Take((int)Rune.DecodeFromUtf16(rest, out Rune rune, out int consumed));
            c.Take(rune.Value);
            c.Take(consumed);
            c.Take(rune.Utf8SequenceLength);
            c.Take(rune.EncodeToUtf8(bytes));
            c.Take(bytes[..rune.Utf8SequenceLength]);
            rest = rest[consumed..];
        }

        c.Take(Rune.IsValid(c.Next(0x12_0000)));
    }

    const int Formats = 23;

    static string Format(int which) => which switch
    {
        0 => "",
        1 => "D",
        2 => "d3",
        3 => "D25",
        4 => "X",
        5 => "x",
        6 => "X8",
        7 => "x2",
        8 => "X20",
        9 => "B",
        10 => "b12",
        11 => "N",
        12 => "N0",
        13 => "n3",
        14 => "F",
        15 => "F0",
        16 => "f1",
        17 => "G",
        18 => "g0",
        19 => "R",
        20 => "D0",
        21 => "X0",
        _ => "D003",
    };

    internal static void Formatting(ref Case c)
    {
        Span<char> text = stackalloc char[c.Next(90)];
        Span<byte> bytes = stackalloc byte[text.Length];
        ulong value = c.Wild();
        unchecked
        {
            string format = Format(c.Next(Formats));
            CultureInfo culture = CultureInfo.InvariantCulture;
            c.Take(((int)value).TryFormat(text, out int written, format, culture));
            c.Take(text[..written]);
            c.Take(((uint)value).TryFormat(text, out written, format, culture));
            c.Take(text[..written]);
            c.Take(((long)value).TryFormat(text, out written, format, culture));
            c.Take(text[..written]);
            c.Take(value.TryFormat(text, out written, format, culture));
            c.Take(text[..written]);
            c.Take(((byte)value).TryFormat(text, out written, format, culture));
            c.Take(text[..written]);
            c.Take(((sbyte)value).TryFormat(text, out written, format, culture));
            c.Take(text[..written]);
            c.Take(((short)value).TryFormat(bytes, out written, format, culture));
            c.Take(bytes[..written]);
            c.Take(((ushort)value).TryFormat(bytes, out written, format, culture));
            c.Take(bytes[..written]);
            c.Take(((nint)(long)value).TryFormat(bytes, out written, format, culture));
            c.Take(bytes[..written]);
            c.Take(((nuint)value).TryFormat(bytes, out written, format, culture));
            c.Take(bytes[..written]);
            c.Take((value % 2 == 0).TryFormat(text, out written));
            c.Take(text[..written]);
        }
    }

    internal static void Interpolation(ref Case c)
    {
        Span<char> text = stackalloc char[c.Next(160)];
        Span<byte> bytes = stackalloc byte[text.Length];
        ulong value = c.Wild();
        int small = c.Next(2000) - 1000;
        ReadOnlySpan<char> part = "span\u00E4".Part(c.Next(6));
        string name = c.Next(2) == 0 ? "" : "name";
        TimeSpan time = TimeSpan.FromTicks(unchecked((long)value));
        bool flag = small > 0;
        c.Take(text.TryWrite($"{small} and {value:X16}, {small,6}|{small,-6}|{flag}|{flag,8} {name,7}{part,-3}", out int written));
        c.Take(text[..written]);
        c.Take(text.TryWrite(CultureInfo.InvariantCulture, $"{(byte)small:x2}{'c'}{part}[{(short)small:D4}]{small,12:N1}{name}\u00FC {time}{'x',-4}!", out written));
        c.Take(text[..written]);
        c.Take(Utf8.TryWrite(bytes, $"{small} and {value:X16}, {small,6}|{small,-6}|{flag}|{flag,8} {name,7}{part,-3}", out written));
        c.Take(bytes[..written]);
        c.Take(Utf8.TryWrite(bytes, CultureInfo.InvariantCulture, $"{"utf8\u00E9"u8}{'\u20AC'}{"r"u8,4}{(uint)value:b}{time:c}{'x',4}\u00FC!", out written));
        c.Take(bytes[..written]);
    }

    internal static void Parsing(ref Case c)
    {
        // A number in some dress, or nearly one.
        Span<char> text = stackalloc char[100];
        int at = 0;
        for (int i = c.Next(3); i > 1; i--)
        {
            text[at++] = " \t\r\u00A0"[c.Next(4)];
        }

        if (c.Next(3) == 0)
        {
            text[at++] = "-+"[c.Next(2)];
        }

        for (int i = c.Next(2) * c.Next(12); i > 0; i--)
        {
            text[at++] = '0';
        }

        string format = c.Next(3) switch { 0 => "D", 1 => "X", _ => "B" };
        c.Take((c.Wild() >> (c.Next(5) * 8)).TryFormat(text[at..], out int written, format, CultureInfo.InvariantCulture));
        at += written;
        if (c.Next(6) == 0)
        {
            text[c.Next(at)] = (char)c.Next(0x90);
        }

        for (int i = c.Next(4); i > 1; i--)
        {
            text[at++] = " \0\n,"[c.Next(4)];
        }

        ReadOnlySpan<char> s = text[..at];
        Span<byte> bytes = stackalloc byte[200];
        ReadOnlySpan<byte> utf8 = bytes[..Encoding.UTF8.GetBytes(s, bytes)];
        NumberStyles style = c.Next(6) switch
        {
            0 => NumberStyles.Integer,
            1 => NumberStyles.HexNumber,
            2 => NumberStyles.BinaryNumber,
            3 => NumberStyles.None,
            4 => NumberStyles.AllowHexSpecifier,
            _ => NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite,
        };
        CultureInfo culture = CultureInfo.InvariantCulture;
        c.Take(int.TryParse(s, out int i32));
        c.Take(i32);
        c.Take(int.TryParse(s, style, culture, out i32));
        c.Take(i32);
        c.Take(uint.TryParse(s, style, culture, out uint u32));
        c.Take(u32);
        c.Take(long.TryParse(utf8, style, culture, out long i64));
        c.Take(i64);
        c.Take(ulong.TryParse(utf8, style, culture, out ulong u64));
        c.Take(u64);
        c.Take(ulong.TryParse(s, out u64));
        c.Take(u64);
        c.Take(byte.TryParse(s, style, culture, out byte u8));
        c.Take((uint)u8);
        c.Take(sbyte.TryParse(utf8, style, culture, out sbyte i8));
        c.Take((int)i8);
        c.Take(short.TryParse(s, style, culture, out short i16));
        c.Take((int)i16);
        c.Take(ushort.TryParse(utf8, out ushort u16));
        c.Take((uint)u16);
        c.Take(nint.TryParse(s, style, culture, out nint native));
        c.Take((long)native);
        c.Take(bool.TryParse(c.Next(4) switch { 0 => " TRUE\0 ", 1 => "false", 2 => "True1", _ => s }, out bool flag));
        c.Take(flag);
        c.Take(int.Parse("-12"));
        c.Take(byte.Parse("7f"u8, NumberStyles.HexNumber));
    }

    internal static void Times(ref Case c)
    {
        long ticks = unchecked((long)c.Wild());
        var a = new TimeSpan(ticks);
        var b = new TimeSpan(c.Next(1000), c.Next(100) - 50, c.Next(100), c.Next(100) - 50, c.Next(5000), c.Next(5000));
        c.Take(a.Days);
        c.Take(a.Hours);
        c.Take(a.Minutes);
        c.Take(a.Seconds);
        c.Take(a.Milliseconds);
        c.Take(a.Microseconds);
        c.Take(a.Nanoseconds);
        c.Take(a.TotalDays);
        c.Take(a.TotalSeconds);
        c.Take(a.TotalMilliseconds);
        c.Take(b.Ticks);
        c.Take((b + TimeSpan.FromHours(c.Next(100))).Ticks);
        c.Take((b - TimeSpan.FromMilliseconds(c.Next(100))).Ticks);
        c.Take((b * 1.25).Ticks);
        c.Take((b / 3.0).Ticks);
        c.Take(b / TimeSpan.FromSeconds(1 + c.Next(9)));
        c.Take((-b).Ticks);
        c.Take(b.Duration().Ticks);
        c.Take(a < b);
        c.Take(a == b);
        c.Take(a.CompareTo(b));
        c.Take(TimeSpan.FromMinutes(c.Next(100) / 8.0).Ticks);
        c.Take(TimeSpan.FromDays(c.Next(5)).Ticks);
        Span<char> text = stackalloc char[30];
        c.Take(a.TryFormat(text, out int written));
        c.Take(text[..written]);
        c.Take(b.TryFormat(text[..c.Next(30)], out written, "c"));
        c.Take(text[..written]);
    }
}
