// SPDX-License-Identifier: MIT
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>Which type a pattern has, and which it asks for.</summary>
static class Casts
{
    internal static (ITypeSymbol? From, ITypeSymbol? To) OfPattern(IOperation operation) => operation switch
    {
        IIsTypeOperation test => (test.ValueOperand.Type, test.TypeOperand),
        IDeclarationPatternOperation declaration => (declaration.InputType, declaration.MatchesNull ? null : declaration.MatchedType),
        ITypePatternOperation type => (type.InputType, type.MatchedType),
        IRecursivePatternOperation recursive => (recursive.InputType, recursive.MatchedType),
        _ => (null, null),
    };

    /// <summary>Whether a value of one type is always one of the other, so that nothing has to be asked.</summary>
    internal static bool IsAlways(ITypeSymbol from, ITypeSymbol to, Compilation compilation)
    {
        // `int? x is int` asks for a value, not for a type.
        if (from is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && SymbolEqualityComparer.Default.Equals(nullable.TypeArguments[0], to))
        {
            return true;
        }

        Microsoft.CodeAnalysis.Operations.CommonConversion conversion = compilation.ClassifyCommonConversion(from, to);
        return conversion.IsIdentity || (conversion.IsImplicit && conversion.IsReference);
    }
}
