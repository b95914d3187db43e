// SPDX-License-Identifier: GPL-3.0-or-later
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// Events: a subject triggers one by VMCALL, a trap or a timer. The policy's entry says what happens to the source at once, and
/// which event becomes pending for which target. The target's processor acts on it before the target runs next.
/// </summary>
static unsafe class Events
{
    private unsafe struct PendingWords
    {
        internal fixed ulong Words[Limits.Subjects];
    }

    /// <summary>One word of pending target events for each subject; any processor sets bits, the target's own takes them.</summary>
    private static PendingWords pending;

    /// <summary>VMCALL at CPL 0 with the event number in RAX (ABI, hypercall). A number without an entry is ignored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Hypercall(ProcessorData* data)
    {
        Subjects.SkipInstruction();
        ulong number = ((SubjectState*)data->Pages)->Rax;
        SourceEvent* source = Tables.Event(data->Entry, number);
        Console.Event(data->Subject, number, source->Flags);
        if (number < Limits.Events)
        {
            Perform(data, source);      // an unused entry has neither target nor action
        }
    }

    /// <summary>Triggers an event of the current subject by its number, for a timer.</summary>
    internal static void Trigger(ProcessorData* data, uint number)
    {
        SourceEvent* source = Tables.Event(data->Entry, number);
        Console.Event(data->Subject, number, source->Flags);
        if (number < Limits.Events)
        {
            Trigger(data, source);
        }
    }

    /// <summary>Triggers what an entry says, for a trap. Only the hypercall, which is in a hurry, has it in line.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Trigger(ProcessorData* data, SourceEvent* source) => Perform(data, source);

    /// <summary>Does what an entry says for a source that is the current subject.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Perform(ProcessorData* data, SourceEvent* source)
    {
        EventFlags flags = source->Flags;
        if ((flags & EventFlags.HasTarget) != 0)
        {
            // An event that is pending already is neither made so again nor signalled: a source that repeats itself takes no time from
            // another processor. The exit has ordered what the source wrote before it before this reading.
            ref ulong word = ref pending.Words[Subjects.Masked(source->TargetSubject)];
            ulong bit = 1ul << (source->TargetEvent & (Limits.Events - 1));
            if ((Volatile.Read(ref word) & bit) == 0)
            {
                Interlocked.Or(ref word, bit);
                if ((flags & EventFlags.Ipi) != 0)
                {
                    Apic.SendWakeUp(Tables.Processor(Tables.Subject(source->TargetSubject)->Processor)->ApicId);
                }
            }
        }

        if (source->Action != SourceAction.None)
        {
            Act(data, source);
        }

        if ((source->Flags & EventFlags.Handover) != 0)
        {
            Scheduler.HandOver(data, source->TargetSubject);
        }
    }

    /// <summary>What an event does beyond becoming pending: a chain of comparisons rather than a switch, so that the kernel has no indirect branch.</summary>
    private static void Act(ProcessorData* data, SourceEvent* source)
    {
        SourceAction action = source->Action;
        if (action == SourceAction.Sleep)
        {
            Subjects.Sleep(data);
        }
        else if (action == SourceAction.UnmaskIrq)
        {
            IoApic.Unmask(source->Irq);
        }
        else if (action == SourceAction.Stop)
        {
            Subjects.Stop(data);
        }
        else if (action == SourceAction.Reboot)
        {
            Machine.Reboot();
        }
        else if (action == SourceAction.PowerOff)
        {
            Machine.PowerOff();
        }
        else if (action == SourceAction.Panic)
        {
            CrashAudit.RecordExit(CrashReason.SubjectStopped, data->Subject);
            Panic.Raise(PanicReason.RequestedBySubject);
        }

        if (action is SourceAction.Sleep or SourceAction.Yield && (source->Flags & EventFlags.Handover) == 0 && Scheduler.IsShared(data))
        {
            Scheduler.TakeTurns(data);
        }
    }

    /// <summary>Whether an event waits for a subject.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsPending(uint subject) => Volatile.Read(ref pending.Words[Subjects.Masked(subject)]) != 0;

    /// <summary>Whether an event waits for a subject that starts it anew: the only thing that a stopped subject runs for.</summary>
    internal static bool IsResetPending(uint subject)
    {
        ulong events = Volatile.Read(ref pending.Words[Subjects.Masked(subject)]);
        SubjectEntry* entry = Tables.Subject(subject);
        for (int left = Limits.Events; left != 0 && events != 0; left--, events &= events - 1)
        {
            if (Tables.Target(entry, (uint)BitOperations.TrailingZeroCount(events))->Action == TargetAction.Reset)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes every pending event of the current subject and acts on it; each bit is taken once, whoever sets bits meanwhile.</summary>
    internal static void Deliver(ProcessorData* data)
    {
        uint subject = data->Subject;
        ulong events = Interlocked.Exchange(ref pending.Words[Subjects.Masked(subject)], 0);
        if (Subjects.GetRunState(subject) == RunState.Sleeping)
        {
            Subjects.Wake(subject);
        }

        for (int left = Limits.Events; left != 0 && events != 0; left--, events &= events - 1)
        {
            TargetEvent* target = Tables.Target(data->Entry, (uint)BitOperations.TrailingZeroCount(events));
            if (target->Action == TargetAction.Inject)
            {
                Interrupts.SetPending(data->Pages, target->Vector);
            }
            else if (target->Action == TargetAction.Reset)
            {
                Subjects.Reset(data);
            }
        }
    }
}
