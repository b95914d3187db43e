// SPDX-License-Identifier: MIT
using System;

namespace Muen.TestSystems.Time;

/// <summary>The keeper of the time, and who asks it; each knows by its name which it is.</summary>
static class Program
{
    static void Main()
    {
        if (Subject.Name.SequenceEqual("keeper"u8))
        {
            Keep();
        }
        else if (Subject.Name.SequenceEqual("driver"u8))
        {
            Drive();
        }
        else
        {
            Ask();
        }

        Subject.SleepForever();
    }

    /// <summary>Uses a device's registers, and then one that is none of it. On the simulated kernel only: no device of Bochs' has such.</summary>
    static void Drive()
    {
        var device = Mmio.Open("timer_registers"u8);
        MmioRegister<uint> control = device.Register<uint>(4);
        control.Value = 0x41;
        SerialConsole.Open("console_port"u8).WriteLine($"control {control.Value:x} status {device.Read8(8)}");
        device.Write64(32, 1);
    }

    static void Keep()
    {
        Log log = Log.Open("log"u8);
        WallClock wall = WallClock.Open("time"u8);
        var clock = new RealTimeClock(Ports.Open("cmos_port"u8));
        bool read = clock.TryRead(out CalendarTime now);
        wall.Set(now, Muen.Time.MinorFrameStart);
        var entry = new LogEntry(read ? LogLevel.Information : LogLevel.Error, "the clock was read"u8);
        entry.Add("time"u8, now);
        entry.Add("year"u8, now.Year, "X4");
        log.Write(in entry);
        log.Write(LogLevel.Debug, "nobody sees this"u8);
    }

    struct Answers
    {
        public SerialConsole Console;
        public ChannelReader<LogRecord> Log;
        public WallClock Wall;
        public bool IsDone;
    }

    struct LogHandler : IInterruptHandler<Answers>
    {
        public static void Handle(ref Answers state)
        {
            ReadResult result;
            while ((result = state.Log.TryRead(out LogRecord record)) is ReadResult.Success or ReadResult.EpochChanged)
            {
                if (result != ReadResult.Success)
                {
                    continue;
                }
                LogFields fields = record.Fields;
                while (fields.TryRead(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value))
                {
                    state.Console.WriteLine($"{(byte)record.Level} {key,8} {value}");
                    state.IsDone = true;
                }
            }
        }
    }

    static void Ask()
    {
        Answers state = default;
        state.Console = SerialConsole.Open("console_port"u8);
        state.Log = Log.OpenReader("log"u8);
        state.Wall = WallClock.Open("time"u8);
        byte vector = (byte)state.Log.Vector;
        while (!state.IsDone)
        {
            Interrupts.Dispatch<Answers, LogHandler>(vector, ref state);
        }

        bool known = state.Wall.TryGet(Muen.Time.MinorFrameStart, out CalendarTime now);
        state.Console.WriteLine($"time {known} {now}");
        Subject.Yield();
        state.Console.WriteLine("judge: finished"u8);
    }
}
