// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Check;

/// <summary>A major frame as one subject sees it: its length, and the times in it that are the subject's, ascending and apart.</summary>
internal sealed class SupplyFrame
{
    private readonly long[] starts;
    private readonly long[] before;

    internal SupplyFrame(long length, IReadOnlyList<(long Start, long End)> own)
    {
        Length = length;
        Own = own;
        starts = [.. own.Select(o => o.Start)];
        before = new long[own.Count + 1];
        for (int i = 0; i < own.Count; i++)
        {
            before[i + 1] = before[i] + own[i].End - own[i].Start;
        }
    }

    internal long Length { get; }

    internal IReadOnlyList<(long Start, long End)> Own { get; }

    /// <summary>All of the subject's time in it.</summary>
    internal long Sum => before[^1];

    /// <summary>The subject's time before a moment.</summary>
    internal long Until(long time)
    {
        int found = Array.BinarySearch(starts, time);
        int begun = found >= 0 ? found : ~found;
        return begun == 0 ? 0 : before[begun - 1] + Math.Min(Own[begun - 1].End, time) - Own[begun - 1].Start;
    }
}

/// <summary>The window in which a subject gets least.</summary>
/// <param name="Supply">What it gets there.</param>
/// <param name="Frame">The major frame in which the window begins.</param>
/// <param name="Start">Where it begins in it.</param>
/// <param name="Through">The major frames through which it runs, the first included.</param>
internal sealed record WorstWindow(long Supply, int Frame, long Start, IReadOnlyList<int> Through);

/// <summary>
/// The least time that a subject gets in any window of a length, when each major frame may follow each. The least is found in a window that begins where a time of the
/// subject's ends: one that begins elsewhere can be moved there and gets no more. What lies between the frame of the beginning and that of the end are whole frames; the least
/// that so many of them give is computed once for each sum of their lengths.
/// </summary>
internal static class Supply
{
    /// <summary>Sums of lengths that are looked at.</summary>
    internal const long MostSums = 1_000_000;

    /// <summary>Windows that are looked at.</summary>
    private const long MostWindows = 4_000_000;

    /// <summary>Finds the worst window.</summary>
    /// <param name="frames">The major frames, at least one.</param>
    /// <param name="window">Its length.</param>
    /// <returns>Null when there are too many sums of frames' lengths to look at.</returns>
    internal static WorstWindow? Worst(IReadOnlyList<SupplyFrame> frames, long window)
    {
        // A frame in which the subject has nothing may follow itself for ever.
        for (int i = 0; i < frames.Count; i++)
        {
            if (frames[i].Own.Count == 0)
            {
                return new(0, i, 0, [.. Enumerable.Repeat(i, (int)Math.Min(((window - 1) / frames[i].Length) + 1, 3))]);
            }
        }

        long unit = frames.Select(f => f.Length).Aggregate(Divisor);
        long longest = frames.Max(f => f.Length);
        if (window / unit > MostSums || ((Math.Min(longest, window) / unit) + 1) * frames.Count * frames.Sum(f => f.Own.Count) > MostWindows)
        {
            return null;
        }

        (long[] least, int[] last) = WholeFrames(frames, unit, window / unit);
        (long Supply, int Frame, long Start, long Whole, int End) best = (long.MaxValue, -1, 0, 0, -1);
        for (int first = 0; first < frames.Count; first++)
        {
            SupplyFrame frame = frames[first];
            foreach (long start in frame.Own.Select(o => o.End))
            {
                long tail = frame.Length - start;
                if (tail >= window)
                {
                    Take(frame.Until(start + window) - frame.Until(start), first, start, -1, -1);
                    continue;
                }

                long rest = window - tail;
                for (long whole = Math.Max(0, (rest - longest) / unit); whole <= rest / unit; whole++)
                {
                    for (int end = 0; least[whole] >= 0 && end < frames.Count; end++)
                    {
                        long within = rest - (whole * unit);
                        if (within <= frames[end].Length)
                        {
                            Take(frame.Sum - frame.Until(start) + least[whole] + frames[end].Until(within), first, start, whole, within == 0 ? -1 : end);
                        }
                    }
                }
            }
        }

        return new(best.Supply, best.Frame, best.Start, Through());

        void Take(long supply, int frame, long start, long whole, int end)
        {
            if (supply < best.Supply)
            {
                best = (supply, frame, start, whole, end);
            }
        }

        List<int> Through()
        {
            List<int> through = [];
            for (long whole = best.Whole; whole > 0; whole -= frames[last[whole]].Length / unit)
            {
                through.Add(last[whole]);
            }

            through.Add(best.Frame);
            through.Reverse();
            if (best.End >= 0)
            {
                through.Add(best.End);
            }

            return through;
        }
    }

    // The least that whole frames give whose lengths have a sum, -1 where none have it, and the last of them.
    private static (long[] Least, int[] Last) WholeFrames(IReadOnlyList<SupplyFrame> frames, long unit, long units)
    {
        long[] least = new long[units + 1];
        int[] last = new int[units + 1];
        long[] lengths = [.. frames.Select(f => f.Length / unit)];
        long[] sums = [.. frames.Select(f => f.Sum)];
        for (long sum = 1; sum <= units; sum++)
        {
            least[sum] = -1;
            for (int i = 0; i < lengths.Length; i++)
            {
                long before = sum - lengths[i];
                if (before >= 0 && least[before] >= 0 && (least[sum] < 0 || least[before] + sums[i] < least[sum]))
                {
                    (least[sum], last[sum]) = (least[before] + sums[i], i);
                }
            }
        }

        return (least, last);
    }

    private static long Divisor(long a, long b) => b == 0 ? a : Divisor(b, a % b);
}
