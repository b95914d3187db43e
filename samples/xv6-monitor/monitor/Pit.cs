// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Muen.Samples.Monitors;

/// <summary>
/// The interval timer (8254) at ports 0x40 to 0x43, as far as it is looked at: counters run and can be read and latched. Counter 2 has its gate at port 0x61, where its output can
/// be seen. No counter raises an interrupt; a guest that asks for one of counter 0 is halted when it would come.
/// </summary>
static class Pit
{
    /// <summary>Its clock in Hz.</summary>
    internal const ulong Rate = 1_193_182;
    const int CounterCount = 3;
    const int Timer = 0;
    const int Speaker = 2;

    static Counters s_counters;
    static bool s_gate;
    static bool s_speaker;

    internal static void Reset()
    {
        s_counters = default;
        s_gate = false;
        s_speaker = false;
        IsMissed = false;
    }

    /// <summary>Lets counter 0 ask for the interrupt that is due.</summary>
    internal static void Update()
    {
        ref Counter counter = ref s_counters[Timer];
        if (counter.IsRunning && !counter.HasFired && Elapsed(ref counter) >= counter.Reload)
        {
            counter.HasFired = true;
            IsMissed = IoApic.IsEnabled(2) || Pic.IsEnabled(0);
        }
    }

    /// <summary>Whether an interrupt of counter 0 should have come.</summary>
    internal static bool IsMissed { get; private set; }

    internal static bool TryRead(ushort port, out byte value)
    {
        value = 0;
        if (port > 0x42)
        {
            return false;
        }
        ref Counter counter = ref s_counters[port - 0x40];
        if (counter.HasStatus)
        {
            counter.HasStatus = false;
            value = counter.Status;
            return true;
        }
        uint count = counter.IsLatched ? counter.Latch : Current(ref counter);
        bool high = counter.Access == 2 || (counter.Access == 3 && counter.ReadHigh);
        value = (byte)((high ? count >> 8 : count) & 0xFF);
        counter.ReadHigh = counter.Access == 3 && !counter.ReadHigh;
        // A latch of both bytes lasts for both.
        counter.IsLatched = counter.IsLatched && counter.ReadHigh;
        return true;
    }

    internal static bool TryWrite(ushort port, byte value) => port == 0x43 ? TryCommand(value) : TryLoad(ref s_counters[port - 0x40], value);

    /// <summary>Port 0x61: the gate and the loudspeaker, the refresh signal, the output of counter 2.</summary>
    internal static byte ReadGate()
    {
        ref Counter counter = ref s_counters[Speaker];
        ulong refresh = Clock.Periods(Clock.Now, 66_000) & 1;
        return (byte)((s_gate ? 1 : 0) | (s_speaker ? 2 : 0) | (refresh != 0 ? 0x10 : 0) | (Output(ref counter) ? 0x20 : 0));
    }

    internal static void WriteGate(byte value)
    {
        bool gate = (value & 1) != 0;
        if (gate && !s_gate)
        {
            // In the modes that the gate starts, it starts; in mode 0 the count stood and goes on, which nobody is known to use.
            s_counters[Speaker].Start = Clock.Now;
        }
        s_gate = gate;
        s_speaker = (value & 2) != 0;
    }

    static bool TryCommand(byte value)
    {
        int index = value >> 6;
        if (index == 3)
        {
            ReadBack(value);
            return (value & 1) == 0;
        }
        ref Counter counter = ref s_counters[index];
        if ((value & 0x30) == 0)
        {
            LatchCount(ref counter);
            return true;
        }
        counter = default;
        counter.Access = (value >> 4) & 3;
        counter.Mode = (value >> 1) & 7;
        counter.Mode = counter.Mode > 5 ? counter.Mode - 4 : counter.Mode;
        // Binary, and the modes of one shot, rate and square wave.
        return (value & 1) == 0 && (counter.Mode is 0 or 2 or 3);
    }

    /// <summary>The read-back command latches counts, states or both of the counters that it names; two bits say what it leaves out.</summary>
    static void ReadBack(byte value)
    {
        const byte noCount = 0x20;
        const byte noStatus = 0x10;
        for (int i = 0; i < CounterCount; i++)
        {
            ref Counter counter = ref s_counters[i];
            if ((value & (2 << i)) == 0)
            {
                continue;
            }
            if ((value & noCount) == 0)
            {
                LatchCount(ref counter);
            }
            if ((value & noStatus) == 0 && !counter.HasStatus)
            {
                // A count that was written is in the counter at once.
                counter.Status = (byte)((Output(ref counter) ? 0x80 : 0) | (counter.IsRunning ? 0 : 0x40) | (counter.Access << 4) | (counter.Mode << 1));
                counter.HasStatus = true;
            }
        }
    }

    static void LatchCount(ref Counter counter)
    {
        if (!counter.IsLatched)
        {
            counter.Latch = Current(ref counter);
            counter.IsLatched = true;
            counter.ReadHigh = false;
        }
    }

    static bool TryLoad(ref Counter counter, byte value)
    {
        if (counter.Access == 0)
        {
            return false;
        }
        if (counter.Access == 3 && !counter.WriteHigh)
        {
            counter.Low = value;
            counter.WriteHigh = true;
            counter.IsRunning = false;
            return true;
        }
        uint count = counter.Access == 1 ? value : ((uint)value << 8) | (counter.Access == 3 ? counter.Low : 0u);
        counter.WriteHigh = false;
        counter.Reload = count == 0 ? 0x1_0000 : count;
        counter.Start = Clock.Now;
        counter.IsRunning = true;
        counter.HasFired = false;
        return true;
    }

    static ulong Elapsed(ref Counter counter) => Clock.Periods(Clock.Now - counter.Start, Rate);

    static uint Current(ref Counter counter)
    {
        if (!counter.IsRunning)
        {
            return 0;
        }
        ulong elapsed = Elapsed(ref counter);
        // A square wave counts by two; one shot goes on below zero.
        ulong count = counter.Mode switch
        {
            0 => 0x1_0000 + counter.Reload - (elapsed % 0x1_0000),
            3 => counter.Reload - (elapsed * 2 % counter.Reload),
            _ => counter.Reload - (elapsed % counter.Reload),
        };
        return (uint)(count & 0xFFFF);
    }

    static bool Output(ref Counter counter)
    {
        ulong elapsed = counter.IsRunning ? Elapsed(ref counter) : 0;
        return counter.Mode switch
        {
            0 => counter.IsRunning && elapsed >= counter.Reload,
            3 => counter.IsRunning && elapsed % counter.Reload * 2 < counter.Reload,
            _ => true,
        };
    }

    struct Counter
    {
        internal int Access;
        internal int Mode;
        internal uint Reload;
        internal ulong Start;
        internal bool IsRunning;
        internal bool HasFired;
        internal byte Low;
        internal bool WriteHigh;
        internal bool ReadHigh;
        internal bool IsLatched;
        internal uint Latch;
        internal byte Status;
        internal bool HasStatus;
    }

    [InlineArray(CounterCount)]
    struct Counters
    {
        Counter _first;
    }
}
