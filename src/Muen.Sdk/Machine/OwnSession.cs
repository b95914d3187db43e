// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine;

/// <summary>Programs that the terminal's Ctrl-C does not reach: it is for whoever shows them, not for the machine.</summary>
public static class OwnSession
{
    /// <summary>The words that start such a program. `setsid` replaces itself by it, so that the process number is the program's.</summary>
    /// <param name="words">The program and its arguments.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> words) => ExecutablePath.Find("setsid") is { } setsid ? [setsid, .. words] : [.. words];
}
