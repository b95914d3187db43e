// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>A major frame: every processor's minor frames in it end at <see cref="Period"/>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct MajorFrame
{
    /// <summary>Length in TSC cycles.</summary>
    public ulong Period;
}

/// <summary>The minor frames of one processor in one major frame.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct MinorFrameRange
{
    /// <summary>Index of the first minor frame.</summary>
    public uint First;

    /// <summary>How many; at least 1.</summary>
    public uint Count;
}

/// <summary>A slot of time on one processor: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct MinorFrame
{
    /// <summary>End of the slot in TSC cycles from the major frame's start.</summary>
    public ulong Deadline;

    /// <summary>Index of the scheduling partition that runs.</summary>
    public ushort Partition;

    /// <summary>
    /// The barrier at which processors meet whose minor frames end at this deadline, or <see cref="NoBarrier"/>. The last minor frame of a
    /// major frame has none: there all processors meet.
    /// </summary>
    public ushort Barrier;

    /// <summary>How many processors meet at <see cref="Barrier"/>.</summary>
    public ushort BarrierSize;
    public ushort Reserved;

    public const ushort NoBarrier = 0xFFFF;
}

/// <summary>Groups of one processor that share minor frames and take turns: 8 bytes. Its groups follow each other in the table of groups.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct PartitionEntry
{
    public ushort Processor;

    /// <summary>Index of its first group.</summary>
    public ushort FirstGroup;

    /// <summary>How many groups; 1 to <see cref="Limits.GroupsPerPartition"/>.</summary>
    public ushort GroupCount;
    public ushort Reserved;
}

/// <summary>Subjects of one processor that hand over to each other; exactly one of them is active: 4 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct GroupEntry
{
    /// <summary>Index of the subject that is active at start.</summary>
    public ushort FirstSubject;

    /// <summary>Index of its scheduling partition.</summary>
    public ushort Partition;
}

/// <summary>The page by which tau0 chooses the major frame that follows the current one (ABI, kernel interface).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct PlanSelector
{
    /// <summary>Index of the next major frame; an index without one keeps the current.</summary>
    public uint NextMajorFrame;
    public uint Reserved;
}

/// <summary>The scheduling information page that every subject sees (ABI, scheduling information).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct SchedulingInfo
{
    /// <summary>TSC at which the current minor frame began.</summary>
    public ulong Start;

    /// <summary>TSC at which it ends.</summary>
    public ulong End;
}

/// <summary>
/// The timed event page of a subject (ABI, timed event): when <see cref="Trigger"/> has come, the kernel triggers the event as if the subject had made the
/// hypercall, and disarms it. The kernel looks at each exit of the subject and when its minor frame begins: a hypercall after the page was
/// written makes the trigger count within the running minor frame.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct TimedEvent
{
    /// <summary>No time: the event is not armed. A reset sets it.</summary>
    public const ulong Disarmed = ulong.MaxValue;

    /// <summary>TSC value from which on the event is due.</summary>
    public ulong Trigger;

    /// <summary>Number in the subject's own event table, 0..63; another number has no effect.</summary>
    public uint Event;
    public uint Reserved;
}
