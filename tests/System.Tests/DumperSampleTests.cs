// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.SystemTests;

/// <summary>samples/dumper in Bochs: it shows the subjects that the policy names, as they are, and no other.</summary>
public sealed class DumperSampleTests
{
    [Fact]
    public async Task TheNamedSubjectsAreShownLiveAndNobodyElse()
    {
        using SampleScreen sample = await SampleScreen.BootAsync("dumper");
        IReadOnlyList<string> lines = await sample.WaitForAsync(l => l[14].StartsWith(" cs ", StringComparison.Ordinal) && l[1].Length != 0 && l[3].Contains("preemption", StringComparison.Ordinal), "the list");
        Assert.Equal(["alice", "vt", "worker"], lines.Skip(1).Take(3).Select(l => l[1..].Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("bob", string.Join('\n', lines.Take(24)), StringComparison.Ordinal);

        // The chosen one's registers, and a program that works moves while it is watched.
        Assert.Equal("vt", lines[5]);
        sample.Type("\u001b[B");
        await sample.WaitForAsync(l => l[2].StartsWith(">alice ", StringComparison.Ordinal) && l[5] == "alice" && l[2].Contains("halted", StringComparison.Ordinal), "alice chosen, who waits for keys");
        sample.Type("\u001b[B\u001b[B\u001b[B");
        lines = await sample.WaitForAsync(l => l[3].StartsWith(">worker ", StringComparison.Ordinal) && l[5] == "worker" && l[3].Contains("active", StringComparison.Ordinal), "the last one chosen");
        string seen = lines[3];
        sample.Type("\u001b[A\u001b[A\u001b[A");
        IReadOnlyList<string> shown = Assert.Single(PageBlock.HeldBy("samples/dumper/README.md", nameof(DumperSampleTests))).Lines;
        await sample.WaitForAsync(l => shown.Select(WithoutRip).SequenceEqual(l.Take(shown.Count).Select(WithoutRip)), "what the README shows");
        sample.Type("\u001b[B\u001b[B");
        await sample.WaitForAsync(l => l[3].StartsWith(">worker ", StringComparison.Ordinal) && Rip(l[3]) != Rip(seen), "the worker elsewhere");
        Assert.Single(sample.KernelLines);
    }

    static string WithoutRip(string line) => Regex.Replace(line, " [0-9a-f]{16} ", " ");

    static string Rip(string line) => line.Substring(38, 16);
}
