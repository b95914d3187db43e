// SPDX-License-Identifier: MIT

using Muen.Sdk.Cli.Running;
using Muen.Sdk.Machine;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>The whole system in Bochs, and a gdb on one of its subjects.</summary>
static class BochsSession
{
    /// <summary>Boots, and serves a gdb until it ends.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="space">The subject.</param>
    /// <param name="gdb">The gdb that is started.</param>
    /// <param name="port">Where another is waited for instead; null starts <paramref name="gdb"/>.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>gdb's exit code, or 0.</returns>
    public static async Task<int> RunAsync(BochsOptions options, SubjectSpace space, Gdb gdb, int? port, CancellationToken cancellation)
    {
        using BochsMachine machine = await BochsMachine.StartAsync(options, cancellation);
        await using Stream errors = Console.OpenStandardError();
        Transcript transcript = Transcript.Of(machine, new LiveConsole(errors, width: null).Show);
        var target = new BochsTarget(machine.Debugger!, space, options.Processors > 1 ? new Successor(gdb.Program) : null);
        using (cancellation.Register(machine.Stop))
        {
            await target.StartAsync();
        }

        cancellation.ThrowIfCancellationRequested();
        if (target.HasEnded)
        {
            throw new UserException($"the machine ended before the subject ran; the last lines:\n{transcript.Tail(10)}");
        }

        using var server = new GdbServer(target, port ?? 0);
        if (port is not null)
        {
            // Editors wait for this line.
            Console.WriteLine($"muen: waiting for gdb on port {server.Port}");
            await server.ServeAsync(cancellation);
            return 0;
        }

        using var end = new CancellationTokenSource();
        Task serving = server.ServeAsync(end.Token);
        int code = await gdb.RunAsync($"127.0.0.1:{server.Port}");
        await end.CancelAsync();
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return code;
    }
}
