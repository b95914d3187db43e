// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Muen.Sdk.Policy;

/// <summary>A kind of error.</summary>
/// <param name="Id"><c>MUENnnnn</c>.</param>
/// <param name="Section">What it concerns.</param>
/// <param name="Title">What is wrong, in a line.</param>
/// <param name="Explanation">Why, and what is possible.</param>
public sealed record DiagnosticCode(string Id, string Section, string Title, string Explanation)
{
    /// <summary>The code itself.</summary>
    public override string ToString() => Id;
}

/// <summary>
/// Every error the policy compiler reports: one table, from which <c>muen explain</c> and the documentation are made. The first two
/// digits say the section: 10 reading, 11 memory, 12 devices, 13 subjects, 14 events and channels, 15 scheduling, 16 hardware and
/// kernel, 17 binaries, 18 language, 19 goals. A number that was once used never gets another meaning: 1219, 1308 and 1513 are not used any more.
/// </summary>
public static class DiagnosticCodes
{
    private static readonly SortedDictionary<string, DiagnosticCode> Table = new(StringComparer.Ordinal);

    /// <summary>All codes in order.</summary>
    public static ImmutableArray<DiagnosticCode> All => [.. Table.Values];

    /// <summary>The code with this identifier, null when there is none.</summary>
    /// <param name="id"><c>MUENnnnn</c>.</param>
    public static DiagnosticCode? Find(string id) => Table.GetValueOrDefault(id);

    internal static readonly DiagnosticCode UnreadableFile = Define(1001, "Reading", "The file cannot be read",
        "The file does not exist, is a directory, or the user may not read it.");
    internal static readonly DiagnosticCode FileTooLarge = Define(1002, "Reading", "The file is too large",
        "A policy file may have 16 MiB, and 64 MiB with everything it includes.");
    internal static readonly DiagnosticCode NotText = Define(1003, "Reading", "The file is not text",
        "Policy files are UTF-8 (or UTF-16 with a byte order mark) without NUL bytes. The place is that of the first byte that cannot be.");
    internal static readonly DiagnosticCode MalformedXml = Define(1004, "Reading", "The XML is malformed",
        "The place is where the XML reader gave up; the cause may lie before it, for example an element that was not closed.");
    internal static readonly DiagnosticCode EmptyFile = Define(1005, "Reading", "The file is empty",
        "There is no XML element in the file.");
    internal static readonly DiagnosticCode DtdForbidden = Define(1006, "Reading", "A document type is not allowed",
        "DTDs and entities are not read: they could name other files or grow without bound.");
    internal static readonly DiagnosticCode NestedTooDeeply = Define(1007, "Reading", "Elements are nested too deeply",
        "Elements may be nested 64 deep.");
    internal static readonly DiagnosticCode UnknownElement = Define(1008, "Reading", "Unknown element",
        "The message lists the elements that may stand at this place.");
    internal static readonly DiagnosticCode UnknownAttribute = Define(1009, "Reading", "Unknown attribute",
        "The message lists the attributes that the element may have.");
    internal static readonly DiagnosticCode MissingAttribute = Define(1010, "Reading", "A required attribute is missing",
        "The element says nothing without this attribute.");
    internal static readonly DiagnosticCode MissingElement = Define(1011, "Reading", "A required element is missing",
        "The element needs this child.");
    internal static readonly DiagnosticCode RepeatedElement = Define(1012, "Reading", "The element may stand here only once",
        "Join the two.");
    internal static readonly DiagnosticCode UnexpectedText = Define(1013, "Reading", "Text is not allowed here",
        "Values are written in attributes.");
    internal static readonly DiagnosticCode ValueTooLong = Define(1014, "Reading", "The value is too long",
        "An attribute's value may have 4096 characters.");
    internal static readonly DiagnosticCode NotANumber = Define(1015, "Reading", "Not a number",
        "Numbers are written 4096, 0x1000, 16#1000# (underscores allowed), or with a unit: 4K, 2M, 1G.");
    internal static readonly DiagnosticCode NumberOutOfRange = Define(1016, "Reading", "The number is out of range",
        "The message says what may stand here.");
    internal static readonly DiagnosticCode NotAValue = Define(1017, "Reading", "Not one of the possible values",
        "The message lists the possible values.");
    internal static readonly DiagnosticCode InvalidName = Define(1018, "Reading", "Not a valid name",
        "A name has 1 to 63 characters: letters, digits, '_', '-', '.', '+', '|' and spaces; it begins with a letter or digit and does not end with a space.");
    internal static readonly DiagnosticCode WrongRoot = Define(1019, "Reading", "The root element is not the expected one",
        "A policy's root element is system.");
    internal static readonly DiagnosticCode IncludeCycle = Define(1020, "Reading", "A file includes itself",
        "The message shows the chain of files.");
    internal static readonly DiagnosticCode TooManyIncludes = Define(1021, "Reading", "Too many includes",
        "Includes may be nested 16 deep, and a policy may have 1024 of them.");
    internal static readonly DiagnosticCode Exclusive = Define(1022, "Reading", "These attributes or elements exclude each other",
        "Exactly one of them is needed.");
    internal static readonly DiagnosticCode TooManyErrors = Define(1023, "Reading", "Too many errors",
        "Only the first 1000 are shown.");
    internal static readonly DiagnosticCode TooManyElements = Define(1024, "Reading", "The policy has too many elements",
        "A policy may have 1,000,000 elements and attributes, one element 10,000 attributes.");

    internal static readonly DiagnosticCode UnknownMemory = Define(1101, "Memory", "Unknown memory region",
        "Memory is mapped by the name of a region in the memory section.");
    internal static readonly DiagnosticCode DuplicateMemory = Define(1102, "Memory", "Two memory regions have the same name",
        "Names of regions are unique in the system, channels included.");
    internal static readonly DiagnosticCode InvalidSize = Define(1103, "Memory", "Not a possible size",
        "Memory is given in pages: a multiple of 4096 bytes, and not 0.");
    internal static readonly DiagnosticCode UnalignedPhysical = Define(1104, "Memory", "The physical address is not that of a page",
        "Physical addresses are multiples of 4096.");
    internal static readonly DiagnosticCode PhysicalOverlap = Define(1105, "Memory", "Two regions overlap in physical memory",
        "Leave the address out, and one is chosen.");
    internal static readonly DiagnosticCode OutsideMemory = Define(1106, "Memory", "The region is not within the hardware's memory",
        "A region lies wholly within one allocatable memory block.");
    internal static readonly DiagnosticCode MissingFile = Define(1107, "Memory", "The file does not exist",
        "File names are relative to the policy's folder; --file NAME=PATH on the command line puts another in its place.");
    internal static readonly DiagnosticCode FileTooLong = Define(1108, "Memory", "The file does not fit into its region",
        "Make the region larger, or the file smaller.");
    internal static readonly DiagnosticCode InvalidVirtual = Define(1109, "Memory", "Not a possible virtual address",
        "Virtual addresses are multiples of 4096, neither in page 0 nor beyond the lower half of the address space (0x800000000000). Those of a VM, which are guest-physical, may be 0 "
        + "and end at 0x400000000000.");
    internal static readonly DiagnosticCode VirtualOverlap = Define(1110, "Memory", "Two things of a subject overlap in its address space",
        "Leave the address out, and one is chosen.");
    internal static readonly DiagnosticCode DuplicateLogical = Define(1111, "Memory", "Two resources of a subject have the same logical name",
        "A subject finds its resources by these names.");
    internal static readonly DiagnosticCode WritableAndExecutable = Define(1112, "Memory", "Memory would be writable and executable",
        "No page of a native subject is both.");
    internal static readonly DiagnosticCode MemoryExhausted = Define(1113, "Memory", "The hardware's memory does not suffice",
        "The message says what did not fit and how much is left.");
    internal static readonly DiagnosticCode UnsupportedCaching = Define(1114, "Memory", "The caching type is not supported",
        "Supported are WB, WT and UC, and for memory that only VMs map also WC and WP.");
    internal static readonly DiagnosticCode KernelMemory = Define(1115, "Memory", "The region lies where the kernel or its tables are",
        "The kernel owns 0x100000 to 0x600FFF and page 0x7000.");
    internal static readonly DiagnosticCode ResourceSize = Define(1116, "Memory", "The resource has not the size that the component requires",
        "Change the region, or the requirement.");
    internal static readonly DiagnosticCode TooMuchMapped = Define(1117, "Memory", "A subject maps too much memory",
        "A native subject may map 32 GiB, which need page tables of 64 MiB.");
    internal static readonly DiagnosticCode InvalidStack = Define(1118, "Memory", "Not a possible stack size",
        "A stack has 4 KiB to 64 MiB, in pages.");
    internal static readonly DiagnosticCode ContentTooLarge = Define(1119, "Memory", "The image would hold too much",
        "All contents of memory together may have 1 GiB.");
    internal static readonly DiagnosticCode ReservedLogical = Define(1120, "Memory", "The logical name belongs to the policy compiler",
        "stack, sinfo, scheduling_info, timed_event and names that begin with binary_ are given automatically.");
    internal static readonly DiagnosticCode InvalidKernelInterface = Define(1121, "Memory", "Not a possible kernel interface",
        "The kernel interface, by which tau0 chooses the next major frame, is one page of write-back memory without content, and there is one in a system. "
        + "The name sys_interface stands for it without a declaration.");
    internal static readonly DiagnosticCode KernelInterfaceUse = Define(1122, "Memory", "The kernel interface is not mapped as it must be",
        "One subject, tau0, maps it and writes it; the kernel reads it at the end of each major frame.");
    internal static readonly DiagnosticCode CrashAuditWrite = Define(1124, "Memory", "A subject would write the crash audit",
        "The kernel writes it; a subject that maps crash_audit reads what led to the last reset.");
    internal static readonly DiagnosticCode InvalidAlignment = Define(1123, "Memory", "Not a possible alignment",
        "Regions are aligned to pages of 4 KiB, 2 MiB or 1 GiB.");

    internal static readonly DiagnosticCode UnknownDevice = Define(1201, "Devices", "Unknown device",
        "Devices are described in the hardware section or its catalogue entry.");
    internal static readonly DiagnosticCode DuplicateDevice = Define(1202, "Devices", "Two devices have the same name",
        "Names of devices are unique.");
    internal static readonly DiagnosticCode InvalidPortRange = Define(1203, "Devices", "Not a range of ports",
        "A range goes from start to end, both included, within 0..0xFFFF.");
    internal static readonly DiagnosticCode PortShared = Define(1204, "Devices", "Two subjects are given the same port",
        "A port belongs to one subject; let the others talk to it through a channel.");
    internal static readonly DiagnosticCode ForbiddenPort = Define(1205, "Devices", "The port is never granted",
        "Interrupt controllers, DMA, PCI configuration, reset, power and debug ports would let a subject reach beyond its memory.");
    internal static readonly DiagnosticCode ConsolePort = Define(1206, "Devices", "The port belongs to the kernel's console",
        "Choose another serial port for the subject.");
    internal static readonly DiagnosticCode UnknownDeviceResource = Define(1207, "Devices", "The device has no such resource",
        "The message lists the device's ports, interrupts and memory.");
    internal static readonly DiagnosticCode IrqShared = Define(1208, "Devices", "Two subjects are given the same interrupt",
        "An interrupt goes to one subject.");
    internal static readonly DiagnosticCode InvalidIrq = Define(1209, "Devices", "Not a possible interrupt",
        "The IO-APIC has inputs 0 to 23; input 2 carries IRQ 0.");
    internal static readonly DiagnosticCode DeviceMemoryOverlap = Define(1210, "Devices", "The device's memory overlaps RAM or interrupt controllers",
        "Device memory lies outside of the memory blocks and of 0xFEC00000 and 0xFEE00000 to 0xFEEFFFFF.");
    internal static readonly DiagnosticCode DeviceMemoryShared = Define(1211, "Devices", "Two subjects are given the same device memory",
        "Device memory belongs to one subject.");
    internal static readonly DiagnosticCode ForbiddenMsr = Define(1212, "Devices", "The MSR is never granted",
        "Granted are only MSRs that the processor or the kernel switches with the subject.");
    internal static readonly DiagnosticCode InvalidMsrRange = Define(1213, "Devices", "Not a range of MSRs",
        "A range goes from start to end, both included.");
    internal static readonly DiagnosticCode DuplicateGrant = Define(1214, "Devices", "A subject is given a device twice",
        "Name each device once in a subject.");
    internal static readonly DiagnosticCode MissingUnmask = Define(1215, "Devices", "A level-triggered interrupt has no unmask event",
        "The kernel masks a level-triggered interrupt until its subject triggers an event with the action unmask_irq.");
    internal static readonly DiagnosticCode UnknownUnmask = Define(1216, "Devices", "unmask_irq names an interrupt that the subject does not have",
        "A subject unmasks only its own level-triggered interrupts.");
    internal static readonly DiagnosticCode PortMismatch = Define(1217, "Devices", "The device's ports are not those that the component requires",
        "Change the map, or the requirement.");
    internal static readonly DiagnosticCode DuplicateDeviceResource = Define(1218, "Devices", "Two resources of a device have the same name",
        "Names of a device's ports, interrupts and memory are unique in the device.");

    internal static readonly DiagnosticCode NoIommu = Define(1219, "Devices", "What a device does to memory cannot be confined",
        "A PCI device reads and writes memory by itself. It is given to a subject, and domains are declared, on hardware that describes a unit for DMA remapping: "
        + "a device with the capability iommu.");
    internal static readonly DiagnosticCode InvalidIommu = Define(1220, "Devices", "The description of a unit for DMA remapping is incomplete",
        "A unit has one memory, its registers, and the capability agaw, 39 or 48, the same for all units; there are at most 8. The IO-APIC has the capability source_id.");
    internal static readonly DiagnosticCode KernelsDevice = Define(1221, "Devices", "The device is the kernel's",
        "The IO-APIC and the units for DMA remapping are never granted, and never in a domain.");
    internal static readonly DiagnosticCode DuplicatePlace = Define(1222, "Devices", "Two devices are at the same place of the PCI bus",
        "Bus, device and function together name one device.");
    internal static readonly DiagnosticCode NotPci = Define(1223, "Devices", "The device has no place on the PCI bus",
        "Devices are known by bus, device and function when they access memory or send messages.");
    internal static readonly DiagnosticCode ConfigurationSpace = Define(1224, "Devices", "A subject would configure its own device",
        "Configuration space moves a device's registers over others'. Only a subject that monitors the state of the device's subject may have it, named explicitly.");
    internal static readonly DiagnosticCode TooManyMessages = Define(1225, "Devices", "Too many message-signalled interrupts",
        "Host vectors 56 to 252 are for them.");
    internal static readonly DiagnosticCode DuplicateDomain = Define(1226, "Devices", "Two domains have the same name",
        "Names of domains are unique.");
    internal static readonly DiagnosticCode TooManyDomains = Define(1227, "Devices", "Too many domains",
        "There are 255.");
    internal static readonly DiagnosticCode DeviceInTwoDomains = Define(1228, "Devices", "A device is in two domains",
        "A device sees the memory of one domain.");
    internal static readonly DiagnosticCode DividedDevice = Define(1229, "Devices", "Functions of one device are in different domains",
        "Inside of a device nothing is translated, so its functions are trusted alike.");
    internal static readonly DiagnosticCode DomainAddress = Define(1230, "Devices", "Not a possible address in a domain",
        "Addresses are multiples of 4 KiB below 2^39 or 2^48, as the unit has it, and not 0xFEE00000 to 0xFEEFFFFF, where writes are interrupts.");
    internal static readonly DiagnosticCode DomainOverlap = Define(1231, "Devices", "Memory of a domain overlaps",
        "Each address of a domain means one piece of memory.");
    internal static readonly DiagnosticCode DomainMemory = Define(1232, "Devices", "The memory is not for devices",
        "The crash audit and the kernel interface are between the kernel and subjects. Memory of the kernel and of subjects that is no region has no name by which a domain could have it.");
    internal static readonly DiagnosticCode DomainRights = Define(1233, "Devices", "A subject would do more by its device than by itself",
        "What a domain's devices may read or write, a subject that has one of the devices may read or write too.");

    internal static readonly DiagnosticCode UnknownComponent = Define(1301, "Subjects", "Unknown component",
        "A subject runs a component of the components section.");
    internal static readonly DiagnosticCode DuplicateSubject = Define(1302, "Subjects", "Two subjects have the same name",
        "Names of subjects are unique.");
    internal static readonly DiagnosticCode DuplicateComponent = Define(1303, "Subjects", "Two components have the same name",
        "Names of components are unique.");
    internal static readonly DiagnosticCode UnknownMap = Define(1304, "Subjects", "The component has no such requirement",
        "A map connects a logical name that the component requires to a resource of the system.");
    internal static readonly DiagnosticCode UnmappedRequirement = Define(1305, "Subjects", "A requirement of the component is not met",
        "Map its logical name to a resource, or give a resource the same name.");
    internal static readonly DiagnosticCode DuplicateMap = Define(1306, "Subjects", "A logical name is mapped twice",
        "Each requirement is met once.");
    internal static readonly DiagnosticCode TooManySubjects = Define(1307, "Subjects", "Too many subjects",
        "The kernel's limit, idle subjects included, is 128.");
    internal static readonly DiagnosticCode ReservedName = Define(1309, "Subjects", "The name belongs to the policy compiler",
        "Idle subjects are named idle_0, idle_1 and so on.");
    internal static readonly DiagnosticCode MissingComponent = Define(1310, "Subjects", "A subject has no component",
        "A subject needs code to run.");
    internal static readonly DiagnosticCode NoSubjects = Define(1311, "Subjects", "There is no subject",
        "A system has at least one subject.");
    internal static readonly DiagnosticCode TooManyResources = Define(1312, "Subjects", "A subject has too many resources",
        "The subject information has room for 255.");
    internal static readonly DiagnosticCode WrongMap = Define(1313, "Subjects", "The resource is of another kind",
        "A requirement of memory is met by memory, one of a channel by a channel, and so on.");
    internal static readonly DiagnosticCode VcpuControl = Define(1314, "Subjects", "A VMX control is not as it must be",
        "Controls keep the kernel in charge: interrupts, the timer, NMIs and what the seed's table lists exit, EPT belongs to the profile vm, and the kernel itself uses the windows. "
        + "Free are exits for HLT, PAUSE, RDTSC, RDTSCP, RDRAND, descriptor tables and single steps, in a VM also for CR3.");
    internal static readonly DiagnosticCode VcpuMask = Define(1315, "Subjects", "A subject would own what is the kernel's",
        "Bits of CR0 and CR4 that concern caches, VMX, machine checks and, in a native subject, the page tables stay the kernel's; so do machine checks, and exceptions whose "
        + "delivery can repeat for ever.");
    internal static readonly DiagnosticCode VcpuState = Define(1316, "Subjects", "Not a possible initial state",
        "The processor would refuse to enter it (SDM vol. 3, 27.3.1), and the subject would stop before its first instruction.");
    internal static readonly DiagnosticCode InvalidSibling = Define(1317, "Subjects", "Not a possible sibling",
        "A sibling is a further processor of a VM: it has that VM's memory, component and profile, and events, ports, registers and monitors of its own.");
    internal static readonly DiagnosticCode MonitorAccess = Define(1318, "Subjects", "A monitor would change a subject that may be running",
        "State, timed event and interrupts of a subject are written by itself, by subjects of its scheduling group, which never run at the same time, or by its siblings. "
        + "A loader loads a subject that is no loader and no sibling.");

    internal static readonly DiagnosticCode UnknownEvent = Define(1401, "Events and channels", "Unknown event",
        "Events are declared in the events section, or by a channel's hasEvent.");
    internal static readonly DiagnosticCode DuplicateEvent = Define(1402, "Events and channels", "Two events have the same name",
        "Names of events are unique; a channel's event has the channel's name.");
    internal static readonly DiagnosticCode NoEventSource = Define(1403, "Events and channels", "Nothing triggers the event",
        "An event has at least one source.");
    internal static readonly DiagnosticCode NoEventTarget = Define(1404, "Events and channels", "The event has no target",
        "An event has exactly one target, unless its mode is kernel.");
    internal static readonly DiagnosticCode ManyEventTargets = Define(1405, "Events and channels", "The event has more than one target",
        "An event has exactly one target; declare one event for each.");
    internal static readonly DiagnosticCode SelfReference = Define(1406, "Events and channels", "An event's source is its own target",
        "Only events of mode self go to the subject that triggers them.");
    internal static readonly DiagnosticCode IpiSameProcessor = Define(1407, "Events and channels", "The event's mode does not suit its processors",
        "Mode ipi tells another processor; on the same one use async, or asap and let the compiler choose.");
    internal static readonly DiagnosticCode SwitchProcessor = Define(1408, "Events and channels", "The event hands over to another processor's subject",
        "Mode switch works between subjects of one processor.");
    internal static readonly DiagnosticCode SwitchGroup = Define(1409, "Events and channels", "The event hands over to another group's subject",
        "Mode switch works between subjects of one scheduling group.");
    internal static readonly DiagnosticCode DuplicateEventNumber = Define(1410, "Events and channels", "Two events of a subject have the same number",
        "Leave the number out, and one is chosen.");
    internal static readonly DiagnosticCode TooManyEvents = Define(1411, "Events and channels", "A subject has too many events",
        "A subject has numbers 0..63 to trigger, and 0..63 to receive.");
    internal static readonly DiagnosticCode DuplicateVector = Define(1412, "Events and channels", "Two interrupts of a subject have the same vector",
        "Leave the vector out, and one is chosen.");
    internal static readonly DiagnosticCode NoVectorLeft = Define(1413, "Events and channels", "A subject has no vector left",
        "Vectors 32..255 are for interrupts. The messages of one interrupt have vectors one after the other, which vectors that the policy gives may leave no room for.");
    internal static readonly DiagnosticCode DuplicateTrap = Define(1414, "Events and channels", "A trap has two entries",
        "Each exit reason has one.");
    internal static readonly DiagnosticCode UnknownTrap = Define(1415, "Events and channels", "Unknown trap",
        "A trap is a basic exit reason of the SDM, by number or name.");
    internal static readonly DiagnosticCode KernelTrap = Define(1416, "Events and channels", "The kernel handles this exit itself",
        "Exit reasons 1, 7, 52 and 55 never reach a trap table.");
    internal static readonly DiagnosticCode KernelEvent = Define(1417, "Events and channels", "An event of mode kernel is misused",
        "An event of mode kernel has an action of the system and no target.");
    internal static readonly DiagnosticCode UnknownChannel = Define(1418, "Events and channels", "Unknown channel",
        "Channels are declared in the channels section.");
    internal static readonly DiagnosticCode DuplicateChannel = Define(1419, "Events and channels", "Two channels have the same name",
        "Names of channels are unique.");
    internal static readonly DiagnosticCode NoWriter = Define(1420, "Events and channels", "The channel has no writer",
        "A channel has exactly one writer.");
    internal static readonly DiagnosticCode NoReader = Define(1421, "Events and channels", "The channel has no reader",
        "A channel has at least one reader.");
    internal static readonly DiagnosticCode ManyWriters = Define(1422, "Events and channels", "The channel has more than one writer",
        "A channel has exactly one writer; declare one channel for each.");
    internal static readonly DiagnosticCode BothEnds = Define(1423, "Events and channels", "A subject is at both ends of a channel",
        "A channel connects different subjects.");
    internal static readonly DiagnosticCode WriterEvent = Define(1424, "Events and channels", "Writer and channel disagree about an event",
        "A channel with hasEvent has a writer with event, and the other way round.");
    internal static readonly DiagnosticCode ReaderVector = Define(1425, "Events and channels", "A reader waits for an event that the channel does not have",
        "Add hasEvent to the channel, or remove the vector.");
    internal static readonly DiagnosticCode DuplicateSourceEvent = Define(1426, "Events and channels", "A subject names an event twice",
        "Logical names of a subject's events are unique.");
    internal static readonly DiagnosticCode MissingSelfAction = Define(1427, "Events and channels", "An event of mode self does nothing",
        "An event of mode self has an action at its source or its target.");
    internal static readonly DiagnosticCode ChannelElementType = Define(1428, "Events and channels", "Reader and writer name different element types",
        "Both ends of a channel name the same C# type, or leave it out.");

    internal static readonly DiagnosticCode UnknownSubject = Define(1501, "Scheduling", "Unknown subject",
        "Minor frames, groups, monitors and siblings name subjects of the subjects section.");
    internal static readonly DiagnosticCode SubjectNotScheduled = Define(1502, "Scheduling", "A subject never runs",
        "A subject is named by a minor frame, or handed over to by one that is.");
    internal static readonly DiagnosticCode SubjectOnTwoProcessors = Define(1503, "Scheduling", "A subject is in the plans of two processors",
        "A subject runs on one processor.");
    internal static readonly DiagnosticCode UnequalFrames = Define(1504, "Scheduling", "Processors' minor frames have unequal sums",
        "In a major frame, the minor frames of every processor take the same number of ticks in all.");
    internal static readonly DiagnosticCode UnknownProcessor = Define(1505, "Scheduling", "The hardware has no such processor",
        "Processors are numbered from 0.");
    internal static readonly DiagnosticCode DuplicateProcessor = Define(1506, "Scheduling", "A processor is named twice in a major frame",
        "Join its minor frames.");
    internal static readonly DiagnosticCode MissingProcessor = Define(1507, "Scheduling", "Processors are left out",
        "Processors are numbered without gaps from 0: the boot processor is 0.");
    internal static readonly DiagnosticCode NoMinorFrames = Define(1508, "Scheduling", "A processor has no minor frame",
        "Give it one; without a subject it is idle.");
    internal static readonly DiagnosticCode TooManyMinorFrames = Define(1509, "Scheduling", "Too many minor frames",
        "The kernel's limit is 4096 in the whole plan.");
    internal static readonly DiagnosticCode TooManyMajorFrames = Define(1510, "Scheduling", "Too many major frames",
        "The kernel's limit is 64.");
    internal static readonly DiagnosticCode UnknownPartition = Define(1511, "Scheduling", "Unknown partition",
        "A minor frame names a partition of the partitions section.");
    internal static readonly DiagnosticCode DuplicatePartition = Define(1512, "Scheduling", "Two partitions or groups have the same name",
        "Names are unique.");
    internal static readonly DiagnosticCode SubjectInTwoGroups = Define(1514, "Scheduling", "A subject is in two groups",
        "A subject belongs to one group.");
    internal static readonly DiagnosticCode FrameLength = Define(1515, "Scheduling", "A minor frame is too short or too long",
        "A minor frame has at least 1000 TSC cycles, and no more than the preemption timer can count.");
    internal static readonly DiagnosticCode ProcessorLeftOut = Define(1516, "Scheduling", "A processor has no part in a major frame",
        "Every processor of the plan has minor frames in each major frame.");
    internal static readonly DiagnosticCode NoMajorFrame = Define(1517, "Scheduling", "The plan has no major frame",
        "A plan has at least one.");
    internal static readonly DiagnosticCode WrongProcessor = Define(1518, "Scheduling", "A subject is planned on another processor than it asks for",
        "Change the plan, or the subject's cpu.");
    internal static readonly DiagnosticCode TooManyGroups = Define(1519, "Scheduling", "A partition has too many groups",
        "The kernel's limit is 64.");
    internal static readonly DiagnosticCode TooManyBarriers = Define(1520, "Scheduling", "Too many barriers",
        "Processors whose minor frames end together meet there; the kernel's limit is 1024 such points in the whole plan.");
    internal static readonly DiagnosticCode PlanNeverChosen = Define(1521, "Scheduling", "A major frame is never chosen",
        "Without a subject that maps the kernel interface (sys_interface) the first major frame repeats for ever.");

    internal static readonly DiagnosticCode BudgetNotMet = Define(1522, "Scheduling", "A subject gets less time than it needs",
        "The message names the worst window: where it begins and through which major frames it runs. With a subject that chooses major frames, each may follow each.");
    internal static readonly DiagnosticCode InvalidBudget = Define(1523, "Scheduling", "Not a possible demand of time",
        "The budget is at most the period, and the period at most a million times the greatest length of which the major frames' lengths are multiples.");

    internal static readonly DiagnosticCode UnknownHardware = Define(1601, "Hardware and kernel", "Unknown hardware",
        "The message lists the catalogue.");
    internal static readonly DiagnosticCode IncompleteHardware = Define(1602, "Hardware and kernel", "The hardware description is incomplete",
        "Needed are memory blocks and a processor with its TSC frequency.");
    internal static readonly DiagnosticCode BlockOverlap = Define(1603, "Hardware and kernel", "Memory blocks overlap",
        "A description of hardware names each piece of memory once.");
    internal static readonly DiagnosticCode InvalidBlock = Define(1604, "Hardware and kernel", "Not a possible memory block",
        "Blocks begin and end at pages and lie below 2^46.");
    internal static readonly DiagnosticCode TooManyProcessors = Define(1605, "Hardware and kernel", "Too many processors",
        "The kernel's limit is 64.");
    internal static readonly DiagnosticCode InvalidProcessor = Define(1606, "Hardware and kernel", "The list of processors is inconsistent",
        "Processors have different APIC identifiers and numbers from 0 without gaps.");
    internal static readonly DiagnosticCode NoKernelMemory = Define(1607, "Hardware and kernel", "The hardware has no memory where the kernel lies",
        "The kernel needs 0x100000 to 0x600FFF and page 0x7000.");
    internal static readonly DiagnosticCode InvalidKernel = Define(1608, "Hardware and kernel", "Not a kernel",
        "The file must be the ELF of the Muen kernel.");
    internal static readonly DiagnosticCode KernelSegment = Define(1609, "Hardware and kernel", "A segment of the kernel cannot be mapped",
        "Segments lie in 0x100000..0x1FFFFF on pages of their own and are never writable and executable.");
    internal static readonly DiagnosticCode InvalidConsole = Define(1611, "Hardware and kernel", "Not a possible console",
        "The kernel's console is a UART of 8 ports.");

    internal static readonly DiagnosticCode InvalidConfigurationSpace = Define(1612, "Hardware and kernel", "Not a possible configuration space of PCI",
        "Each bus has 1 MiB of it, for at most 256 buses, at a multiple of 1 MiB outside of the machine's memory. What lies in it is given to no subject but a device's monitor, so a wrong address would give it away.");

    internal static readonly DiagnosticCode MissingBinary = Define(1701, "Binaries", "The component's binary does not exist",
        "Build it, or correct its name.");
    internal static readonly DiagnosticCode NotElf = Define(1702, "Binaries", "The binary is not an ELF file",
        "A native component's binary is an ELF file.");
    internal static readonly DiagnosticCode WrongElf = Define(1703, "Binaries", "The ELF file is of the wrong kind",
        "A native component's binary is a 64-bit x86-64 executable at fixed addresses.");
    internal static readonly DiagnosticCode BinaryWritableAndExecutable = Define(1704, "Binaries", "A segment of the binary is writable and executable",
        "Link code and data into different segments.");
    internal static readonly DiagnosticCode SegmentsOverlap = Define(1705, "Binaries", "Segments of the binary share a page",
        "Link each segment at its own page.");
    internal static readonly DiagnosticCode SegmentPlace = Define(1706, "Binaries", "A segment of the binary lies where something else is",
        "A native binary lies in 0x200000 up to its stack.");
    internal static readonly DiagnosticCode InvalidEntry = Define(1707, "Binaries", "The entry point is not in executable memory",
        "Link the binary with its entry in .text.");
    internal static readonly DiagnosticCode NoSegments = Define(1708, "Binaries", "The binary has nothing to load",
        "The binary needs at least one loadable segment.");
    internal static readonly DiagnosticCode UnknownBootImage = Define(1709, "Binaries", "The VM's binary is of no known kind",
        "Known are ELF kernels of 32 and 64 bits, with or without a Multiboot header, kernels of the Linux/x86 boot protocol (bzImage), and flat binaries, whose address the policy says.");
    internal static readonly DiagnosticCode NoGuestMemory = Define(1710, "Binaries", "The VM has no memory where its binary lies",
        "A VM's binary is put into regions that the VM maps at a given virtualAddress. A Multiboot kernel also needs page 0x9000, a Linux kernel 0x90000 to 0x91FFF.");
    internal static readonly DiagnosticCode GuestMemoryTaken = Define(1711, "Binaries", "The memory of a VM's binary has another content",
        "The region has a file or a fill, or belongs to a channel, or another component's binary lies in it.");
    internal static readonly DiagnosticCode FlatAddress = Define(1712, "Binaries", "A flat binary cannot begin there",
        "It begins in real mode: below 64 KiB anywhere, up to 1 MiB at multiples of 16.");

    internal static readonly DiagnosticCode KernelAsSubject = Define(1713, "Binaries", "The binary of a native component is a kernel",
        "A program whose entry lies where the kernel is loaded, 0x100000 to 0x1FFFFF, expects the machine for itself. A subject is linked to 0x200000 and has a stack and its information where the kernel has its own.");
    internal static readonly DiagnosticCode ManyInitialDisks = Define(1714, "Binaries", "A VM has more than one initial RAM disk",
        "A Linux kernel is told where one lies, which is one region of type subject_initrd; several files are joined into one, as Linux reads them one after the other.");

    internal static readonly DiagnosticCode UnknownVariable = Define(1801, "Language", "Unknown variable",
        "A $name, the variable of an if or a case, and an expression's variable name an entry of config, an expression, or a parameter of the template around them.");
    internal static readonly DiagnosticCode DuplicateVariable = Define(1802, "Language", "Two variables have the same name",
        "Entries of config, expressions and parameters share their names; a component or a template may have one that the system has too.");
    internal static readonly DiagnosticCode VariableCycle = Define(1803, "Language", "A variable depends on itself",
        "The message shows the chain.");
    internal static readonly DiagnosticCode WrongType = Define(1804, "Language", "A value is of the wrong kind",
        "Values are booleans, integers or strings; none becomes another by itself.");
    internal static readonly DiagnosticCode WrongOperands = Define(1805, "Language", "An expression has the wrong number of operands",
        "not and an expression itself have one operand, eq, ne, gt and lt two, and, or and concatenation two or more.");
    internal static readonly DiagnosticCode InvalidReference = Define(1806, "Language", "A reference to a variable is badly written",
        "A value that is a variable's is written $name, within the text of evalString ${name}; where only a variable can stand, its name alone.");
    internal static readonly DiagnosticCode NoMatchingCase = Define(1807, "Language", "No alternative of a case has the variable's value",
        "An expression needs a value in every case: others gives it when no alternative does.");
    internal static readonly DiagnosticCode AmbiguousCase = Define(1808, "Language", "Two alternatives of a case have the same value",
        "Only one alternative can count.");
    internal static readonly DiagnosticCode MisplacedOthers = Define(1809, "Language", "Something follows others",
        "others is the last alternative of a case.");
    internal static readonly DiagnosticCode ExpressionTooDeep = Define(1810, "Language", "Expressions depend on each other too deeply",
        "Expressions and variables may depend on each other 128 deep.");
    internal static readonly DiagnosticCode ExpansionTooLarge = Define(1811, "Language", "The expanded policy is too large",
        "Templates in templates multiply: expanded, a policy may have 2,000,000 elements and attributes.");
    internal static readonly DiagnosticCode UnknownTemplate = Define(1812, "Language", "Unknown template",
        "useTemplate names a template that is defined anywhere in the policy.");
    internal static readonly DiagnosticCode DuplicateTemplate = Define(1813, "Language", "Two templates have the same name",
        "Names of templates are unique in the whole policy.");
    internal static readonly DiagnosticCode TemplateCycle = Define(1814, "Language", "A template uses itself",
        "The message shows the chain of templates.");
    internal static readonly DiagnosticCode MissingParameter = Define(1815, "Language", "A parameter has no value",
        "A parameter without defaultValue gets its value at each use.");
    internal static readonly DiagnosticCode UnknownParameter = Define(1816, "Language", "Unknown parameter",
        "A use gives values to parameters that the template declares.");
    internal static readonly DiagnosticCode DuplicateParameter = Define(1817, "Language", "A parameter has two values",
        "A use gives each parameter one value.");
    internal static readonly DiagnosticCode InvalidXPath = Define(1818, "Language", "Not an XPath that selects elements",
        "amend is told by an XPath 1.0 expression where it adds to; attributes, texts, numbers and strings are no such places.");
    internal static readonly DiagnosticCode AmendTarget = Define(1819, "Language", "An amend's XPath does not select one element",
        "The XPath must select exactly one element of the expanded policy; what stands in other amends is not seen.");
    internal static readonly DiagnosticCode XPathTooCostly = Define(1820, "Language", "The XPaths of the policy take too long",
        "All XPaths together may take 20,000,000 steps; // looks at everything below.");
    internal static readonly DiagnosticCode UnknownLibrary = Define(1821, "Language", "Unknown library",
        "depends names a library of the components section.");
    internal static readonly DiagnosticCode LibraryCycle = Define(1822, "Language", "A library depends on itself",
        "The message shows the chain of libraries.");
    internal static readonly DiagnosticCode DuplicateLibrary = Define(1823, "Language", "Two libraries have the same name",
        "Names of libraries are unique.");
    internal static readonly DiagnosticCode MixedArray = Define(1824, "Language", "An array has readers and writers",
        "The channels of an array have vectors or event numbers one after the other: they are all readers or all writers.");
    internal static readonly DiagnosticCode SeedKernelMemory = Define(1825, "Language", "A policy of 2013 shares the kernel's memory",
        "Then, a subject saw others' states in the kernel's memory. Now the kernel shares nothing: a monitor is given the state of the subject that it watches.");
    internal static readonly DiagnosticCode SeedMemoryOverlap = Define(1826, "Language", "Memory regions of a policy of 2013 overlap",
        "Memory is shared by naming the same physical address with the same size; the compiler chooses where it lies.");

    internal static readonly DiagnosticCode NotIsolated = Define(1901, "Goals", "A subject reaches one that it must not reach",
        "The message shows a shortest way, with the places of both sides of each step: channels, events, memory that one may write and the other sees, monitors, siblings, devices and their domains.");
    internal static readonly DiagnosticCode InvalidGoal = Define(1902, "Goals", "The goal cannot hold",
        "A goal is about two subjects; those that it trusts are others.");

    private static DiagnosticCode Define(int number, string section, string title, string explanation)
    {
        var code = new DiagnosticCode($"MUEN{number}", section, title, explanation);
        Table.Add(code.Id, code);
        return code;
    }
}
