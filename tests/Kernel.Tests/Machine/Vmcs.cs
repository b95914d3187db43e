// SPDX-License-Identifier: MIT
namespace Muen.Simulation;

/// <summary>A virtual-machine control structure: what the kernel wrote, by the fields' encodings (SDM vol. 3, appendix B).</summary>
internal sealed class Vmcs(int subject)
{
    internal const uint GuestActivity = 0x4826;
    internal const uint GuestInterruptibility = 0x4824;
    internal const uint GuestRflags = 0x6820;
    internal const uint GuestRip = 0x681E;
    internal const uint GuestSsAccess = 0x4818;
    internal const uint EntryInterruptionInfo = 0x4016;
    internal const uint ExitReason = 0x4402;
    internal const uint ExitInterruptionInfo = 0x4404;
    internal const uint ExitInstructionLength = 0x440C;
    internal const uint IdtVectoringInfo = 0x4408;
    internal const uint ProcessorControls = 0x4002;
    internal const uint PreemptionTimer = 0x482E;

    private const ulong InterruptFlag = 1 << 9;
    private const ulong WindowExiting = 1 << 2;

    private readonly ulong[] fields = new ulong[1024];

    internal int Subject { get; } = subject;

    /// <summary>The processor that has loaded it, or null.</summary>
    internal Processor? On { get; set; }

    internal bool IsHalted => this[GuestActivity] == 1;

    internal bool Window => (this[ProcessorControls] & WindowExiting) != 0;

    internal bool TakesInterrupts => (this[GuestRflags] & InterruptFlag) != 0 && this[GuestInterruptibility] == 0;

    internal ref ulong this[uint field] => ref fields[((field >> 10) << 5) | ((field >> 1) & 31)];

    internal void SetInterruptFlag(bool on) => this[GuestRflags] = on ? this[GuestRflags] | InterruptFlag : this[GuestRflags] & ~InterruptFlag;

    internal void Clear() => Array.Clear(fields);
}
