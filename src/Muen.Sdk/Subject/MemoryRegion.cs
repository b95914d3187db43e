// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen;

/// <summary>A region of memory that the policy gives to this subject, with a name (ABI, sinfo, memory).</summary>
[Capability]
public readonly unsafe struct MemoryRegion
{
    internal MemoryRegion(in MemoryResource resource)
    {
        Address = resource.Address;
        Size = resource.Size;
        Kind = resource.Kind;
        Content = resource.Content;
        Flags = resource.Flags;
    }

    internal MemoryRegion(in DeviceMemoryResource resource)
    {
        Address = resource.Address;
        Size = resource.Size;
        Kind = MemoryKind.Device;
        Content = MemoryContent.Uninitialized;
        Flags = resource.Flags;
    }

    /// <summary>Finds a memory region by its logical name.</summary>
    /// <param name="name">The name (ASCII).</param>
    /// <returns>The region. One that is not there is a <see cref="Panic"/>: the policy does not fit the program.</returns>
    public static MemoryRegion Open(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindMemory(name, out MemoryRegion region))
        {
            Panic.Stop("a memory region is not in the policy", name);
        }
        return region;
    }

    /// <summary>Finds memory of a device: the device's and the memory's logical names, joined by <c>_</c>.</summary>
    /// <inheritdoc cref="Open"/>
    public static MemoryRegion OpenDevice(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindDeviceMemory(name, out MemoryRegion region))
        {
            Panic.Stop("a device's memory is not in the policy", name);
        }
        return region;
    }

    /// <summary>Virtual address of the first byte.</summary>
    public ulong Address { get; }

    /// <summary>Size in bytes.</summary>
    public ulong Size { get; }

    /// <summary>What the region is for.</summary>
    public MemoryKind Kind { get; }

    /// <summary>Where its first content came from.</summary>
    public MemoryContent Content { get; }

    /// <summary>Rights beyond reading.</summary>
    public MemoryFlags Flags { get; }

    /// <summary>Whether this subject may write it.</summary>
    public bool IsWritable => (Flags & MemoryFlags.Writable) != 0;

    /// <summary>The region's bytes, to read. Another subject may be writing them, unless the policy says otherwise.</summary>
    /// <remarks>A region over 2 GiB shows its first 2 GiB - 1.</remarks>
    public ReadOnlySpan<byte> Bytes => new(Pointer, Length);

    /// <summary>The region's bytes, to write; empty when this subject may not.</summary>
    public Span<byte> WritableBytes => IsWritable ? new(Pointer, Length) : default;

    internal void* Pointer => (void*)Address;

    int Length => Size > int.MaxValue ? int.MaxValue : (int)Size;
}
