// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli;

/// <summary>Paths as users can use them from where they are.</summary>
static class UserPath
{
    /// <summary>A path below the current folder relative to it, any other in full.</summary>
    /// <param name="full">Full path.</param>
    public static string Show(string full)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, full);
        bool isBelow = Environment.CurrentDirectory != "/" && relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal);
        return isBelow ? relative : full;
    }
}
