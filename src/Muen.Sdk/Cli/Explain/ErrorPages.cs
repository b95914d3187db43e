// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Muen.Sdk.Cli.Explain;

/// <summary>The pages of docs/errors, which are in the command: one for each code.</summary>
static class ErrorPages
{
    const string Folder = "errors/";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> Codes { get; } =
        [.. Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Select(n => n[Folder.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>A code's page.</summary>
    public static string Read(string code)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + code)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>What a page is headed by, without the code.</summary>
    public static string Title(string page)
    {
        string first = page.Split('\n', 2)[0];
        return first[(first.IndexOf(": ", StringComparison.Ordinal) + 2)..];
    }

    /// <summary>A page for a terminal: without the marks of Markdown, examples indented.</summary>
    public static string Plain(string page)
    {
        var lines = new List<string>();
        bool code = false;
        foreach (string line in page.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                code = !code;
                continue;
            }

            lines.Add(code ? "  " + line : line.StartsWith("# ", StringComparison.Ordinal) ? line[2..] : line);
        }

        return string.Join('\n', lines);
    }
}
