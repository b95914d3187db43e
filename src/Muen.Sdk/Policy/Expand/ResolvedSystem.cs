// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

// The policy with every name looked up and every default given. Things refer to each other by index.

/// <summary>A whole system.</summary>
internal sealed record ResolvedSystem(
    string Name, Place Place, ResolvedHardware Hardware, ImmutableArray<ResolvedRegion> Regions, ImmutableArray<ResolvedEvent> Events,
    ImmutableArray<ResolvedChannel> Channels, ImmutableArray<ComponentNode> Components, ImmutableArray<ResolvedSubject> Subjects, ResolvedPlan Plan, Unresolved Unresolved)
{
    /// <summary>What devices may do to memory.</summary>
    internal ImmutableArray<ResolvedDomain> Domains { get; init; } = [];

    /// <summary>Who must not reach whom.</summary>
    internal ImmutableArray<ResolvedGoal> Goals { get; init; } = [];

    /// <summary>Index of the region by which a subject (tau0) chooses the next major frame, null when no subject does.</summary>
    internal int? PlanSelector => Subjects.SelectMany(s => s.Mappings).Where(m => Regions[m.Region].Kind == MemoryKind.KernelInterface).Select(m => (int?)m.Region).FirstOrDefault();
}

/// <summary>
/// Kinds of names that were looked for in vain. A check that something is absent (a channel's writer, a subject's minor frame) keeps silent where a misspelt
/// name may be the cause, so that one fault gives one error.
/// </summary>
internal sealed record Unresolved(bool Text, bool Components, bool Memory, bool Channels, bool Events, bool Subjects, bool Processors, bool Devices);

/// <summary>The machine: catalogue entry and what the policy says about hardware, joined.</summary>
internal sealed record ResolvedHardware(
    Place Place, ImmutableArray<MemoryBlockNode> Blocks, ImmutableArray<CpuNode> Cpus, uint TscKhz, int TimerRate, ImmutableArray<DeviceNode> Devices,
    Located<ushort>? ConsolePort, bool Known)
{
    /// <summary>Banks of machine check registers that the kernel enables.</summary>
    internal uint MachineCheckBanks { get; init; }

    /// <summary>Where the configuration space of PCI devices lies in memory, null when that is not said.</summary>
    internal Located<ulong>? ConfigurationAddress { get; init; }

    /// <summary>Bytes of the configuration space.</summary>
    internal ulong ConfigurationSize { get; init; }

    /// <summary>The units for DMA and interrupt remapping.</summary>
    internal ImmutableArray<DeviceNode> Iommus => [.. Devices.Where(d => d.Capability("iommu") is not null)];

    /// <summary>Whether what devices do is confined to their domains.</summary>
    internal bool HasIommu => Devices.Any(d => d.Capability("iommu") is not null);

    /// <summary>Whether memory of a device is configuration space.</summary>
    internal bool IsConfiguration(DeviceMemoryNode memory) =>
        ConfigurationAddress is { } start && memory.Address < start.Value + ConfigurationSize && start.Value < memory.Address + memory.Size;
}

/// <summary>Devices that see the same memory. Of a mapping, the virtual address is where they see it.</summary>
internal sealed record ResolvedDomain(string Name, Place Place, ImmutableArray<ResolvedMapping> Mappings, ImmutableArray<ResolvedDevice> Devices);

/// <summary>What a region is.</summary>
internal enum RegionUse
{
    Memory,
    Channel,
    Provided,

    /// <summary>The kernel's crash audit, which lies where the compiler put it.</summary>
    CrashAudit,
}

/// <summary>A memory region, a channel's memory, or memory that a component brings along.</summary>
internal sealed record ResolvedRegion(
    string Name, Place Place, RegionUse Use, Located<ulong> Size, Located<ulong>? Address, Located<Caching> Caching, ContentNode? Content)
{
    /// <summary>What the subject information says of it.</summary>
    internal MemoryKind Kind { get; init; } = MemoryKind.Subject;

    /// <summary>A chosen address is a multiple of it, in bytes; null leaves it to the compiler.</summary>
    internal Located<ulong>? Alignment { get; init; }
}

/// <summary>An event; <paramref name="Channel"/> is the channel whose event it is, -1 for one of the events section.</summary>
internal sealed record ResolvedEvent(string Name, Place Place, EventMode Mode, int Channel);

/// <summary>A channel, its region and its event, -1 when it has none.</summary>
internal sealed record ResolvedChannel(string Name, Place Place, int Region, int Event);

/// <summary>A subject with everything that it gets.</summary>
/// <param name="Component">Index of its component, -1 when unknown or idle.</param>
/// <param name="Idle">Processor for which the compiler added this subject, null for one of the policy.</param>
/// <param name="Group">Index of its scheduling group.</param>
internal sealed record ResolvedSubject(
    string Name, Place Place, int Component, int? Idle, SubjectProfile Profile, Located<ulong> StackSize, Located<int>? Cpu,
    Vcpu Vcpu, ImmutableArray<MsrNode> Msrs, ImmutableArray<ResolvedMapping> Mappings, ImmutableArray<ResolvedChannelEnd> ChannelEnds,
    ImmutableArray<ResolvedDevice> Devices, ImmutableArray<ResolvedPort> Ports, ImmutableArray<ResolvedIrq> Irqs,
    ImmutableArray<ResolvedDeviceMemory> DeviceMemory, ImmutableArray<ResolvedSource> Sources, ImmutableArray<ResolvedTrap> Traps,
    ImmutableArray<ResolvedTarget> Targets, int Group)
{
    /// <summary>Index of the VM whose further processor it is, null for one with memory of its own.</summary>
    internal int? Main { get; init; }

    /// <summary>What it sees of other subjects.</summary>
    internal ImmutableArray<ResolvedMonitor> Monitors { get; init; } = [];

    /// <summary>The time that it needs, null when it does not say.</summary>
    internal TimeNode? Time { get; init; }

    /// <summary>Traces of it that the kernel wipes out of the processor when another subject runs.</summary>
    internal SubjectFlags Flushes { get; init; }

    /// <summary>The command line of a VM.</summary>
    internal string BootParameters { get; init; } = "";

    /// <summary>Whether it is a virtual machine: its addresses are guest-physical.</summary>
    internal bool IsVm => Profile == SubjectProfile.Vm;
}

/// <summary>A subject that must not reach another one, but through those that are trusted.</summary>
internal sealed record ResolvedGoal(Place Place, int From, int To, ImmutableArray<int> Unless);

/// <summary>A subject's view of another one, by the other's index.</summary>
internal sealed record ResolvedMonitor(MonitorPart Part, string Logical, Place Place, int Subject, Located<ulong>? VirtualAddress, bool Writable);

/// <summary>A region in a subject's address space.</summary>
internal sealed record ResolvedMapping(
    string Logical, Place Place, int Region, MemoryKind Kind, Located<ulong>? RequiredSize, Located<ulong>? VirtualAddress, bool Writable, bool Executable);

/// <summary>A subject's end of a channel. <paramref name="Signal"/>: vector of a reader, event number of a writer, -1 = automatic, null = none.</summary>
internal sealed record ResolvedChannelEnd(string Logical, Place Place, int Channel, bool Writer, Located<int>? Signal)
{
    /// <summary>The C# type of the elements; null when that is not said.</summary>
    internal Located<string>? ElementType { get; init; }
}

/// <summary>A device that a subject has something of.</summary>
internal sealed record ResolvedDevice(string Logical, Place Place, DeviceNode Device);

/// <summary>A range of ports that a subject has.</summary>
internal sealed record ResolvedPort(string Logical, Place Place, DeviceNode Device, PortNode Port, ushort? RequiredStart, ushort? RequiredEnd);

/// <summary>An interrupt that a subject has.</summary>
internal sealed record ResolvedIrq(string Logical, Place Place, DeviceNode Device, IrqNode Irq, Located<int>? Vector)
{
    /// <summary>The message that it is, null for the line.</summary>
    internal MessageNode? Message { get; init; }

    /// <summary>Of the first of several messages, whose vectors follow each other, how many there are.</summary>
    internal int Messages { get; init; } = 1;

    /// <summary>Whether it stays masked until its subject unmasks it: a line that is level-triggered.</summary>
    internal bool IsLevel => Irq.Level && Message is null;
}

/// <summary>Device memory that a subject has.</summary>
internal sealed record ResolvedDeviceMemory(
    string Logical, Place Place, DeviceNode Device, DeviceMemoryNode Memory, Located<ulong>? RequiredSize, Located<ulong>? VirtualAddress, bool Writable, bool Executable);

/// <summary>An event that a subject triggers; <paramref name="Event"/> is -1 when only an action happens.</summary>
internal sealed record ResolvedSource(string Logical, Place Place, int Event, ActionNode? Action, Located<int>? Number);

/// <summary>A trap that has an event or an action; <paramref name="FromDefault"/> for one that the default filled.</summary>
internal sealed record ResolvedTrap(int Reason, Place Place, int Event, ActionNode? Action, bool FromDefault);

/// <summary>An event that a subject receives.</summary>
internal sealed record ResolvedTarget(string Logical, Place Place, int Event, Located<int>? Number, Located<int>? Vector, bool Reset);

/// <summary>The plan. Frames name partitions; <paramref name="Declared"/> are the partitions as they are written.</summary>
internal sealed record ResolvedPlan(
    Place Place, ulong TickRate, ImmutableArray<ResolvedMajorFrame> MajorFrames, ImmutableArray<ResolvedPartition> Partitions, ImmutableArray<ResolvedGroup> Groups,
    ImmutableArray<PartitionNode> Declared, bool Given)
{
    /// <summary>The processors in whose frames a subject's partition stands: one, or the plan has an error.</summary>
    internal ImmutableArray<int> ProcessorsOf(ResolvedSubject subject) => Partitions[Groups[subject.Group].Partition].Processors;
}

/// <summary>A major frame.</summary>
internal sealed record ResolvedMajorFrame(Place Place, ImmutableArray<ResolvedCpuPlan> Cpus);

/// <summary>A processor's part of a major frame.</summary>
internal sealed record ResolvedCpuPlan(int Id, Place Place, ImmutableArray<ResolvedMinorFrame> Frames);

/// <summary>A slot; <paramref name="Partition"/> is -1 when its subject or partition is unknown.</summary>
internal sealed record ResolvedMinorFrame(Place Place, uint Ticks, int Partition);

/// <summary>Groups that take turns in the same frames. Its groups follow each other in the list of groups.</summary>
/// <param name="Declared">The partition as it is written, null for one that the compiler made for a single group.</param>
/// <param name="Processors">Those in whose frames it stands.</param>
internal sealed record ResolvedPartition(PartitionNode? Declared, int FirstGroup, int GroupCount, ImmutableArray<int> Processors);

/// <summary>Subjects that hand over to each other; <paramref name="First"/> is active at start.</summary>
internal sealed record ResolvedGroup(int First, ImmutableArray<int> Members, int Partition);
