// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>The templates of a policy, wherever they are defined: their names are known everywhere.</summary>
internal sealed class Templates
{
    private readonly Dictionary<string, Template> templates = new(StringComparer.Ordinal);
    private readonly List<string> used = [];
    private readonly Declarations declarations;
    private readonly Budget budget;
    private readonly DiagnosticBag bag;

    /// <summary>Finds all templates of a tree; their form is checked, used or not.</summary>
    internal Templates(Element root, Declarations declarations, Budget budget, DiagnosticBag bag)
    {
        this.declarations = declarations;
        this.budget = budget;
        this.bag = bag;
        Collect(root);
    }

    /// <summary>
    /// Puts in the body of a template: <paramref name="place"/> gets its children, and the scope with the parameters' values. False after an error.
    /// </summary>
    internal bool Use(Element use, Scope scope, Action<ImmutableArray<Element>, Scope> place)
    {
        LanguageVocabulary.UseTemplate.Validate(use, bag);
        if (use.Find("name") is not { } name)
        {
            return false;
        }

        if (!templates.TryGetValue(name.Value, out Template? template))
        {
            bag.AddUnknown(name.Place, DiagnosticCodes.UnknownTemplate, "template", name.Value, templates.Keys, "templates");
            return false;
        }

        if (used.Contains(name.Value))
        {
            string names = string.Join(" -> ", used.SkipWhile(n => n != name.Value).Append(name.Value));
            bag.Add(name.Place, DiagnosticCodes.TemplateCycle, $"the template uses itself: {Quote.Short(names)}; remove one of these uses");
            return false;
        }

        var origin = new Origin($"template '{name.Value}' used", use.Place);
        Element? definition = Copies.Of(template.Definition, origin, budget);
        var inner = new Scope(scope.Home, true);
        if (definition is null || !Bind(definition, use, name, scope, inner))
        {
            return false;
        }

        declarations.Declare(definition.Children.Where(Declarations.Declares), inner);
        declarations.Evaluate(inner);
        used.Add(name.Value);
        place([.. definition.Children.Where(c => c.Name == "body").SelectMany(c => c.Children)], inner);
        used.RemoveAt(used.Count - 1);
        return true;
    }

    private void Collect(Element e)
    {
        foreach (Element child in e.Children)
        {
            if (child.Name == "template")
            {
                Add(child);
            }

            Collect(child);
        }
    }

    private void Add(Element definition)
    {
        LanguageVocabulary.Template.Validate(definition, bag);
        if (definition.Find("name") is not { Value.Length: > 0 } name)
        {
            return;
        }

        if (!templates.TryAdd(name.Value, new Template(definition, name.Place)))
        {
            bag.Add(name.Place, DiagnosticCodes.DuplicateTemplate,
                $"there is another template '{Quote.Short(name.Value)}' at {templates[name.Value].Name}; give one of them a different name");
        }
    }

    // Gives each parameter the value of the use, or its default.
    private bool Bind(Element definition, Element use, Attribute name, Scope scope, Scope inner)
    {
        int errors = 0;
        var given = new Dictionary<string, Attribute>(StringComparer.Ordinal);
        foreach (Element parameter in use.Children)
        {
            if (parameter.Find("name") is { } parameterName && parameter.Find("value") is { } value && !given.TryAdd(parameterName.Value, value))
            {
                bag.Add(parameterName.Place, DiagnosticCodes.DuplicateParameter, $"'{Quote.Short(parameterName.Value)}' has a value already; remove one of the two");
                errors++;
            }
        }

        Element[] parameters = [.. definition.Children.Where(c => c.Name == "parameters").SelectMany(c => c.Children).Where(p => p.Find("name") is not null)];
        foreach (Element parameter in parameters)
        {
            Attribute parameterName = parameter.Find("name")!;
            bool own = given.Remove(parameterName.Value, out Attribute? value);
            value ??= parameter.Find("defaultValue");
            if (value is null)
            {
                bag.Add(name.Place, DiagnosticCodes.MissingParameter,
                    $"the template '{name.Value}' needs a value for '{Quote.Short(parameterName.Value)}'; add <parameter name=\"{Quote.Short(parameterName.Value)}\" value=\"...\"/>");
                errors++;
                continue;
            }

            // What the use writes means what it means there, a default what it means at the template.
            declarations.Declare(new Variable(new(parameterName.Value, parameterName.Place), parameter.Name, value, null, own ? scope : scope.Home), inner);
        }

        foreach ((string unknown, Attribute value) in given)
        {
            bag.AddUnknown(value.Place, DiagnosticCodes.UnknownParameter, "parameter", unknown,
                parameters.Select(p => p.Find("name")!.Value), "parameters", $" of template '{name.Value}'");
            errors++;
        }

        return errors == 0;
    }

    private sealed record Template(Element Definition, Place Name);
}
