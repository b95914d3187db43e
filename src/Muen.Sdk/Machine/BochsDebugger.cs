// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Machine;

/// <summary>The console of Bochs' debugger: a command, and what it prints up to the next prompt. One command at a time.</summary>
public sealed partial class BochsDebugger
{
    const int SignalInterrupt = 2;

    readonly Process _process;
    readonly Task _greeting;

    internal BochsDebugger(Process process)
    {
        _process = process;
        _greeting = ReadAsync();
    }

    /// <summary>Runs a command to its end; of one that lets the machine run that is when it stops.</summary>
    /// <param name="command">One line, as its `help` names them.</param>
    /// <returns>What it printed; null when Bochs has ended.</returns>
    public async Task<string?> RunAsync(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        await _greeting.ConfigureAwait(false);
        try
        {
            await _process.StandardInput.WriteAsync(command.ReplaceLineEndings(" ") + "\n").ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }

        string? text = await ReadAsync().ConfigureAwait(false);

        // With a pipe for its input Bochs repeats the line.
        return text?.StartsWith(command, StringComparison.Ordinal) == true ? text[command.Length..].TrimStart('\r', '\n') : text;
    }

    /// <summary>Stops a machine that runs: the command that let it run ends.</summary>
    public void Interrupt()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, SignalInterrupt);
        }
    }

    async Task<string?> ReadAsync()
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        while (true)
        {
            int count = await _process.StandardOutput.ReadAsync(buffer.AsMemory()).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            text.Append(buffer, 0, count);
            int tail = Math.Min(text.Length, 24);
            if (Prompt().Match(text.ToString(text.Length - tail, tail)) is { Success: true } prompt)
            {
                return text.ToString(0, text.Length - tail + prompt.Index);
            }
        }
    }

    [GeneratedRegex("<bochs:[0-9]+> $")]
    private static partial Regex Prompt();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
