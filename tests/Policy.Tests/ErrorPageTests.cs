// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Muen.Tests;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The pages of docs/errors on policies: each shows a policy with one fault (<see cref="FaultTests"/>), its error, and the same policy mended, which compiles.</summary>
public sealed class ErrorPageTests : IDisposable
{
    private const string Smallest = """
        <system name="right">
          <hardware ref="bochs"/>
          <components>
            <component name="c"><binary filename="subject.elf"/></component>
          </components>
          <subjects>
            <subject name="a"><component ref="c"/></subject>
          </subjects>
        </system>

        """;

    private readonly Workspace workspace = new();

    public static TheoryData<string> Mended => [.. Repairs.Keys];

    private static SortedDictionary<string, List<(string Old, string New)>> Repairs { get; } = ReadRepairs();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [MemberData(nameof(Mended))]
    public void A_mended_fault_compiles(string code) => Assert.Empty(workspace.ErrorsOf(FaultFile.Of("system", Mend(code)).Write(workspace)));

    [Fact]
    public void Every_fault_is_mended() => Assert.Equal(Faults().Keys.Order(StringComparer.Ordinal), Repairs.Keys);

    /// <summary>With MUEN_UPDATE_GOLDEN naming docs/errors they are written there.</summary>
    [Fact]
    public void The_pages_are_made_from_definitions_and_faults()
    {
        SortedDictionary<string, string> faults = Faults();
        IReadOnlyList<string> outdated = ErrorPage.Outdated(Path.Combine(AppContext.BaseDirectory, "errors"), DiagnosticCodes.All.Select(code => ($"{code.Id}.md", Page(code, faults))));
        Assert.True(outdated.Count == 0, $"make them anew with MUEN_UPDATE_GOLDEN=.../docs/errors: {string.Join(", ", outdated)}");
    }

    private static string Page(DiagnosticCode code, SortedDictionary<string, string> faults)
    {
        var page = new ErrorPage(code.Id, code.Title, code.Explanation);
        var fault = FaultFile.Read(faults[code.Id]);
        string error = string.Join('\n', fault.Errors).Replace(fault.Name + ".xml", "system.xml", StringComparison.Ordinal);
        string wrong = fault.IsLatin ? "Wrong, saved as ISO 8859-1:" : "Wrong:";
        return (string.IsNullOrWhiteSpace(fault.Text) ? page.Say("Wrong: an empty file.") : page.Show(wrong, "xml", fault.Text.Replace(fault.Name + ".xml", "system.xml", StringComparison.Ordinal)))
            .Show("The error:", "text", error).Show(fault.IsLatin ? "Right, saved as UTF-8:" : "Right:", "xml", Mend(code.Id)).ToString();
    }

    /// <summary>For each code the fault that is shown: of several the one with the shortest name, which is the plainest.</summary>
    private static SortedDictionary<string, string> Faults() => new(
        FaultFile.All.GroupBy(n => n[..8])
            .ToDictionary(g => g.Key, g => g.OrderBy(n => n.Count(c => c == '-')).ThenBy(n => n, StringComparer.Ordinal).First()),
        StringComparer.Ordinal);

    private static string Mend(string code)
    {
        if (Repairs[code].Count == 0)
        {
            return Smallest;
        }

        string text = FaultFile.Read(Faults()[code]).Text;
        foreach ((string old, string now) in Repairs[code])
        {
            int at = text.IndexOf(old, StringComparison.Ordinal);
            Assert.True(at >= 0, $"{code} has no {old}");
            text = text[..at] + now + text[(at + old.Length)..];
        }

        // Lines of which nothing is left.
        return string.Join('\n', text.Split('\n').Where((line, i) => line.Trim().Length != 0 || i == 0)) + "\n";
    }

    private static SortedDictionary<string, List<(string Old, string New)>> ReadRepairs()
    {
        var repairs = new SortedDictionary<string, List<(string, string)>>(StringComparer.Ordinal);
        string code = "", old = "";
        foreach (string line in File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Mended.txt")).SkipWhile(l => !l.StartsWith("MUEN", StringComparison.Ordinal)))
        {
            switch (line[0])
            {
                case 'M':
                    code = line;
                    repairs.Add(code, []);
                    break;
                case '-':
                    old = line[2..];
                    break;
                case '+':
                    repairs[code].Add((old, line.Length < 3 ? "" : line[2..].Replace("\\n", "\n", StringComparison.Ordinal)));
                    break;
            }
        }

        return repairs;
    }
}
