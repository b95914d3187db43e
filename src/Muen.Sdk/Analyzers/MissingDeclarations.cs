// SPDX-License-Identifier: MIT
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Muen.Sdk.Analyzers;

/// <summary>
/// MUEN2026 in declarations. The compiler runs no analyzer when a field's, parameter's or result's type is not there, and a CS0246 would
/// be all that is said; a generator runs before, and may report. It generates nothing.
/// </summary>
[Generator]
public sealed class MissingDeclarations : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<Diagnostic> missing = context.SyntaxProvider.CreateSyntaxProvider(
            static (node, _) => node is SimpleNameSyntax name && MissingAnalyzer.IsCandidate(name) && IsDeclaration(name),
            static (found, cancellation) => MissingAnalyzer.Find((SimpleNameSyntax)found.Node, found.SemanticModel, cancellation)).Where(static d => d is not null)!;
        context.RegisterSourceOutput(missing, static (output, diagnostic) => output.ReportDiagnostic(diagnostic));
    }

    /// <summary>Whether a name stands outside of bodies and initializers; what stands in one is the analyzer's.</summary>
    static bool IsDeclaration(SyntaxNode name)
    {
        for (SyntaxNode? node = name; node is not null; node = node.Parent)
        {
            if (node is StatementSyntax or ArrowExpressionClauseSyntax or EqualsValueClauseSyntax)
            {
                return false;
            }
        }

        return true;
    }
}
