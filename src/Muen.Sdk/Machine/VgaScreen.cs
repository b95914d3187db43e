// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Machine;

/// <summary>
/// Bochs' screen and its PS/2 keyboard, through the VNC server that Bochs is (RFC 6143): what is on the VGA's text screen is read from the pixels, by the font of the
/// VGA BIOS that drew them.
/// </summary>
public sealed partial class VgaScreen : IDisposable
{
    /// <summary>Lines of pixels above the screen, with Bochs' own buttons.</summary>
    const int Header = 32;
    const int Rows = 25;

    /// <summary>Pixels of the text screen from left to right.</summary>
    public const int Width = VgaFont.Columns * VgaFont.CellWidth;

    /// <summary>Pixels of the text screen from top to bottom.</summary>
    public const int Height = Rows * VgaFont.CellHeight;

    /// <summary>The return key (X11 key symbol).</summary>
    public const uint Enter = 0xFF0D;

    /// <summary>The key page up.</summary>
    public const uint PageUp = 0xFF55;

    /// <summary>F1; the others follow.</summary>
    public const uint F1 = 0xFFBE;

    /// <summary>The escape key.</summary>
    public const uint Escape = 0xFF1B;

    /// <summary>An arrow key.</summary>
    public const uint Left = 0xFF51;

    /// <inheritdoc cref="Left"/>
    public const uint Up = 0xFF52;

    /// <inheritdoc cref="Left"/>
    public const uint Right = 0xFF53;

    /// <inheritdoc cref="Left"/>
    public const uint Down = 0xFF54;

    /// <summary>The left shift key.</summary>
    public const uint Shift = 0xFFE1;

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    readonly TcpClient _client = new();
    readonly VgaFont _font;
    NetworkStream _stream = null!;
    byte[] _pixels = [];
    int _width;
    int _height;

    VgaScreen(VgaFont font) => _font = font;

    /// <summary>Connects to the machine's screen.</summary>
    /// <param name="machine">A machine that runs.</param>
    public static async Task<VgaScreen> ConnectAsync(BochsMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var screen = new VgaScreen(VgaFont.Find());
        await screen._client.ConnectAsync("127.0.0.1", await PortAsync(machine.LogPath));
        screen._stream = screen._client.GetStream();
        await screen.ShakeHandsAsync();
        return screen;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Presses a key, lets it go, and waits until the screen is another: the keyboard of Bochs holds sixteen bytes, and emulated time is slower than this program.
    /// </summary>
    /// <param name="key">X11 key symbol; of an ASCII character it is its code.</param>
    public async Task TypeAsync(uint key)
    {
        await ReadAsync();
        byte[] before = [.. _pixels];
        await PressAsync(key, down: true);
        await PressAsync(key, down: false);
        await WaitForAsync(_ => !_pixels.AsSpan().SequenceEqual(before), s_limit, $"what comes of key {key:x}");
    }

    /// <summary>Types letters, spaces and line ends; Bochs takes a key symbol for a key, so shift is pressed for capitals.</summary>
    public async Task TypeAsync(string text)
    {
        foreach (char c in text)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                await PressAsync(Shift, down: true);
            }

            await TypeAsync(c == '\n' ? Enter : c);
            if (char.IsAsciiLetterUpper(c))
            {
                await PressAsync(Shift, down: false);
            }
        }
    }

    /// <summary>Presses a key or lets it go.</summary>
    public async Task PressAsync(uint key, bool down)
    {
        byte[] message = new byte[8];
        message[0] = 4;
        message[1] = down ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), key);
        await _stream.WriteAsync(message);
    }

    /// <summary>The lines of the text screen now, without the spaces at their ends.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync()
    {
        byte[] request = new byte[10];
        request[0] = 3;
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(6), (ushort)_width);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(8), (ushort)_height);
        await _stream.WriteAsync(request);
        while (!await ReadMessageAsync())
        {
        }

        return Enumerable.Range(0, Rows).Select(r => _font.Line(_pixels, _width, 0, Header + (r * VgaFont.CellHeight))).ToArray();
    }

    /// <summary>The text screen as it was read last: <see cref="Width"/> by <see cref="Height"/> pixels of red, green and blue.</summary>
    public byte[] Picture()
    {
        byte[] picture = new byte[Width * Height * 3];
        for (int y = 0, at = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                // Three bits of red and of green, two of blue.
                byte pixel = _pixels[((Header + y) * _width) + x];
                picture[at++] = (byte)((pixel >> 5) * 255 / 7);
                picture[at++] = (byte)(((pixel >> 2) & 7) * 255 / 7);
                picture[at++] = (byte)((pixel & 3) * 255 / 3);
            }
        }

        return picture;
    }

    /// <summary>Looks at the screen until it is as wanted.</summary>
    public async Task<IReadOnlyList<string>> WaitForAsync(Func<IReadOnlyList<string>, bool> wanted, TimeSpan timeout, string what)
    {
        DateTime end = DateTime.UtcNow + timeout;
        while (true)
        {
            IReadOnlyList<string> lines = await ReadAsync();
            if (wanted(lines))
            {
                return lines;
            }

            Require(DateTime.UtcNow < end, $"the screen does not show {what}:\n{string.Join('\n', lines)}");
            await Task.Delay(50);
        }
    }

    static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new MachineException(otherwise);
        }
    }

    static async Task<int> PortAsync(string log)
    {
        for (int i = 0; i < 100; i++)
        {
            if (File.Exists(log))
            {
                await using var file = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var reader = new StreamReader(file);
                if (Listening().Match(await reader.ReadToEndAsync()) is { Success: true } match)
                {
                    return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
                }
            }

            await Task.Delay(100);
        }

        throw new MachineException("Bochs does not say where its screen is");
    }

    async Task ShakeHandsAsync()
    {
        await ReadExactAsync(12);
        await _stream.WriteAsync(Encoding.ASCII.GetBytes("RFB 003.003\n"));
        Require(BinaryPrimitives.ReadInt32BigEndian(await ReadExactAsync(4)) == 1, "the screen wants a password");
        await _stream.WriteAsync(new byte[] { 1 });
        byte[] server = await ReadExactAsync(24);
        _width = BinaryPrimitives.ReadUInt16BigEndian(server);
        _height = BinaryPrimitives.ReadUInt16BigEndian(server.AsSpan(2));
        Require(server[4] == 8, "the screen has other pixels than bytes");
        await ReadExactAsync(BinaryPrimitives.ReadInt32BigEndian(server.AsSpan(20)));
        _pixels = new byte[_width * _height];
        await _stream.WriteAsync(new byte[] { 2, 0, 0, 1, 0, 0, 0, 0 });
    }

    /// <returns>Whether the message brought pixels.</returns>
    async Task<bool> ReadMessageAsync()
    {
        byte type = (await ReadExactAsync(1))[0];
        switch (type)
        {
            case 0:
                byte[] head = await ReadExactAsync(3);
                for (int left = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(1)); left > 0; left--)
                {
                    await ReadRectangleAsync();
                }

                return true;
            case 1:
                byte[] colours = await ReadExactAsync(5);
                await ReadExactAsync(6 * BinaryPrimitives.ReadUInt16BigEndian(colours.AsSpan(3)));
                return false;
            case 2:
                return false;
            case 3:
                byte[] text = await ReadExactAsync(7);
                await ReadExactAsync(BinaryPrimitives.ReadInt32BigEndian(text.AsSpan(3)));
                return false;
            default:
                throw new MachineException($"an unknown message of the screen: {type}");
        }
    }

    async Task ReadRectangleAsync()
    {
        byte[] head = await ReadExactAsync(12);
        int x = BinaryPrimitives.ReadUInt16BigEndian(head);
        int y = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(2));
        int width = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(4));
        int height = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(6));
        int encoding = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(8));
        if (encoding != 0)
        {
            return;
        }

        byte[] pixels = await ReadExactAsync(width * height);
        for (int row = 0; row < height && y + row < _height; row++)
        {
            pixels.AsSpan(row * width, Math.Min(width, _width - x)).CopyTo(_pixels.AsSpan(((y + row) * _width) + x));
        }
    }

    async Task<byte[]> ReadExactAsync(int count)
    {
        byte[] bytes = new byte[count];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _stream.ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    [GeneratedRegex(@"\[RFB *\] listening for connections on port (\d+)")]
    private static partial Regex Listening();
}
