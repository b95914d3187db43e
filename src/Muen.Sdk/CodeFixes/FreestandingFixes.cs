// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace Muen.Sdk.CodeFixes;

/// <summary>The way round, where there is one that needs no thought: one node of the source becomes another.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class FreestandingFixes : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["MUEN2011", "MUEN2015", "MUEN2016", "MUEN2021", "MUEN2022"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode at = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            (string title, SyntaxNode? old, SyntaxNode? fresh) = diagnostic.Id switch
            {
                "MUEN2011" => StackAlloc(at, model, context.CancellationToken),
                "MUEN2015" => Stop(at),
                "MUEN2016" => LastArm(at),
                "MUEN2021" => ReadOnly(at),
                "MUEN2022" => WithoutAttribute(at),
                _ => ("", null, null),
            };
            if (old is not null && fresh is not null)
            {
                Document document = context.Document;
                context.RegisterCodeFix(
                    CodeAction.Create(title, _ => Task.FromResult(document.WithSyntaxRoot(root.ReplaceNode(old, fresh.WithAdditionalAnnotations(Formatter.Annotation)))), title),
                    diagnostic);
            }
        }
    }

    /// <summary><c>int[] a = new int[4];</c> is <c>Span&lt;int&gt; a = stackalloc int[4];</c>, values are a collection expression.</summary>
    static (string Title, SyntaxNode? Old, SyntaxNode? New) StackAlloc(SyntaxNode at, SemanticModel model, CancellationToken cancel)
    {
        const string Title = "Put it on the stack";
        if (at.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Declaration: { Variables.Count: 1 } declaration } statement
            || declaration.Variables.First() is not { Initializer.Value: { } value } variable
            || (value != at && value != at.Parent)
            || model.GetTypeInfo(value, cancel) is not { ConvertedType: IArrayTypeSymbol { Rank: 1, ElementType: { IsUnmanagedType: true } element } })
        {
            return (Title, null, null);
        }

        ExpressionSyntax? fresh = value switch
        {
            ArrayCreationExpressionSyntax { Initializer: null } array => SyntaxFactory.StackAllocArrayCreationExpression(array.Type),
            ArrayCreationExpressionSyntax { Initializer: { } values } => Values(values),
            ImplicitArrayCreationExpressionSyntax { Initializer: { } values } => Values(values),
            InitializerExpressionSyntax values => Values(values),
            CollectionExpressionSyntax values => values,
            _ => null,
        };
        if (fresh is null)
        {
            return (Title, null, null);
        }

        TypeSyntax span = SyntaxFactory.ParseTypeName($"global::System.Span<{element.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}>")
            .WithAdditionalAnnotations(Simplifier.Annotation).WithTriviaFrom(declaration.Type);
        return (Title, statement, statement.WithDeclaration(declaration.WithType(span)
            .WithVariables(SyntaxFactory.SingletonSeparatedList(variable.WithInitializer(variable.Initializer!.WithValue(fresh.WithTriviaFrom(value)))))));
    }

    static CollectionExpressionSyntax Values(InitializerExpressionSyntax values) =>
        SyntaxFactory.CollectionExpression(SyntaxFactory.SeparatedList<CollectionElementSyntax>(values.Expressions.Select(e => SyntaxFactory.ExpressionElement(e.WithoutTrivia()))));

    /// <summary><c>throw new E("why");</c> is <c>Panic.Stop("why");</c>.</summary>
    static (string Title, SyntaxNode? Old, SyntaxNode? New) Stop(SyntaxNode at)
    {
        const string Title = "Stop the subject by Panic.Stop";
        if (at is not ThrowStatementSyntax statement)
        {
            return (Title, null, null);
        }

        var made = statement.Expression as ObjectCreationExpressionSyntax;
        ArgumentSyntax? literal = made?.ArgumentList?.Arguments.FirstOrDefault(a => a.Expression.IsKind(SyntaxKind.StringLiteralExpression));
        string reason = literal?.Expression.ToString() ?? "\"" + (made?.Type.ToString() ?? "impossible") + "\"";
        StatementSyntax fresh = SyntaxFactory.ParseStatement($"global::Muen.Panic.Stop({reason});").WithTriviaFrom(statement);
        MemberAccessExpressionSyntax name = fresh.DescendantNodes().OfType<MemberAccessExpressionSyntax>().First();
        return (Title, statement, fresh.ReplaceNode(name, name.WithAdditionalAnnotations(Simplifier.Annotation)));
    }

    /// <summary>A switch expression gets <c>_ =&gt; default</c>.</summary>
    static (string Title, SyntaxNode? Old, SyntaxNode? New) LastArm(SyntaxNode at)
    {
        const string Title = "Add an arm `_ => default`";
        if (at.FirstAncestorOrSelf<SwitchExpressionSyntax>() is not { } expression)
        {
            return (Title, null, null);
        }

        SwitchExpressionArmSyntax arm = SyntaxFactory.SwitchExpressionArm(SyntaxFactory.DiscardPattern(), SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression));
        return (Title, expression, expression.AddArms(arm));
    }

    /// <summary>A field with a value becomes readonly.</summary>
    static (string Title, SyntaxNode? Old, SyntaxNode? New) ReadOnly(SyntaxNode at)
    {
        const string Title = "Make it readonly";
        return at.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { } field && field.Declaration.Variables.All(v => v.Initializer is not null)
            ? (Title, field, field.AddModifiers(SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword)))
            : (Title, null, null);
    }

    /// <summary>An attribute goes, and its brackets when it was alone in them.</summary>
    static (string Title, SyntaxNode? Old, SyntaxNode? New) WithoutAttribute(SyntaxNode at)
    {
        const string Title = "Remove [ThreadStatic]";
        if (at.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent: AttributeListSyntax { Parent: MemberDeclarationSyntax member } list } attribute)
        {
            return (Title, null, null);
        }

        return list.Attributes.Count > 1
            ? (Title, list, list.RemoveNode(attribute, SyntaxRemoveOptions.KeepNoTrivia))
            : (Title, member, member.RemoveNode(list, SyntaxRemoveOptions.KeepNoTrivia)?.WithLeadingTrivia(member.GetLeadingTrivia()));
    }
}
