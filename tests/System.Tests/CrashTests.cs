// SPDX-License-Identifier: MIT

namespace Muen.SystemTests;

/// <summary>A crash resets the machine, and the next boot can show what happened.</summary>
public sealed class CrashTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>With one processor: Bochs with more of them does not come back from a reset (docs/limits.md).</summary>
    [Fact]
    public async Task TheCrashAuditSurvivesTheReset()
    {
        IReadOnlyList<string> lines = await BootedSystem.RunAsync("crash", _folder.File("out"), processors: 1);
        Assert.Equal(["boot 1, 0 records", "boot 2, 2 records", "boot 3, 2 records"], lines.Where(l => l.StartsWith("boot ", StringComparison.Ordinal)));

        // The exit that asked for it (reason 1, exit 18 = VMCALL), then the panic (reason 3, 12 = requested by a subject).
        Assert.Contains("record reason 1 number 18", lines);
        Assert.Contains("record reason 3 number 12", lines);
        Assert.Contains(lines, l => l.StartsWith("kernel|", StringComparison.Ordinal) && l.Contains("PANIC 12", StringComparison.Ordinal));
    }
}
