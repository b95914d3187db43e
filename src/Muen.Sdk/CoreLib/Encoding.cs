// SPDX-License-Identifier: MIT
using Internal.Runtime.CompilerHelpers;

namespace System.Text;

/// <summary>Text between UTF-16 and UTF-8 or ASCII. What is not valid becomes U+FFFD in UTF-8, and a question mark with ASCII, as what ASCII does not have.</summary>
public class Encoding
{
    enum Kind
    {
        Utf8,
        Ascii,
    }

    static readonly Encoding s_utf8 = new(Kind.Utf8);
    static readonly Encoding s_ascii = new(Kind.Ascii);

    readonly Kind _kind;

    Encoding(Kind kind) => _kind = kind;

    public static Encoding UTF8 => s_utf8;

    public static Encoding ASCII => s_ascii;

    /// <summary>Bytes that <see cref="GetBytes(ReadOnlySpan{char}, Span{byte})"/> writes.</summary>
    public int GetByteCount(ReadOnlySpan<char> chars)
    {
        int count = 0;
        while (chars.Length != 0)
        {
            chars = chars.Slice(Take(chars, out Rune rune));
            count = checked(count + (_kind == Kind.Utf8 ? rune.Utf8SequenceLength : SizeInBytes(rune)));
        }

        return count;
    }

    /// <returns>Bytes written. A panic when they do not fit.</returns>
    public int GetBytes(ReadOnlySpan<char> chars, Span<byte> bytes)
    {
        if (!TryGetBytes(chars, bytes, out int written))
        {
            ThrowHelpers.ThrowDestinationTooShort();
        }

        return written;
    }

    /// <returns>False when <paramref name="bytes"/> is too short.</returns>
    public bool TryGetBytes(ReadOnlySpan<char> chars, Span<byte> bytes, out int bytesWritten)
    {
        int at = 0;
        bytesWritten = 0;
        while (chars.Length != 0)
        {
            chars = chars.Slice(Take(chars, out Rune rune));
            if (_kind == Kind.Utf8)
            {
                if (!rune.TryEncodeToUtf8(bytes.Slice(at), out int written))
                {
                    return false;
                }

                at += written;
            }
            else
            {
                for (int i = SizeInBytes(rune); i > 0; i--, at++)
                {
                    if (at == bytes.Length)
                    {
                        return false;
                    }

                    bytes[at] = (byte)(rune.IsAscii ? rune.Value : '?');
                }
            }
        }

        bytesWritten = at;
        return true;
    }

    /// <summary>Characters that <see cref="GetChars(ReadOnlySpan{byte}, Span{char})"/> writes.</summary>
    public int GetCharCount(ReadOnlySpan<byte> bytes)
    {
        int count = 0;
        while (bytes.Length != 0)
        {
            bytes = bytes.Slice(Take(bytes, out Rune rune));
            count += rune.Utf16SequenceLength;
        }

        return count;
    }

    /// <returns>Characters written. A panic when they do not fit.</returns>
    public int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        if (!TryGetChars(bytes, chars, out int written))
        {
            ThrowHelpers.ThrowDestinationTooShort();
        }

        return written;
    }

    /// <returns>False when <paramref name="chars"/> is too short.</returns>
    public bool TryGetChars(ReadOnlySpan<byte> bytes, Span<char> chars, out int charsWritten)
    {
        int at = 0;
        charsWritten = 0;
        while (bytes.Length != 0)
        {
            bytes = bytes.Slice(Take(bytes, out Rune rune));
            if (!rune.TryEncodeToUtf16(chars.Slice(at), out int written))
            {
                return false;
            }

            at += written;
        }

        charsWritten = at;
        return true;
    }

    /// <summary>Bytes that no text of <paramref name="charCount"/> characters exceeds, one pending half of a pair included.</summary>
    public int GetMaxByteCount(int charCount)
    {
        if (charCount < 0)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return checked((charCount + 1) * (_kind == Kind.Utf8 ? 3 : 1));
    }

    /// <summary>Characters that no text of <paramref name="byteCount"/> bytes exceeds.</summary>
    public int GetMaxCharCount(int byteCount)
    {
        if (byteCount < 0)
        {
            ThrowHelpers.ThrowArgumentOutOfRange();
        }

        return _kind == Kind.Utf8 ? checked(byteCount + 1) : byteCount;
    }

    /// <summary>A character that the encoding lacks is a question mark, one beyond the first plane is as many as UTF-16 has units for it.</summary>
    int SizeInBytes(Rune rune) => _kind == Kind.Utf8 ? rune.Utf8SequenceLength : rune.Utf16SequenceLength;

    static int Take(ReadOnlySpan<char> chars, out Rune rune)
    {
        _ = Rune.DecodeFromUtf16(chars, out rune, out int consumed);
        return consumed;
    }

    int Take(ReadOnlySpan<byte> bytes, out Rune rune)
    {
        if (_kind == Kind.Utf8)
        {
            _ = Rune.DecodeFromUtf8(bytes, out rune, out int consumed);
            return consumed;
        }

        rune = bytes[0] < 0x80 ? new((uint)bytes[0]) : new((uint)'?');
        return 1;
    }
}
