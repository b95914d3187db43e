// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Verify;

/// <summary>What an event or trap does, as the policy says it.</summary>
/// <param name="Event">Index of the event, -1 when there is only an action.</param>
/// <param name="Target">The subject that receives it, -1 when there is none.</param>
readonly record struct ExpectedSignal(SourceAction Action, int Irq, EventFlags Flags, int Event, int Target);

/// <summary>An event that a subject triggers; its number is null where the policy leaves it open.</summary>
sealed record ExpectedSource(string Name, int? Number, ExpectedSignal Signal);

/// <summary>An event that a subject receives. <paramref name="Number"/> is null where the policy leaves it open, <paramref name="Vector"/> likewise for one that injects.</summary>
sealed record ExpectedTarget(string Name, int? Number, int Event, TargetAction Action, int? Vector);

/// <summary>A device's interrupt.</summary>
/// <param name="Input">Input of the IO-APIC, -1 for a message.</param>
/// <param name="HostVector">Vector of the processor, -1 for a message: the compiler chooses it.</param>
/// <param name="Source">Who sends it, where interrupts are remapped.</param>
sealed record ExpectedIrq(string Name, string Device, int Input, int HostVector, int? Vector, bool Level, bool ActiveLow, ushort Source)
{
    public bool IsMessage => Input < 0;
}

/// <summary>Who signals whom, and which interrupts are whose.</summary>
sealed class ExpectedSignals
{
    const int FirstHostVector = 32;

    ExpectedSignals(int subjects)
    {
        Sources = new List<ExpectedSource>[subjects];
        Traps = new ExpectedSignal?[subjects][];
        Targets = new List<ExpectedTarget>[subjects];
        Irqs = new List<ExpectedIrq>[subjects];
    }

    /// <summary>By subject.</summary>
    public List<ExpectedSource>[] Sources { get; }

    /// <summary>By subject and exit reason.</summary>
    public ExpectedSignal?[][] Traps { get; }

    /// <summary>By subject.</summary>
    public List<ExpectedTarget>[] Targets { get; }

    /// <summary>By subject.</summary>
    public List<ExpectedIrq>[] Irqs { get; }

    public static ExpectedSignals Of(ResolvedSystem system)
    {
        var signals = new ExpectedSignals(system.Subjects.Length);
        int[] readers = new int[system.Channels.Length];
        foreach (ResolvedChannelEnd end in system.Subjects.SelectMany(s => s.ChannelEnds).Where(e => !e.Writer))
        {
            readers[end.Channel]++;
        }

        ushort ioApic = system.Hardware.HasIommu ? DomainChecks.IoApicSource(system.Hardware) ?? 0 : (ushort)0;
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            signals.Targets[id] = [.. TargetsOf(system, system.Subjects[id], readers)];
            signals.Irqs[id] = [.. system.Subjects[id].Irqs.Select(i => i.Message is not null
                ? new ExpectedIrq(i.Logical, i.Device.Name, -1, -1, Given(i.Vector), false, false, i.Device.Pci!.SourceId)
                : new ExpectedIrq(i.Logical, i.Device.Name, InputOf(i.Irq.Number), FirstHostVector + i.Irq.Number, Given(i.Vector), i.Irq.Level, i.Irq.ActiveLow, ioApic))];
        }

        // The one subject that receives each event; the policy has no other.
        int[] receivers = new int[system.Events.Length];
        var actions = new TargetAction[system.Events.Length];
        Array.Fill(receivers, -1);
        for (int id = 0; id < signals.Targets.Length; id++)
        {
            foreach (ExpectedTarget target in signals.Targets[id])
            {
                receivers[target.Event] = id;
                actions[target.Event] = target.Action;
            }
        }

        for (int id = 0; id < system.Subjects.Length; id++)
        {
            ResolvedSubject subject = system.Subjects[id];
            ExpectedSignal Signal(int number, ActionNode? action) => SignalOf(system, id, number, action, receivers, actions);
            signals.Sources[id] =
            [
                .. subject.Sources.Select(s => new ExpectedSource(s.Logical, Given(s.Number), Signal(s.Event, s.Action))),
                .. subject.ChannelEnds.Where(e => e.Writer && e.Signal is not null && system.Channels[e.Channel].Event >= 0)
                    .Select(e => new ExpectedSource(e.Logical, Given(e.Signal), Signal(system.Channels[e.Channel].Event, null))),
            ];
            signals.Traps[id] = new ExpectedSignal?[Limits.Traps];
            foreach (ResolvedTrap trap in subject.Traps)
            {
                signals.Traps[id][trap.Reason] = Signal(trap.Event, trap.Action);
            }
        }

        return signals;
    }

    static IEnumerable<ExpectedTarget> TargetsOf(ResolvedSystem system, ResolvedSubject subject, int[] readers)
    {
        foreach (ResolvedChannelEnd end in subject.ChannelEnds)
        {
            int number = system.Channels[end.Channel].Event;
            if (number >= 0 && EventEnds.IsTarget(end, readers[end.Channel]))
            {
                yield return new(end.Logical, null, number, end.Signal is null ? TargetAction.None : TargetAction.Inject, Given(end.Signal));
            }
        }

        foreach (ResolvedTarget target in subject.Targets)
        {
            TargetAction action = target.Reset ? TargetAction.Reset : target.Vector is not null ? TargetAction.Inject : TargetAction.None;
            yield return new(target.Logical, Given(target.Number), target.Event, action, Given(target.Vector));
        }
    }

    static ExpectedSignal SignalOf(ResolvedSystem system, int source, int number, ActionNode? action, int[] receivers, TargetAction[] actions)
    {
        SourceAction what = action?.Action ?? SourceAction.None;
        int irq = what == SourceAction.UnmaskIrq ? InputOf(action!.Irq) : 0;
        int target = number < 0 ? -1 : receivers[number];
        if (target < 0)
        {
            return new(what, irq, EventFlags.Valid, -1, -1);
        }

        bool elsewhere = ProcessorOf(system, source) != ProcessorOf(system, target);
        EventFlags how = system.Events[number].Mode switch
        {
            EventMode.Switch => EventFlags.Handover,
            EventMode.Ipi => EventFlags.Ipi,
            EventMode.Asap when elsewhere => EventFlags.Ipi,
            _ => EventFlags.None,
        };
        // Who is handed over to runs next; an event without an action has nothing to make pending there.
        bool pending = how != EventFlags.Handover || actions[number] != TargetAction.None;
        return new(what, irq, EventFlags.Valid | (pending ? EventFlags.HasTarget : EventFlags.None) | how, number, target);
    }

    /// <summary>The processor on which a subject runs.</summary>
    public static int ProcessorOf(ResolvedSystem system, int subject) => system.Plan.ProcessorsOf(system.Subjects[subject])[0];

    // A negative number asks for a choice.
    static int? Given(Located<int>? number) => number is { Value: >= 0 } given ? given.Value : null;

    // The timer's IRQ 0 is wired to input 2 on every PC with an IO-APIC.
    static int InputOf(int irq) => irq == 0 ? 2 : irq;
}
