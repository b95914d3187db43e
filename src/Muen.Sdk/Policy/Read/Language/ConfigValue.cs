// SPDX-License-Identifier: MIT
using System;
using System.Globalization;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>A value of the policy language: of a config entry, an expression or a template's parameter.</summary>
internal abstract record ConfigValue
{
    /// <summary>The element that declares such a value: <c>boolean</c>, <c>integer</c> or <c>string</c>.</summary>
    internal abstract string Kind { get; }

    /// <summary>The value as it replaces a <c>$variable</c>.</summary>
    internal abstract string Text { get; }

    /// <summary>The value of this kind that a text says, null when it says none.</summary>
    internal static ConfigValue? Parse(string kind, string text) => kind switch
    {
        "boolean" => text switch { "true" => new Truth(true), "false" => new Truth(false), _ => null },
        "integer" => ParseInteger(text),
        _ => new Words(text),
    };

    private static Integer? ParseInteger(string text)
    {
        bool negative = text.StartsWith('-');
        return Numbers.TryParse(negative ? text[1..] : text, out UInt128 value) && value <= ulong.MaxValue
            ? new Integer(negative ? -(Int128)value : (Int128)value)
            : null;
    }

    /// <summary>A truth value.</summary>
    internal sealed record Truth(bool Value) : ConfigValue
    {
        internal override string Kind => "boolean";

        internal override string Text => Value ? "true" : "false";
    }

    /// <summary>A number; 64 bits and a sign.</summary>
    internal sealed record Integer(Int128 Value) : ConfigValue
    {
        internal override string Kind => "integer";

        internal override string Text => Value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A text.</summary>
    internal sealed record Words(string Value) : ConfigValue
    {
        internal override string Kind => "string";

        internal override string Text => Value;
    }
}
