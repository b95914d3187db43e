// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>Memory in an address space whose place in physical memory may not be known yet.</summary>
/// <param name="Name">Logical name.</param>
/// <param name="RegionKind">With <paramref name="Owner"/> and <paramref name="Part"/> the region, as <see cref="RegionView"/> has them.</param>
/// <param name="Owner">Processor or subject that the region belongs to, -1 for one of the system.</param>
/// <param name="Part">Segment of a binary, or index of the policy's region; -1 otherwise.</param>
/// <param name="VirtualAddress">First byte as it is seen; guest-physical in a VM.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Writable">Whether it can be written.</param>
/// <param name="Executable">Whether it can be executed.</param>
/// <param name="Caching">How it is cached.</param>
/// <param name="Kind">What the subject information says it is.</param>
internal sealed record Space(
    string Name, RegionKind RegionKind, int Owner, int Part, ulong VirtualAddress, ulong Size, bool Writable, bool Executable, Caching Caching, MemoryKind Kind)
{
    /// <summary>Physical address of device memory, which is no region; null for everything else.</summary>
    internal ulong? Device { get; init; }

    /// <summary>Source identifier of the device.</summary>
    internal ushort SourceId { get; init; } = DeviceView.NoSourceId;
}
