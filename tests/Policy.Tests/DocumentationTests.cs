// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Examples of the documentation are policies that compile.</summary>
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

    private static string[] Blocks()
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy-language.md"));
        return [.. Block().Matches(text).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex("```xml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
