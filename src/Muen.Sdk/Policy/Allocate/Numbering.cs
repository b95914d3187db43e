// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>Numbers of a subject's events and vectors: those given by hand first, the others the lowest that are left, in the order of the policy.</summary>
internal sealed record Numbering(
    ImmutableArray<(string Name, int Number, int Event, ActionNode? Action)> Sources, ImmutableArray<TargetEventView> Targets, ImmutableArray<VectorView> Vectors,
    ImmutableArray<int> IrqVectors)
{
    private const int FirstVector = 32;

    internal static Numbering Of(ResolvedSubject subject, ImmutableArray<ResolvedChannel> channels, int[] readers)
    {
        var writers = subject.ChannelEnds.Where(e => e.Writer && e.Signal is not null && channels[e.Channel].Event >= 0).ToList();
        var ends = subject.ChannelEnds.Where(e => channels[e.Channel].Event >= 0 && EventEnds.IsTarget(e, readers[e.Channel])).ToList();

        var numbers = new Pool(0, subject.Sources.Select(s => s.Number).Concat(writers.Select(w => w.Signal)));
        ImmutableArray<(string, int, int, ActionNode?)> sources =
        [
            .. subject.Sources.Select(s => (s.Logical, numbers.Take(s.Number), s.Event, s.Action)),
            .. writers.Select(w => (w.Logical, numbers.Take(w.Signal), channels[w.Channel].Event, (ActionNode?)null)),
        ];

        var vectors = new Pool(FirstVector, ends.Select(e => e.Signal).Concat(subject.Targets.Select(t => t.Vector)).Concat(subject.Irqs.Select(i => i.Vector)));
        var received = new Pool(0, subject.Targets.Select(t => t.Number));
        var targets = ImmutableArray.CreateBuilder<TargetEventView>();
        var named = ImmutableArray.CreateBuilder<VectorView>();
        foreach (ResolvedChannelEnd end in ends)
        {
            int vector = end.Signal is null ? 0 : vectors.Take(end.Signal);
            targets.Add(new TargetEventView(end.Logical, received.Take(null), channels[end.Channel].Event, vector == 0 ? TargetAction.None : TargetAction.Inject, vector));
            if (vector != 0)
            {
                named.Add(new VectorView(end.Logical, vector));
            }
        }

        foreach (ResolvedTarget target in subject.Targets)
        {
            int vector = target.Vector is null ? 0 : vectors.Take(target.Vector);
            TargetAction action = target.Reset ? TargetAction.Reset : vector != 0 ? TargetAction.Inject : TargetAction.None;
            targets.Add(new TargetEventView(target.Logical, received.Take(target.Number), target.Event, action, vector));
            if (vector != 0)
            {
                named.Add(new VectorView(target.Logical, vector));
            }
        }

        var irqs = ImmutableArray.CreateBuilder<int>();
        foreach (ResolvedIrq irq in subject.Irqs)
        {
            // Devices count the messages of a block upwards (PCI, MSI capability).
            if (irq.Messages > 1 && irq.Vector is null)
            {
                vectors.Skip(irq.Messages);
            }

            irqs.Add(vectors.Take(irq.Vector));
            named.Add(new VectorView(irq.Logical, irqs[^1]));
        }

        return new Numbering(sources, targets.ToImmutable(), named.ToImmutable(), irqs.ToImmutable());
    }

    // Numbers from a first one upwards; negative ones and absent ones ask for a choice.
    private sealed class Pool
    {
        private readonly HashSet<int> given;
        private int next;

        internal Pool(int first, IEnumerable<Located<int>?> numbers)
        {
            given = [.. numbers.Where(n => n is { Value: >= 0 }).Select(n => n!.Value.Value)];
            next = first;
        }

        /// <summary>Goes to where so many numbers are free one after the other.</summary>
        internal void Skip(int count)
        {
            while (Enumerable.Range(next, count).Any(given.Contains))
            {
                next++;
            }
        }

        internal int Take(Located<int>? number)
        {
            if (number is { Value: >= 0 } own)
            {
                return own.Value;
            }

            while (given.Contains(next))
            {
                next++;
            }

            return next++;
        }
    }
}
