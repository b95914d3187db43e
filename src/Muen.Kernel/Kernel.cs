// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// Start-up as a list, and the one way in afterwards: a VM exit. Suggested reading order: this file, Scheduler, TimedEvents, Events,
/// Traps, Interrupts, Subjects, SubjectStates, Fpu, Vmx; then the start-up (Processors, SystemState, Apic, IoApic, MachineCheck) and last Stubs.
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
            IoApic.Route();                   // interrupts to the processors that the policy names
        }

        Processors.CheckIn();
        Vmx.Enter();
        Subjects.Initialize();                // VMCS and state of each subject of this processor
        Scheduler.Start();                    // all processors meet here, then the first major frame begins
        Resume();
        Cpu.EnterSubject(KernelLayout.Subjects + (Processors.Data->Subject * KernelLayout.SubjectStride));
    }

    /// <summary>Handles a VM exit: its cause first, then what waits for the subject that runs next.</summary>
    /// <returns>The state page of the subject to enter; its VMCS is current.</returns>
    [RuntimeExport("HandleExit")]
    static ulong HandleExit()
    {
        uint reason = (uint)Cpu.VmRead(VmcsField.ExitReason);
        switch (reason)
        {
            case (uint)ExitReason.ExternalInterrupt:
                Interrupts.Accept();
                break;
            case (uint)ExitReason.Vmcall when Subjects.IsPrivileged():
                Events.Hypercall();
                break;
            case (uint)ExitReason.PreemptionTimer:
                Scheduler.EndMinorFrame();
                break;
            case (uint)ExitReason.InterruptWindow:
                Interrupts.CloseWindow();
                break;
            case (uint)ExitReason.Xsetbv:
                Fpu.SetControl();
                break;
            default:
                Traps.Handle(reason);
                break;
        }

        Resume();
        return KernelLayout.Subjects + (Processors.Data->Subject * KernelLayout.SubjectStride);
    }

    /// <summary>Gives the current subject what is pending for it, and the time that is left of its minor frame.</summary>
    private static void Resume()
    {
        if (Subjects.GetRunState(Processors.Data->Subject) != RunState.Running && Scheduler.IsShared())
        {
            Scheduler.TakeTurns();            // somebody of the partition may have been woken
        }

        TimedEvents.Fire();
        Events.Deliver();
        Interrupts.Inject();
        Scheduler.SetTimer();
    }
}
