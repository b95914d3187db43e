// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>Head of the subject information (ABI, sinfo version 5); <see cref="ResourceCount"/> resources follow at <see cref="ResourcesOffset"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct SubjectInfo
{
    public const ulong ExpectedMagic = 0x0500_6F66_6E69_756D;
    public const int ResourcesOffset = 80;
    public const int MaxResources = 255;

    public ulong Magic;
    public uint TscKhz;

    /// <summary>Length byte, 63 characters, NUL.</summary>
    public fixed byte Name[65];
    public byte Padding;
    public ushort ResourceCount;
}

/// <summary>What a resource is.</summary>
public enum ResourceKind : uint
{
    None = 0,
    Memory = 1,
    Event = 2,
    Vector = 3,
    Device = 4,
    DeviceMemory = 5,
    DevicePort = 6,
}

/// <summary>What a memory resource holds.</summary>
public enum MemoryKind : byte
{
    Subject = 0,
    SubjectInfo = 1,
    Binary = 2,
    ZeroPage = 3,
    Initrd = 4,
    Channel = 5,
    State = 6,
    TimedEvent = 7,
    Interrupts = 8,
    SchedulingInfo = 9,
    Bios = 10,
    AcpiRsdp = 11,
    AcpiXsdt = 12,
    AcpiFadt = 13,
    AcpiDsdt = 14,
    Device = 15,
    Solo5BootInfo = 16,
    CrashAudit = 17,
    DeviceTree = 18,
    KernelInterface = 19,
}

/// <summary>Where the first content of a memory resource comes from.</summary>
public enum MemoryContent : byte
{
    Uninitialized = 0,
    Fill = 1,
    File = 2,
}

/// <summary>Rights of a memory resource beyond reading.</summary>
[System.Flags]
public enum MemoryFlags : byte
{
    None = 0,
    Writable = 1,
    Executable = 2,
}

/// <summary>A resource of a subject: 128 bytes; the data of its kind lies at 72.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct Resource
{
    public const int DataOffset = 72;

    public ResourceKind Kind;

    /// <summary>Length byte, 63 characters, NUL, padding.</summary>
    public fixed byte Name[68];

    /// <summary><see cref="MemoryResource"/>, <see cref="PortResource"/>, or one byte: the number of an event or vector.</summary>
    public fixed byte Data[56];
}

/// <summary>Data of a memory resource: 56 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct MemoryResource
{
    public const ushort NoPattern = 256;

    public MemoryKind Kind;
    public MemoryContent Content;
    public MemoryFlags Flags;
    public ushort Pattern;
    public fixed byte Padding[3];
    public ulong Address;
    public ulong Size;
    public fixed byte Sha256[32];
}

/// <summary>Data of a device memory resource.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct DeviceMemoryResource
{
    public ushort SourceId;
    public MemoryFlags Flags;
    public byte Bar;
    public fixed byte Padding[4];
    public ulong Address;
    public ulong Size;
}

/// <summary>Data of a device port resource.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct PortResource
{
    public ushort SourceId;
    public byte Bar;
    public byte Padding;
    public ushort Address;
    public ushort Size;
}
