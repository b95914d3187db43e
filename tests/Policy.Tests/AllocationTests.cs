// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Tests;

/// <summary>How addresses are given: so that a small change of a policy moves little, and with as few pages as addresses allow.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Policies = 60;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    /// <summary>Small changes, and the part of the other regions that each may move, over many policies.</summary>
    public static TheoryData<string, string, string, double> Changes => new()
    {
        { "a memory region more", "</memory>\n<events>", "<memory name=\"new\" size=\"8K\"/></memory>\n<events>", 0.01 },
        { "a subject more", "</subjects>", "<subject name=\"new\"><component ref=\"c\"/></subject></subjects>", 0.15 },
        { "a subject more, the first", "<subjects>", "<subjects><subject name=\"new\"><component ref=\"c\"/></subject>", 0.15 },
        { "a memory region more, the first", "<hardware ref=\"bochs\"/>\n<memory>", "<hardware ref=\"bochs\"/>\n<memory><memory name=\"new\" size=\"8K\"/>", 0.01 },
        { "a larger stack", "stackSize=\"16K\"", "stackSize=\"20K\"", 0.02 },
        { "a larger channel", "<channel name=\"c0\" size=\"", "<channel name=\"c0\" size=\"4", 0.02 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_small_change_moves_little(string what, string old, string now, double most)
    {
        int moved = 0;
        int all = 0;
        for (int seed = 0; seed < Policies; seed++)
        {
            // Without a plan, one is made for the changed policy too.
            string policy = RandomPolicy.Make(seed);
            int plan = policy.IndexOf("<scheduling", StringComparison.Ordinal);
            policy = plan < 0 ? policy : policy[..plan] + "</system>\n";
            string changed = policy.Replace(old, now.Replace("new", $"new{seed}", StringComparison.Ordinal), StringComparison.Ordinal);
            if (changed == policy || workspace.ErrorsOf(workspace.Write("changed.xml", changed)).Count != 0)
            {
                continue;
            }

            Dictionary<string, RegionView> before = workspace.Compile(policy).View.Regions.ToDictionary(r => r.Name);
            foreach (RegionView region in workspace.Compile(changed).View.Regions)
            {
                if (before.TryGetValue(region.Name, out RegionView? was) && was.Size == region.Size)
                {
                    all++;
                    moved += was.Address == region.Address ? 0 : 1;
                }
            }
        }

        Assert.InRange(all, 500, int.MaxValue);
        Assert.True(moved <= most * all, $"{what}: {moved} of {all} regions moved");
    }

    /// <summary>Pages of an address space against all ways to divide it, page by page.</summary>
    [Fact]
    public void Large_pages_are_used_wherever_addresses_allow_them() => Gen.Select(Gen.Int[0, 1100], Gen.Int[0, 1100], Gen.Int[1, 2600], Gen.Bool).Sample(
        (start, physical, pages, congruent) =>
        {
            const int Large = 512;
            physical = congruent ? start % Large : physical;
            PageRun[] runs = [.. PageRun.Of((ulong)start << 12, (ulong)physical << 12, (ulong)pages << 12)];

            // The fewest pages up to each one.
            int[] fewest = new int[pages + 1];
            for (int end = 1; end <= pages; end++)
            {
                int begin = end - Large;
                bool large = begin >= 0 && (start + begin) % Large == 0 && (physical + begin) % Large == 0;
                fewest[end] = Math.Min(fewest[end - 1] + 1, large ? fewest[begin] + 1 : int.MaxValue);
            }

            Assert.Equal(fewest[pages], runs.Sum(r => (int)(r.Size / PageRun.PageSize(r.Level))));
            Covers(runs, (ulong)start << 12, (ulong)physical << 12, (ulong)pages << 12);
        },
        iter: 2000);

    [Fact]
    public void Pages_of_a_gigabyte_are_used_too() => Gen.Select(Gen.ULong[0, 1 << 19], Gen.ULong[1, 1 << 20], Gen.Bool).Sample(
        (start, pages, congruent) =>
        {
            ulong physical = congruent ? start + (1UL << 20) : start + 512;
            PageRun[] runs = [.. PageRun.Of(start << 12, physical << 12, pages << 12)];
            Covers(runs, start << 12, physical << 12, pages << 12);
            ulong first = (start + (1UL << 18) - 1) >> 18;
            ulong whole = Math.Max((start + pages) >> 18, first) - first;
            Assert.Equal(congruent ? whole : 0, (ulong)runs.Where(r => r.Level == PageRun.Largest).Sum(r => (long)(r.Size >> 30)));
        },
        iter: 500);

    private static void Covers(PageRun[] runs, ulong start, ulong physical, ulong size)
    {
        ulong at = 0;
        foreach (PageRun run in runs)
        {
            Assert.Equal((start + at, physical + at), (run.Virtual, run.Physical));
            ulong page = PageRun.PageSize(run.Level);
            Assert.True(run.Size != 0 && run.Size % page == 0 && run.Virtual % page == 0 && run.Physical % page == 0, $"{run}");
            at += run.Size;
        }

        Assert.Equal(size, at);
    }

    /// <summary>Where memory is short, arenas give way: what fits without them fits with them.</summary>
    [Fact]
    public void Small_memory_is_used_to_its_end()
    {
        SystemImage large = workspace.Compile(Policy(64UL << 20));
        ulong needed = large.View.Regions.Where(r => r.Kind is not (RegionKind.KernelImage or RegionKind.Tables or RegionKind.CrashAudit)).Aggregate(0UL, (sum, r) => sum + r.Size);
        ulong start = Allocator.CrashAudit + 4096;
        SystemImage small = workspace.Compile(Policy(start + needed - (1UL << 20)));
        Assert.Equal(start + needed, small.View.Regions.Max(r => r.Address + r.Size));
        Assert.Single(workspace.Errors(Policy(start + needed - 4096 - (1UL << 20))));

        static string Policy(ulong size) => $"""
            <system name="small">
              <hardware><memory><memoryBlock name="low" physicalAddress="0" size="640K" allocatable="false"/><memoryBlock name="high" physicalAddress="1M" size="{size}"/></memory><processor cpuCores="1" tscKhz="50000"/></hardware>
              <components><component name="c"><binary filename="subject.elf"/></component></components>
              <subjects><subject name="a"><component ref="c"/></subject><subject name="b"><component ref="c"/></subject></subjects>
            </system>
            """;
    }
}
