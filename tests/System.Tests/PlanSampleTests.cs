// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Muen.SystemTests;

/// <summary>samples/tau0 in Bochs: what a worker gets of its processor is what the chosen plan says.</summary>
public sealed partial class PlanSampleTests
{
    const int Red = 2;
    const int Green = 3;
    const int Blue = 4;

    [Fact]
    public async Task EachPlanGivesEachWorkerItsShareAndThePlansTakeTurns()
    {
        using SampleScreen sample = await SampleScreen.BootAsync("tau0");
        await ChooseAsync(sample, 2);
        await ShareAsync(sample, Red, 80);
        IReadOnlyList<string> shown = Assert.Single(PageBlock.HeldBy("samples/tau0/README.md", nameof(PlanSampleTests))).Lines;
        await sample.WaitForAsync(l => shown.Select(WithoutRounds).SequenceEqual(l.Take(shown.Count).Select(WithoutRounds)), "what the README shows");
        await ShareAsync(sample, Blue, 10);

        await ChooseAsync(sample, 3);
        await ShareAsync(sample, Blue, 80);
        await ShareAsync(sample, Green, 20);

        // Green alone: the others stand where they were left, to the round.
        await ChooseAsync(sample, 4);
        await ShareAsync(sample, Green, 100);
        string red = await StandingAsync(sample, Red);
        string blue = await StandingAsync(sample, Blue);
        sample.Show(Green);
        string green = (await sample.WaitForAsync(l => l[0].StartsWith("green: ", StringComparison.Ordinal), "green's terminal"))[0];
        await sample.WaitForAsync(l => l[0].StartsWith("green: ", StringComparison.Ordinal) && l[0].Length >= green.Length && l[0] != green, "green going on");
        Assert.Equal(red, await StandingAsync(sample, Red));
        Assert.Equal(blue, await StandingAsync(sample, Blue));

        await ChooseAsync(sample, 1);
        await ShareAsync(sample, Red, 40);
        sample.Show(1);
        sample.Type("t");
        await sample.WaitForAsync(l => l[3].StartsWith("> 2 ", StringComparison.Ordinal) && l[7].StartsWith("The next one follows in ", StringComparison.Ordinal), "the plan after the first");
        Assert.Single(sample.KernelLines);
    }

    static string WithoutRounds(string line) => Regex.Replace(line, "[0-9]+ rounds", "rounds");

    static async Task ChooseAsync(SampleScreen sample, int plan)
    {
        sample.Show(1);
        await sample.WaitForAsync(l => l[0].StartsWith("tau0 chooses", StringComparison.Ordinal), "tau0's terminal");
        sample.Type($"{plan}");
        await sample.WaitForAsync(l => l[plan + 1].StartsWith($"> {plan} ", StringComparison.Ordinal) && l[7].StartsWith("It stays.", StringComparison.Ordinal), $"plan {plan} chosen");
    }

    /// <summary>The share is of the last second, cut down to a whole number, and a second ends anywhere in a plan's 10 ms.</summary>
    static async Task ShareAsync(SampleScreen sample, int worker, int percent)
    {
        sample.Show(worker);
        await sample.WaitForAsync(
            l => Share().Match(l[1]) is { Success: true } m && int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is int share
                && share >= percent - 1 && share <= percent && l[24].Contains(Names(worker), StringComparison.Ordinal) && l[0].StartsWith(Names(worker), StringComparison.Ordinal),
            $"{percent} % for {Names(worker)}");
    }

    static async Task<string> StandingAsync(SampleScreen sample, int worker)
    {
        sample.Show(worker);
        await sample.WaitForAsync(l => l[0].StartsWith(Names(worker) + ": ", StringComparison.Ordinal), $"{Names(worker)}'s terminal");
        return (await sample.SettledAsync())[0];
    }

    static string Names(int worker) => worker switch { Red => "red", Green => "green", _ => "blue" };

    [GeneratedRegex(@"^(\d+) % of the processor$")]
    private static partial Regex Share();
}
