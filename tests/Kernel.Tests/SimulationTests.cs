// SPDX-License-Identifier: MIT
using Xunit.Abstractions;

namespace Muen.Simulation;

/// <summary>
/// Random systems with random interleavings on one to eight processors: the judge sees no property broken. MUEN_STEPS in the environment gives the exits of each
/// case (50,000 without), MUEN_SEED other systems.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(8)]
    public void Every_property_holds(int processors)
    {
        long steps = long.Parse(Environment.GetEnvironmentVariable("MUEN_STEPS") ?? "50000");
        ulong seed = ulong.Parse(Environment.GetEnvironmentVariable("MUEN_SEED") ?? "1");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < 10; i++)
        {
            Scenario scenario = RandomScenario.Make(seed + (ulong)i, processors);
            Counts counts = Board.Run(KernelCode.Original, scenario, seed + (ulong)i, steps / 10);
            output.WriteLine($"seed {seed + (ulong)i}, {scenario.Subjects.Count} subjects: {counts}; {watch.ElapsedMilliseconds} ms");
        }
    }
}
