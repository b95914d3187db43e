// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>What asks an object for its type: reflection, casts, calls through interfaces.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TypeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.Reflection, Rules.Cast, Rules.Interface];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterOperationAction(TypeOf, OperationKind.TypeOf);
        context.RegisterOperationAction(Invocation, OperationKind.Invocation);
        context.RegisterOperationAction(Property, OperationKind.PropertyReference);
        context.RegisterOperationAction(Conversion, OperationKind.Conversion);
        context.RegisterOperationAction(Pattern, OperationKind.DeclarationPattern, OperationKind.TypePattern, OperationKind.RecursivePattern, OperationKind.IsType);
        context.RegisterOperationAction(ForEach, OperationKind.Loop);
        context.RegisterOperationAction(GetTypeInvalid, OperationKind.Invalid);
    }

    static void TypeOf(OperationAnalysisContext context)
    {
        for (IOperation? at = context.Operation; at is not null; at = at.Parent)
        {
            if (at.Kind == OperationKind.Attribute)
            {
                return;
            }
        }

        Report(context, Rules.Reflection, "typeof");
    }

    // CoreLib's Object has no GetType: the compiler knows no operation for it.
    static void GetTypeInvalid(OperationAnalysisContext context)
    {
        if (context.Operation.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax
            {
                Expression: Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax { Name.Identifier.ValueText: "GetType" },
                ArgumentList.Arguments.Count: 0,
            })
        {
            Report(context, Rules.Reflection, "GetType");
        }
    }

    static void Invocation(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (IsThroughInterface(call.Instance, call.TargetMethod))
        {
            Interface(context, call.TargetMethod);
        }
    }

    static void Property(OperationAnalysisContext context)
    {
        var property = (IPropertyReferenceOperation)context.Operation;
        if (IsThroughInterface(property.Instance, property.Property))
        {
            Interface(context, property.Property);
        }
    }

    static bool IsThroughInterface(IOperation? instance, ISymbol member) =>
        instance?.Type is { TypeKind: TypeKind.Interface } && member.ContainingType.TypeKind == TypeKind.Interface && !member.IsStatic;

    static void Interface(OperationAnalysisContext context, ISymbol member) => context.ReportDiagnostic(Diagnostic.Create(
        Rules.Interface, context.Operation.Syntax.GetLocation(), $"{member.ContainingType.Name}.{member.Name}", member.ContainingType.Name));

    static void ForEach(OperationAnalysisContext context)
    {
        if (context.Operation is IForEachLoopOperation { Collection: { } collection })
        {
            ITypeSymbol? type = collection is IConversionOperation { IsImplicit: true, Operand.Type: { } operand } ? operand : collection.Type;
            if (type is { TypeKind: TypeKind.Interface })
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.Interface, collection.Syntax.GetLocation(), $"{type.Name}.GetEnumerator", type.Name));
            }
        }
    }

    static void Conversion(OperationAnalysisContext context)
    {
        var conversion = (IConversionOperation)context.Operation;
        if (conversion.OperatorMethod is not null || conversion.Operand.Type is not { IsReferenceType: true } from || conversion.Type is not { IsReferenceType: true } to
            || from.TypeKind is TypeKind.Error or TypeKind.Dynamic || to.TypeKind is TypeKind.Error or TypeKind.Dynamic or TypeKind.Delegate)
        {
            return;
        }

        if (!conversion.Operand.ConstantValue.HasValue && !Casts.IsAlways(from, to, context.Compilation))
        {
            Report(context, Rules.Cast, conversion.IsTryCast ? $"`as {to.Name}`" : $"a cast from {from.Name} to {to.Name}");
        }
    }

    static void Pattern(OperationAnalysisContext context)
    {
        (ITypeSymbol? from, ITypeSymbol? to) = Casts.OfPattern(context.Operation);
        if (from is null || to is null || from.TypeKind == TypeKind.Error || to.TypeKind == TypeKind.Error || Casts.IsAlways(from, to, context.Compilation))
        {
            return;
        }

        // Of an object that holds a value AllocationAnalyzer speaks.
        if (!(from.IsReferenceType && to.IsValueType))
        {
            Report(context, Rules.Cast, $"`is {to.Name}` of {from.Name}");
        }
    }

    static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, string what) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Operation.Syntax.GetLocation(), what));
}
