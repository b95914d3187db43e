// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>The plan (MUEN15xx).</summary>
internal static class ScheduleChecks
{
    /// <summary>A shorter slot would end before the kernel has entered it.</summary>
    private const ulong ShortestFrame = 1000;

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        ResolvedPlan plan = system.Plan;
        bool certain = !system.Unresolved.Text && !system.Unresolved.Subjects && !system.Unresolved.Components && !system.Unresolved.Memory;
        Checker.Unique(plan.Declared.Select(p => (p.Name, p.Place)), DiagnosticCodes.DuplicatePartition, "partition", bag);
        Checker.Unique(plan.Declared.SelectMany(p => p.Groups).Select(g => (g.Name, g.Place)), DiagnosticCodes.DuplicatePartition, "group", bag);
        if (plan.MajorFrames.IsEmpty && plan.Given && !system.Unresolved.Text)
        {
            bag.Add(plan.Place, DiagnosticCodes.NoMajorFrame, "the plan has no major frame; add one, or leave scheduling out to let it be made");
        }

        if (plan.MajorFrames.Length > Limits.MajorFrames)
        {
            bag.Add(plan.MajorFrames[Limits.MajorFrames].Place, DiagnosticCodes.TooManyMajorFrames, $"the plan has {plan.MajorFrames.Length} major frames; {Limits.MajorFrames} are possible");
        }

        int frames = plan.MajorFrames.Sum(m => m.Cpus.Sum(c => c.Frames.Length));
        if (frames > Limits.MinorFrames)
        {
            bag.Add(plan.Place, DiagnosticCodes.TooManyMinorFrames, $"the plan has {frames} minor frames; {Limits.MinorFrames} are possible, use longer ones");
        }

        foreach (PartitionNode partition in plan.Declared.Where(p => p.Groups.Length > Limits.GroupsPerPartition))
        {
            bag.Add(partition.Groups[Limits.GroupsPerPartition].Place, DiagnosticCodes.TooManyGroups,
                $"partition '{partition.Name}' has {partition.Groups.Length} groups; {Limits.GroupsPerPartition} are possible, divide it");
        }

        int barriers = MeetingPoints.Of(plan).Sum(m => m.Count);
        if (barriers > Limits.Barriers)
        {
            bag.Add(plan.Place, DiagnosticCodes.TooManyBarriers,
                $"there are {barriers} points where processors' minor frames end together; {Limits.Barriers} are possible, use longer minor frames or let them end at different ticks");
        }

        if (plan.MajorFrames.Length > 1 && system.PlanSelector is null && certain)
        {
            bag.Add(plan.MajorFrames[1].Place, DiagnosticCodes.PlanNeverChosen,
                "no subject chooses this major frame; let one map memory physical=\"sys_interface\" writable=\"true\", or remove the frame");
        }

        CheckProcessors(system, bag);
        foreach (ResolvedMajorFrame major in plan.MajorFrames)
        {
            CheckMajorFrame(system, major, bag);
        }

        CheckSubjects(system, bag);
    }

    private static void CheckProcessors(ResolvedSystem system, DiagnosticBag bag)
    {
        int[] used = [.. system.Plan.MajorFrames.SelectMany(m => m.Cpus).Select(c => c.Id).Distinct().Order()];
        for (int i = 0; i < used.Length; i++)
        {
            if (used[i] != i && !system.Unresolved.Processors)
            {
                Place place = system.Plan.MajorFrames.SelectMany(m => m.Cpus).First(c => c.Id == used[i]).Place;
                bag.Add(place, DiagnosticCodes.MissingProcessor, $"the plan has processor {used[i]}, but not {i}; use the processors from 0 without gaps, or give {i} an idle minor frame");
                break;
            }
        }

        foreach (ResolvedMajorFrame major in system.Plan.MajorFrames)
        {
            var seen = new Dictionary<int, Place>();
            foreach (ResolvedCpuPlan cpu in major.Cpus)
            {
                if (!seen.TryAdd(cpu.Id, cpu.Place))
                {
                    bag.Add(cpu.Place, DiagnosticCodes.DuplicateProcessor, $"processor {cpu.Id} stands in this major frame already at {seen[cpu.Id]}; join the two");
                }
            }

            foreach (int absent in used.Where(id => !seen.ContainsKey(id)))
            {
                bag.Add(major.Place, DiagnosticCodes.ProcessorLeftOut, $"processor {absent} has no part in this major frame; add <cpu id=\"{absent}\">, with an idle minor frame if it has nothing to do");
            }
        }
    }

    private static void CheckMajorFrame(ResolvedSystem system, ResolvedMajorFrame major, DiagnosticBag bag)
    {
        ResolvedCpuPlan? reference = null;
        ulong expected = 0;
        var seen = new HashSet<int>();
        UInt128 hertz = (UInt128)system.Hardware.TscKhz * 1000;
        foreach (ResolvedCpuPlan cpu in major.Cpus)
        {
            if (cpu.Frames.IsEmpty && !system.Unresolved.Text)
            {
                bag.Add(cpu.Place, DiagnosticCodes.NoMinorFrames, $"processor {cpu.Id} has no minor frame; add one, without subject to leave it idle");
            }

            // A length that could not be read was reported; the sum would be wrong only for that.
            if (cpu.Frames.IsEmpty || cpu.Frames.Any(f => f.Ticks == 0) || !seen.Add(cpu.Id))
            {
                continue;
            }

            ulong sum = cpu.Frames.Aggregate(0UL, (total, frame) => total + frame.Ticks);
            if (reference is null)
            {
                (reference, expected) = (cpu, sum);
            }
            else if (sum != expected)
            {
                bag.Add(cpu.Place, DiagnosticCodes.UnequalFrames,
                    $"the minor frames of processor {cpu.Id} have {sum} ticks, those of processor {reference.Id} at {reference.Place} {expected}; make the sums equal, for example by <minorFrame ticks=\"{(sum < expected ? expected - sum : sum - expected)}\"/> for processor {(sum < expected ? cpu.Id : reference.Id)}");
            }

            if (hertz == 0)
            {
                continue;
            }

            UInt128 longest = (UInt128)uint.MaxValue << system.Hardware.TimerRate;
            foreach (ResolvedMinorFrame frame in cpu.Frames)
            {
                UInt128 cycles = frame.Ticks * hertz / system.Plan.TickRate;
                if (cycles < ShortestFrame || cycles > longest)
                {
                    bag.Add(frame.Place, DiagnosticCodes.FrameLength,
                        $"the minor frame has {frame.Ticks} ticks of {hertz / system.Plan.TickRate} TSC cycles, {cycles} in all; it may have {ShortestFrame} to {longest}, change ticks or tickRate");
                }
            }
        }
    }

    private static void CheckSubjects(ResolvedSystem system, DiagnosticBag bag)
    {
        ResolvedPlan plan = system.Plan;
        bool certain = !system.Unresolved.Text && !system.Unresolved.Subjects && !plan.MajorFrames.IsEmpty;
        bool[] active = Active(system);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var said = new HashSet<PartitionNode>(ReferenceEqualityComparer.Instance);
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            ResolvedSubject subject = system.Subjects[id];
            if (subject.Idle is not null || !seen.Add(subject.Name))
            {
                continue;
            }

            // Of a declared partition one error is enough: it concerns all its subjects.
            ResolvedPartition partition = plan.Partitions[plan.Groups[subject.Group].Partition];
            IReadOnlyList<int> processors = partition.Processors;
            if (processors.Count != 1 && partition.Declared is { } declared)
            {
                if (said.Add(declared) && (processors.Count != 0 || certain))
                {
                    bag.Add(declared.Place, processors.Count == 0 ? DiagnosticCodes.SubjectNotScheduled : DiagnosticCodes.SubjectOnTwoProcessors, processors.Count == 0
                        ? $"partition '{declared.Name}' never runs: no minor frame names it or one of its subjects; add <minorFrame partition=\"{declared.Name}\" ticks=\"...\"/>"
                        : $"partition '{declared.Name}' is in the plans of processors {string.Join(" and ", processors)}; a partition runs on one");
                }
            }
            else if (processors.Count == 0)
            {
                if (certain)
                {
                    bag.Add(subject.Place, DiagnosticCodes.SubjectNotScheduled, $"subject '{subject.Name}' never runs: no minor frame names it or a subject that hands over to it; add <minorFrame subject=\"{subject.Name}\" ticks=\"...\"/>");
                }
            }
            else if (processors.Count > 1)
            {
                bag.Add(subject.Place, DiagnosticCodes.SubjectOnTwoProcessors, $"subject '{subject.Name}' is in the plans of processors {string.Join(" and ", processors)}; a subject runs on one");
            }
            else if (!active[id] && certain && !system.Unresolved.Events && !system.Unresolved.Components)
            {
                string first = system.Subjects[plan.Groups[subject.Group].First].Name;
                bag.Add(subject.Place, DiagnosticCodes.SubjectNotScheduled,
                    $"subject '{subject.Name}' never runs: '{first}' is active in its group at first, and nobody hands over to '{subject.Name}'; send it an event of mode switch, or give it a group of its own");
            }
            else if (subject.Cpu is { } cpu && cpu.Value != processors[0])
            {
                bag.Add(cpu.Place, DiagnosticCodes.WrongProcessor, $"subject '{subject.Name}' asks for processor {cpu.Value}, but the plan has it on {processors[0]}; change one of them");
            }
        }
    }

    // Which subjects become active in their groups: the first ones, and whom they hand over to.
    private static bool[] Active(ResolvedSystem system)
    {
        bool[] active = new bool[system.Subjects.Length];
        var next = new Queue<int>(system.Plan.Groups.Select(g => g.First));
        ImmutableArray<EventEnds> ends = EventEnds.Collect(system.Events, system.Channels, system.Subjects);
        ILookup<int, int> handovers = ends.Where((_, index) => system.Events[index].Mode == EventMode.Switch)
            .SelectMany(e => e.Sources.SelectMany(s => e.Targets.Select(t => (Source: s.Subject, Target: t.Subject)))).ToLookup(h => h.Source, h => h.Target);
        while (next.TryDequeue(out int subject))
        {
            if (!active[subject])
            {
                active[subject] = true;
                foreach (int target in handovers[subject].Where(t => system.Subjects[t].Group == system.Subjects[subject].Group))
                {
                    next.Enqueue(target);
                }
            }
        }

        return active;
    }
}
