// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.RegularExpressions;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Demo;

/// <summary>
/// Plays the user of the demo: types lines, reads answers, and then checks everything that was printed against programs that share
/// nothing with it.
/// </summary>
sealed partial class HeadlessDemo
{
    /// <summary>The longest line that the client takes, in bytes.</summary>
    const int LineLimit = 4096;

    const int Rfc4231Cases = 7;

    static readonly string[] s_texts =
    [
        "",
        "hello, world",
        "abc",
        "Größe in Ångström: 世界 🌍",
        "  spaces at both ends  ",
        Long(LineLimit),
    ];

    readonly DemoSystem _demo;
    readonly Transcript _transcript;
    readonly Stream _console;
    readonly CancellationToken _timeout;
    readonly List<string> _passed = [];
    readonly List<string> _failures = [];
    int _next;

    HeadlessDemo(DemoSystem demo, Transcript transcript, Stream console, CancellationToken timeout)
    {
        _demo = demo;
        _transcript = transcript;
        _console = console;
        _timeout = timeout;
    }

    /// <summary>Runs the demo and checks it.</summary>
    /// <param name="demo">The system.</param>
    /// <param name="options">The machine.</param>
    /// <param name="limit">Time for the run.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>0 when everything was right.</returns>
    public static async Task<int> RunAsync(DemoSystem demo, BochsOptions options, TimeSpan limit, CancellationToken cancellation)
    {
        File.Delete(demo.TranscriptPath);
        using BochsMachine machine = await BochsMachine.StartAsync(options, cancellation);
        Transcript transcript = Transcript.Of(machine);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        var run = new HeadlessDemo(demo, transcript, machine.Console, timeout.Token);
        try
        {
            await new Steps().RunAsync("run the demo in Bochs", run.PlayAsync);
        }
        catch (MachineException error)
        {
            string end = machine.Ended.IsCompleted ? $"{await machine.Ended}; " : "";
            run._failures.Add(end + error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            run._failures.Add($"the demo did not finish in {limit.TotalSeconds:0} s; the last lines:\n{transcript.Tail(10)}");
        }

        machine.Stop();
        await transcript.Ended;
        WholeFile.Write(demo.TranscriptPath, path => File.WriteAllLines(path, transcript.Lines));
        return run.Judge();
    }

    static string Long(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('!' + (i % 90))));

    /// <summary>The conversation. Each part says what it found.</summary>
    async Task<int> PlayAsync()
    {
        await WaitAsync(Ready());
        await CheckFilesAsync();
        Check($"RFC 4231: {Rfc4231Cases} cases", MissingRfcCases());
        await CheckLinesAsync();
        await CheckCommandsAsync();

        // The client shows the intruder's lines while it has nothing else to do.
        _next = 0;
        await WaitAsync(IntruderFinished());
        _next = _transcript.Lines.Count;
        await TypeAsync("quit");
        await WaitAsync(Finished());
        CheckIntruder();
        return 0;
    }

    async Task CheckFilesAsync()
    {
        Dictionary<string, string> printed = _transcript.Lines.Select(l => FileLine().Match(l)).Where(m => m.Success)
            .GroupBy(m => m.Groups["name"].Value).ToDictionary(g => g.Key, g => g.Last().Groups["digest"].Value);
        List<string> wrong = [];
        foreach (string file in _demo.Files)
        {
            string name = Path.GetFileName(file);
            (string sum, string dotnet) = await ReferenceDigests.Sha256Async(await File.ReadAllBytesAsync(file, _timeout));
            if (printed.GetValueOrDefault(name) is not { } digest || digest != sum || digest != dotnet)
            {
                wrong.Add($"{name}: the demo says {printed.GetValueOrDefault(name) ?? "nothing"}, sha256sum {sum}, .NET {dotnet}");
            }
        }

        Check($"files: {_demo.Files.Count} digests equal those of sha256sum and .NET", wrong);
    }

    List<string> MissingRfcCases() =>
        [.. Enumerable.Range(1, Rfc4231Cases).Select(i => $"hmac rfc4231 case {i}: ok").Where(line => !_transcript.Lines.Contains(line)).Select(line => $"the line `{line}` is missing")];

    async Task CheckLinesAsync()
    {
        List<string> wrong = [];
        foreach (string text in s_texts)
        {
            string answer = await AskAsync(text);
            (string sum, string dotnet) = await ReferenceDigests.Sha256Async(Encoding.UTF8.GetBytes(text));
            if (answer != $"sha256: {sum}" || answer != $"sha256: {dotnet}")
            {
                wrong.Add($"line of {Encoding.UTF8.GetByteCount(text)} bytes: the demo says `{answer}`, sha256sum {sum}, .NET {dotnet}");
            }
        }

        Check($"lines: {s_texts.Length} digests equal those of sha256sum and .NET (an empty one, UTF-8, {LineLimit} bytes)", wrong);
    }

    async Task CheckCommandsAsync()
    {
        List<string> wrong = [];
        string hmac = await AskAsync("hmac Jefe what do ya want for nothing?");
        string expected = $"hmac: {ReferenceDigests.Hmac("Jefe"u8.ToArray(), "what do ya want for nothing?"u8.ToArray())}";
        if (hmac != expected)
        {
            wrong.Add($"the demo says `{hmac}`, .NET `{expected}`");
        }

        string tooLong = await AskAsync(Long(LineLimit + 1));
        if (tooLong != $"error: a line holds at most {LineLimit} bytes")
        {
            wrong.Add($"a line of {LineLimit + 1} bytes was answered with `{tooLong}`");
        }

        Check("commands: an HMAC equals that of .NET, a line that is too long is refused", wrong);
    }

    void CheckIntruder()
    {
        IReadOnlyList<string> lines = _transcript.Lines;
        IReadOnlyList<Expectation> expected = Expectation.Read(_demo.Expectations);
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

        Check($"intruder: {expected.Count} attempts, each stopped by the exit it must end with", wrong);
        Check(
            "nobody else was stopped, no panic",
            [.. lines.Where(l => l.StartsWith(Transcript.KernelPrefix, StringComparison.Ordinal) && Trouble().IsMatch(l) && !l.Contains("\"intruder\"", StringComparison.Ordinal))]);
    }

    void Check(string what, List<string> wrong)
    {
        if (wrong.Count == 0)
        {
            _passed.Add(what);
        }
        else
        {
            _failures.Add(what + string.Concat(wrong.Select(w => "\n  " + w)));
        }
    }

    int Judge()
    {
        foreach (string line in _passed)
        {
            Console.WriteLine($"ok      {line}");
        }

        foreach (string line in _failures)
        {
            Console.WriteLine($"FAILED  {line}");
        }

        Console.WriteLine($"transcript: {Path.GetRelativePath(Environment.CurrentDirectory, _demo.TranscriptPath)}");
        return _failures.Count == 0 ? 0 : UserException.Failure;
    }

    async Task<string> AskAsync(string text)
    {
        await TypeAsync(text);
        return await WaitAsync(Answer());
    }

    /// <summary>Types a line. The next line that is looked for comes after it.</summary>
    async Task TypeAsync(string text)
    {
        _next = _transcript.Lines.Count;
        await _console.WriteAsync(Encoding.UTF8.GetBytes(text + "\r"), _timeout);
    }

    async Task<string> WaitAsync(Regex pattern)
    {
        int index = await _transcript.WaitForAsync(pattern, Timeout.InfiniteTimeSpan, _next, _timeout);
        _next = index + 1;
        return _transcript.Lines[index];
    }

    [GeneratedRegex("^client: ready")]
    private static partial Regex Ready();

    [GeneratedRegex("^(?<digest>[0-9a-f]{64})  (?<name>.+)$")]
    private static partial Regex FileLine();

    [GeneratedRegex("^(sha256: |hmac: |error: )")]
    private static partial Regex Answer();

    [GeneratedRegex("^intruder: finished: ")]
    private static partial Regex IntruderFinished();

    [GeneratedRegex("^demo: finished")]
    private static partial Regex Finished();

    [GeneratedRegex("trap |PANIC|EXCEPTION|lacks")]
    private static partial Regex Trouble();
}
