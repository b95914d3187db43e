// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Muen.Abi;

namespace Muen.Sdk.Policy;

// A compiled system for reports and tests: the very records from which the image's bytes are made. Things refer to each other by index.

/// <summary>A compiled system.</summary>
/// <param name="TscKhz">Frequency of the TSC.</param>
/// <param name="ConsolePort">First port of the kernel's console, 0 when there is none.</param>
/// <param name="HasPlanSelector">Whether a subject (tau0) chooses the next major frame.</param>
public sealed record SystemView(
    string Name, uint TscKhz, ushort ConsolePort, ImmutableArray<MemoryBlockView> Memory, ImmutableArray<RegionView> Regions, ImmutableArray<ProcessorView> Processors,
    ImmutableArray<SubjectView> Subjects, ImmutableArray<EventView> Events, ImmutableArray<ChannelView> Channels,
    ImmutableArray<PartitionView> Partitions, ImmutableArray<GroupView> Groups, ImmutableArray<MajorFrameView> MajorFrames, bool HasPlanSelector)
{
    /// <summary>What devices may do, null on a machine that does not confine them.</summary>
    public DmaView? Dma { get; init; }
}

/// <summary>How devices are confined.</summary>
/// <param name="Units">Registers of the units for DMA and interrupt remapping: physical address and bytes.</param>
/// <param name="AddressWidth">Bits of the addresses that devices use: 39 or 48.</param>
/// <param name="IoApicSource">Source identifier of the IO-APIC's interrupts.</param>
/// <param name="RootTable">Physical address of the root table.</param>
/// <param name="InterruptTable">Physical address of the interrupt remapping table: entry n has vector n.</param>
/// <param name="InvalidationQueue">Physical address of the invalidation queue.</param>
/// <param name="Contexts">Context tables: bus and physical address.</param>
public sealed record DmaView(
    ImmutableArray<(ulong Address, uint Size)> Units, int AddressWidth, ushort IoApicSource, ulong RootTable, ulong InterruptTable, ulong InvalidationQueue,
    ImmutableArray<(int Bus, ulong Address)> Contexts, ImmutableArray<DomainView> Domains);

/// <summary>Devices that see the same memory.</summary>
/// <param name="Id">Domain identifier, from 1.</param>
/// <param name="PageTables">Physical address of the second-level tables.</param>
/// <param name="Mappings">What they see, at the addresses that they use.</param>
/// <param name="Devices">Names and source identifiers.</param>
public sealed record DomainView(string Name, int Id, ulong PageTables, ImmutableArray<MappingView> Mappings, ImmutableArray<(string Name, ushort SourceId)> Devices);

/// <summary>A piece of the machine's memory; address and size in bytes.</summary>
public sealed record MemoryBlockView(string Name, ulong Address, ulong Size, bool Allocatable);

/// <summary>What a piece of physical memory is for.</summary>
public enum RegionKind
{
    /// <summary>A segment of the kernel's ELF.</summary>
    KernelImage,

    /// <summary>The kernel's tables (<see cref="TablesHeader"/>).</summary>
    Tables,
    CrashAudit,

    /// <summary>Page tables of a processor's kernel.</summary>
    KernelPageTables,
    KernelStack,
    InterruptStack,
    ProcessorData,
    VmxOn,
    State,
    TimedEvent,
    Interrupts,
    SchedulingInfo,
    Fpu,
    Vmcs,
    IoBitmap,
    MsrBitmap,

    /// <summary>Saved and loaded MSRs (SDM vol. 3, 25.7.2).</summary>
    MsrStore,

    /// <summary>Page tables of a native subject, or the EPT of a VM.</summary>
    SubjectPageTables,
    SubjectInfo,
    Stack,

    /// <summary>A segment of a subject's ELF.</summary>
    Binary,

    /// <summary>A region of the memory section.</summary>
    Memory,
    Channel,

    /// <summary>Memory that a component brings along.</summary>
    Provided,

    /// <summary>Root table of the units for DMA remapping.</summary>
    DmaRoot,

    /// <summary>Context table of a bus, which is <see cref="RegionView.Owner"/>.</summary>
    DmaContext,

    /// <summary>Second-level page tables of a domain, whose index is <see cref="RegionView.Owner"/>.</summary>
    DmaTables,

    /// <summary>Interrupt remapping table.</summary>
    InterruptTable,

    /// <summary>What the units for DMA remapping forget at start.</summary>
    InvalidationQueue,

    /// <summary>The first content of a region that can be written over, for a loader: <see cref="RegionView.Owner"/> and <see cref="RegionView.Part"/> are the region's.</summary>
    Content,
}

/// <summary>A piece of physical memory.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Owner">Processor or subject that it belongs to, -1 for one of the system.</param>
/// <param name="Part">Segment of a binary, or index of the policy's region; -1 otherwise.</param>
/// <param name="Address">Physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Caching">How it is cached.</param>
/// <param name="Loaded">Whether the boot loader fills it.</param>
public sealed record RegionView(string Name, RegionKind Kind, int Owner, int Part, ulong Address, ulong Size, Caching Caching, bool Loaded);

/// <summary>Memory in an address space.</summary>
/// <param name="Name">Logical name.</param>
/// <param name="Region">Index of the region, -1 for device memory.</param>
/// <param name="VirtualAddress">First byte as it is seen.</param>
/// <param name="PhysicalAddress">First byte in physical memory.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">What the subject information says it is; of a kernel's mapping without meaning.</param>
public sealed record MappingView(
    string Name, int Region, ulong VirtualAddress, ulong PhysicalAddress, ulong Size, bool Writable, bool Executable, Caching Caching, MemoryKind Kind)
{
    /// <summary>Of device memory the device's source identifier; 0xFFFF when it has none.</summary>
    public ushort SourceId { get; init; } = DeviceView.NoSourceId;
}

/// <summary>A processor and its kernel's address space.</summary>
/// <param name="PageTables">Physical address of the kernel's page tables (CR3).</param>
public sealed record ProcessorView(int Id, uint ApicId, uint MachineCheckBanks, ulong PageTables, ulong VmxOn, ImmutableArray<MappingView> Mappings);

/// <summary>A subject.</summary>
/// <param name="Component">Name of the component, null for an idle subject.</param>
/// <param name="Main">The VM whose further processor it is, -1 for a subject with memory of its own.</param>
/// <param name="Flags">What the kernel does for it beyond the least.</param>
/// <param name="PageTables">Physical address of its page tables: CR3 of a native subject, the root of the EPT of a VM.</param>
/// <param name="Traps">By exit reason 0 to 59; without an entry the kernel stops the subject.</param>
public sealed record SubjectView(
    int Id, string Name, string? Component, int Processor, int Group, SubjectProfile Profile, int Main, SubjectFlags Flags, ulong PageTables, VcpuView Vcpu, ImmutableArray<MsrView> Msrs,
    ImmutableArray<MappingView> Mappings, ImmutableArray<SourceEventView> Events, ImmutableArray<TrapView> Traps, ImmutableArray<TargetEventView> Targets,
    ImmutableArray<VectorView> Vectors, ImmutableArray<DeviceView> Devices, ImmutableArray<PortView> Ports, ImmutableArray<IrqView> Irqs)
{
    /// <summary>Address of its first instruction.</summary>
    public ulong Entry => Vcpu.Initial.Rip + (Profile == SubjectProfile.Vm ? Vcpu.Initial.Cs.Base : 0);

    /// <summary>RSP at start.</summary>
    public ulong StackPointer => Vcpu.Initial.Rsp;
}

/// <summary>A range of MSRs that a subject may use.</summary>
public sealed record MsrView(uint Start, uint End, bool Read, bool Write);

/// <summary>Where a signal goes and how.</summary>
/// <param name="Event">Index of the event, -1 when there is only an action.</param>
/// <param name="TargetSubject">The subject that it goes to, -1 when there is none.</param>
/// <param name="TargetEvent">The number of the event there.</param>
public sealed record SignalView(int Event, SourceAction Action, int Irq, EventFlags Flags, int TargetSubject, int TargetEvent);

/// <summary>An event that a subject triggers by VMCALL with RAX = <paramref name="Number"/>.</summary>
public sealed record SourceEventView(string Name, int Number, SignalView Signal);

/// <summary>What an exit for <paramref name="Reason"/> does.</summary>
public sealed record TrapView(int Reason, SignalView Signal);

/// <summary>An event that a subject receives.</summary>
public sealed record TargetEventView(string Name, int Number, int Event, TargetAction Action, int Vector);

/// <summary>A vector that a subject may see, and what it is called.</summary>
public sealed record VectorView(string Name, int Vector);

/// <summary>A device that a subject has something of; <paramref name="FirstVector"/> is -1 when it has no interrupt.</summary>
public sealed record DeviceView(string Name, string Device, int FirstVector, int VectorCount)
{
    /// <summary>Source identifier of a device that is not on the PCI bus.</summary>
    public const ushort NoSourceId = 0xFFFF;

    /// <summary>Source identifier of its memory accesses and messages.</summary>
    public ushort SourceId => Pci?.SourceId ?? NoSourceId;

    /// <summary>Its place on the PCI bus, null when it is on none.</summary>
    public PciNode? Pci { get; init; }

    /// <summary>Index of the interrupt remapping entry of its first message, -1 when it has none.</summary>
    public int FirstMessage { get; init; } = -1;
}

/// <summary>Ports that a subject has, both ends included.</summary>
public sealed record PortView(string Name, ushort Start, ushort End)
{
    /// <summary>The device's source identifier; 0xFFFF when it has none.</summary>
    public ushort SourceId { get; init; } = DeviceView.NoSourceId;
}

/// <summary>An interrupt that a subject has.</summary>
/// <param name="Input">Input of the IO-APIC, -1 for a message.</param>
/// <param name="HostVector">Vector of the processor.</param>
/// <param name="Vector">Vector that the subject sees.</param>
public sealed record IrqView(string Name, int Number, int Input, int HostVector, int Vector, bool Level, bool ActiveLow)
{
    /// <summary>Of a message the source identifier of its device; 0xFFFF for a line.</summary>
    public ushort SourceId { get; init; } = DeviceView.NoSourceId;
}

/// <summary>An event; <paramref name="Sources"/> are the subjects that trigger it, <paramref name="Target"/> is -1 when only the kernel acts.</summary>
public sealed record EventView(string Name, EventMode Mode, ImmutableArray<int> Sources, int Target);

/// <summary>A channel.</summary>
public sealed record ChannelView(string Name, int Region, int Event, int Writer, ImmutableArray<int> Readers);

/// <summary>A scheduling partition: its groups follow each other in the list of groups and take turns.</summary>
/// <param name="Name">Its name; of one that the policy does not name, that of its first subject.</param>
public sealed record PartitionView(string Name, int Processor, int FirstGroup, int GroupCount);

/// <summary>A scheduling group; <paramref name="FirstSubject"/> is active at start.</summary>
public sealed record GroupView(int FirstSubject, int Partition, ImmutableArray<int> Members);

/// <summary>A major frame; <paramref name="Period"/> in TSC cycles.</summary>
public sealed record MajorFrameView(ulong Period, ImmutableArray<ImmutableArray<MinorFrameView>> Processors);

/// <summary>A slot of time; <paramref name="Deadline"/> in TSC cycles from the major frame's start.</summary>
/// <param name="Barrier">Where <paramref name="BarrierSize"/> processors meet at the deadline; -1 when the processor is alone there, or all meet because the major frame ends.</param>
public sealed record MinorFrameView(int Partition, uint Ticks, ulong Deadline, int Barrier, int BarrierSize);
