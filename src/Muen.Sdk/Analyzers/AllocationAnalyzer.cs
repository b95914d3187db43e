// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>What would make an object: of a class, an array, a string, a delegate, a boxed value.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllocationAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [Rules.Object, Rules.Array, Rules.Boxing, Rules.Delegate, Rules.String];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterOperationAction(Object, OperationKind.ObjectCreation, OperationKind.TypeParameterObjectCreation, OperationKind.AnonymousObjectCreation, OperationKind.With);
        context.RegisterOperationAction(Array, OperationKind.ArrayCreation);
        context.RegisterOperationAction(Collection, OperationKind.CollectionExpression);
        context.RegisterOperationAction(ArrayRange, OperationKind.ArrayElementReference);
        context.RegisterSyntaxNodeAction(StringRange, SyntaxKind.ElementAccessExpression);
        context.RegisterOperationAction(Unknown, OperationKind.Invalid);
        context.RegisterOperationAction(Conversion, OperationKind.Conversion);
        context.RegisterOperationAction(Pattern, OperationKind.DeclarationPattern, OperationKind.TypePattern, OperationKind.RecursivePattern, OperationKind.IsType);
        context.RegisterOperationAction(Invocation, OperationKind.Invocation);
        context.RegisterOperationAction(Concatenation, OperationKind.Binary, OperationKind.CompoundAssignment);
        context.RegisterOperationAction(Interpolation, OperationKind.InterpolatedString);
        context.RegisterOperationAction(Delegates, OperationKind.DelegateCreation, OperationKind.AnonymousFunction, OperationKind.EventReference);
        context.RegisterSymbolAction(DelegateType, SymbolKind.NamedType);
        context.RegisterSymbolAction(EventDeclaration, SymbolKind.Event);
    }

    static void Object(OperationAnalysisContext context)
    {
        IOperation made = context.Operation;
        if (made.Type is not { IsReferenceType: true } type || type.TypeKind is TypeKind.Error or TypeKind.Delegate || IsInAttribute(made))
        {
            return;
        }

        if (type.SpecialType == SpecialType.System_String)
        {
            Report(context, Rules.String, "`new string`");
            return;
        }

        string what = made.Kind switch
        {
            OperationKind.AnonymousObjectCreation => "an anonymous type",
            OperationKind.With => $"`with` of the class {Name(type)}",
            _ => $"`new {Name(type)}`",
        };
        Report(context, Rules.Object, what);
    }

    static void Array(OperationAnalysisContext context)
    {
        var made = (IArrayCreationOperation)context.Operation;
        if (IsInAttribute(made) || (Constants.IsArray(made) && (Constants.BecomesSpan(made) || Constants.IsReadOnlyStatic(made))))
        {
            return;
        }

        // The conversion around it, or the argument that it is made for, shows the place.
        bool isParams = made.IsImplicit && made.Parent is IArgumentOperation { ArgumentKind: ArgumentKind.ParamArray };
        Report(context, Rules.Array, isParams ? "a `params` array" : made.Syntax.IsKind(SyntaxKind.ArrayInitializerExpression) ? "`{ ... }`" : "`new " + Name(made.Type) + "`");
    }

    static void Collection(OperationAnalysisContext context)
    {
        var made = (ICollectionExpressionOperation)context.Operation;
        bool isSpan = made.Type is INamedTypeSymbol { IsRefLikeType: true };
        if (IsInAttribute(made) || (isSpan && !made.Elements.Any(e => e is ISpreadOperation)) || (made.Type is IArrayTypeSymbol && Constants.IsCollection(made) && Constants.IsReadOnlyStatic(made)))
        {
            return;
        }

        if (made.Type is { TypeKind: not TypeKind.Error })
        {
            Report(context, Rules.Array, isSpan ? "a spread `..`" : $"`[...]` as {Name(made.Type)}");
        }
    }

    static void ArrayRange(OperationAnalysisContext context)
    {
        var element = (IArrayElementReferenceOperation)context.Operation;
        if (element.Indices.Any(i => i.Type is { Name: "Range" }))
        {
            Report(context, Rules.Array, "a range of an array");
        }
    }

    // By its syntax: CoreLib's String has no Substring, so the compiler knows no operation for it.
    static void StringRange(SyntaxNodeAnalysisContext context)
    {
        var access = (ElementAccessExpressionSyntax)context.Node;
        if (access.ArgumentList.Arguments.Count == 1 && context.SemanticModel.GetTypeInfo(access.Expression, context.CancellationToken).Type is { SpecialType: SpecialType.System_String }
            && context.SemanticModel.GetTypeInfo(access.ArgumentList.Arguments[0].Expression, context.CancellationToken).Type is { Name: "Range" })
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.String, access.GetLocation(), "a range of a string"));
        }
    }

    // What CoreLib leaves out because it makes strings.
    static void Unknown(OperationAnalysisContext context)
    {
        if (context.Operation is { Type.SpecialType: SpecialType.System_String, Syntax: BaseObjectCreationExpressionSyntax })
        {
            Report(context, Rules.String, "`new string`");
        }
        else if (context.Operation.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToString" } })
        {
            Report(context, Rules.String, "ToString");
        }
    }

    static void Conversion(OperationAnalysisContext context)
    {
        var conversion = (IConversionOperation)context.Operation;
        if (conversion.OperatorMethod is not null || IsInAttribute(conversion) || conversion.Operand.Type is not { TypeKind: not TypeKind.Error } from || conversion.Type is not { TypeKind: not TypeKind.Error } to)
        {
            return;
        }

        if (conversion.Operand.ConstantValue is { HasValue: true, Value: null })
        {
            return;
        }

        // Of "a" + 1 the concatenation is reported.
        if (conversion.IsImplicit && conversion.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String })
        {
            return;
        }

        // A type parameter that is no class may be a value.
        if (IsValue(from) && to.IsReferenceType && to.TypeKind != TypeKind.Dynamic)
        {
            Report(context, Rules.Boxing, $"{Name(from)} becomes {Name(to)}, an object");
        }
        else if (from.IsReferenceType && from.TypeKind != TypeKind.Dynamic && IsValue(to) && !to.IsRefLikeType)
        {
            Report(context, Rules.Boxing, $"{Name(from)} is taken for an object that holds {Name(to)}");
        }
    }

    static void Pattern(OperationAnalysisContext context)
    {
        (ITypeSymbol? from, ITypeSymbol? to) = Casts.OfPattern(context.Operation);
        if (from is not null && to is not null && from.IsReferenceType && IsValue(to))
        {
            Report(context, Rules.Boxing, $"{Name(from)} is taken for an object that holds {Name(to)}");
        }
    }

    static void Invocation(OperationAnalysisContext context)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.Instance is not { Type: { } type } || !IsValue(type) || call.TargetMethod.Name == "GetType")
        {
            return;
        }

        // A method that the value's type inherits from Object, ValueType or Enum is a method of an object.
        if (call.TargetMethod.ContainingType.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum)
        {
            Report(context, Rules.Boxing, $"{call.TargetMethod.Name} is a method of objects that {Name(type)} does not have itself");
        }
    }

    static void Concatenation(OperationAnalysisContext context)
    {
        IOperation whole = context.Operation;
        BinaryOperatorKind kind = whole is IBinaryOperation binary ? binary.OperatorKind : ((ICompoundAssignmentOperation)whole).OperatorKind;
        bool isConcatenation = kind == BinaryOperatorKind.Add && whole.Type?.SpecialType == SpecialType.System_String && !whole.ConstantValue.HasValue;

        // Of a + b + c the whole is reported, once.
        bool isPart = whole.Parent is IBinaryOperation { OperatorKind: BinaryOperatorKind.Add, Type.SpecialType: SpecialType.System_String };
        if (isConcatenation && !isPart)
        {
            Report(context, Rules.String, "`+` of strings");
        }
    }

    static void Interpolation(OperationAnalysisContext context)
    {
        // An interpolated string for a handler is below IInterpolatedStringHandlerCreation.
        bool isHandled = context.Operation.Parent is IInterpolatedStringHandlerCreationOperation { Type.Name: not "DefaultInterpolatedStringHandler" };
        if (context.Operation.Type?.SpecialType == SpecialType.System_String && !context.Operation.ConstantValue.HasValue && !isHandled)
        {
            Report(context, Rules.String, "an interpolated string");
        }
    }

    static void Delegates(OperationAnalysisContext context)
    {
        // Of a lambda the conversion to its delegate is reported too; once is enough. Those of a query are the query's.
        if ((context.Operation is IAnonymousFunctionOperation && context.Operation.Syntax is not AnonymousFunctionExpressionSyntax) || context.Operation.Parent is IDelegateCreationOperation || context.Operation is IEventReferenceOperation || IsFunctionPointer(context.Operation))
        {
            return;
        }

        string what = context.Operation is IAnonymousFunctionOperation or IDelegateCreationOperation { Target: IAnonymousFunctionOperation } ? "a lambda or anonymous method becomes a delegate" : "a method becomes a delegate";
        Report(context, Rules.Delegate, what);
    }

    static bool IsFunctionPointer(IOperation operation) => operation.Type is { TypeKind: TypeKind.FunctionPointer };

    static void DelegateType(SymbolAnalysisContext context)
    {
        if (context.Symbol is INamedTypeSymbol { TypeKind: TypeKind.Delegate } type)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Delegate, type.Locations[0], $"{type.Name} is a delegate type"));
        }
    }

    static void EventDeclaration(SymbolAnalysisContext context) =>
        context.ReportDiagnostic(Diagnostic.Create(Rules.Delegate, context.Symbol.Locations[0], $"the event {context.Symbol.Name} keeps delegates"));

    /// <summary>Whether a type is one of values, or a type parameter that may be.</summary>
    static bool IsValue(ITypeSymbol type) => type.IsValueType || type is ITypeParameterSymbol { IsReferenceType: false };

    /// <summary>Arguments of attributes are never made: nothing reads them at run time.</summary>
    static bool IsInAttribute(IOperation operation)
    {
        for (IOperation? at = operation; at is not null; at = at.Parent)
        {
            if (at.Kind == OperationKind.Attribute)
            {
                return true;
            }
        }

        return false;
    }

    static string Name(ITypeSymbol? type) => type?.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat) ?? "?";

    static void Report(OperationAnalysisContext context, DiagnosticDescriptor rule, string what) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, context.Operation.Syntax.GetLocation(), what));
}
