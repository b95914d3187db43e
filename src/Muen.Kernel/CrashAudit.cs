// SPDX-License-Identifier: GPL-3.0-or-later
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>What the kernel remembers of stopped subjects, panics and exceptions: a ring of records in a page that survives a warm reboot.</summary>
static unsafe class CrashAudit
{
    internal const ushort NoSubject = 0xFFFF;

    /// <summary>Starts since power-on after which a crash ends in a halt.</summary>
    private const ulong MaxBoots = 8;

    private static CrashAuditHeader* Header => (CrashAuditHeader*)KernelLayout.CrashAudit;

    /// <summary>Bootstrap processor only: keeps the records of the last boot, or makes an empty ring after power-on.</summary>
    internal static void Initialize()
    {
        if (Header->Magic != CrashAuditHeader.ExpectedMagic)
        {
            Header->Count = 0;
            Header->Boots = 0;
            Header->Magic = CrashAuditHeader.ExpectedMagic;
        }

        Header->Boots++;
    }

    internal static bool MayReboot() => Header->Boots < MaxBoots;

    /// <summary>Claims the next record, which the caller fills. The oldest is overwritten.</summary>
    internal static CrashRecord* Begin(CrashReason reason, ushort subject)
    {
        ulong number = Interlocked.Increment(ref Header->Count) - 1;
        CrashRecord* record = (CrashRecord*)(KernelLayout.CrashAudit + CrashAuditHeader.RecordsOffset)
            + (number % CrashAuditHeader.MaxRecords);
        record->Reason = reason;
        record->Processor = (ushort)Processors.Data->Index;
        record->Subject = subject;
        record->Tsc = Cpu.ReadTsc();
        return record;
    }

    /// <summary>Records the exit that ended the current subject's run.</summary>
    internal static void RecordExit(CrashReason reason, uint subject)
    {
        CrashRecord* record = Begin(reason, (ushort)subject);
        record->ExitReason = (uint)Cpu.VmRead(VmcsField.ExitReason);
        record->InterruptInfo = (uint)Cpu.VmRead(VmcsField.ExitInterruptionInfo);
        record->ErrorCode = (uint)Cpu.VmRead(VmcsField.ExitInterruptionErrorCode);
        record->InstructionLength = (uint)Cpu.VmRead(VmcsField.ExitInstructionLength);
        record->ExitQualification = Cpu.VmRead(VmcsField.ExitQualification);
        record->GuestPhysicalAddress = Cpu.VmRead(VmcsField.GuestPhysicalAddress);
        record->Rip = Cpu.VmRead(VmcsField.GuestRip);
        record->Rsp = Cpu.VmRead(VmcsField.GuestRsp);
        record->Rflags = Cpu.VmRead(VmcsField.GuestRflags);
        record->Cr0 = Cpu.VmRead(VmcsField.GuestCr0);
        record->Cr3 = Cpu.VmRead(VmcsField.GuestCr3);
        record->Cr4 = Cpu.VmRead(VmcsField.GuestCr4);
        record->Rax = Subjects.State(subject)->Rax;
        Console.Exit(reason, subject, record);
    }
}
