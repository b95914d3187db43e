// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Muen.Sdk.Analyzers;

namespace Muen.Sdk.Generator;

/// <summary>
/// Makes the class <c>Component</c> of a subject's component.xml. Of the project's files those count whose metadata MuenComponent is true; MuenNamespace names the
/// namespace of the class. It works on each text for itself, so that an editor has the members as soon as the text is saved, and makes nothing anew when neither the
/// text nor the element types that it names have changed.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ComponentGenerator : IIncrementalGenerator
{
    /// <summary>Names of the steps, by which a test sees what ran.</summary>
    internal const string ReadStep = "MuenComponentRead";
    internal const string ResolveStep = "MuenComponentResolve";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ComponentModel> components = context.AdditionalTextsProvider.Combine(context.AnalyzerConfigOptionsProvider)
            .Select(static (pair, _) => (Text: pair.Left, Namespace: NamespaceOf(pair.Left, pair.Right)))
            .Where(static file => file.Namespace is not null)
            .Select(static (file, cancel) => (file.Text.Path, Text: file.Text.GetText(cancel), Namespace: file.Namespace!))
            .Where(static file => file.Text is not null)
            .Select(static (file, _) => ComponentReader.Read(file.Path, file.Text!, file.Namespace))
            .WithTrackingName(ReadStep);
        IncrementalValuesProvider<ComponentModel> resolved = components.Combine(context.CompilationProvider)
            .Select(static (pair, _) => Resolve(pair.Left, pair.Right))
            .WithTrackingName(ResolveStep);
        context.RegisterSourceOutput(resolved, static (output, component) =>
        {
            foreach (Problem problem in component.Problems)
            {
                output.ReportDiagnostic(Diagnostic.Create(Diagnostics.Find(problem.Id), LocationOf(problem.Place), problem.Text));
            }
            output.AddSource(HintName(component), SourceText.From(ComponentSource.Write(component), Encoding.UTF8));
        });
    }

    /// <summary>The namespace for the class of a file; null for a file that is no component's.</summary>
    static string? NamespaceOf(AdditionalText text, AnalyzerConfigOptionsProvider provider)
    {
        AnalyzerConfigOptions options = provider.GetOptions(text);
        if (!options.TryGetValue("build_metadata.AdditionalFiles.MuenComponent", out string? component) || !component.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }
        return options.TryGetValue("build_metadata.AdditionalFiles.MuenNamespace", out string? name) ? name : "";
    }

    /// <summary>Leaves out the channels whose element type cannot be one, and says why.</summary>
    static ComponentModel Resolve(ComponentModel component, Compilation compilation)
    {
        List<Problem> problems = [];
        Member[] members = [.. component.Members.Where(member =>
        {
            string? fault = member.Type.Length == 0 ? null : ElementTypeFault(member.Type, compilation);
            if (fault is not null)
            {
                problems.Add(new Problem("MUEN2005", member.Place, fault));
            }
            return fault is null;
        })];
        return problems.Count == 0 ? component : component with { Members = new(members), Problems = new(component.Problems.Concat(problems)) };
    }

    static string? ElementTypeFault(string name, Compilation compilation)
    {
        if (compilation.GetTypeByMetadataName(name) is not { } type)
        {
            return $"there is no type '{name}' in the project and its references; write its full name with its namespace";
        }
        if (!type.IsUnmanagedType || !type.IsValueType || type.IsGenericType)
        {
            return $"'{name}' cannot travel through a channel; its elements are structs without references";
        }
        if (PlainData.Fault(type) is { } fault)
        {
            return $"'{name}' cannot travel through a channel: its bytes are the writer's, and {fault}";
        }
        bool identified = type.GetMembers("Protocol").OfType<IFieldSymbol>().Any(f => f.IsConst && f.Type.SpecialType == SpecialType.System_UInt64 && compilation.IsSymbolAccessibleWithin(f, compilation.Assembly));
        return identified ? null : $"'{name}' does not say which protocol it is; add 'public const ulong Protocol = ...;', a number that both ends of the channel agree on";
    }

    static string HintName(ComponentModel component) => component.Namespace.Length == 0 ? "Component.g.cs" : component.Namespace + ".Component.g.cs";

    static Location LocationOf(Place place) => Location.Create(
        place.Path,
        new TextSpan(place.Start, place.Length),
        new LinePositionSpan(new LinePosition(place.Line, place.Column), new LinePosition(place.Line, place.Column + place.Length)));
}
