// SPDX-License-Identifier: MIT
using System.Globalization;
using Xunit.Abstractions;

namespace Muen.Simulation;

/// <summary>
/// Random systems with random interleavings on one to eight processors: the judge sees no property broken. MUEN_STEPS in the environment gives the exits of each
/// case (30,000 without), MUEN_SEED the first of the seeds: a violation names its own.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const long ExitsOfSystem = 10_000;

    private static readonly long Steps = long.Parse(Environment.GetEnvironmentVariable("MUEN_STEPS") ?? "30000", CultureInfo.InvariantCulture);
    private static readonly ulong FirstSeed = ulong.Parse(Environment.GetEnvironmentVariable("MUEN_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void Every_property_holds(int processors)
    {
        var all = new Counts();
        ulong seed = FirstSeed;
        for (long left = Steps; left > 0; left -= ExitsOfSystem)
        {
            all.Add(Run(seed++, processors, Math.Min(left, ExitsOfSystem)));
        }

        output.WriteLine($"{processors} processors, seeds {FirstSeed} to {seed - 1}: {all}");
        Assert.All(all.Numbers, number => Assert.True(number > 0, "something has never happened"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Equal_seeds_have_equal_results_and_others_do_not(int processors)
    {
        ulong[] hashes = [.. new ulong[] { 7, 7, 8 }.Select(seed => Run(seed, processors, 2000).Hash)];
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }

    private static Counts Run(ulong seed, int processors, long exits) => Board.Run(KernelCode.Original, RandomScenario.Make(seed, processors), seed, exits);
}
