// SPDX-License-Identifier: MIT
using System.Threading;

namespace Muen.Bench;

/// <summary>The other subjects: each takes part in one measurement, for ever.</summary>
static unsafe class Partners
{
    // Offsets in the state page (ABI, subject state).
    const int InstructionLength = 144;
    const int Rip = 164;

    /// <summary>Is handed over to, reads the TSC, hands back. The first time it starts here and has measured nothing.</summary>
    internal static void TakeOver()
    {
        Event back = Event.Open("back"u8);
        ulong* start = Times.Slot(Times.Start);
        while (true)
        {
            back.Trigger();
            Times.Keep(Times.Handover, Time.Tsc - Volatile.Read(ref *start));
        }
    }

    /// <summary>Two subjects whose minor frames follow each other write down when they last looked; the second compares after each change.</summary>
    internal static void Tick(bool second)
    {
        ulong* own = Times.Slot(second ? Times.TickB : Times.TickA);
        ulong* other = Times.Slot(Times.TickA);
        ulong last = Time.Tsc;
        while (true)
        {
            ulong now = Time.Tsc;
            if (second && now - last > Bench.Gap)
            {
                Times.Keep(Times.TimerOther, now - Volatile.Read(ref *other));
            }
            last = now;
            Volatile.Write(ref *own, now);
        }
    }

    /// <summary>Executes CPUID, which its monitor emulates: to the monitor and back, with the few instructions that the monitor needs.</summary>
    internal static void Trap()
    {
        while (true)
        {
            ulong start = Time.Tsc;
            Probe.Cpuid(0);
            Times.Keep(Times.TrapResume, Time.Tsc - start);
        }
    }

    /// <summary>Moves its subject past the instruction that it trapped at.</summary>
    internal static void Emulate()
    {
        Event resume = Event.Open("resume"u8);
        SubjectInfo.Own.TryFindMemory("guest_state"u8, out MemoryRegion state);
        byte* page = (byte*)state.Address;
        while (true)
        {
            *(ulong*)(page + Rip) += *(uint*)(page + InstructionLength);
            resume.Trigger();
        }
    }
}
