// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>Head of the crash audit page; <see cref="CrashRecord"/>s follow. The page is uncached and not cleared at a warm reboot.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct CrashAuditHeader
{
    public const ulong ExpectedMagic = 0x5449_4455_4148_5343;
    public const int RecordsOffset = 64;
    public const int MaxRecords = 31;

    public ulong Magic;

    /// <summary>Records begun since power-on; record n lies at slot n modulo <see cref="MaxRecords"/>.</summary>
    public ulong Count;

    /// <summary>How often the kernel has started since power-on.</summary>
    public ulong Boots;
}

/// <summary>Why the kernel wrote a record.</summary>
public enum CrashReason : uint
{
    None = 0,

    /// <summary>A subject was stopped: a trap without an entry, or one whose action is to stop.</summary>
    SubjectStopped = 1,

    /// <summary>A trap whose entry sent it to a reset.</summary>
    SubjectReset = 2,

    /// <summary>The kernel met a state that cannot be: <see cref="CrashRecord.ExitReason"/> holds the panic's number.</summary>
    Panic = 3,

    /// <summary>An exception in VMX root mode: <see cref="CrashRecord.ExitReason"/> holds its vector.</summary>
    KernelException = 4,

    /// <summary>The processor lacks something the kernel needs.</summary>
    MissingCapability = 5,

    /// <summary>A non-maskable interrupt.</summary>
    NonMaskableInterrupt = 6,

    /// <summary>
    /// A machine check: <see cref="CrashRecord.ExitQualification"/> holds IA32_MCG_STATUS, <see cref="CrashRecord.ErrorCode"/> the number of the first bank with a
    /// valid error, <see cref="CrashRecord.Cr3"/> its status and <see cref="CrashRecord.GuestPhysicalAddress"/> its address.
    /// </summary>
    MachineCheck = 7,

    /// <summary>
    /// A device did what its domain does not allow, and it was refused: <see cref="CrashRecord.ExitReason"/> holds the fault reason of the VT-d specification,
    /// <see cref="CrashRecord.ErrorCode"/> the device's source identifier, <see cref="CrashRecord.GuestPhysicalAddress"/> the page or interrupt index, and
    /// <see cref="CrashRecord.ExitQualification"/> the upper half of the fault record.
    /// </summary>
    DeviceFault = 8,
}

/// <summary>What is remembered: 128 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct CrashRecord
{
    public CrashReason Reason;
    public ushort Processor;

    /// <summary>Index of the subject, 0xFFFF when none is concerned.</summary>
    public ushort Subject;
    public uint ExitReason;
    public uint InterruptInfo;
    public uint ErrorCode;
    public uint InstructionLength;
    public ulong Tsc;
    public ulong ExitQualification;
    public ulong GuestPhysicalAddress;
    public ulong Rip;
    public ulong Rsp;
    public ulong Rflags;
    public ulong Cr0;
    public ulong Cr3;
    public ulong Cr4;
    public ulong Rax;
    public ulong Reserved0;
    public ulong Reserved1;
    public ulong Reserved2;
}
