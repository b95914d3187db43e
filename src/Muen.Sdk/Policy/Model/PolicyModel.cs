// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy;

// A policy as it was written: nothing is looked up, derived or checked against anything else yet. A value that was left out is null.

/// <summary>A value and where it is written.</summary>
public readonly record struct Located<T>(T Value, Place Place);

/// <summary>A whole policy.</summary>
public sealed record PolicyModel(
    string Name, Place Place, HardwareNode Hardware, ImmutableArray<MemoryNode> Memory, ImmutableArray<EventNode> Events, ImmutableArray<ChannelNode> Channels,
    ImmutableArray<ComponentNode> Components, ImmutableArray<SubjectNode> Subjects, SchedulingNode? Scheduling)
{
    /// <summary>Names for the machine's devices; null when there are none.</summary>
    public PlatformNode? Platform { get; init; }

    /// <summary>What devices may do to memory.</summary>
    public ImmutableArray<DomainNode> Domains { get; init; } = [];

    /// <summary>What must hold of the whole.</summary>
    public ImmutableArray<GoalNode> Goals { get; init; } = [];

    /// <summary>Names of the files that memory regions are filled from, and of binaries that are there already, as the policy writes them.</summary>
    public IEnumerable<string> Files => Memory.Select(m => m.Content).Concat(Components.SelectMany(c => c.Provides).Select(p => p.Content))
        .Select(c => c?.Filename).Concat(Components.Select(c => c.Binary?.Filename)).OfType<string>();
}

/// <summary>The hardware section, or an entry of the catalogue.</summary>
public sealed record HardwareNode(
    Place Place, Located<string>? Reference, ImmutableArray<MemoryBlockNode> Blocks, ProcessorNode? Processor, ImmutableArray<DeviceNode> Devices,
    Located<ushort>? ConsolePort)
{
    /// <summary>Where the configuration space of PCI devices lies in memory; null when that is not said.</summary>
    public Located<ulong>? ConfigurationAddress { get; init; }

    /// <summary>Bytes of the configuration space.</summary>
    public ulong ConfigurationSize { get; init; }

    /// <summary>Whether a catalogue's entry is named by something that could not be read: what the machine has is not known then.</summary>
    public bool IsIncomplete { get; init; }
}

/// <summary>A piece of the machine's memory; address and size in bytes.</summary>
public sealed record MemoryBlockNode(string Name, Place Place, ulong Address, ulong Size, bool Allocatable);

/// <summary>The machine's processors.</summary>
public sealed record ProcessorNode(Place Place, int? Cores, uint? TscKhz, int? TimerRate, uint? MachineCheckBanks, ImmutableArray<CpuNode> Cpus);

/// <summary>A processor's number in the plan and its APIC identifier.</summary>
public sealed record CpuNode(int Id, uint ApicId, Place Place);

/// <summary>A device of the machine.</summary>
public sealed record DeviceNode(
    string Name, Place Place, ImmutableArray<PortNode> Ports, ImmutableArray<IrqNode> Irqs, ImmutableArray<DeviceMemoryNode> Memory)
{
    /// <summary>Where it is on the PCI bus; null for one that is on none.</summary>
    public PciNode? Pci { get; init; }

    /// <summary>What it is able to do: <c>iommu</c> and <c>ioapic</c> are the kernel's.</summary>
    public ImmutableArray<CapabilityNode> Capabilities { get; init; } = [];

    /// <summary>The capability of this name.</summary>
    public CapabilityNode? Capability(string name) => Capabilities.FirstOrDefault(c => c.Name == name);

    /// <summary>Whether only the kernel may touch it.</summary>
    public bool IsKernels => Capability("iommu") is not null || Capability("ioapic") is not null;
}

/// <summary>A device's place on the PCI bus, and what it says it is.</summary>
public sealed record PciNode(int Bus, int Device, int Function, ushort Vendor, ushort Identifier, ushort Class, Place Place)
{
    /// <summary>The source identifier of its memory accesses and interrupts (VT-d specification, 3.4.1).</summary>
    public ushort SourceId => (ushort)((Bus << 8) | (Device << 3) | Function);
}

/// <summary>Something that a device is able to do.</summary>
public sealed record CapabilityNode(string Name, string Value, Place Place);

/// <summary>A range of ports, both ends included.</summary>
public sealed record PortNode(string Name, Place Place, ushort Start, ushort End);

/// <summary>An interrupt of a device.</summary>
public sealed record IrqNode(string Name, Place Place, int Number, bool Level, bool ActiveLow)
{
    /// <summary>Message-signalled interrupts that the device has in place of its line.</summary>
    public ImmutableArray<MessageNode> Messages { get; init; } = [];
}

/// <summary>A message-signalled interrupt of a device.</summary>
public sealed record MessageNode(string Name, Place Place);

/// <summary>Memory of a device; address and size in bytes.</summary>
public sealed record DeviceMemoryNode(string Name, Place Place, ulong Address, ulong Size, Caching Caching);

/// <summary>How the processor caches a page.</summary>
public enum Caching
{
    WB,
    WT,
    WC,
    WP,
    UC,
}

/// <summary>What a memory region holds at start: a file, equal bytes, or zeros.</summary>
public sealed record ContentNode(Place Place, string? Filename, long Offset, byte? Pattern);

/// <summary>A memory region; size, address and alignment in bytes. <paramref name="Kind"/> is what the subject information says of it.</summary>
public sealed record MemoryNode(
    string Name, Place Place, Located<ulong> Size, Located<ulong>? Address, Located<ulong>? Alignment, Located<Caching> Caching, Muen.Abi.MemoryKind Kind, ContentNode? Content);

/// <summary>How an event travels.</summary>
public enum EventMode
{
    Asap,
    Async,
    Ipi,
    Self,
    Switch,
    Kernel,
}

/// <summary>An event of the system.</summary>
public sealed record EventNode(string Name, Place Place, EventMode Mode);

/// <summary>A channel; size in bytes.</summary>
public sealed record ChannelNode(string Name, Place Place, Located<ulong> Size, Located<EventMode>? Event);

/// <summary>A program of the components section.</summary>
public sealed record ComponentNode(
    string Name, Place Place, Located<string>? Profile, Located<ulong>? StackSize, RequirementsNode Requires, ImmutableArray<ProvidedNode> Provides,
    ComponentBinary? Binary);

/// <summary>The program of a component: exactly one of <paramref name="Filename"/> and <paramref name="Project"/> is there.</summary>
/// <param name="Component">The component's name.</param>
/// <param name="Filename">An ELF file, relative to the file at <paramref name="Place"/>.</param>
/// <param name="Project">A C# project, relative to the file at <paramref name="Place"/>.</param>
/// <param name="Place">Where it is named.</param>
public sealed record ComponentBinary(string Component, string? Filename, string? Project, Place Place)
{
    /// <summary>Whether the path was written and could not be read.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Guest-physical address of a VM's flat binary; null for a binary that says itself where it lies.</summary>
    public Located<ulong>? Address { get; init; }
}

/// <summary>What a component requires, or a subject names beside its component's requirements.</summary>
public sealed record RequirementsNode(
    VcpuNode? Vcpu, ImmutableArray<MemoryUseNode> Memory, ImmutableArray<ChannelUseNode> Channels, ImmutableArray<DeviceUseNode> Devices,
    ImmutableArray<SourceEventNode> Sources, ImmutableArray<SourceEventNode> Traps, DefaultTrapNode? DefaultTrap, ImmutableArray<TargetEventNode> Targets)
{
    /// <summary>Nothing.</summary>
    public static readonly RequirementsNode None = new(null, [], [], [], [], [], null, []);
}

/// <summary>Memory that a component requires (<paramref name="Physical"/> is null) or a subject maps.</summary>
public sealed record MemoryUseNode(
    string Logical, Place Place, Located<string>? Physical, Located<ulong>? Size, Located<ulong>? VirtualAddress, bool Writable, bool Executable);

/// <summary>An end of a channel. <paramref name="Signal"/> is the reader's vector or the writer's event number, -1 for <c>auto</c>.</summary>
public sealed record ChannelUseNode(
    string Logical, Place Place, bool Writer, Located<string>? Physical, Located<ulong>? Size, Located<ulong>? VirtualAddress, Located<int>? Signal)
{
    /// <summary>The C# type of the elements; null when that is not said.</summary>
    public Located<string>? ElementType { get; init; }
}

/// <summary>A device; without resources all that it has.</summary>
public sealed record DeviceUseNode(
    string Logical, Place Place, Located<string>? Physical, ImmutableArray<PortUseNode> Ports, ImmutableArray<IrqUseNode> Irqs,
    ImmutableArray<DeviceMemoryUseNode> Memory);

/// <summary>Ports of a device.</summary>
public sealed record PortUseNode(string Logical, Place Place, Located<string>? Physical, ushort? Start, ushort? End);

/// <summary>An interrupt of a device; <paramref name="Vector"/> is null or -1 when it is to be chosen.</summary>
public sealed record IrqUseNode(string Logical, Place Place, Located<string>? Physical, Located<int>? Vector)
{
    /// <summary>The message-signalled interrupts that are meant; none means the line.</summary>
    public ImmutableArray<MessageUseNode> Messages { get; init; } = [];

    /// <summary>Whether all that the interrupt has is meant: messages where they are remapped, the line otherwise.</summary>
    public bool IsWhole { get; init; }
}

/// <summary>A message-signalled interrupt of a device.</summary>
public sealed record MessageUseNode(string Logical, Place Place, Located<string>? Physical);

/// <summary>Devices that see the same memory, each at the domain's addresses.</summary>
public sealed record DomainNode(string Name, Place Place, ImmutableArray<MemoryUseNode> Memory, ImmutableArray<DeviceUseNode> Devices);

/// <summary>Memory of a device.</summary>
public sealed record DeviceMemoryUseNode(
    string Logical, Place Place, Located<string>? Physical, Located<ulong>? Size, Located<ulong>? VirtualAddress, bool Writable, bool Executable);

/// <summary>What the kernel does for the subject that triggers an event.</summary>
/// <param name="Action">The ABI's action.</param>
/// <param name="Irq">The interrupt to unmask.</param>
/// <param name="Place">Where it is written.</param>
public sealed record ActionNode(Muen.Abi.SourceAction Action, int Irq, Place Place);

/// <summary>An event that a subject triggers by VMCALL, or a trap. <paramref name="Id"/> is the number as it was written.</summary>
public sealed record SourceEventNode(string Logical, Place Place, Located<string>? Physical, Located<string>? Id, ActionNode? Action);

/// <summary>The event of every trap without one of its own, and what the kernel does then.</summary>
public sealed record DefaultTrapNode(Located<string> Physical, ActionNode? Action);

/// <summary>An event that a subject receives. <paramref name="Vector"/> is -1 for <c>auto</c>, null when the event does not arrive as an interrupt.</summary>
public sealed record TargetEventNode(string Logical, Place Place, Located<string>? Physical, Located<int>? Id, Located<int>? Vector, bool Reset);

/// <summary>Memory that a component brings along.</summary>
public sealed record ProvidedNode(
    string Logical, Place Place, Located<ulong> Size, Located<ulong>? VirtualAddress, bool Writable, bool Executable, Muen.Abi.MemoryKind Kind, ContentNode? Content);

/// <summary>A subject.</summary>
public sealed record SubjectNode(
    string Name, Place Place, Located<string>? Profile, Located<ulong>? StackSize, Located<int>? Cpu, Located<string>? Component, ImmutableArray<MapNode> Maps,
    RequirementsNode Own)
{
    /// <summary>The command line of a VM.</summary>
    public string BootParameters { get; init; } = "";

    /// <summary>What it sees of other subjects.</summary>
    public ImmutableArray<MonitorNode> Monitors { get; init; } = [];

    /// <summary>The time that it needs, null when it does not say.</summary>
    public TimeNode? Time { get; init; }

    /// <summary>The VM of which it is a further processor.</summary>
    public Located<string>? Sibling { get; init; }
}

/// <summary>Connects a component's requirement to a resource of the system; <paramref name="Maps"/> those of a device.</summary>
public sealed record MapNode(Located<string> Logical, Located<string> Physical, ImmutableArray<MapNode> Maps);

/// <summary>The plan.</summary>
public sealed record SchedulingNode(Place Place, ulong TickRate, ImmutableArray<PartitionNode> Partitions, ImmutableArray<MajorFrameNode> MajorFrames);

/// <summary>A partition of subjects that share time.</summary>
public sealed record PartitionNode(string Name, Place Place, ImmutableArray<GroupNode> Groups);

/// <summary>Subjects that hand over to each other.</summary>
public sealed record GroupNode(string Name, Place Place, ImmutableArray<Located<string>> Subjects);

/// <summary>A plan that repeats.</summary>
public sealed record MajorFrameNode(Place Place, ImmutableArray<CpuPlanNode> Cpus);

/// <summary>A processor's part of a major frame.</summary>
public sealed record CpuPlanNode(int Id, Place Place, ImmutableArray<MinorFrameNode> Frames);

/// <summary>A slot of time in ticks; idle when neither subject nor partition is there.</summary>
public sealed record MinorFrameNode(Place Place, uint Ticks, Located<string>? Subject, Located<string>? Partition);
