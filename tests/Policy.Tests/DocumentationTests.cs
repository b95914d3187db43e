// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Examples of the page "docs/policy-language.md" are policies that compile.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, Blocks().Length)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_compiles(int index) => workspace.Compile(Blocks()[index]);

    [Fact]
    public void There_are_examples() => Assert.InRange(Blocks().Length, 3, 100);

    [Fact]
    public void The_smallest_system_is_short_and_complete()
    {
        string text = Blocks()[0];
        Assert.InRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 25);
        SystemView view = workspace.Compile(text).View;
        Assert.Equal(["speaker", "listener"], view.Subjects.Where(s => s.Component is not null).Select(s => s.Name));
        ChannelView channel = Assert.Single(view.Channels);
        Assert.Equal((0, 1), (channel.Writer, Assert.Single(channel.Readers)));
        Assert.Equal(1, Assert.Single(view.Subjects[0].Events).Signal.TargetSubject);
        Assert.Equal(Muen.Abi.TargetAction.Inject, Assert.Single(view.Subjects[1].Targets).Action);

        // Both run, without a plan in the policy.
        var planned = view.MajorFrames.SelectMany(m => m.Processors).SelectMany(p => p).Select(f => view.Groups.First(g => g.Partition == f.Partition).FirstSubject).ToHashSet();
        Assert.Contains(0, planned);
        Assert.Contains(1, planned);
    }

    [Fact]
    public void The_error_of_a_goal_is_the_one_that_is_shown()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy-language.md"));
        string shown = Shown().Match(text).Groups[1].Value;
        string policy = Blocks()[^1];
        Assert.Contains(Unless, policy, StringComparison.Ordinal);
        string error = Assert.Single(workspace.Errors(policy.Replace(Unless, "", StringComparison.Ordinal)));
        Assert.True(shown == error, error);
    }

    private const string Unless = "<unless through=\"filter\"/>";

    private static string[] Blocks()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy-language.md"));
        return [.. Block().Matches(text).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex("```text DocumentationTests\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex("```xml DocumentationTests\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
