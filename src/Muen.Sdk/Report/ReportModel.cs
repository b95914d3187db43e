// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Report;

// What a report says, as `muen report --json` prints it. Addresses and sizes are in bytes, times in milliseconds; things refer to each other by name.

/// <summary>A system.</summary>
public sealed record ReportModel(
    string Name, double TscMHz, IReadOnlyList<ReportProcessor> Processors, IReadOnlyList<ReportSubject> Subjects, IReadOnlyList<ReportLink> Links, IReadOnlyList<ReportBlock> Memory,
    IReadOnlyList<ReportRegion> Regions, IReadOnlyList<ReportFrame> MajorFrames, IReadOnlyList<ReportDevice> Devices, IReadOnlyList<ReportReach> Reach,
    IReadOnlyList<ReportRight> Rights, IReadOnlyList<ReportGoal> Goals, IReadOnlyList<ReportBudget> Budgets, IReadOnlyList<ReportFile> Files);

/// <summary>A processor, and what its kernel sees.</summary>
public sealed record ReportProcessor(int Id, uint ApicId, IReadOnlyList<ReportMapping> Mappings);

/// <summary>A subject. <paramref name="Component"/> is null for one that the compiler added to fill idle time.</summary>
public sealed record ReportSubject(string Name, string? Component, string Profile, int Processor, ulong Entry, IReadOnlyList<ReportMapping> Mappings)
{
    /// <summary>Whether it is of the policy.</summary>
    public bool IsIdle => Component is null;
}

/// <summary>Memory in an address space.</summary>
/// <param name="Region">Physical region, null for a device's memory.</param>
public sealed record ReportMapping(string Name, string Kind, string? Region, ulong VirtualAddress, ulong PhysicalAddress, ulong Size, string Rights, string Caching);

/// <summary>How a link comes about.</summary>
public enum LinkKind
{
    Channel,
    Event,
    Memory,
    Monitor,
    Device,
}

/// <summary>Something that goes from one to another: data of a channel, a signal, memory that one writes and the other sees, a monitor's hold, a device's use.</summary>
/// <param name="From">Subject or device.</param>
/// <param name="To">Subject.</param>
/// <param name="Detail">More than fits into a picture.</param>
public sealed record ReportLink(LinkKind Kind, string Name, string From, string To, string Detail);

/// <summary>A piece of the machine's memory.</summary>
public sealed record ReportBlock(string Name, ulong Address, ulong Size, bool Allocatable);

/// <summary>A piece of physical memory that has a purpose.</summary>
/// <param name="Owner">Subject, or <c>kernel</c>, or <c>system</c> for what several may see.</param>
/// <param name="Users">Subjects that see it.</param>
public sealed record ReportRegion(string Name, string Kind, string Owner, ulong Address, ulong Size, string Caching, bool Loaded, IReadOnlyList<string> Users);

/// <summary>A major frame.</summary>
public sealed record ReportFrame(int Index, double Milliseconds, IReadOnlyList<ReportTimeline> Processors);

/// <summary>A processor's part of a major frame.</summary>
public sealed record ReportTimeline(int Processor, IReadOnlyList<ReportSlot> Slots);

/// <summary>A minor frame; <paramref name="Subjects"/> take turns in it.</summary>
/// <param name="Meets">How many processors meet at its end; 1 when none waits.</param>
public sealed record ReportSlot(string Partition, IReadOnlyList<string> Subjects, uint Ticks, double Start, double End, int Meets);

/// <summary>What a subject has of a device.</summary>
public sealed record ReportDevice(
    string Device, string Subject, string Name, string? Pci, string? Domain, IReadOnlyList<string> Ports, IReadOnlyList<string> Memory, IReadOnlyList<ReportInterrupt> Interrupts);

/// <summary>An interrupt: from the device to the processor to the subject.</summary>
/// <param name="Input">Input of the IO-APIC, -1 for a message.</param>
public sealed record ReportInterrupt(string Name, int Number, int Input, int Processor, int HostVector, int SubjectVector, string Trigger);

/// <summary>That one subject can have an effect on another.</summary>
public sealed record ReportReach(string From, string To, bool Direct, string How);

/// <summary>One thing that a subject may do.</summary>
public sealed record ReportRight(string Subject, string Kind, string Object, string What);

/// <summary>What the author demands: one subject does not reach another.</summary>
/// <param name="Unless">Subjects that are trusted to pass on nothing but what they should.</param>
/// <param name="Holds">Whether it is so; a policy in which it is not does not compile.</param>
/// <param name="Trusted">The shortest way that there would be if those trusted were not: subjects and what leads from one to the next. Empty when there is no way at all.</param>
public sealed record ReportGoal(string From, string To, IReadOnlyList<string> Unless, bool Holds, IReadOnlyList<string> Trusted);

/// <summary>The time that a subject demands, in microseconds, and the least that the plan gives it.</summary>
/// <param name="Least">Its time in the worst window of a period's length, null where that cannot be said.</param>
/// <param name="Start">Where the worst window begins, after the start of major frame <paramref name="Frame"/>.</param>
/// <param name="Through">The major frames through which it runs.</param>
public sealed record ReportBudget(string Subject, ulong Budget, ulong Period, decimal? Least, int Frame, decimal Start, IReadOnlyList<int> Through)
{
    /// <summary>Whether the plan gives what is demanded; a policy in which it does not does not compile.</summary>
    public bool Holds => Least >= Budget;
}

/// <summary>A file that was made.</summary>
public sealed record ReportFile(string Name, long Size);
