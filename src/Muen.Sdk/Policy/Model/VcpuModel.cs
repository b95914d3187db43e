// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Muen.Sdk.Policy;

// What a policy says of a subject's virtual processor, as written: single bits and registers that differ from those of the profile.

/// <summary>What a subject's processor may do, and what it starts with, where that differs from the profile.</summary>
public sealed record VcpuNode(
    bool Rdtsc, ImmutableArray<MsrNode> Msrs, ImmutableArray<VcpuBitNode> Bits, ImmutableArray<VcpuRegisterNode> Registers, ImmutableArray<VcpuSegmentNode> Segments)
{
    /// <summary>Traces that the kernel wipes out of the processor when the subject changes.</summary>
    public Muen.Abi.SubjectFlags Flushes { get; init; }
}

/// <summary>A range of MSRs, both ends included.</summary>
public sealed record MsrNode(Place Place, uint Start, uint End, bool Read, bool Write);

/// <summary>A word of which a policy sets single bits.</summary>
public enum VcpuWord
{
    Pin,
    Processor,
    Secondary,
    Exit,
    Entry,
    Exceptions,
    Cr0Mask,
    Cr4Mask,
    Cr0,
    Cr0Shadow,
    Cr4,
    Cr4Shadow,
}

/// <summary>A bit of a word.</summary>
public sealed record VcpuBitNode(VcpuWord Word, int Bit, string Name, bool Value, Place Place);

/// <summary>The first value of a register, by the name that the policy gives it: <c>rip</c>, <c>rax</c>, <c>r08</c>.</summary>
public sealed record VcpuRegisterNode(string Name, ulong Value, Place Place);

/// <summary>The first value of a segment register with its hidden part (SDM vol. 3, 25.4.1).</summary>
public sealed record VcpuSegmentNode(string Name, ulong Selector, ulong Base, uint Limit, uint Access, Place Place);
