// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Muen.Sdk.Cli.Debugging;

/// <summary>gdb's remote protocol (gdb's manual, appendix E) over a socket of this machine, for one gdb and one subject.</summary>
sealed class GdbServer : IDisposable
{
    const byte InterruptByte = 3;

    /// <summary>Packets may be so long: a gdb reads memory in pieces of half of it.</summary>
    const int PacketSize = 0x1000;

    readonly TcpListener _listener;
    readonly BochsTarget _target;
    readonly byte[] _one = new byte[1];
    NetworkStream? _stream;
    Task<int>? _reading;

    /// <summary>Listens.</summary>
    /// <param name="target">The subject.</param>
    /// <param name="port">A port of this machine; 0 for any.</param>
    public GdbServer(BochsTarget target, int port)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            _listener.Start(1);
        }
        catch (SocketException error)
        {
            throw new UserException($"cannot listen on port {port}: {error.Message}");
        }
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Serves one gdb until it goes or the machine ends.</summary>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        using Socket socket = await _listener.AcceptSocketAsync(cancellation);
        socket.NoDelay = true;
        _stream = new NetworkStream(socket);
        using CancellationTokenRegistration _ = cancellation.Register(socket.Dispose);
        try
        {
            while (await ReadPacketAsync() is { } packet && await AnswerAsync(packet))
            {
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            // gdb went without a word.
        }

        cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose() => _listener.Dispose();

    /// <returns>Whether gdb stays.</returns>
    async Task<bool> AnswerAsync(string packet)
    {
        string rest = packet.Length > 1 ? packet[1..] : "";
        switch (packet.Length > 0 ? packet[0] : '\0')
        {
            case '?':
                await SendAsync("S05");
                return true;
            case 'g':
                await SendAsync(Convert.ToHexStringLower(await _target.ReadRegistersAsync()));
                return true;
            case 'P':
                await SendAsync(await WriteRegisterAsync(rest) ? "OK" : "E01");
                return true;
            case 'm':
                (ulong address, int size) = Range(rest);
                await SendAsync(await _target.ReadMemoryAsync(address, Math.Min(size, PacketSize / 2)) is { } bytes ? Convert.ToHexStringLower(bytes) : "E01");
                return true;
            case 'M':
                string[] parts = rest.Split(':', 2);
                await SendAsync(await _target.WriteMemoryAsync(Range(parts[0]).Address, Convert.FromHexString(parts[1])) ? "OK" : "E01");
                return true;

            // A breakpoint in memory and one in the processor are the same to Bochs.
            case 'Z' or 'z' when rest is ['0' or '1', ',', ..]:
                await SendAsync(await _target.SetBreakpointAsync(Range(rest[2..]).Address, packet[0] == 'Z') ? "OK" : "E01");
                return true;
            case 'c' or 'C':
                await GoAsync(_target.ContinueAsync);
                return true;
            case 's' or 'S':
                await GoAsync(_target.StepAsync);
                return true;
            case 'k':
                return false;
            case 'D':
                await SendAsync("OK");
                return false;
            case 'H':
                await SendAsync("OK");
                return true;
            case 'q' when rest.StartsWith("Supported", StringComparison.Ordinal):
                await SendAsync($"PacketSize={PacketSize:x};swbreak-;hwbreak-");
                return true;
            case 'q' when rest.StartsWith("Rcmd,", StringComparison.Ordinal):
                string output = await _target.MonitorAsync(Encoding.UTF8.GetString(Convert.FromHexString(rest["Rcmd,".Length..])));
                await SendAsync(output.Length == 0 ? "OK" : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(output)));
                return true;
            case 'q' when rest == "Attached":
                // It was there before gdb; but when gdb goes it ends.
                await SendAsync("0");
                return true;
            default:
                await SendAsync("");
                return true;
        }
    }

    /// <summary>Lets the machine run; meanwhile gdb may send the one byte that stops it.</summary>
    async Task GoAsync(Func<Task> go)
    {
        Task run = go();
        while (!run.IsCompleted)
        {
            Task<int> reading = _reading ??= NextAsync();
            if (await Task.WhenAny(run, reading) == reading)
            {
                int value = await reading;
                _reading = null;
                if (value is InterruptByte or < 0)
                {
                    _target.Interrupt();
                    await run;
                }

                if (value < 0)
                {
                    return;
                }
            }
        }

        await run;
        await SendAsync(_target.HasEnded ? "W00" : "S05");
    }

    async Task<bool> WriteRegisterAsync(string text)
    {
        string[] parts = text.Split('=', 2);
        byte[] value = Convert.FromHexString(parts[1]);
        return value.Length == sizeof(ulong)
            && await _target.WriteRegisterAsync(int.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture), BinaryPrimitives.ReadUInt64LittleEndian(value));
    }

    static (ulong Address, int Size) Range(string text)
    {
        string[] parts = text.Split(',', 2);
        return (ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            parts.Length > 1 ? int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>The next packet's content; null when gdb has gone.</summary>
    async Task<string?> ReadPacketAsync()
    {
        // Acknowledgements of ours, and an interrupt that came when the machine had stopped already.
        int value;
        do
        {
            value = await ByteAsync();
        }
        while (value is not ('$' or < 0));
        var text = new StringBuilder();
        while ((value = await ByteAsync()) is not ('#' or < 0))
        {
            text.Append((char)value);
        }

        _ = await ByteAsync();
        value = await ByteAsync();
        if (value < 0)
        {
            return null;
        }

        await _stream!.WriteAsync("+"u8.ToArray());
        return text.ToString();
    }

    async Task SendAsync(string content)
    {
        int sum = content.Aggregate(0, (s, c) => (s + c) & 0xFF);
        await _stream!.WriteAsync(Encoding.ASCII.GetBytes($"${content}#{sum:x2}"));
    }

    async Task<int> ByteAsync()
    {
        Task<int> reading = _reading ?? NextAsync();
        _reading = null;
        return await reading;
    }

    async Task<int> NextAsync() => await _stream!.ReadAsync(_one) == 1 ? _one[0] : -1;
}
