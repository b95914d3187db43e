// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Hardware;

/// <summary>What a policy's hardware section says, as it was found on a machine.</summary>
/// <param name="Memory">Usable memory, whole pages.</param>
/// <param name="Processors">APIC identifiers, the boot processor first.</param>
/// <param name="TscKhz">Frequency of the TSC.</param>
/// <param name="TimerRate">IA32_VMX_MISC bits 4:0, null when it could not be read.</param>
/// <param name="PciConfig">Where the configuration space lies in memory, null when it does not.</param>
/// <param name="Devices">The devices.</param>
/// <param name="ConsolePort">A UART for the kernel, null when there is none.</param>
/// <param name="Notes">What a reader must know: what was left out, and what is a guess.</param>
sealed record HardwareModel(
    IReadOnlyList<MemoryBlock> Memory,
    IReadOnlyList<uint> Processors,
    ulong TscKhz,
    int? TimerRate,
    (ulong Address, ulong Size)? PciConfig,
    IReadOnlyList<FoundDevice> Devices,
    ushort? ConsolePort,
    IReadOnlyList<string> Notes);

/// <summary>Memory from a page on.</summary>
sealed record MemoryBlock(string Name, ulong Address, ulong Size, bool Allocatable = true);

/// <summary>A device.</summary>
sealed record FoundDevice(string Name, string? Description = null)
{
    public PciPlace? Pci { get; init; }

    /// <summary>Capabilities of the kernel's own devices, with their values.</summary>
    public IReadOnlyList<(string Name, string? Value)> Capabilities { get; init; } = [];

    public IReadOnlyList<(string Name, ulong Start, ulong End)> Ports { get; init; } = [];

    public IReadOnlyList<(string Name, int Number, int Messages)> Interrupts { get; init; } = [];

    public IReadOnlyList<MemoryBlock> Memory { get; init; } = [];
}

/// <summary>Where a device is on the PCI bus, and what it says it is.</summary>
sealed record PciPlace(int Bus, int Device, int Function, int Class, int Vendor, int Product, int Revision);
