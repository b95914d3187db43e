// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Building;

/// <summary>What is built, from what, and where to.</summary>
/// <param name="PolicyPath">The policy as the user wrote its path: errors begin with it.</param>
/// <param name="OutputFolder">Full path of the folder for everything that is made.</param>
/// <param name="KernelPath">A kernel that exists already; null builds the one of the source tree.</param>
/// <param name="Files">Files that stand in for those that the policy names.</param>
sealed record BuildOptions(string PolicyPath, string OutputFolder, string? KernelPath, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>The ELF of each C# project, by the project's full path; null looks for those that an earlier build of ours left.</summary>
    public IReadOnlyDictionary<string, string>? Programs { get; init; }

    /// <summary>Whether the kernel that is built is the release kernel, which prints nothing.</summary>
    public bool ReleaseKernel { get; init; }

    /// <summary>Where to list the files that the image was made of, one a line; null for nowhere.</summary>
    public string? ReadList { get; init; }

    /// <summary>Where to list the files that were made, one a line; null for nowhere.</summary>
    public string? MadeList { get; init; }
}
