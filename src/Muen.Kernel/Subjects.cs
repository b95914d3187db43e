// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>Whether a subject uses its minor frames.</summary>
enum RunState : byte
{
    Running = 0,

    /// <summary>It asked to sleep; the next event, interrupt or timed event wakes it.</summary>
    Sleeping = 1,

    /// <summary>Only a reset lets it run again.</summary>
    Stopped = 2,
}

/// <summary>Subjects of this processor: their VMCS, the switch from one to another, reset and stop.</summary>
static unsafe class Subjects
{
    /// <summary>Activity states (SDM vol. 3, 25.4.2).</summary>
    private const ulong ActivityActive = 0;
    private const ulong ActivityHlt = 1;

    /// <summary>Interrupts enabled and the bit that is always 1: with it a halted subject never masks an external-interrupt exit.</summary>
    private const ulong FlagsOfStopped = 0x202;

    /// <summary>First of a subject's pages; its state page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Pages(uint subject) => KernelLayout.Subjects + (Masked(subject) * KernelLayout.SubjectStride);

    /// <summary>
    /// A subject as index into an array of <see cref="Limits.Subjects"/>. It comes from the tables or from the kernel's own data; masked it
    /// leaves no array, whatever it is, not even in speculation.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Masked(uint subject) => subject & (Limits.Subjects - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SubjectState* State(uint subject) => (SubjectState*)Pages(subject);

    /// <summary>Makes the VMCS of each subject of this processor and loads its initial state.</summary>
    internal static void Initialize()
    {
        uint count = Tables.Header->SubjectCount;
        for (uint subject = 0; subject < count; subject++)
        {
            SubjectEntry* entry = Tables.Subject(subject);
            if (entry->Processor == Processors.Data->Index)
            {
                Vmx.MakeCurrent(subject, entry, isNew: true);
                Processors.Data->Subject = subject;
                Vmx.WriteControls(subject, entry);
                Vmx.WriteHostState(subject);
                Reset(subject);
                State(subject)->Running = 0;
                Fpu.Save(subject);
            }
        }

        Fpu.Restore(Processors.Data->Subject);
    }

    /// <summary>Makes another subject current: its VMCS, FPU state and the one MSR that a subject can move without an exit.</summary>
    internal static void Switch(uint next)
    {
        ProcessorData* data = Processors.Data;
        uint last = data->Subject;
        SubjectEntry* lastEntry = Tables.Subject(last);
        if ((lastEntry->Flags & SubjectFlags.Observed) != 0)
        {
            SubjectStates.Publish(last);
        }

        if (next == last)
        {
            return;
        }

        SubjectEntry* entry = Tables.Subject(next);
        State(last)->Running = 0;
        Fpu.Save(last);
        Flush.Between(lastEntry->Flags, entry->Flags);
        Vmx.MakeCurrent(next, entry, isNew: false);
        data->Subject = next;
        if ((entry->Flags & SubjectFlags.Controlled) != 0)
        {
            SubjectStates.Adopt(next, entry);
        }

        State(next)->Running = 1;
        Fpu.Restore(next);
    }

    /// <summary>Loads the state that the policy gives the current subject. Memory keeps its contents.</summary>
    internal static void Reset(uint subject)
    {
        SubjectEntry* entry = Tables.Subject(subject);
        ulong* from = (ulong*)&entry->Initial;
        ulong* to = (ulong*)State(subject);
        for (int i = 0; i < SubjectState.Words; i++)
        {
            to[i] = from[i];
        }

        Vmx.WriteInitialState();
        Vmx.WriteGuestState(entry, &entry->Initial);
        Vmx.ForgetTranslations(subject);
        ResetMsrs(subject, entry);
        Interrupts.Clear(subject);
        TimedEvents.Disarm(subject);
        Fpu.Reset(subject);
        SetRunState(subject, RunState.Running);
    }

    /// <summary>The values of the MSR store, which exits save and entries load, begin as zeros.</summary>
    private static void ResetMsrs(uint subject, SubjectEntry* entry)
    {
        ulong* values = (ulong*)(Pages(subject) + KernelLayout.MsrStoreOffset) + 1;
        for (uint i = 0; i < entry->MsrStoreCount && i < Limits.MsrStoreEntries; i++)
        {
            values[i * 2] = 0;
        }
    }

    /// <summary>Whether a subject would do anything if it were current.</summary>
    internal static bool IsRunnable(uint subject)
    {
        RunState state = GetRunState(subject);
        return state == RunState.Running
            || (state == RunState.Sleeping && (Events.IsPending(subject) || Interrupts.IsPending(subject) || TimedEvents.IsDue(subject)))
            || (state == RunState.Stopped && Events.IsResetPending(subject));
    }

    /// <summary>
    /// The current subject sleeps until something is pending for it; if it is already, it does not sleep at all. Only code at CPL 0 can: a
    /// halted processor has no other level (SDM vol. 3, 27.3.1.5).
    /// </summary>
    internal static void Sleep(uint subject)
    {
        if (!Events.IsPending(subject) && !Interrupts.IsPending(subject) && IsPrivileged())
        {
            SetRunState(subject, RunState.Sleeping);
            EndBlocking();
        }
    }

    /// <summary>The current subject, asleep, goes on.</summary>
    internal static void Wake(uint subject)
    {
        SetRunState(subject, RunState.Running);
        Cpu.VmWrite(VmcsField.GuestActivity, ActivityActive);
    }

    /// <summary>
    /// Stops the current subject for good. It keeps its minor frames, which nobody else may have, and spends them in the HLT
    /// activity state on a state that is known to be valid; nothing is injected any more.
    /// </summary>
    internal static void Stop(uint subject)
    {
        Reset(subject);
        Cpu.VmWrite(VmcsField.GuestRflags, FlagsOfStopped);
        SetRunState(subject, RunState.Stopped);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static RunState GetRunState(uint subject) => (RunState)Processors.Data->Run[Masked(subject)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetRunState(uint subject, RunState state) => Processors.Data->Run[Masked(subject)] = (byte)state;

    /// <summary>
    /// A subject that does not run is entered in the HLT activity state. It is written at every entry: the state that an exit saves need not be
    /// HLT any more (Bochs makes the processor active before it exits).
    /// </summary>
    internal static void EnterHalted() => Cpu.VmWrite(VmcsField.GuestActivity, ActivityHlt);

    /// <summary>Whether the current subject runs at CPL 0: the DPL of SS is the CPL (SDM vol. 3, 25.4.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsPrivileged() => (Cpu.VmRead(VmcsField.GuestSsAccess) & 0x60) == 0;

    /// <summary>Moves the current subject past the instruction that exited and ends blocking by STI and MOV SS.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SkipInstruction()
    {
        Cpu.VmWrite(VmcsField.GuestRip, Cpu.VmRead(VmcsField.GuestRip) + Cpu.VmRead(VmcsField.ExitInstructionLength));
        EndBlocking();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EndBlocking()
    {
        ulong blocking = Cpu.VmRead(VmcsField.GuestInterruptibility);
        if ((blocking & 3) != 0)
        {
            Cpu.VmWrite(VmcsField.GuestInterruptibility, blocking & ~3ul);
        }
    }
}
