// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime;
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The one way in which the kernel gives up: the reason is recorded in the crash audit, then the machine is reset; the next boot can show the record. A machine that
/// cannot run the system at all, or that crashed at each of several boots since power-on, halts instead.
/// </summary>
static unsafe class Panic
{
    /// <remarks>Never inlined, as all that gives up: the ways on stay short.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Raise(PanicReason reason)
    {
        while (true)
        {
            GiveUp(reason);     // does not return; a body that is one loop tells the compiler so
        }
    }

    private static void GiveUp(PanicReason reason)
    {
        CrashRecord* record = CrashAudit.Begin(CrashReason.Panic, CrashAudit.NoSubject);
        record->ExitReason = (uint)reason;
        Console.Panic(reason);
        End();
    }

    /// <summary>An index that is none: called from every check of one, so it takes no argument.</summary>
    internal static void Index()
    {
        while (true)
        {
            GiveUp(PanicReason.Index);
        }
    }

    /// <summary>A processor without something that the policy or the kernel needs: which register said so, and what it held.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void MissingCapability(uint source, ulong wanted, ulong found)
    {
        CrashRecord* record = CrashAudit.Begin(CrashReason.MissingCapability, CrashAudit.NoSubject);
        record->ExitReason = source;
        record->ExitQualification = wanted;
        record->GuestPhysicalAddress = found;
        Console.MissingCapability(source, wanted, found);
        while (true)
        {
            Cpu.Halt();     // does not return; the loop tells the compiler so
        }
    }

    /// <summary>An exception in VMX root mode. The stack holds the return address of the entry's call, then what the processor pushed.</summary>
    [RuntimeExport("KernelException")]
    static void KernelException(ulong* stack)
    {
        ulong entries = (ulong)(delegate*<void>)&Cpu.ExceptionEntries;
        uint vector = (uint)((stack[0] - entries) / 5) - 1;
        if (vector == MachineCheck.Vector)
        {
            MachineCheck.Raise();
        }

        // #DF, #TS, #NP, #SS, #GP, #PF, #AC and #CP push an error code (SDM vol. 3, table 6-1).
        ulong* frame = ((0x0022_7D00u >> (int)(vector & 31)) & 1) != 0 ? stack + 2 : stack + 1;
        CrashRecord* record = CrashAudit.Begin(CrashReason.KernelException, CrashAudit.NoSubject);
        record->ExitReason = vector;
        record->ErrorCode = (uint)stack[1];
        record->Rip = frame[0];
        record->Rflags = frame[2];
        record->Rsp = frame[3];
        Console.KernelException(vector, stack[1], frame[0]);
        End();
    }

    private static void End()
    {
        if (CrashAudit.MayReboot())
        {
            Machine.Reboot();
        }

        while (true)
        {
            Cpu.Halt();     // does not return; the loop tells the compiler so
        }
    }

    /// <summary>CoreLib's hook for bounds, casts and the like: the kernel checks before, so this is a defect of the kernel.</summary>
    [RuntimeExport("muen_panic")]
    static void RuntimePanic(uint reason)
    {
        Console.Number("runtime check "u8, reason);
        Raise(PanicReason.Runtime);
    }

    /// <summary>VMRESUME and VMLAUNCH both failed: the VMCS is not what the kernel made.</summary>
    [RuntimeExport("VmEntryFailed")]
    static void VmEntryFailed()
    {
        Console.Number("VM-instruction error "u8, Cpu.VmRead(VmcsField.InstructionError));
        Raise(PanicReason.VmEntry);
    }
}
