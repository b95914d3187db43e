// SPDX-License-Identifier: MIT
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Muen.Sdk.Analyzers;

/// <summary>Which types are nothing but numbers: those that may be made of any bytes. The analyzers and the generator of component.xml share it.</summary>
static class PlainData
{
    /// <summary>What a type must not be or hold.</summary>
    /// <param name="type">The type.</param>
    /// <param name="capabilitiesOnly">Whether pointers, <c>bool</c> and type parameters pass.</param>
    /// <returns>What it holds and what to write instead; null for plain data.</returns>
    internal static string? Fault(ITypeSymbol type, bool capabilitiesOnly = false) => Fault(type, type.Name, capabilitiesOnly, 0);

    /// <summary>Whether a type parameter says that bytes from elsewhere become its values.</summary>
    internal static bool IsMarked(ITypeParameterSymbol parameter) => Has(parameter, "PlainDataAttribute");

    static string? Fault(ITypeSymbol type, string path, bool capabilitiesOnly, int depth)
    {
        // Fields of structs nest; a circle is an error of C#'s, but the editor asks before that is mended.
        const int MaxDepth = 64;
        if (type.TypeKind is TypeKind.Error or TypeKind.Enum || IsNumber(type) || depth > MaxDepth)
        {
            return null;
        }
        if (type is INamedTypeSymbol { IsValueType: true } && Has(type, "CapabilityAttribute"))
        {
            return $"`{path}` is {(depth == 0 ? "" : $"a {type.Name}, ")}a right that only the policy gives. Let the bytes hold a number, and look up here what it stands for";
        }
        if (!capabilitiesOnly)
        {
            string? fault = type switch
            {
                { TypeKind: TypeKind.Pointer or TypeKind.FunctionPointer } => $"`{path}` is a pointer. Let the bytes hold an offset into memory that is known here, and check it",
                { SpecialType: SpecialType.System_Boolean } => $"`{path}` is a bool, and a byte may be neither 0 nor 1. Make it a byte and compare it with 0",
                ITypeParameterSymbol parameter => IsMarked(parameter) ? null : $"`{path}` may be any type. Mark it where it is declared: [PlainData] {type.Name}",
                { IsReferenceType: true } or { IsRefLikeType: true } => $"`{path}` is a reference. Let the bytes hold the values themselves",
                _ => null,
            };
            if (fault is not null)
            {
                return fault;
            }
        }
        return type.TypeKind != TypeKind.Struct ? null : type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic)
            .Select(f => Fault(f.IsFixedSizeBuffer ? ((IPointerTypeSymbol)f.Type).PointedAtType : f.Type, $"{path}.{(f.AssociatedSymbol ?? f).Name}", capabilitiesOnly, depth + 1))
            .FirstOrDefault(fault => fault is not null);
    }

    static bool IsNumber(ITypeSymbol type) => type.SpecialType is (>= SpecialType.System_Char and <= SpecialType.System_Double) or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    static bool Has(ISymbol symbol, string attribute) =>
        symbol.GetAttributes().Any(a => a.AttributeClass is { ContainingNamespace: { Name: "Muen", ContainingNamespace.IsGlobalNamespace: true } } found && found.Name == attribute);
}
