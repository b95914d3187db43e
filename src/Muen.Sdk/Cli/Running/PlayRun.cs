// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>A machine that is played by a script, to the script's end.</summary>
static class PlayRun
{
    /// <summary>Plays a machine that was just started.</summary>
    /// <param name="machine">The machine; ended when this returns.</param>
    /// <param name="image">The file that was asked for: what was built lies beside it.</param>
    /// <param name="play">The script.</param>
    /// <param name="limit">When it must have come to its end; null never.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>Exit code 0.</returns>
    /// <exception cref="UserException">The screen never showed what the script waits for, or the machine gave up.</exception>
    public static async Task<int> RunAsync(BochsMachine machine, string image, ScreenPlay play, TimeSpan? limit, CancellationToken cancellation)
    {
        var console = new TerminalScreen();
        Transcript transcript = Transcript.Of(machine, (prefix, bytes) =>
        {
            if (prefix.Length == 0)
            {
                console.Feed(bytes.Span);
            }
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(limit ?? Timeout.InfiniteTimeSpan);
        string? failure = null;
        try
        {
            // Bochs sends its screen unasked and waits until it is read: whoever does not look does not connect.
            using VgaScreen? vga = play.IsOnConsole ? null : await VgaScreen.ConnectAsync(machine);
            Task playing = play.RunAsync(vga is null ? new PlayedConsole(console, machine.Console) : new PlayedVga(vga), stop.Token);
            if (await Task.WhenAny(playing, machine.Ended, MachineRun.GaveUpAsync(transcript, stop.Token)) == playing)
            {
                await playing;
            }
            else
            {
                failure = "the machine ended before the script did";
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            failure = $"the script did not come to its end in {limit?.TotalSeconds:0} s";
        }

        await MachineRun.StopAsync(machine, transcript);
        await transcript.Ended;
        foreach (string explanation in StopReport.Explain(transcript.Lines, image))
        {
            Console.Error.WriteLine($"muen: {explanation}");
        }

        failure = KernelReport.Failure(transcript.Lines) ?? failure;
        return failure is null ? 0 : throw new UserException(failure);
    }
}
