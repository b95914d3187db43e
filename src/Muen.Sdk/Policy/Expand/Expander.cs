// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

/// <summary>The second pass: looks every name up and gives every default. What names nothing is reported and left out, so that the rest can be checked.</summary>
internal static class Expander
{
    // Errors of reading after which something of the policy may be absent.
    private static readonly ImmutableHashSet<string> Structural = new[]
    {
        DiagnosticCodes.UnreadableFile, DiagnosticCodes.FileTooLarge, DiagnosticCodes.NotText, DiagnosticCodes.MalformedXml, DiagnosticCodes.EmptyFile,
        DiagnosticCodes.DtdForbidden, DiagnosticCodes.NestedTooDeeply, DiagnosticCodes.UnknownElement, DiagnosticCodes.MissingAttribute, DiagnosticCodes.MissingElement,
        DiagnosticCodes.IncludeCycle, DiagnosticCodes.TooManyIncludes, DiagnosticCodes.TooManyElements, DiagnosticCodes.ValueTooLong,
    }.Select(code => code.Id).ToImmutableHashSet();

    /// <summary>Expands a policy.</summary>
    /// <param name="model">The policy as written.</param>
    /// <param name="bag">Receives errors; those of reading are in it already.</param>
    internal static ResolvedSystem Expand(PolicyModel model, DiagnosticBag bag)
    {
        bool faultyText = bag.Sorted.Any(d => Structural.Contains(d.Code) || DiagnosticCodes.Find(d.Code)!.Section == "Language");
        (model, ResolvedHardware hardware) = DeviceNames.Resolve(model, HardwareExpansion.Expand(model.Hardware, bag), bag);

        var regions = ImmutableArray.CreateBuilder<ResolvedRegion>();
        regions.AddRange(model.Memory.Select(BuiltinRegions.Of));

        var events = ImmutableArray.CreateBuilder<ResolvedEvent>();
        foreach (EventNode node in model.Events)
        {
            events.Add(new ResolvedEvent(node.Name, node.Place, node.Mode, -1));
        }

        var channels = ImmutableArray.CreateBuilder<ResolvedChannel>();
        foreach (ChannelNode node in model.Channels)
        {
            int signal = -1;
            if (node.Event is { } mode)
            {
                signal = events.Count;
                events.Add(new ResolvedEvent(node.Name, mode.Place, mode.Value, channels.Count));
            }

            channels.Add(new ResolvedChannel(node.Name, node.Place, regions.Count, signal));
            regions.Add(new ResolvedRegion(node.Name, node.Place, RegionUse.Channel, node.Size, null, new(Caching.WB, node.Place), null) { Kind = MemoryKind.Channel });
        }

        regions.AddRange(BuiltinRegions.Of(model));

        var names = new Names(model, hardware, regions, events, channels, faultyText, bag);
        var subjects = ImmutableArray.CreateBuilder<ResolvedSubject>();
        foreach (SubjectNode node in model.Subjects)
        {
            subjects.Add(new SubjectExpansion(model, node, names, regions, bag).Expand());
        }

        JoinSiblings(model, names, subjects, bag);
        ImmutableArray<ResolvedDomain> domains = [.. model.Domains.Select(d => Domain(d, names, regions))];
        ImmutableArray<ResolvedGoal> goals = [.. model.Goals.Select(g => Goal(g, names)).OfType<ResolvedGoal>()];
        ResolvedPlan plan = PlanExpansion.Expand(model, hardware, events, channels, subjects, names, bag);
        return new ResolvedSystem(
            model.Name, model.Place, hardware, regions.ToImmutable(), events.ToImmutable(), channels.ToImmutable(), model.Components, subjects.ToImmutable(), plan,
            new Unresolved(faultyText, names.Missed("component"), names.Missed("memory region"), names.Missed("channel"), names.Missed("event"), names.Missed("subject"), names.Missed("processor"), names.Missed("device")))
        {
            Domains = domains,
            Goals = goals,
        };
    }

    private static ResolvedDomain Domain(DomainNode node, Names names, ImmutableArray<ResolvedRegion>.Builder regions) => new(
        node.Name,
        node.Place,
        [
            .. node.Memory.Select(use => (Use: use, Region: names.Find(names.Memory, DiagnosticCodes.UnknownMemory, "memory region", use.Physical ?? new(use.Logical, use.Place))))
                .Where(m => m.Region >= 0)
                .Select(m => new ResolvedMapping(m.Use.Logical, m.Use.Place, m.Region, regions[m.Region].Kind, null, m.Use.VirtualAddress, m.Use.Writable, false)),
        ],
        [
            .. node.Devices.Select(use => (Use: use, Device: names.Find(names.Devices, DiagnosticCodes.UnknownDevice, "device", use.Physical ?? new(use.Logical, use.Place))))
                .Where(d => d.Device >= 0)
                .Select(d => new ResolvedDevice(d.Use.Logical, d.Use.Place, names.Device(d.Device))),
        ]);

    private static ResolvedGoal? Goal(GoalNode node, Names names)
    {
        int Subject(Located<string> name) => names.Find(names.Subjects, DiagnosticCodes.UnknownSubject, "subject", name);
        (int from, int to, int[] unless) = (Subject(node.From), Subject(node.To), [.. node.Unless.Select(Subject)]);
        return from < 0 || to < 0 || unless.Contains(-1) ? null : new(node.Place, from, to, [.. unless]);
    }

    private static void JoinSiblings(PolicyModel model, Names names, ImmutableArray<ResolvedSubject>.Builder subjects, DiagnosticBag bag)
    {
        for (int id = 0; id < model.Subjects.Length; id++)
        {
            SubjectNode node = model.Subjects[id];
            if (node.Sibling is not { } reference)
            {
                continue;
            }

            SiblingExpansion.Check(node, bag);
            int main = names.Find(names.Subjects, DiagnosticCodes.UnknownSubject, "subject", reference);
            if (main >= 0 && model.Subjects[main].Sibling is not null)
            {
                bag.Add(reference.Place, DiagnosticCodes.InvalidSibling, $"'{reference.Value}' is a sibling itself; name the subject that it is a sibling of");
                names.Miss("component");
            }
            else if (main >= 0)
            {
                VcpuNode? component = subjects[main].Component >= 0 ? model.Components[subjects[main].Component].Requires.Vcpu : null;
                subjects[id] = SiblingExpansion.Join(subjects[id], node, subjects[main], main, [.. new[] { component, model.Subjects[main].Own.Vcpu }.OfType<VcpuNode>()]);
            }
            else
            {
                names.Miss("component");
            }
        }
    }
}

/// <summary>What a policy's names mean; of two things of the same name the first, since the second is an error of its own.</summary>
internal sealed class Names
{
    private readonly DiagnosticBag bag;
    private readonly IReadOnlyList<ResolvedChannel> channels;
    private readonly ImmutableArray<DeviceNode> devices;
    private readonly HashSet<string> missed = new(StringComparer.Ordinal);

    internal Names(PolicyModel model, ResolvedHardware hardware, IReadOnlyList<ResolvedRegion> regions, IReadOnlyList<ResolvedEvent> events,
        IReadOnlyList<ResolvedChannel> channels, bool faultyText, DiagnosticBag bag)
    {
        this.bag = bag;
        FaultyText = faultyText;
        Memory = Index(regions, r => r.Name, r => r.Use is RegionUse.Memory or RegionUse.CrashAudit);
        Events = Index(events, e => e.Name, _ => true);
        Channels = Index(channels, c => c.Name, _ => true);
        Components = Index(model.Components, c => c.Name, _ => true);
        Subjects = Index(model.Subjects, s => s.Name, _ => true);
        this.channels = channels;
        devices = hardware.Devices;
        Hardware = hardware;
        Dictionary<string, int> index = Index(hardware.Devices, d => d.Name, _ => true);

        // Aliases were replaced; here they are names that may have been meant.
        foreach (AliasNode alias in model.Platform?.Aliases ?? [])
        {
            if (index.TryGetValue(alias.Physical.Value, out int device))
            {
                index.TryAdd(alias.Name, device);
            }
        }

        Devices = index;
    }

    /// <summary>The machine.</summary>
    internal ResolvedHardware Hardware { get; }

    /// <summary>Whether something of the policy may be absent only because it could not be read.</summary>
    internal bool FaultyText { get; }

    internal IReadOnlyDictionary<string, int> Memory { get; }

    internal IReadOnlyDictionary<string, int> Events { get; }

    internal IReadOnlyDictionary<string, int> Channels { get; }

    internal IReadOnlyDictionary<string, int> Components { get; }

    internal IReadOnlyDictionary<string, int> Subjects { get; }

    internal IReadOnlyDictionary<string, int> Devices { get; }

    /// <summary>Index of the region of the channel of this index.</summary>
    internal int RegionOfChannel(int channel) => channels[channel].Region;

    /// <summary>The device of this index.</summary>
    internal DeviceNode Device(int index) => devices[index];

    /// <summary>The thing's index, -1 after an error when there is none. Of hardware that is not known nobody can say which devices it has.</summary>
    internal int Find(IReadOnlyDictionary<string, int> things, DiagnosticCode code, string what, Located<string> name)
    {
        if (things.TryGetValue(name.Value, out int index))
        {
            return index;
        }

        Miss(what);
        if (Kind(name.Value, things) is { } kind && what is not ("component" or "subject"))
        {
            bag.Add(name.Place, DiagnosticCodes.WrongMap, $"'{name.Value}' is a {kind}, but the name of another kind of thing, {what}, is needed here; correct it");
        }
        else if (MayBeJudged(things))
        {
            bag.AddUnknown(name.Place, code, what, name.Value, things.Keys, what == "memory region" ? "memory regions" : what + "s");
        }

        return -1;
    }

    /// <summary>Whether all things of this kind are known: an error about one that is missing would be wrong otherwise.</summary>
    internal bool MayBeJudged(IReadOnlyDictionary<string, int> things) => things != Devices || Hardware.Known;

    /// <summary>Remembers that a name of this kind means nothing.</summary>
    internal void Miss(string what) => missed.Add(what);

    /// <summary>Whether a name of this kind means nothing.</summary>
    internal bool Missed(string what) => missed.Contains(what);

    private string? Kind(string name, IReadOnlyDictionary<string, int> except) =>
        new (string Kind, IReadOnlyDictionary<string, int> Things)[] { ("memory region", Memory), ("channel", Channels), ("device", Devices), ("event", Events) }
            .FirstOrDefault(k => k.Things != except && k.Things.ContainsKey(name)).Kind;

    private static Dictionary<string, int> Index<T>(IReadOnlyList<T> things, Func<T, string> name, Func<T, bool> takes)
    {
        var index = new Dictionary<string, int>(things.Count, StringComparer.Ordinal);
        for (int i = 0; i < things.Count; i++)
        {
            if (takes(things[i]))
            {
                index.TryAdd(name(things[i]), i);
            }
        }

        return index;
    }
}
