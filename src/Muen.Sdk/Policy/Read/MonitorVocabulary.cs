// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>The section <c>monitor</c>: what a subject sees, or changes, of other subjects.</summary>
internal static class MonitorVocabulary
{
    private static readonly ImmutableArray<(string Name, MonitorPart Part, string Doc)> Parts =
    [
        ("state", MonitorPart.State, "a subject's registers (ABI, subject state); whoever writes them controls the subject"),
        ("timed_event", MonitorPart.TimedEvent, "a subject's timed event"),
        ("interrupts", MonitorPart.Interrupts, "a subject's pending interrupts"),
        ("loader", MonitorPart.Loader, "a subject's memory, and what it held at the start, so that it can be started anew"),
    ];

    /// <summary>The section.</summary>
    internal static ElementRule Rule(ValueRule address) => new ElementRule("monitor", "what the subject sees of other subjects").With(Occurs.Many, [.. Parts.Select(p => Part(p.Name, p.Part, p.Doc, address))]);

    /// <summary>Reads the section.</summary>
    internal static ImmutableArray<MonitorNode> Read(Element e) =>
    [
        .. e.Children.Select(child => (Element: child, Part: Parts.FirstOrDefault(p => p.Name == child.Name), Subject: child.Find("subject"))).Where(x => x.Part.Name is not null && x.Subject is { Value.Length: > 0 })
            .Select(x => new MonitorNode(
                x.Part.Part,
                x.Element.Find("logical") is { Value.Length: > 0 } logical ? logical.Value : $"{x.Subject!.Value}_{x.Part.Name}",
                x.Element.Find("logical")?.Place ?? x.Element.Place,
                new(x.Subject!.Value, x.Subject.Place),
                x.Element.Find("virtualAddress") is { } address && Numbers.TryParse(address.Value, out System.UInt128 value) && value < 1UL << 52 ? new((ulong)value, address.Place) : null,
                x.Element.Find("writable")?.Value == "true")),
    ];

    private static ElementRule Part(string name, MonitorPart part, string doc, ValueRule address)
    {
        ElementRule rule = new ElementRule(name, doc)
            .Needs("subject", ValueRule.Name, "the other subject")
            .May("logical", ValueRule.Name, "the subject's name for it; the other subject's and this element's, joined by '_', when left out");
        return part == MonitorPart.Loader
            ? rule.Needs("virtualAddress", address, "distance at which the other subject's addresses are seen")
            : rule.May("virtualAddress", address, "where it is seen; chosen when left out").May("writable", ValueRule.Boolean, "false when left out");
    }
}
