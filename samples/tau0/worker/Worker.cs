// SPDX-License-Identifier: MIT
using System;
using Muen.Samples.Terminals;

namespace Muen.Samples.Plans;

/// <summary>
/// Works without end and shows how much of its processor it got: it adds up its minor frames, whose beginning and end the kernel tells it. It cannot know of plans; it
/// sees that it has more time or less, or was not there for a while.
/// </summary>
static class Worker
{
    const int BarLength = 50;

    static TerminalClient s_terminal;

    internal static void Main()
    {
        s_terminal = TerminalClient.Open();
        s_terminal.Write("\u001b[2J\u001b[?25l"u8);
        ulong second = 1000 * Time.TicksPerMillisecond;
        ulong since = Time.MinorFrameStart;
        ulong frame = 0;
        ulong used = 0;
        ulong rounds = 0;
        while (true)
        {
            rounds++;
            ulong start = Time.MinorFrameStart;
            if (start == frame)
            {
                continue;
            }
            if (start - since >= second)
            {
                Draw(rounds, used * 100 / (start - since));
                since = start;
                used = 0;
            }
            frame = start;
            used += Time.MinorFrameEnd - start;
        }
    }

    static void Draw(ulong rounds, ulong percent)
    {
        Span<byte> text = stackalloc byte[80];
        int length = Text.Format(text, $"\u001b[1;1H{Subject.Name}: {rounds} rounds\u001b[K\n{percent} % of the processor\u001b[K\n\u001b[42m");
        s_terminal.Write(text[..length]);
        Span<byte> bar = stackalloc byte[BarLength];
        bar.Fill((byte)' ');
        int filled = (int)Math.Min(percent * BarLength / 100, BarLength);
        s_terminal.Write(bar[..filled]);
        s_terminal.Write("\u001b[100m"u8);
        s_terminal.Write(bar[filled..]);
        s_terminal.Write("\u001b[0m\n"u8);
    }
}
