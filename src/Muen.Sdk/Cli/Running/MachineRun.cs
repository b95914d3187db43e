// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>A machine on the user's terminal, until it ends, gives up, the user ends it, or time is up.</summary>
static class MachineRun
{
    /// <summary>How long both serial ports are silent after the kernel gave up, before the run is ended: other processors may have a line to finish.</summary>
    static readonly TimeSpan s_silence = TimeSpan.FromSeconds(2);

    /// <summary>How long both are silent before a line that stands open is shown where output is no terminal.</summary>
    static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    /// <summary>How long they are silent after it reset the machine. Bochs with several processors does not come back from that.</summary>
    static readonly TimeSpan s_reset = TimeSpan.FromSeconds(20);

    /// <summary>How long the emulator may take to end after it closed its serial ports.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <summary>Runs a machine that was just started.</summary>
    /// <param name="machine">The machine; ended when this returns.</param>
    /// <param name="image">The file that was asked for: what was built lies beside it.</param>
    /// <param name="showConsole">Whether the machine's console is shown; the kernel's always is.</param>
    /// <param name="takeInput">Whether keys, or what standard input holds, go to the machine's console.</param>
    /// <param name="limit">When to end it; null never.</param>
    /// <param name="last">The line of the console that the run must come to, and with which it is over; null for a system that runs until it is ended.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>Exit code 0: the last line came; or there is none, and the machine shut down or ran until its time was up.</returns>
    /// <exception cref="UserException">The run failed; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The user ended it.</exception>
    public static async Task<int> RunAsync(MachineProcess machine, string image, bool showConsole, bool takeInput, TimeSpan? limit, Regex? last, CancellationToken cancellation)
    {
        using Terminal? terminal = takeInput ? Terminal.Open() : null;
        await using Stream output = Console.OpenStandardOutput();
        var live = new LiveConsole(output, Console.IsOutputRedirected ? null : () => Console.WindowWidth);
        var turn = new Lock();
        using var quiet = new Timer(_ =>
        {
            lock (turn)
            {
                live.Quiet();
            }
        });
        Transcript transcript = Transcript.Of(machine, (prefix, bytes) =>
        {
            if (showConsole || prefix.Length > 0)
            {
                lock (turn)
                {
                    live.Show(prefix, bytes);
                }

                quiet.Change(s_quiet, Timeout.InfiniteTimeSpan);
            }
        });
        if (takeInput)
        {
            // Reading standard input cannot be cancelled; the thread ends with the process.
            new Thread(() => Forward(machine.Console)) { IsBackground = true, Name = "keys" }.Start();
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
        Task over = last is null
            ? Task.Delay(Timeout.Infinite, stop.Token)
            : transcript.WaitForAsync(last, Timeout.InfiniteTimeSpan, cancellation: stop.Token);
        await Task.WhenAny(over, machine.Ended, GaveUpAsync(transcript, stop.Token));
        await StopAsync(machine, transcript);
        MachineResult result = await machine.Ended;
        await transcript.Ended;
        quiet.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        lock (turn)
        {
            live.End();
        }

        await output.FlushAsync(CancellationToken.None);
        terminal?.Dispose();
        Console.Error.WriteLine();
        foreach (string explanation in StopReport.Explain(transcript.Lines, image))
        {
            Console.Error.WriteLine($"muen: {explanation}");
        }

        if (cancellation.IsCancellationRequested)
        {
            Console.Error.WriteLine("muen: the machine was stopped");
            throw new OperationCanceledException(cancellation);
        }

        if (KernelReport.Failure(transcript.Lines) is { } failure)
        {
            throw new UserException(failure);
        }

        if (last is not null && transcript.Lines.Any(last.IsMatch))
        {
            return 0;
        }

        bool timeIsUp = result.End == MachineEnd.Killed;
        string end = timeIsUp ? $"the time of {limit?.TotalSeconds:0} s is up" : result.ToString();
        if (last is not null)
        {
            throw new UserException($"the demo did not finish: {end}");
        }

        if (!timeIsUp && result.End is not (MachineEnd.Shutdown or MachineEnd.Quit or MachineEnd.Closed))
        {
            throw new UserException(end);
        }

        Console.Error.WriteLine($"muen: {end}");
        return 0;
    }

    /// <summary>Ends a machine that has not ended by itself. One whose ports are closed is about to: what it says of itself counts.</summary>
    public static async Task StopAsync(MachineProcess machine, Transcript transcript)
    {
        if (transcript.Ended.IsCompleted)
        {
            await Task.WhenAny(machine.Ended, Task.Delay(s_patience));
        }

        machine.Stop();
    }

    /// <summary>Completes when the kernel has given up and nobody prints any more.</summary>
    /// <param name="transcript">What is printed.</param>
    /// <param name="cancellation">Ends the watch, which fails then.</param>
    public static async Task GaveUpAsync(Transcript transcript, CancellationToken cancellation)
    {
        int next = 0;
        while (true)
        {
            next = await transcript.WaitForAsync(KernelReport.Fatal(), Timeout.InfiniteTimeSpan, next, cancellation) + 1;
            IReadOnlyList<string> lines = transcript.Lines;
            KernelState state;
            while ((state = KernelReport.State(lines)) != KernelState.Running)
            {
                await Task.Delay(state == KernelState.GaveUp ? s_silence : s_reset, cancellation);
                IReadOnlyList<string> later = transcript.Lines;
                if (later.Count == lines.Count)
                {
                    return;
                }

                lines = later;
            }
        }
    }

    static void Forward(Stream console)
    {
        try
        {
            // Not Console.OpenStandardInput: on a terminal that edits lines by itself.
            using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
            input.CopyTo(console, bufferSize: 1024);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The machine is gone, and with it whoever wanted the keys.
        }
    }
}
