// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Demo;

/// <summary>Who is the guest of samples/demo, on its first terminal.</summary>
/// <param name="Name">The guest's component and its monitor's subject.</param>
/// <param name="Policy">The policy, in the sample's folder.</param>
abstract record DemoGuest(string Name, string Policy)
{
    /// <summary>Files that stand in for those that the policy names.</summary>
    public IReadOnlyDictionary<string, string> Files { get; protected init; } = new Dictionary<string, string>();

    /// <summary>Whether it is the guest's screen that these lines are, and no other terminal's.</summary>
    public abstract bool IsSeen(IReadOnlyList<string> lines);

    /// <summary>Types for the guest and looks whether it answers.</summary>
    public abstract Task PlayAsync(ScreenDemo demo);

    /// <summary>Takes its time away by plan 4, gives it back by plan 1, and looks at both.</summary>
    public abstract Task RestAsync(ScreenDemo demo);
}
