// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

/// <summary>
/// Finds the scheduling partitions and groups and turns minor frames of subjects into frames of partitions. Subjects of a processor that hand over to each other share a
/// group; a group that the plan puts into no partition has one of its own. Where a plan leaves a processor idle, or there is no plan, the missing subjects and frames are made here.
/// </summary>
internal sealed class PlanExpansion
{
    private const ulong DerivedTickRate = 1000;
    private const uint DerivedTicks = 10;

    private readonly ImmutableArray<ResolvedSubject>.Builder subjects;
    private readonly Names names;
    private readonly DiagnosticBag bag;
    private readonly SortedSet<int>[] processors;
    private readonly int[] groupOf;
    private readonly List<List<int>> groups = [];
    private readonly Dictionary<int, int> first = [];
    private readonly Dictionary<int, int> idle = [];
    private readonly List<(PartitionNode? Declared, int FirstGroup, int GroupCount)> partitions = [];
    private readonly List<int> partitionOf = [];
    private readonly Dictionary<string, int> declared = new(StringComparer.Ordinal);

    private PlanExpansion(ImmutableArray<ResolvedSubject>.Builder subjects, Names names, DiagnosticBag bag)
    {
        this.subjects = subjects;
        this.names = names;
        this.bag = bag;
        processors = [.. subjects.Select(_ => new SortedSet<int>())];
        groupOf = [.. subjects.Select(_ => -1)];
    }

    /// <summary>Expands the plan; adds idle subjects to <paramref name="subjects"/> and gives each its group.</summary>
    internal static ResolvedPlan Expand(PolicyModel model, ResolvedHardware hardware, IReadOnlyList<ResolvedEvent> events, IReadOnlyList<ResolvedChannel> channels,
        ImmutableArray<ResolvedSubject>.Builder subjects, Names names, DiagnosticBag bag)
    {
        var expansion = new PlanExpansion(subjects, names, bag);
        SchedulingNode? given = model.Scheduling;
        if (given is null)
        {
            foreach (int subject in Enumerable.Range(0, subjects.Count))
            {
                if (subjects[subject].Cpu is { } cpu)
                {
                    expansion.processors[subject].Add(cpu.Value);
                }
            }
        }
        else
        {
            expansion.TakePartitions(given);
            expansion.NoteProcessors(given);
        }

        expansion.JoinHandovers(events, channels);
        given ??= expansion.Derive(model.Place);
        return expansion.Build(given, model.Scheduling is not null, hardware);
    }

    private void TakePartitions(SchedulingNode plan)
    {
        foreach (PartitionNode partition in plan.Partitions)
        {
            int firstGroup = groups.Count;
            foreach (GroupNode node in partition.Groups)
            {
                var members = new List<int>();
                foreach (Located<string> name in node.Subjects)
                {
                    if (name.Value == "tau0" && !names.Subjects.ContainsKey("tau0"))
                    {
                        names.Miss("subject");
                        bag.Add(name.Place, DiagnosticCodes.UnknownSubject,
                            "no subject is called 'tau0', which the original adds by itself; here it is a subject like others, one that maps the memory 'sys_interface': declare it, or take it out of the plan");
                        continue;
                    }

                    int subject = names.Find(names.Subjects, DiagnosticCodes.UnknownSubject, "subject", name);
                    if (subject < 0)
                    {
                        continue;
                    }

                    if (groupOf[subject] >= 0)
                    {
                        bag.Add(name.Place, DiagnosticCodes.SubjectInTwoGroups, $"subject '{name.Value}' is a member of a group already; remove it here or there");
                        continue;
                    }

                    groupOf[subject] = groups.Count;
                    members.Add(subject);
                }

                if (node.Subjects.IsEmpty)
                {
                    bag.Add(node.Place, DiagnosticCodes.MissingElement, $"group '{node.Name}' has no subject; add <subject name=\"...\"/>");
                }

                if (members.Count != 0)
                {
                    first[groups.Count] = members[0];
                    AddGroup(members, partitions.Count);
                }
            }

            if (partition.Groups.IsEmpty)
            {
                bag.Add(partition.Place, DiagnosticCodes.MissingElement, $"partition '{partition.Name}' has no group; add <group name=\"...\"><subject name=\"...\"/></group>");
            }

            // A partition whose members are all unknown is known all the same.
            declared.TryAdd(partition.Name, groups.Count == firstGroup ? -1 : partitions.Count);
            if (groups.Count != firstGroup)
            {
                partitions.Add((partition, firstGroup, groups.Count - firstGroup));
            }
        }
    }

    private void NoteProcessors(SchedulingNode plan)
    {
        foreach ((CpuPlanNode cpu, MinorFrameNode frame) in plan.MajorFrames.SelectMany(m => m.Cpus).SelectMany(c => c.Frames.Select(f => (c, f))))
        {
            if (frame.Subject is { } name && names.Subjects.TryGetValue(name.Value, out int subject))
            {
                processors[subject].Add(cpu.Id);
            }
        }
    }

    // Source and target of a handover share a group, unless the plan has them on different processors: that is an error of the event.
    private void JoinHandovers(IReadOnlyList<ResolvedEvent> events, IReadOnlyList<ResolvedChannel> channels)
    {
        ImmutableArray<EventEnds> ends = EventEnds.Collect(events, channels, subjects);
        int[] parent = [.. Enumerable.Range(0, subjects.Count)];
        int Root(int subject)
        {
            while (parent[subject] != subject)
            {
                parent[subject] = parent[parent[subject]];
                subject = parent[subject];
            }

            return subject;
        }

        for (int i = 0; i < events.Count; i++)
        {
            if (events[i].Mode != EventMode.Switch)
            {
                continue;
            }

            foreach ((int source, int target) in ends[i].Sources.SelectMany(s => ends[i].Targets.Select(t => (s.Subject, t.Subject))))
            {
                int a = Root(source);
                int b = Root(target);
                if (a != b && groupOf[source] < 0 && groupOf[target] < 0 && (processors[a].Count == 0 || processors[b].Count == 0 || processors[a].SetEquals(processors[b])))
                {
                    (a, b) = (Math.Min(a, b), Math.Max(a, b));
                    parent[b] = a;
                    processors[a].UnionWith(processors[b]);
                }
            }
        }

        for (int subject = 0; subject < subjects.Count; subject++)
        {
            if (groupOf[subject] < 0)
            {
                int root = Root(subject);
                if (groupOf[root] < 0)
                {
                    groupOf[root] = groups.Count;
                    AddPartition([]);
                }

                groupOf[subject] = groupOf[root];
                groups[groupOf[root]].Add(subject);
            }
        }
    }

    // Without a plan every group runs in turn on the processor that one of its subjects asks for, else on processor 0.
    private SchedulingNode Derive(Place place)
    {
        var queues = new SortedDictionary<int, List<int>>();
        for (int group = 0; group < groups.Count; group++)
        {
            int cpu = groups[group].Select(s => subjects[s].Cpu?.Value).FirstOrDefault(c => c is not null) ?? 0;
            if (!queues.TryGetValue(cpu, out List<int>? queue))
            {
                queues.Add(cpu, queue = []);
            }

            queue.Add(groups[group][0]);
        }

        int longest = queues.Count == 0 ? 0 : queues.Values.Max(q => q.Count);
        uint length = (uint)longest * DerivedTicks;
        var cpus = ImmutableArray.CreateBuilder<CpuPlanNode>();
        int last = queues.Count == 0 ? -1 : queues.Keys.Max();
        for (int cpu = 0; cpu <= Math.Min(last, Limits.Processors); cpu++)
        {
            List<int> queue = queues.GetValueOrDefault(cpu) ?? [];
            var frames = ImmutableArray.CreateBuilder<MinorFrameNode>();
            for (int i = 0; i < queue.Count; i++)
            {
                // Equal shares, rounded so that they add up.
                uint ticks = (uint)((length * (ulong)(i + 1) / (ulong)queue.Count) - (length * (ulong)i / (ulong)queue.Count));
                ResolvedSubject subject = subjects[queue[i]];
                frames.Add(new MinorFrameNode(subject.Place, ticks, new(subject.Name, subject.Place), null));
            }

            if (queue.Count == 0)
            {
                frames.Add(new MinorFrameNode(place, length, null, null));
            }

            cpus.Add(new CpuPlanNode(cpu, queue.Count == 0 ? place : subjects[queue[0]].Cpu?.Place ?? place, frames.ToImmutable()));
        }

        return new SchedulingNode(place, DerivedTickRate, [], cpus.Count == 0 ? [] : [new MajorFrameNode(place, cpus.ToImmutable())]);
    }

    private ResolvedPlan Build(SchedulingNode plan, bool given, ResolvedHardware hardware)
    {
        var seen = new Dictionary<int, SortedSet<int>>();
        var majors = ImmutableArray.CreateBuilder<ResolvedMajorFrame>();
        foreach (MajorFrameNode major in plan.MajorFrames)
        {
            var cpus = ImmutableArray.CreateBuilder<ResolvedCpuPlan>();
            foreach (CpuPlanNode cpu in major.Cpus)
            {
                if (hardware.Known && cpu.Id >= hardware.Cpus.Length && hardware.Cpus.Length != 0)
                {
                    names.Miss("processor");
                    bag.Add(cpu.Place, DiagnosticCodes.UnknownProcessor,
                        $"there is no processor {cpu.Id}; the hardware has {hardware.Cpus.Length}, numbered from 0");
                }

                var frames = ImmutableArray.CreateBuilder<ResolvedMinorFrame>();
                foreach (MinorFrameNode frame in cpu.Frames)
                {
                    int partition = PartitionOf(frame, cpu.Id);
                    if (partition >= 0)
                    {
                        seen.TryAdd(partition, []);
                        seen[partition].Add(cpu.Id);
                    }

                    frames.Add(new ResolvedMinorFrame(frame.Place, frame.Ticks, partition));
                }

                cpus.Add(new ResolvedCpuPlan(cpu.Id, cpu.Place, frames.ToImmutable()));
            }

            majors.Add(new ResolvedMajorFrame(major.Place, cpus.ToImmutable()));
        }

        for (int subject = 0; subject < subjects.Count; subject++)
        {
            subjects[subject] = subjects[subject] with { Group = subjects[subject].Idle is { } cpu ? idle[cpu] : groupOf[subject] };
        }

        return new ResolvedPlan(
            plan.Place, plan.TickRate, majors.ToImmutable(),
            [.. partitions.Select((p, index) => new ResolvedPartition(p.Declared, p.FirstGroup, p.GroupCount, [.. seen.GetValueOrDefault(index) ?? []]))],
            [.. groups.Select((members, index) => new ResolvedGroup(first.GetValueOrDefault(index, members[0]), [.. members], partitionOf[index]))],
            plan.Partitions, given);
    }

    private int PartitionOf(MinorFrameNode frame, int cpu)
    {
        if (frame.Subject is { } name)
        {
            int subject = names.Find(names.Subjects, DiagnosticCodes.UnknownSubject, "subject", name);
            if (subject < 0)
            {
                return -1;
            }

            first.TryAdd(groupOf[subject], subject);
            return partitionOf[groupOf[subject]];
        }

        if (frame.Partition is { } partition)
        {
            if (declared.TryGetValue(partition.Value, out int index))
            {
                return index;
            }

            names.Miss("subject");
            bag.AddUnknown(partition.Place, DiagnosticCodes.UnknownPartition, "partition", partition.Value, declared.Keys, "partitions");
            return -1;
        }

        if (!idle.TryGetValue(cpu, out int own))
        {
            own = groups.Count;
            idle.Add(cpu, own);
            AddPartition([subjects.Count]);
            subjects.Add(new ResolvedSubject(
                string.Create(CultureInfo.InvariantCulture, $"idle_{cpu}"), frame.Place, -1, cpu, SubjectProfile.Native, new(0, frame.Place), null, Vcpu.Idle(), [], [], [], [], [],
                [], [], [], [], [], own));
        }

        return partitionOf[own];
    }

    private void AddGroup(List<int> members, int partition)
    {
        groups.Add(members);
        partitionOf.Add(partition);
    }

    // A partition of one group that nobody declared.
    private void AddPartition(List<int> members)
    {
        AddGroup(members, partitions.Count);
        partitions.Add((null, groups.Count - 1, 1));
    }
}
