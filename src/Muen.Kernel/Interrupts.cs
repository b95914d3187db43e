// SPDX-License-Identifier: GPL-3.0-or-later
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// External interrupts become pending vectors of the subject that the policy names; the highest one is injected when the subject can take it.
/// Vectors below 32 are exceptions: a monitor makes them pending for its subject, the kernel for a bad XSETBV. They go first and wait for nothing.
/// </summary>
static unsafe class Interrupts
{
    /// <summary>#GP.</summary>
    internal const byte GeneralProtection = 13;

    private const int WordCount = Limits.Vectors / 64;

    /// <summary>Interrupt-window exiting in the primary processor-based controls (SDM vol. 3, 25.6.2).</summary>
    private const ulong WindowExiting = 1 << 2;

    // VM-entry interruption information, and IDT-vectoring information, which has the same form (SDM vol. 3, 25.8.3, 25.9.3).
    private const ulong Valid = 0x8000_0000;
    private const ulong TypeMask = 0x700;
    private const ulong HardwareException = 0x300;
    private const ulong DeliverErrorCode = 0x800;

    /// <summary>#DF, #TS, #NP, #SS, #GP, #PF and #AC have an error code, but not in real mode.</summary>
    private const uint WithErrorCode = 0x0002_7D00;
    private const ulong ProtectionEnable = 1;

    private const ulong InterruptFlag = 1 << 9;

    /// <summary>Interruptibility state: blocking by STI, by MOV SS.</summary>
    private const ulong Blocking = 3;

    /// <summary>The processor has acknowledged an interrupt and left its vector in the exit information.</summary>
    internal static void Accept(ProcessorData* data)
    {
        uint vector = (uint)Cpu.VmRead(VmcsField.ExitInterruptionInfo) & 0xFF;
        if (vector == Apic.SpuriousVector)
        {
            return;     // has no in-service bit, so no end either (SDM vol. 3, 11.9)
        }

        if (vector != Apic.WakeUpVector)
        {
            VectorRoute* route = Tables.Vector(vector);
            if (route->Subject != VectorRoute.NoSubject && Tables.Subject(route->Subject)->Processor == data->Index)
            {
                if (route->Irq != VectorRoute.NoIrq)
                {
                    IoApic.Mask(route->Irq);
                }

                SetPending(Subjects.Pages(route->Subject), route->Vector);
            }
            else if (vector == Limits.IommuFaultVector)
            {
                Vtd.Report();
            }
            else
            {
                Console.SpuriousInterrupt(vector);
            }
        }

        Apic.EndOfInterrupt();
    }

    /// <summary>Marks a vector of a subject of this processor. Atomic: a monitor on another processor may write to the page too.</summary>
    /// <param name="pages">Address of its pages.</param>
    internal static void SetPending(ulong pages, byte vector)
        => Interlocked.Or(ref Words(pages)[vector / 64], 1ul << (vector % 64));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsPending(ulong pages)
    {
        ulong* words = Words(pages);
        return (words[0] | words[1] | words[2] | words[3]) != 0;
    }

    /// <summary>
    /// Injects the highest pending vector of the current subject, or asks for an exit as soon as it can take one. A subject that sleeps
    /// wakes whenever something is pending, so a wake-up that came before the sleep is not lost.
    /// </summary>
    internal static void Inject(ProcessorData* data)
    {
        RunState state = Subjects.GetRunState(data->Subject);
        if (state == RunState.Stopped)
        {
            return;
        }

        if (state == RunState.Sleeping)
        {
            Subjects.Wake(data->Subject);
        }

        // Each word is read once: a sibling on another processor may change it between two reads, and what is no vector would fail the entry.
        ulong* words = Words(data->Pages);
        uint exceptions = (uint)Volatile.Read(ref words[0]);
        if (exceptions != 0)
        {
            uint vector = 31 - (uint)BitOperations.LeadingZeroCount(exceptions);
            ulong info = Take(words, 0, (int)vector) | HardwareException;
            if (((WithErrorCode >> (int)vector) & 1) != 0 && (Cpu.VmRead(VmcsField.GuestCr0) & ProtectionEnable) != 0)
            {
                info |= DeliverErrorCode;
                Cpu.VmWrite(VmcsField.EntryErrorCode, 0);
            }

            Cpu.VmWrite(VmcsField.EntryInterruptionInfo, info);
        }
        else if ((Cpu.VmRead(VmcsField.GuestRflags) & InterruptFlag) != 0 && (Cpu.VmRead(VmcsField.GuestInterruptibility) & Blocking) == 0)
        {
            for (int word = WordCount - 1; word >= 0; word--)
            {
                ulong vectors = Volatile.Read(ref words[word]);
                if (vectors != 0)
                {
                    Cpu.VmWrite(VmcsField.EntryInterruptionInfo, Take(words, word, 63 - BitOperations.LeadingZeroCount(vectors)));
                    break;
                }
            }
        }

        if (IsPending(data->Pages))
        {
            Cpu.VmWrite(VmcsField.ProcessorControls, Cpu.VmRead(VmcsField.ProcessorControls) | WindowExiting);
        }
    }

    /// <summary>The subject can take an interrupt now: <see cref="Inject"/> follows.</summary>
    internal static void CloseWindow()
        => Cpu.VmWrite(VmcsField.ProcessorControls, Cpu.VmRead(VmcsField.ProcessorControls) & ~WindowExiting);

    /// <summary>
    /// An exit has cut short the delivery of an event, or the entry that was to inject it has failed. An interrupt is pending again; an exception
    /// happens again by itself when the subject continues.
    /// </summary>
    /// <param name="field">The field that says which event it was.</param>
    internal static void Return(ProcessorData* data, VmcsField field)
    {
        ulong info = Cpu.VmRead(field);
        if ((info & (Valid | TypeMask)) == Valid)
        {
            SetPending(data->Pages, (byte)info);
        }
    }

    /// <summary>Forgets what is pending for a subject that begins anew.</summary>
    internal static void Clear(ulong pages)
    {
        ulong* words = Words(pages);
        for (int word = 0; word < WordCount; word++)
        {
            Volatile.Write(ref words[word], 0);
        }

        CloseWindow();
        Cpu.VmWrite(VmcsField.EntryInterruptionInfo, 0);
    }

    private static ulong Take(ulong* words, int word, int bit)
    {
        Interlocked.And(ref words[word], ~(1ul << bit));
        return Valid | (uint)((word * 64) + bit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* Words(ulong pages) => (ulong*)(pages + KernelLayout.InterruptsOffset);
}
