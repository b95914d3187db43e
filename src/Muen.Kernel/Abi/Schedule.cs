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

/// <summary>A slot of time on one processor.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct MinorFrame
{
    /// <summary>End of the slot in TSC cycles from the major frame's start.</summary>
    public ulong Deadline;

    /// <summary>Index of the scheduling group that runs.</summary>
    public uint Group;
    public uint Reserved;
}

/// <summary>Subjects of one processor that hand over to each other; exactly one of them is active.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public struct GroupEntry
{
    /// <summary>Index of the subject that is active at start.</summary>
    public ushort FirstSubject;
    public ushort Processor;
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
