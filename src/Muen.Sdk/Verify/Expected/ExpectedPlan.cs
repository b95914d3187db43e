// SPDX-License-Identifier: MIT

using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Verify;

/// <summary>A major frame: its length and each processor's slots, ends in TSC cycles from its start.</summary>
sealed record ExpectedMajorFrame(ulong Period, List<(ulong Deadline, int Partition)>[] Processors);

/// <summary>Who has which processor time.</summary>
sealed class ExpectedPlan
{
    ExpectedPlan(int processors, List<ExpectedMajorFrame> majorFrames) => (Processors, MajorFrames) = (processors, majorFrames);

    /// <summary>How many processors the plan has; they are numbered through.</summary>
    public int Processors { get; }

    public List<ExpectedMajorFrame> MajorFrames { get; }

    public static ExpectedPlan Of(ResolvedSystem system)
    {
        int processors = system.Plan.MajorFrames.SelectMany(m => m.Cpus).Select(c => c.Id + 1).DefaultIfEmpty(0).Max();
        UInt128 hertz = (UInt128)system.Hardware.TscKhz * 1000;
        ulong Cycles(ulong ticks) => (ulong)(ticks * hertz / system.Plan.TickRate);
        var majors = new List<ExpectedMajorFrame>();
        foreach (ResolvedMajorFrame major in system.Plan.MajorFrames)
        {
            var frames = new List<(ulong Deadline, int Partition)>[processors];
            ulong total = 0;
            for (int cpu = 0; cpu < processors; cpu++)
            {
                frames[cpu] = [];
                ulong ticks = 0;
                foreach (ResolvedMinorFrame frame in major.Cpus.Where(c => c.Id == cpu).SelectMany(c => c.Frames))
                {
                    ticks += frame.Ticks;
                    frames[cpu].Add((Cycles(ticks), frame.Partition));
                }

                total = Math.Max(total, ticks);
            }

            majors.Add(new(Cycles(total), frames));
        }

        return new(processors, majors);
    }
}
