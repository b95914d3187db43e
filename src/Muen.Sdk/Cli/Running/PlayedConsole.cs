// SPDX-License-Identifier: MIT

using System.Text;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>The console, the machine's first serial port, as a terminal shows it; drawn with the VGA's font and colours.</summary>
/// <param name="screen">Fed with what the machine sends.</param>
/// <param name="line">Takes what is typed.</param>
sealed class PlayedConsole(TerminalScreen screen, Stream line) : IPlayedScreen
{
    const int Width = TerminalScreen.Columns * VgaFont.CellWidth;
    const int Height = TerminalScreen.Rows * VgaFont.CellHeight;

    /// <summary>Rows of a cell that the cursor covers.</summary>
    const int CursorTop = 13;
    const int CursorBottom = 14;

    static readonly Dictionary<uint, string> s_keys = new()
    {
        [VgaScreen.Enter] = "\r",
        [VgaScreen.Escape] = "\u001b",
        [VgaScreen.Left] = "\u001b[D",
        [VgaScreen.Up] = "\u001b[A",
        [VgaScreen.Right] = "\u001b[C",
        [VgaScreen.Down] = "\u001b[B",
        [VgaScreen.PageUp] = "\u001b[5~",
    };

    public Task WaitForAsync(string text, TimeSpan limit) => screen.WaitForAsync(l => l.Any(x => x.Contains(text, StringComparison.Ordinal)), limit, $"`{text}`");

    public async Task TypeAsync(string text) => await line.WriteAsync(Encoding.UTF8.GetBytes(text));

    public Task PressAsync(uint key)
    {
        uint function = key - VgaScreen.F1;
        return TypeAsync(s_keys.TryGetValue(key, out string? text) ? text : function < TerminalScreen.FunctionKeys.Count ? TerminalScreen.FunctionKeys[(int)function] : ((char)key).ToString());
    }

    public Task SaveAsync(string path)
    {
        var font = VgaFont.Find();
        byte[] pixels = new byte[3 * Width * Height];
        for (int y = 0, at = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++, at += 3)
            {
                (int row, int column, int cellY) = (y / VgaFont.CellHeight, x / VgaFont.CellWidth, y % VgaFont.CellHeight);
                (char character, byte foreground, byte background) = screen[row, column];
                bool isCursor = screen.CursorVisible && screen.Cursor == (row, column) && cellY is CursorTop or CursorBottom;
                Colour(isCursor || font.IsSet(character, x % VgaFont.CellWidth, cellY) ? foreground : background).CopyTo(pixels.AsSpan(at));
            }
        }

        Picture.Write(path, Width, Height, pixels);
        return Task.CompletedTask;
    }

    /// <summary>Red, green and blue of a colour in ECMA-48's order; brown is a yellow with half of its green.</summary>
    static byte[] Colour(int colour)
    {
        const byte dark = 0xAA;
        const byte light = 0x55;
        const int brown = 3;
        byte Part(int bit) => (byte)(((colour & bit) != 0 ? dark : 0) + ((colour & 8) != 0 ? light : 0));
        return [Part(1), colour == brown ? light : Part(2), Part(4)];
    }
}
