// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text.RegularExpressions;
using Muen.SystemTests;
using Muen.TestSystems.CoreLib;

namespace Muen.CoreLibTests;

/// <summary>The same source computes in a subject what it computes on .NET, and panics where .NET throws.</summary>
public sealed partial class DifferentialTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public DifferentialTests() => CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("CoreLibCases.csproj", "corelib: finished")]
    [InlineData("CoreLibCasesDebug.csproj", "corelib: finished, with DEBUG")]
    public async Task ASubjectComputesWhatDotnetComputes(string project, string end)
    {
        // First, so that a case that fails everywhere is told here.
        ulong[][] expected = [.. Enumerable.Range(0, Groups.Count).Select(Run)];
        string systems = Path.Combine(Command.Root, "tests/systems");
        string policy = _folder.File("corelib.xml");
        string text = await File.ReadAllTextAsync(Path.Combine(systems, "corelib.xml"));
        await File.WriteAllTextAsync(policy, text.Replace("corelib/CoreLibCases.csproj", Path.Combine(systems, "corelib", project), StringComparison.Ordinal));
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(policy, _folder.File("out"), processors: 1, end: End());
        Assert.Equal(end, lines[^1]);
        string wrong = Differences(lines, expected) + Unnoticed(lines);
        Assert.True(wrong.Length == 0, wrong);
    }

    /// <summary>The digests of a group's cases on .NET.</summary>
    static ulong[] Run(int group)
    {
        ulong[] digests = new ulong[Groups.Cases];
        for (int i = 0; i < digests.Length; i++)
        {
            var c = new Case(group, i);
            try
            {
                Groups.Run(group, ref c);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"{Groups.Name(group)}: case {i} throws", e);
            }

            digests[i] = c.Digest;
        }

        return digests;
    }

    /// <summary>The groups whose digests differ, each with the first case that shows it.</summary>
    static string Differences(IReadOnlyList<string> lines, ulong[][] expected)
    {
        var different = new List<string>();
        for (int group = 0; group < Groups.Count; group++)
        {
            Match shown = lines.Select(l => Shown().Match(l)).FirstOrDefault(m => m.Success && m.Groups[1].Value == group.ToString(CultureInfo.InvariantCulture)) ?? Match.Empty;
            if (!shown.Success)
            {
                different.Add($"{Groups.Name(group)}: the subject never said");
                continue;
            }

            byte[] theirs = Convert.FromHexString(shown.Groups[3].Value);
            ulong digest = 0;
            int first = -1;
            for (int i = 0; i < Groups.Cases; i++)
            {
                digest = unchecked((digest * 31) + expected[group][i]);
                first = first < 0 && Case.MarkOf(expected[group][i]) != theirs[i] ? i : first;
            }

            if (digest != ulong.Parse(shown.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            {
                different.Add($"{Groups.Name(group)}: case {first} is the first that differs");
            }
        }

        return string.Join('\n', different);
    }

    /// <summary>Panics that did not come, and those where .NET does not throw.</summary>
    static string Unnoticed(IReadOnlyList<string> lines)
    {
        var unnoticed = new List<string>();
        for (int i = 0; i < PanicCases.Count; i++)
        {
            if (Record.Exception(() => PanicCases.Provoke(i, 0)) is null)
            {
                unnoticed.Add($"{i}: .NET does not throw");
            }

            int at = lines.ToList().IndexOf($"panics: {i}");
            if (at < 0 || !lines.Skip(at + 1).FirstOrDefault(l => l.Length != 0 && !l.StartsWith("kernel|", StringComparison.Ordinal), "").StartsWith("panic: ", StringComparison.Ordinal))
            {
                unnoticed.Add($"{i}: the subject does not panic");
            }
        }

        return string.Join('\n', unnoticed);
    }

    [GeneratedRegex("^group ([0-9]+) ([0-9a-f]{16}) ([0-9a-f]+)$")]
    private static partial Regex Shown();

    [GeneratedRegex("^corelib: finished")]
    private static partial Regex End();
}
