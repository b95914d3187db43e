// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Read.Language;

namespace Muen.Sdk.Policy.Read;

/// <summary>Every element and attribute of a policy, with what it is for: the reader validates by it, and the reference and the schema are made from it.</summary>
internal static class Vocabulary
{
    private const ulong AddressLimit = (1UL << 52) - 1;
    private const ulong SizeLimit = 1UL << 46;

    private static readonly ValueRule Address = ValueRule.Number(0, AddressLimit);
    private static readonly ValueRule Size = ValueRule.Number(0, SizeLimit);
    private static readonly ValueRule Port = ValueRule.Number(0, 0xFFFF);
    private static readonly ValueRule Vector = ValueRule.Automatic(32, 255);
    private static readonly ValueRule EventNumber = ValueRule.Automatic(0, Limits.Events - 1);
    private static readonly ValueRule Caching = ValueRule.Choice("WB", "WT", "WC", "WP", "UC");
    private static readonly ValueRule MemoryType = ValueRule.Choice([.. MemoryTypes.Kinds.Keys]);
    private static readonly ValueRule Mode = ValueRule.Choice("asap", "async", "ipi", "self", "switch", "kernel");
    private static readonly ValueRule Profile = ValueRule.Choice("native", "vm", "linux");

    /// <summary>Takes in another file.</summary>
    internal static readonly ElementRule Include = Element("include", "takes in another file")
        .Needs("href", ValueRule.Text, "the file, relative to this one");

    /// <summary>A description of hardware, alone in a catalogue file or within a policy.</summary>
    internal static readonly ElementRule Hardware = Element("hardware", "the machine: from the catalogue, or described here")
        .May("ref", ValueRule.Name, "name of the catalogue's entry; what is written here is added to it")
        .With(Occurs.Optional,
            Element("memory", "the machine's memory")
                .With(Occurs.Many, Element("memoryBlock", "a piece of memory")
                    .Needs("name", ValueRule.Name, "what it is called; several may have the same name")
                    .Needs("physicalAddress", Address, "its first byte")
                    .Needs("size", Size, "its size in bytes")
                    .May("allocatable", ValueRule.Boolean, "whether regions may lie in it; true when left out")),
            Element("processor", "the processors")
                .May("cpuCores", ValueRule.Number(1, 4096), "how many there are; their APIC identifiers are 0, 1, ... unless cpu elements say otherwise")
                .May("tscKhz", ValueRule.Number(1, uint.MaxValue), "frequency of the TSC in kHz")
                .May("speed", ValueRule.Number(10_000, uint.MaxValue), "frequency of the TSC in kHz, as the original calls it")
                .May("vmxTimerRate", ValueRule.Number(0, 31), "the preemption timer counts down once in 2^n TSC cycles (IA32_VMX_MISC bits 4:0); 0 when left out")
                .May("machineCheckBanks", ValueRule.Number(0, 32), "banks of machine check registers that the kernel enables; 0 when left out: some machines claim to have them and do not")
                .AtMostOneOf("tscKhz", "speed")
                .With(Occurs.Many, Element("cpu", "a processor")
                    .May("cpuId", ValueRule.Number(0, 4095), "its number in the plan, 0 for the boot processor; its position in the list when left out")
                    .Needs("apicId", ValueRule.Number(0, uint.MaxValue), "its APIC identifier"))
                .With(
                    Occurs.Many,
                    Element("cpuid", "a leaf of CPUID as it was found; not used").Unread(),
                    Element("msr", "a register as it was found; not used").Unread()),
            Element("devices", "the machine's devices")
                .May("pciConfigAddress", Address, "where the configuration space of PCI devices lies in memory")
                .May("pciConfigSize", Size, "its size in bytes, 1 MiB a bus; 256 MiB when left out")
                .With(Occurs.Many, Element("device", "a device")
                    .Needs("name", ValueRule.Name, "its name")
                    .With(
                        Occurs.Optional,
                        Element("description", "what the device is, for readers").Unread(),
                        DomainVocabulary.Pci,
                        DomainVocabulary.Capabilities)
                    .With(Occurs.Many,
                        Element("ioPort", "a range of ports")
                            .Needs("name", ValueRule.Name, "its name")
                            .Needs("start", Port, "first port")
                            .Needs("end", Port, "last port"),
                        Element("irq", "an interrupt")
                            .Needs("name", ValueRule.Name, "its name")
                            .Needs("number", ValueRule.Number(0, 255), "its number: 0..15 legacy, above that the IO-APIC's input")
                            .May("trigger", ValueRule.Choice("edge", "level"), "edge for 0..15 when left out, else level")
                            .May("polarity", ValueRule.Choice("high", "low"), "high for 0..15 when left out, else low")
                            .With(Occurs.Many, Element("msi", "a message-signalled interrupt that the device has in place of the line")
                                .Needs("name", ValueRule.Name, "its name")),
                        Element("memory", "memory of the device")
                            .Needs("name", ValueRule.Name, "its name")
                            .Needs("physicalAddress", Address, "its first byte")
                            .Needs("size", Size, "its size in bytes")
                            .May("caching", Caching, "UC when left out"))),
            Element("kernelConsole", "the UART that the debug kernel prints to")
                .Needs("port", Port, "its first port"));

    private static readonly ElementRule File = Element("file", "content from a file; the rest is zero")
        .Needs("filename", ValueRule.Text, "the file, relative to the policy")
        .May("offset", ValueRule.NumberOr("none", 0, long.MaxValue), "bytes of the file that are left out at its beginning; none is 0");

    private static readonly ElementRule Fill = Element("fill", "content of equal bytes")
        .Needs("pattern", ValueRule.Number(0, 255), "the byte");

    private static readonly ElementRule Hash = Element("hash", "the hash of the content, which the compiler computes itself").Unread();

    private static readonly ElementRule VectorAction = Element("inject_interrupt", "the event arrives as an interrupt")
        .Needs("vector", Vector, "its vector, or auto");

    private static readonly ElementRule ResetAction = Element("reset", "the event starts the subject anew");

    private static readonly string[] SourceActions =
        ["sleep", "yield", "subject_sleep", "subject_yield", "system_reboot", "system_poweroff", "system_panic"];

    private static readonly ElementRule Map = Element("map", "connects a component's requirement to a resource of the system")
        .Needs("logical", ValueRule.Name, "the component's name for it")
        .Needs("physical", ValueRule.Name, "the system's name for it")
        .With(Occurs.Many, Element("map", "connects a resource of a device")
            .Needs("logical", ValueRule.Name, "the component's name for it")
            .Needs("physical", ValueRule.Name, "the device's name for it"));

    /// <summary>The libraries that a component or a library needs.</summary>
    internal static readonly ElementRule Depends = Element("depends", "the libraries that it needs: what they require and provide is added to its own").With(
        Occurs.Many, Element("library", "a library").Needs("ref", ValueRule.Name, "its name"));

    /// <summary>Devices of one kind in a component's requirements.</summary>
    internal static readonly ElementRule DeviceArray = ArrayVocabulary.Devices(DevicePort(false), DeviceIrq(false), DeviceMemory(false));

    private static readonly ElementRule Component = Element("component", "a program and what it requires")
        .Needs("name", ValueRule.Name, "its name")
        .May("profile", Profile, "native when left out")
        .May("stackSize", Size, "size of its stack; 16K when left out")
        .With(Occurs.Optional,
            LanguageVocabulary.Config,
            Depends,
            Element("requires", "what it needs to run").With(Occurs.Optional,
                VcpuVocabulary.Rule,
                Element("memory", "memory that it needs").With(Occurs.Many, Element("memory", "a memory region")
                    .Needs("logical", ValueRule.Name, "the component's name for it")
                    .May("size", Size, "the size it must have")
                    .May("virtualAddress", Address, "where the component expects it")
                    .May("writable", ValueRule.Boolean, "false when left out")
                    .May("executable", ValueRule.Boolean, "false when left out"), ArrayVocabulary.Memory),
                Element("channels", "channels that it needs").With(Occurs.Many,
                    Element("reader", "a channel that it reads")
                        .Needs("logical", ValueRule.Name, "the component's name for it")
                        .May("size", Size, "the size it must have")
                        .May("virtualAddress", Address, "where the component expects it")
                        .May("vector", Vector, "the interrupt that tells of new data, or auto")
                        .May("type", ValueRule.Text, "the C# type of its elements, with its namespace; both ends name the same"),
                    Element("writer", "a channel that it writes")
                        .Needs("logical", ValueRule.Name, "the component's name for it")
                        .May("size", Size, "the size it must have")
                        .May("virtualAddress", Address, "where the component expects it")
                        .May("event", EventNumber, "the event that tells of new data, or auto")
                        .May("type", ValueRule.Text, "the C# type of its elements, with its namespace; both ends name the same"),
                    ArrayVocabulary.Channels),
                Element("devices", "devices that it needs").With(Occurs.Many,
                    Element("device", "a device; without children, all that the device has")
                        .Needs("logical", ValueRule.Name, "the component's name for it")
                        .With(Occurs.Many, DevicePort(false), DeviceIrq(false), DeviceMemory(false)),
                    DeviceArray),
                Element("events", "events that it triggers and receives").With(Occurs.Optional,
                    Element("source", "events that it triggers").With(Occurs.Many, SourceEvent(false)),
                    Element("target", "events that it receives").With(Occurs.Many, TargetEvent(false)))),
            Element("provides", "memory that it brings along").With(Occurs.Many, Element("memory", "a memory region of its own")
                .Needs("logical", ValueRule.Name, "its name")
                .Needs("size", Size, "its size in bytes")
                .May("virtualAddress", Address, "where the component expects it")
                .May("writable", ValueRule.Boolean, "false when left out")
                .May("executable", ValueRule.Boolean, "false when left out")
                .May("type", MemoryType, "what it holds, as the subject information tells")
                .AtMostOneOf("file", "fill")
                .With(Occurs.Optional, File, Fill, Hash)))
        .With(Occurs.Optional, Element("binary", "its program; what it provides may be its program instead")
            .May("filename", ValueRule.Text, "an ELF file; for a VM also a Linux kernel or a flat binary")
            .May("address", Address, "where a VM's flat binary lies and begins, in real mode")
            .May("project", ValueRule.Text, "a C# project, built when needed"));

    /// <summary>What components share: without a program of its own.</summary>
    internal static readonly ElementRule Library = Element("library", "requirements that components share with the code that has them")
        .Needs("name", ValueRule.Name, "its name")
        .With(Occurs.Optional, [.. Component.Children.Where(c => c.Element.Name != "binary").Select(c => c.Element)]);

    private static readonly ElementRule Subject = Element("subject", "a component at work")
        .Needs("name", ValueRule.Name, "its name")
        .May("profile", Profile, "the component's when left out")
        .May("stackSize", Size, "size of its stack; the component's when left out")
        .May("cpu", ValueRule.Number(0, 4095), "the processor it must run on; the plan's when left out")
        .With(Occurs.Many, Element("bootparams", "command line of a VM; several are joined").Holds(ValueRule.Text, "the text"))
        .With(Occurs.Optional,
            VcpuVocabulary.Rule,
            Element("sibling", "a VM of which the subject is a further processor: it has that one's memory and component")
                .Needs("ref", ValueRule.Name, "the VM"),
            MonitorVocabulary.Rule(Address),
            GoalsVocabulary.Time,
            Element("component", "what it runs")
                .Needs("ref", ValueRule.Name, "the component's name")
                .With(Occurs.Many, Map),
            Element("memory", "memory that it sees beside the component's").With(Occurs.Many, Element("memory", "a memory region")
                .May("logical", ValueRule.Name, "the subject's name for it; the physical name when left out")
                .Needs("physical", ValueRule.Name, "the region")
                .May("virtualAddress", Address, "where it is seen; chosen when left out")
                .May("writable", ValueRule.Boolean, "false when left out")
                .May("executable", ValueRule.Boolean, "false when left out")),
            Element("channels", "channels beside the component's").With(Occurs.Many,
                Element("reader", "a channel that it reads")
                    .May("logical", ValueRule.Name, "the subject's name for it; the physical name when left out")
                    .Needs("physical", ValueRule.Name, "the channel")
                    .May("virtualAddress", Address, "where it is seen; chosen when left out")
                    .May("vector", Vector, "the interrupt that tells of new data, or auto"),
                Element("writer", "a channel that it writes")
                    .May("logical", ValueRule.Name, "the subject's name for it; the physical name when left out")
                    .Needs("physical", ValueRule.Name, "the channel")
                    .May("virtualAddress", Address, "where it is seen; chosen when left out")
                    .May("event", EventNumber, "the event that tells of new data, or auto")),
            Element("devices", "devices beside the component's").With(Occurs.Many,
                Element("device", "a device; without children, all that the device has")
                    .May("logical", ValueRule.Name, "the subject's name for it; the physical name when left out")
                    .Needs("physical", ValueRule.Name, "the device")
                    .With(Occurs.Many, DevicePort(true), DeviceIrq(true), DeviceMemory(true))),
            Element("events", "events that it triggers and receives beside the component's").With(Occurs.Optional,
                Element("source", "events that it triggers")
                    .With(Occurs.Many, SourceEvent(true), Element("group", "events of one kind")
                        .Needs("name", ValueRule.Choice("vmcall", "vmx_exit"), "vmcall: triggered by the subject; vmx_exit: its traps")
                        .With(Occurs.Optional, Acting(Element("default", "every trap without an entry of its own")
                            .Needs("physical", ValueRule.Name, "the event")))
                        .With(Occurs.Many, SourceEvent(true))),
                Element("target", "events that it receives").With(Occurs.Many, TargetEvent(true))));

    private static readonly ElementRule Scheduling = Element("scheduling", "who runs when, on which processor")
        .Needs("tickRate", ValueRule.Number(1, 1_000_000_000), "ticks in a second")
        .With(Occurs.Optional, Element("partitions", "groups of subjects that share time").With(Occurs.Many,
            Element("partition", "a partition")
                .Needs("name", ValueRule.Name, "its name")
                .With(Occurs.Many, Element("group", "subjects that hand over to each other; the first runs first")
                    .May("name", ValueRule.Name, "its name; made from the partition's when left out")
                    .With(Occurs.Many, Element("subject", "a member")
                        .Needs("name", ValueRule.Name, "the subject")))))
        .With(Occurs.Many, Element("majorFrame", "a plan that repeats").With(Occurs.Many,
            Element("cpu", "a processor's part of it")
                .Needs("id", ValueRule.Number(0, 4095), "the processor")
                .With(Occurs.Many, Element("minorFrame", "a slot of time; without subject the processor is idle")
                    .Needs("ticks", ValueRule.Number(1, uint.MaxValue), "its length")
                    .May("subject", ValueRule.Name, "who runs")
                    .May("partition", ValueRule.Name, "whose subjects run")
                    .AtMostOneOf("subject", "partition"))));

    /// <summary>The root of a policy.</summary>
    internal static readonly ElementRule System = Element("system", "a system")
        .May("name", ValueRule.Name, "its name; the file's when left out")
        .With(Occurs.Optional, LanguageVocabulary.Config)
        .With(Occurs.Once, Hardware)
        .With(Occurs.Optional,
            PlatformVocabulary.Rule,
            Element("memory", "the system's memory regions").With(Occurs.Many, Element("memory", "a memory region")
                .Needs("name", ValueRule.Name, "its name")
                .Needs("size", Size, "its size in bytes")
                .May("physicalAddress", Address, "where it lies; chosen when left out")
                .May("alignment", Size, "4K, 2M or 1G: a chosen address is a multiple of it; what suits the pages of those that map it when left out")
                .May("caching", Caching, "WB when left out")
                .May("type", MemoryType, "what it holds, as the subject information tells; kernel_interface for the page by which tau0 chooses the next major frame, subject_crash_audit for the record of the last crash, wherever it lies")
                .AtMostOneOf("file", "fill")
                .With(Occurs.Optional, File, Fill, Hash)),
            DomainVocabulary.Rule(Address),
            Element("events", "the system's events").With(Occurs.Many, Element("event", "a signal from a subject to another")
                .Needs("name", ValueRule.Name, "its name")
                .Needs("mode", Mode, "how it travels")),
            Element("channels", "memory that one subject writes and others read").With(Occurs.Many, Element("channel", "a channel")
                .Needs("name", ValueRule.Name, "its name")
                .Needs("size", Size, "its size in bytes")
                .May("hasEvent", ValueRule.Choice("asap", "async", "ipi", "switch"), "mode of the event by which the writer tells of new data")),
            Element("components", "the programs").With(Occurs.Many, Component, Library))
        .With(Occurs.Once, Element("subjects", "the programs at work").With(Occurs.Many, Subject))
        .With(Occurs.Optional, Scheduling, GoalsVocabulary.Rule);

    private static ElementRule Element(string name, string doc) => new(name, doc);

    private static ElementRule SourceEvent(bool subject)
    {
        ElementRule rule = Element("event", "an event that it triggers");
        rule = subject
            ? rule.May("logical", ValueRule.Name, "the subject's name for it").May("physical", ValueRule.Name, "the system's event")
                .May("id", ValueRule.Text, "its number; of a trap the exit reason, by number or name")
            : rule.Needs("logical", ValueRule.Name, "the component's name for it").May("id", EventNumber, "its number, or auto");
        return Acting(rule);
    }

    private static ElementRule Acting(ElementRule rule) => rule
        .AtMostOneOf([.. SourceActions, "unmask_irq"])
        .With(Occurs.Optional, [.. SourceActions.Select(action => Element(action, "what the kernel does for the subject that triggers the event"))])
        .With(Occurs.Optional, Element("unmask_irq", "lets the next level-triggered interrupt in").Needs("number", ValueRule.Number(0, 255), "the interrupt"));

    private static ElementRule TargetEvent(bool subject)
    {
        ElementRule rule = Element("event", "an event that it receives");
        rule = subject
            ? rule.May("logical", ValueRule.Name, "the subject's name for it; the physical name when left out").Needs("physical", ValueRule.Name, "the system's event")
            : rule.Needs("logical", ValueRule.Name, "the component's name for it");
        return rule
            .May("id", EventNumber, "its number, or auto")
            .AtMostOneOf("inject_interrupt", "reset")
            .With(Occurs.Optional, VectorAction, ResetAction);
    }

    private static ElementRule DevicePort(bool subject) => Resource("ioPort", "a range of ports", subject)
        .May("start", Port, "the first port it must be")
        .May("end", Port, "the last port it must be");

    private static ElementRule DeviceIrq(bool subject) => Resource("irq", "an interrupt", subject)
        .May("vector", Vector, "the vector that the subject sees, or auto; of several messages the first's, and the next have the next")
        .With(Occurs.Many, Resource("msi", "a message-signalled interrupt, in place of the line", subject));

    private static ElementRule DeviceMemory(bool subject) => Resource("memory", "memory of the device", subject)
        .May("size", Size, "the size it must have")
        .May("virtualAddress", Address, "where it is seen; chosen when left out")
        .May("writable", ValueRule.Boolean, "false when left out")
        .May("executable", ValueRule.Boolean, "false when left out");

    private static ElementRule Resource(string name, string doc, bool subject) => subject
        ? Element(name, doc).May("logical", ValueRule.Name, "the subject's name for it; the physical name when left out").Needs("physical", ValueRule.Name, "the device's name for it")
        : Element(name, doc).Needs("logical", ValueRule.Name, "the component's name for it");
}
