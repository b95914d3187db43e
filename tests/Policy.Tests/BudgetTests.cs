// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Sdk.Policy.Check;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The worst window of a plan against a simulation that tries every beginning and every sequence of major frames.</summary>
public sealed class BudgetTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Worst_window_is_that_of_a_simulation()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            bool[][] plan = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Frame(random))];
            int window = random.Next(1, 20);
            WorstWindow worst = Supply.Worst([.. plan.Select(Seen)], window)!;
            int least = Simulate(plan, window);
            string what = $"seed {seed}: {string.Join(" | ", plan.Select(f => string.Concat(f.Select(t => t ? '#' : '.'))))}, window {window}";
            Assert.True(least == worst.Supply, $"{what}: {least} simulated, {worst.Supply} computed");

            // The window that is named has no more: it is one of those that can be.
            if (worst.Supply > 0)
            {
                bool[] run = [.. worst.Through.SelectMany(f => plan[f])];
                Assert.Equal(worst.Frame, worst.Through[0]);
                Assert.True(worst.Supply == run.Skip((int)worst.Start).Take(window).Count(t => t), what);
                Assert.True(worst.Start + window <= run.Length, what);
            }
        }
    }

    [Fact]
    public void Hostile_plans_are_not_looked_at_for_long()
    {
        SupplyFrame fine = new(1_000_003, [.. Enumerable.Range(0, 1000).Select(i => (i * 1000L, (i * 1000L) + 1))]);
        Assert.Null(Supply.Worst([fine, new(1_000_000, [(0, 1)])], 900_000_000));
        Assert.Null(Supply.Worst([fine, new(1_000_000, [(0, 1)])], 1_000_000));
        Assert.NotNull(Supply.Worst([fine], 900_000_000_000));
    }

    /// <summary>A budget that the worst window just gives is met, one microsecond more is not.</summary>
    [Fact]
    public void Budget_is_met_to_the_microsecond()
    {
        Assert.Empty(Errors(4000));
        Assert.Contains("needs 4001 us in each 30000 us, but gets only 4000 us in the window that begins", Assert.Single(Errors(4001)), StringComparison.Ordinal);

        IReadOnlyList<string> Errors(int budget) => workspace.ErrorsOf(workspace.Write("budget.xml", $"""
            <system name="budget">
              <hardware ref="bochs"/>
              <components><component name="c"><binary filename="subject.elf"/></component></components>
              <subjects>
                <subject name="a"><time budget="{budget}" period="30000"/><component ref="c"/></subject>
                <subject name="b"><component ref="c"/><memory><memory physical="sys_interface" writable="true"/></memory></subject>
              </subjects>
              <scheduling tickRate="1000">
                <majorFrame><cpu id="0"><minorFrame subject="a" ticks="4"/><minorFrame subject="b" ticks="8"/></cpu></majorFrame>
                <majorFrame><cpu id="0"><minorFrame subject="b" ticks="9"/><minorFrame subject="a" ticks="3"/></cpu></majorFrame>
              </scheduling>
            </system>
            """));
    }

    private static bool[] Frame(Random random) => [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(3) != 0)];

    private static SupplyFrame Seen(bool[] ticks)
    {
        var own = new List<(long, long)>();
        for (int i = 0; i < ticks.Length; i++)
        {
            if (ticks[i])
            {
                int start = i;
                while (i < ticks.Length && ticks[i])
                {
                    i++;
                }

                own.Add((start, i));
            }
        }

        return new(ticks.Length, own);
    }

    // Every beginning within every frame, and every frame after each.
    private static int Simulate(bool[][] plan, int window)
    {
        var known = new Dictionary<int, int> { [0] = 0 };
        int least = int.MaxValue;
        foreach (bool[] first in plan)
        {
            for (int start = 0; start < first.Length; start++)
            {
                int within = Math.Min(window, first.Length - start);
                least = Math.Min(least, first.Skip(start).Take(within).Count(t => t) + After(window - within));
            }
        }

        return least;

        int After(int left)
        {
            if (!known.TryGetValue(left, out int supply))
            {
                supply = plan.Min(f => f.Take(Math.Min(left, f.Length)).Count(t => t) + After(Math.Max(0, left - f.Length)));
                known.Add(left, supply);
            }

            return supply;
        }
    }
}
