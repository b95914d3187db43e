// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen;

/// <summary>
/// What the policy gives this subject, by name: a read-only page set that the policy compiler fills and the kernel never changes
/// (ABI, sinfo version 5). An information whose magic or version is another counts as empty.
/// </summary>
[Capability]
public readonly unsafe struct SubjectInfo
{
    readonly Abi.SubjectInfo* _info;

    internal SubjectInfo(void* page)
    {
        _info = (Abi.SubjectInfo*)page;
    }

    /// <summary>This subject's own information, at its fixed address (ABI, fixed addresses).</summary>
    public static SubjectInfo Own => new((void*)Instructions.SubjectInfo);

    /// <summary>Whether magic and version are the expected ones.</summary>
    public bool IsValid => _info != null && _info->Magic == Abi.SubjectInfo.ExpectedMagic;

    /// <summary>The subject's name (ASCII).</summary>
    public ReadOnlySpan<byte> Name =>
        !IsValid || _info->Name[0] > Limits.NameLength ? default : new(_info->Name + 1, _info->Name[0]);

    /// <summary>Frequency of the TSC in kHz; 0 when not valid.</summary>
    public uint TscKhz => IsValid ? _info->TscKhz : 0;

    /// <summary>How many resources there are, at most 255.</summary>
    public int ResourceCount =>
        !IsValid ? 0 : _info->ResourceCount > Abi.SubjectInfo.MaxResources ? Abi.SubjectInfo.MaxResources : _info->ResourceCount;

    /// <summary>A resource by its place.</summary>
    /// <param name="index">0 up to <see cref="ResourceCount"/>; any other gives a resource of kind <see cref="ResourceKind.None"/>.</param>
    public SubjectResource this[int index] =>
        index < 0 || index >= ResourceCount
            ? default
            : new(unchecked((Resource*)((byte*)_info + Abi.SubjectInfo.ResourcesOffset) + index));

    /// <summary>Finds a resource.</summary>
    /// <param name="kind">What it must be.</param>
    /// <param name="name">Its logical name (ASCII).</param>
    /// <param name="resource">The first that fits.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(ResourceKind kind, ReadOnlySpan<byte> name, out SubjectResource resource)
    {
        // Nothing here may fail a check: a panic looks for its event.
        int count = ResourceCount;
        for (int i = 0; i < count; i = unchecked(i + 1))
        {
            resource = this[i];
            if (resource.Kind == kind && resource.HasName(name))
            {
                return true;
            }
        }
        resource = default;
        return false;
    }

    /// <summary>Finds a memory region of any kind.</summary>
    /// <param name="name">Its logical name (ASCII).</param>
    /// <param name="region">The region.</param>
    /// <returns>Whether there is one, and it is not empty.</returns>
    public bool TryFindMemory(ReadOnlySpan<byte> name, out MemoryRegion region)
    {
        region = default;
        return TryFind(ResourceKind.Memory, name, out SubjectResource resource) && resource.TryGetMemory(out region);
    }

    /// <summary>Finds memory of a device: the device's and the memory's logical names, joined by <c>_</c>.</summary>
    /// <inheritdoc cref="TryFindMemory"/>
    public bool TryFindDeviceMemory(ReadOnlySpan<byte> name, out MemoryRegion region)
    {
        region = default;
        return TryFind(ResourceKind.DeviceMemory, name, out SubjectResource resource) && resource.TryGetMemory(out region);
    }

    /// <summary>Finds the memory of a channel.</summary>
    /// <inheritdoc cref="TryFindMemory"/>
    public bool TryFindChannel(ReadOnlySpan<byte> name, out MemoryRegion region) =>
        TryFindMemory(name, out region) && region.Kind == MemoryKind.Channel;

    /// <summary>Finds an event that this subject may trigger.</summary>
    /// <param name="name">Its logical name (ASCII).</param>
    /// <param name="found">The event.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFindEvent(ReadOnlySpan<byte> name, out Event found)
    {
        bool exists = TryFind(ResourceKind.Event, name, out SubjectResource resource);
        found = new Event(resource.Number);
        return exists;
    }

    /// <summary>Finds the vector of an interrupt that this subject may receive.</summary>
    /// <param name="name">Its logical name (ASCII).</param>
    /// <param name="vector">The vector, 32..255.</param>
    /// <returns>Whether there is one; a number below 32 is none.</returns>
    public bool TryFindVector(ReadOnlySpan<byte> name, out byte vector)
    {
        bool exists = TryFind(ResourceKind.Vector, name, out SubjectResource resource);
        vector = resource.Number;
        return exists && vector >= Interrupts.FirstVector;
    }

    /// <summary>Finds the I/O ports of a device.</summary>
    /// <param name="name">Their logical name (ASCII).</param>
    /// <param name="ports">The ports.</param>
    /// <returns>Whether there are some.</returns>
    public bool TryFindPorts(ReadOnlySpan<byte> name, out Ports ports)
    {
        ports = default;
        return TryFind(ResourceKind.DevicePort, name, out SubjectResource resource) && resource.TryGetPorts(out ports);
    }
}
