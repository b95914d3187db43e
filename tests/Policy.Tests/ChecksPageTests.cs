// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>docs/checks.md: what stands for each of the original's checks is there.</summary>
public sealed class ChecksPageTests
{
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "checks.md"));

    [Fact]
    public void Everything_that_is_named_exists()
    {
        HashSet<string> faults = [.. FaultFile.All];
        Dictionary<string, bool> reasons = Rows(Lines.SkipWhile(l => l != "## Reasons")).ToDictionary(r => r.Check, _ => false);
        (string Check, string Here)[] rows = [.. Rows(Lines.TakeWhile(l => l != "## Reasons"))];
        Assert.InRange(rows.Length, 100, 200);
        Assert.Equal(rows.Length, rows.DistinctBy(r => r.Check).Count());
        foreach ((string check, string here) in rows)
        {
            // Faults, then reasons; one that has codes is followed by them: "A-fault, another; made: MUEN5101".
            foreach (string part in here.Split("; "))
            {
                string[] words = part.Split(": ");
                bool reasoned = reasons.ContainsKey(words[0]);
                Assert.True(reasoned || words.Length == 1, $"{check}: {part}");
                if (reasoned)
                {
                    reasons[words[0]] = true;
                    Assert.All(words.Skip(1).SelectMany(w => w.Split(", ")), code => Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "errors", code + ".md")), $"{check}: {code}"));
                }
                else
                {
                    Assert.All(part.Split(", "), fault => Assert.True(faults.Contains(fault), $"{check}: {fault}"));
                }
            }
        }

        Assert.All(reasons, r => Assert.True(r.Value, $"{r.Key} is no reason of any"));
    }

    private static IEnumerable<(string Check, string Here)> Rows(IEnumerable<string> lines) =>
        lines.Where(l => l.StartsWith("| ", StringComparison.Ordinal) && !l.StartsWith("| the original checks that", StringComparison.Ordinal)).Select(l => l.Split(" | ")).Where(c => c[0] != "|")
            .Select(c => (c[0][2..], c[1][..^2]));
}
