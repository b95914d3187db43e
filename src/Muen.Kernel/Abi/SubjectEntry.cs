// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>A segment register as the VMCS holds it (SDM vol. 3, 25.4.1); layout of the subject state page.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct Segment
{
    public ulong Selector;
    public ulong Base;
    public uint Limit;

    /// <summary>Access rights in VMCS format (SDM vol. 3, table 25-2); bit 16 set = unusable.</summary>
    public uint Access;
}

/// <summary>All that the kernel knows of a subject: where its pages lie, its VMX controls, its state at launch and after a reset.</summary>
/// <remarks>
/// The control fields hold what the policy demands. At start the kernel adds the bits that the processor fixes to 1 and refuses to
/// start when it cannot give a demanded bit.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = Stride)]
public unsafe struct SubjectEntry
{
    /// <summary>Bytes of an entry: a power of two.</summary>
    public const int Stride = 2048;

    /// <summary>Offset of <see cref="Events"/>.</summary>
    public const int EventsOffset = 696;

    /// <summary>Offset of <see cref="Traps"/>.</summary>
    public const int TrapsOffset = EventsOffset + (Limits.Events * 8);

    /// <summary>Offset of <see cref="Targets"/>.</summary>
    public const int TargetsOffset = TrapsOffset + (Limits.Traps * 8);

    /// <summary>The name in ASCII, ended by zeros.</summary>
    public fixed byte Name[Limits.NameLength + 1];

    /// <summary>Index of the processor that runs the subject.</summary>
    public ushort Processor;

    /// <summary>Index of its scheduling group.</summary>
    public ushort Group;

    public SubjectProfile Profile;

    /// <summary>Physical address of the VMCS.</summary>
    public ulong VmcsAddress;

    /// <summary>Physical addresses of I/O bitmaps A and B (two consecutive pages; a set bit exits).</summary>
    public ulong IoBitmapAddress;

    /// <summary>Physical address of the MSR bitmap page.</summary>
    public ulong MsrBitmapAddress;

    /// <summary>EPT pointer with memory type and walk length, 0 for a native subject.</summary>
    public ulong EptPointer;

    /// <summary>Physical address of the MSR store (SDM vol. 3, 25.7.2) and its entry count; 0 when there is none.</summary>
    public ulong MsrStoreAddress;
    public uint MsrStoreCount;

    public uint PinControls;
    public uint ProcessorControls;
    public uint SecondaryControls;
    public uint ExitControls;
    public uint EntryControls;
    public uint ExceptionBitmap;
    public SubjectFlags Flags;

    /// <summary>Guest/host masks: a set bit is owned by the kernel; the subject reads it from the shadow and an attempt to change it exits.</summary>
    public ulong Cr0Mask;
    public ulong Cr4Mask;

    /// <summary>
    /// XCR0 after a launch or a reset; the kernel clears what the processor lacks. The subject may change it by XSETBV to any value that
    /// the processor and the kernel support, within <see cref="Xcr0Mask"/>.
    /// </summary>
    public ulong Xcr0;

    /// <summary>XCR0 bits that the subject may ever set.</summary>
    public ulong Xcr0Mask;

    /// <summary>The state that a launch or a reset loads. CR0 and CR4 shadows included.</summary>
    public SubjectState Initial;

    /// <summary><see cref="SourceEvent"/>[Limits.Events]: what a VMCALL with RAX = n does.</summary>
    public fixed ulong Events[Limits.Events];

    /// <summary><see cref="SourceEvent"/>[Limits.Traps]: what exit reason n does.</summary>
    public fixed ulong Traps[Limits.Traps];

    /// <summary><see cref="TargetEvent"/>[Limits.Events]: what a received event does.</summary>
    public fixed uint Targets[Limits.Events];
}

/// <summary>What the kernel does for a subject beyond the least.</summary>
[System.Flags]
public enum SubjectFlags : uint
{
    None = 0,

    /// <summary>Another subject sees the state page: the kernel writes the VMCS's guest state to it whenever the subject stops running.</summary>
    Observed = 1,

    /// <summary>A monitor may change the state page: the kernel loads the guest state from it before the subject runs again.</summary>
    Controlled = 2,

    /// <summary>Before another subject runs after this one, or this one after another: indirect branch prediction barrier (IA32_PRED_CMD).</summary>
    FlushBranchPredictor = 4,

    /// <summary>At the same points: flush of the first-level data cache (IA32_FLUSH_CMD).</summary>
    FlushDataCache = 8,

    /// <summary>At the same points: the processor's buffers are overwritten (VERW).</summary>
    FlushBuffers = 16,

    /// <summary>The EPT has pages of 1 GiB: the kernel refuses to start on a processor without them.</summary>
    HugePages = 32,
}

/// <summary>How a subject runs.</summary>
public enum SubjectProfile : uint
{
    /// <summary>64-bit code on page tables that the policy compiler made; CR3 is fixed.</summary>
    Native = 0,

    /// <summary>A virtual machine on EPT with its own paging.</summary>
    Vm = 1,
}
