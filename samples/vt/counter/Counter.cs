// SPDX-License-Identifier: MIT
using System;

namespace Muen.Samples.Terminals;

/// <summary>Counts its own wake-ups on its terminal, ten a second: whoever looks at it sees that it runs, whatever the others do.</summary>
static class Counter
{
    const uint Period = 100;

    static TerminalClient s_terminal;

    internal static void Main()
    {
        s_terminal = TerminalClient.Open();
        Event tick = Component.Events.Tick;
        byte vector = Component.Interrupts.Tick;
        Span<byte> text = stackalloc byte[64];
        ulong period = Period * Time.TicksPerMillisecond;
        ulong due = Time.MinorFrameStart;
        for (ulong round = 0; ; round++)
        {
            int length = Text.Format(text, $"\u001b[1;1H{Subject.Name}: {round} rounds\u001b[K");
            s_terminal.Write(text[..length]);
            due += period;
            Time.Arm(tick, due);
            Interrupts.Wait(vector);
        }
    }
}
