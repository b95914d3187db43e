// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>A system of a seed, with all that the scheduler, events and interrupts have to do with.</summary>
internal static class RandomScenario
{
    internal const ulong Tick = 1000;

    private const int Hlt = (int)ExitReason.Hlt;
    private const int Cpuid = (int)ExitReason.Cpuid;
    private const int Fault = (int)ExitReason.EptViolation;

    /// <param name="vms">Subjects are VMs: such a system only starts.</param>
    internal static Scenario Make(ulong seed, int processors, bool vms = false)
    {
        var chance = new Chance(seed);
        var scenario = new Scenario { Processors = processors, HasVms = vms, TimerRate = chance.Pick(0, 0, 3, 5), InterruptDistance = chance.Pick(300, 2000, 10000) };
        for (int processor = 0; processor < processors; processor++)
        {
            for (int partitions = chance.Between(1, 3); partitions > 0; partitions--)
            {
                AddPartition(scenario, chance, processor);
            }
        }

        foreach (SubjectPlan subject in scenario.Subjects)
        {
            AddEvents(scenario, chance, subject);
        }

        for (int input = 3; input < 24; input++)
        {
            AddInterrupt(scenario, chance, input);
        }

        scenario.Tau0 = chance.OneIn(3) ? -1 : chance.Below(scenario.Subjects.Count);
        int majors = scenario.Tau0 < 0 ? 1 : chance.Between(2, 4);
        for (int i = 0; i < majors; i++)
        {
            scenario.Majors.Add(Major(scenario, chance));
        }

        scenario.Tables = Policy.Compile(scenario);
        return scenario;
    }

    private static void AddPartition(Scenario scenario, Chance chance, int processor)
    {
        int partition = scenario.Partitions.Count;
        var groups = new List<List<int>>();
        for (int count = chance.Pick(1, 1, 2, 3, 4); count > 0; count--)
        {
            var members = new List<int>();
            for (int size = chance.Pick(1, 1, 1, 2, 3); size > 0; size--)
            {
                members.Add(scenario.Subjects.Count);
                scenario.Subjects.Add(new SubjectPlan { Id = scenario.Subjects.Count, Processor = processor, Partition = partition, Group = groups.Count, Flushes = chance.OneIn(3) ? (SubjectFlags)(chance.Between(1, 7) * (int)SubjectFlags.FlushBranchPredictor) : SubjectFlags.None });
            }

            groups.Add(members);
        }

        scenario.Partitions.Add(new PartitionPlan(processor, groups));
    }

    private static void AddEvents(Scenario scenario, Chance chance, SubjectPlan subject)
    {
        List<int> group = scenario.Partitions[subject.Partition].Groups[subject.Group];
        Add(new(Free(subject.Events, chance), SourceAction.Sleep));
        Add(new(Free(subject.Events, chance), SourceAction.Yield));
        Send(chance, subject, subject, Vector(chance, subject));
        for (int count = chance.Between(1, 4); count > 0; count--)
        {
            SubjectPlan target = scenario.Subjects[chance.Below(scenario.Subjects.Count)];
            Send(chance, subject, target, chance.OneIn(6) && target != subject ? SubjectPlan.Reset : Vector(chance, target));
        }

        if (group.Count > 1)
        {
            // Each hands over to the next, so that all run.
            SubjectPlan next = scenario.Subjects[group[(group.IndexOf(subject.Id) + 1) % group.Count]];
            Send(chance, subject, next, chance.OneIn(2) ? SubjectPlan.Nothing : Vector(chance, next), handover: true);
            if (chance.OneIn(2))
            {
                subject.Watched = next.Id;
                subject.Controls = chance.OneIn(2);
            }
        }

        if (chance.OneIn(2))
        {
            subject.Traps.Add(Hlt, new(Hlt, SourceAction.Sleep));
        }

        if (chance.OneIn(2))
        {
            SourcePlan model = subject.Events.Values.First(e => e.Target >= 0);
            subject.Traps.Add(Cpuid, model with { Number = Cpuid });
            if (!model.Handover)
            {
                subject.Traps.Add(Fault, model with { Number = Fault, Action = SourceAction.None });
            }
        }

        void Add(SourcePlan plan) => subject.Events.Add(plan.Number, plan);
    }

    private static void Send(Chance chance, SubjectPlan from, SubjectPlan to, int vector, bool handover = false)
    {
        int number = Free(from.Events, chance);
        int received = Free(to.Targets, chance);
        to.Targets.Add(received, vector);
        SourceAction action = chance.OneIn(4) ? handover ? SourceAction.Sleep : chance.Pick(SourceAction.Sleep, SourceAction.Yield) : SourceAction.None;
        from.Events.Add(number, new(number, action, to.Id, received, handover, from.Processor != to.Processor && !chance.OneIn(4)));
    }

    private static void AddInterrupt(Scenario scenario, Chance chance, int input)
    {
        if (input is 8 or 13 || chance.OneIn(3))
        {
            return;
        }

        SubjectPlan subject = scenario.Subjects[chance.Below(scenario.Subjects.Count)];
        var plan = new InterruptPlan(input, subject.Id, Vector(chance, subject), input >= 16);
        subject.Interrupts.Add(plan);
        scenario.Interrupts.Add(plan);
        if (plan.Level)
        {
            int number = Free(subject.Events, chance);
            subject.Events.Add(number, new(number, SourceAction.UnmaskIrq, Input: input));
        }
    }

    // Frames end at few different times, so that processors' ends often coincide.
    private static MajorPlan Major(Scenario scenario, Chance chance)
    {
        int most = Enumerable.Range(0, scenario.Processors).Max(p => scenario.Partitions.Count(x => x.Processor == p));
        int slots = most + chance.Between(0, 3);
        ulong slot = chance.Pick<ulong>(3, 10, 30, 100) * Tick;
        var frames = new List<FramePlan>[scenario.Processors];
        for (int processor = 0; processor < scenario.Processors; processor++)
        {
            int[] own = [.. Enumerable.Range(0, scenario.Partitions.Count).Where(p => scenario.Partitions[p].Processor == processor)];
            frames[processor] = [];
            int at = 0;
            for (int i = 0; at < slots; i++)
            {
                // The first frames name each partition once, what is left goes to any.
                int left = own.Length - i - 1;
                int length = left < 0 ? 1 : chance.Between(1, slots - at - left);
                length = chance.OneIn(2) ? 1 : length;
                at += length;
                frames[processor].Add(new FramePlan(i < own.Length ? own[i] : own[chance.Below(own.Length)], (ulong)at * slot));
            }
        }

        return new MajorPlan((ulong)slots * slot, frames);
    }

    private static int Free<T>(IDictionary<int, T> taken, Chance chance)
    {
        int number = chance.Below(Limits.Events);
        while (taken.ContainsKey(number))
        {
            number = (number + 1) % Limits.Events;
        }

        return number;
    }

    private static int Vector(Chance chance, SubjectPlan subject)
    {
        int vector = chance.Between(32, 255);
        while (subject.Targets.ContainsValue(vector) || subject.Interrupts.Exists(i => i.Vector == vector))
        {
            vector = vector == 255 ? 32 : vector + 1;
        }

        return vector;
    }
}
