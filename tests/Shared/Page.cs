// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Muen.Tests;

/// <summary>
/// A command of a page and the lines that the page shows after it. A line `...` stands for any lines, `...` in a line for any text. A command with a remark and no lines may print
/// what it likes; "exit code N" in the remark is how it ends.
/// </summary>
/// <param name="Line">The command, as typed.</param>
/// <param name="Shown">Its output.</param>
sealed record PageCommand(string Line, IReadOnlyList<string> Shown)
{
    /// <summary>The command alone.</summary>
    public string WithoutRemark => Line.Split(" #")[0].TrimEnd();

    /// <summary>What the command is to end with.</summary>
    public int ExitCode => Regex.Match(Line, "#.*exit code ([0-9]+)") is { Success: true } said ? int.Parse(said.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    /// <summary>Null when the output is as shown, else where it is not.</summary>
    public string? Difference(string output)
    {
        string pattern = "^" + string.Concat(Shown.Select(l => l == "..." ? @"(.*\n)*?" : string.Join(".*", l.Split("...").Select(Regex.Escape)) + @"\s*\n")) + (Shown is [.., "..."] ? "" : "$");
        string text = output.ReplaceLineEndings("\n").TrimEnd() + "\n";
        return (Shown.Count == 0 && (text == "\n" || Line != WithoutRemark)) || Regex.IsMatch(text, pattern) ? null : $"`{Line}` printed\n{output}\nand the page shows\n{string.Join('\n', Shown)}";
    }
}

/// <summary>A block of code of a page.</summary>
/// <param name="Kind">What stands behind the opening mark: a language, and what is to be done with it or which test has it (PageTests).</param>
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

    /// <summary>What an indented block is called: nobody can say of one what is to be done with it.</summary>
    public const string Indented = "(indented)";

    /// <summary>The blocks of a page that a test holds against what happens: ```text NameOfTests.</summary>
    /// <param name="page">Its path below the top folder.</param>
    /// <param name="test">The test's class.</param>
    public static IReadOnlyList<PageBlock> HeldBy(string page, string test)
    {
        PageBlock[] held = [.. Of(Path.Combine(Command.Root, page)).Where(b => b.Kind.EndsWith(' ' + test, StringComparison.Ordinal))];
        Assert.NotEmpty(held);
        return held;
    }

    /// <summary>The blocks of a page, in its order.</summary>
    public static IReadOnlyList<PageBlock> Of(string path)
    {
        List<PageBlock> blocks = [];
        List<string>? lines = null;
        string kind = "";
        string before = "";
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
            else if (lines is not null)
            {
                lines.Add(line);
            }
            else if (before.Trim().Length == 0 && (line.StartsWith("    ", StringComparison.Ordinal) || line.StartsWith('\t')) && line.Trim().Length > 0)
            {
                blocks.Add(new(Indented, [line]));
            }

            before = line;
        }

        Assert.True(lines is null, $"{path}: a block has no end");
        return blocks;
    }
}
