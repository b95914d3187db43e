// SPDX-License-Identifier: MIT
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>Types that are not there, where the compiler gives up before it runs an analyzer.</summary>
public class DeclarationTests
{
    [Theory]
    [InlineData("static System.DateTime s_time;", "DateTime")]
    [InlineData("static List<int> Numbers() => default;", "List")]
    [InlineData("static async System.Threading.Tasks.Task Run() { }", "Task")]
    [InlineData("static void Take(StringBuilder text) { }", "StringBuilder")]
    public void A_declaration_is_told_what_to_use(string member, string type)
    {
        Diagnostic found = Assert.Single(Reported(member));
        Assert.Equal("MUEN2026", found.Id);
        Assert.StartsWith($"{type} is not there. ", found.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("static void Body() { List<int> numbers = default; }")]
    [InlineData("static int Arrow => Console.Read();")]
    [InlineData("struct List { } static List s_list; static int Random(int Task) => Task;")]
    public void Bodies_and_types_of_its_own_are_not_its_matter(string member) => Assert.Empty(Reported(member));

    static System.Collections.Immutable.ImmutableArray<Diagnostic> Reported(string member)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Declarations", [CSharpSyntaxTree.ParseText($"static class Program {{ static void Main() {{ }} {member} }}", SubjectCompilation.Parse)], SubjectCompilation.References, SubjectCompilation.Options);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new MissingDeclarations().AsSourceGenerator()], parseOptions: SubjectCompilation.Parse);
        return driver.RunGenerators(compilation).GetRunResult().Diagnostics;
    }
}
