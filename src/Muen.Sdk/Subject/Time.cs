// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen;

/// <summary>Time in TSC ticks, from the page that the kernel writes at each minor frame (ABI, scheduling information).</summary>
public static unsafe class Time
{
    static SchedulingInfo* Page => (SchedulingInfo*)Instructions.SchedulingInfo;

    /// <summary>TSC at which the current minor frame began. Needs no grant, and moves once a frame.</summary>
    public static ulong MinorFrameStart => SharedMemory.Load(&Page->Start);

    /// <summary>TSC at which the current minor frame ends.</summary>
    public static ulong MinorFrameEnd => SharedMemory.Load(&Page->End);

    /// <summary>The TSC now. RDTSC must be granted by the policy: else the kernel stops the subject, or does what its trap table says.</summary>
    public static ulong Tsc => Instructions.ReadTsc();

    /// <summary>Ticks of a millisecond; 0 when the subject information is not valid.</summary>
    public static ulong TicksPerMillisecond => SubjectInfo.Own.TscKhz;

    /// <summary>How long so many ticks last, to 100 ns, rounded down; 0 when the subject information is not valid.</summary>
    /// <param name="ticks">TSC ticks; more than a <see cref="TimeSpan"/> can hold count as that.</param>
    public static TimeSpan Duration(ulong ticks)
    {
        ulong khz = SubjectInfo.Own.TscKhz;
        if (khz == 0)
        {
            return TimeSpan.Zero;
        }
        ulong whole = ticks / khz;
        ulong longest = (ulong)(long.MaxValue / TimeSpan.TicksPerMillisecond) - 1;
        return whole > longest ? TimeSpan.MaxValue : new TimeSpan((long)((whole * (ulong)TimeSpan.TicksPerMillisecond) + (ticks % khz * (ulong)TimeSpan.TicksPerMillisecond / khz)));
    }

    /// <summary>How many ticks a time lasts, rounded down; 0 for a negative one, and when the subject information is not valid.</summary>
    /// <param name="time">The time; one that is too long for 64 bits of ticks counts as the longest.</param>
    public static ulong Ticks(TimeSpan time)
    {
        ulong khz = SubjectInfo.Own.TscKhz;
        if (time.Ticks <= 0 || khz == 0)
        {
            return 0;
        }
        (long whole, long rest) = Math.DivRem(time.Ticks, TimeSpan.TicksPerMillisecond);
        return (ulong)whole > (ulong.MaxValue / khz) - 1 ? ulong.MaxValue : ((ulong)whole * khz) + ((ulong)rest * khz / (ulong)TimeSpan.TicksPerMillisecond);
    }

    /// <summary>
    /// Lets the kernel trigger an event of this subject at a time, once; replaces what was armed before. It counts from the next hypercall on, or
    /// the next sleep: the kernel reads the page when it is entered.
    /// </summary>
    /// <param name="triggered">One of this subject's own events.</param>
    /// <param name="tsc">TSC value; one that has passed triggers the event at once.</param>
    public static void Arm(Event triggered, ulong tsc)
    {
        TimedEvent* page = (TimedEvent*)Instructions.TimedEvent;
        SharedMemory.Store(&page->Trigger, TimedEvent.Disarmed);
        page->Event = triggered.Number;
        SharedMemory.Store(&page->Trigger, tsc);
    }

    /// <summary>Takes back what <see cref="Arm"/> asked for, unless it has happened already.</summary>
    public static void Disarm() => SharedMemory.Store(&((TimedEvent*)Instructions.TimedEvent)->Trigger, TimedEvent.Disarmed);
}
