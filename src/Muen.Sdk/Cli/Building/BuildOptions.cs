// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Building;

/// <summary>What is built, from what, and where to.</summary>
/// <param name="PolicyPath">The policy as the user wrote its path: errors begin with it.</param>
/// <param name="OutputFolder">Full path of the folder for everything that is made.</param>
/// <param name="KernelPath">A kernel that exists already; null builds the one of the source tree.</param>
/// <param name="Files">Files that stand in for those that the policy names.</param>
sealed record BuildOptions(string PolicyPath, string OutputFolder, string? KernelPath, IReadOnlyDictionary<string, string> Files);
