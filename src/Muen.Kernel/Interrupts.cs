// SPDX-License-Identifier: GPL-3.0-or-later
using System.Numerics;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>External interrupts become pending vectors of the subject that the policy names; the highest one is injected when the subject can take it.</summary>
static unsafe class Interrupts
{
    /// <summary>Interrupt-window exiting in the primary processor-based controls (SDM vol. 3, 25.6.2).</summary>
    private const ulong WindowExiting = 1 << 2;

    /// <summary>VM-entry interruption information: valid, type external interrupt (SDM vol. 3, 25.8.3).</summary>
    private const ulong ValidExternal = 0x8000_0000;

    private const ulong InterruptFlag = 1 << 9;

    /// <summary>The processor has acknowledged an interrupt and left its vector in the exit information.</summary>
    internal static void Accept()
    {
        uint vector = (uint)Cpu.VmRead(VmcsField.ExitInterruptionInfo) & 0xFF;
        if (vector != Apic.WakeUpVector)
        {
            VectorRoute* route = Tables.Vector(vector);
            if (route->Subject != VectorRoute.NoSubject)
            {
                if (route->Irq != VectorRoute.NoIrq)
                {
                    IoApic.Mask(route->Irq);
                }

                SetPending(route->Subject, route->Vector);
            }
            else
            {
                Console.SpuriousInterrupt(vector);
            }
        }

        Apic.EndOfInterrupt();
    }

    /// <summary>Marks a vector of a subject of this processor.</summary>
    internal static void SetPending(uint subject, byte vector)
        => Interlocked.Or(ref Words(subject)[vector / 64], 1ul << (vector % 64));

    /// <summary>
    /// Injects the highest pending vector of the current subject, or asks for an exit as soon as it can take one. A subject that sleeps
    /// wakes whenever something is pending, so a wake-up that came before the sleep is not lost.
    /// </summary>
    internal static void Inject()
    {
        uint subject = Processors.Data->Subject;
        ulong* words = Words(subject);
        RunState state = Subjects.GetRunState(subject);
        if ((words[0] | words[1] | words[2] | words[3]) == 0 || state == RunState.Stopped)
        {
            if (state != RunState.Running)
            {
                Subjects.EnterHalted();
            }

            return;
        }

        if (state == RunState.Sleeping)
        {
            Subjects.SetRunState(subject, RunState.Running);
            Subjects.EnterActive();
        }

        if ((Cpu.VmRead(VmcsField.GuestRflags) & InterruptFlag) == 0
            || (Cpu.VmRead(VmcsField.GuestInterruptibility) & 3) != 0)
        {
            OpenWindow();
            return;
        }

        for (int word = 3; word >= 0; word--)
        {
            if (words[word] != 0)
            {
                int bit = 63 - BitOperations.LeadingZeroCount(words[word]);
                Interlocked.And(ref words[word], ~(1ul << bit));
                Cpu.VmWrite(VmcsField.EntryInterruptionInfo, ValidExternal | (uint)((word * 64) + bit));
                break;
            }
        }

        if ((words[0] | words[1] | words[2] | words[3]) != 0)
        {
            OpenWindow();
        }
    }

    /// <summary>The subject can take an interrupt now: <see cref="Inject"/> follows.</summary>
    internal static void CloseWindow()
        => Cpu.VmWrite(VmcsField.ProcessorControls, Cpu.VmRead(VmcsField.ProcessorControls) & ~WindowExiting);

    /// <summary>Forgets what is pending for a subject that begins anew.</summary>
    internal static void Clear(uint subject)
    {
        ulong* words = Words(subject);
        for (int word = 0; word < 4; word++)
        {
            words[word] = 0;
        }

        CloseWindow();
        Cpu.VmWrite(VmcsField.EntryInterruptionInfo, 0);
    }

    private static void OpenWindow()
        => Cpu.VmWrite(VmcsField.ProcessorControls, Cpu.VmRead(VmcsField.ProcessorControls) | WindowExiting);

    private static ulong* Words(uint subject) => (ulong*)(Subjects.Pages(subject) + KernelLayout.InterruptsOffset);
}
