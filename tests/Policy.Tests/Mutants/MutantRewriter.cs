// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Muen.Sdk.Policy.Tests.Mutants;

/// <summary>What of the policy compiler can be switched off.</summary>
/// <param name="Number">The number by which it is.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="Place">File and line.</param>
/// <param name="Text">The text there.</param>
internal sealed record MutantSite(int Number, MutantKind Kind, string Place, string Text);

internal enum MutantKind
{
    /// <summary>A statement that reports an error, itself or by a function without a result: it is left out.</summary>
    Report,

    /// <summary>A call that is given the errors' bag: it is given another that nobody reads.</summary>
    Bag,

    /// <summary>A call that is given the code of the error that it may report: it is given another code.</summary>
    Code,

    /// <summary>An alternative in the condition of a report: it never holds.</summary>
    Alternative,
}

/// <summary>Puts a switch at each check: all mutants are in one assembly, and a number says which of them is alive.</summary>
internal sealed class MutantRewriter(SemanticModel model, HashSet<IMethodSymbol> reporters, List<MutantSite> sites) : CSharpSyntaxRewriter
{
    private const string Bag = "DiagnosticBag";

    /// <summary>Functions without a result that report, themselves or by others.</summary>
    internal static HashSet<IMethodSymbol> Reporters(CSharpCompilation compilation)
    {
        var bodies = compilation.SyntaxTrees.SelectMany(tree =>
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            return tree.GetRoot().DescendantNodes().Where(n => n is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax)
                .Select(n => (Symbol: (IMethodSymbol)model.GetDeclaredSymbol(n)!, Calls: n.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(i => model.GetSymbolInfo(i).Symbol as IMethodSymbol).OfType<IMethodSymbol>().ToList()));
        }).Where(b => b.Symbol.ReturnsVoid && b.Symbol.ContainingType.Name != Bag).ToList();
        var found = new HashSet<IMethodSymbol>(SymbolEqualityComparer.Default);
        int before;
        do
        {
            before = found.Count;
            found.UnionWith(bodies.Where(b => b.Calls.Exists(c => IsReport(c) || found.Contains(c))).Select(b => b.Symbol).ToList());
        }
        while (found.Count != before);

        return found;
    }

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        if (node.Expression is not InvocationExpressionSyntax call || !Reports(call))
        {
            return base.VisitExpressionStatement(node);
        }

        int number = Site(MutantKind.Report, node);
        return SyntaxFactory.IfStatement(Switch(number, not: true), (StatementSyntax)base.VisitExpressionStatement(node)!);
    }

    public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        var visited = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
        return node.ExpressionBody is { Expression: InvocationExpressionSyntax call } && Reports(call)
            ? visited.WithBody(Guarded(node, visited.ExpressionBody!.Expression)).WithExpressionBody(null).WithSemicolonToken(default)
            : visited;
    }

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var visited = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        return node.ExpressionBody is { Expression: InvocationExpressionSyntax call } && Reports(call)
            ? visited.WithBody(Guarded(node, visited.ExpressionBody!.Expression)).WithExpressionBody(null).WithSemicolonToken(default)
            : visited;
    }

    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        var visited = (SimpleLambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!;
        return node.ExpressionBody is InvocationExpressionSyntax call && Reports(call) ? visited.WithExpressionBody(null).WithBlock(Guarded(node, visited.ExpressionBody!)) : visited;
    }

    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        var visited = (ParenthesizedLambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!;
        return node.ExpressionBody is InvocationExpressionSyntax call && Reports(call) ? visited.WithExpressionBody(null).WithBlock(Guarded(node, visited.ExpressionBody!)) : visited;
    }

    public override SyntaxNode? VisitArgument(ArgumentSyntax node)
    {
        var visited = (ArgumentSyntax)base.VisitArgument(node)!;
        if (node.RefKindKeyword != default || node.Parent?.Parent is not ExpressionSyntax call || model.GetSymbolInfo(call).Symbol is not { } called || called.Locations.All(l => !l.IsInSource) || (call is InvocationExpressionSyntax own && IsReport(model.GetSymbolInfo(own).Symbol as IMethodSymbol)))
        {
            return visited;
        }

        MutantKind? kind = model.GetTypeInfo(node.Expression).Type?.Name switch
        {
            Bag => MutantKind.Bag,
            "DiagnosticCode" when node.Expression.ToString().StartsWith("DiagnosticCodes.", StringComparison.Ordinal) => MutantKind.Code,
            _ => null,
        };
        return kind is { } found ? visited.WithExpression(SyntaxFactory.ParseExpression($"global::Muen.Sdk.Policy.Mutant.{found}({Site(found, call)}, {visited.Expression})")) : visited;
    }

    public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        if (!node.IsKind(SyntaxKind.LogicalOrExpression) || !GuardsReport(node))
        {
            return base.VisitBinaryExpression(node);
        }

        return node.WithLeft(Arm(node.Left)).WithRight(Arm(node.Right));
    }

    private ExpressionSyntax Arm(ExpressionSyntax arm)
    {
        // Of a || b || c, the left arm is a || b, whose arms have their own switches. One that declares a variable is needed by what comes after it.
        bool plain = !arm.IsKind(SyntaxKind.LogicalOrExpression) && !arm.DescendantNodesAndSelf().Any(n => n is SingleVariableDesignationSyntax);
        if (!plain)
        {
            return (ExpressionSyntax)Visit(arm)!;
        }

        int number = Site(MutantKind.Alternative, arm);
        return SyntaxFactory.ParseExpression($"(!global::Muen.Sdk.Policy.Mutant.Off({number}) && ({Visit(arm)}))");
    }

    // Whether a report stands where the condition leads to: in the branches of its if, or in the statement whose query it is in.
    private bool GuardsReport(SyntaxNode condition)
    {
        StatementSyntax? statement = condition.FirstAncestorOrSelf<StatementSyntax>();
        return statement is IfStatementSyntax or ForEachStatementSyntax or ExpressionStatementSyntax && statement.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(Reports);
    }

    private bool Reports(InvocationExpressionSyntax call) =>
        model.GetSymbolInfo(call).Symbol is IMethodSymbol method
        && (IsReport(method) || (method.ReturnsVoid && (reporters.Contains(method) || (method.MethodKind == MethodKind.DelegateInvoke && !EmitsOnly(call))) && !method.Parameters.Any(p => p.Type.Name == Bag)));

    // After the last pass that may report.
    private static bool EmitsOnly(SyntaxNode node) => node.SyntaxTree.FilePath.StartsWith("Emit", StringComparison.Ordinal);

    private static bool IsReport(IMethodSymbol? method) => method is { Name: "Add" or "AddUnknown", ContainingType.Name: Bag };

    private BlockSyntax Guarded(SyntaxNode node, ExpressionSyntax call) =>
        SyntaxFactory.Block(SyntaxFactory.IfStatement(Switch(Site(MutantKind.Report, node), not: true), SyntaxFactory.ExpressionStatement(call)));

    private static ExpressionSyntax Switch(int number, bool not) => SyntaxFactory.ParseExpression($"{(not ? "!" : "")}global::Muen.Sdk.Policy.Mutant.Off({number})");

    private int Site(MutantKind kind, SyntaxNode node)
    {
        FileLinePositionSpan span = node.GetLocation().GetLineSpan();
        string text = string.Join(' ', node.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        sites.Add(new(sites.Count, kind, $"{span.Path}({span.StartLinePosition.Line + 1})", text.Length > 140 ? text[..140] + "..." : text));
        return sites.Count - 1;
    }
}
