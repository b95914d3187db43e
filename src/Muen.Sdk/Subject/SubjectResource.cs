// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen;

/// <summary>One entry of the subject information: a name and what it stands for (ABI, sinfo, resource).</summary>
[Capability]
public readonly unsafe struct SubjectResource
{
    readonly Resource* _resource;

    internal SubjectResource(Resource* resource)
    {
        _resource = resource;
    }

    /// <summary>What the resource is; <see cref="ResourceKind.None"/> for a default value.</summary>
    public ResourceKind Kind => _resource == null ? ResourceKind.None : _resource->Kind;

    /// <summary>The logical name (ASCII); empty when the entry's length is not one that a name can have.</summary>
    public ReadOnlySpan<byte> Name =>
        _resource == null || _resource->Name[0] > Limits.NameLength ? default : new(_resource->Name + 1, _resource->Name[0]);

    /// <summary>The number of an event or a vector; 0 for other kinds.</summary>
    public byte Number => Kind is ResourceKind.Event or ResourceKind.Vector ? _resource->Data[0] : (byte)0;

    /// <summary>Whether the resource has this name; never for an empty one. Checks nothing that could fail: a panic comes here.</summary>
    internal bool HasName(ReadOnlySpan<byte> name)
    {
        if (_resource == null || name.Length == 0 || name.Length > Limits.NameLength || _resource->Name[0] != name.Length)
        {
            return false;
        }
        byte* own = _resource->Name;
        for (int i = 0; i < name.Length; i = unchecked(i + 1))
        {
            if (unchecked(*++own) != name[i])
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>The region of a memory or device memory resource.</summary>
    /// <param name="region">The region.</param>
    /// <returns>False for another kind, and for an empty region or one that wraps around the address space.</returns>
    public bool TryGetMemory(out MemoryRegion region)
    {
        if (Kind is not (ResourceKind.Memory or ResourceKind.DeviceMemory))
        {
            region = default;
            return false;
        }
        region = Kind == ResourceKind.Memory
            ? new MemoryRegion(in *(MemoryResource*)_resource->Data)
            : new MemoryRegion(in *(DeviceMemoryResource*)_resource->Data);
        return region.Size != 0 && region.Address != 0 && region.Size <= ulong.MaxValue - region.Address;
    }

    /// <summary>The ports of a port resource.</summary>
    /// <param name="ports">The ports.</param>
    /// <returns>False for another kind, and for an empty range or one beyond port 65535.</returns>
    public bool TryGetPorts(out Ports ports)
    {
        if (Kind != ResourceKind.DevicePort)
        {
            ports = default;
            return false;
        }
        PortResource* data = (PortResource*)_resource->Data;
        ports = new Ports(data->Address, data->Size);
        return data->Size != 0 && data->Size <= 0x1_0000 - data->Address;
    }
}
