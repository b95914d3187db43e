// SPDX-License-Identifier: MIT
using System;

namespace Muen.TestSystems;

/// <summary>The parts. Numbers of a board: 0 counts rounds, 1 holds the worst lateness in ticks or what tau0 says, 2 counts what must not be.</summary>
static class Actors
{
    const int Rounds = 0;
    const int Worst = 1;
    const int Wrong = 2;

    static void Main()
    {
        ReadOnlySpan<byte> name = Subject.Name;
        if (name.StartsWith("spinner"u8))
        {
            Spin();
        }
        else if (name.StartsWith("sleeper"u8))
        {
            SleepAndWake();
        }
        else if (name.StartsWith("busy"u8))
        {
            WatchTheClock();
        }
        else if (name.StartsWith("napper"u8))
        {
            Answer();
        }
        else if (name.StartsWith("tau0"u8))
        {
            Plans.Choose();
        }
        else if (name.StartsWith("planned"u8))
        {
            Plans.Follow(name[^1] - (byte)'0');
        }
        else if (name.StartsWith("keeper"u8))
        {
            Keeper.Serve();
        }
        else if (name.StartsWith("logger"u8))
        {
            Logger.Serve();
        }
        else if (name.SequenceEqual("control_judge"u8))
        {
            Judge.Controls();
        }
        else if (name.SequenceEqual("driver_keyboard"u8))
        {
            Drivers.Keyboard();
        }
        else if (name.SequenceEqual("driver_clock"u8))
        {
            Drivers.Clock();
        }
        else if (name.SequenceEqual("driver_serial"u8))
        {
            Drivers.Serial();
            Judge.Interruptions();
        }
        else if (name.StartsWith("ring"u8))
        {
            Ring.Pass();
        }
        else if (name.SequenceEqual("processors_judge"u8))
        {
            Judge.Processors();
        }
        else if (name.SequenceEqual("seer_vm"u8))
        {
            Seer.Serve(native: false);
        }
        else if (name.SequenceEqual("seer_native"u8))
        {
            Seer.Serve(native: true);
        }
        else if (name.SequenceEqual("state_judge"u8))
        {
            Judge.States();
        }
        else if (name.SequenceEqual("modes_judge"u8))
        {
            Judge.Modes();
        }
        else if (name.SequenceEqual("scheduling_judge"u8))
        {
            Judge.Scheduling();
        }
        else if (name.SequenceEqual("plans_judge"u8))
        {
            Judge.Plans();
        }
        else if (name.SequenceEqual("vm_judge"u8))
        {
            Judge.Vm();
        }
        else if (name.SequenceEqual("crash_judge"u8))
        {
            Judge.Crash();
        }

        Subject.SleepForever();
    }

    /// <summary>Does a little and gives the turn to the next group, for ever.</summary>
    static void Spin()
    {
        Board board = Board.Open("board"u8);
        Event yield = Event.Open("yield"u8);
        while (true)
        {
            board[Rounds]++;
            yield.Trigger();
        }
    }

    /// <summary>Arms the timed event, sleeps, and notes how late it was woken.</summary>
    static void SleepAndWake()
    {
        Board board = Board.Open("board"u8);
        Event tick = Event.Open("tick"u8);
        SubjectInfo.Own.TryFindVector("tick"u8, out byte vector);
        while (true)
        {
            ulong due = Time.Tsc + (2 * Time.TicksPerMillisecond);
            Time.Arm(tick, due);
            Interrupts.Wait(vector);
            Note(board, due);
        }
    }

    /// <summary>Arms the timed event and looks at the clock all the while: the event must come in the middle of the minor frame.</summary>
    static void WatchTheClock()
    {
        Board board = Board.Open("board"u8);
        Event tick = Event.Open("tick"u8);
        Event look = Event.Open("look"u8);
        SubjectInfo.Own.TryFindVector("tick"u8, out byte vector);
        while (true)
        {
            // Well within what is left of the minor frame.
            if (Time.MinorFrameEnd < Time.Tsc + 60_000)
            {
                continue;
            }

            ulong due = Time.Tsc + 20_000;
            Time.Arm(tick, due);
            look.Trigger();
            while (!Interrupts.TryTake(vector))
            {
            }

            Note(board, due);
        }
    }

    /// <summary>Answers each ping by a pong.</summary>
    static void Answer()
    {
        Board board = Board.Open("board"u8);
        Event pong = Event.Open("pong"u8);
        SubjectInfo.Own.TryFindVector("ping"u8, out byte vector);
        while (true)
        {
            Interrupts.Wait(vector);
            board[Rounds]++;
            pong.Trigger();
        }
    }

    static void Note(Board board, ulong due)
    {
        ulong now = Time.Tsc;
        board[Rounds]++;
        if (now < due)
        {
            board[Wrong]++;
        }
        else if (now - due > board[Worst])
        {
            board[Worst] = now - due;
        }
    }
}
