// SPDX-License-Identifier: MIT
using System;
using System.Threading;
using Muen.Abi;

namespace Muen.Samples.Monitors;

/// <summary>
/// The monitor of a VM: whatever the guest does that its policy does not let it do by itself ends here. The kernel hands over to this program; it does what a device or the
/// processor would have done, and hands back. What it does not know halts the guest with a dump, and nobody else.
/// </summary>
/// <remarks>
/// It runs in the guest's own time, so that a guest that keeps it busy takes nothing from others. The guest's timed event is this program's: when it fires, the kernel hands over
/// here and makes <c>alarm</c> pending, which tells that from an exit of the guest.
/// </remarks>
static unsafe class GuestMonitor
{
    /// <summary>How long the guest runs before somebody looks for keys: 20 ms.</summary>
    const ulong LookPeriod = 20_000_000;

    /// <summary>Looks for keys after which the screen is sent: 40 ms, so that one that changes all the time does not outrun a serial line's drawing.</summary>
    const int LooksAtScreen = 2;

    /// <summary>The screen is looked at as soon as this after a key, 2 ms: guests that echo it have done so by then.</summary>
    const ulong EchoTime = 2_000_000;

    /// <summary>A deadline is at least this far away, so that the guest has run when it comes.</summary>
    const ulong LeastRun = 20_000;

    const ulong InterruptFlag = 1 << 9;
    const int FirstVector = 32;

    static SubjectState* s_state;
    static TimedEvent* s_timer;
    static ulong* s_interrupts;
    static ulong s_nextLook;
    static int s_looks;
    static bool s_hasWrongVector;

    internal static void Main()
    {
        Open();
        Event resume = Event.Open("resume"u8);
        Event wake = Event.Open("wake"u8);
        byte alarm = Interrupts.VectorOf("alarm"u8);
        byte wakeVector = Interrupts.VectorOf("wake"u8);
        Look();
        while (true)
        {
            PassTime();
            // Before the wait: HLT with interrupts off, or for an interrupt that does not come, is how a guest stops for good.
            if (!IsGoingOn())
            {
                break;
            }
            if (Exits.IsHalted && !IsWaitOver())
            {
                // HLT: this program sleeps in the guest's place.
                Time.Arm(wake, NextDeadline());
                Interrupts.WaitForAny();
                _ = Interrupts.TryTake(wakeVector);
                continue;
            }
            Exits.IsHalted = false;
            Offer();
            if (GuestMemory.TryGet(LocalApic.Base, (int)LocalApic.Size, true, out Span<byte> page))
            {
                LocalApic.Publish(page);
            }
            s_timer->Event = AlarmNumber;
            Volatile.Write(ref s_timer->Trigger, NextDeadline());
            resume.Trigger();
            TakeBack();
            if (!Interrupts.TryTake(alarm))
            {
                Clock.Now = Time.Tsc;
                Statistics.Exit();
                if (!Exits.Handle(s_state))
                {
                    Dump.Print(s_state, Exits.Problem);
                    break;
                }
                SetExceptions();
            }
        }
        Subject.SleepForever();
    }

    /// <summary>The number of the event in the guest's table, by the policy.</summary>
    const uint AlarmNumber = 0;

    static void Open()
    {
        s_state = (SubjectState*)Region("guest_state"u8);
        s_timer = (TimedEvent*)Region("guest_timed_event"u8);
        s_interrupts = (ulong*)Region("guest_interrupts"u8);
        Clock.Now = Time.Tsc;
        Clock.Frequency = Time.TicksPerMillisecond * 1000;
        GuestMemory.Open();
        IdeDisk.Open();
        Devices.Reset();
        Firmware.Write();
        GuestOutput.Open();
    }

    static void* Region(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindMemory(name, out MemoryRegion region) || !region.IsWritable)
        {
            Panic.Stop("a page of the guest is not the monitor's to write", name);
        }
        return (void*)region.Address;
    }

    /// <summary>Devices that go by the clock, and now and then keys and the screen.</summary>
    static void PassTime()
    {
        Clock.Now = Time.Tsc;
        LocalApic.Update();
        Pit.Update();
        if (Clock.Now >= s_nextLook)
        {
            Look();
        }
        else if (GuestOutput.TakeKeys())
        {
            ExpectEcho();
        }
    }

    static void Look()
    {
        bool pressed = GuestOutput.TakeKeys();
        s_looks++;
        if (s_looks == LooksAtScreen)
        {
            s_looks = 0;
            GuestOutput.Refresh();
        }
        s_nextLook = Clock.After(LookPeriod);
        if (pressed)
        {
            ExpectEcho();
        }
    }

    /// <summary>Whoever has pressed a key looks at the screen.</summary>
    static void ExpectEcho()
    {
        s_nextLook = Math.Min(s_nextLook, Clock.After(EchoTime));
        s_looks = LooksAtScreen - 1;
    }

    static ulong NextDeadline() => Math.Max(Math.Min(LocalApic.Deadline, s_nextLook), Clock.Now + LeastRun);

    /// <summary>Whether an interrupt ends the guest's HLT.</summary>
    static bool IsWaitOver()
    {
        if (!LocalApic.TryDeliver(out uint vector))
        {
            return false;
        }
        LocalApic.TakeBack(vector);
        return (s_state->Rflags & InterruptFlag) != 0;
    }

    /// <summary>Whether no device needed an interrupt that this machine does not deliver.</summary>
    static bool IsGoingOn()
    {
        if (Interrupt.Missed >= 0 || Pit.IsMissed)
        {
            Dump.Print(s_state, Pit.IsMissed ? Problem.TimerInterrupt : Problem.PicInterrupt);
            return false;
        }
        if (s_hasWrongVector || GuestOutput.IsStopWanted)
        {
            Dump.Print(s_state, GuestOutput.IsStopWanted ? Problem.Wanted : Problem.ExceptionVector);
            return false;
        }
        return true;
    }

    /// <summary>Makes the interrupts pending that the guest's APIC would deliver now; the kernel injects them as soon as the guest can take them.</summary>
    static void Offer()
    {
        while (LocalApic.TryDeliver(out uint vector))
        {
            if (vector < FirstVector)
            {
                // The kernel takes these for exceptions.
                s_hasWrongVector = true;
                continue;
            }
            Interlocked.Or(ref s_interrupts[vector >> 6], 1UL << (int)(vector & 63));
        }
    }

    /// <summary>What the guest has not taken goes back to its APIC, where priorities may have changed when it is offered again.</summary>
    static void TakeBack()
    {
        for (int word = 0; word < 4; word++)
        {
            ulong left = Volatile.Read(ref s_interrupts[word]) & (word == 0 ? ~0xFFFF_FFFFUL : ulong.MaxValue);
            if (left == 0)
            {
                continue;
            }
            Interlocked.And(ref s_interrupts[word], ~left);
            for (int bit = 0; bit < 64; bit++)
            {
                if ((left & (1UL << bit)) != 0)
                {
                    LocalApic.TakeBack((uint)((word * 64) + bit));
                }
            }
        }
    }

    /// <summary>Exceptions that the exit calls for.</summary>
    static void SetExceptions()
    {
        if (Exits.Exception >= 0)
        {
            Interlocked.Or(ref s_interrupts[0], 1UL << Exits.Exception);
        }
    }
}

/// <summary>All devices.</summary>
static class Devices
{
    internal static void Reset()
    {
        Interrupt.Reset();
        Pic.Reset();
        IoApic.Reset();
        LocalApic.Reset();
        Pit.Reset();
        Cmos.Reset();
        Crtc.Reset();
        Uart.Reset();
        KeyboardDevice.Reset();
        IdeDisk.Reset();
        DevicePorts.Reset();
        Exits.Reset();
        Statistics.Reset();
    }
}
