// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Demo;

/// <summary>
/// What must stand in the demo's transcript. Each check gives what is wrong, in words; nothing when all is well.
/// </summary>
static partial class DemoChecks
{
    /// <summary>Test cases of RFC 4231, section 4, that the client runs.</summary>
    public const int Rfc4231Cases = 7;

    /// <summary>Beginnings of lines that show work of client and service.</summary>
    static readonly string[] s_work = ["hmac rfc4231 case ", "sha256: "];

    /// <summary>The client's line of each file, against two programs that share nothing with the service.</summary>
    /// <param name="lines">The transcript.</param>
    /// <param name="files">Names in the archive, and contents.</param>
    public static async Task<IReadOnlyList<string>> FilesAsync(IReadOnlyList<string> lines, IEnumerable<(string Name, byte[] Content)> files)
    {
        (string Name, string Digest)[] printed = [.. lines.Select(l => FileLine().Match(l)).Where(m => m.Success).Select(m => (m.Groups["name"].Value, m.Groups["digest"].Value))];
        List<string> wrong = [];
        int count = 0;
        foreach ((string name, byte[] content) in files)
        {
            count++;
            (string sum, string dotnet) = await ReferenceDigests.Sha256Async(content);
            string[] digests = [.. printed.Where(p => p.Name == name).Select(p => p.Digest)];
            if (digests.Length != 1 || digests[0] != sum || digests[0] != dotnet)
            {
                wrong.Add($"{name}: the demo says {(digests.Length == 0 ? "nothing" : string.Join(", ", digests))}, sha256sum {sum}, .NET {dotnet}");
            }
        }

        if (printed.Length != count)
        {
            wrong.Add($"the demo printed {printed.Length} digests of {count} files");
        }

        return wrong;
    }

    /// <summary>The self check of the client.</summary>
    public static IReadOnlyList<string> Rfc4231(IReadOnlyList<string> lines) =>
    [
        .. from number in Enumerable.Range(1, Rfc4231Cases)
           let line = $"hmac rfc4231 case {number}: ok"
           where !lines.Contains(line)
           select $"the line `{line}` is missing",
    ];

    /// <summary>Each attempt of the intruder was announced and stopped, in order, by the exit that it must end with.</summary>
    public static IReadOnlyList<string> Intruder(IReadOnlyList<string> lines, IReadOnlyList<Expectation> expected)
    {
        IReadOnlyList<string> attempts = Expectation.Attempts(lines);
        IReadOnlyList<string> stops = Expectation.Stops(lines);
        List<string> wrong = [];
        if (attempts.Count != expected.Count || stops.Count != expected.Count)
        {
            wrong.Add($"the intruder announced {attempts.Count} attempts, the kernel stopped {stops.Count}, {expected.Count} were expected");
        }

        for (int i = 0; i < Math.Min(expected.Count, Math.Min(attempts.Count, stops.Count)); i++)
        {
            if (attempts[i] != expected[i].Attempt || !expected[i].Is(stops[i]))
            {
                wrong.Add($"attempt {i + 1} `{attempts[i]}` ended by `{stops[i]}`, expected was `{expected[i].Attempt}` by `{expected[i].Exit} ... -> reset`");
            }
        }

        string last = $"intruder: finished: {expected.Count} attempts, 0 not stopped";
        if (!lines.Contains(last))
        {
            wrong.Add($"the line `{last}` is missing");
        }

        return wrong;
    }

    /// <summary>The others went on while the intruder was at it: an HMAC of the self check and a typed line's digest came between two of its stops.</summary>
    public static IReadOnlyList<string> Undisturbed(IReadOnlyList<string> lines)
    {
        string[] during = [.. lines.SkipWhile(l => !Expectation.IsStop(l)).Reverse().SkipWhile(l => !Expectation.IsStop(l))];
        return
        [
            .. from work in s_work
               where !during.Any(l => l.StartsWith(work, StringComparison.Ordinal))
               select $"no line `{work}...` came while the intruder made its attempts",
        ];
    }

    /// <summary>Lines of the kernel that say that something happened to anybody but the intruder.</summary>
    public static IReadOnlyList<string> Others(IReadOnlyList<string> lines) =>
    [
        .. from line in lines
           where line.StartsWith(Transcript.KernelPrefix, StringComparison.Ordinal) && Trouble().IsMatch(line) && !line.Contains("\"intruder\": ", StringComparison.Ordinal)
           select line,
    ];

    [GeneratedRegex("^(?<digest>[0-9a-f]{64})  (?<name>.+)$")]
    private static partial Regex FileLine();

    [GeneratedRegex("trap |is not in its table|belongs to nobody|PANIC|EXCEPTION|lacks")]
    private static partial Regex Trouble();
}
