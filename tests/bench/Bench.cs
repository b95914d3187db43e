// SPDX-License-Identifier: MIT
using System;
using System.Threading;

namespace Muen.Bench;

/// <summary>
/// Counts instructions from inside a subject. In Bochs with one processor the TSC moves by one for each instruction, in the kernel too,
/// so a difference of two readings is an exact count. What the reading itself costs is measured first and taken off; what is left
/// of an event is the VMCALL with its call, the exit, the kernel and the entry.
/// </summary>
static unsafe class Bench
{
    const int Rounds = 16;

    /// <summary>Readings of the TSC in a loop lie closer together than this; an exit between them takes longer.</summary>
    internal const ulong Gap = 60;

    static SerialConsole s_console;

    static void Main()
    {
        ReadOnlySpan<byte> name = Subject.Name;
        if (name.SequenceEqual("partner"u8))
        {
            Partners.TakeOver();
        }
        else if (name.StartsWith("ticker"u8))
        {
            Partners.Tick(name[^1] == (byte)'b');
        }
        else if (name.SequenceEqual("guest"u8))
        {
            Partners.Trap();
        }
        else if (name.SequenceEqual("monitor"u8))
        {
            Partners.Emulate();
        }
        else if (!name.SequenceEqual("bench"u8))
        {
            Subject.SleepForever();
        }

        s_console = SerialConsole.Open("console_port"u8);
        ulong reading = Reading();
        Report("vmcall_event"u8, Trigger(Event.Open("nudge"u8)) - reading);
        Report("vmcall_handover"u8, HandOver() - reading);
        Report("timer_same"u8, Exit() - reading);
        Report("timer_other"u8, Times.Await(Times.TimerOther) - reading);
        Report("trap_resume"u8, Times.Await(Times.TrapResume) - reading);
        s_console.WriteLine("bench: finished"u8);
        Subject.SleepForever();
    }

    internal static ulong Reading()
    {
        ulong best = ulong.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            ulong start = Time.Tsc;
            best = Math.Min(best, Time.Tsc - start);
        }
        return best;
    }

    static ulong Trigger(Event target)
    {
        ulong best = ulong.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            ulong start = Time.Tsc;
            target.Trigger();
            best = Math.Min(best, Time.Tsc - start);
        }
        return best;
    }

    /// <summary>From here to the partner that the event hands over to; the partner takes the second reading.</summary>
    static ulong HandOver()
    {
        Event over = Event.Open("over"u8);
        ulong* start = Times.Slot(Times.Start);
        for (int i = 0; i < Rounds; i++)
        {
            Volatile.Write(ref *start, Time.Tsc);
            over.Trigger();
        }
        return Times.Await(Times.Handover);
    }

    /// <summary>The shortest gap that a timer exit makes: the next minor frame is this subject's too.</summary>
    static ulong Exit()
    {
        ulong best = ulong.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            ulong last = Time.Tsc;
            while (true)
            {
                ulong now = Time.Tsc;
                if (now - last > Gap)
                {
                    best = Math.Min(best, now - last);
                    break;
                }
                last = now;
            }
        }
        return best;
    }

    static void Report(ReadOnlySpan<byte> name, ulong instructions)
    {
        s_console.WriteLine($"{name} {instructions}");
    }
}
