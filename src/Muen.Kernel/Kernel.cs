// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime;
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// Start-up as a list, and the one way in afterwards: a VM exit. Suggested reading order: this file, Scheduler, TimedEvents, Events,
/// Traps, Interrupts, Subjects, SubjectStates, Fpu, Vmx; then the start-up (Processors, SystemState, Apic, Vtd, IoApic, MachineCheck) and last Stubs.
/// </summary>
static unsafe class Kernel
{
    // The console is polled, slow and shared: the exit path writes to it only when something went wrong.

    /// <summary>Starts a processor on its own page table and stack. After the last line it runs subjects and returns only by a VM exit.</summary>
    /// <param name="processor">Index of the processor; 0 is the bootstrap processor.</param>
    [RuntimeExport("KernelStart")]
    static void Start(uint processor)
    {
        Processors.Initialize(processor);     // own data, descriptor tables, exception entries
        if (processor == 0)
        {
            Console.Initialize();
            CrashAudit.Initialize();          // keeps the records of the last boot
            Tables.Require();                 // made for this kernel, within its limits
            Console.Banner();
        }

        SystemState.Require();                // VT-x, x2APIC, XSAVE, invariant TSC: else a record and a halt
        Fpu.Enable();
        Flush.Find();                         // what the processor offers against side channels
        MachineCheck.Enable();
        Apic.Enable();
        if (processor == 0)
        {
            Processors.StartOthers();         // INIT, SIPI, SIPI, one after the other
            Vtd.Enable();                     // devices do what their domains allow
            IoApic.Route();                   // interrupts to the processors that the policy names
        }

        Processors.CheckIn();
        Vmx.Enter();
        Subjects.Initialize();                // VMCS and state of each subject of this processor
        Scheduler.Start();                    // all processors meet here, then the first major frame begins
        Scheduler.SetTimer(Processors.Data, ulong.MaxValue);
        Cpu.EnterSubject(Subjects.Pages(Processors.Data->Subject));
    }

    /// <summary>Handles a VM exit: its cause first, then what waits for the subject that runs next.</summary>
    /// <param name="data">This processor's data: an argument because an address in a register makes shorter code than one in each instruction.</param>
    /// <returns>The state page of the subject to enter; its VMCS is current.</returns>
    [RuntimeExport("HandleExit")]
    static ulong HandleExit(ProcessorData* data)
    {
        uint reason = (uint)Cpu.VmRead(VmcsField.ExitReason);
        if (reason == (uint)ExitReason.Vmcall && Subjects.IsPrivileged())
        {
            Events.Hypercall(data->Subject);
        }
        else if (reason == (uint)ExitReason.PreemptionTimer)
        {
            Scheduler.EndMinorFrame();
        }
        else if (reason == (uint)ExitReason.ExternalInterrupt)
        {
            Interrupts.Accept();
        }
        else if (reason == (uint)ExitReason.InterruptWindow)
        {
            Interrupts.CloseWindow();
        }
        else if (reason == (uint)ExitReason.Xsetbv)
        {
            Fpu.SetControl();
        }
        else
        {
            Traps.Handle(reason);
        }

        return Resume(data);
    }

    /// <summary>Gives the subject that runs next what is pending for it, and the time that is left of its minor frame.</summary>
    /// <returns>Its state page.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Resume(ProcessorData* data)
    {
        if (TimedEvents.IsDue(data->Subject))
        {
            TimedEvents.Fire(data->Subject);         // may hand over, yield, sleep or stop
        }

        // Somebody of the partition may have been woken. Who sleeps and has just got the turn for what is pending keeps it.
        if (data->Run[Subjects.Masked(data->Subject)] != (byte)RunState.Running && Scheduler.IsShared() && !Subjects.IsRunnable(data->Subject))
        {
            Scheduler.TakeTurns();
        }

        uint subject = data->Subject;
        if (Events.IsPending(subject))
        {
            Events.Deliver(subject);
        }

        if (Interrupts.IsPending(subject))
        {
            Interrupts.Inject(subject);
        }

        ulong until = TimedEvents.Trigger(subject);
        if (data->Run[Subjects.Masked(subject)] != (byte)RunState.Running)
        {
            Subjects.EnterHalted();
            until = Scheduler.FirstTrigger();
        }

        Scheduler.SetTimer(data, until);
        return Subjects.Pages(subject);
    }
}
