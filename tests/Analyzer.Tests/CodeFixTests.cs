// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;
using Muen.Sdk.CodeFixes;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>The fixes that an editor offers: the source after them, of which the analyzers and the compiler have nothing more to say.</summary>
public class CodeFixTests
{
    [Theory]
    [InlineData("static int F() { int[] a = new int[4]; return a[0]; }", "static int F() { Span<int> a = stackalloc int[4]; return a[0]; }")]
    [InlineData("static int F() { var a = new[] { 1, 2 }; return a[0]; }", "static int F() { Span<int> a = [1, 2]; return a[0]; }")]
    [InlineData("static int F() { byte[] a = { 1, 2 }; return a[0]; }", "static int F() { Span<byte> a = [1, 2]; return a[0]; }")]
    [InlineData("static int F() { long[] a = new long[] { 1, 2 }; return (int)a[0]; }", "static int F() { Span<long> a = [1, 2]; return (int)a[0]; }")]
    [InlineData("static int F(int n) { int[] a = [n, 2]; return a[0]; }", "static int F(int n) { Span<int> a = [n, 2]; return a[0]; }")]
    [InlineData("static void F() { throw null!; }", "static void F() { Panic.Stop(\"impossible\"); }")]
    [InlineData("static void F() { throw new System.Exception(\"too large\"); }", "static void F() { Panic.Stop(\"too large\"); }")]
    [InlineData("static void F() { throw new System.FormatException(); }", "static void F() { Panic.Stop(\"System.FormatException\"); }")]
    [InlineData("static int F(int n) => n switch { 1 => 10, 2 => 20 };", "static int F(int n) => n switch { 1 => 10, 2 => 20, _ => default };")]
    [InlineData("static string s_name = \"a\";", "static readonly string s_name = \"a\";")]
    [InlineData("[ThreadStatic] static int s_value;", "static int s_value;")]
    public async Task A_fix_leaves_nothing_to_say(string before, string after)
    {
        Document document = Document(before);
        Diagnostic found = Assert.Single(await Analyze(document), d => d.Id is not "MUEN2026");
        document = await Apply(document, Assert.Single(await Offers(document, found)));
        Assert.Equal(Source(after), (await document.GetTextAsync()).ToString());
        Assert.Empty(await Analyze(document));
        Assert.DoesNotContain((await document.Project.GetCompilationAsync())!.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error && d.Id != "CS5001");
    }

    [Theory]
    [InlineData("static int[] F() => new int[4];")]                                          // its place is not known
    [InlineData("static int F() { string[] a = [\"a\", \"b\"]; return a[0].Length; }")]      // strings cannot lie on the stack by stackalloc
    [InlineData("static string F(string? s) => s ?? throw null!;")]
    [InlineData("static string? s_name;")]                                                   // readonly, it would be null for ever
    public async Task No_fix_where_thought_is_needed(string source)
    {
        Document document = Document(source);
        Assert.Empty(await Offers(document, Assert.Single(await Analyze(document))));
    }

    static string Source(string member) => $"using System;\nusing Muen;\n\nstatic class Program\n{{\n    {member}\n}}\n";

    static Document Document(string member) => new AdhocWorkspace()
        .AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Test", "Test", LanguageNames.CSharp, compilationOptions: SubjectCompilation.Options.WithOutputKind(OutputKind.DynamicallyLinkedLibrary),
            parseOptions: SubjectCompilation.Parse, metadataReferences: SubjectCompilation.References))
        .AddDocument("Program.cs", SourceText.From(Source(member)));

    static async Task<ImmutableArray<Diagnostic>> Analyze(Document document) => SubjectCompilation.Analyze((await document.Project.GetCompilationAsync())!);

    static async Task<List<CodeAction>> Offers(Document document, Diagnostic diagnostic)
    {
        List<CodeAction> offers = [];
        await new FreestandingFixes().RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offers.Add(action), CancellationToken.None));
        return offers;
    }

    static async Task<Document> Apply(Document document, CodeAction action)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(CancellationToken.None);
        Document changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        return await Formatter.FormatAsync(await Simplifier.ReduceAsync(changed), Formatter.Annotation);
    }
}
