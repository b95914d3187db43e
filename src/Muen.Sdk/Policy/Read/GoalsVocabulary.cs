// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>What the author demands of the whole: the section <c>goals</c>, and the element <c>time</c> of a subject. Nothing is made of it; it is checked.</summary>
internal static class GoalsVocabulary
{
    private const ulong LongestPeriod = 1_000_000_000_000;

    private static readonly ValueRule Microseconds = ValueRule.Number(1, LongestPeriod);

    /// <summary>The section.</summary>
    internal static readonly ElementRule Rule = new ElementRule("goals", "what must hold whatever else the policy says").With(
        Occurs.Many,
        new ElementRule("isolated", "a subject that must not reach another one: by no channel, event, shared memory, monitor or device, and not through others")
            .Needs("from", ValueRule.Name, "the subject that must not reach")
            .Needs("to", ValueRule.Name, "the subject that must not be reached")
            .With(Occurs.Many, new ElementRule("unless", "a subject that is trusted to pass on nothing but what it should")
                .Needs("through", ValueRule.Name, "the trusted subject")));

    /// <summary>A subject's demand of time.</summary>
    internal static readonly ElementRule Time = new ElementRule("time", "the time that the subject needs: so much in each period, wherever that begins")
        .Needs("budget", Microseconds, "microseconds in each period")
        .Needs("period", Microseconds, "length of the period in microseconds");

    /// <summary>Reads a goal.</summary>
    internal static GoalNode? Read(Element e) => Name(e, "from") is { } from && Name(e, "to") is { } to
        ? new(e.Place, from, to, [.. e.Children.Where(c => c.Name == "unless").Select(c => Name(c, "through")).OfType<Located<string>>()])
        : null;

    /// <summary>Reads a subject's demand of time.</summary>
    internal static TimeNode? ReadTime(Element? e) => e is not null && Number(e, "budget") is { } budget && Number(e, "period") is { } period ? new(e.Place, budget, period) : null;

    private static Located<string>? Name(Element e, string attribute) => e.Find(attribute) is { Value.Length: > 0 } name ? new(name.Value, name.Place) : null;

    private static ulong? Number(Element e, string attribute) => e.Find(attribute) is { } text && Numbers.TryParse(text.Value, out System.UInt128 value) && value > 0 && value <= LongestPeriod ? (ulong)value : null;
}
