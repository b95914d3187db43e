// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>This subject as the kernel sees it.</summary>
public static class Subject
{
    internal const int Unknown = -2;
    const int Missing = -1;

    /// <summary>The number of the event <c>yield</c> once looked up.</summary>
    internal static int s_yieldEvent = Unknown;

    /// <summary>The number of the event <c>sleep</c> once looked up.</summary>
    internal static int s_sleepEvent = Unknown;

    /// <summary>The subject's name (ASCII).</summary>
    public static ReadOnlySpan<byte> Name => SubjectInfo.Own.Name;

    /// <summary>
    /// Gives up the processor until an interrupt, an event or the timed event is pending; returns at once when one is. Without an event
    /// <c>sleep</c> in the policy it returns after a PAUSE.
    /// </summary>
    public static void Sleep()
    {
        int number = SleepEvent;
        if (number >= 0)
        {
            Hypercall.Trigger((byte)number);
        }
        else
        {
            Instructions.Pause();
        }
    }

    /// <summary>
    /// Gives the rest of the turn to the next subject of the scheduling group (ABI, events, yield), and goes on at its own next turn. Without an event <c>yield</c> in the policy it
    /// returns after a PAUSE.
    /// </summary>
    public static void Yield()
    {
        if (s_yieldEvent == Unknown)
        {
            s_yieldEvent = SubjectInfo.Own.TryFindEvent("yield"u8, out Event yield) ? yield.Number : Missing;
        }
        if (s_yieldEvent >= 0)
        {
            Hypercall.Trigger((byte)s_yieldEvent);
        }
        else
        {
            Instructions.Pause();
        }
    }

    /// <summary>Sleeps for good: interrupts wake the subject and are ignored.</summary>
    public static void SleepForever()
    {
        while (true)
        {
            Sleep();
        }
    }

    /// <summary>The number of the event <c>sleep</c>, or -1.</summary>
    internal static int SleepEvent
    {
        get
        {
            if (s_sleepEvent == Unknown)
            {
                s_sleepEvent = SubjectInfo.Own.TryFindEvent("sleep"u8, out Event sleep) ? sleep.Number : Missing;
            }
            return s_sleepEvent;
        }
    }
}
