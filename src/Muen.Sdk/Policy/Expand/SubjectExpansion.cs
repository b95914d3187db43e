// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Expand;

/// <summary>
/// Gives a subject what its component requires and what it names itself. A requirement is met by the map of its logical name or, without one, by the resource
/// of the same name.
/// </summary>
internal sealed class SubjectExpansion
{
    /// <summary>Size of a stack that nothing else is said about, in bytes.</summary>
    internal const ulong DefaultStackSize = 0x4000;

    private const string Native = "native";

    private readonly PolicyModel model;
    private readonly SubjectNode node;
    private readonly Names names;
    private readonly ImmutableArray<ResolvedRegion>.Builder regions;
    private readonly DiagnosticBag bag;
    private readonly Dictionary<string, MapNode> maps = new(StringComparer.Ordinal);
    private readonly HashSet<string> used = new(StringComparer.Ordinal);

    private readonly ImmutableArray<ResolvedMapping>.Builder mappings = ImmutableArray.CreateBuilder<ResolvedMapping>();
    private readonly ImmutableArray<ResolvedChannelEnd>.Builder ends = ImmutableArray.CreateBuilder<ResolvedChannelEnd>();
    private readonly ImmutableArray<ResolvedDevice>.Builder devices = ImmutableArray.CreateBuilder<ResolvedDevice>();
    private readonly ImmutableArray<ResolvedPort>.Builder ports = ImmutableArray.CreateBuilder<ResolvedPort>();
    private readonly ImmutableArray<ResolvedIrq>.Builder irqs = ImmutableArray.CreateBuilder<ResolvedIrq>();
    private readonly ImmutableArray<ResolvedDeviceMemory>.Builder deviceMemory = ImmutableArray.CreateBuilder<ResolvedDeviceMemory>();
    private readonly ImmutableArray<ResolvedSource>.Builder sources = ImmutableArray.CreateBuilder<ResolvedSource>();
    private readonly ImmutableArray<ResolvedTrap>.Builder traps = ImmutableArray.CreateBuilder<ResolvedTrap>();
    private readonly ImmutableArray<ResolvedTarget>.Builder targets = ImmutableArray.CreateBuilder<ResolvedTarget>();

    internal SubjectExpansion(PolicyModel model, SubjectNode node, Names names, ImmutableArray<ResolvedRegion>.Builder regions, DiagnosticBag bag)
    {
        this.model = model;
        this.node = node;
        this.names = names;
        this.regions = regions;
        this.bag = bag;
    }

    internal ResolvedSubject Expand()
    {
        ComponentNode? component = FindComponent(out int index);
        foreach (MapNode map in node.Maps)
        {
            if (!maps.TryAdd(map.Logical.Value, map))
            {
                bag.Add(map.Logical.Place, DiagnosticCodes.DuplicateMap,
                    $"'{map.Logical.Value}' is mapped already at {maps[map.Logical.Value].Logical.Place}; keep one");
            }
        }

        if (component is not null)
        {
            Take(component.Requires, true);
            foreach (ProvidedNode provided in component.Provides)
            {
                mappings.Add(new ResolvedMapping(provided.Logical, provided.Place, regions.Count, provided.Kind, null, provided.VirtualAddress, provided.Writable,
                    provided.Executable));
                regions.Add(new ResolvedRegion($"{node.Name}|{provided.Logical}", provided.Place, RegionUse.Provided, provided.Size, null,
                    new(Caching.WB, provided.Place), provided.Content)
                { Kind = provided.Kind });
            }

            foreach (MapNode map in node.Maps.Where(m => !used.Contains(m.Logical.Value)))
            {
                bag.AddUnknown(map.Logical.Place, DiagnosticCodes.UnknownMap, "requirement", map.Logical.Value,
                    Requirements(component), "requirements", $" of component '{component.Name}'");
            }
        }

        Take(node.Own, false);
        IEnumerable<VcpuNode> grants = new[] { component?.Requires.Vcpu, node.Own.Vcpu }.OfType<VcpuNode>();
        Located<string>? named = node.Profile ?? component?.Profile;
        SubjectProfile profile = (named?.Value ?? Native) == Native ? SubjectProfile.Native : SubjectProfile.Vm;
        ImmutableArray<MsrNode> standard = profile == SubjectProfile.Vm ? VcpuProfiles.VmMsrs(named!.Value.Place) : [];
        return new ResolvedSubject(
            node.Name, node.Place, index, null, profile,
            node.StackSize ?? component?.StackSize ?? new(DefaultStackSize, node.Place), node.Cpu,
            Vcpu.Of(profile, grants), [.. standard, .. grants.SelectMany(g => g.Msrs)],
            mappings.ToImmutable(), ends.ToImmutable(), devices.ToImmutable(), ports.ToImmutable(), irqs.ToImmutable(), deviceMemory.ToImmutable(),
            sources.ToImmutable(), traps.ToImmutable(), targets.ToImmutable(), -1)
        {
            BootParameters = node.BootParameters,
            Time = node.Time,
            Flushes = grants.Aggregate(SubjectFlags.None, (flags, vcpu) => flags | vcpu.Flushes),
            Monitors =
            [
                .. node.Monitors.Select(m => (Node: m, Subject: names.Find(names.Subjects, DiagnosticCodes.UnknownSubject, "subject", m.Subject))).Where(m => m.Subject >= 0)
                    .Select(m => new ResolvedMonitor(m.Node.Part, m.Node.Logical, m.Node.Place, m.Subject, m.Node.VirtualAddress, m.Node.Writable)),
            ],
        };
    }

    private ComponentNode? FindComponent(out int index)
    {
        index = -1;
        if (node.Component is not { } reference)
        {
            if (node.Sibling is not null)
            {
                return null;
            }

            names.Miss("component");
            bag.Add(node.Place, DiagnosticCodes.MissingComponent, $"subject '{node.Name}' has no component; add <component ref=\"...\"/>");
            return null;
        }

        if (reference.Value.Length == 0)
        {
            // The missing attribute was reported.
            names.Miss("component");
            return null;
        }

        index = names.Find(names.Components, DiagnosticCodes.UnknownComponent, "component", reference);
        return index < 0 ? null : model.Components[index];
    }

    private static IEnumerable<string> Requirements(ComponentNode component) =>
        component.Requires.Memory.Select(m => m.Logical)
            .Concat(component.Requires.Channels.Select(c => c.Logical))
            .Concat(component.Requires.Devices.Select(d => d.Logical))
            .Concat(component.Requires.Sources.Select(s => s.Logical))
            .Concat(component.Requires.Targets.Select(t => t.Logical));

    private void Take(RequirementsNode needs, bool required)
    {
        foreach (MemoryUseNode use in needs.Memory)
        {
            int region = Meet(names.Memory, DiagnosticCodes.UnknownMemory, "memory region", use.Logical, use.Physical, required);
            if (region >= 0)
            {
                mappings.Add(new ResolvedMapping(use.Logical, use.Place, region, regions[region].Kind, use.Size, use.VirtualAddress, use.Writable, use.Executable));
            }
        }

        foreach (ChannelUseNode use in needs.Channels)
        {
            int channel = Meet(names.Channels, DiagnosticCodes.UnknownChannel, "channel", use.Logical, use.Physical, required);
            if (channel >= 0)
            {
                mappings.Add(new ResolvedMapping(use.Logical, use.Place, names.RegionOfChannel(channel), MemoryKind.Channel, use.Size, use.VirtualAddress, use.Writer, false));
                ends.Add(new ResolvedChannelEnd(use.Logical, use.Place, channel, use.Writer, use.Signal) { ElementType = use.ElementType });
            }
        }

        foreach (DeviceUseNode use in needs.Devices)
        {
            TakeDevice(use, required);
        }

        foreach (SourceEventNode use in needs.Sources)
        {
            TakeSource(use, required);
        }

        TakeTraps(needs);
        foreach (TargetEventNode use in needs.Targets)
        {
            int target = Meet(names.Events, DiagnosticCodes.UnknownEvent, "event", use.Logical, use.Physical, required);
            if (target >= 0)
            {
                targets.Add(new ResolvedTarget(use.Logical, use.Place, target, use.Id, use.Vector, use.Reset));
            }
        }
    }

    // The index of what a logical name stands for, -1 after an error.
    private int Meet(IReadOnlyDictionary<string, int> things, DiagnosticCode unknown, string what, string logical, Located<string>? physical, bool required)
    {
        if (!required)
        {
            return names.Find(things, unknown, what, physical ?? new(logical, node.Place));
        }

        used.Add(logical);
        if (maps.TryGetValue(logical, out MapNode? map))
        {
            return names.Find(things, unknown, what, map.Physical);
        }

        if (things.TryGetValue(logical, out int same))
        {
            return same;
        }

        names.Miss(what);
        if (names.MayBeJudged(things) && !names.FaultyText)
        {
            bag.Add(node.Component!.Value.Place, DiagnosticCodes.UnmappedRequirement,
                $"component '{node.Component.Value.Value}' requires the {what} '{logical}'; map it, <map logical=\"{logical}\" physical=\"...\"/>, or name {Article(what)} '{logical}'");
        }

        return -1;
    }

    private static string Article(string what) => what[0] == 'e' ? $"an {what}" : $"a {what}";

    private void TakeSource(SourceEventNode use, bool required)
    {
        Located<int>? number = use.Id is { } id ? EventNumber(id) : null;
        int target = -1;
        bool named = use.Physical is not null || (required && maps.ContainsKey(use.Logical)) || names.Events.ContainsKey(use.Logical);
        if (named || use.Action is null)
        {
            // Without an action the event must go somewhere.
            target = Meet(names.Events, DiagnosticCodes.UnknownEvent, "event", use.Logical, use.Physical ?? (required ? null : new(use.Logical, use.Place)), required);
            if (target < 0)
            {
                return;
            }
        }

        used.Add(use.Logical);
        sources.Add(new ResolvedSource(use.Logical, use.Place, target, use.Action, number));
    }

    private Located<int>? EventNumber(Located<string> id)
    {
        if (id.Value == "auto")
        {
            return null;
        }

        if (!Numbers.TryParse(id.Value, out UInt128 number))
        {
            bag.Add(id.Place, DiagnosticCodes.NotANumber, $"'{Quote.Short(id.Value)}' is not a number or 'auto'; an event has a number of 0 to {Limits.Events - 1}");
            return null;
        }

        if (number >= Limits.Events)
        {
            bag.Add(id.Place, DiagnosticCodes.NumberOutOfRange, $"'id' is {Quote.Short(id.Value)}; it may be 0 to {Limits.Events - 1}");
            return null;
        }

        return new((int)number, id.Place);
    }

    private void TakeTraps(RequirementsNode needs)
    {
        foreach (SourceEventNode use in needs.Traps)
        {
            int reason = ExitReasons.Find(use.Id ?? new(use.Logical, use.Place), bag) ?? -1;
            int target = use.Physical is null && use.Action is not null ? -1
                : use.Physical is { } physical ? names.Find(names.Events, DiagnosticCodes.UnknownEvent, "event", physical)
                : names.Find(names.Events, DiagnosticCodes.UnknownEvent, "event", new(use.Logical, use.Place));
            if (reason >= 0 && (target >= 0 || use.Action is not null))
            {
                traps.Add(new ResolvedTrap(reason, use.Place, target, use.Action, false));
            }
        }

        if (needs.DefaultTrap is not { } fallback)
        {
            return;
        }

        int standard = names.Find(names.Events, DiagnosticCodes.UnknownEvent, "event", fallback.Physical);
        if (standard >= 0)
        {
            var own = traps.Select(t => t.Reason).ToHashSet();
            traps.AddRange(Enumerable.Range(0, ExitReasons.Count).Where(reason => !own.Contains(reason) && !ExitReasons.IsKernels(reason))
                .Select(reason => new ResolvedTrap(reason, fallback.Physical.Place, standard, fallback.Action, true)));
        }
    }

    private void TakeDevice(DeviceUseNode use, bool required)
    {
        int index = Meet(names.Devices, DiagnosticCodes.UnknownDevice, "device", use.Logical, use.Physical, required);
        if (index < 0)
        {
            return;
        }

        DeviceNode device = names.Device(index);
        devices.Add(new ResolvedDevice(use.Logical, use.Place, device));
        MapNode? map = required ? maps.GetValueOrDefault(use.Logical) : null;
        if (use.Ports.IsEmpty && use.Irqs.IsEmpty && use.Memory.IsEmpty)
        {
            ports.AddRange(device.Ports.Select(p => new ResolvedPort(SinfoName(use.Logical, p.Name), use.Place, device, p, null, null)));
            foreach (IrqNode irq in device.Irqs)
            {
                TakeIrq(use.Logical, new IrqUseNode(irq.Name, use.Place, null, null) { IsWhole = true }, device, irq, null);
            }

            // Configuration space is named, or not had.
            deviceMemory.AddRange(device.Memory.Where(m => !names.Hardware.IsConfiguration(m)).Select(m =>
                new ResolvedDeviceMemory(SinfoName(use.Logical, m.Name), use.Place, device, m, null, null, true, false)));
            return;
        }

        foreach (PortUseNode port in use.Ports)
        {
            if (Pick(device, "port range", device.Ports, p => p.Name, port.Logical, port.Physical, port.Place, map) is { } found)
            {
                ports.Add(new ResolvedPort(SinfoName(use.Logical, port.Logical), port.Place, device, found, port.Start, port.End));
            }
        }

        foreach (IrqUseNode irq in use.Irqs)
        {
            if (Pick(device, "interrupt", device.Irqs, i => i.Name, irq.Logical, irq.Physical, irq.Place, map) is { } found)
            {
                TakeIrq(use.Logical, irq, device, found, map?.Maps.FirstOrDefault(m => m.Logical.Value == irq.Logical));
            }
        }

        foreach (DeviceMemoryUseNode memory in use.Memory)
        {
            if (Pick(device, "memory", device.Memory, m => m.Name, memory.Logical, memory.Physical, memory.Place, map) is { } found)
            {
                deviceMemory.Add(new ResolvedDeviceMemory(SinfoName(use.Logical, memory.Logical), memory.Place, device, found, memory.Size,
                    memory.VirtualAddress, memory.Writable, memory.Executable));
            }
        }
    }

    // A line, or messages in its place: of a whole interrupt the messages, where they are remapped.
    private void TakeIrq(string logical, IrqUseNode use, DeviceNode device, IrqNode irq, MapNode? map)
    {
        ImmutableArray<MessageUseNode> messages = use.IsWhole && use.Messages.IsEmpty && names.Hardware.HasIommu
            ? [.. irq.Messages.Select(m => new MessageUseNode(m.Name, use.Place, new(m.Name, use.Place)))]
            : use.Messages;
        if (messages.IsEmpty)
        {
            irqs.Add(new ResolvedIrq(SinfoName(logical, use.Logical), use.Place, device, irq, use.Vector));
        }

        for (int i = 0; i < messages.Length; i++)
        {
            if (Pick(device, "message", irq.Messages, m => m.Name, messages[i].Logical, messages[i].Physical, messages[i].Place, map) is { } found)
            {
                Located<int>? vector = use.Vector is { Value: >= 0 } first ? new(first.Value + i, first.Place) : null;
                irqs.Add(new ResolvedIrq(SinfoName(logical, messages[i].Logical), messages[i].Place, device, irq, vector) { Message = found, Messages = i == 0 ? messages.Length : 1 });
            }
        }
    }

    private static string SinfoName(string device, string resource) => $"{device}_{resource}";

    private T? Pick<T>(DeviceNode device, string what, ImmutableArray<T> all, Func<T, string> name, string logical, Located<string>? physical, Place place, MapNode? map)
        where T : class
    {
        Located<string> wanted = physical ?? map?.Maps.FirstOrDefault(m => m.Logical.Value == logical)?.Physical ?? new(logical, place);
        T? found = all.FirstOrDefault(thing => name(thing) == wanted.Value);

        // A device that has just one leaves no doubt which one is meant, when nothing else was said.
        if (found is null && physical is null && wanted.Place == place && all.Length == 1)
        {
            found = all[0];
        }

        if (found is null)
        {
            bag.AddUnknown(wanted.Place, DiagnosticCodes.UnknownDeviceResource, what, wanted.Value, all.Select(name), "there are", $" of device '{device.Name}'");
        }

        return found;
    }
}
