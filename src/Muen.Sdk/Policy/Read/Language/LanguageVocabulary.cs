// SPDX-License-Identifier: MIT
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// The elements of the policy language: they stand among the elements of <see cref="Vocabulary"/> and are gone when the policy is expanded. <c>include</c>, <c>if</c>,
/// <c>case</c>, <c>useTemplate</c>, <c>template</c> and <c>amend</c> may stand anywhere.
/// </summary>
internal static class LanguageVocabulary
{
    private static readonly ValueRule Name = ValueRule.Name;

    /// <summary>Values by which a policy is adjusted; in the system, in a platform, in a component, a library or a template.</summary>
    internal static readonly ElementRule Config = Element("config", "values that conditions, expressions and $variables refer to").With(
        Occurs.Many,
        Element("boolean", "a truth value").Needs("name", Name, "its name").Needs("value", ValueRule.Text, "true or false, or the $variable that has it"),
        Element("integer", "a number").Needs("name", Name, "its name").Needs("value", ValueRule.Text, "the number, or the $variable that has it"),
        Element("string", "a text").Needs("name", Name, "its name").Needs("value", ValueRule.Anything, "the text, or the $variable that has it"));

    /// <summary>Values that are computed from others.</summary>
    internal static readonly ElementRule Expressions = MakeExpressions();

    /// <summary>Takes its children in when a variable has a value.</summary>
    internal static readonly ElementRule If = Element("if", "its children count only when the variable has this value")
        .Needs("variable", ValueRule.Text, "the variable, or the expression")
        .Needs("value", ValueRule.Anything, "the value it must have")
        .Open();

    /// <summary>Takes in the children of one of several alternatives.</summary>
    internal static readonly ElementRule Case = Element("case", "of its alternatives, the children of the one whose value the variable has")
        .Needs("variable", ValueRule.Text, "the variable, or the expression")
        .With(
            Occurs.Many,
            Element("when", "an alternative").Needs("value", ValueRule.Anything, "the value that the variable must have").Open(),
            Element("others", "what counts when no alternative does; it comes last").Open());

    /// <summary>A piece of policy with parameters.</summary>
    internal static readonly ElementRule Template = Element("template", "a piece of policy that useTemplate puts in any number of times")
        .Needs("name", Name, "its name")
        .With(
            Occurs.Optional,
            Element("parameters", "values that each use gives").With(
                Occurs.Many,
                new[] { "boolean", "integer", "string" }.Select(kind => Element(kind, $"a parameter of kind {kind}")
                    .Needs("name", Name, "its name")
                    .May("defaultValue", ValueRule.Anything, "its value when a use gives none")).ToArray()),
            Config,
            Expressions)
        .With(Occurs.Once, Element("body", "what stands in the place of a use").Open());

    /// <summary>The place where a template's body stands.</summary>
    internal static readonly ElementRule UseTemplate = Element("useTemplate", "stands for the body of a template")
        .Needs("name", Name, "the template")
        .May("namePrefix", Name, "how the original names the template's variables; without a meaning here, where their names cannot collide")
        .With(Occurs.Many, Element("parameter", "gives a parameter its value")
            .Needs("name", Name, "the parameter")
            .Needs("value", ValueRule.Anything, "its value, or the $variable that has it"));

    /// <summary>Adds its children to an element that stands elsewhere.</summary>
    internal static readonly ElementRule Amend = Element("amend", "adds its children to an element that stands elsewhere")
        .Needs("xpath", ValueRule.Text, "the XPath of that element, from the element that amend stands in")
        .Open();

    private static ElementRule Element(string name, string doc) => new(name, doc);

    private static ElementRule MakeExpressions()
    {
        ElementRule choice = Element("case", "one of several values, by the value of a variable").Needs("variable", ValueRule.Text, "the variable, or the expression");
        ElementRule[] operators =
        [
            Element("and", "true when all of its operands are"),
            Element("or", "true when one of its operands is"),
            Element("not", "true when its operand is false"),
            Element("eq", "true when its operands are equal"),
            Element("ne", "true when its operands are not equal"),
            Element("gt", "true when its first operand is the greater number"),
            Element("lt", "true when its first operand is the lesser number"),
            Element("concatenation", "the texts of its operands, one after the other"),
        ];
        ElementRule[] terms =
        [
            Element("variable", "the value of a variable or an expression").Needs("name", ValueRule.Text, "its name"),
            Element("boolean", "a truth value").Needs("value", ValueRule.Text, "true or false, or the $variable that has it"),
            Element("integer", "a number").Needs("value", ValueRule.Text, "the number, or the $variable that has it"),
            Element("string", "a text").Needs("value", ValueRule.Anything, "the text, or the $variable that has it"),
            Element("evalString", "a text in which each ${name} is replaced by the value of that variable").Needs("value", ValueRule.Anything, "the text"),
            choice,
            .. operators,
        ];
        foreach (ElementRule rule in operators)
        {
            rule.With(Occurs.Many, terms);
        }

        choice.With(
            Occurs.Many,
            Element("when", "an alternative").Needs("value", ValueRule.Anything, "the value that the variable must have").With(Occurs.Many, terms),
            Element("others", "the value when no alternative has it; it comes last").With(Occurs.Many, terms));
        return Element("expressions", "values that are computed from others")
            .With(Occurs.Many, Element("expression", "a computed value").Needs("name", Name, "its name").With(Occurs.Many, terms));
    }
}
