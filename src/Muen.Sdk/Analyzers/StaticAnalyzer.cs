// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Muen.Sdk.Analyzers;

/// <summary>Statics: nobody runs code before Main, and there is no heap for references that change.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rules.Initializer, Rules.Reference, Rules.Thread];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(c => Field((IFieldSymbol)c.Symbol, c), SymbolKind.Field);
        context.RegisterSymbolAction(Property, SymbolKind.Property);
        context.RegisterSymbolAction(Constructor, SymbolKind.Method);
        context.RegisterOperationAction(Initializer, OperationKind.FieldInitializer, OperationKind.PropertyInitializer);
        context.RegisterSyntaxNodeAction(ThreadStatic, SyntaxKind.Attribute);
    }

    // The field of an automatic property is not shown by itself.
    static void Property(SymbolAnalysisContext context)
    {
        foreach (IFieldSymbol field in context.Symbol.ContainingType.GetMembers().OfType<IFieldSymbol>().Where(f => SymbolEqualityComparer.Default.Equals(f.AssociatedSymbol, context.Symbol)))
        {
            Field(field, context);
        }
    }

    static void Field(IFieldSymbol field, SymbolAnalysisContext context)
    {
        bool isStatic = field.IsStatic && !field.IsConst && field.ContainingType.TypeKind != TypeKind.Enum;
        if (!isStatic || field.IsReadOnly || !HoldsReference(field.Type, 0))
        {
            return;
        }

        // The field of an event is the event's, of which AllocationAnalyzer speaks.
        ISymbol shown = field.AssociatedSymbol ?? field;
        if (shown.Kind != SymbolKind.Event && shown.Locations.Length > 0)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Reference, shown.Locations[0], $"the static {shown.Name}"));
        }
    }

    static void Constructor(SymbolAnalysisContext context)
    {
        if (context.Symbol is IMethodSymbol { MethodKind: MethodKind.StaticConstructor, IsImplicitlyDeclared: false } constructor)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Initializer, constructor.Locations[0], $"the class {constructor.ContainingType.Name}"));
        }
    }

    static void Initializer(OperationAnalysisContext context)
    {
        (ISymbol? first, IOperation value) = context.Operation switch
        {
            IFieldInitializerOperation field => (field.InitializedFields.FirstOrDefault(f => f.IsStatic) as ISymbol, field.Value),
            IPropertyInitializerOperation property => (property.InitializedProperties.FirstOrDefault(p => p.IsStatic), property.Value),
            _ => (null, ((ISymbolInitializerOperation)context.Operation).Value),
        };
        if (first is null || Constants.IsComputable(value, context.Compilation, parameters: false, depth: 0, context.CancellationToken))
        {
            return;
        }

        // What makes an object is reported as such.
        IOperation made = value;
        while (made is IConversionOperation conversion)
        {
            made = conversion.Operand;
        }

        bool isObject = made is IArrayCreationOperation or ICollectionExpressionOperation or IDelegateCreationOperation or IInterpolatedStringOperation
            or IObjectCreationOperation { Type.IsReferenceType: true };
        if (!isObject && made.Kind != OperationKind.Invalid)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Initializer, value.Syntax.GetLocation(), $"the static {first.Name}"));
        }
    }

    // By its name in the source: CoreLib does not have the attribute, so the compiler knows no symbol for it.
    static void ThreadStatic(SyntaxNodeAnalysisContext context)
    {
        string name = ((AttributeSyntax)context.Node).Name.ToString();
        if (name is "ThreadStatic" or "ThreadStaticAttribute" or "System.ThreadStatic" or "System.ThreadStaticAttribute")
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.Thread, context.Node.GetLocation()));
        }
    }

    static bool HoldsReference(ITypeSymbol type, int depth)
    {
        if (type.IsReferenceType)
        {
            return type.TypeKind != TypeKind.Error;
        }

        return type.TypeKind == TypeKind.Struct && depth < 16 && type.GetMembers().OfType<IFieldSymbol>().Any(f => !f.IsStatic && !SymbolEqualityComparer.Default.Equals(f.Type, type) && HoldsReference(f.Type, depth + 1));
    }
}
