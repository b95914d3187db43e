// SPDX-License-Identifier: MIT
using System;

namespace Muen.Sdk.Policy.Emit;

/// <summary>Pin-based VM-execution controls (SDM vol. 3, table 25-5).</summary>
[Flags]
internal enum PinControls : uint
{
    ExternalInterruptExiting = 1u << 0,
    NmiExiting = 1u << 3,
    PreemptionTimer = 1u << 6,
}

/// <summary>Primary processor-based VM-execution controls (SDM vol. 3, table 25-6).</summary>
[Flags]
internal enum ProcessorControls : uint
{
    HltExiting = 1u << 7,
    InvlpgExiting = 1u << 9,
    MwaitExiting = 1u << 10,
    RdpmcExiting = 1u << 11,
    RdtscExiting = 1u << 12,
    Cr3LoadExiting = 1u << 15,
    Cr3StoreExiting = 1u << 16,
    Cr8LoadExiting = 1u << 19,
    Cr8StoreExiting = 1u << 20,
    MovDrExiting = 1u << 23,
    UseIoBitmaps = 1u << 25,
    UseMsrBitmaps = 1u << 28,
    MonitorExiting = 1u << 29,
    ActivateSecondary = 1u << 31,
}

/// <summary>Secondary processor-based VM-execution controls (SDM vol. 3, table 25-7).</summary>
[Flags]
internal enum SecondaryControls : uint
{
    EnableVpid = 1u << 5,
    WbinvdExiting = 1u << 6,
}

/// <summary>VM-exit controls (SDM vol. 3, table 25-13).</summary>
[Flags]
internal enum ExitControls : uint
{
    HostAddressSpaceSize = 1u << 9,
    AcknowledgeInterrupt = 1u << 15,
}

/// <summary>VM-entry controls (SDM vol. 3, table 25-15).</summary>
[Flags]
internal enum EntryControls : uint
{
    Ia32eModeGuest = 1u << 9,
}
