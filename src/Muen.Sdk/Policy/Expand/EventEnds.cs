// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Expand;

/// <summary>A subject's end of an event: what it triggers by VMCALL or trap, or receives; a channel's writer and reader are such ends too.</summary>
/// <param name="Subject">Index of the subject.</param>
/// <param name="Logical">The subject's name for it.</param>
/// <param name="Place">Where it is written.</param>
/// <param name="HasAction">Whether something happens at this end beside the signal.</param>
internal sealed record EventEnd(int Subject, string Logical, Place Place, bool HasAction);

/// <summary>All ends of one event.</summary>
internal sealed record EventEnds(ImmutableArray<EventEnd> Sources, ImmutableArray<EventEnd> Targets)
{
    /// <summary>The ends of every event, by the event's index.</summary>
    internal static ImmutableArray<EventEnds> Collect(
        IReadOnlyList<ResolvedEvent> events, IReadOnlyList<ResolvedChannel> channels, IReadOnlyList<ResolvedSubject> subjects)
    {
        var sources = new List<EventEnd>[events.Count];
        var targets = new List<EventEnd>[events.Count];
        for (int i = 0; i < events.Count; i++)
        {
            (sources[i], targets[i]) = ([], []);
        }

        int[] readers = new int[channels.Count];
        foreach (ResolvedChannelEnd end in subjects.SelectMany(s => s.ChannelEnds).Where(e => !e.Writer))
        {
            readers[end.Channel]++;
        }

        for (int index = 0; index < subjects.Count; index++)
        {
            ResolvedSubject subject = subjects[index];
            foreach (ResolvedSource source in subject.Sources.Where(s => s.Event >= 0))
            {
                sources[source.Event].Add(new EventEnd(index, source.Logical, source.Place, source.Action is not null));
            }

            foreach (ResolvedTrap trap in subject.Traps.Where(t => t.Event >= 0))
            {
                sources[trap.Event].Add(new EventEnd(index, ExitReasons.Names.GetValueOrDefault(trap.Reason, ""), trap.Place, trap.Action is not null));
            }

            foreach (ResolvedTarget target in subject.Targets)
            {
                targets[target.Event].Add(new EventEnd(index, target.Logical, target.Place, target.Vector is not null || target.Reset));
            }

            foreach (ResolvedChannelEnd end in subject.ChannelEnds)
            {
                int signal = channels[end.Channel].Event;
                if (signal < 0)
                {
                    continue;
                }

                if (end.Writer && end.Signal is not null)
                {
                    sources[signal].Add(new EventEnd(index, end.Logical, end.Place, false));
                }
                else if (IsTarget(end, readers[end.Channel]))
                {
                    targets[signal].Add(new EventEnd(index, end.Logical, end.Place, end.Signal is not null));
                }
            }
        }

        return [.. Enumerable.Range(0, events.Count).Select(i => new EventEnds([.. sources[i]], [.. targets[i]]))];
    }

    /// <summary>
    /// Whether a channel's event goes to this reader: to the one that has a vector, or to the only one there is, which then wakes without an interrupt.
    /// </summary>
    internal static bool IsTarget(ResolvedChannelEnd end, int readers) => !end.Writer && (end.Signal is not null || readers == 1);
}
