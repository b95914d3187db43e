// SPDX-License-Identifier: MIT
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Waiting for interrupts, with and without an event to sleep by.</summary>
public class InterruptTests
{
    [Fact]
    public void A_mark_is_taken_once()
    {
        using var machine = new TestMachine();
        machine.Pending.Add(33);
        Assert.True(Interrupts.IsPending(33));
        Assert.True(Interrupts.TryTake(33));
        Assert.False(Interrupts.TryTake(33));
        Assert.False(Interrupts.IsPending(33));
    }

    [Fact]
    public void Wait_returns_at_once_when_the_interrupt_has_come()
    {
        using var machine = new TestMachine();
        machine.Pending.Add(33);
        machine.Pending.Add(34);
        Interrupts.Wait(33);
        Assert.Empty(machine.Vmcalls);
        Assert.Equal([34], machine.Pending.Vectors);
        Interrupts.WaitForAny();
        Assert.Empty(machine.Vmcalls);
        Assert.Empty(machine.Pending.Vectors);
    }

    [Fact]
    public void Wait_sleeps_by_the_event_until_its_own_interrupt_comes()
    {
        using var machine = new TestMachine();
        machine.AddNumber(ResourceKind.Event, "sleep", 5);
        machine.Vmcall = number =>
        {
            machine.Vmcalls.Add(number);
            machine.Pending.Add((byte)(40 + machine.Vmcalls.Count));
        };
        Interrupts.Wait(43);
        Assert.Equal([5, 5, 5], machine.Vmcalls);
        Assert.Equal([41, 42], machine.Pending.Vectors);
        Assert.Equal(2UL, Instructions.TakeAllInterrupts());
        Interrupts.WaitForAny();
        Assert.Equal([5, 5, 5, 5], machine.Vmcalls);
        Assert.Empty(machine.Pending.Vectors);
    }

    [Fact]
    public void Without_an_event_waiting_is_pausing()
    {
        using var machine = new TestMachine();
        int pauses = 0;
        machine.Paused = () =>
        {
            if (++pauses % 3 == 0)
            {
                machine.Pending.Add(50);
            }
        };
        Interrupts.Wait(50);
        Interrupts.WaitForAny();
        Assert.Equal(6, pauses);
        Assert.Empty(machine.Vmcalls);
        Subject.Sleep();
        Assert.Equal(7, pauses);
    }

    [Fact]
    public void Nothing_wakes_a_subject_that_sleeps_for_ever()
    {
        using var machine = new TestMachine();
        machine.Pending.Add(50);
        Assert.Throws<ExitException>(Subject.SleepForever);
    }

    [Fact]
    public unsafe void Time_is_read_from_the_page()
    {
        using var machine = new TestMachine();
        machine.SchedulingInfo->Start = 100;
        machine.SchedulingInfo->End = 200;
        Assert.Equal(100UL, Time.MinorFrameStart);
        Assert.Equal(200UL, Time.MinorFrameEnd);
        Assert.Equal(50_000UL, Time.TicksPerMillisecond);
        Assert.Throws<ExitException>(() => Time.Tsc);
    }

    struct Seen
    {
        public int Keys;
        public int Ticks;
    }

    struct Key : IInterruptHandler<Seen>
    {
        public static void Handle(ref Seen state) => state.Keys++;
    }

    struct Tick : IInterruptHandler<Seen>
    {
        public static void Handle(ref Seen state) => state.Ticks++;
    }

    [Fact]
    public void Handlers_are_called_for_what_has_come()
    {
        using var machine = new TestMachine();
        machine.AddNumber(ResourceKind.Event, "sleep", 5);
        Seen seen = default;
        Assert.False(Interrupts.TryHandle<Seen, Key>(33, ref seen));
        machine.Pending.Add(33);
        machine.Pending.Add(34);
        machine.Pending.Add(35);
        Interrupts.Dispatch<Seen, Key, Tick>(33, 34, ref seen);
        Assert.Equal((1, 1), (seen.Keys, seen.Ticks));
        Assert.Equal([35], machine.Pending.Vectors);
        machine.Pending.Clear();

        // It sleeps until one of the two has come, and only that one's handler is called.
        machine.Vmcall = _ => machine.Pending.Add(34);
        Interrupts.Dispatch<Seen, Key, Tick>(33, 34, ref seen);
        Assert.Equal((1, 2), (seen.Keys, seen.Ticks));
        machine.Vmcall = _ => machine.Pending.Add(33);
        Interrupts.Dispatch<Seen, Key>(33, ref seen);
        Assert.Equal((2, 2), (seen.Keys, seen.Ticks));
    }

    [Fact]
    public void Yield_is_its_event_or_a_pause()
    {
        using var machine = new TestMachine();
        int pauses = 0;
        machine.Paused = () => pauses++;
        Subject.Yield();
        Assert.Equal(1, pauses);
        Subject.s_yieldEvent = Subject.Unknown;
        machine.AddNumber(ResourceKind.Event, "yield", 9);
        Subject.Yield();
        Assert.Equal([9], machine.Vmcalls);
        Assert.Equal(1, pauses);
    }
}
