// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Emit;

/// <summary>The subject information (ABI, sinfo version 5): everything that a subject has, by its logical names.</summary>
internal static class SubjectInfoPages
{
    private const int FirstMessageOffset = 8;
    private const int FirstIrqOffset = 10;
    private const int IrqCountOffset = 11;
    private const int FlagsOffset = 12;
    private const byte HasMessages = 1;

    /// <summary>Resources that a subject's information needs room for.</summary>
    internal static int Count(SubjectView subject) =>
        subject.Mappings.Length + subject.Events.Length + subject.Vectors.Length + subject.Devices.Length + subject.Ports.Length;

    /// <summary>The pages' bytes.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="tscKhz">Frequency of the TSC.</param>
    /// <param name="content">What a region holds at start: kind, pattern and digest.</param>
    internal static unsafe byte[] Emit(SubjectView subject, uint tscKhz, Func<int, RegionContent> content)
    {
        byte[] bytes = new byte[SubjectInfo.ResourcesOffset + (SubjectInfo.MaxResources * sizeof(Resource))];
        int count = 0;
        void Add(ResourceKind kind, string name, ReadOnlySpan<byte> data)
        {
            var resource = new Resource { Kind = kind };
            Name(new Span<byte>(resource.Name, Limits.NameLength + 2), name);
            data.CopyTo(new Span<byte>(resource.Data, sizeof(MemoryResource)));
            MemoryMarshal.Write(bytes.AsSpan(SubjectInfo.ResourcesOffset + (count++ * sizeof(Resource))), in resource);
        }

        foreach (MappingView mapping in subject.Mappings)
        {
            if (mapping.Region >= 0)
            {
                MemoryResource memory = Memory(mapping, content(mapping.Region));
                Add(ResourceKind.Memory, mapping.Name, MemoryMarshal.AsBytes(new ReadOnlySpan<MemoryResource>(in memory)));
            }
        }

        foreach (SourceEventView source in subject.Events)
        {
            Add(ResourceKind.Event, source.Name, [(byte)source.Number]);
        }

        foreach (VectorView vector in subject.Vectors)
        {
            Add(ResourceKind.Vector, vector.Name, [(byte)vector.Vector]);
        }

        Span<byte> data = stackalloc byte[24];
        foreach (DeviceView device in subject.Devices)
        {
            data.Clear();
            MemoryMarshal.Write(data, device.SourceId);
            if (device.Pci is { } pci)
            {
                MemoryMarshal.Write(data[2..], pci.Vendor);
                MemoryMarshal.Write(data[4..], pci.Identifier);
                MemoryMarshal.Write(data[6..], pci.Class);
            }

            if (device.FirstMessage >= 0)
            {
                MemoryMarshal.Write(data[FirstMessageOffset..], (ushort)device.FirstMessage);
                data[FlagsOffset] = HasMessages;
            }

            data[FirstIrqOffset] = device.FirstVector < 0 ? (byte)0 : (byte)device.FirstVector;
            data[IrqCountOffset] = (byte)device.VectorCount;
            Add(ResourceKind.Device, device.Name, data);
        }

        foreach (MappingView memory in DeviceMemories(subject))
        {
            var resource = new DeviceMemoryResource { SourceId = memory.SourceId, Flags = Flags(memory), Address = memory.VirtualAddress, Size = memory.Size };
            Add(ResourceKind.DeviceMemory, memory.Name, MemoryMarshal.AsBytes(new ReadOnlySpan<DeviceMemoryResource>(in resource)));
        }

        foreach (PortView port in subject.Ports)
        {
            var resource = new PortResource { SourceId = port.SourceId, Address = port.Start, Size = (ushort)(port.End - port.Start + 1) };
            Add(ResourceKind.DevicePort, port.Name, MemoryMarshal.AsBytes(new ReadOnlySpan<PortResource>(in resource)));
        }

        var info = new SubjectInfo { Magic = SubjectInfo.ExpectedMagic, TscKhz = tscKhz, ResourceCount = (ushort)count };
        Name(new Span<byte>(info.Name, Limits.NameLength + 2), subject.Name);
        MemoryMarshal.Write(bytes, in info);
        return bytes;
    }

    private static List<MappingView> DeviceMemories(SubjectView subject) => [.. System.Linq.Enumerable.Where(subject.Mappings, m => m.Region < 0)];

    private static unsafe MemoryResource Memory(MappingView mapping, RegionContent content)
    {
        var memory = new MemoryResource
        {
            Kind = mapping.Kind,
            Content = content.Kind,
            Flags = Flags(mapping),
            Pattern = content.Pattern,
            Address = mapping.VirtualAddress,
            Size = mapping.Size,
        };
        content.Sha256.Span.CopyTo(new Span<byte>(memory.Sha256, SHA256.HashSizeInBytes));
        return memory;
    }

    private static MemoryFlags Flags(MappingView mapping) =>
        (mapping.Writable ? MemoryFlags.Writable : MemoryFlags.None) | (mapping.Executable ? MemoryFlags.Executable : MemoryFlags.None);

    private static void Name(Span<byte> field, string name)
    {
        field[0] = (byte)name.Length;
        Encoding.ASCII.GetBytes(name, field[1..]);
    }
}

/// <summary>What a region holds at start.</summary>
/// <param name="Kind">File, equal bytes, or nothing in particular.</param>
/// <param name="Pattern">The byte of a fill, <see cref="MemoryResource.NoPattern"/> otherwise.</param>
/// <param name="Sha256">Digest over the whole region; empty when nothing is said about the content.</param>
internal sealed record RegionContent(MemoryContent Kind, ushort Pattern, ReadOnlyMemory<byte> Sha256);
