// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>What the compiler can put into the program's image: constants, and structs, tuples and arrays of them.</summary>
static class Constants
{
    /// <summary>Whether an array is made of constant numbers.</summary>
    internal static bool IsArray(IArrayCreationOperation array) =>
        array.Initializer is { } values && array.DimensionSizes.Length == 1 && IsNumber(((IArrayTypeSymbol)array.Type!).ElementType)
        && values.ElementValues.All(v => v.ConstantValue.HasValue);

    /// <summary>Whether a collection expression is made of constant numbers.</summary>
    internal static bool IsCollection(ICollectionExpressionOperation collection) =>
        collection.Type is IArrayTypeSymbol { Rank: 1 } type && IsNumber(type.ElementType) && collection.Elements.All(e => e.ConstantValue.HasValue);

    /// <summary>Whether an array is read as a span at once: C# then keeps its numbers in the program and makes no array.</summary>
    internal static bool BecomesSpan(IArrayCreationOperation array)
    {
        IOperation? around = array.Parent is IArgumentOperation argument ? argument.Parent : array.Parent;
        return around is IConversionOperation { Type: INamedTypeSymbol { Name: "ReadOnlySpan" } } or IObjectCreationOperation { Type: INamedTypeSymbol { Name: "ReadOnlySpan" }, Arguments.Length: 1 };
    }

    /// <summary>Whether a value initialises a static that cannot change.</summary>
    internal static bool IsReadOnlyStatic(IOperation value)
    {
        IOperation? around = value.Parent;
        while (around is IConversionOperation or IParenthesizedOperation)
        {
            around = around.Parent;
        }

        return around switch
        {
            IFieldInitializerOperation field => field.InitializedFields.All(f => f.IsStatic && f.IsReadOnly),
            IPropertyInitializerOperation property => property.InitializedProperties.All(p => p.IsStatic && p.SetMethod is null),
            _ => false,
        };
    }

    /// <summary>Whether the compiler can compute a value of a static field.</summary>
    /// <param name="value">The value.</param>
    /// <param name="parameters">What stands for the parameters of the constructor that the value is in.</param>
    /// <param name="model">For the bodies of constructors.</param>
    /// <param name="depth">How many constructors are around it.</param>
    /// <param name="cancel">Ends the search.</param>
    internal static bool IsComputable(IOperation value, Compilation model, bool parameters, int depth, CancellationToken cancel)
    {
        if (value.ConstantValue.HasValue)
        {
            return true;
        }

        bool Inner(IOperation operation) => IsComputable(operation, model, parameters, depth, cancel);
        switch (value)
        {
            case IDefaultValueOperation or ISizeOfOperation or ILiteralOperation:
                return true;
            case IParameterReferenceOperation:
                return parameters;
            case IParenthesizedOperation inside:
                return Inner(inside.Operand);
            case IConversionOperation conversion:
                return (conversion.OperatorMethod is null || conversion.Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }) && Inner(conversion.Operand);
            case IUnaryOperation { OperatorMethod: null } unary:
                return Inner(unary.Operand);
            case IBinaryOperation { OperatorMethod: null } binary:
                return Inner(binary.LeftOperand) && Inner(binary.RightOperand);
            case ITupleOperation tuple:
                return tuple.Elements.All(Inner);
            case IArrayCreationOperation array:
                return IsArray(array);
            case ICollectionExpressionOperation collection:
                return IsCollection(collection);
            case IObjectCreationOperation { Type.IsValueType: true } made:
                return depth < 8 && made.Arguments.All(a => Inner(a.Value)) && Initializes(made.Initializer, Inner)
                    && (made.Constructor is null || IsSimple(made.Constructor, model, depth + 1, cancel));
            default:
                return false;
        }
    }

    static bool Initializes(IObjectOrCollectionInitializerOperation? initializer, System.Func<IOperation, bool> isComputable) =>
        initializer is null || initializer.Initializers.All(i => i is ISimpleAssignmentOperation { Target: IFieldReferenceOperation } assignment && isComputable(assignment.Value)
            || i is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property: { } property } } set && IsAutomatic(property, default) && isComputable(set.Value));

    /// <summary>Whether a constructor does no more than keep its arguments and constants.</summary>
    static bool IsSimple(IMethodSymbol constructor, Compilation compilation, int depth, CancellationToken cancel)
    {
        if (constructor.IsImplicitlyDeclared)
        {
            return FieldsAreSimple(constructor.ContainingType, compilation, depth, cancel);
        }

        if (constructor.DeclaringSyntaxReferences.Length == 0)
        {
            // Of another assembly: those whose constructors are known to do no more.
            return constructor.ContainingType is { ContainingNamespace.Name: "System", Name: "ValueTuple" or "Nullable" or "Index" or "Range" }
                or { ContainingNamespace.Name: "Muen", Name: "Ports" };
        }

        SyntaxNode syntax = constructor.DeclaringSyntaxReferences[0].GetSyntax(cancel);
        if (!FieldsAreSimple(constructor.ContainingType, compilation, depth, cancel))
        {
            return false;
        }

        if (syntax is TypeDeclarationSyntax)
        {
            return true;
        }

#pragma warning disable RS1030 // The model of another tree than the one at hand: a constructor's body is read once for each static that it makes.
        SemanticModel model = compilation.GetSemanticModel(syntax.SyntaxTree);
#pragma warning restore RS1030
        if (syntax is not ConstructorDeclarationSyntax { Initializer: null } || model.GetOperation(syntax, cancel) is not IConstructorBodyOperation body)
        {
            return false;
        }

        IEnumerable<IOperation> statements = (body.BlockBody ?? body.ExpressionBody)?.Operations.Where(o => o is not IReturnOperation) ?? [];
        return statements.All(s => s is IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: var target, Value: var assigned } } && IsOwn(target, cancel)
            && IsComputable(assigned, compilation, parameters: true, depth, cancel));
    }

    static bool FieldsAreSimple(INamedTypeSymbol type, Compilation compilation, int depth, CancellationToken cancel)
    {
        foreach (EqualsValueClauseSyntax initializer in type.GetMembers().Where(m => !m.IsStatic).SelectMany(m => m.DeclaringSyntaxReferences).Select(r => r.GetSyntax(cancel)).Select(InitializerOf).OfType<EqualsValueClauseSyntax>())
        {
#pragma warning disable RS1030
            IOperation? value = compilation.GetSemanticModel(initializer.SyntaxTree).GetOperation(initializer.Value, cancel);
#pragma warning restore RS1030
            if (value is null || !IsComputable(value, compilation, parameters: true, depth, cancel))
            {
                return false;
            }
        }

        return true;
    }

    static EqualsValueClauseSyntax? InitializerOf(SyntaxNode member) => member switch
    {
        VariableDeclaratorSyntax field => field.Initializer,
        PropertyDeclarationSyntax property => property.Initializer,
        _ => null,
    };

    static bool IsOwn(IOperation target, CancellationToken cancel) => target switch
    {
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } => true,
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation, Property: { } property } => IsAutomatic(property, cancel),
        _ => false,
    };

    static bool IsAutomatic(IPropertySymbol property, CancellationToken cancel) =>
        property.DeclaringSyntaxReferences.Length == 1
        && property.DeclaringSyntaxReferences[0].GetSyntax(cancel) is PropertyDeclarationSyntax { AccessorList: { } accessors }
        && accessors.Accessors.All(a => a.Body is null && a.ExpressionBody is null);

    static bool IsNumber(ITypeSymbol type) => type.TypeKind == TypeKind.Enum || type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_Double && type.SpecialType != SpecialType.System_Decimal;
}
