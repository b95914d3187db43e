// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Cli.Hardware;

/// <summary>What a Linux machine says of itself in /sys and /proc, or a copy of that below another folder. Every error names the file.</summary>
/// <param name="root">The folder in place of /.</param>
sealed class RecordedTree(string root)
{
    // Far more than any of these files has.
    const int MostBytes = 16 << 20;

    /// <summary>A file's path, for errors.</summary>
    public string Name(string path) => Path.Combine(root, path);

    public bool Exists(string path) => File.Exists(Name(path));

    /// <summary>Names in a folder, sorted; none when there is no such folder.</summary>
    public IReadOnlyList<string> List(string folder)
    {
        try
        {
            return Directory.Exists(Name(folder)) ? [.. Directory.GetFileSystemEntries(Name(folder)).Select(e => Path.GetFileName(e)).Order(StringComparer.Ordinal)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{Name(folder)} cannot be listed: {e.Message}");
        }
    }

    /// <summary>A file that must be there.</summary>
    public byte[] Bytes(string path)
    {
        if (SpecialFile.IsPipe(Name(path)))
        {
            throw new UserException($"{Name(path)} is a pipe; a copy of /sys and /proc has files");
        }

        try
        {
            using FileStream file = File.OpenRead(Name(path));
            // What /sys says of a file's length means nothing.
            using var whole = new MemoryStream();
            byte[] part = new byte[4096];
            for (int length; (length = file.Read(part)) > 0;)
            {
                whole.Write(part, 0, length);
                if (whole.Length > MostBytes)
                {
                    throw Damaged(path, "it is far too long");
                }
            }

            return whole.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException($"there is no {Name(path)}; describe a Linux machine as root, or a copy of its /sys and /proc with --root");
        }
        catch (UnauthorizedAccessException)
        {
            throw new UserException($"no permission to read {Name(path)}; run muen hardware as root");
        }
        catch (IOException e)
        {
            throw new UserException($"{Name(path)} cannot be read: {e.Message}");
        }
    }

    /// <summary>The lines of a text that must be there.</summary>
    public string[] Lines(string path) => System.Text.Encoding.UTF8.GetString(Bytes(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The number that a file of one line holds, 0x in front or not.</summary>
    public ulong Number(string path, NumberStyles style)
    {
        string text = Lines(path) is [var line, ..] ? line : "";
        return TryNumber(text, style, out ulong value) ? value : throw Damaged(path, $"'{Short(text)}' is no number");
    }

    /// <summary>Reads a number, 0x in front or not.</summary>
    public static bool TryNumber(string text, NumberStyles style, out ulong value) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : ulong.TryParse(text, style, CultureInfo.InvariantCulture, out value);

    /// <summary>The error of a file that is not what it should be.</summary>
    public UserException Damaged(string path, string why) => new($"{Name(path)} is damaged: {why}");

    public static string Short(string text) => new([.. text.Take(40).Select(c => char.IsControl(c) ? '?' : c)]);
}
