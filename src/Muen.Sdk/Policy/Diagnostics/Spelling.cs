// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy;

/// <summary>What a misspelt name probably meant.</summary>
public static class Spelling
{
    private const int LongestCompared = 64;

    /// <summary>The end of a message about an unknown name: the nearest name if one is near, and what there is.</summary>
    /// <param name="name">The name that is not known.</param>
    /// <param name="known">The names there are.</param>
    /// <param name="what">What they are, in the plural: <c>subjects</c>.</param>
    internal static string Suggest(string name, IEnumerable<string> known, string what)
    {
        string[] names = known.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
        {
            return $"there are no {what}";
        }

        string? near = Nearest(name, names);
        string list = names.Length <= 12 ? string.Join(", ", names) : string.Join(", ", names.Take(12)) + $" and {names.Length - 12} more";
        return (near is null ? "" : $"did you mean '{near}'? ") + $"{what}: {list}";
    }

    /// <summary>The known name nearest to a misspelt one, null when none is near.</summary>
    /// <param name="name">The name that is not known.</param>
    /// <param name="known">The names there are; of several that are equally near, the first.</param>
    public static string? Nearest(string name, IReadOnlyList<string> known)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        if (name.Length > LongestCompared)
        {
            return null;
        }

        string? best = null;
        int bestDistance = ((name.Length + 1) / 3) + 1;
        foreach (string candidate in known)
        {
            if (candidate.Length > LongestCompared || Math.Abs(candidate.Length - name.Length) >= bestDistance)
            {
                continue;
            }

            int distance = Distance(name, candidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Edit distance (optimal string alignment): insert, delete, replace, swap neighbours; letters' case counts nothing.</summary>
    internal static int Distance(string a, string b)
    {
        int[] before = new int[b.Length + 1];
        int[] last = new int[b.Length + 1];
        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            last[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1]))
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, last, row) = (last, row, before);
        }

        return last[b.Length];
    }

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
