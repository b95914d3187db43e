// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>
/// What would make an address, or another right of the subject's, of bytes that came from elsewhere: type arguments of parameters that are marked so, casts of spans,
/// memory of the stack that nobody has written, fields on top of each other.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PlainDataAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.Forged];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSyntaxNodeAction(GenericName, SyntaxKind.GenericName);
        context.RegisterSyntaxNodeAction(StackAlloc, SyntaxKind.StackAllocArrayCreationExpression);
        context.RegisterOperationAction(
            c => Call(c, ((IInvocationOperation)c.Operation).TargetMethod, (c.Operation.Syntax as InvocationExpressionSyntax)?.Expression), OperationKind.Invocation);
        context.RegisterOperationAction(c => Call(c, ((IMethodReferenceOperation)c.Operation).Method, c.Operation.Syntax as ExpressionSyntax), OperationKind.MethodReference);
        context.RegisterSymbolAction(Overlay, SymbolKind.NamedType);
        context.RegisterSymbolAction(Promise, SymbolKind.NamedType);
    }

    static void GenericName(SyntaxNodeAnalysisContext context)
    {
        if (context.Node.IsPartOfStructuredTrivia())
        {
            return;
        }
        var name = (GenericNameSyntax)context.Node;
        string? fault = context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol switch
        {
            INamedTypeSymbol type => Fault(type.TypeParameters, type.TypeArguments),
            IMethodSymbol method => Fault(method.TypeParameters, method.TypeArguments),
            _ => null,
        };
        Report(context.ReportDiagnostic, name, $"`{name}` makes values of bytes that came from elsewhere", fault);
    }

    /// <summary>A call or reference whose type arguments the compiler has found, and MemoryMarshal's.</summary>
    static void Call(OperationAnalysisContext context, IMethodSymbol method, ExpressionSyntax? called)
    {
        if (!method.IsGenericMethod)
        {
            return;
        }
        if (method.ContainingType is { Name: "MemoryMarshal", ContainingNamespace: { Name: "InteropServices", ContainingNamespace: { Name: "Runtime", ContainingNamespace.Name: "System" } } })
        {
            // Of these, bytes come out or go in; the others look at a span as it is.
            string? forged = method.Name is "Cast" or "AsBytes" or "AsRef" or "Read" or "TryRead"
                ? method.TypeArguments.Select(t => PlainData.Fault(t, capabilitiesOnly: true)).FirstOrDefault(f => f is not null) : null;
            Report(context.ReportDiagnostic, context.Operation.Syntax, $"`MemoryMarshal.{method.Name}` shows values as bytes or bytes as values", forged);
        }

        SimpleNameSyntax? written = called switch
        {
            MemberAccessExpressionSyntax access => access.Name,
            MemberBindingExpressionSyntax binding => binding.Name,
            SimpleNameSyntax simple => simple,
            _ => null,
        };
        if (written is not GenericNameSyntax)
        {
            Report(context.ReportDiagnostic, context.Operation.Syntax, $"`{method.Name}` makes values of bytes that came from elsewhere", Fault(method.TypeParameters, method.TypeArguments));
        }
    }

    static void StackAlloc(SyntaxNodeAnalysisContext context)
    {
        // The slots of a dictionary hide what they hold until it has cleared them.
        var made = (StackAllocArrayCreationExpressionSyntax)context.Node;
        if (made.Initializer is null && made.Type is ArrayTypeSyntax array && context.SemanticModel.GetTypeInfo(array.ElementType, context.CancellationToken).Type is { } element
            && element is not INamedTypeSymbol { Name: "SpanSlot", ContainingNamespace: { Name: "Muen", ContainingNamespace.IsGlobalNamespace: true } })
        {
            Report(context.ReportDiagnostic, made, $"`stackalloc {array.ElementType}[]` is memory that nobody has cleared", PlainData.Fault(element, capabilitiesOnly: true));
        }
    }

    static void Overlay(SymbolAnalysisContext context)
    {
        const int Explicit = 2;
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Struct || !type.GetAttributes().Any(a => a.AttributeClass?.Name == "StructLayoutAttribute"
            && a.ConstructorArguments.FirstOrDefault().Value is Explicit))
        {
            return;
        }
        foreach (IFieldSymbol field in type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic))
        {
            if (PlainData.Fault(field.Type, capabilitiesOnly: true) is { } fault && Place(field) is { } place)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.Forged, place, $"fields on top of each other show one's bytes as the other's value, and {fault}"));
            }
        }
    }

    /// <summary>A method that is called as another one that does not say what its type parameter is.</summary>
    static void Promise(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        IEnumerable<(IMethodSymbol, IMethodSymbol)> overrides = type.GetMembers().OfType<IMethodSymbol>().Where(m => m.OverriddenMethod is not null).Select(m => (m, m.OverriddenMethod!));
        IEnumerable<(IMethodSymbol, IMethodSymbol)> implementations = type.TypeKind == TypeKind.Interface ? [] : type.AllInterfaces.SelectMany(i => i.GetMembers().OfType<IMethodSymbol>())
            .Where(m => type.FindImplementationForInterfaceMember(m) is IMethodSymbol).Select(m => ((IMethodSymbol)type.FindImplementationForInterfaceMember(m)!, m));
        foreach ((IMethodSymbol method, IMethodSymbol promised) in overrides.Concat(implementations))
        {
            for (int i = 0; i < method.TypeParameters.Length; i++)
            {
                if (PlainData.IsMarked(method.TypeParameters[i]) && !PlainData.IsMarked(promised.TypeParameters[i]) && Place(method) is { } place)
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        Rules.Forged, place, $"`{method.Name}` makes values of bytes, and `{promised.ContainingType.Name}.{promised.Name}`, as which it is called, does not say so. Mark the type parameter there: [PlainData] {promised.TypeParameters[i].Name}"));
                }
            }
        }
    }

    static string? Fault(ImmutableArray<ITypeParameterSymbol> parameters, ImmutableArray<ITypeSymbol> arguments) =>
        parameters.Zip(arguments, (parameter, argument) => PlainData.IsMarked(parameter) ? PlainData.Fault(argument) : null).FirstOrDefault(fault => fault is not null);

    static Location? Place(ISymbol symbol) => symbol.Locations.FirstOrDefault(l => l.IsInSource);

    static void Report(System.Action<Diagnostic> report, SyntaxNode node, string what, string? fault)
    {
        if (fault is not null)
        {
            report(Diagnostic.Create(Rules.Forged, node.GetLocation(), $"{what}, and {fault}"));
        }
    }
}
