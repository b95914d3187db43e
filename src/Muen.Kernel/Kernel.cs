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

    /// <summary>Starts a processor on its own page table and stack. From then on it runs subjects, and the kernel only between a VM exit and an entry.</summary>
    /// <param name="processor">Index of the processor; 0 is the bootstrap processor.</param>
    /// <returns>The state page of the subject to enter; its VMCS is current.</returns>
    [RuntimeExport("KernelStart")]
    static ulong Start(uint processor)
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
        Subjects.Initialize(Processors.Data); // VMCS and state of each subject of this processor
        Scheduler.Start();                    // all processors meet here, then the first major frame begins
        Scheduler.SetTimer(Processors.Data, Processors.Data->Deadline);
        return Processors.Data->Pages;
    }

    /// <summary>Handles a VM exit: its cause first, then what waits for the subject that runs next.</summary>
    /// <param name="data">This processor's data: an argument because an address in a register makes shorter code than one in each instruction.</param>
    /// <returns>The state page of the subject to enter; its VMCS is current.</returns>
    [RuntimeExport("HandleExit")]
    static ulong HandleExit(ProcessorData* data)
    {
        uint reason = (uint)Cpu.VmRead(VmcsField.ExitReason);
        if (reason == (uint)ExitReason.Vmcall)
        {
            if (Subjects.IsPrivileged())
            {
                Events.Hypercall(data);
            }
            else
            {
                Traps.Handle(data, (uint)ExitReason.Vmcall);
            }
        }
        else if (reason == (uint)ExitReason.PreemptionTimer)
        {
            Scheduler.EndMinorFrame(data);
        }
        else if (reason == (uint)ExitReason.ExternalInterrupt)
        {
            Interrupts.Accept(data);
        }
        else if (reason == (uint)ExitReason.InterruptWindow)
        {
            Interrupts.CloseWindow();
        }
        else if (reason == (uint)ExitReason.Xsetbv)
        {
            Fpu.SetControl(data);
        }
        else
        {
            Traps.Handle(data, reason);
        }

        // Mostly nothing waits for the subject that runs next, and it has all that is left of the minor frame.
        if (data->Run[Subjects.Masked(data->Subject)] != (byte)RunState.Running || TimedEvents.Trigger(data->Pages) != TimedEvent.Disarmed
            || Events.IsPending(data->Subject) || Interrupts.IsPending(data->Pages))
        {
            Attend(data);
        }
        else
        {
            Scheduler.SetTimer(data, data->Deadline);
        }

        return data->Pages;
    }

    /// <summary>Gives the subject that runs next what is pending for it, and the time that is left of its minor frame or until its timed event.</summary>
    private static void Attend(ProcessorData* data)
    {
        if (TimedEvents.IsDue(data->Pages))
        {
            TimedEvents.Fire(data);         // may hand over, yield, sleep or stop
        }

        // Somebody of the partition may have been woken. Who sleeps and has just got the turn for what is pending keeps it.
        if (data->Run[Subjects.Masked(data->Subject)] != (byte)RunState.Running && Scheduler.IsShared(data) && !Subjects.IsRunnable(data->Subject))
        {
            Scheduler.TakeTurns(data);
        }

        if (Events.IsPending(data->Subject))
        {
            Events.Deliver(data);
        }

        if (Interrupts.IsPending(data->Pages))
        {
            Interrupts.Inject(data);
        }

        ulong until = TimedEvents.Trigger(data->Pages);
        if (data->Run[Subjects.Masked(data->Subject)] != (byte)RunState.Running)
        {
            Subjects.EnterHalted();
            until = Scheduler.FirstTrigger(data);
        }

        Scheduler.SetTimer(data, until < data->Deadline ? until : data->Deadline);
    }
}
