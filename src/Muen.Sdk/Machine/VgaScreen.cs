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
    const int GlyphHeight = 16;
    const int GlyphWidth = 8;
    const int CellWidth = 9;

    /// <summary>Lines of pixels above the screen, with Bochs' own buttons.</summary>
    const int Header = 32;
    const int Columns = 80;
    const int Rows = 25;

    /// <summary>The return key (X11 key symbol).</summary>
    public const uint Enter = 0xFF0D;

    /// <summary>The key page up.</summary>
    public const uint PageUp = 0xFF55;

    /// <summary>F1; the others follow.</summary>
    public const uint F1 = 0xFFBE;

    /// <summary>The left shift key.</summary>
    public const uint Shift = 0xFFE1;

    /// <summary>Code page 437 where it differs from ASCII is not asked for here.</summary>
    const char Unknown = '\uFFFD';

    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    readonly TcpClient _client = new();
    readonly Dictionary<string, char> _glyphs = [];
    NetworkStream _stream = null!;
    byte[] _pixels = [];
    int _width;
    int _height;

    VgaScreen()
    {
    }

    /// <summary>Connects to the machine's screen.</summary>
    /// <param name="machine">A machine that runs.</param>
    public static async Task<VgaScreen> ConnectAsync(BochsMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var screen = new VgaScreen();
        screen.LearnFont(await File.ReadAllBytesAsync(BochsProgram.Find().VideoBios));
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

        return Enumerable.Range(0, Rows).Select(Line).ToArray();
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

    /// <summary>The font's 256 glyphs of 16 bytes lie in the BIOS; that of A is found by its looks.</summary>
    void LearnFont(byte[] bios)
    {
        byte[] a = [0x00, 0x00, 0x10, 0x38, 0x6C, 0xC6, 0xC6, 0xFE, 0xC6, 0xC6, 0xC6, 0xC6, 0x00, 0x00, 0x00, 0x00];
        int font = bios.AsSpan().IndexOf(a) - ('A' * GlyphHeight);
        if (font < 0 || font > bios.Length - (256 * GlyphHeight))
        {
            throw new MachineException("the VGA BIOS has no font that is known");
        }

        for (int c = 0x7E; c >= ' '; c--)
        {
            _glyphs[Convert.ToHexString(bios, font + (c * GlyphHeight), GlyphHeight)] = (char)c;
        }
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

    /// <summary>A line's characters. Of the two colours of a cell that of its corner is the background; an inverted cell, as the cursor's, is tried too.</summary>
    string Line(int row)
    {
        var line = new StringBuilder();
        for (int column = 0; column < Columns; column++)
        {
            byte[] glyph = new byte[GlyphHeight];
            byte background = _pixels[((Header + (row * GlyphHeight)) * _width) + (column * CellWidth)];
            for (int y = 0; y < GlyphHeight; y++)
            {
                for (int x = 0; x < GlyphWidth; x++)
                {
                    bool set = _pixels[((Header + (row * GlyphHeight) + y) * _width) + (column * CellWidth) + x] != background;
                    glyph[y] |= set ? (byte)(0x80 >> x) : (byte)0;
                }
            }

            // The cursor is a bar at the bottom of its cell, where letters without descenders have nothing.
            char character = _glyphs.GetValueOrDefault(Convert.ToHexString(glyph), Unknown);
            if (character == Unknown)
            {
                glyph[13] = 0;
                glyph[14] = 0;
                character = _glyphs.GetValueOrDefault(Convert.ToHexString(glyph), Unknown);
            }

            line.Append(character);
        }

        return line.ToString().TrimEnd();
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
