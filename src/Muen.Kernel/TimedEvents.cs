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
    /// <param name="pages">Address of its pages.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Trigger(ulong pages) => Volatile.Read(ref Page(pages)->Trigger);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsDue(ulong pages)
    {
        ulong trigger = Trigger(pages);
        return trigger != TimedEvent.Disarmed && trigger <= Cpu.ReadTsc();
    }

    internal static void Disarm(ulong pages)
    {
        TimedEvent* page = Page(pages);
        page->Trigger = TimedEvent.Disarmed;
        page->Event = 0;
    }

    /// <summary>Triggers the current subject's timed event when it is due: once, however late.</summary>
    internal static void Fire(ProcessorData* data)
    {
        TimedEvent* page = Page(data->Pages);
        page->Trigger = TimedEvent.Disarmed;
        RunState state = Subjects.GetRunState(data->Subject);
        if (state == RunState.Sleeping)
        {
            Subjects.Wake(data->Subject);
        }

        if (state != RunState.Stopped)
        {
            Events.Trigger(data, Volatile.Read(ref page->Event));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TimedEvent* Page(ulong pages) => (TimedEvent*)(pages + KernelLayout.TimedEventOffset);
}
