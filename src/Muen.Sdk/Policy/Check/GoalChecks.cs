// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>What the author demands of the whole (MUEN19xx).</summary>
internal static class GoalChecks
{
    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        // With too many subjects there is an error already, and pairs of them without end.
        if (system.Goals.IsEmpty || system.Subjects.Length > Limits.Subjects)
        {
            return;
        }

        Flows flows = Flows.Of(system);
        foreach (ResolvedGoal goal in system.Goals)
        {
            string from = system.Subjects[goal.From].Name;
            string to = system.Subjects[goal.To].Name;
            if (goal.From == goal.To || goal.Unless.Contains(goal.From) || goal.Unless.Contains(goal.To))
            {
                bag.Add(goal.Place, DiagnosticCodes.InvalidGoal, goal.From == goal.To
                    ? $"subject '{from}' cannot be isolated from itself; name another one in from or to"
                    : $"a goal of '{from}' and '{to}' cannot trust one of the two; leave it out of unless");
            }
            else if (flows.Find(goal.From, goal.To, goal.Unless.ToHashSet()) is { } way)
            {
                bag.Add(goal.Place, DiagnosticCodes.NotIsolated,
                    $"subject '{from}' must not reach '{to}', but does: {string.Join(", then ", way.Select(s => Word(system, s)))}; take away one of {(way.Count == 1 ? "its ends" : "these steps, or trust a subject between them by <unless through=\"...\"/>")}");
            }
        }
    }

    private static string Word(ResolvedSystem system, Step step) =>
        $"'{system.Subjects[step.From].Name}' to '{system.Subjects[step.To].Name}' by {step.By} ({step.Begin} to {step.End})";
}
