// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace Muen.Sdk.Cli;

/// <summary>
/// Ctrl-C, `kill` and a closed terminal: the first ends the command in order, the second at once. In place of System.CommandLine's own handling,
/// which knows no closed terminal and does not tell the signals apart.
/// </summary>
sealed class Signals : IDisposable
{
    /// <summary>A process that a signal ended has this plus the signal's number as its exit code, as shells have it.</summary>
    const int ExitCodeBase = 128;

    /// <summary>Signals and their numbers on Linux.</summary>
    static readonly (PosixSignal Signal, int Number)[] s_handled = [(PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1)];

    readonly CancellationTokenSource _source = new();
    readonly PosixSignalRegistration[] _registrations;
    int _number;

    /// <summary>Takes the signals from now on.</summary>
    public Signals() => _registrations = [.. s_handled.Select(h => PosixSignalRegistration.Create(h.Signal, context => Take(context, h.Number)))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>What the process ends with after a signal.</summary>
    public int ExitCode => ExitCodeBase + _number;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    void Take(PosixSignalContext context, int number)
    {
        // Not cancelled, a signal does what it does to any process.
        if (Interlocked.CompareExchange(ref _number, number, 0) == 0)
        {
            context.Cancel = true;
            _source.Cancel();
        }
    }
}
