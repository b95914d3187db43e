// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>What a run of QEMU is given. The defaults are the hardware `qemu-q35` of the policy catalogue.</summary>
public sealed record QemuOptions
{
    /// <summary>The bootable ISO image that is the machine's CD-ROM.</summary>
    public required string IsoPath { get; init; }

    /// <summary>The most processors of a machine: as many as the kernel runs on.</summary>
    public const int MaxProcessors = 64;

    /// <summary>Logical processors, 1 to <see cref="MaxProcessors"/>.</summary>
    public int Processors { get; init; } = 1;

    /// <summary>Memory of the machine in MiB.</summary>
    public int MemoryMiB { get; init; } = 256;

    /// <summary>The TSC's frequency in kHz that the image's plan counts on; 0 the host's.</summary>
    public uint TscKhz { get; init; }

    /// <summary>Whether the machine has a unit for DMA and interrupt remapping.</summary>
    public bool HasIommu { get; init; }

    /// <summary>
    /// Whether QEMU translates instructions instead of having KVM run them. It does not know VT-x then: whatever needs none can be tried so.
    /// </summary>
    public bool Translates { get; init; }
}
