// SPDX-License-Identifier: MIT

using Muen.Tests;

namespace Muen.Sdk.Generator.Tests;

/// <summary>The components on the pages of docs/errors: the wrong one has the page's error and no other, the right one none.</summary>
public sealed class ErrorPageTests
{
    const string Types = "namespace Protocol { struct Order { public const ulong Protocol = 1; public int Number; } }";

    /// <summary>Those of the generator; of MUEN2010 on they are the analyzers'.</summary>
    public static TheoryData<string> Codes => [.. PageExample.Codes("MUEN200*.md")];

    [Theory]
    [MemberData(nameof(Codes))]
    public void WrongIsRefusedAndRightIsNot(string code)
    {
        PageExample page = PageExample.Of(code);
        Assert.Equal("xml", page.Language);
        Assert.Contains($": error {code}: ", Assert.Single(new SubjectProject(page.Wrong, Types).Problems), StringComparison.Ordinal);
        SubjectProject right = new(page.Right, Types);
        Assert.Empty(right.Problems);
        Assert.Empty(right.Errors);
    }
}
