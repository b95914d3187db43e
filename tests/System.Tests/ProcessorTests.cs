// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.SystemTests;

/// <summary>Four processors: started one after the other, meeting at each major frame and where their minor frames end together, waking each other by IPI.</summary>
public sealed partial class ProcessorTests : IDisposable
{
    const int Rounds = 500;

    /// <summary>A minor frame of five milliseconds in TSC ticks.</summary>
    const long Frame = 250_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ATokenGoesRoundFourProcessors()
    {
        IReadOnlyList<string> lines = await BootedSystem.RunAsync("processors", _folder.File("out"), processors: 4);
        Assert.Contains(lines, l => l.Contains("4 processors", StringComparison.Ordinal));
        Assert.Contains($"rounds {Rounds}", lines);
        Match[] boards = [.. lines.Select(l => BoardLine().Match(l)).Where(m => m.Success)];
        Assert.Equal(3, boards.Length);
        Assert.All(boards, b => Assert.Equal($"{Rounds}", b.Groups[1].Value));

        // Nobody is ever seen outside of the minor frame that its page names.
        Assert.All(boards, b => Assert.InRange(long.Parse(b.Groups[2].Value), 0, Frame + 2000));
        Assert.All(boards, b => Assert.Equal("0", b.Groups[3].Value));
        BootedSystem.NobodyWasStopped(lines);
    }

    [GeneratedRegex(@"^ring_\d rounds (\d+) worst (\d+) wrong (\d+)$")]
    private static partial Regex BoardLine();
}
