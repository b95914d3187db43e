// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Muen.Sdk.Machine;

/// <summary>
/// One run of Bochs over a bootable disc. COM1 is a stream both ways, COM2 is where the debug kernel prints.
/// </summary>
/// <remarks>
/// <para>
/// Any number may run at once: each has a private temporary folder, and both serial ports are sockets that this side
/// listens on at ports that the operating system picked before Bochs starts. Bochs' screen is a VNC server at the first free
/// port from 5900 on; Bochs looks for it by itself.
/// </para>
/// <para>
/// Both streams must be read all the time: Bochs stands still while its socket is full. <see cref="Transcript"/> does it.
/// </para>
/// <para>
/// Bochs never outlives this object, nor this process however it ends: it is started by `setpriv --pdeathsig KILL`. That signal comes
/// when the thread that started the process ends, so a thread of its own starts it and stays until it is gone.
/// </para>
/// </remarks>
public sealed class BochsMachine : IDisposable
{
    /// <summary>Starts before an instance that finds no port for its screen is believed: the race for one is lost seldom, and then not often in a row.</summary>
    const int MaxAttempts = 5;

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

    BochsMachine(DirectoryInfo folder)
    {
        _folder = folder;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>COM1, both ways: what the guest prints is read, what is written the guest receives.</summary>
    public Stream Console { get; private set; } = Stream.Null;

    /// <summary>COM2, both ways; the debug kernel prints here.</summary>
    public Stream KernelConsole { get; private set; } = Stream.Null;

    /// <summary>Completes when Bochs has ended, with the reason. Never fails.</summary>
    public Task<MachineResult> Ended => _ended.Task;

    /// <summary>Bochs' own log, which names the exact reason of a failed VM entry. Gone after <see cref="Dispose"/>.</summary>
    public string LogPath => Path.Combine(_folder.FullName, "bochs.log");

    /// <summary>What the guest wrote to port 0xE9, among messages of Bochs' debugger. Gone after <see cref="Dispose"/>.</summary>
    public string OutputPath => Path.Combine(_folder.FullName, "bochs.out");

    /// <summary>Bochs' process number.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Starts Bochs and returns when both serial ports are connected, which is before the first instruction.</summary>
    /// <param name="options">The machine.</param>
    /// <param name="cancellation">Gives up and kills what was started.</param>
    /// <exception cref="MachineException">Bochs or the image is missing, or Bochs refused; the message says what to do.</exception>
    public static async Task<BochsMachine> StartAsync(BochsOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        BochsProgram program = BochsProgram.Find();
        Require(options, program);
        return await StartAsync(options, program, cancellation).ConfigureAwait(false);
    }

    internal static async Task<BochsMachine> StartAsync(BochsOptions options, BochsProgram program, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            var machine = new BochsMachine(ScratchFolder.Create("muen-bochs-"));
            try
            {
                await machine.ConnectAsync(options, program, cancellation).ConfigureAwait(false);
                return machine;
            }
            catch (MachineException) when (attempt < MaxAttempts && BochsLog.LostRaceForPort(machine.LogPath))
            {
                machine.Dispose();
            }
            catch
            {
                machine.Dispose();
                throw;
            }
        }
    }

    /// <summary>Bochs' own message for a wrong configuration names a line of a file that the user never saw.</summary>
    static void Require(BochsOptions options, BochsProgram program)
    {
        if (!File.Exists(options.IsoPath))
        {
            throw new MachineException($"there is no image {options.IsoPath}");
        }

        if (!options.AllowsOtherModels || !program.Models.Contains(options.Model))
        {
            program.RequireModel(options.Model);
        }

        if (options.Processors is < 1 or > BochsOptions.MaxProcessors)
        {
            throw new MachineException($"Bochs runs 1 to {BochsOptions.MaxProcessors} processors, not {options.Processors}");
        }

        if (options.IsoPath.AsSpan().IndexOfAny('"', '\n') >= 0)
        {
            throw new MachineException($"Bochs cannot open a path with a quotation mark or a line break: {options.IsoPath}");
        }
    }

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

    /// <summary>Ends the run, waits until Bochs is gone and removes the temporary folder.</summary>
    public void Dispose()
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

    async Task ConnectAsync(BochsOptions options, BochsProgram program, CancellationToken cancellation)
    {
        using Socket com1 = Listen();
        using Socket com2 = Listen();
        string configuration = Path.Combine(_folder.FullName, "bochsrc");
        string commands = Path.Combine(_folder.FullName, "commands");
        BochsOptions absolute = options with { IsoPath = Path.GetFullPath(options.IsoPath) };
        await File.WriteAllTextAsync(configuration, BochsConfiguration.Write(absolute, program, LogPath, Port(com1), Port(com2)), cancellation).ConfigureAwait(false);
        await File.WriteAllTextAsync(commands, BochsConfiguration.WriteCommands(options), cancellation).ConfigureAwait(false);

        var thread = new Thread(() => Run(program, configuration, commands)) { IsBackground = true, Name = "Bochs" };
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
            throw new MachineException($"Bochs did not start: {LastWords()}");
        }

        try
        {
            await connected.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new MachineException($"Bochs did not connect its serial ports in {s_connectTimeout.TotalSeconds} s: {LastWords()}");
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

    /// <summary>The thread that lives as long as Bochs does.</summary>
    void Run(BochsProgram program, string configuration, string commands)
    {
        Process process;
        try
        {
            process = Process.Start(Command(program, configuration, commands))!;
        }
        catch (Exception error)
        {
            _started.SetException(new MachineException($"cannot start {program.Executable}: {error.Message}", error));
            return;
        }

        process.StandardInput.Close();
        Task output = Copy(process.StandardOutput, OutputPath);
        Task errors = Copy(process.StandardError, OutputPath + ".err");
        _started.SetResult(process);
        process.WaitForExit();
        Task.WaitAll(output, errors);
        _ended.SetResult(BochsLog.Judge(LogPath, process.ExitCode, _killed));
    }

    /// <summary>
    /// `setsid` keeps the terminal's Ctrl-C away from Bochs, whose debugger would stop and ask; both programs replace themselves by the next,
    /// so that the process number is Bochs'.
    /// </summary>
    ProcessStartInfo Command(BochsProgram program, string configuration, string commands)
    {
        List<string> words = [];
        if (ExecutablePath.Find("setpriv") is { } setpriv)
        {
            words.AddRange([setpriv, "--pdeathsig", "KILL"]);
        }

        if (ExecutablePath.Find("setsid") is { } setsid)
        {
            words.Add(setsid);
        }

        words.AddRange([program.Executable, "-q", "-unlock", "-f", configuration]);
        if (program.HasDebugger)
        {
            words.AddRange(["-rc", commands]);
        }

        return new ProcessStartInfo(words[0], words.Skip(1))
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    static async Task Copy(StreamReader from, string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1);
        await from.BaseStream.CopyToAsync(file).ConfigureAwait(false);
    }

    string LastWords() => BochsLog.LastWords(LogPath, OutputPath + ".err");

    void OnProcessExit(object? sender, EventArgs e) => Dispose();
}
