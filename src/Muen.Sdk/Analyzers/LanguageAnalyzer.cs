// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>Parts of the language that a runtime or a library stands behind: exceptions, iterators, async, extern, and some arithmetic.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LanguageAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.Exception, Rules.Switch, Rules.Language, Rules.Extern, Rules.Arithmetic];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSyntaxNodeAction(c => Report(c, Rules.Exception, c.Node.GetLocation(), "`throw`"), SyntaxKind.ThrowStatement, SyntaxKind.ThrowExpression);
        context.RegisterSyntaxNodeAction(c => Report(c, Rules.Exception, ((CatchClauseSyntax)c.Node).CatchKeyword.GetLocation(), "`catch`"), SyntaxKind.CatchClause);
        context.RegisterOperationAction(Switch, OperationKind.SwitchExpression);
        context.RegisterSyntaxNodeAction(
            c => Report(c, Rules.Language, ((YieldStatementSyntax)c.Node).YieldKeyword.GetLocation(), "an iterator is an object that is kept between its steps, and there is no heap. Write a struct with Current and MoveNext: foreach takes it"),
            SyntaxKind.YieldReturnStatement, SyntaxKind.YieldBreakStatement);
        context.RegisterSyntaxNodeAction(Async, SyntaxKind.MethodDeclaration, SyntaxKind.LocalFunctionStatement);
        context.RegisterSyntaxNodeAction(
            c => Report(c, Rules.Language, ((LockStatementSyntax)c.Node).LockKeyword.GetLocation(), "`lock` needs threads; a subject has one. Against another subject use Interlocked on shared memory, or a channel"),
            SyntaxKind.LockStatement);
        context.RegisterSyntaxNodeAction(
            c => Report(c, Rules.Language, c.Node.GetLocation(), "a query is made of delegates and objects, and there is no heap. Write the loop"), SyntaxKind.QueryExpression);
        context.RegisterSyntaxNodeAction(
            c => Report(c, Rules.Language, ((RecordDeclarationSyntax)c.Node).Identifier.GetLocation(), "what the compiler adds to a record (ToString, equality by EqualityComparer) needs parts of .NET that are not there. Write a readonly struct with a primary constructor, and IEquatable<T> where it is compared"),
            SyntaxKind.RecordDeclaration, SyntaxKind.RecordStructDeclaration);
        context.RegisterSyntaxNodeAction(Dynamic, SyntaxKind.IdentifierName);
        context.RegisterSymbolAction(Extern, SymbolKind.Method);
        context.RegisterOperationAction(Remainder, OperationKind.Binary, OperationKind.CompoundAssignment);
        context.RegisterSyntaxNodeAction(Decimal, SyntaxKind.PredefinedType);
    }

    static void Switch(OperationAnalysisContext context)
    {
        if (!((ISwitchExpressionOperation)context.Operation).IsExhaustive)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Switch, ((SwitchExpressionSyntax)context.Operation.Syntax).SwitchKeyword.GetLocation()));
        }
    }

    static void Async(SyntaxNodeAnalysisContext context)
    {
        SyntaxTokenList modifiers = context.Node is MethodDeclarationSyntax method ? method.Modifiers : ((LocalFunctionStatementSyntax)context.Node).Modifiers;
        SyntaxToken keyword = modifiers.FirstOrDefault(m => m.IsKind(SyntaxKind.AsyncKeyword));
        if (keyword != default)
        {
            Report(context, Rules.Language, keyword.GetLocation(), "`async` keeps its state in objects and is resumed by a scheduler, and there is neither. Keep the state in a struct, wait by Interrupts.Wait() or Subject.Sleep(), and look what has come");
        }
    }

    static void Dynamic(SyntaxNodeAnalysisContext context)
    {
        if (((IdentifierNameSyntax)context.Node).Identifier.ValueText == "dynamic" && context.SemanticModel.GetTypeInfo(context.Node, context.CancellationToken).Type is { TypeKind: TypeKind.Dynamic })
        {
            Report(context, Rules.Language, context.Node.GetLocation(), "`dynamic` looks members up at run time, which needs the descriptions of types. Name the type");
        }
    }

    static void Extern(SymbolAnalysisContext context)
    {
        if (context.Symbol is IMethodSymbol { IsExtern: true } method)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Extern, method.Locations[0], method.Name));
        }
    }

    static void Remainder(OperationAnalysisContext context)
    {
        BinaryOperatorKind kind = context.Operation is IBinaryOperation binary ? binary.OperatorKind : ((ICompoundAssignmentOperation)context.Operation).OperatorKind;
        bool isFloating = context.Operation.Type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double;
        if (kind == BinaryOperatorKind.Remainder && isFloating && !context.Operation.ConstantValue.HasValue)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Arithmetic, context.Operation.Syntax.GetLocation(), "the remainder of floating point is a function of C's library, which is not there"));
        }
    }

    static void Decimal(SyntaxNodeAnalysisContext context)
    {
        if (((PredefinedTypeSyntax)context.Node).Keyword.IsKind(SyntaxKind.DecimalKeyword))
        {
            Report(context, Rules.Arithmetic, context.Node.GetLocation(), "decimal is a type of .NET's library, which is not there");
        }
    }

    static void Report(SyntaxNodeAnalysisContext context, DiagnosticDescriptor rule, Location place, string what) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, place, what));
}
