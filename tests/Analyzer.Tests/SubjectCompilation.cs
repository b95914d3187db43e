// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using Muen.Sdk.Native;
using Muen.Sdk.Subject;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>A subject's program as `dotnet build` compiles it: against CoreLib and the subject library, with the analyzers, and then to native code.</summary>
static class SubjectCompilation
{
    internal static readonly CSharpParseOptions Parse = new(LanguageVersion.CSharp14, preprocessorSymbols: ["MUEN_FREESTANDING"]);

    internal static readonly CSharpCompilationOptions Options = new(
        OutputKind.ConsoleApplication,
        optimizationLevel: OptimizationLevel.Release,
        checkOverflow: true,
        allowUnsafe: true,
        deterministic: true,
        nullableContextOptions: NullableContextOptions.Enable,
        specificDiagnosticOptions: [new("CS8500", ReportDiagnostic.Suppress)]);

    static readonly string[] s_assemblies = [.. new[] { "Muen.CoreLib.dll", "Muen.Subject.dll" }.Select(f => Path.Combine(AppContext.BaseDirectory, f))];

    internal static readonly MetadataReference[] References = [.. s_assemblies.Select(f => MetadataReference.CreateFromFile(f))];

    /// <summary>All analyzers of the assembly: one that is added later is tried without being named here.</summary>
    internal static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
        [.. typeof(Rules).Assembly.GetTypes().Where(t => t.GetCustomAttribute<DiagnosticAnalyzerAttribute>() is not null).Select(t => (DiagnosticAnalyzer)Activator.CreateInstance(t)!)];

    /// <summary>A program that calls each snippet.</summary>
    internal static CSharpCompilation Of(IReadOnlyCollection<Snippet> snippets)
    {
        string main = "static class Input { static int s_value = 1; internal static int Value => System.Threading.Volatile.Read(ref s_value); }\n"
            + $"static class Program {{ static void Main() {{ int sum = 0; {string.Concat(snippets.Select(s => $"sum = unchecked(sum + {s.Class}.Start()); "))} System.Threading.Volatile.Write(ref Sum, sum); }} static int Sum; }}\n";
        return CSharpCompilation.Create(
            "Corpus",
            [Tree(main, "/src/Main.cs"), Tree("[module: System.Runtime.CompilerServices.SkipLocalsInit]", "/src/SkipLocalsInit.cs"), .. snippets.Select(s => Tree(s.Text, s.Path))],
            References,
            Options);
    }

    /// <summary>A program whose Main is this.</summary>
    internal static CSharpCompilation Of(string body) => CSharpCompilation.Create(
        "Page",
        [Tree("using System; using Muen; static class Program { static void Main() { " + body + " } }", "/src/Program.cs"), Tree("[module: System.Runtime.CompilerServices.SkipLocalsInit]", "/src/SkipLocalsInit.cs")],
        References,
        Options);

    /// <summary>Errors of C#.</summary>
    internal static IReadOnlyList<Diagnostic> Errors(CSharpCompilation compilation) =>
        [.. compilation.Emit(Stream.Null, options: s_emit).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)];

    /// <summary>What the analyzers say.</summary>
    internal static ImmutableArray<Diagnostic> Analyze(Compilation compilation)
    {
        ImmutableArray<Diagnostic> found = compilation.WithAnalyzers(Analyzers).GetAnalyzerDiagnosticsAsync().Result;
        Assert.DoesNotContain(found, d => d.Id == "AD0001");
        return found;
    }

    /// <summary>IL to native code.</summary>
    internal static NativeResult Native(CSharpCompilation compilation)
    {
        string folder = Directory.CreateTempSubdirectory("muen-corpus-").FullName;
        try
        {
            string il = Path.Combine(folder, "Corpus.dll");
            using (FileStream stream = File.Create(il))
            {
                EmitResult emitted = compilation.Emit(stream, options: s_emit);
                Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
            }

            return NativeCompiler.Compile(new NativeRequest
            {
                Kind = NativeKind.Subject,
                AssemblyPath = il,
                References = s_assemblies,
                Stubs = SubjectStubs.Create(il),
                OutputPath = Path.Combine(folder, "corpus.elf"),
                SourceRoots = [("/src/", "/src/")],
            });
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    static readonly EmitOptions s_emit = new(debugInformationFormat: DebugInformationFormat.Embedded, runtimeMetadataVersion: "v4.0.30319");

    static SyntaxTree Tree(string text, string path) => CSharpSyntaxTree.ParseText(SourceText.From(text, Encoding.UTF8), Parse, path);
}
