// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Turns a tree with the elements of the language into one without: variables are evaluated, <c>if</c> and <c>case</c> are replaced by the children that count,
/// <c>useTemplate</c> by the template's body, and a value <c>$name</c> by that of the variable. <c>amend</c> stays: it comes when everything else is in its place.
/// </summary>
internal sealed class LanguageExpansion
{
    /// <summary>Elements in each other, those of the language and those of templates included.</summary>
    internal const int DepthLimit = 256;

    private readonly Evaluator evaluator;
    private readonly Declarations declarations;
    private readonly Budget budget;
    private readonly DiagnosticBag bag;
    private Templates? templates;
    private int depth;

    internal LanguageExpansion(Budget budget, DiagnosticBag bag)
    {
        this.bag = bag;
        this.budget = budget;
        evaluator = new Evaluator(bag);
        declarations = new Declarations(evaluator, bag);
    }

    /// <summary>The expanded tree, null when it would become too large.</summary>
    /// <param name="root">The root <c>system</c> with everything it includes.</param>
    internal Element? Expand(Element root)
    {
        templates = new Templates(root, declarations, budget, bag);
        var scope = new Scope(null);
        declarations.Declare(root.Children.Where(Declarations.Declares), scope);
        declarations.Declare(root.Children.Where(c => c.Name == "platform").SelectMany(c => c.Children).Where(Declarations.Declares), scope);
        declarations.Evaluate(scope);
        Element expanded = Copy(root, scope, scope);
        return budget.Exhausted ? null : expanded;
    }

    private void Walk(Element e, Scope scope, ImmutableArray<Element>.Builder result)
    {
        if (!budget.Spend(1 + e.Attributes.Length, e.Place))
        {
            return;
        }

        if (depth == DepthLimit)
        {
            bag.Add(e.Place, DiagnosticCodes.NestedTooDeeply, $"element '{Quote.Short(e.Name)}' is nested more than {DepthLimit} deep in conditions and templates; a policy needs less");
            return;
        }

        depth++;
        switch (e.Name)
        {
            case "if":
                WalkAll(Counts(e, scope) ? e.Children : [], scope, result);
                break;
            case "case":
                WalkAll(Chosen(e, scope)?.Children ?? [], scope, result);
                break;
            case "template":
                break;
            case "useTemplate":
                // One that is wrong stays in the tree, as an include does.
                if (!templates!.Use(e, scope, (body, inner) => WalkAll(body, inner, result)))
                {
                    result.Add(e);
                }

                break;
            default:
                result.Add(Declarations.HasScope(e) ? CopyWithScope(e, scope) : Copy(e, scope, null));
                break;
        }

        depth--;
    }

    private void WalkAll(ImmutableArray<Element> elements, Scope scope, ImmutableArray<Element>.Builder result)
    {
        foreach (Element element in elements)
        {
            Walk(element, scope, result);
        }
    }

    private Element CopyWithScope(Element e, Scope scope)
    {
        var inner = new Scope(scope);
        declarations.Declare(e.Children, inner);
        declarations.Evaluate(inner);
        return Copy(e, inner, inner);
    }

    /// <param name="e">What to copy.</param>
    /// <param name="scope">Where its names are looked up.</param>
    /// <param name="own">The scope that its own declarations are in, null when it has none.</param>
    private Element Copy(Element e, Scope scope, Scope? own)
    {
        var children = ImmutableArray.CreateBuilder<Element>(e.Children.Length);
        foreach (Element child in e.Children)
        {
            if (own is null ? e.Name != "platform" || !Declarations.Declares(child) : !Declarations.Declares(child))
            {
                Walk(child, scope, children);
            }
            else if (own is not null && child.Name == "config" && !children.Any(c => c.Name == "config"))
            {
                children.Add(Declarations.Evaluated(child, own));
            }
        }

        ImmutableArray<Attribute> attributes = e.Attributes.Any(a => Evaluator.IsReference(a.Value)) ? [.. e.Attributes.Select(a => Substituted(a, scope))] : e.Attributes;
        return new Element(e.Name, e.Place, attributes, children.ToImmutable(), e.Text is { } text ? Substituted(text, scope) : null);
    }

    private Attribute Substituted(Attribute attribute, Scope scope)
    {
        if (!Evaluator.IsReference(attribute.Value))
        {
            return attribute;
        }

        ConfigValue? value = evaluator.Value(attribute.Value[1..], attribute.Place, scope);
        return value is null ? attribute with { Unresolved = true } : attribute with { Value = value.Text };
    }

    private ElementText Substituted(ElementText text, Scope scope)
    {
        if (!Evaluator.IsReference(text.Value))
        {
            return text;
        }

        ConfigValue? value = evaluator.Value(text.Value[1..], text.Place, scope);
        return value is null ? text with { Unresolved = true } : text with { Value = value.Text };
    }

    // What stands in a condition that is wrong counts: names that it declares are not missed a second time.
    private bool Counts(Element e, Scope scope)
    {
        LanguageVocabulary.If.Validate(e, bag);
        return e.Find("variable") is not { } variable || e.Find("value") is not { } wanted
            || evaluator.Value(variable.Value, variable.Place, scope) is not { } value
            || evaluator.Comparable(wanted, value, variable.Value, scope) is not { } compared
            || compared == value;
    }

    private Element? Chosen(Element e, Scope scope)
    {
        LanguageVocabulary.Case.Validate(e, bag);
        if (!budget.Spend(e.Children.Length, e.Place))
        {
            return null;
        }

        Element? chosen = evaluator.Choose(e, scope, out bool known);
        return chosen ?? (known ? null : e.Children.FirstOrDefault());
    }
}
