// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Muen.Abi;

namespace Muen.Sdk.Policy;

/// <summary>A subject's virtual processor: VMX controls and masks as the policy demands them, and the state that a launch or a reset loads.</summary>
/// <param name="Pin">Pin-based controls (SDM vol. 3, 25.6.1).</param>
/// <param name="Processor">Primary processor-based controls (25.6.2).</param>
/// <param name="Secondary">Secondary processor-based controls (25.6.2).</param>
/// <param name="Exit">VM-exit controls (25.7.1).</param>
/// <param name="Entry">VM-entry controls (25.8.1).</param>
/// <param name="Exceptions">Exception bitmap (25.6.3).</param>
/// <param name="Cr0Mask">Bits of CR0 that the kernel owns (25.6.6).</param>
/// <param name="Cr4Mask">Bits of CR4 that the kernel owns.</param>
/// <param name="Xcr0">XCR0 at the start.</param>
/// <param name="Xcr0Mask">Bits of XCR0 that the subject may set.</param>
/// <param name="StoredMsrs">MSRs that exits save and entries load, in the order of the MSR store.</param>
/// <param name="Initial">The state.</param>
public sealed record VcpuView(
    uint Pin, uint Processor, uint Secondary, uint Exit, uint Entry, uint Exceptions, ulong Cr0Mask, ulong Cr4Mask, ulong Xcr0, ulong Xcr0Mask, ImmutableArray<uint> StoredMsrs,
    SubjectState Initial)
{
    /// <summary>Whether the subject may read the time stamp counter.</summary>
    public bool Rdtsc => (Processor & (uint)ProcessorControls.RdtscExiting) == 0;
}
