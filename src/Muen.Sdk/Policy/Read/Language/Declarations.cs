// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>Reads the variables that <c>config</c> and <c>expressions</c> declare, and writes their values back when they are evaluated.</summary>
internal sealed class Declarations(Evaluator evaluator, DiagnosticBag bag)
{
    /// <summary>Whether an element may declare variables and does: then they are known in it alone.</summary>
    internal static bool HasScope(Element e) => e.Name is "component" or "library" && e.Children.Any(Declares);

    /// <summary>Whether this child of an element declares variables.</summary>
    internal static bool Declares(Element child) => child.Name is "config" or "expressions";

    /// <summary>Declares in a scope what these elements declare.</summary>
    /// <param name="sections"><c>config</c> and <c>expressions</c> elements; others are left alone.</param>
    /// <param name="scope">Receives the variables.</param>
    internal void Declare(IEnumerable<Element> sections, Scope scope)
    {
        foreach (Element section in sections)
        {
            if (section.Name == "config")
            {
                LanguageVocabulary.Config.Validate(section, bag);
                foreach (Element entry in section.Children)
                {
                    if (entry.Name is "boolean" or "integer" or "string" && entry.Find("value") is { Value: var text } value && (text.Length != 0 || entry.Name == "string"))
                    {
                        Declare(new Variable(Name(entry), entry.Name, value, null, scope), scope);
                    }
                }
            }
            else if (section.Name == "expressions")
            {
                LanguageVocabulary.Expressions.Validate(section, bag);
                foreach (Element expression in section.Children.Where(c => c.Name == "expression"))
                {
                    Declare(new Variable(Name(expression), null, null, expression, scope), scope);
                }
            }
        }
    }

    /// <summary>Declares one variable; another of its name in the same scope is an error.</summary>
    internal void Declare(Variable variable, Scope scope)
    {
        // One without a name was reported by the rules.
        if (variable.Name.Value.Length != 0 && !scope.Declare(variable))
        {
            bag.Add(variable.Name.Place, DiagnosticCodes.DuplicateVariable,
                $"'{Quote.Short(variable.Name.Value)}' is declared at {scope.Declared(variable.Name.Value).Name.Place} already; give one of the two another name");
        }
    }

    /// <summary>Evaluates everything that a scope declares; what is wrong with it is an error even if nothing refers to it.</summary>
    internal void Evaluate(Scope scope)
    {
        foreach (Variable variable in scope.Own)
        {
            evaluator.Value(variable);
        }
    }

    /// <summary>A <c>config</c> element with the values of all variables of a scope, those of expressions too.</summary>
    internal static Element Evaluated(Element config, Scope scope) => config with
    {
        Children = [.. scope.Own.Where(v => v.Value is not null).Select(v => Entry(v.Name, v.Value!))],
    };

    private static Element Entry(Located<string> name, ConfigValue value)
    {
        ImmutableArray<Attribute> attributes = [new Attribute("name", name.Value, name.Place), new Attribute("value", value.Text, name.Place)];
        return new Element(value.Kind, name.Place, attributes, [], null);
    }

    private static Located<string> Name(Element e) => e.Find("name") is { } name ? new(name.Value, name.Place) : new("", e.Place);
}
