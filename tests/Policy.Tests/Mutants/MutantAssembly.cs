// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Muen.Sdk.Policy.Tests.Mutants;

/// <summary>The policy compiler with a switch at each check, compiled from its sources.</summary>
internal sealed class MutantAssembly : IDisposable
{
    private readonly AssemblyLoadContext context = new("mutants", true);
    private readonly Run run;

    internal MutantAssembly()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "PolicySources");
        SyntaxTree[] trees = [.. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => Parse(Path.GetRelativePath(folder, f), File.ReadAllText(f)))];
        Assert.InRange(trees.Length, 80, 1000);
        SyntaxTree driver = Parse("Driver.cs", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Mutants/Driver.txt")));
        CSharpCompilation plain = CSharpCompilation.Create("Mutants", [.. trees, driver], References(),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        HashSet<IMethodSymbol> reporters = MutantRewriter.Reporters(plain.RemoveSyntaxTrees(driver));
        SyntaxTree[] mutated = [.. trees.Select(tree => tree.WithRootAndOptions(new MutantRewriter(plain.GetSemanticModel(tree), reporters, Sites).Visit(tree.GetRoot()).NormalizeWhitespace(), tree.Options))];

        using var stream = new MemoryStream();
        var result = plain.RemoveAllSyntaxTrees().AddSyntaxTrees([.. mutated, driver]).Emit(stream, manifestResources: Resources());
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).Take(10)));
        stream.Position = 0;
        run = context.LoadFromStream(stream).GetType("Muen.Sdk.Policy.Mutant")!.GetMethod("Run")!.CreateDelegate<Run>();
    }

    private delegate string[] Run(string folder, string kernel, string path, bool read, int number, bool[]? reached);

    internal List<MutantSite> Sites { get; } = [];

    public void Dispose() => context.Unload();

    /// <summary>The errors of a policy.</summary>
    /// <param name="workspace">Where its files are.</param>
    /// <param name="kernel">The kernel there.</param>
    /// <param name="path">The policy.</param>
    /// <param name="read">Whether it is only read.</param>
    /// <param name="number">The mutant that is alive, -1 for none.</param>
    /// <param name="reached">Receives the mutants that could have been.</param>
    internal string[] Errors(Workspace workspace, string kernel, string path, bool read, int number, bool[]? reached = null) => run(workspace.Folder, kernel, path, read, number, reached);

    private static SyntaxTree Parse(string name, string text) => CSharpSyntaxTree.ParseText(SourceText.From(text), CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest).WithDocumentationMode(DocumentationMode.None), name);

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => Path.GetFileName(f) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "Muen.Abi.dll" or "Muen.Sdk.Elf.dll" or "netstandard.dll" or "mscorlib.dll"))
            .Select(f => MetadataReference.CreateFromFile(f));

    private static IEnumerable<ResourceDescription> Resources() =>
        typeof(PolicyCompiler).Assembly.GetManifestResourceNames().Select(name => new ResourceDescription(name, () => typeof(PolicyCompiler).Assembly.GetManifestResourceStream(name)!, true));
}
