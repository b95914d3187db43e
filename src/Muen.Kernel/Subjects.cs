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
    internal static void Initialize(ProcessorData* data)
    {
        uint count = Tables.Header->SubjectCount;
        for (uint subject = 0; subject < count; subject++)
        {
            SubjectEntry* entry = Tables.Subject(subject);
            if (entry->Processor == data->Index)
            {
                Vmx.Clear(subject, entry);
                MakeCurrent(data, subject, Pages(subject));
                Vmx.Load(entry);
                Vmx.WriteControls(subject, entry);
                Vmx.WriteHostState(data);
                Reset(data);
                State(subject)->Running = 0;
            }
        }
    }

    /// <summary>Shows the state of the current subject, which is observed, before another one runs or it goes on itself.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void SwitchObserved(ProcessorData* data, uint next, ulong pages)
    {
        SubjectStates.Publish(data);
        if (next != data->Subject)
        {
            Switch(data, next, pages);
        }
    }

    /// <summary>
    /// Makes another subject current: its VMCS, extended state and the registers that a subject can move without an exit. What the last one left in the
    /// processor is flushed where the policy asks for it.
    /// </summary>
    /// <param name="pages">Address of the pages of <paramref name="next"/>.</param>
    internal static void Switch(ProcessorData* data, uint next, ulong pages)
    {
        ulong last = data->Pages;
        SubjectFlags flags = data->Entry->Flags;
        MakeCurrent(data, next, pages);
        ((SubjectState*)last)->Running = 0;
        Fpu.Save(data, last);
        Flush.Between(data, flags | data->Entry->Flags);
        Vmx.Load(data->Entry);
        if ((data->Entry->Flags & SubjectFlags.Controlled) != 0)
        {
            SubjectStates.Adopt(data);
        }

        ((SubjectState*)data->Pages)->Running = 1;
        Fpu.Restore(data, data->Pages);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MakeCurrent(ProcessorData* data, uint subject, ulong pages)
    {
        data->Subject = subject;
        data->Entry = Tables.Subject(subject);
        data->Pages = pages;
    }

    /// <summary>Loads the state that the policy gives the current subject. Memory keeps its contents.</summary>
    internal static void Reset(ProcessorData* data)
    {
        uint subject = data->Subject;
        SubjectEntry* entry = data->Entry;
        ulong* from = (ulong*)&entry->Initial;
        ulong* to = (ulong*)data->Pages;
        for (int i = 0; i < SubjectState.Words; i++)
        {
            to[i] = from[i];
        }

        Vmx.WriteInitialState();
        Vmx.WriteGuestState(entry, &entry->Initial);
        Vmx.ForgetTranslations(subject);
        ResetMsrs(data);
        Interrupts.Clear(data->Pages);
        TimedEvents.Disarm(data->Pages);
        Fpu.Reset(data);
        SetRunState(subject, RunState.Running);
    }

    /// <summary>The values of the MSR store, which exits save and entries load, begin as zeros.</summary>
    private static void ResetMsrs(ProcessorData* data)
    {
        ulong* values = (ulong*)(data->Pages + KernelLayout.MsrStoreOffset) + 1;
        for (uint i = 0; i < data->Entry->MsrStoreCount && i < Limits.MsrStoreEntries; i++)
        {
            values[i * 2] = 0;
        }
    }

    /// <summary>Whether a subject would do anything if it were current.</summary>
    internal static bool IsRunnable(uint subject)
    {
        RunState state = GetRunState(subject);
        return state == RunState.Running
            || (state == RunState.Sleeping && (Events.IsPending(subject) || Interrupts.IsPending(Pages(subject)) || TimedEvents.IsDue(Pages(subject))))
            || (state == RunState.Stopped && Events.IsResetPending(subject));
    }

    /// <summary>
    /// The current subject sleeps until something is pending for it; if it is already, it does not sleep at all. Only code at CPL 0 can: a
    /// halted processor has no other level (SDM vol. 3, 27.3.1.5).
    /// </summary>
    internal static void Sleep(ProcessorData* data)
    {
        if (!Events.IsPending(data->Subject) && !Interrupts.IsPending(data->Pages) && IsPrivileged())
        {
            SetRunState(data->Subject, RunState.Sleeping);
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
    internal static void Stop(ProcessorData* data)
    {
        Reset(data);
        Cpu.VmWrite(VmcsField.GuestRflags, FlagsOfStopped);
        SetRunState(data->Subject, RunState.Stopped);
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
