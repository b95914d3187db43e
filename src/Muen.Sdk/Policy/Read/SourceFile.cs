// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Text;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Policy.Read;

/// <summary>Reads a policy file as text. What is not text is refused here, with the place of the first bad byte, so that the XML reader sees only characters.</summary>
internal static class SourceFile
{
    /// <summary>Bytes that one file may have.</summary>
    internal const long Limit = 16 << 20;

    /// <summary>The file's text, null when an error was added.</summary>
    /// <param name="path">The file.</param>
    /// <param name="named">Where the file is named; the file's own beginning when nothing names it.</param>
    /// <param name="origin">What brings its text into the policy.</param>
    /// <param name="bag">Receives the error.</param>
    internal static string? Read(string path, Place named, Origin? origin, DiagnosticBag bag)
    {
        bag.Opened(path);
        byte[]? bytes = ReadBytes(path, named, bag);
        return bytes is null ? null : Decode(path, bytes, origin, bag);
    }

    /// <summary>The text of bytes in UTF-8, or UTF-16 with a byte order mark; null when an error was added.</summary>
    internal static string? Decode(string path, byte[] bytes, Origin? origin, DiagnosticBag bag)
    {
        ReadOnlySpan<byte> content = bytes;
        string text;
        if (content.Length >= 2 && ((content[0] == 0xFF && content[1] == 0xFE) || (content[0] == 0xFE && content[1] == 0xFF)))
        {
            Encoding utf16 = content[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
            text = utf16.GetString(content[2..]);
        }
        else
        {
            ReadOnlySpan<byte> body = content.StartsWith("\uFEFF"u8) ? content[3..] : content;
            int bad = FirstInvalidUtf8(body);
            if (bad >= 0)
            {
                bag.Add(PlaceOf(path, Encoding.UTF8.GetString(body[..bad])) with { Origin = origin }, DiagnosticCodes.NotText,
                    $"byte 0x{body[bad]:X2} is not UTF-8; save the file as UTF-8 text");
                return null;
            }

            text = Encoding.UTF8.GetString(body);
        }

        int nul = text.IndexOf('\0', StringComparison.Ordinal);
        if (nul >= 0)
        {
            bag.Add(PlaceOf(path, text.AsSpan(0, nul)) with { Origin = origin }, DiagnosticCodes.NotText,
                "there is a NUL character; this is not a text file, or it was damaged");
            return null;
        }

        return text;
    }

    private static byte[]? ReadBytes(string path, Place named, DiagnosticBag bag)
    {
        if (SpecialFile.IsPipe(path))
        {
            // It would be waited for without end where nobody writes to it.
            bag.Add(named, DiagnosticCodes.UnreadableFile, $"cannot read '{Quote.Short(path)}': it is a pipe; write its text into a file");
            return null;
        }

        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (stream.CanSeek && stream.Length > Limit)
            {
                bag.Add(named, DiagnosticCodes.FileTooLarge,
                    $"'{path}' has {stream.Length} bytes; a policy file may have {Limit}, divide it with include");
                return null;
            }

            // A pipe or a device has no length: read no more than the limit in any case.
            using var copy = new MemoryStream();
            byte[] buffer = new byte[81920];
            int read;
            while ((read = stream.Read(buffer, 0, buffer.Length)) > 0)
            {
                copy.Write(buffer, 0, read);
                if (copy.Length > Limit)
                {
                    bag.Add(named, DiagnosticCodes.FileTooLarge, $"'{path}' has more than {Limit} bytes; divide it with include");
                    return null;
                }
            }

            return copy.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "it does not exist",
                UnauthorizedAccessException when Directory.Exists(path) => "it is a directory",
                UnauthorizedAccessException => "reading it is not permitted",
                ArgumentException or NotSupportedException => "that is not a file name",
                _ => e.Message,
            };
            bag.Add(named, DiagnosticCodes.UnreadableFile, $"cannot read '{Quote.Short(path)}': {why}; check the name and the permissions");
            return null;
        }
    }

    private static int FirstInvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (at < bytes.Length)
        {
            if (bytes[at] < 0x80)
            {
                at++;
                continue;
            }

            if (Rune.DecodeFromUtf8(bytes[at..], out _, out int used) != System.Buffers.OperationStatus.Done)
            {
                return at;
            }

            at += used;
        }

        return -1;
    }

    internal static Place PlaceOf(string path, ReadOnlySpan<char> before)
    {
        // As the XML reader counts: a line ends with LF, CR, or both.
        int line = 1, start = 0;
        for (int i = 0; i < before.Length; i++)
        {
            if (before[i] == '\n' || (before[i] == '\r' && before[(i + 1)..] is not ['\n', ..]))
            {
                line++;
                start = i + 1;
            }
        }

        return new Place(path, line, before.Length - start + 1);
    }
}
