// SPDX-License-Identifier: MIT
using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Muen.Simulation;

/// <summary>A kernel with one defect: its sources, which this assembly carries along, changed in one place and compiled.</summary>
internal static class Mutant
{
    private static readonly Assembly Own = typeof(Mutant).Assembly;

    private static readonly Dictionary<string, SyntaxTree> Sources = Own.GetManifestResourceNames().Where(n => n.EndsWith(".cs", StringComparison.Ordinal)).ToDictionary(n => n, Read);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':').Concat([Own.Location, typeof(Abi.Limits).Assembly.Location]).Distinct()
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <param name="changes">File, pattern of what stands in it exactly once, and what takes its place.</param>
    internal static KernelCode Make(ulong earlierMeetings, params (string File, string Pattern, string Replacement)[] changes)
    {
        var trees = new Dictionary<string, SyntaxTree>(Sources);
        foreach ((string file, string pattern, string replacement) in changes)
        {
            string source = trees[file].ToString();
            Assert.True(Regex.Count(source, pattern) == 1, $"{file} has '{pattern}' {Regex.Count(source, pattern)} times: the defect needs another place");
            trees[file] = Parse(file, Regex.Replace(source, pattern, replacement));
        }

        CSharpCompilation compilation = CSharpCompilation.Create(
            "Mutant", trees.Values, References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error)));
        image.Position = 0;
        return new KernelCode(new AssemblyLoadContext("Mutant", true).LoadFromStream(image)) { EarlierMeetings = earlierMeetings };
    }

    private static SyntaxTree Parse(string file, string text) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview), file);

    private static SyntaxTree Read(string name)
    {
        using var reader = new StreamReader(Own.GetManifestResourceStream(name)!);
        return Parse(name, reader.ReadToEnd());
    }
}
