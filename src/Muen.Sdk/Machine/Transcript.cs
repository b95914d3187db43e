// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Machine;

/// <summary>
/// What a machine printed: the lines of several streams in the order in which they were complete, those of a stream with a
/// prefix begun with it. Reads the streams from the moment they are attached until they end.
/// </summary>
/// <remarks>Lines end with LF; a CR before it is dropped. Bytes that are not UTF-8 become U+FFFD.</remarks>
public sealed class Transcript
{
    /// <summary>The prefix of lines of the kernel's console.</summary>
    public const string KernelPrefix = "kernel| ";

    readonly Lock _gate = new();
    readonly List<string> _lines = [];
    readonly List<Waiter> _waiters = [];
    readonly List<Task> _readers = [];
    readonly Action<string, ReadOnlyMemory<byte>>? _watch;

    /// <summary>Creates an empty transcript.</summary>
    /// <param name="watch">Called with a stream's prefix and each piece of bytes as it comes; calls never overlap.</param>
    public Transcript(Action<string, ReadOnlyMemory<byte>>? watch = null) => _watch = watch;

    /// <summary>The lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Completes when all attached streams have ended.</summary>
    public Task Ended => Task.WhenAll(_readers);

    /// <summary>A transcript of a machine's two serial ports: COM1 as it is, the kernel's lines with <see cref="KernelPrefix"/>.</summary>
    public static Transcript Of(MachineProcess machine, Action<string, ReadOnlyMemory<byte>>? watch = null)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var transcript = new Transcript(watch);
        transcript.Attach(machine.KernelConsole, KernelPrefix);
        transcript.Attach(machine.Console, "");
        return transcript;
    }

    /// <summary>Reads a stream from now on. A last line without an end counts when the stream ends.</summary>
    /// <param name="stream">Read until its end or until it is disposed.</param>
    /// <param name="prefix">What its lines begin with.</param>
    public void Attach(Stream stream, string prefix)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _readers.Add(Task.Run(() => ReadAsync(stream, prefix)));
    }

    /// <summary>Waits for a line that matches, looking first at the lines that have come already.</summary>
    /// <param name="pattern">Matched against the whole line with its prefix.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="from">Index of the first line to look at.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Index of the line in <see cref="Lines"/>.</returns>
    /// <exception cref="MachineException">No such line came in time, or the streams ended before; the message ends with the last lines.</exception>
    public async Task<int> WaitForAsync(Regex pattern, TimeSpan timeout, int from = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        Waiter waiter;
        lock (_gate)
        {
            for (int i = from; i < _lines.Count; i++)
            {
                if (pattern.IsMatch(_lines[i]))
                {
                    return i;
                }
            }

            waiter = new(pattern, from);
            _waiters.Add(waiter);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        Task stop = Task.Delay(Timeout.Infinite, limit.Token);
        Task first = await Task.WhenAny(waiter.Found.Task, Ended, stop).ConfigureAwait(false);
        lock (_gate)
        {
            _waiters.Remove(waiter);
        }

        if (waiter.Found.Task.IsCompleted)
        {
            return await waiter.Found.Task.ConfigureAwait(false);
        }

        cancellation.ThrowIfCancellationRequested();
        string why = first == stop ? $"did not come in {timeout.TotalSeconds:0.###} s" : "had not come when the machine ended";
        throw new MachineException($"a line like `{pattern}` {why}; the last lines:\n{Tail(20)}");
    }

    /// <summary>The last lines, indented, for a message.</summary>
    /// <param name="count">At most so many.</param>
    public string Tail(int count)
    {
        IReadOnlyList<string> lines = Lines;
        return lines.Count == 0 ? "  (nothing was printed)" : string.Join('\n', lines.TakeLast(count).Select(l => "  " + l));
    }

    async Task ReadAsync(Stream stream, string prefix)
    {
        byte[] buffer = new byte[4096];
        var line = new List<byte>();
        while (true)
        {
            int count;
            try
            {
                count = await stream.ReadAsync(buffer).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // The program was killed, or the machine disposed: the end of the stream like any other.
                count = 0;
            }

            lock (_gate)
            {
                if (count == 0)
                {
                    if (line.Count > 0)
                    {
                        Add(prefix, line);
                    }

                    return;
                }

                foreach (byte value in buffer.AsSpan(0, count))
                {
                    if (value == '\n')
                    {
                        Add(prefix, line);
                    }
                    else
                    {
                        line.Add(value);
                    }
                }

                _watch?.Invoke(prefix, buffer.AsMemory(0, count));
            }
        }
    }

    void Add(string prefix, List<byte> bytes)
    {
        string text = prefix + Encoding.UTF8.GetString(bytes is [.. var head, (byte)'\r'] ? [.. head] : [.. bytes]);
        bytes.Clear();
        _lines.Add(text);
        foreach (Waiter waiter in _waiters)
        {
            if (_lines.Count > waiter.From && waiter.Pattern.IsMatch(text))
            {
                waiter.Found.TrySetResult(_lines.Count - 1);
            }
        }
    }

    sealed record Waiter(Regex Pattern, int From)
    {
        public TaskCompletionSource<int> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
