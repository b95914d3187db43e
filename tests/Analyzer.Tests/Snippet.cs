// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>What becomes of a snippet.</summary>
public enum Verdict
{
    /// <summary>The analyzers are silent and it becomes native code.</summary>
    Accepted,

    /// <summary>The analyzers refuse it, and it could not become native code.</summary>
    Refused,

    /// <summary>The analyzers refuse it although the native compiler would take it as it stands here; docs/freestanding.md says why.</summary>
    Wider,
}

/// <summary>
/// A piece of C# of the corpus. The files in Corpus/ hold many: each begins with a line <c>//// accepted: title</c>, <c>//// MUEN2010: title</c> or
/// <c>//// wider MUEN2010: title</c> and is the body of a class whose method <c>int Run()</c> is called; <c>n</c> is a number that no compiler knows. Lines that end in
/// <c>//!</c> are the ones where the code is reported, those in <c>//!MUEN2019,MUEN2026</c> where others are.
/// </summary>
public sealed partial class Snippet
{
    const string Usings = "using System; using System.Buffers.Binary; using System.Diagnostics.CodeAnalysis; using System.Numerics; using System.Runtime; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Threading; using Muen; ";

    Snippet(int number, string title, Verdict verdict, string code, string body)
    {
        Title = title;
        Verdict = verdict;
        Code = code;
        Class = string.Create(CultureInfo.InvariantCulture, $"S{number:000}");
        Text = $"{Usings}static unsafe class {Class} {{ static int n => Input.Value; [MethodImpl(MethodImplOptions.NoInlining)] public static int Start() => Run();\n{body}}}\n";
    }

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>What becomes of it.</summary>
    public Verdict Verdict { get; }

    /// <summary>The code that refuses it; empty for one that is accepted.</summary>
    public string Code { get; }

    /// <summary>Its class, also the name of its file.</summary>
    public string Class { get; }

    /// <summary>The whole file.</summary>
    public string Text { get; }

    /// <summary>Path in the compilation.</summary>
    public string Path => $"/src/{Class}.cs";

    /// <summary>What is marked: line, from 1, and code.</summary>
    public IEnumerable<(int Line, string Code)> Marks => Text.Split('\n').Index().Select(l => (Line: l.Index + 1, Mark: Mark().Match(l.Item))).Where(l => l.Mark.Success)
        .SelectMany(l => (l.Mark.Groups["codes"].Success ? l.Mark.Groups["codes"].Value : Code).Split(','), (l, code) => (l.Line, code));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Snippet> All { get; } = Read();

    /// <inheritdoc/>
    public override string ToString() => $"{Class} {Code} {Title}";

    static List<Snippet> Read()
    {
        List<Snippet> all = [];
        foreach (string file in Directory.GetFiles(System.IO.Path.Combine(AppContext.BaseDirectory, "Corpus"), "*.cs").Order(StringComparer.Ordinal))
        {
            Match? header = null;
            StringBuilder body = new();
            foreach (string line in File.ReadLines(file).Append("////"))
            {
                if (!line.StartsWith("////", StringComparison.Ordinal))
                {
                    body.Append(line).Append('\n');
                    continue;
                }

                if (header is not null)
                {
                    Verdict verdict = header.Groups["wider"].Success ? Verdict.Wider : header.Groups["code"].Success ? Verdict.Refused : Verdict.Accepted;
                    all.Add(new Snippet(all.Count + 1, header.Groups["title"].Value, verdict, header.Groups["code"].Value, body.ToString()));
                }

                header = Header().Match(line);
                Assert.True(header.Success || line == "////", $"{file}: {line}");
                body.Clear();
            }
        }

        return all;
    }

    [GeneratedRegex("^//// (accepted|(?<wider>wider )?(?<code>MUEN[0-9]{4})): (?<title>.+)$")]
    private static partial Regex Header();

    [GeneratedRegex("//!(?<codes>MUEN[0-9]{4}(,MUEN[0-9]{4})*)?( }.*)?$")]
    private static partial Regex Mark();
}
