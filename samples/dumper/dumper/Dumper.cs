// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;
using Muen.Samples.Terminals;

namespace Muen.Samples.Dumper;

/// <summary>
/// Shows the state of every subject that the policy lets it watch: a line for each, and all registers of the one that the arrow keys choose. It reads pages that the kernel
/// fills when a subject stops running; the watched ones lose no time by it and cannot tell.
/// </summary>
static class Dumper
{
    /// <summary>Subjects that the terminal has room for.</summary>
    const int MaxShown = 8;

    /// <summary>How often the terminal is drawn anew: 200 ms.</summary>
    const uint Period = 200;

    static TerminalClient s_terminal;
    static int s_chosen;

    /// <summary>How many are shown: the policy does not change.</summary>
    static int s_count;

    internal static void Main()
    {
        s_terminal = TerminalClient.Open();
        s_terminal.Write("\u001b[2J\u001b[?25l"u8);
        s_chosen = 0;
        s_count = Count();
        Event tick = Event.Open("tick"u8);
        ulong period = Period * Time.TicksPerMillisecond;
        while (true)
        {
            int step = TakeKeys();
            s_terminal.Write("\u001b[1;1H\u001b[1m subject        processor  activity   rip               last exit\u001b[0m\u001b[K\n"u8);
            DrawList(step);
            s_terminal.Write("\u001b[K\n\u001b[J"u8);
            if (s_count == 0)
            {
                s_terminal.WriteLine("The policy lets this subject watch nobody."u8);
            }
            Time.Arm(tick, Time.MinorFrameStart + period);
            Interrupts.WaitForAny();
        }
    }

    /// <summary>How many lines down the arrow keys go; negative for up.</summary>
    static int TakeKeys()
    {
        int step = 0;
        while (s_terminal.TryRead(out KeyStroke key))
        {
            if (!key.IsReleased)
            {
                step += key.Code switch { KeyCode.Down => 1, KeyCode.Up => -1, _ => 0 };
            }
        }
        return step;
    }

    static void DrawList(int step)
    {
        int shown = 0;
        SubjectState detail = default;
        ReadOnlySpan<byte> detailName = default;
        s_chosen = Math.Max(0, Math.Min(s_chosen + step, s_count - 1));
        SubjectInfo own = SubjectInfo.Own;
        for (int i = 0; i < own.ResourceCount && shown < MaxShown; i++)
        {
            if (!MonitoredSubject.TryOpen(own[i], out MonitoredSubject subject, out ReadOnlySpan<byte> name))
            {
                continue;
            }
            bool running = subject.IsRunning;
            _ = subject.CopyTo(out SubjectState state);
            if (shown == s_chosen)
            {
                detail = state;
                detailName = name;
            }
            DrawLine(name, in state, running, shown == s_chosen);
            shown++;
        }
        if (shown != 0)
        {
            s_terminal.Write("\u001b[K\n"u8);
            Registers.Draw(ref s_terminal, detailName, in detail);
        }
    }

    static int Count()
    {
        int count = 0;
        SubjectInfo own = SubjectInfo.Own;
        for (int i = 0; i < own.ResourceCount && count < MaxShown; i++)
        {
            count += MonitoredSubject.TryOpen(own[i], out _, out _) ? 1 : 0;
        }
        return count;
    }

    static void DrawLine(ReadOnlySpan<byte> name, in SubjectState state, bool running, bool chosen)
    {
        Span<byte> text = stackalloc byte[128];
        s_terminal.Write(chosen ? "\u001b[7m>"u8 : " "u8);
        int length = Text.Format(text, $"{name}");
        for (; length < 15; length++)
        {
            text[length] = (byte)' ';
        }
        s_terminal.Write(text[..length]);
        s_terminal.Write(running ? "has it     "u8 : "waits      "u8);
        s_terminal.Write(state.Activity switch { 0 => "active     "u8, 1 => "halted     "u8, 2 => "shut down  "u8, _ => "waits SIPI "u8 });
        length = Text.Format(text, $"{state.Rip:x16}  ");
        s_terminal.Write(text[..length]);
        s_terminal.Write(ExitReasons.NameOf(state.ExitReason));
        s_terminal.Write("\u001b[0m\u001b[K\n"u8);
    }
}
