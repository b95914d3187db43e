// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Muen.Sdk.Machine;

/// <summary>
/// One run of a program that is a machine: Bochs or QEMU. COM1 is a stream both ways, COM2 is where the debug kernel prints.
/// </summary>
/// <remarks>
/// <para>
/// Any number may run at once: each has a private temporary folder, and both serial ports are sockets that this side
/// listens on at ports that the operating system picked before the program starts.
/// </para>
/// <para>
/// Both streams must be read all the time: the machine stands still while its socket is full. <see cref="Transcript"/> does it.
/// </para>
/// <para>
/// The program never outlives this object, nor this process however it ends: it is started by `setpriv --pdeathsig KILL`. That signal comes
/// when the thread that started the process ends, so a thread of its own starts it and stays until it is gone.
/// </para>
/// </remarks>
public abstract class MachineProcess : IDisposable
{
    static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(30);

    readonly DirectoryInfo _folder;
    readonly TaskCompletionSource<Process> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<MachineResult> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _gate = new();
    Socket? _com1;
    Socket? _com2;
    Process? _process;
    bool _killed;
    bool _disposed;

    private protected MachineProcess(string name)
    {
        Name = name;
        _folder = ScratchFolder.Create($"muen-{name.ToLowerInvariant()}-");
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>COM1, both ways: what the guest prints is read, what is written the guest receives.</summary>
    public Stream Console { get; private set; } = Stream.Null;

    /// <summary>COM2, both ways; the debug kernel prints here.</summary>
    public Stream KernelConsole { get; private set; } = Stream.Null;

    /// <summary>Completes when the program has ended, with the reason. Never fails.</summary>
    public Task<MachineResult> Ended => _ended.Task;

    /// <summary>The program's process number.</summary>
    public int ProcessId { get; private set; }

    /// <summary>What the program is called in messages.</summary>
    private protected string Name { get; }

    /// <summary>A file of the run's folder. Gone after <see cref="Dispose()"/>.</summary>
    private protected string FileOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>What the program itself prints. Gone after <see cref="Dispose()"/>.</summary>
    private protected string PrintedPath => FileOf("out");

    /// <summary>What the program itself prints of errors. Gone after <see cref="Dispose()"/>.</summary>
    private protected string ErrorsPath => FileOf("out.err");

    /// <summary>How an ended run ended.</summary>
    /// <param name="exitCode">Exit code of the process; above 128 it was killed by a signal.</param>
    /// <param name="killed">Whether this side ended it.</param>
    private protected abstract MachineResult Judge(int exitCode, bool killed);

    /// <summary>One line for the user on why the program ended early.</summary>
    private protected abstract string LastWords();

    /// <summary>Ends the run at once. Does nothing when it has ended.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _killed = true;
            if (_process is { HasExited: false })
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Ends the run, waits until the program is gone and removes the temporary folder.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the run.</summary>
    /// <param name="disposing">Always true: there is no finaliser.</param>
    protected virtual void Dispose(bool disposing)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Stop();
        if (_started.Task.IsCompletedSuccessfully)
        {
            _ended.Task.Wait();
        }

        Console.Dispose();
        KernelConsole.Dispose();
        _com1?.Dispose();
        _com2?.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The folder lies in the system's temporary place; what is left there is cleared with it.
        }
    }

    /// <summary>Starts the program and returns when both serial ports are connected, which is before the first instruction.</summary>
    /// <param name="command">Given the ports of COM1 and COM2 on 127.0.0.1, the words that start it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="MachineException">It refused; the message says why.</exception>
    private protected async Task ConnectAsync(Func<int, int, IReadOnlyList<string>> command, CancellationToken cancellation)
    {
        using Socket com1 = Listen();
        using Socket com2 = Listen();
        IReadOnlyList<string> words = Shielded(command(Port(com1), Port(com2)));
        var thread = new Thread(() => Run(words)) { IsBackground = true, Name = Name };
        thread.Start();
        _process = await _started.Task.ConfigureAwait(false);
        ProcessId = _process.Id;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(s_connectTimeout);
        Task<Socket> first = com1.AcceptAsync(limit.Token).AsTask();
        Task<Socket> second = com2.AcceptAsync(limit.Token).AsTask();
        Task connected = Task.WhenAll(first, second);
        if (await Task.WhenAny(connected, Ended).ConfigureAwait(false) != connected)
        {
            await limit.CancelAsync().ConfigureAwait(false);
            throw new MachineException($"{Name} did not start: {LastWords()}");
        }

        try
        {
            await connected.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new MachineException($"{Name} did not connect its serial ports in {s_connectTimeout.TotalSeconds} s: {LastWords()}");
        }

        _com1 = await first.ConfigureAwait(false);
        _com2 = await second.ConfigureAwait(false);
        _com1.NoDelay = true;
        Console = new NetworkStream(_com1);
        KernelConsole = new NetworkStream(_com2);
    }

    static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(1);
        return socket;
    }

    static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>`setpriv` replaces itself by the program, too.</summary>
    static IReadOnlyList<string> Shielded(IReadOnlyList<string> words)
    {
        IReadOnlyList<string> own = OwnSession.Of(words);
        return ExecutablePath.Find("setpriv") is { } setpriv ? [setpriv, "--pdeathsig", "KILL", .. own] : own;
    }

    /// <summary>The thread that lives as long as the program does.</summary>
    void Run(IReadOnlyList<string> words)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(words[0], words.Skip(1))
            {
                WorkingDirectory = _folder.FullName,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Exception error)
        {
            _started.SetException(new MachineException($"cannot start {Name}: {error.Message}", error));
            return;
        }

        Task output = Take(process);
        Task errors = Copy(process.StandardError, ErrorsPath);
        _started.SetResult(process);
        process.WaitForExit();
        Task.WaitAll(output, errors);
        _ended.SetResult(Judge(process.ExitCode, _killed));
    }

    /// <summary>Takes the program's input and output; completes when that has ended.</summary>
    private protected virtual Task Take(Process process)
    {
        process.StandardInput.Close();
        return Copy(process.StandardOutput, PrintedPath);
    }

    static async Task Copy(StreamReader from, string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        await from.BaseStream.CopyToAsync(file).ConfigureAwait(false);
    }

    void OnProcessExit(object? sender, EventArgs e) => Dispose();
}
