// SPDX-License-Identifier: MIT
using System;
using System.Collections.Immutable;
using Muen.Abi;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// Types of memory that a policy may give a region, by the original's names: the subject finds them in its information. Types that are missing here (states, page tables,
/// bitmaps) belong to regions that the compiler makes.
/// </summary>
internal static class MemoryTypes
{
    internal static readonly ImmutableSortedDictionary<string, MemoryKind> Kinds = ImmutableSortedDictionary.CreateRange<string, MemoryKind>(
        StringComparer.Ordinal,
        [
            new("subject", MemoryKind.Subject),
            new("subject_binary", MemoryKind.Binary),
            new("subject_channel", MemoryKind.Channel),
            new("subject_initrd", MemoryKind.Initrd),
            new("subject_bios", MemoryKind.Bios),
            new("subject_acpi_rsdp", MemoryKind.AcpiRsdp),
            new("subject_acpi_xsdt", MemoryKind.AcpiXsdt),
            new("subject_acpi_fadt", MemoryKind.AcpiFadt),
            new("subject_acpi_dsdt", MemoryKind.AcpiDsdt),
            new("subject_zeropage", MemoryKind.ZeroPage),
            new("subject_device", MemoryKind.Device),
            new("subject_crash_audit", MemoryKind.CrashAudit),
            new("subject_solo5_boot_info", MemoryKind.Solo5BootInfo),
            new("subject_device_tree", MemoryKind.DeviceTree),
            new("kernel_interface", MemoryKind.KernelInterface),
        ]);
}
