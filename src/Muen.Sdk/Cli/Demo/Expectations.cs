// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.Sdk.Cli.Demo;

/// <summary>How an attempt of the intruder must end.</summary>
/// <param name="Exit">The exit as the kernel names it: `trap 0 vector 14`, `trap 12`.</param>
/// <param name="Attempt">The attempt as the intruder names it.</param>
sealed partial record Expectation(string Exit, string Attempt)
{
    /// <summary>Reads the sample's list: one attempt a line, the exit, a colon, the attempt; `#` begins a comment.</summary>
    public static IReadOnlyList<Expectation> Read(string path) =>
    [
        .. from line in File.ReadAllLines(path)
           where line.Trim().Length > 0 && !line.StartsWith('#')
           let colon = line.IndexOf(':', StringComparison.Ordinal)
           select new Expectation(line[..colon].Trim(), line[(colon + 1)..].Trim()),
    ];

    /// <summary>What the kernel printed about the intruder's stops, in order: the exit, and what became of the subject.</summary>
    public static IReadOnlyList<(string Exit, string Answer)> Stops(IEnumerable<string> lines) =>
    [
        .. from line in lines
           let match = KernelLine().Match(line)
           where match.Success
           select (match.Groups["vector"].Success ? $"trap {match.Groups["trap"]} vector {match.Groups["vector"]}" : $"trap {match.Groups["trap"]}", match.Groups["answer"].Value),
    ];

    /// <summary>What the intruder said it was going to do, in order.</summary>
    public static IReadOnlyList<string> Attempts(IEnumerable<string> lines) =>
        [.. lines.Select(l => IntruderLine().Match(l)).Where(m => m.Success).Select(m => m.Groups["what"].Value)];

    [GeneratedRegex("""^kernel\| cpu \d+: subject \d+ "intruder": trap (?<trap>\d+) \([^)]*\)(?: vector (?<vector>\d+))?.* -> (?<answer>\w+)$""")]
    private static partial Regex KernelLine();

    [GeneratedRegex(@"^(?:> )?intruder: attempt \d+: (?<what>.*)$")]
    private static partial Regex IntruderLine();
}
