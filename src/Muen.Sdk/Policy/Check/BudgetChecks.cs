// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>
/// The time that subjects demand against the plan. A subject's are the minor frames of its partition, as long as it is alone there: with others in its group it runs when they
/// hand over, and with other groups each turn may begin just before a minor frame ends, so the plan guarantees it nothing. What the kernel itself takes is not counted.
/// </summary>
internal static class BudgetChecks
{
    private const ulong MicrosecondsInSecond = 1_000_000;

    /// <summary>So many major frames of a window are named.</summary>
    private const int NamedFrames = 6;

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        foreach (ResolvedSubject subject in system.Subjects)
        {
            if (subject.Time is not { } time)
            {
                continue;
            }

            if (time.Budget > time.Period)
            {
                bag.Add(time.Place, DiagnosticCodes.InvalidBudget, $"subject '{subject.Name}' needs {time.Budget} us in each {time.Period} us; a budget is at most its period, correct one of them");
            }
            else if (IsSound(system, subject))
            {
                Check(system, subject, time, bag);
            }
        }
    }

    // Errors of the plan are reported elsewhere and would only repeat here.
    private static bool IsSound(ResolvedSystem system, ResolvedSubject subject)
    {
        ResolvedPlan plan = system.Plan;
        return !system.Unresolved.Text && !system.Unresolved.Subjects && !plan.MajorFrames.IsEmpty && plan.ProcessorsOf(subject).Length == 1
            && plan.MajorFrames.All(m => m.Cpus.All(c => !c.Frames.IsEmpty && c.Frames.All(f => f.Ticks > 0 && f.Partition >= 0)) && m.Cpus.Count(c => c.Id == plan.ProcessorsOf(subject)[0]) == 1);
    }

    private static void Check(ResolvedSystem system, ResolvedSubject subject, TimeNode time, DiagnosticBag bag)
    {
        ResolvedPlan plan = system.Plan;
        ResolvedGroup group = plan.Groups[subject.Group];
        ResolvedPartition partition = plan.Partitions[group.Partition];
        string demand = $"subject '{subject.Name}' needs {time.Budget} us in each {time.Period} us";
        if (group.Members.Length > 1 || partition.GroupCount > 1)
        {
            bag.Add(time.Place, DiagnosticCodes.BudgetNotMet, group.Members.Length > 1
                ? $"{demand}, but runs only when others of its group hand over to it, so the plan guarantees it nothing; give it a group and minor frames of its own"
                : $"{demand}, but shares its minor frames with other groups that may leave it the end of each only, so the plan guarantees it nothing; give it minor frames of its own");
            return;
        }

        if (Guaranteed(system, subject) is not { } guarantee)
        {
            bag.Add(time.Place, DiagnosticCodes.InvalidBudget, $"{demand}, which spans too many major frames to look at; use a shorter period, or lengths of major frames that are multiples of a greater one");
        }
        else if (guarantee.Microseconds < time.Budget)
        {
            string through = guarantee.Through.Count > NamedFrames
                ? $"{guarantee.Through.Count} major frames, the first of them {string.Join(", ", guarantee.Through.Take(NamedFrames))}"
                : $"{(guarantee.Through.Count == 1 ? "major frame" : "major frames")} {string.Join(", ", guarantee.Through)}";
            bag.Add(time.Place, DiagnosticCodes.BudgetNotMet,
                $"{demand}, but gets only {Us(guarantee.Microseconds)} us in the window that begins {Us(guarantee.Start)} us after the start of major frame {guarantee.Frame} ({plan.MajorFrames[guarantee.Frame].Place}) and runs through {through}; plan more time for it, or spread its minor frames more evenly");
        }

        static string Us(decimal microseconds) => microseconds.ToString("0.###", CultureInfo.InvariantCulture);
    }

    /// <summary>The least that the plan gives a subject that is alone in its minor frames, in any window of the period that it demands.</summary>
    /// <returns>Null when there are too many windows to look at.</returns>
    internal static Guarantee? Guaranteed(ResolvedSystem system, ResolvedSubject subject)
    {
        ResolvedPlan plan = system.Plan;
        ulong period = subject.Time!.Period;

        // One unit divides ticks and microseconds alike.
        ulong divisor = Divisor(plan.TickRate, MicrosecondsInSecond);
        UInt128 tick = MicrosecondsInSecond / divisor;
        UInt128 microsecond = plan.TickRate / divisor;
        SupplyFrame[]? frames = Frames(plan, plan.ProcessorsOf(subject)[0], plan.Groups[subject.Group].Partition, tick);
        WorstWindow? worst = frames is null || period * microsecond > long.MaxValue ? null : Supply.Worst(frames, (long)(period * microsecond));
        return worst is null ? null : new(worst.Supply / (decimal)microsecond, worst.Frame, worst.Start / (decimal)microsecond, worst.Through);
    }

    // What a partition has of each major frame; null when a length is beyond all measure.
    private static SupplyFrame[]? Frames(ResolvedPlan plan, int processor, int partition, UInt128 tick)
    {
        var frames = new List<SupplyFrame>();
        foreach (ResolvedMajorFrame major in plan.MajorFrames)
        {
            var own = new List<(long Start, long End)>();
            UInt128 at = 0;
            foreach (ResolvedMinorFrame frame in major.Cpus.First(c => c.Id == processor).Frames)
            {
                UInt128 end = at + (frame.Ticks * tick);
                if (end > long.MaxValue / 4)
                {
                    return null;
                }

                if (frame.Partition == partition)
                {
                    long start = own.Count > 0 && own[^1].End == (long)at ? own[^1].Start : (long)at;
                    own.RemoveAll(o => o.Start == start);
                    own.Add((start, (long)end));
                }

                at = end;
            }

            frames.Add(new((long)at, own));
        }

        return [.. frames];
    }

    private static ulong Divisor(ulong a, ulong b) => b == 0 ? a : Divisor(b, a % b);
}

/// <summary>What the plan guarantees a subject, and where it gets no more.</summary>
/// <param name="Microseconds">Its time in the worst window.</param>
/// <param name="Frame">The major frame in which the window begins.</param>
/// <param name="Start">Where it begins in it, in microseconds.</param>
/// <param name="Through">The major frames through which it runs, the first included.</param>
internal sealed record Guarantee(decimal Microseconds, int Frame, decimal Start, IReadOnlyList<int> Through);
