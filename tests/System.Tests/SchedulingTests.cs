// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Muen.SystemTests;

/// <summary>Partitions, turns, sleep and wake-up, timed events, the choice of major frames: on the kernel as it ships, in Bochs.</summary>
public sealed partial class SchedulingTests : IDisposable
{
    const long TicksPerMillisecond = 50_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GroupsTakeTurnsAndSleepersWakeOnTime()
    {
        IReadOnlyList<string> lines = await BootedSystem.RunAsync("scheduling", _folder.File("out"));
        BootedSystem.NobodyWasStopped(lines);
        Assert.Contains("pings 500", lines);
        Dictionary<string, Board> boards = Boards(lines);
        Assert.All(boards.Values, b => Assert.Equal(0, b.Wrong));
        Assert.Equal(500, boards["napper"].Rounds);

        // Who yields all the time gets as much as the other who does.
        Assert.InRange(boards["spinner_a"].Rounds, 1000, long.MaxValue);
        Assert.InRange((double)boards["spinner_a"].Rounds / boards["spinner_b"].Rounds, 0.95, 1.05);

        // A timed event that falls into others' minor frames waits for the sleeper's own, 10 and 15 ms away at most, and no longer.
        Assert.InRange(boards["sleeper_crowd"].Rounds, 20, long.MaxValue);
        Assert.InRange(boards["sleeper_crowd"].Worst, 0, (10 * TicksPerMillisecond) + 2000);
        Assert.InRange(boards["sleeper_alone"].Rounds, 20, long.MaxValue);
        Assert.InRange(boards["sleeper_alone"].Worst, 0, (15 * TicksPerMillisecond) + 2000);

        // In the middle of a running minor frame it comes within the cost of the exit.
        Assert.InRange(boards["busy"].Rounds, 50, long.MaxValue);
        Assert.InRange(boards["busy"].Worst, 0, 1000);
    }

    [Fact]
    public async Task Tau0ChoosesTheNextMajorFrame()
    {
        IReadOnlyList<string> lines = await BootedSystem.RunAsync("plans", _folder.File("out"));
        Dictionary<string, Board> boards = Boards(lines);
        Assert.InRange(boards["tau0"].Rounds, 100, long.MaxValue);
        for (int plan = 0; plan < 3; plan++)
        {
            Board board = boards[string.Create(CultureInfo.InvariantCulture, $"planned_{plan}")];
            Assert.Equal(0, board.Wrong);
            Assert.InRange(board.Rounds, boards["tau0"].Rounds / 4, boards["tau0"].Rounds / 2);
        }
    }

    sealed record Board(long Rounds, long Worst, long Wrong);

    static Dictionary<string, Board> Boards(IReadOnlyList<string> lines) => lines.Select(l => BoardLine().Match(l)).Where(m => m.Success).ToDictionary(
        m => m.Groups[1].Value, m => new Board(Number(m.Groups[2]), Number(m.Groups[3]), Number(m.Groups[4])));

    static long Number(Group group) => long.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\w+) rounds (\d+) worst (\d+) wrong (\d+)$")]
    private static partial Regex BoardLine();
}
