// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// Turns a validated tree into the model. Every error of the text was reported before, by <see cref="ElementRule.Validate"/>; what was reported is left out here or
/// replaced by something harmless, so that it causes no second error, and the rest of the policy can still be checked.
/// </summary>
internal static class ModelReader
{
    private const ulong DefaultConfigurationSize = 256 << 20;

    /// <summary>The policy, null when nothing of it is usable.</summary>
    internal static PolicyModel? ReadSystem(string path, DiagnosticBag bag)
    {
        Element? root = PolicyTree.Read(path, bag);
        if (root is null)
        {
            return null;
        }

        Vocabulary.System.Validate(root, bag);
        string name = root.Find("name")?.Value ?? Path.GetFileNameWithoutExtension(path);
        return new PolicyModel(
            ValueRule.IsName(name) ? name : "system",
            root.Place,
            Section(root, "hardware") is { } hardware ? Hardware(hardware) : new HardwareNode(root.Place, null, [], null, [], null),
            Items(root, "memory", "memory", Memory),
            Items(root, "events", "event", Event),
            Items(root, "channels", "channel", Channel),
            Items(root, "components", "component", Component),
            Items(root, "subjects", "subject", Subject),
            Section(root, "scheduling") is { } plan ? Scheduling(plan) : null)
        {
            Goals = Items(root, "goals", "isolated", GoalsVocabulary.Read),
            Domains = Items(root, "deviceDomains", "domain", Domain),
            Platform = Section(root, "platform") is { } platform ? PlatformReader.Read(platform) : null,
        };
    }

    /// <summary>An entry of the hardware catalogue, null when it is unusable.</summary>
    internal static HardwareNode? ReadHardware(string path, string text, DiagnosticBag bag)
    {
        Element? root = XmlTree.Parse(path, text, bag);
        if (root is null)
        {
            return null;
        }

        Vocabulary.Hardware.Validate(root, bag);
        return Hardware(root);
    }

    private static HardwareNode Hardware(Element e)
    {
        ProcessorNode? processor = null;
        if (Section(e, "processor") is { } p)
        {
            processor = new ProcessorNode(
                p.Place,
                (int?)Number(p, "cpuCores", 1, 4096)?.Value,
                (uint?)(Number(p, "tscKhz", 1, uint.MaxValue)?.Value ?? Number(p, "speed", 1, uint.MaxValue)?.Value),
                (int?)Number(p, "vmxTimerRate", 0, 31)?.Value,
                (uint?)Number(p, "machineCheckBanks", 0, 32)?.Value,
                [.. All(p, "cpu").Select((c, i) => (Id: c.Written("cpuId") is null ? (ulong)i : Number(c, "cpuId", 0, 4095)?.Value, Apic: Number(c, "apicId", 0, uint.MaxValue)?.Value, c.Place))
                    .Where(c => c.Id is not null && c.Apic is not null).Select(c => new CpuNode((int)c.Id!.Value, (uint)c.Apic!.Value, c.Place))]);
        }

        return new HardwareNode(
            e.Place,
            Text(e, "ref"),
            Items(e, "memory", "memoryBlock", b => Text(b, "name") is { } name && Number(b, "physicalAddress") is { } address && Number(b, "size") is { } size
                ? new MemoryBlockNode(name.Value, name.Place, address.Value, size.Value, Flag(b, "allocatable", true))
                : null),
            processor,
            Items(e, "devices", "device", Device),
            Section(e, "kernelConsole") is { } console && Number(console, "port", 0, 0xFFFF) is { } port ? new((ushort)port.Value, port.Place) : null)
        {
            ConfigurationAddress = Section(e, "devices") is { } devices ? Number(devices, "pciConfigAddress") : null,
            ConfigurationSize = Section(e, "devices") is { } sized ? Number(sized, "pciConfigSize")?.Value ?? DefaultConfigurationSize : DefaultConfigurationSize,
            IsIncomplete = e.Written("ref") is { Unresolved: true },
        };
    }

    private static DeviceNode? Device(Element e) => Text(e, "name") is not { } name ? null : new DeviceNode(
        name.Value,
        name.Place,
        Each(e, "ioPort", p => Text(p, "name") is { } n && Number(p, "start", 0, 0xFFFF) is { } start && Number(p, "end", 0, 0xFFFF) is { } end
            ? new PortNode(n.Value, n.Place, (ushort)start.Value, (ushort)end.Value)
            : null),
        Each(e, "irq", i => Text(i, "name") is { } n && Number(i, "number", 0, 255) is { } number
            ? new IrqNode(n.Value, n.Place, (int)number.Value, Word(i, "trigger", number.Value < 16 ? "edge" : "level") == "level",
                Word(i, "polarity", number.Value < 16 ? "high" : "low") == "low")
            {
                Messages = Each(i, "msi", m => Text(m, "name") is { } message ? new MessageNode(message.Value, message.Place) : null),
            }
            : null),
        Each(e, "memory", m => Text(m, "name") is { } n && Number(m, "physicalAddress") is { } address && Number(m, "size") is { } size
            ? new DeviceMemoryNode(n.Value, n.Place, address.Value, size.Value, Caching(m, Policy.Caching.UC).Value)
            : null))
    {
        Pci = DomainVocabulary.ReadPci(e),
        Capabilities = DomainVocabulary.ReadCapabilities(e),
    };

    private static DomainNode? Domain(Element e) => Text(e, "name") is not { } name ? null : new DomainNode(
        name.Value,
        name.Place,
        Items(e, "memory", "memory", m => Logical(m) is { } logical
            ? new MemoryUseNode(logical.Value, logical.Place, Text(m, "physical"), null, Number(m, "virtualAddress"), Flag(m, "writable"), false)
            : null),
        Items(e, "devices", "device", d => Logical(d) is { } logical ? new DeviceUseNode(logical.Value, logical.Place, Text(d, "physical"), [], [], []) : null));

    private static MemoryNode? Memory(Element e) => Text(e, "name") is not { } name ? null
        : new MemoryNode(name.Value, name.Place, Size(e), Number(e, "physicalAddress"), Number(e, "alignment"), Caching(e, Policy.Caching.WB), Kind(e), Content(e));

    private static MemoryKind Kind(Element e) => e.Find("type") is { } type ? MemoryTypes.Kinds.GetValueOrDefault(type.Value) : MemoryKind.Subject;

    private static ContentNode? Content(Element e)
    {
        if (Section(e, "file") is { } file && Text(file, "filename") is { } name)
        {
            return new ContentNode(name.Place, name.Value, (long)(Number(file, "offset", 0, long.MaxValue)?.Value ?? 0), null);
        }

        return Section(e, "fill") is { } fill && Number(fill, "pattern", 0, 255) is { } pattern
            ? new ContentNode(pattern.Place, null, 0, (byte)pattern.Value)
            : null;
    }

    private static EventNode? Event(Element e) => Text(e, "name") is not { } name ? null
        : new EventNode(name.Value, name.Place, Mode(e, "mode")?.Value ?? EventMode.Asap);

    private static ChannelNode? Channel(Element e) => Text(e, "name") is not { } name ? null
        : new ChannelNode(name.Value, name.Place, Size(e), Mode(e, "hasEvent"));

    private static ComponentNode? Component(Element e)
    {
        if (Text(e, "name") is not { } name)
        {
            return null;
        }

        Element? requires = Section(e, "requires");
        ComponentBinary? binary = null;
        if (Section(e, "binary") is { } b)
        {
            Located<string>? file = Text(b, "filename");
            Located<string>? project = Text(b, "project");
            binary = new ComponentBinary(name.Value, file?.Value, project?.Value, (file ?? project)?.Place ?? b.Place)
            {
                Address = Number(b, "address"),
                IsIncomplete = b.Written("filename") is { Unresolved: true } || b.Written("project") is { Unresolved: true },
            };
        }

        return new ComponentNode(
            name.Value,
            name.Place,
            Text(e, "profile"),
            Number(e, "stackSize"),
            requires is null ? RequirementsNode.None : Requirements(requires),
            Items(e, "provides", "memory", p => Text(p, "logical") is { } logical
                ? new ProvidedNode(logical.Value, logical.Place, Size(p), Number(p, "virtualAddress"), Flag(p, "writable"), Flag(p, "executable"), Kind(p), Content(p))
                : null),
            binary);
    }

    private static SubjectNode? Subject(Element e)
    {
        if (Text(e, "name") is not { } name)
        {
            return null;
        }

        Element? component = Section(e, "component");
        return new SubjectNode(
            name.Value,
            name.Place,
            Text(e, "profile"),
            Number(e, "stackSize"),
            Number(e, "cpu", 0, 4095) is { } cpu ? new((int)cpu.Value, cpu.Place) : null,
            component is null ? null : Text(component, "ref") ?? new("", component.Place),
            component is null ? [] : Each(component, "map", Map),
            Requirements(e))
        {
            Time = GoalsVocabulary.ReadTime(Section(e, "time")),
            Monitors = [.. All(e, "monitor").SelectMany(m => MonitorVocabulary.Read(m))],
            Sibling = Section(e, "sibling") is { } sibling ? Text(sibling, "ref") : null,
            BootParameters = string.Join(' ', All(e, "bootparams").Select(b => b.Text?.Value).Where(t => !string.IsNullOrEmpty(t))),
        };
    }

    private static MapNode? Map(Element e) => Text(e, "logical") is { } logical && Text(e, "physical") is { } physical
        ? new MapNode(logical, physical, Each(e, "map", Map))
        : null;

    private static RequirementsNode Requirements(Element e)
    {
        Element? events = Section(e, "events");
        Element? source = events is null ? null : Section(events, "source");
        Element? target = events is null ? null : Section(events, "target");
        var groups = source is null ? [] : All(source, "group").ToList();
        IEnumerable<Element> calls = source is null ? [] : All(source, "event").Concat(groups.Where(g => g.Find("name")?.Value != "vmx_exit").SelectMany(g => All(g, "event")));
        var traps = groups.Where(g => g.Find("name")?.Value == "vmx_exit").ToList();
        return new RequirementsNode(
            Section(e, "vcpu") is { } vcpu ? VcpuVocabulary.Read(vcpu) : null,
            Items(e, "memory", "memory", m => Logical(m) is { } logical
                ? new MemoryUseNode(logical.Value, logical.Place, Text(m, "physical"), Number(m, "size"), Number(m, "virtualAddress"), Flag(m, "writable"),
                    Flag(m, "executable"))
                : null),
            Section(e, "channels") is { } channels ? Each(channels, null, Channel2) : [],
            Items(e, "devices", "device", DeviceUse),
            Each(calls, SourceEvent),
            Each(traps.SelectMany(g => All(g, "event")), SourceEvent),
            traps.SelectMany(g => All(g, "default")).Select(DefaultTrap).FirstOrDefault(d => d is not null),
            target is null ? [] : Each(target, "event", TargetEvent));
    }

    private static ChannelUseNode? Channel2(Element e)
    {
        if (e.Name is not ("reader" or "writer") || Logical(e) is not { } logical)
        {
            return null;
        }

        bool writer = e.Name == "writer";
        return new ChannelUseNode(logical.Value, logical.Place, writer, Text(e, "physical"), Number(e, "size"), Number(e, "virtualAddress"),
            writer ? Automatic(e, "event", 0, Limits.Events - 1) : Automatic(e, "vector", 32, 255))
        {
            ElementType = Text(e, "type"),
        };
    }

    private static DeviceUseNode? DeviceUse(Element e) => Logical(e) is not { } logical ? null : new DeviceUseNode(
        logical.Value,
        logical.Place,
        Text(e, "physical"),
        Each(e, "ioPort", p => Logical(p) is { } n
            ? new PortUseNode(n.Value, n.Place, Text(p, "physical"), (ushort?)Number(p, "start", 0, 0xFFFF)?.Value, (ushort?)Number(p, "end", 0, 0xFFFF)?.Value)
            : null),
        Each(e, "irq", i => Logical(i) is { } n ? new IrqUseNode(n.Value, n.Place, Text(i, "physical"), Automatic(i, "vector", 32, 255))
        {
            Messages = Each(i, "msi", m => Logical(m) is { } message ? new MessageUseNode(message.Value, message.Place, Text(m, "physical")) : null),
        }
        : null),
        Each(e, "memory", m => Logical(m) is { } n
            ? new DeviceMemoryUseNode(n.Value, n.Place, Text(m, "physical"), Number(m, "size"), Number(m, "virtualAddress"), Flag(m, "writable"), Flag(m, "executable"))
            : null));

    private static SourceEventNode? SourceEvent(Element e)
    {
        // An event in a subject may be named by any of the three: what it is called follows from the others.
        Located<string>? name = Text(e, "logical") ?? Text(e, "physical") ?? Text(e, "id");
        Element? action = e.Children.FirstOrDefault(c => !ElementRule.IsLeftOver(c));
        name ??= action is null ? null : new(action.Name, action.Place);
        return name is not { } logical ? null
            : new SourceEventNode(logical.Value, e.Find("logical")?.Place ?? e.Place, Text(e, "physical"), Text(e, "id"), action is null ? null : Action(action));
    }

    private static DefaultTrapNode? DefaultTrap(Element e) => Text(e, "physical") is not { } physical ? null
        : new DefaultTrapNode(physical, e.Children.FirstOrDefault(c => !ElementRule.IsLeftOver(c)) is { } action ? Action(action) : null);

    private static ActionNode? Action(Element e)
    {
        SourceAction? action = e.Name switch
        {
            "sleep" or "subject_sleep" => SourceAction.Sleep,
            "yield" or "subject_yield" => SourceAction.Yield,
            "system_reboot" => SourceAction.Reboot,
            "system_poweroff" => SourceAction.PowerOff,
            "system_panic" => SourceAction.Panic,
            "unmask_irq" => SourceAction.UnmaskIrq,
            _ => null,
        };
        return action is null ? null : new ActionNode(action.Value, (int)(Number(e, "number", 0, 255)?.Value ?? 0), e.Place);
    }

    private static TargetEventNode? TargetEvent(Element e)
    {
        if (Logical(e) is not { } logical)
        {
            return null;
        }

        Located<int>? vector = Section(e, "inject_interrupt") is { } inject ? Automatic(inject, "vector", 32, 255) ?? new(-1, inject.Place) : null;
        return new TargetEventNode(logical.Value, logical.Place, Text(e, "physical"), Automatic(e, "id", 0, Limits.Events - 1), vector,
            Section(e, "reset") is not null);
    }

    private static SchedulingNode Scheduling(Element e) => new(
        e.Place,
        Number(e, "tickRate", 1, 1_000_000_000)?.Value ?? 1000,
        Items(e, "partitions", "partition", p => Text(p, "name") is { } name
            ? new PartitionNode(name.Value, name.Place, [.. All(p, "group").Select((g, i) => Group(g, $"{name.Value}_{i + 1}"))])
            : null),
        Each(e, "majorFrame", m => new MajorFrameNode(m.Place, Each(m, "cpu", c => Number(c, "id", 0, 4095) is { } id
            ? new CpuPlanNode((int)id.Value, id.Place, Each(c, "minorFrame", f => new MinorFrameNode(
                f.Find("ticks")?.Place ?? f.Place, (uint)(Number(f, "ticks", 1, uint.MaxValue)?.Value ?? 0), Text(f, "subject"), Text(f, "partition"))))
            : null))));

    private static GroupNode Group(Element e, string otherwise)
    {
        Located<string> name = Text(e, "name") ?? new(otherwise, e.Place);
        return new GroupNode(name.Value, name.Place, [.. All(e, "subject").Select(s => Text(s, "name")).Where(s => s is not null).Select(s => s!.Value)]);
    }

    private static Element? Section(Element parent, string name) => parent.Children.FirstOrDefault(c => c.Name == name);

    private static IEnumerable<Element> All(Element parent, string? name) => parent.Children.Where(c => name is null || c.Name == name);

    private static ImmutableArray<T> Each<T>(Element parent, string? name, Func<Element, T?> read)
        where T : class => Each(All(parent, name), read);

    private static ImmutableArray<T> Each<T>(IEnumerable<Element> elements, Func<Element, T?> read)
        where T : class => [.. elements.Select(read).Where(item => item is not null).Select(item => item!)];

    // A section that stands twice was reported; the second one's items are taken in all the same, so that references to them hold.
    private static ImmutableArray<T> Items<T>(Element parent, string section, string name, Func<Element, T?> read)
        where T : class => Each(All(parent, section).SelectMany(s => All(s, name)), read);

    private static Located<string>? Text(Element e, string name) => e.Find(name) is { Value.Length: > 0 } a ? new(a.Value, a.Place) : null;

    private static Located<string>? Logical(Element e) => Text(e, "logical") ?? Text(e, "physical");

    private static string Word(Element e, string name, string otherwise) => e.Find(name)?.Value ?? otherwise;

    private static bool Flag(Element e, string name, bool otherwise = false) => e.Find(name) is { } a ? a.Value == "true" : otherwise;

    private static Located<ulong>? Number(Element e, string name, ulong least = 0, ulong most = 1UL << 52) =>
        e.Find(name) is { } a && Numbers.TryParse(a.Value, out UInt128 value) && value >= least && value <= most ? new((ulong)value, a.Place) : null;

    private static Located<int>? Automatic(Element e, string name, int least, int most)
    {
        if (e.Find(name) is not { } a)
        {
            return null;
        }

        return Number(e, name, (ulong)least, (ulong)most) is { } number ? new((int)number.Value, number.Place) : new(-1, a.Place);
    }

    private static Located<ulong> Size(Element e) => Number(e, "size", 0, 1UL << 46) ?? new(Muen.Abi.KernelLayout.PageSize, e.Place);

    private static Located<Caching> Caching(Element e, Caching otherwise) =>
        e.Find("caching") is { } a && Enum.TryParse(a.Value, out Caching caching) && Enum.IsDefined(caching) ? new(caching, a.Place) : new(otherwise, e.Place);

    private static Located<EventMode>? Mode(Element e, string name) =>
        e.Find(name) is { } a ? new(Enum.TryParse(a.Value, true, out EventMode mode) && Enum.IsDefined(mode) ? mode : EventMode.Asap, a.Place) : null;
}
