// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Muen.Sdk.Generator.Tests;

/// <summary>A subject's project as the compiler sees it: C#, a component.xml, CoreLib and the subject library.</summary>
sealed class SubjectProject
{
    static readonly CSharpParseOptions s_parse = new(LanguageVersion.CSharp14, preprocessorSymbols: ["MUEN_FREESTANDING"]);
    static readonly MetadataReference[] s_references =
        [.. new[] { "Muen.CoreLib.dll", "Muen.Subject.dll" }.Select(f => MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, f)))];

    GeneratorDriver _driver;
    CSharpCompilation _compilation;
    FileText _component;
    readonly FileOptions _options;

    internal SubjectProject(string component, string source = "", string nameSpace = "")
    {
        _component = new FileText(component);
        _options = new FileOptions(nameSpace);
        _compilation = CSharpCompilation.Create(
            "Test",
            [Tree(source)],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        _driver = CSharpGeneratorDriver.Create(
            [new ComponentGenerator().AsSourceGenerator()],
            [_component, new FileText("<component name='another'/>", "/src/another.xml")],
            s_parse,
            _options,
            new GeneratorDriverOptions(default, trackIncrementalGeneratorSteps: true));
        Run();
    }

    /// <summary>What the generator made and said at the last run.</summary>
    internal GeneratorRunResult Result { get; private set; }

    /// <summary>The generated text.</summary>
    internal string Text => Result.GeneratedSources.Single().SourceText.ToString();

    /// <summary>What the generator says, as `dotnet build` shows it.</summary>
    internal string[] Problems => [.. Result.Diagnostics.Select(d => d.ToString())];

    /// <summary>Codes of the errors of C#, with the text at their places.</summary>
    internal string[] Errors { get; private set; } = [];

    internal void ChangeSource(string source)
    {
        _compilation = _compilation.ReplaceSyntaxTree(_compilation.SyntaxTrees.Single(), Tree(source));
        Run();
    }

    internal void ChangeComponent(string component)
    {
        var changed = new FileText(component);
        _driver = _driver.ReplaceAdditionalText(_component, changed);
        _component = changed;
        Run();
    }

    /// <summary>What the step did at the last run.</summary>
    internal IncrementalStepRunReason Reason(string step) => Assert.Single(Assert.Single(Result.TrackedSteps[step]).Outputs).Reason;

    /// <summary>Whether the text was made anew.</summary>
    internal IncrementalStepRunReason OutputReason => Assert.Single(Result.TrackedOutputSteps.Single().Value.SelectMany(s => s.Outputs)).Reason;

    void Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(_compilation, out Compilation whole, out ImmutableArray<Diagnostic> _);
        Result = _driver.GetRunResult().Results.Single();
        Errors = [.. whole.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => $"{d.Id} {d.Location.SourceTree!.GetText().ToString(d.Location.SourceSpan)}")];
    }

    static SyntaxTree Tree(string source) => CSharpSyntaxTree.ParseText(SourceText.From(source, Encoding.UTF8), s_parse, "/src/Program.cs");

    sealed class FileText(string text, string path = "/src/component.xml") : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
    }

    /// <summary>The metadata that build/Program.props gives: component.xml is the component, other files are not.</summary>
    sealed class FileOptions(string nameSpace) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Options([]);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => textFile.Path != "/src/component.xml" ? GlobalOptions : new Options(new()
        {
            ["build_metadata.AdditionalFiles.MuenComponent"] = "true",
            ["build_metadata.AdditionalFiles.MuenNamespace"] = nameSpace,
        });
    }

    sealed class Options(Dictionary<string, string> values) : AnalyzerConfigOptions
    {
        public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
    }
}
