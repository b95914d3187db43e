// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.Tests;

/// <summary>What a page of docs/errors shows: an example that has the error, and the same mended. Tests compile these, so that no page shows what is not so.</summary>
/// <param name="Code"><c>MUENnnnn</c>.</param>
/// <param name="Language">As Markdown calls it.</param>
/// <param name="Wrong">The example that has the error.</param>
/// <param name="Right">The one that has none.</param>
sealed partial record PageExample(string Code, string Language, string Wrong, string Right)
{
    static readonly string s_folder = Path.Combine(Command.Root, "docs/errors");

    /// <summary>The codes of pages, in order.</summary>
    /// <param name="pattern">A pattern of their files' names.</param>
    public static IEnumerable<string> Codes(string pattern) => Directory.GetFiles(s_folder, pattern).Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);

    /// <summary>Reads a page; one without both examples fails the test.</summary>
    public static PageExample Of(string code)
    {
        MatchCollection found = Block().Matches(File.ReadAllText(Path.Combine(s_folder, code + ".md")));
        Assert.True(found.Select(b => b.Groups["what"].Value).SequenceEqual(["Wrong", "Right"]), $"{code} has not one wrong and one right example");
        Assert.Equal(found[0].Groups["language"].Value, found[1].Groups["language"].Value);
        return new(code, found[0].Groups["language"].Value, found[0].Groups["text"].Value, found[1].Groups["text"].Value);
    }

    [GeneratedRegex("^(?<what>Wrong|Right)\\b[^\\n]*:\\n\\n```(?<language>\\w+)\\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
