// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Check;

/// <summary>The third pass: everything that can be wrong with a system whose names are looked up. Every check runs in every run; none depends on another's outcome.</summary>
internal static class Checker
{
    /// <summary>Adds every error of a system.</summary>
    internal static void Check(ResolvedSystem system, Contents contents, DiagnosticBag bag)
    {
        HardwareChecks.Check(system, bag);
        MemoryChecks.Check(system, contents, bag);
        DeviceChecks.Check(system, bag);
        DomainChecks.Check(system, bag);
        SubjectChecks.Check(system, bag);
        VcpuChecks.Check(system, bag);
        MonitorChecks.Check(system, bag);
        EventChecks.Check(system, bag);
        ScheduleChecks.Check(system, bag);
        BudgetChecks.Check(system, bag);
        GoalChecks.Check(system, bag);
        BinaryChecks.Check(system, contents, bag);
    }

    /// <summary>Adds an error for each name that was used before.</summary>
    /// <param name="names">Names and places in the order of the policy.</param>
    /// <param name="code">The error.</param>
    /// <param name="what">What has the name, for example <c>subject</c>.</param>
    /// <param name="bag">Receives the errors.</param>
    internal static void Unique(IEnumerable<(string Name, Place Place)> names, DiagnosticCode code, string what, DiagnosticBag bag)
    {
        var seen = new Dictionary<string, Place>(StringComparer.Ordinal);
        foreach ((string name, Place place) in names)
        {
            if (!seen.TryAdd(name, place))
            {
                bag.Add(place, code, $"there is another {what} '{name}' at {seen[name]}; give one of them a different name");
            }
        }
    }

    /// <summary>Adds an error for each range that overlaps one before it.</summary>
    /// <param name="ranges">The ranges.</param>
    /// <param name="report">Gets two that overlap; the second begins at or above the first.</param>
    internal static void Disjoint(IEnumerable<CheckedRange> ranges, Action<CheckedRange, CheckedRange> report)
    {
        var sorted = new List<CheckedRange>(ranges);
        sorted.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.Order.CompareTo(b.Order));

        // The range that reaches farthest of all that begin below: what overlaps anything overlaps it.
        CheckedRange? farthest = null;
        foreach (CheckedRange range in sorted)
        {
            if (range.Size == 0)
            {
                continue;
            }

            if (farthest is not null && range.Start < farthest.Start + farthest.Size)
            {
                report(farthest, range);
            }

            if (farthest is null || range.Start + range.Size > farthest.Start + farthest.Size)
            {
                farthest = range;
            }
        }
    }
}

/// <summary>A range of addresses or ports that something has.</summary>
/// <param name="Order">Position in the policy; the later one is to blame for an overlap. -1 for what the compiler placed.</param>
internal sealed record CheckedRange(string Name, Place? Place, ulong Start, ulong Size, int Order)
{
    /// <summary>First and last address, for a message.</summary>
    internal string Extent => $"0x{Start:X}..0x{Start + Size - 1:X}";
}
