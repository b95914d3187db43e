// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>One thing that a subject is told it has.</summary>
/// <param name="Memory">Of memory and device memory: where, how large, with which rights.</param>
/// <param name="Number">Of an event or vector.</param>
/// <param name="Digest">Of memory: what its first content is said to be.</param>
/// <param name="Data">All that is said, as bytes.</param>
/// <param name="SourceId">Of a device, its memory and its ports: by what it is known on its bus.</param>
/// <param name="Port">Of ports: the first; <paramref name="Count"/> says how many, of a device how many vectors.</param>
sealed record InfoResource(ResourceKind Kind, string Name, MemoryResource Memory, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Data, ushort SourceId, int Number, int Port, int Count)
{
    public bool IsMemory => Kind is ResourceKind.Memory or ResourceKind.DeviceMemory;

    public ulong Address => Memory.Address;

    public ulong Size => Memory.Size;

    public bool Writable => (Memory.Flags & MemoryFlags.Writable) != 0;

    public bool Executable => (Memory.Flags & MemoryFlags.Executable) != 0;
}

/// <summary>The subject information (ABI, sinfo version 5) as a subject reads it.</summary>
sealed unsafe class SubjectInformation
{
    const int NameField = 65;
    const int DigestSize = 32;
    const int FirstVector = 10;
    const int VectorCount = 11;

    /// <summary>Bytes of a device's data.</summary>
    public const int DeviceSize = 13;

    SubjectInformation(string name, uint tscKhz, List<InfoResource> resources) => (Name, TscKhz, Resources) = (name, tscKhz, resources);

    public string Name { get; }

    public uint TscKhz { get; }

    public IReadOnlyList<InfoResource> Resources { get; }

    /// <summary>Parses the pages.</summary>
    /// <returns>Null when they are no subject information.</returns>
    public static SubjectInformation? Parse(ReadOnlyMemory<byte> memory, string place, Findings findings)
    {
        ReadOnlySpan<byte> pages = memory.Span;
        SubjectInfo head = MemoryMarshal.Read<SubjectInfo>(pages);
        if (head.Magic != SubjectInfo.ExpectedMagic || head.ResourceCount > SubjectInfo.MaxResources)
        {
            findings.Add(FindingCodes.Information, place, $"magic 0x{head.Magic:x} and {head.ResourceCount} resources are not those of subject information");
            return null;
        }

        string name = ReadName(pages.Slice(sizeof(ulong) + sizeof(uint), NameField), place, findings);
        Padding(head.Padding != 0 || pages[sizeof(SubjectInfo)..SubjectInfo.ResourcesOffset].ContainsAnyExcept((byte)0), place, findings);
        var resources = new List<InfoResource>(head.ResourceCount);
        int at = SubjectInfo.ResourcesOffset;
        for (int i = 0; i < head.ResourceCount; i++, at += sizeof(Resource))
        {
            resources.Add(ParseResource(memory.Slice(at, sizeof(Resource)), $"{place}, resource {i}", findings));
        }

        Padding(pages[at..].ContainsAnyExcept((byte)0), place, findings);
        return new(name, head.TscKhz, resources);
    }

    static InfoResource ParseResource(ReadOnlyMemory<byte> resource, string place, Findings findings)
    {
        ReadOnlySpan<byte> bytes = resource.Span;
        var kind = (ResourceKind)MemoryMarshal.Read<uint>(bytes);
        string name = ReadName(bytes.Slice(sizeof(uint), NameField), place, findings);
        ReadOnlySpan<byte> data = bytes[Resource.DataOffset..];
        ReadOnlySpan<byte> between = bytes[(sizeof(uint) + NameField)..Resource.DataOffset];
        int used = data.Length;
        bool clean = !between.ContainsAnyExcept((byte)0);
        MemoryResource memory = default;
        (int number, int port, int count) = (0, 0, 0);
        ushort source = 0;
        switch (kind)
        {
            case ResourceKind.Memory:
                memory = MemoryMarshal.Read<MemoryResource>(data);
                clean &= memory.Padding[0] == 0 && memory.Padding[1] == 0 && memory.Padding[2] == 0;
                used = sizeof(MemoryResource);
                break;
            case ResourceKind.Event or ResourceKind.Vector:
                number = data[0];
                used = 1;
                break;
            case ResourceKind.Device:
                source = MemoryMarshal.Read<ushort>(data);
                (number, count, used) = (data[FirstVector], data[VectorCount], DeviceSize);
                break;
            case ResourceKind.DeviceMemory:
                DeviceMemoryResource device = MemoryMarshal.Read<DeviceMemoryResource>(data);
                RequireNoBar(device.Bar, place, findings);
                clean &= (device.Padding[0] | device.Padding[1] | device.Padding[2] | device.Padding[3]) == 0;
                memory = new MemoryResource { Kind = MemoryKind.Device, Flags = device.Flags, Address = device.Address, Size = device.Size };
                (source, used) = (device.SourceId, sizeof(DeviceMemoryResource));
                break;
            case ResourceKind.DevicePort:
                PortResource ports = MemoryMarshal.Read<PortResource>(data);
                RequireNoBar(ports.Bar, place, findings);
                clean &= ports.Padding == 0;
                source = ports.SourceId;
                (port, count, used) = (ports.Address, ports.Size, sizeof(PortResource));
                break;
            default:
                findings.Add(FindingCodes.UnknownValue, place, $"there is no kind {(uint)kind} of resource");
                break;
        }

        if ((memory.Flags & ~(MemoryFlags.Writable | MemoryFlags.Executable)) != 0)
        {
            findings.Add(FindingCodes.UnknownValue, place, $"'{name}' has rights 0x{(byte)memory.Flags:x}");
        }

        Padding(!clean || data[used..].ContainsAnyExcept((byte)0), place, findings);
        return new(kind, name, memory, kind == ResourceKind.Memory ? resource[^DigestSize..] : default, resource[Resource.DataOffset..], source, number, port, count);
    }

    static string ReadName(ReadOnlySpan<byte> field, string place, Findings findings)
    {
        int length = field[0];
        if (length > Limits.NameLength)
        {
            findings.Add(FindingCodes.Information, place, $"a name of {length} characters");
            return "";
        }

        Padding(field[(1 + length)..].ContainsAnyExcept((byte)0), place, findings);
        ReadOnlySpan<byte> name = field.Slice(1, length);
        return name.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexString(name) : Encoding.ASCII.GetString(name);
    }

    static void RequireNoBar(byte bar, string place, Findings findings)
    {
        if (bar != 0)
        {
            findings.Add(FindingCodes.Information, place, $"base address register {bar}, which no policy knows");
        }
    }

    static void Padding(bool used, string place, Findings findings)
    {
        if (used)
        {
            findings.Add(FindingCodes.Padding, place, "behind a name, a resource's data or the last resource");
        }
    }
}
