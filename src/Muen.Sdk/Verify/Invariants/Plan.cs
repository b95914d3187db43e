// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>
/// The plan by itself: frames of each processor ascend to the end of the major frame, processors that end together meet, every index names something, groups and
/// partitions are what they say, and every subject is in the group that it names.
/// </summary>
static class Plan
{
    const string Place = "the plan";

    /// <summary>Checks the plan.</summary>
    public static void Check(ImageModel image)
    {
        KernelTables tables = image.Tables;
        Findings findings = image.Findings;
        int processors = tables.Processors.Length;
        Groups(tables, findings);
        var owner = new int[tables.MinorFrames.Length];
        var barriers = new HashSet<ushort>();
        for (int major = 0; major < tables.MajorFrames.Length; major++)
        {
            var ends = new List<(ulong Deadline, MinorFrame Frame, int Processor)>();
            for (int cpu = 0; cpu < processors; cpu++)
            {
                Processor(tables, findings, major, cpu, owner, ends);
            }

            Barriers(findings, major, ends, barriers);
        }

        int unused = Array.IndexOf(owner, 0);
        if (unused >= 0)
        {
            findings.Add(FindingCodes.PlanFormat, Place, $"minor frame {unused} is in no processor's range");
        }

        HasFrames(tables, findings);
    }

    static void Processor(KernelTables tables, Findings findings, int major, int cpu, int[] owner, List<(ulong Deadline, MinorFrame Frame, int Processor)> ends)
    {
        string place = $"{Place}, major frame {major}, processor {cpu}";
        MinorFrameRange range = tables.Ranges[(major * tables.Processors.Length) + cpu];
        if (range.Count == 0 || range.First >= tables.MinorFrames.Length || range.Count > tables.MinorFrames.Length - range.First)
        {
            findings.Add(FindingCodes.Index, place, $"minor frames {range.First} to {range.First + (ulong)range.Count}; there are {tables.MinorFrames.Length}");
            return;
        }

        ulong last = 0;
        for (uint i = range.First; i < range.First + range.Count; i++)
        {
            MinorFrame frame = tables.MinorFrames[(int)i];
            if (owner[i]++ != 0)
            {
                findings.Add(FindingCodes.PlanFormat, place, $"minor frame {i} is in two ranges");
            }

            if (frame.Deadline <= last)
            {
                findings.Add(FindingCodes.PlanFormat, place, $"minor frame {i} ends at {frame.Deadline}, the one before it at {last}");
            }

            if (frame.Partition >= tables.Partitions.Length)
            {
                findings.Add(FindingCodes.Index, place, $"minor frame {i} names partition {frame.Partition}; there are {tables.Partitions.Length}");
            }
            else if (tables.Partitions[frame.Partition].Processor != cpu)
            {
                findings.Add(FindingCodes.PlanFormat, place, $"minor frame {i} runs partition {frame.Partition} of processor {tables.Partitions[frame.Partition].Processor}");
            }

            if (frame.Reserved != 0)
            {
                findings.Add(FindingCodes.Padding, place, $"the reserved field of minor frame {i}");
            }

            last = frame.Deadline;
            bool final = i == range.First + range.Count - 1;
            if (!final)
            {
                ends.Add((frame.Deadline, frame, cpu));
            }
            else if (frame.Barrier != MinorFrame.NoBarrier || frame.BarrierSize != 0)
            {
                findings.Add(FindingCodes.Barrier, place, $"the last minor frame has barrier {frame.Barrier} of {frame.BarrierSize}; there all processors meet anyway");
            }
        }

        if (last != tables.MajorFrames[major].Period)
        {
            findings.Add(FindingCodes.PlanFormat, place, $"the last minor frame ends at {last}, the major frame at {tables.MajorFrames[major].Period}");
        }
    }

    // Processors whose minor frames end together share a barrier of their number; others have none.
    static void Barriers(Findings findings, int major, List<(ulong Deadline, MinorFrame Frame, int Processor)> ends, HashSet<ushort> seen)
    {
        foreach (IGrouping<ulong, (ulong Deadline, MinorFrame Frame, int Processor)> meeting in ends.GroupBy(e => e.Deadline))
        {
            int count = meeting.Count();
            ushort barrier = meeting.First().Frame.Barrier;
            bool right = meeting.All(m => m.Frame.Barrier == barrier && m.Frame.BarrierSize == (count > 1 ? count : 0))
                && (count > 1 ? barrier < Limits.Barriers && seen.Add(barrier) : barrier == MinorFrame.NoBarrier);
            if (!right)
            {
                findings.Add(FindingCodes.Barrier, $"{Place}, major frame {major}",
                    $"{count} processors end at {meeting.Key} with {string.Join(", ", meeting.Select(m => $"barrier {m.Frame.Barrier} of {m.Frame.BarrierSize} (processor {m.Processor})"))}");
            }
        }
    }

    static void Groups(KernelTables tables, Findings findings)
    {
        int next = 0;
        for (int p = 0; p < tables.Partitions.Length; p++)
        {
            PartitionEntry partition = tables.Partitions[p];
            string place = $"partition {p}";
            if (partition.Processor >= tables.Processors.Length)
            {
                findings.Add(FindingCodes.Index, place, $"processor {partition.Processor}; there are {tables.Processors.Length}");
            }

            if (partition.FirstGroup != next || partition.GroupCount is 0 or > Limits.GroupsPerPartition || partition.GroupCount > tables.Groups.Length - next)
            {
                findings.Add(FindingCodes.Group, place, $"groups {partition.FirstGroup} to {partition.FirstGroup + partition.GroupCount}; {next} comes next, there are {tables.Groups.Length}");
                return;
            }

            if (partition.Reserved != 0)
            {
                findings.Add(FindingCodes.Padding, place, "the reserved field");
            }

            for (int g = next; g < next + partition.GroupCount; g++)
            {
                GroupEntry group = tables.Groups[g];
                if (group.Partition != p || group.FirstSubject >= tables.Subjects.Length || tables.Subjects[group.FirstSubject].Group != g)
                {
                    findings.Add(FindingCodes.Group, $"group {g}", $"it names partition {group.Partition} and subject {group.FirstSubject}, which is not of this group, or there are none such");
                }
            }

            next += partition.GroupCount;
        }

        if (next != tables.Groups.Length)
        {
            findings.Add(FindingCodes.Group, Place, $"{tables.Groups.Length - next} groups are in no partition");
        }

        for (int id = 0; id < tables.Subjects.Length; id++)
        {
            SubjectEntry entry = tables.Subjects[id];
            if (entry.Group >= tables.Groups.Length || tables.Groups[entry.Group].Partition >= tables.Partitions.Length)
            {
                findings.Add(FindingCodes.Index, $"subject '{tables.NameOf(id)}'", $"group {entry.Group}; there are {tables.Groups.Length}");
            }
            else if (tables.Partitions[tables.Groups[entry.Group].Partition].Processor != entry.Processor)
            {
                findings.Add(FindingCodes.Group, $"subject '{tables.NameOf(id)}'", $"it is on processor {entry.Processor}, its partition is not");
            }
        }
    }

    static void HasFrames(KernelTables tables, Findings findings)
    {
        var seen = new bool[tables.Partitions.Length];
        foreach (MinorFrame frame in tables.MinorFrames)
        {
            if (frame.Partition < seen.Length)
            {
                seen[frame.Partition] = true;
            }
        }

        int idle = Array.IndexOf(seen, false);
        if (idle >= 0)
        {
            findings.Add(FindingCodes.PlanFormat, $"partition {idle}", "no minor frame runs it");
        }
    }
}
