// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.Sdk.Cli.Demo;

/// <summary>How an attempt of the intruder must end.</summary>
/// <param name="Exit">What the kernel prints about the exit, from `trap` on, as far as it does not depend on addresses of the build.</param>
/// <param name="Attempt">The attempt as the intruder announces it.</param>
sealed partial record Expectation(string Exit, string Attempt)
{
    /// <summary>Reads the sample's list: one attempt a line, the exit, a stroke, the attempt; `#` begins a comment.</summary>
    public static IReadOnlyList<Expectation> Read(string path) =>
    [
        .. from line in File.ReadAllLines(path)
           where line.Trim().Length > 0 && !line.StartsWith('#')
           let parts = line.Split(" | ", 2)
           select new Expectation(parts[0].Trim(), parts[^1].Trim()),
    ];

    /// <summary>Whether the kernel's words about a stop are these, and its answer was to start the subject anew.</summary>
    public bool Is(string stop) => stop.StartsWith(Exit + " ", StringComparison.Ordinal) && stop.EndsWith(" -> reset", StringComparison.Ordinal);

    /// <summary>Whether a line is the kernel's about a stop of the intruder.</summary>
    public static bool IsStop(string line) => KernelLine().IsMatch(line);

    /// <summary>What the kernel printed about the intruder's stops, in order, each from `trap` on.</summary>
    public static IReadOnlyList<string> Stops(IEnumerable<string> lines) => Matches(lines, KernelLine());

    /// <summary>What the intruder said it was going to do, in order.</summary>
    public static IReadOnlyList<string> Attempts(IEnumerable<string> lines) => Matches(lines, IntruderLine());

    static IReadOnlyList<string> Matches(IEnumerable<string> lines, Regex pattern) =>
        [.. lines.Select(l => pattern.Match(l)).Where(m => m.Success).Select(m => m.Groups["what"].Value)];

    [GeneratedRegex("""^kernel\| cpu \d+: subject \d+ "intruder": (?<what>trap .*)$""")]
    private static partial Regex KernelLine();

    [GeneratedRegex(@"^intruder: attempt \d+: (?<what>.*)$")]
    private static partial Regex IntruderLine();
}
