// SPDX-License-Identifier: MIT
namespace Muen.Abi;

/// <summary>States of the kernel that cannot be: what a <see cref="CrashRecord"/> of <see cref="CrashReason.Panic"/> holds as its exit reason.</summary>
public enum PanicReason : uint
{
    /// <summary>An index behind the end of a table.</summary>
    Index = 1,

    /// <summary>The tables are of another version of the ABI than the kernel.</summary>
    TablesVersion = 2,

    /// <summary>A number in the tables is larger than the kernel's limit.</summary>
    TablesLimit = 3,

    /// <summary>VMXON failed.</summary>
    VmxOn = 4,

    /// <summary>VMCLEAR failed.</summary>
    VmClear = 5,

    /// <summary>VMPTRLD failed.</summary>
    VmPtrLd = 6,

    /// <summary>VMRESUME and VMLAUNCH failed.</summary>
    VmEntry = 7,

    /// <summary>A processor of the plan did not start.</summary>
    ProcessorStart = 8,

    /// <summary>A processor did not come to a barrier in time.</summary>
    Barrier = 9,

    /// <summary>A non-maskable interrupt.</summary>
    NonMaskableInterrupt = 10,

    /// <summary>A machine check.</summary>
    MachineCheck = 11,

    /// <summary>The event <c>system_panic</c> of a subject.</summary>
    RequestedBySubject = 12,

    /// <summary>A check of C# failed in the kernel.</summary>
    Runtime = 13,

    /// <summary>A unit for DMA remapping did not do in time what it was told, or has more registers than the policy says.</summary>
    Iommu = 14,
}
