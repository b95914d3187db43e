// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Muen.SystemTests;

/// <summary>Interrupts of the keyboard, the clock and a level-triggered serial line for subjects that do not run when they come, on both processors.</summary>
public sealed partial class InterruptTests : IDisposable
{
    /// <summary>From the beginning of a minor frame until the subject has seen the interrupt, in ticks.</summary>
    const long Soon = 2000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EachInterruptWaitsForItsSubject()
    {
        IReadOnlyList<string> lines = await BootedSystem.RunAsync("interrupts", _folder.File("out"));
        BootedSystem.NobodyWasStopped(lines);
        Dictionary<string, Match> boards = lines.Select(l => BoardLine().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value);
        Assert.Equal(["clock", "keyboard", "serial"], boards.Keys.Order());
        Assert.All(boards.Values, b => Assert.Equal("0", b.Groups[4].Value));

        // Each driver caused twenty, the serial line one more; of the clock's periodic ones a hundred were awaited.
        Assert.Equal(["100", "20", "21"], boards.OrderBy(b => b.Key).Select(b => b.Value.Groups[2].Value));

        // All but a few of the keyboard's, whose controller has a clock of its own, came while another subject ran.
        Match early = lines.Select(l => EarlyLine().Match(l)).Single(m => m.Success);
        Assert.InRange(int.Parse(early.Groups[1].Value, CultureInfo.InvariantCulture), 0, 9);
        Assert.Equal("0", early.Groups[2].Value);
        Assert.All(boards.Values, b => Assert.InRange(long.Parse(b.Groups[3].Value, CultureInfo.InvariantCulture), 1, Soon));
    }

    [GeneratedRegex(@"^early keyboard (\d+) serial (\d+)$")]
    private static partial Regex EarlyLine();

    [GeneratedRegex(@"^(\w+) rounds (\d+) worst (\d+) wrong (\d+)$")]
    private static partial Regex BoardLine();
}
