// SPDX-License-Identifier: MIT
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>The C# on the pages of docs/errors: the wrong one has the page's error and no other of the analyzers, the right one compiles and has none.</summary>
public sealed class ErrorPageTests
{
    public static TheoryData<string> Codes =>
        [.. Directory.GetFiles(Folder, "MUEN20*.md").Select(f => Path.GetFileNameWithoutExtension(f)).Where(c => Blocks(c).Length != 0).Order(StringComparer.Ordinal)];

    static string Folder => Path.Combine(AppContext.BaseDirectory, "errors");

    [Theory]
    [MemberData(nameof(Codes))]
    public void WrongIsRefusedAndRightIsNot(string code)
    {
        string[] blocks = Blocks(code);
        Assert.Equal(2, blocks.Length);

        // A part of C# that is not there may need a type that is not there either.
        Assert.Equal(code, Assert.Single(SubjectCompilation.Analyze(Of(blocks[0])).Select(d => d.Id).Distinct(), id => id == code || id != "MUEN2026"));

        CSharpCompilation right = Of(blocks[1]);
        Assert.Empty(SubjectCompilation.Errors(right).Select(d => d.ToString()));
        Assert.Empty(SubjectCompilation.Analyze(right).Select(d => d.ToString()));
    }

    /// <summary>Every rule of the analyzers has a page with both.</summary>
    [Fact]
    public void EveryRuleHasAnExample() =>
        Assert.Equal(SubjectCompilation.Analyzers.SelectMany(a => a.SupportedDiagnostics).Select(d => d.Id).Distinct().Order(StringComparer.Ordinal), ((IEnumerable<object[]>)Codes).Select(row => (string)row[0]));

    static string[] Blocks(string code) => [.. File.ReadAllText(Path.Combine(Folder, code + ".md")).Split("```csharp\n").Skip(1).Select(b => b[..b.IndexOf("```", StringComparison.Ordinal)])];

    static CSharpCompilation Of(string body) => CSharpCompilation.Create(
        "Page", [CSharpSyntaxTree.ParseText(SourceText.From($"using System; using Muen; static unsafe class Program {{ static void Main() {{ }}\n{body}}}\n", Encoding.UTF8), SubjectCompilation.Parse, "/src/Page.cs")],
        SubjectCompilation.References, SubjectCompilation.Options);
}
