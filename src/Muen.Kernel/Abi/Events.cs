// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>What the kernel does for the subject that triggered an event, before the target sees it.</summary>
public enum SourceAction : byte
{
    None = 0,

    /// <summary>Ends the subject's run until an interrupt, event or timed event is pending for it.</summary>
    Sleep = 1,

    /// <summary>Gives the rest of the minor frame to the next group of the scheduling partition.</summary>
    Yield = 2,
    Reboot = 3,
    PowerOff = 4,

    /// <summary>Stops the whole system with a crash audit record.</summary>
    Panic = 5,

    /// <summary>Unmasks the level-triggered IRQ named by <see cref="SourceEvent.Irq"/>.</summary>
    UnmaskIrq = 6,

    /// <summary>Stops this subject for good, with a crash audit record: the default of every trap without an entry.</summary>
    Stop = 7,
}

/// <summary>How an event reaches its target.</summary>
[System.Flags]
public enum EventFlags : byte
{
    None = 0,

    /// <summary>The entry is in use; without it an event is ignored, and a trap stops the subject.</summary>
    Valid = 1,

    /// <summary>The target event becomes pending for the target subject. A handover to an event without an action does without: its target runs next anyway.</summary>
    HasTarget = 2,

    /// <summary>The target, on this processor and in this group, runs next (mode <c>switch</c>).</summary>
    Handover = 4,

    /// <summary>The target's processor is told by an IPI (mode <c>ipi</c>).</summary>
    Ipi = 8,
}

/// <summary>An entry of a subject's event table (VMCALL) or trap table (exit reason): 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SourceEvent
{
    public SourceAction Action;
    public EventFlags Flags;

    /// <summary>Index of the target subject.</summary>
    public ushort TargetSubject;

    /// <summary>Number of the target event, 0..63, in the target's table.</summary>
    public byte TargetEvent;

    /// <summary>IO-APIC input to unmask.</summary>
    public byte Irq;
    public ushort Reserved;
}

/// <summary>What a received event does to the subject that it is for.</summary>
public enum TargetAction : byte
{
    None = 0,

    /// <summary>Makes <see cref="TargetEvent.Vector"/> pending.</summary>
    Inject = 1,

    /// <summary>Loads the subject's initial state. Memory keeps its contents.</summary>
    Reset = 2,
}

/// <summary>An entry of a subject's target event table: 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct TargetEvent
{
    public TargetAction Action;

    /// <summary>32..255.</summary>
    public byte Vector;
    public ushort Reserved;
}

/// <summary>Where an external interrupt goes: 4 bytes, one for each host vector.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct VectorRoute
{
    /// <summary>Index of the subject, or <see cref="NoSubject"/>.</summary>
    public ushort Subject;

    /// <summary>The vector that the subject sees.</summary>
    public byte Vector;

    /// <summary>IO-APIC input to mask until the subject's unmask event (level-triggered), or <see cref="NoIrq"/>.</summary>
    public byte Irq;

    public const ushort NoSubject = 0xFFFF;
    public const byte NoIrq = 0xFF;
}

/// <summary>A redirection of the IO-APIC: 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IoApicRoute
{
    /// <summary>Input of the IO-APIC.</summary>
    public byte Irq;

    /// <summary>Host vector, 32 + IRQ.</summary>
    public byte Vector;

    /// <summary>1 = level-triggered, 0 = edge.</summary>
    public byte Level;

    /// <summary>1 = active low.</summary>
    public byte ActiveLow;

    /// <summary>
    /// Upper half of the redirection entry: the local APIC identifier of the processor in bits 31:24, or, where interrupts are remapped, the index of the remapping
    /// entry in bits 31:17 and 1 in bit 16 (VT-d specification, 5.1.5.1).
    /// </summary>
    public uint Upper;
}
