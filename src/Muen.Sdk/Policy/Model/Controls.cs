// SPDX-License-Identifier: MIT
using System;

namespace Muen.Sdk.Policy;

/// <summary>Pin-based VM-execution controls (SDM vol. 3, table 25-5).</summary>
[Flags]
internal enum PinControls : uint
{
    ExternalInterruptExiting = 1u << 0,
    NmiExiting = 1u << 3,
    VirtualNmis = 1u << 5,
    PreemptionTimer = 1u << 6,
    PostedInterrupts = 1u << 7,
}

/// <summary>Primary processor-based VM-execution controls (SDM vol. 3, table 25-6).</summary>
[Flags]
internal enum ProcessorControls : uint
{
    InterruptWindowExiting = 1u << 2,
    TscOffsetting = 1u << 3,
    HltExiting = 1u << 7,
    InvlpgExiting = 1u << 9,
    MwaitExiting = 1u << 10,
    RdpmcExiting = 1u << 11,
    RdtscExiting = 1u << 12,
    Cr3LoadExiting = 1u << 15,
    Cr3StoreExiting = 1u << 16,
    Cr8LoadExiting = 1u << 19,
    Cr8StoreExiting = 1u << 20,
    TprShadow = 1u << 21,
    NmiWindowExiting = 1u << 22,
    MovDrExiting = 1u << 23,
    UnconditionalIoExiting = 1u << 24,
    UseIoBitmaps = 1u << 25,
    MonitorTrapFlag = 1u << 27,
    UseMsrBitmaps = 1u << 28,
    MonitorExiting = 1u << 29,
    PauseExiting = 1u << 30,
    ActivateSecondary = 1u << 31,
}

/// <summary>Secondary processor-based VM-execution controls (SDM vol. 3, table 25-7).</summary>
[Flags]
internal enum SecondaryControls : uint
{
    VirtualizeApicAccesses = 1u << 0,
    EnableEpt = 1u << 1,
    DescriptorTableExiting = 1u << 2,
    EnableRdtscp = 1u << 3,
    VirtualizeX2Apic = 1u << 4,
    EnableVpid = 1u << 5,
    WbinvdExiting = 1u << 6,
    UnrestrictedGuest = 1u << 7,
    ApicRegisterVirtualization = 1u << 8,
    VirtualInterruptDelivery = 1u << 9,
    PauseLoopExiting = 1u << 10,
    RdrandExiting = 1u << 11,
    EnableInvpcid = 1u << 12,
    EnableVmFunctions = 1u << 13,
}

/// <summary>VM-exit controls (SDM vol. 3, table 25-13).</summary>
[Flags]
internal enum ExitControls : uint
{
    SaveDebugControls = 1u << 2,
    HostAddressSpaceSize = 1u << 9,
    LoadPerfGlobalCtrl = 1u << 12,
    AcknowledgeInterrupt = 1u << 15,
    SavePat = 1u << 18,
    LoadPat = 1u << 19,
    SaveEfer = 1u << 20,
    LoadEfer = 1u << 21,
    SaveTimer = 1u << 22,
}

/// <summary>VM-entry controls (SDM vol. 3, table 25-15).</summary>
[Flags]
internal enum EntryControls : uint
{
    LoadDebugControls = 1u << 2,
    Ia32eModeGuest = 1u << 9,
    EntryToSmm = 1u << 10,
    DeactivateDualMonitor = 1u << 11,
    LoadPerfGlobalCtrl = 1u << 13,
    LoadPat = 1u << 14,
    LoadEfer = 1u << 15,
}

/// <summary>CR0 (SDM vol. 3, 2.5).</summary>
[Flags]
internal enum Cr0 : ulong
{
    ProtectionEnable = 1ul << 0,
    MonitorCoprocessor = 1ul << 1,
    Emulation = 1ul << 2,
    TaskSwitched = 1ul << 3,
    ExtensionType = 1ul << 4,
    NumericError = 1ul << 5,
    WriteProtect = 1ul << 16,
    AlignmentMask = 1ul << 18,
    NotWriteThrough = 1ul << 29,
    CacheDisable = 1ul << 30,
    Paging = 1ul << 31,
}

/// <summary>CR4 (SDM vol. 3, 2.5).</summary>
[Flags]
internal enum Cr4 : ulong
{
    Virtual8086 = 1ul << 0,
    ProtectedVirtualInterrupts = 1ul << 1,
    TimeStampDisable = 1ul << 2,
    DebuggingExtensions = 1ul << 3,
    PageSizeExtensions = 1ul << 4,
    PhysicalAddressExtension = 1ul << 5,
    MachineCheckEnable = 1ul << 6,
    PageGlobalEnable = 1ul << 7,
    PerformanceCounterEnable = 1ul << 8,
    FxSave = 1ul << 9,
    SimdExceptions = 1ul << 10,
    UserModeInstructionPrevention = 1ul << 11,
    VmxEnable = 1ul << 13,
    SmxEnable = 1ul << 14,
    FsGsBaseEnable = 1ul << 16,
    PcidEnable = 1ul << 17,
    XSaveEnable = 1ul << 18,
    SmepEnable = 1ul << 20,
    SmapEnable = 1ul << 21,
    ProtectionKeyEnable = 1ul << 22,
}

/// <summary>IA32_EFER (SDM vol. 3, 2.2.1).</summary>
[Flags]
internal enum Efer : ulong
{
    SyscallEnable = 1ul << 0,
    LongModeEnable = 1ul << 8,
    LongModeActive = 1ul << 10,
    ExecuteDisableEnable = 1ul << 11,
}
