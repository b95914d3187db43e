// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Muen.Tests;

/// <summary>Programs as a user starts them: from the source tree's folder, with a limit, to their end.</summary>
static class Command
{
    static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>What `muen` says while it works.</summary>
    static readonly string[] s_progress =
        ["building the muen command", "compile the C#", "compile to native code", "compile the policy", "pack the image", "verify the image", "make a disc of the image", "run the demo in Bochs"];

    /// <summary>The source tree that the test was built in.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What a program left.</summary>
    public sealed record Result(int ExitCode, string Output, string Errors)
    {
        /// <summary>The lines of standard error that are no progress of a build.</summary>
        public string[] Complaints => [.. Lines(Errors).Where(l => !Progress(l))];

        public string[] OutputLines => Lines(Output);

        /// <summary>Fails when the program did.</summary>
        public void Expect() => Assert.True(ExitCode == 0, All);

        /// <summary>Everything that it printed.</summary>
        public string All => Output + Errors;

        static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        static bool Progress(string line) => s_progress.Any(p => line.StartsWith("muen: " + p, StringComparison.Ordinal));
    }

    /// <summary>`./muen` with arguments.</summary>
    public static Task<Result> Muen(params string[] arguments) => RunAsync(Path.Combine(Root, "muen"), arguments);

    /// <summary>Runs a program; kills it and fails when it takes too long.</summary>
    /// <param name="program">Path, or a name to be found in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it runs; null is the source tree.</param>
    /// <param name="environment">Variables that are added.</param>
    public static async Task<Result> RunAsync(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(program, arguments, folder, environment);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in {s_limit.TotalMinutes} minutes");
        }

        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts a program with its three streams in our hands.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What `dotnet test` tells its children about its own MSBuild must not reach a build of ours.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Muen.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("the test does not run inside the source tree");
    }
}
