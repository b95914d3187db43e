// SPDX-License-Identifier: MIT
using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// A file of Faults, or what is left of it when its fault is mended. A comment in it may say that the line below it is to be there a thousand times, so that a policy with too
/// much of something can be shown on a page, and another which kernel it is compiled with.
/// </summary>
internal sealed partial class FaultFile
{
    private FaultFile(string name, string text, bool latin)
    {
        Name = name;
        Text = text;
        IsLatin = latin;
    }

    /// <summary>Its name without an extension.</summary>
    internal string Name { get; }

    /// <summary>The text as it is shown.</summary>
    internal string Text { get; }

    /// <summary>Whether it is no UTF-8, which is its fault: it is ISO 8859-1.</summary>
    internal bool IsLatin { get; }

    /// <summary>The exact errors.</summary>
    internal string[] Errors => File.ReadAllLines(PathOf(Name + ".txt"));

    /// <summary>The names of all.</summary>
    internal static string[] All => [.. Directory.GetFiles(PathOf(""), "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    internal static FaultFile Read(string name)
    {
        byte[] bytes = File.ReadAllBytes(PathOf(name + ".xml"));
        bool latin = bytes.Any(b => b >= 0x80) && !Utf8(bytes);
        return new(name, (latin ? Encoding.Latin1 : Encoding.UTF8).GetString(bytes), latin);
    }

    /// <summary>A text that is none of the files.</summary>
    internal static FaultFile Of(string name, string text) => new(name, text, false);

    /// <summary>The kernel it is compiled with, a file of the workspace.</summary>
    internal string Kernel => KernelComment().Match(Text) is { Success: true } kernel ? kernel.Groups["file"].Value : "kernel.elf";

    /// <summary>The text that is compiled.</summary>
    internal string Content()
    {
        return Repeated().Replace(Text, match =>
        {
            int first = match.Groups["first"] is { Success: true } from ? Number(from.Value) : 0;
            string line = match.Groups["line"].Value;
            var all = new StringBuilder(match.Groups["comment"].Value);
            foreach (int i in Enumerable.Range(first, Number(match.Groups["times"].Value)))
            {
                all.Append(match.Groups["first"].Success ? line.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) : line);
            }

            return all.ToString();
        });
    }

    /// <summary>Writes it into a workspace, and has that use its kernel.</summary>
    /// <returns>The policy's path.</returns>
    internal string Write(Workspace workspace)
    {
        workspace.Kernel = Kernel;
        return workspace.Write(Name + ".xml", (IsLatin ? Encoding.Latin1 : Encoding.UTF8).GetBytes(Content()));
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static bool Utf8(byte[] bytes)
    {
        try
        {
            new UTF8Encoding(false, true).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "Faults", name);

    // On one line, so that the lines of errors are those that are shown.
    [GeneratedRegex(@"(?<comment><!-- the next line (?<times>\d+) times(, # counts from (?<first>\d+))? -->\n)(?<line>[^\n]*)")]
    private static partial Regex Repeated();

    [GeneratedRegex(@"<!-- the kernel is (?<file>\S+) -->")]
    private static partial Regex KernelComment();
}
