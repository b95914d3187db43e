// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Evaluates variables and expressions, each variable once and only when it is needed, so that declarations may stand in any order. What cannot be evaluated is
/// reported once, where the fault is, and is null for everything that needs it. The form of the elements was checked before (<see cref="LanguageVocabulary"/>).
/// </summary>
internal sealed class Evaluator(DiagnosticBag bag)
{
    /// <summary>Expressions and variables in each other.</summary>
    internal const int DepthLimit = 128;

    private readonly List<Variable> pending = [];
    private int depth;

    /// <summary>The value of a variable, null after an error.</summary>
    internal ConfigValue? Value(Variable variable)
    {
        if (variable.State == VariableState.Evaluated)
        {
            return variable.Value;
        }

        if (variable.State == VariableState.BeingEvaluated)
        {
            IEnumerable<string> names = pending.SkipWhile(v => v != variable).Append(variable).Select(v => v.Name.Value);
            bag.Add(variable.Name.Place, DiagnosticCodes.VariableCycle,
                $"'{variable.Name.Value}' depends on itself: {Quote.Short(string.Join(" -> ", names))}; give one of these a value of its own");
            return null;
        }

        variable.State = VariableState.BeingEvaluated;
        pending.Add(variable);
        variable.Value = variable.Written is { } written
            ? Value(variable.Kind!, written, variable.Scope)
            : variable.Expression is { } expression ? Only(expression, variable.Scope) : null;
        pending.RemoveAt(pending.Count - 1);
        variable.State = VariableState.Evaluated;
        return variable.Value;
    }

    /// <summary>The value of the variable of this name, null after an error.</summary>
    /// <param name="name">Its name, as it is written at <paramref name="place"/>.</param>
    /// <param name="place">Where the value is needed.</param>
    /// <param name="scope">Where the name is looked up.</param>
    internal ConfigValue? Value(string name, Place place, Scope scope)
    {
        if (scope.Find(name) is { } variable)
        {
            return Deeper(place) ? Up(Value(variable)) : null;
        }

        if (name.StartsWith('$'))
        {
            bag.Add(place, DiagnosticCodes.InvalidReference, $"'{Quote.Short(name)}' is a value, but here stands the name of a variable; write it without '$'");
        }
        else
        {
            bag.AddUnknown(place, DiagnosticCodes.UnknownVariable, "variable", name, scope.Names, "variables and expressions");
        }

        return null;
    }

    /// <summary>The value that an attribute has: its text as one of this kind, or that of the variable it names; null after an error.</summary>
    internal ConfigValue? Value(string kind, Attribute written, Scope scope)
    {
        if (IsReference(written.Value))
        {
            string name = written.Value[1..];
            ConfigValue? value = Value(name, written.Place, scope);
            if (value is not null && value.Kind != kind)
            {
                bag.Add(written.Place, DiagnosticCodes.WrongType, $"'{Quote.Short(name)}' is {A(value.Kind)}, but the value must be {A(kind)}; name another variable");
                return null;
            }

            return value;
        }

        if (ConfigValue.Parse(kind, written.Value) is { } parsed)
        {
            return parsed;
        }

        if (kind == "boolean")
        {
            ValueRule.Boolean.Check(written, bag);
        }
        else
        {
            bag.Add(written.Place, DiagnosticCodes.NotANumber,
                $"'{Quote.Short(written.Value)}' is not a number of 64 bits; write 4096, -1, 0x1000, 16#1000#, 4K, 2M or 1G, or the $variable that has it");
        }

        return null;
    }

    /// <summary>Whether a value stands for that of a variable.</summary>
    internal static bool IsReference(string value) => value.StartsWith('$');

    /// <summary>
    /// The alternative of a <c>case</c> whose value the variable has, else <c>others</c>; null when there is none. <paramref name="known"/> is false after an error.
    /// </summary>
    internal Element? Choose(Element choice, Scope scope, out bool known)
    {
        known = false;
        if (choice.Find("variable") is not { } variable || Value(variable.Value, variable.Place, scope) is not { } value)
        {
            return null;
        }

        known = true;
        Element? chosen = null;
        Element? others = null;
        foreach (Element alternative in choice.Children)
        {
            if (others is not null)
            {
                bag.Add(others.Place, DiagnosticCodes.MisplacedOthers, "'others' counts when nothing before it does; put it at the end of 'case'");
                known = false;
                return null;
            }

            if (alternative.Name == "others")
            {
                others = alternative;
            }
            else if (alternative.Name == "when" && alternative.Find("value") is { } wanted)
            {
                ConfigValue? compared = Comparable(wanted, value, variable.Value, scope);
                known &= compared is not null;
                if (compared is null || compared != value)
                {
                    continue;
                }

                if (chosen is not null)
                {
                    bag.Add(wanted.Place, DiagnosticCodes.AmbiguousCase,
                        $"'{Quote.Short(variable.Value)}' is {Quote.Short(value.Text)}, and there is an alternative for this value at {chosen.Place} already; remove one");
                    known = false;
                    continue;
                }

                chosen = alternative;
            }
            else
            {
                known = false;
            }
        }

        return chosen ?? others;
    }

    /// <summary>The value of an attribute that is compared with a variable's value, of the same kind; null after an error.</summary>
    internal ConfigValue? Comparable(Attribute wanted, ConfigValue value, string variable, Scope scope)
    {
        if (IsReference(wanted.Value))
        {
            return Value(value.Kind, wanted, scope);
        }

        ConfigValue? compared = ConfigValue.Parse(value.Kind, wanted.Value);
        if (compared is null)
        {
            bag.Add(wanted.Place, DiagnosticCodes.WrongType,
                $"'{Quote.Short(wanted.Value)}' is not {A(value.Kind)}, but '{Quote.Short(variable)}' is one; write {(value.Kind == "boolean" ? "true or false" : "a number")}");
        }

        return compared;
    }

    private ConfigValue? Expression(Element e, Scope scope)
    {
        if (!Deeper(e.Place))
        {
            return null;
        }

        return Up(e.Name switch
        {
            "variable" => e.Find("name") is { } name ? Value(name.Value, name.Place, scope) : null,
            "boolean" or "integer" or "string" => e.Find("value") is { } value ? Value(e.Name, value, scope) : null,
            "evalString" => e.Find("value") is { } text ? EvalString(text, scope) : null,
            "case" => Case(e, scope),
            "and" => Truths(e, scope, values => values.All(v => v)),
            "or" => Truths(e, scope, values => values.Any(v => v)),
            "not" => Not(e, scope),
            "eq" or "ne" => Equal(e, scope),
            "gt" or "lt" => Order(e, scope),
            "concatenation" => Concatenation(e, scope),
            _ => null,
        });
    }

    // The only operand of an expression or an alternative.
    private ConfigValue? Only(Element e, Scope scope)
    {
        if (e.Children.Length == 1)
        {
            return Expression(e.Children[0], scope);
        }

        Count(e, "one operand");
        return null;
    }

    private ConfigValue? Case(Element e, Scope scope)
    {
        Element? chosen = Choose(e, scope, out bool known);
        ConfigValue? result = null;
        ConfigValue? first = null;

        // Each alternative is evaluated: one that is wrong is wrong today, not on the day when it is chosen.
        foreach (Element alternative in e.Children)
        {
            ConfigValue? value = Only(alternative, scope);
            if (value is null)
            {
                known = false;
                continue;
            }

            first ??= value;
            if (value.Kind != first.Kind)
            {
                bag.Add(alternative.Place, DiagnosticCodes.WrongType, $"this alternative is {A(value.Kind)}, the first one {A(first.Kind)}; give all the same kind of value");
                known = false;
            }

            if (ReferenceEquals(alternative, chosen))
            {
                result = value;
            }
        }

        if (known && chosen is null)
        {
            bag.Add(e.Place, DiagnosticCodes.NoMatchingCase, $"no alternative is for the value of '{Quote.Short(e.Find("variable")!.Value)}'; add <others>...</others>");
        }

        return known ? result : null;
    }

    private ConfigValue.Truth? Truths(Element e, Scope scope, Func<IEnumerable<bool>, bool> combine)
    {
        if (e.Children.Length < 2)
        {
            Count(e, "at least two operands");
            return null;
        }

        ImmutableArray<bool?> values = [.. e.Children.Select(child => Operand<ConfigValue.Truth>(e, child, "boolean", scope)?.Value)];
        return values.Contains(null) ? null : new ConfigValue.Truth(combine(values.Select(v => v!.Value)));
    }

    private ConfigValue.Truth? Not(Element e, Scope scope)
    {
        if (e.Children.Length == 1)
        {
            return Operand<ConfigValue.Truth>(e, e.Children[0], "boolean", scope) is { } value ? new ConfigValue.Truth(!value.Value) : null;
        }

        Count(e, "one operand");
        return null;
    }

    private ConfigValue.Truth? Equal(Element e, Scope scope)
    {
        if (!Two(e))
        {
            return null;
        }

        ConfigValue? left = Expression(e.Children[0], scope);
        ConfigValue? right = Expression(e.Children[1], scope);
        if (left is null || right is null)
        {
            return null;
        }

        if (left.Kind != right.Kind)
        {
            bag.Add(e.Children[1].Place, DiagnosticCodes.WrongType, $"'{e.Name}' compares {A(left.Kind)} with {A(right.Kind)}; compare values of one kind");
            return null;
        }

        return new ConfigValue.Truth(left == right == (e.Name == "eq"));
    }

    private ConfigValue.Truth? Order(Element e, Scope scope)
    {
        if (!Two(e))
        {
            return null;
        }

        ConfigValue.Integer? left = Operand<ConfigValue.Integer>(e, e.Children[0], "integer", scope);
        ConfigValue.Integer? right = Operand<ConfigValue.Integer>(e, e.Children[1], "integer", scope);
        return left is null || right is null ? null : new ConfigValue.Truth(e.Name == "gt" ? left.Value > right.Value : left.Value < right.Value);
    }

    private bool Two(Element e)
    {
        if (e.Children.Length == 2)
        {
            return true;
        }

        Count(e, "two operands");
        return false;
    }

    private ConfigValue.Words? Concatenation(Element e, Scope scope)
    {
        if (e.Children.Length < 2)
        {
            Count(e, "at least two operands");
            return null;
        }

        ImmutableArray<ConfigValue?> values = [.. e.Children.Select(child => Expression(child, scope))];
        return values.Contains(null) ? null : Limited(string.Concat(values.Select(v => v!.Text)), e.Place);
    }

    private ConfigValue.Words? EvalString(Attribute text, Scope scope)
    {
        var result = new StringBuilder();
        bool known = true;
        int at = 0;
        while (at < text.Value.Length)
        {
            int open = text.Value.IndexOf("${", at, StringComparison.Ordinal);
            int close = open < 0 ? -1 : text.Value.IndexOf('}', open);
            string plain = text.Value[at..(open < 0 ? text.Value.Length : open)];
            if (plain.AsSpan().IndexOfAny("${}") >= 0 || (open >= 0 && close < 0))
            {
                bag.Add(text.Place, DiagnosticCodes.InvalidReference, $"'{Quote.Short(text.Value)}' has a '$', '{{' or '}}' that belongs to no ${{name}}; write ${{name}} for a variable");
                return null;
            }

            result.Append(plain);
            if (open < 0)
            {
                break;
            }

            ConfigValue? value = Value(text.Value[(open + 2)..close], text.Place, scope);
            known &= value is not null;
            result.Append(value?.Text);
            at = close + 1;
        }

        return known ? Limited(result.ToString(), text.Place) : null;
    }

    private T? Operand<T>(Element e, Element operand, string kind, Scope scope)
        where T : ConfigValue
    {
        ConfigValue? value = Expression(operand, scope);
        if (value is not null and not T)
        {
            bag.Add(operand.Place, DiagnosticCodes.WrongType, $"'{e.Name}' needs {A(kind)}, but this is {A(value.Kind)}; correct the operand");
        }

        return value as T;
    }

    // Values double with each expression that joins one with itself.
    private ConfigValue.Words? Limited(string value, Place place)
    {
        if (value.Length <= XmlTree.ValueLimit)
        {
            return new ConfigValue.Words(value);
        }

        bag.Add(place, DiagnosticCodes.ValueTooLong, $"the value has {value.Length} characters; {XmlTree.ValueLimit} are allowed");
        return null;
    }

    private void Count(Element e, string needed) =>
        bag.Add(e.Place, DiagnosticCodes.WrongOperands, $"'{e.Name}' needs {needed}, and has {e.Children.Length}; correct that");

    private static string A(string kind) => kind == "integer" ? "an integer" : $"a {kind}";

    private bool Deeper(Place place)
    {
        if (depth == DepthLimit)
        {
            bag.Add(place, DiagnosticCodes.ExpressionTooDeep, $"expressions and variables depend on each other more than {DepthLimit} deep; make the chain shorter");
            return false;
        }

        depth++;
        return true;
    }

    private ConfigValue? Up(ConfigValue? value)
    {
        depth--;
        return value;
    }
}
