// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>Reads from Bochs' log how a run ended.</summary>
static class BochsLog
{
    const string PanicMark = ">>PANIC<<";

    /// <summary>Exit codes above this one say which signal ended a process.</summary>
    const int SignalBase = 128;

    /// <summary>Judges an ended run.</summary>
    /// <param name="path">The log.</param>
    /// <param name="exitCode">Exit code of the process; above 128 it was killed by a signal.</param>
    /// <param name="killed">Whether this side ended it.</param>
    public static MachineResult Judge(string path, int exitCode, bool killed)
    {
        foreach (string line in Lines(path))
        {
            if (line.Contains("Shutdown port: shutdown requested", StringComparison.Ordinal))
            {
                return new(MachineEnd.Shutdown, "");
            }

            if (line.Contains("exception with no resolution", StringComparison.Ordinal))
            {
                return new(MachineEnd.TripleFault, Message(line));
            }

            if (line.Contains(PanicMark, StringComparison.Ordinal))
            {
                // What Bochs calls a panic when its window is closed or its power button is clicked.
                if (line.Contains("POWER button turned off", StringComparison.Ordinal))
                {
                    return new(MachineEnd.Closed, "");
                }

                return new(MachineEnd.Panic, Message(line));
            }
        }

        return killed ? new(MachineEnd.Killed, "")
            : exitCode > SignalBase ? new(MachineEnd.Signal, $"signal {exitCode - SignalBase}")
            : exitCode == 0 ? new(MachineEnd.Quit, "") : new(MachineEnd.Panic, $"exit code {exitCode}");
    }

    /// <summary>One line for the user on why Bochs ended early: its panic, or the last line that it wrote.</summary>
    public static string LastWords(string log, string errors)
    {
        List<string> lines = [.. Lines(log), .. Lines(errors)];
        string? panic = lines.FirstOrDefault(l => l.Contains(PanicMark, StringComparison.Ordinal));
        string? last = lines.LastOrDefault(l => l.Trim().Length > 0 && !l.StartsWith('='));
        return panic is not null ? Message(panic) : last?.Trim() ?? "it left no message";
    }

    /// <summary>
    /// Whether Bochs gave up because another one that started in the same instant took its port for the screen. Both can bind the same port
    /// (SO_REUSEADDR), the slower fails to listen, and tries the following ports with a socket that is bound already, in vain.
    /// </summary>
    public static bool LostRaceForPort(string path) =>
        Lines(path).Any(l => l.Contains(PanicMark, StringComparison.Ordinal) && l.Contains("could not bind any port", StringComparison.Ordinal));

    static List<string> Lines(string path)
    {
        List<string> lines = [];
        if (File.Exists(path))
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            while (reader.ReadLine() is { } line)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    /// <summary>A log line is `time e[unit ] text`; the text is what the user can use.</summary>
    static string Message(string line)
    {
        int end = line.IndexOf(']', StringComparison.Ordinal);
        return line[(end + 1)..].Replace(PanicMark, "", StringComparison.Ordinal).Trim();
    }
}
