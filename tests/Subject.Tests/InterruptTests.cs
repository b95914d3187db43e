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
}
