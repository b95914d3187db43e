// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>
/// The barriers of a major frame: where minor frames of two or more processors end together, these processors wait for each other, so that none of them runs the next partition
/// while another still runs the last one. At the major frame's end all processors meet anyway.
/// </summary>
internal sealed class MeetingPoints
{
    private readonly Dictionary<ulong, (int Barrier, int Size)> points = [];

    private MeetingPoints(ResolvedMajorFrame major, ref int next)
    {
        var ends = new SortedDictionary<ulong, int>();
        foreach (ResolvedCpuPlan cpu in major.Cpus)
        {
            ulong ticks = 0;
            foreach (ResolvedMinorFrame frame in cpu.Frames.Take(cpu.Frames.Length - 1))
            {
                ticks += frame.Ticks;
                ends[ticks] = ends.GetValueOrDefault(ticks) + 1;
            }
        }

        foreach ((ulong ticks, int size) in ends)
        {
            if (size > 1)
            {
                points.Add(ticks, (next++, size));
            }
        }
    }

    /// <summary>How many there are.</summary>
    internal int Count => points.Count;

    /// <summary>Of each major frame, numbered through.</summary>
    internal static ImmutableArray<MeetingPoints> Of(ResolvedPlan plan)
    {
        int next = 0;
        var all = ImmutableArray.CreateBuilder<MeetingPoints>(plan.MajorFrames.Length);
        foreach (ResolvedMajorFrame major in plan.MajorFrames)
        {
            all.Add(new MeetingPoints(major, ref next));
        }

        return all.MoveToImmutable();
    }

    /// <summary>The barrier so many ticks from the major frame's start, and how many processors meet there; -1 and 0 when there is none.</summary>
    internal (int Barrier, int Size) At(ulong ticks) => points.GetValueOrDefault(ticks, (-1, 0));
}
