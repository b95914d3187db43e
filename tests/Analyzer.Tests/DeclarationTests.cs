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

    [Theory]
    [InlineData("using System.Linq;", "System.Linq is not there. Queries make objects. Write the loop")]
    [InlineData("using System.IO;", "System.IO is not there. There are no files")]
    [InlineData("using System.Threading.Tasks;", "System.Threading.Tasks is not there. A subject has one thread")]
    public void A_using_of_a_namespace_is_told_what_to_use(string text, string message) =>
        Assert.StartsWith(message, Assert.Single(Reported("", text)).GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    [Theory]
    [InlineData("using System.Threading; using System.Runtime.CompilerServices;")]
    [InlineData("using My.Linq; namespace My.Linq { }")]
    [InlineData("using System.Nonsense;")]
    public void Namespaces_that_are_there_or_never_were_are_not_its_matter(string text) => Assert.Empty(Reported("", text));

    static System.Collections.Immutable.ImmutableArray<Diagnostic> Reported(string member, string usings = "")
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Declarations", [CSharpSyntaxTree.ParseText($"{usings} static class Program {{ static void Main() {{ }} {member} }}", SubjectCompilation.Parse)], SubjectCompilation.References, SubjectCompilation.Options);
        GeneratorDriver driver = CSharpGeneratorDriver.Create([new MissingDeclarations().AsSourceGenerator()], parseOptions: SubjectCompilation.Parse);
        return driver.RunGenerators(compilation).GetRunResult().Diagnostics;
    }
}
