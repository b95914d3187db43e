// SPDX-License-Identifier: MIT
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
