// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Read.Seed;

/// <summary>
/// Trap and event tables of the policies of 2013: each entry names its destination, so each is an event of today with this one source and this one target. A trap and a
/// handover are events of mode <c>switch</c>, an interrupt one of mode <c>ipi</c> or <c>async</c>.
/// </summary>
/// <param name="subjects">The names of the subjects.</param>
/// <param name="bag">Receives errors.</param>
internal sealed class SeedEvents(IEnumerable<string> subjects, DiagnosticBag bag)
{
    private const string NoVector = "256";

    private readonly HashSet<string> known = new(subjects, StringComparer.Ordinal);
    private readonly List<Element> declared = [];
    private readonly Dictionary<string, List<Element>> calls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Element>> traps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Element>> targets = new(StringComparer.Ordinal);

    /// <summary>The events as the events section declares them.</summary>
    internal IEnumerable<Element> Declared => declared;

    /// <summary>Takes a subject's trap table.</summary>
    internal void TakeTraps(string subject, Element table)
    {
        foreach (Element entry in table.Children.Where(c => c.Name == "entry"))
        {
            if (entry.Find("kind") is { } kind && IsKnown(entry) && (kind.Value == "*" || ExitReasons.Find(new(kind.Value, kind.Place), bag) is not null))
            {
                string name = kind.Value == "*" ? $"{subject}_trap" : $"{subject}_{kind.Value}";
                Attribute physical = Declare(entry, name, "switch");
                List(traps, subject).Add(kind.Value == "*"
                    ? SeedForms.Make("default", entry.Place, [physical])
                    : SeedForms.Make("event", entry.Place, [kind with { Name = "id" }, new("logical", kind.Value, kind.Place), physical]));
            }
        }
    }

    /// <summary>Takes a subject's event table.</summary>
    internal void TakeEvents(string subject, Element table)
    {
        foreach (Element entry in table.Children.Where(c => c.Name is "interrupt" or "handover"))
        {
            if (entry.Find("event") is { } number && IsKnown(entry))
            {
                string logical = $"event_{number.Value}";
                Attribute physical = Declare(entry, $"{subject}_{logical}", Mode(subject, entry));
                List(calls, subject).Add(SeedForms.Make("event", entry.Place, [number with { Name = "id" }, new("logical", logical, number.Place), physical]));
            }
        }
    }

    /// <summary>A subject's children with what it triggers.</summary>
    internal ImmutableArray<Element> AddSources(string subject, ImmutableArray<Element> children, Place place)
    {
        var groups = new List<Element>();
        if (traps.TryGetValue(subject, out List<Element>? taken))
        {
            groups.Add(SeedForms.Make("group", taken[0].Place, [new("name", "vmx_exit", taken[0].Place)], [.. taken]));
        }

        if (calls.TryGetValue(subject, out List<Element>? called))
        {
            groups.Add(SeedForms.Make("group", called[0].Place, [new("name", "vmcall", called[0].Place)], [.. called]));
        }

        return groups.Count == 0 ? children : Add(children, "source", groups, place);
    }

    /// <summary>The subjects with what they receive.</summary>
    internal Element AddTargets(Element subjects) => subjects with
    {
        Children = [.. subjects.Children.Select(s => s.Find("name") is { } name && targets.TryGetValue(name.Value, out List<Element>? received)
            ? s with { Children = Add(s.Children, "target", received, s.Place) }
            : s)],
    };

    private static ImmutableArray<Element> Add(ImmutableArray<Element> children, string end, List<Element> added, Place place)
    {
        Element events = children.FirstOrDefault(c => c.Name == "events") ?? SeedForms.Make("events", place, []);
        Element ends = events.Children.FirstOrDefault(c => c.Name == end) ?? SeedForms.Make(end, place, []);
        Element grown = events with { Children = events.Children.Remove(ends).Add(ends with { Children = ends.Children.AddRange(added) }) };
        return children.Remove(events).Add(grown);
    }

    private static string Mode(string subject, Element entry) => entry.Find("dst_subject")?.Value == subject ? "self"
        : entry.Name == "handover" ? "switch"
        : entry.Find("send_ipi")?.Value == "true" ? "ipi" : "async";

    private bool IsKnown(Element entry)
    {
        if (entry.Find("dst_subject") is not { } destination)
        {
            return false;
        }

        if (known.Contains(destination.Value))
        {
            return true;
        }

        bag.AddUnknown(destination.Place, DiagnosticCodes.UnknownSubject, "subject", destination.Value, known, "subjects");
        return false;
    }

    // Declares the event and its target; gives the reference to it.
    private Attribute Declare(Element entry, string name, string mode)
    {
        Attribute destination = entry.Find("dst_subject")!;
        declared.Add(SeedForms.Make("event", destination.Place, [new("name", name, destination.Place), new("mode", mode, destination.Place)]));
        ImmutableArray<Element> action = entry.Find("dst_vector") is { } vector && vector.Value != NoVector
            ? [SeedForms.Make("inject_interrupt", vector.Place, [vector with { Name = "vector" }])]
            : [];
        List(targets, destination.Value).Add(SeedForms.Make("event", destination.Place, [new("physical", name, destination.Place)], action));
        return new Attribute("physical", name, entry.Place);
    }

    private static List<Element> List(Dictionary<string, List<Element>> lists, string key)
    {
        if (!lists.TryGetValue(key, out List<Element>? list))
        {
            lists.Add(key, list = []);
        }

        return list;
    }
}
