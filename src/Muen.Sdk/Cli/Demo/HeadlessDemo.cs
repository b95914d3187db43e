// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Running;
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
    /// <param name="image">The image that was built: its programs lie beside it.</param>
    /// <param name="limit">Time for the run.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>0 when everything was right.</returns>
    public static async Task<int> RunAsync(DemoSystem demo, BochsOptions options, string image, TimeSpan limit, CancellationToken cancellation)
    {
        File.Delete(demo.TranscriptPath);
        using BochsMachine machine = await BochsMachine.StartAsync(options, cancellation);
        Transcript transcript = Transcript.Of(machine);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(limit);
        var run = new HeadlessDemo(demo, transcript, machine.Console, timeout.Token);
        _ = CancelWhenGivenUpAsync(transcript, timeout);
        try
        {
            await new Steps().RunAsync("run the demo in Bochs", run.PlayAsync);
        }
        catch (MachineException error)
        {
            await MachineRun.StopAsync(machine, transcript);
            run._failures.Add($"{await machine.Ended}; {error.Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            string why = KernelReport.Failure(transcript.Lines) ?? $"the demo did not finish in {limit.TotalSeconds:0} s";
            run._failures.Add($"{why}; the last lines:\n{transcript.Tail(10)}");
        }

        machine.Stop();
        await transcript.Ended;
        run._failures.AddRange(StopReport.Explain(transcript.Lines, image));
        WholeFile.Write(demo.TranscriptPath, path => File.WriteAllLines(path, transcript.Lines));
        return Verdict.Print(run._passed, run._failures, "transcript", demo.TranscriptPath);
    }

    /// <summary>Ends the conversation with a machine that will not answer any more.</summary>
    static async Task CancelWhenGivenUpAsync(Transcript transcript, CancellationTokenSource conversation)
    {
        await MachineRun.GaveUpAsync(transcript, conversation.Token);
        await conversation.CancelAsync();
    }

    static string Long(int length) => string.Concat(Enumerable.Range(0, length).Select(i => (char)('!' + (i % 90))));

    /// <summary>The conversation. Each part says what it found.</summary>
    async Task<int> PlayAsync()
    {
        await WaitAsync(Ready());
        (string, byte[])[] files = [.. _demo.Files.Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)))];
        Check($"files: {files.Length} {(files.Length == 1 ? "digest equals that" : "digests equal those")} of sha256sum and .NET", await DemoChecks.FilesAsync(_transcript.Lines, files));
        Check($"RFC 4231: {DemoChecks.Rfc4231Cases} cases", DemoChecks.Rfc4231(_transcript.Lines));
        await CheckLinesAsync();
        await CheckCommandsAsync();

        // It has been at it all the time.
        _next = 0;
        await WaitAsync(IntruderFinished());
        _next = _transcript.Lines.Count;
        await TypeAsync("quit");
        await WaitAsync(Finished());
        IReadOnlyList<Expectation> expected = Expectation.Read(_demo.Expectations);
        Check($"intruder: {expected.Count} attempts, each stopped by the exit it must end with", DemoChecks.Intruder(_transcript.Lines, expected));
        Check("the others worked on while it made them", DemoChecks.Undisturbed(_transcript.Lines));
        Check("nobody else was stopped, no panic", DemoChecks.Others(_transcript.Lines));
        return 0;
    }

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

    void Check(string what, IReadOnlyList<string> wrong)
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

    [GeneratedRegex("^(sha256: |hmac: |error: )")]
    private static partial Regex Answer();

    [GeneratedRegex("^intruder: finished: ")]
    private static partial Regex IntruderFinished();

    [GeneratedRegex("^demo: finished")]
    private static partial Regex Finished();
}
