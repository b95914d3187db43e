// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>What a piece of memory is, by which the same memory in two address spaces is known to be the same.</summary>
enum Origin
{
    /// <summary>A segment of a subject's program, by subject and number.</summary>
    Program,

    /// <summary>A subject's stack.</summary>
    Stack,
    Information,
    SchedulingInfo,
    TimedEvent,
    Interrupts,
    State,

    /// <summary>A region of the policy: memory, a channel's, or what a component brings along, by its index.</summary>
    Region,
    CrashAudit,

    /// <summary>The first content of a program's segment or of a region, kept for a loader.</summary>
    ProgramContent,
    RegionContent,

    /// <summary>Registers of a device.</summary>
    Device,
}

/// <summary>Identity of a piece of physical memory.</summary>
/// <param name="Owner">Subject that it belongs to, -1 for one of the system.</param>
/// <param name="Part">Number of the segment, or of the policy's region.</param>
readonly record struct MemoryIdentity(Origin Origin, int Owner, int Part);

/// <summary>Memory that the policy lets a subject see.</summary>
/// <param name="Name">The subject's name for it.</param>
/// <param name="Address">Where it is seen; null leaves that open.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">What the subject is told it is.</param>
sealed record ExpectedMemory(string Name, MemoryIdentity Identity, ulong? Address, ulong Size, bool Writable, bool Executable, Caching Caching, MemoryKind Kind)
{
    /// <summary>Physical address of a device's registers, and of regions whose author gave it; null leaves it open.</summary>
    public ulong? Physical { get; init; }

    /// <summary>The other subject beside whose memory of this name, so many bytes further, it is seen: for loaders and siblings.</summary>
    public (int Subject, string Name, ulong Distance)? Beside { get; init; }

    /// <summary>What the subject is told of its first content.</summary>
    public MemoryContent Content { get; init; }

    public ushort Pattern { get; init; } = MemoryResource.NoPattern;

    /// <summary>SHA-256 of the whole memory; empty when nothing is said.</summary>
    public ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>Of device memory: by what the device is known on its bus.</summary>
    public ushort SourceId { get; init; }

    public bool IsDevice => Identity.Origin == Origin.Device;

    public string Rights => $"r{(Writable ? 'w' : '-')}{(Executable ? 'x' : '-')}";
}

/// <summary>What a piece of physical memory begins with: bytes, then zeros to its end.</summary>
sealed record ExpectedContent(string Name, ulong Size, ReadOnlyMemory<byte> Bytes);
