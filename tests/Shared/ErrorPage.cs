// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace Muen.Tests;

/// <summary>
/// A page of docs/errors. Pages are made from the definitions of the codes and from examples that tests compile, never by hand; MUEN_UPDATE_GOLDEN with the folder's path
/// writes them.
/// </summary>
internal sealed class ErrorPage
{
    // What is longer shows nothing more.
    private const int MostLines = 40;
    private const int LinesOfEnd = 8;

    private readonly StringBuilder text = new();

    internal ErrorPage(string id, string title, string meaning) => text.Append($"# {id}: {title}\n\n{meaning}\n");

    internal ErrorPage Say(string sentence)
    {
        text.Append($"\n{sentence}\n");
        return this;
    }

    /// <summary>An example.</summary>
    /// <param name="what">What stands above it.</param>
    /// <param name="language">As Markdown calls it.</param>
    /// <param name="code">The example.</param>
    internal ErrorPage Show(string what, string language, string code)
    {
        List<string> lines = [.. code.TrimEnd('\n').Split('\n')];
        if (lines.Count > MostLines)
        {
            lines.RemoveRange(MostLines - LinesOfEnd, lines.Count - MostLines);
            lines.Insert(MostLines - LinesOfEnd, "...");
        }

        text.Append($"\n{what}\n\n```{language}\n{string.Join('\n', lines)}\n```\n");
        return this;
    }

    /// <summary>What its file holds.</summary>
    public override string ToString() => text.ToString().ReplaceLineEndings("\n");

    /// <summary>Compares pages with the committed ones, or writes them.</summary>
    /// <param name="folder">docs/errors.</param>
    /// <param name="pages">Name and text of each.</param>
    /// <returns>The names of those that differ.</returns>
    internal static IReadOnlyList<string> Outdated(string folder, IEnumerable<(string Name, string Text)> pages)
    {
        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { } target)
        {
            foreach ((string name, string made) in pages)
            {
                File.WriteAllText(Path.Combine(target, name), made);
            }

            return [];
        }

        return [.. pages.Where(p => !File.Exists(Path.Combine(folder, p.Name)) || File.ReadAllText(Path.Combine(folder, p.Name)) != p.Text).Select(p => p.Name)];
    }
}
