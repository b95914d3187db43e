// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>Every exit that the kernel does not handle itself goes to the subject's trap table. Without an entry the subject stops.</summary>
static unsafe class Traps
{
    /// <summary>Bit 31 of the exit reason: the VM entry failed (SDM vol. 3, 25.9.1); the low half still is the reason.</summary>
    private const uint EntryFailed = 1u << 31;
    private const uint ReasonMask = 0xFFFF;

    /// <summary>Exit interruption information: type NMI (SDM vol. 3, 25.9.2).</summary>
    private const uint TypeMask = 0x8000_0700;
    private const uint Nmi = 0x8000_0200;

    internal static void Handle(ProcessorData* data, uint exitReason)
    {
        uint reason = exitReason & ReasonMask;
        if (reason == (uint)ExitReason.ExceptionOrNmi)
        {
            RequireException();
        }
        else if (reason == (uint)ExitReason.MachineCheckOnEntry)
        {
            MachineCheck.Raise();
        }

        if ((exitReason & EntryFailed) == 0)
        {
            Interrupts.Return(data, VmcsField.IdtVectoringInfo);
        }
        else
        {
            Interrupts.Return(data, VmcsField.EntryInterruptionInfo);
            Cpu.VmWrite(VmcsField.EntryInterruptionInfo, 0);
        }

        Dispatch(data, reason);

        // A failed entry, and a fault in the delivery of an event, come before the timer: the slot ends here or it might never.
        Scheduler.EndMinorFrame(data);
    }

    private static void Dispatch(ProcessorData* data, uint reason)
    {
        uint subject = data->Subject;
        if (reason < Limits.Traps)
        {
            SourceEvent* source = Tables.Trap(data->Entry, reason);
            if ((source->Flags & EventFlags.Valid) != 0 && source->Action != SourceAction.Stop)
            {
                if ((source->Flags & EventFlags.HasTarget) != 0
                    && Tables.Target(Tables.Subject(source->TargetSubject), source->TargetEvent)->Action == TargetAction.Reset)
                {
                    CrashAudit.RecordExit(CrashReason.SubjectReset, subject);
                }

                if (IsCompletedBy(reason, source->Action))
                {
                    Subjects.SkipInstruction();
                }

                Events.Trigger(data, source);
                return;
            }
        }

        // Once: an initial state that no entry takes fails again until the minor frame ends, and would push all other records out of the crash audit.
        if (data->Run[Subjects.Masked(subject)] != (byte)RunState.Stopped)
        {
            CrashAudit.RecordExit(CrashReason.SubjectStopped, subject);
        }

        Subjects.Stop(data);
    }

    /// <summary>
    /// Whether an action does what the instruction that exited is for, so that the subject goes on behind it: HLT and MWAIT wait, PAUSE gives others a turn.
    /// Otherwise the subject would execute it again, and with it the action, for ever.
    /// </summary>
    private static bool IsCompletedBy(uint reason, SourceAction action)
        => action == SourceAction.Sleep
            ? reason is (uint)ExitReason.Hlt or (uint)ExitReason.Mwait or (uint)ExitReason.Pause
            : action == SourceAction.Yield && reason == (uint)ExitReason.Pause;

    /// <summary>NMIs and machine checks share an exit reason with the subject's own exceptions and are never the subject's.</summary>
    private static void RequireException()
    {
        uint info = (uint)Cpu.VmRead(VmcsField.ExitInterruptionInfo);
        if ((info & TypeMask) == Nmi)
        {
            CrashAudit.Begin(CrashReason.NonMaskableInterrupt, CrashAudit.NoSubject);
            Panic.Raise(PanicReason.NonMaskableInterrupt);
        }

        if ((info & 0xFF) == MachineCheck.Vector)
        {
            MachineCheck.Raise();
        }
    }
}
