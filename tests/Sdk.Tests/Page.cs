// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.SdkTests;

/// <summary>A command of a page and the lines that the page shows after it. A line `...` stands for any lines, `...` in a line for any text.</summary>
/// <param name="Line">The command, as typed.</param>
/// <param name="Shown">Its output.</param>
sealed record PageCommand(string Line, IReadOnlyList<string> Shown)
{
    /// <summary>Null when the output is as shown, else where it is not.</summary>
    public string? Difference(string output)
    {
        string pattern = "^" + string.Concat(Shown.Select(l => l == "..." ? @"(.*\n)*?" : string.Join(".*", l.Split("...").Select(Regex.Escape)) + @"\s*\n")) + (Shown is [.., "..."] ? "" : "$");
        string text = output.ReplaceLineEndings("\n").TrimEnd() + "\n";
        return Shown.Count == 0 && text == "\n" || Regex.IsMatch(text, pattern) ? null : $"`{Line}` printed\n{output}\nand the page shows\n{string.Join('\n', Shown)}";
    }
}

/// <summary>A block of code of a page.</summary>
/// <param name="Kind">What stands behind the opening mark: a language, and what is to be done with it.</param>
/// <param name="Lines">Its lines.</param>
sealed record PageBlock(string Kind, IReadOnlyList<string> Lines)
{
    /// <summary>The commands of a block `console`: lines that begin with `$ `.</summary>
    public IEnumerable<PageCommand> Commands()
    {
        int at = 0;
        while (at < Lines.Count)
        {
            Assert.StartsWith("$ ", Lines[at], StringComparison.Ordinal);
            string[] shown = [.. Lines.Skip(at + 1).TakeWhile(l => !l.StartsWith("$ ", StringComparison.Ordinal))];
            yield return new(Lines[at][2..], shown);
            at += shown.Length + 1;
        }
    }

    /// <summary>The blocks of a page, in its order.</summary>
    public static IReadOnlyList<PageBlock> Of(string path)
    {
        List<PageBlock> blocks = [];
        List<string>? lines = null;
        string kind = "";
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (lines is null)
                {
                    (kind, lines) = (line[3..].Trim(), []);
                }
                else
                {
                    blocks.Add(new(kind, lines));
                    lines = null;
                }
            }
            else
            {
                lines?.Add(line);
            }
        }

        Assert.True(lines is null, $"{path}: a block has no end");
        return blocks;
    }
}
