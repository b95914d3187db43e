// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// The variables that are known at a place. The system has a scope, each component and library with values of its own another within it, and so has each use of a
/// template: a name means the innermost declaration.
/// </summary>
/// <param name="outer">The scope around it, null for the system's.</param>
/// <param name="ofTemplate">Whether a template's use made it.</param>
internal sealed class Scope(Scope? outer, bool ofTemplate = false)
{
    private readonly Dictionary<string, Variable> variables = new(StringComparer.Ordinal);

    /// <summary>The scope that the body of a template used here sees: it knows nothing of the templates that use it.</summary>
    internal Scope Home => ofTemplate ? outer!.Home : this;

    /// <summary>Variables of this scope alone, in the order of their declaration.</summary>
    internal IEnumerable<Variable> Own => variables.Values;

    /// <summary>All names that are known here.</summary>
    internal IEnumerable<string> Names => outer is null ? variables.Keys : variables.Keys.Concat(outer.Names);

    /// <summary>The variable of this name, null when there is none.</summary>
    internal Variable? Find(string name) => variables.TryGetValue(name, out Variable? variable) ? variable : outer?.Find(name);

    /// <summary>Declares a variable; false when the scope has one of this name.</summary>
    internal bool Declare(Variable variable) => variables.TryAdd(variable.Name.Value, variable);

    /// <summary>The variable of this name in this scope alone.</summary>
    internal Variable Declared(string name) => variables[name];
}

/// <summary>A config entry, an expression or a template's parameter.</summary>
/// <param name="name">Its name.</param>
/// <param name="kind">The kind of its value; null for an expression, which may be of any.</param>
/// <param name="value">The attribute that has its value; null for an expression.</param>
/// <param name="expression">The expression element; null when there is a value.</param>
/// <param name="scope">Where what it refers to is looked up.</param>
internal sealed class Variable(Located<string> name, string? kind, Attribute? value, Element? expression, Scope scope)
{
    internal Located<string> Name => name;

    internal string? Kind => kind;

    internal Attribute? Written => value;

    internal Element? Expression => expression;

    internal Scope Scope => scope;

    /// <summary>How far its evaluation is.</summary>
    internal VariableState State { get; set; }

    /// <summary>Its value once it is evaluated; null after an error.</summary>
    internal ConfigValue? Value { get; set; }
}

/// <summary>How far a variable's evaluation is.</summary>
internal enum VariableState
{
    Declared,
    BeingEvaluated,
    Evaluated,
}
