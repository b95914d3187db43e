// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>A machine on the user's terminal, until it ends, the user ends it, or time is up.</summary>
static class MachineRun
{
    /// <summary>Runs a machine.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="takeInput">Whether keys, or what standard input holds, go to the machine's console.</param>
    /// <param name="limit">When to end it; null never.</param>
    /// <param name="last">A line of the console after which the run is over; null for none.</param>
    /// <param name="cancellation">Ctrl-C: a normal end of a run that has no other.</param>
    /// <returns>Exit code: 0 unless the machine ended by a fault.</returns>
    public static async Task<int> RunAsync(BochsOptions options, bool takeInput, TimeSpan? limit, Regex? last, CancellationToken cancellation)
    {
        using BochsMachine machine = await BochsMachine.StartAsync(options, cancellation);
        using Terminal? terminal = takeInput ? Terminal.Open() : null;
        await using Stream output = Console.OpenStandardOutput();
        var live = new LiveConsole(output, !Console.IsOutputRedirected);
        Transcript transcript = Transcript.Of(machine, live.Show);
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
        await Task.WhenAny(over, machine.Ended);
        if (!machine.Ended.IsCompleted)
        {
            machine.Stop();
        }

        MachineResult result = await machine.Ended;
        await transcript.Ended;
        await output.FlushAsync(CancellationToken.None);
        terminal?.Dispose();
        Console.Error.WriteLine();
        if (result.End is MachineEnd.TripleFault or MachineEnd.Panic)
        {
            throw new UserException($"{result}");
        }

        Console.Error.WriteLine($"muen: {result}");
        return 0;
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
