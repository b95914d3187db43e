// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// A subject may write into its timed event page when one of its own events is to be triggered. The preemption timer exits at that time, so
/// it happens in the middle of a minor frame too. The page may hold anything: every value is either in the future, due, or never.
/// </summary>
static unsafe class TimedEvents
{
    /// <summary>TSC at which a subject's timed event is due.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Trigger(uint subject) => Volatile.Read(ref Page(subject)->Trigger);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsDue(uint subject)
    {
        ulong trigger = Trigger(subject);
        return trigger != TimedEvent.Disarmed && trigger <= Cpu.ReadTsc();
    }

    internal static void Disarm(uint subject)
    {
        TimedEvent* page = Page(subject);
        page->Trigger = TimedEvent.Disarmed;
        page->Event = 0;
    }

    /// <summary>Triggers the current subject's timed event when it is due: once, however late.</summary>
    internal static void Fire(uint subject)
    {
        TimedEvent* page = Page(subject);
        page->Trigger = TimedEvent.Disarmed;
        RunState state = Subjects.GetRunState(subject);
        if (state == RunState.Sleeping)
        {
            Subjects.Wake(subject);
        }

        if (state != RunState.Stopped)
        {
            Events.Trigger(subject, Volatile.Read(ref page->Event));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TimedEvent* Page(uint subject) => (TimedEvent*)(Subjects.Pages(subject) + KernelLayout.TimedEventOffset);
}
