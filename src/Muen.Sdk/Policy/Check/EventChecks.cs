// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>Events, channels, traps and vectors (MUEN14xx).</summary>
internal static class EventChecks
{
    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        // The event of a channel whose name is taken is not reported beside the channel.
        HashSet<int> channels = First(system.Channels.Select(c => c.Name));
        Checker.Unique(system.Events.Where(e => e.Channel < 0 || channels.Contains(e.Channel)).Select(e => (e.Name, e.Place)), DiagnosticCodes.DuplicateEvent, "event", bag);
        Checker.Unique(system.Channels.Select(c => (c.Name, c.Place)), DiagnosticCodes.DuplicateChannel, "channel", bag);
        ImmutableArray<EventEnds> ends = EventEnds.Collect(system.Events, system.Channels, system.Subjects);
        CheckChannels(system, bag);
        foreach (int i in First(system.Events.Select(e => e.Name)).Order())
        {
            // Of several events of a name only the first has ends.
            CheckEvent(system, system.Events[i], ends[i], bag);
        }

        foreach (ResolvedSubject subject in system.Subjects)
        {
            CheckNumbers(system, subject, bag);
        }
    }

    private static void CheckChannels(ResolvedSystem system, DiagnosticBag bag)
    {
        var ends = new List<(ResolvedSubject Subject, ResolvedChannelEnd End)>[system.Channels.Length];
        foreach ((ResolvedSubject subject, ResolvedChannelEnd end) in system.Subjects.SelectMany(s => s.ChannelEnds.Select(e => (s, e))))
        {
            (ends[end.Channel] ??= []).Add((subject, end));
        }

        bool certain = !system.Unresolved.Text && !system.Unresolved.Channels && !system.Unresolved.Components;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < ends.Length; i++)
        {
            ResolvedChannel channel = system.Channels[i];
            if (!seen.Add(channel.Name))
            {
                // The second of two channels of a name is reported as such; nobody can use it.
                continue;
            }

            var all = ends[i] ?? [];
            var writers = all.Where(e => e.End.Writer).ToList();
            var readers = all.Where(e => !e.End.Writer).ToList();
            if (writers.Count == 0 && certain)
            {
                bag.Add(channel.Place, DiagnosticCodes.NoWriter, $"nobody writes channel '{channel.Name}'; give a subject <writer physical=\"{channel.Name}\" .../>, or remove the channel");
            }

            if (readers.Count == 0 && certain)
            {
                bag.Add(channel.Place, DiagnosticCodes.NoReader, $"nobody reads channel '{channel.Name}'; give a subject <reader physical=\"{channel.Name}\" .../>, or remove the channel");
            }

            foreach ((ResolvedSubject subject, ResolvedChannelEnd end) in writers.Skip(1))
            {
                bag.Add(end.Place, DiagnosticCodes.ManyWriters,
                    $"subject '{subject.Name}' writes channel '{channel.Name}', but '{writers[0].Subject.Name}' does so already at {writers[0].End.Place}; use a channel for each");
            }

            foreach ((ResolvedSubject subject, ResolvedChannelEnd end) in readers.Where(r => writers.Exists(w => w.Subject == r.Subject)))
            {
                bag.Add(end.Place, DiagnosticCodes.BothEnds, $"subject '{subject.Name}' reads channel '{channel.Name}', which it writes itself; connect another subject");
            }

            CheckChannelEvent(channel, writers, readers, bag);
            CheckElementType(channel, writers, readers, bag);
        }
    }

    private static void CheckChannelEvent(ResolvedChannel channel, List<(ResolvedSubject Subject, ResolvedChannelEnd End)> writers,
        List<(ResolvedSubject Subject, ResolvedChannelEnd End)> readers, DiagnosticBag bag)
    {
        foreach ((ResolvedSubject subject, ResolvedChannelEnd end) in writers.Where(w => (w.End.Signal is null) != (channel.Event < 0)))
        {
            bag.Add(end.Place, DiagnosticCodes.WriterEvent, channel.Event < 0
                ? $"subject '{subject.Name}' has an event for channel '{channel.Name}', which has none; add hasEvent=\"asap\" to the channel at {channel.Place}"
                : $"channel '{channel.Name}' has an event, but its writer '{subject.Name}' does not trigger it; add event=\"auto\" to the writer");
        }

        foreach ((ResolvedSubject subject, ResolvedChannelEnd end) in readers.Where(r => r.End.Signal is not null && channel.Event < 0))
        {
            bag.Add(end.Place, DiagnosticCodes.ReaderVector,
                $"subject '{subject.Name}' has a vector for channel '{channel.Name}', which has no event; add hasEvent=\"asap\" to the channel at {channel.Place}, or remove the vector");
        }
    }

    // An end that names no type takes what comes, as every program does that opens its channels by their names.
    private static void CheckElementType(ResolvedChannel channel, List<(ResolvedSubject Subject, ResolvedChannelEnd End)> writers,
        List<(ResolvedSubject Subject, ResolvedChannelEnd End)> readers, DiagnosticBag bag)
    {
        if (writers.Find(w => w.End.ElementType is not null) is not { Subject: { } writer, End.ElementType: { } written })
        {
            return;
        }

        foreach ((ResolvedSubject subject, ResolvedChannelEnd end) in readers.Where(r => r.End.ElementType is { } read && read.Value != written.Value))
        {
            bag.Add(end.ElementType!.Value.Place, DiagnosticCodes.ChannelElementType,
                $"subject '{subject.Name}' reads '{Quote.Short(end.ElementType.Value.Value)}' from channel '{channel.Name}', but '{writer.Name}' writes '{Quote.Short(written.Value)}' to it at {written.Place}; name one type");
        }
    }

    private static void CheckEvent(ResolvedSystem system, ResolvedEvent signal, EventEnds ends, DiagnosticBag bag)
    {
        bool certain = !system.Unresolved.Text && !system.Unresolved.Components && !system.Unresolved.Events;
        bool ofChannel = signal.Channel >= 0;
        if (signal.Mode == EventMode.Kernel)
        {
            CheckKernelEvent(system, signal, ends, certain, bag);
            return;
        }

        // A channel's event has its ends where the channel has them, and that is checked there.
        if (ends.Sources.IsEmpty && certain && !ofChannel)
        {
            bag.Add(signal.Place, DiagnosticCodes.NoEventSource, $"nobody triggers event '{signal.Name}'; give a subject a source event, or remove the event");
        }

        if (ends.Targets.IsEmpty && certain && (!ofChannel || Readers(system, signal.Channel) > 1))
        {
            bag.Add(signal.Place, DiagnosticCodes.NoEventTarget, ofChannel
                ? $"channel '{signal.Name}' has several readers and an event, which has one target; give one reader a vector"
                : $"event '{signal.Name}' has no target; give a subject a target event, or the event mode=\"kernel\" if only the kernel is to act");
        }

        foreach (EventEnd extra in ends.Targets.Skip(1))
        {
            bag.Add(extra.Place, DiagnosticCodes.ManyEventTargets,
                $"event '{signal.Name}' has subject '{system.Subjects[extra.Subject].Name}' as a target, but goes to '{system.Subjects[ends.Targets[0].Subject].Name}' already at {ends.Targets[0].Place}; declare an event for each");
        }

        if (ends.Targets.IsEmpty)
        {
            return;
        }

        EventEnd target = ends.Targets[0];
        foreach (EventEnd source in ends.Sources.DistinctBy(s => s.Subject))
        {
            CheckPath(system, signal, source, target, bag);
        }
    }

    private static void CheckPath(ResolvedSystem system, ResolvedEvent signal, EventEnd source, EventEnd target, DiagnosticBag bag)
    {
        ResolvedSubject from = system.Subjects[source.Subject];
        ResolvedSubject to = system.Subjects[target.Subject];
        bool self = source.Subject == target.Subject;
        if (signal.Mode == EventMode.Self)
        {
            if (!self)
            {
                bag.Add(source.Place, DiagnosticCodes.SelfReference, $"event '{signal.Name}' has mode self, but goes from '{from.Name}' to '{to.Name}'; use mode async, ipi or asap");
            }
            else if (!source.HasAction && !target.HasAction)
            {
                bag.Add(source.Place, DiagnosticCodes.MissingSelfAction, $"event '{signal.Name}' of mode self does nothing; give its target an action, for example <inject_interrupt vector=\"auto\"/>");
            }

            return;
        }

        if (self)
        {
            if (signal.Channel < 0)
            {
                bag.Add(source.Place, DiagnosticCodes.SelfReference, $"event '{signal.Name}' goes from subject '{from.Name}' to itself; use mode self");
            }

            return;
        }

        if (Processor(system, from) is not { } fromCpu || Processor(system, to) is not { } toCpu)
        {
            return;
        }

        if (signal.Mode == EventMode.Ipi && fromCpu == toCpu)
        {
            bag.Add(signal.Place, DiagnosticCodes.IpiSameProcessor,
                $"event '{signal.Name}' has mode ipi, but '{from.Name}' and '{to.Name}' both run on processor {fromCpu}; use async, or asap to let it be chosen");
        }
        else if (signal.Mode == EventMode.Switch && fromCpu != toCpu)
        {
            bag.Add(signal.Place, DiagnosticCodes.SwitchProcessor,
                $"event '{signal.Name}' has mode switch, but '{from.Name}' runs on processor {fromCpu} and '{to.Name}' on {toCpu}; use ipi, or move one of them");
        }
        else if (signal.Mode == EventMode.Switch && from.Group != to.Group)
        {
            bag.Add(signal.Place, DiagnosticCodes.SwitchGroup,
                $"event '{signal.Name}' has mode switch, but '{from.Name}' and '{to.Name}' are in different scheduling groups; put them into one");
        }
    }

    private static void CheckKernelEvent(ResolvedSystem system, ResolvedEvent signal, EventEnds ends, bool certain, DiagnosticBag bag)
    {
        if (ends.Sources.IsEmpty && certain)
        {
            bag.Add(signal.Place, DiagnosticCodes.NoEventSource, $"nobody triggers event '{signal.Name}'; give a subject a source event, or remove the event");
        }

        foreach (EventEnd target in ends.Targets)
        {
            bag.Add(target.Place, DiagnosticCodes.KernelEvent,
                $"event '{signal.Name}' has mode kernel, but subject '{system.Subjects[target.Subject].Name}' is to receive it; remove the target, or use another mode");
        }

        foreach (EventEnd source in ends.Sources.Where(s => !s.HasAction))
        {
            bag.Add(source.Place, DiagnosticCodes.KernelEvent,
                $"event '{signal.Name}' has mode kernel, but subject '{system.Subjects[source.Subject].Name}' says no action; add one, for example <system_poweroff/>");
        }
    }

    private static void CheckNumbers(ResolvedSystem system, ResolvedSubject subject, DiagnosticBag bag)
    {
        var writers = subject.ChannelEnds.Where(e => e.Writer && e.Signal is not null).ToList();
        var readers = subject.ChannelEnds.Where(e => !e.Writer && e.Signal is not null).ToList();
        IReadOnlyList<(string Name, Place Place, Located<int>? Number)> sources =
            [.. subject.Sources.Select(s => (s.Logical, s.Place, s.Number)), .. writers.Select(w => (w.Logical, w.Place, w.Signal))];
        Checker.Unique(sources.Select(s => (s.Name, s.Place)), DiagnosticCodes.DuplicateSourceEvent, $"source event of subject '{subject.Name}' named", bag);
        Same(subject, sources, DiagnosticCodes.DuplicateEventNumber, "the number", bag);

        IReadOnlyList<(string Name, Place Place, Located<int>? Number)> targets = [.. subject.Targets.Select(t => (t.Logical, t.Place, t.Number))];

        // Of those with a vector the vectors' names say it.
        Checker.Unique(subject.Targets.DistinctBy(t => t.Vector is null ? (object)t : t.Logical).Select(t => (t.Logical, t.Place)), DiagnosticCodes.DuplicateSourceEvent, $"target event of subject '{subject.Name}' named", bag);
        Same(subject, targets, DiagnosticCodes.DuplicateEventNumber, "the number", bag);
        int received = targets.Count + subject.ChannelEnds.Count(e => !e.Writer && system.Channels[e.Channel].Event >= 0);
        if (sources.Count > Limits.Events || received > Limits.Events)
        {
            bag.Add(subject.Place, DiagnosticCodes.TooManyEvents,
                $"subject '{subject.Name}' triggers {sources.Count} events and receives {received}; {Limits.Events} of each are possible, divide the subject");
        }

        IReadOnlyList<(string Name, Place Place, Located<int>? Number)> vectors =
        [
            .. readers.Select(r => (r.Logical, r.Place, r.Signal)),
            .. subject.Targets.Where(t => t.Vector is not null).Select(t => (t.Logical, t.Place, t.Vector)),
            .. subject.Irqs.Select(i => (i.Logical, i.Place, i.Vector)),
        ];
        Checker.Unique(vectors.Select(v => (v.Name, v.Place)), DiagnosticCodes.DuplicateLogical, $"vector of subject '{subject.Name}' named", bag);
        Same(subject, vectors, DiagnosticCodes.DuplicateVector, "the vector", bag);

        var traps = new Dictionary<int, ResolvedTrap>();
        foreach (ResolvedTrap trap in subject.Traps)
        {
            if (!traps.TryAdd(trap.Reason, trap))
            {
                bag.Add(trap.Place, DiagnosticCodes.DuplicateTrap,
                    $"the trap {trap.Reason} ({ExitReasons.Names.GetValueOrDefault(trap.Reason, "reserved")}) of subject '{subject.Name}' has an entry already at {traps[trap.Reason].Place}; keep one");
            }
        }
    }

    private static void Same(ResolvedSubject subject, IEnumerable<(string Name, Place Place, Located<int>? Number)> things, DiagnosticCode code, string what, DiagnosticBag bag)
    {
        var seen = new Dictionary<int, (string Name, Place Place)>();
        foreach ((string name, Place _, Located<int>? number) in things)
        {
            if (number is { Value: >= 0 } own && !seen.TryAdd(own.Value, (name, own.Place)))
            {
                bag.Add(own.Place, code, $"'{name}' of subject '{subject.Name}' has {what} {own.Value} of '{seen[own.Value].Name}' at {seen[own.Value].Place}; change one, or write auto");
            }
        }
    }

    // Positions of the names that stand nowhere before.
    private static HashSet<int> First(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. names.Select((name, index) => (name, index)).Where(n => seen.Add(n.name)).Select(n => n.index)];
    }

    private static int Readers(ResolvedSystem system, int channel) => system.Subjects.Sum(s => s.ChannelEnds.Count(e => e.Channel == channel && !e.Writer));

    // The only processor of a subject; null where the plan has none or several, which is an error of the plan.
    private static int? Processor(ResolvedSystem system, ResolvedSubject subject) => system.Plan.ProcessorsOf(subject) is [var only] ? only : null;
}
