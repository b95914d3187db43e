// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>gdb on the user's terminal, with a subject's symbols.</summary>
/// <param name="Image">The image; its gdb script lies beside it.</param>
/// <param name="Program">The subject's ELF.</param>
/// <param name="Kernel">The kernel's; null where none runs.</param>
/// <param name="Breaks">FILE:LINE or functions to stop at.</param>
/// <param name="Commands">What to do there; none for a session by hand.</param>
sealed record Gdb(string Image, string Program, string? Kernel, IReadOnlyList<string> Breaks, IReadOnlyList<string> Commands)
{
    /// <summary>Refuses to go on without gdb.</summary>
    public static string Require() => ExecutablePath.Find("gdb") ?? throw new UserException(MachineTool.Advice(MachineTool.Gdb));

    /// <summary>What has to be done first; empty where the machine waits at the subject's first instruction.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>Refuses places that are not in the programs: the system would run, and nothing would ever stop it.</summary>
    /// <exception cref="UserException">Names the first one, in gdb's words.</exception>
    public async Task RequireBreaksAsync(CancellationToken cancellation)
    {
        if (Breaks.Count == 0)
        {
            return;
        }

        IEnumerable<string> commands = [.. Symbols(), .. Breaks.Select(b => $"break {b}")];
        using Process process = Process.Start(new ProcessStartInfo(Require(), ["-nx", "-q", "-batch", .. commands.SelectMany(c => new[] { "-ex", c })])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        string[] errors = (await process.StandardError.ReadToEndAsync(cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] made = (await output).Split('\n');
        await process.WaitForExitAsync(cancellation);
        if (made.Count(l => l.StartsWith("Breakpoint ", StringComparison.Ordinal)) < Breaks.Count)
        {
            throw new UserException($"--break: {errors.FirstOrDefault(e => !e.StartsWith("Make breakpoint pending", StringComparison.Ordinal)) ?? "gdb knows no such place"}", UserException.Usage);
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <param name="server">The machine's server, as gdb's `target remote` takes it.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> RunAsync(string server)
    {
        // Ctrl-C is gdb's: it stops the machine.
        using PosixSignalRegistration? ignored = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, c => c.Cancel = true);
        using Process process = Process.Start(new ProcessStartInfo(Require(), Arguments(server)))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    IEnumerable<string> Arguments(string server)
    {
        // What stands in the user's own .gdbinit is for his programs.
        yield return "-nx";
        yield return "-q";
        if (Commands.Count > 0)
        {
            yield return "-batch";
        }

        List<string> commands = [.. Symbols(), $"target remote {server}"];
        commands.AddRange(Before);
        commands.AddRange(Breaks.Select(b => $"break {b}"));
        if (Breaks.Count > 0)
        {
            commands.Add("continue");
        }

        commands.AddRange(Commands);
        foreach (string command in commands)
        {
            yield return "-ex";
            yield return command;
        }
    }

    IEnumerable<string> Symbols() =>
    [
        "set confirm off", "set pagination off", "set height 0", "set width 0", "set print entry-values no", "set architecture i386:x86-64",
        $"source {GdbScript.PathFor(Image)}", $"file {GdbScript.Quote(Program)}", .. Kernel is null ? Array.Empty<string>() : [$"add-symbol-file {GdbScript.Quote(Kernel)}"],
    ];
}
