// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace Muen.Sdk.Policy.Read;

/// <summary>What an attribute's value may be. <see cref="Check"/> is the only place where a value's text is judged; reading it afterwards cannot fail.</summary>
internal abstract record ValueRule
{
    /// <summary>Any text but the empty one.</summary>
    internal static readonly ValueRule Text = new TextRule();

    /// <summary>Any text, the empty one too.</summary>
    internal static readonly ValueRule Anything = new AnyRule();

    /// <summary>A name (see <see cref="DiagnosticCodes.InvalidName"/>).</summary>
    internal static readonly ValueRule Name = new NameRule();

    /// <summary>true or false.</summary>
    internal static readonly ValueRule Boolean = new ChoiceRule(["true", "false"]);

    /// <summary>A number of these bounds, both included.</summary>
    internal static ValueRule Number(ulong least, ulong most) => new NumberRule(least, most, null);

    /// <summary>A number, or <c>auto</c>.</summary>
    internal static ValueRule Automatic(ulong least, ulong most) => new NumberRule(least, most, "auto");

    /// <summary>A number, or a word.</summary>
    internal static ValueRule NumberOr(string word, ulong least, ulong most) => new NumberRule(least, most, word);

    /// <summary>One of these words.</summary>
    internal static ValueRule Choice(params string[] words) => new ChoiceRule(words);

    /// <summary>Adds an error when the value may not stand here.</summary>
    internal abstract void Check(Attribute attribute, DiagnosticBag bag);

    /// <summary>What the value may be, in words.</summary>
    internal abstract string Meaning { get; }

    /// <summary>The kind of value, as the schema names it; null when only <see cref="Words"/> are possible.</summary>
    internal virtual string? Kind => null;

    /// <summary>Words that are possible.</summary>
    internal virtual IReadOnlyList<string> Words => [];

    /// <summary>Whether this is a name by the rules of <see cref="DiagnosticCodes.InvalidName"/>.</summary>
    internal static bool IsName(string value) =>
        value.Length is > 0 and <= Muen.Abi.Limits.NameLength && char.IsAsciiLetterOrDigit(value[0]) && value[^1] != ' ' && value.All(IsOfName);

    // The original's files have '|' in the names of regions that belong to a subject, and spaces here and there.
    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '+' or '|' or ' ';

    private sealed record AnyRule : ValueRule
    {
        internal override string Meaning => "a text, the empty one too";

        internal override string Kind => "anything";

        internal override void Check(Attribute attribute, DiagnosticBag bag)
        {
        }
    }

    private sealed record TextRule : ValueRule
    {
        internal override string Meaning => "a text";

        internal override string Kind => "text";

        internal override void Check(Attribute attribute, DiagnosticBag bag)
        {
            if (attribute.Value.Length == 0)
            {
                bag.Add(attribute.Place, DiagnosticCodes.NotAValue, $"'{attribute.Name}' is empty; give it a value");
            }
        }
    }

    private sealed record NameRule : ValueRule
    {
        internal override string Meaning => "a name";

        internal override string Kind => "name";

        internal override void Check(Attribute attribute, DiagnosticBag bag)
        {
            string value = attribute.Value;
            if (IsName(value))
            {
                return;
            }

            string why = value.Length == 0 ? "is empty"
                : value.Length > Muen.Abi.Limits.NameLength ? $"has {value.Length} characters, {Muen.Abi.Limits.NameLength} are allowed"
                : !char.IsAsciiLetterOrDigit(value[0]) ? "does not begin with a letter or digit"
                : value.All(IsOfName) ? "ends with a space"
                : $"has the character '{value.First(c => !IsOfName(c))}'";
            bag.Add(attribute.Place, DiagnosticCodes.InvalidName, $"the name '{Quote.Short(value)}' {why}; use letters, digits, '_', '-', '.' and '+'");
        }
    }

    private sealed record ChoiceRule(IReadOnlyList<string> Possible) : ValueRule
    {
        internal override string Meaning => Possible.Count == 1 ? Possible[0] : $"{string.Join(", ", Possible.SkipLast(1))} or {Possible[^1]}";

        internal override IReadOnlyList<string> Words => Possible;

        internal override void Check(Attribute attribute, DiagnosticBag bag)
        {
            if (Words.Contains(attribute.Value, StringComparer.Ordinal))
            {
                return;
            }

            string near = Spelling.Nearest(attribute.Value, Words) is { } word ? $"did you mean '{word}'? " : "";
            bag.Add(attribute.Place, DiagnosticCodes.NotAValue,
                $"'{Quote.Short(attribute.Value)}' is not a value of '{attribute.Name}'; {near}possible: {string.Join(", ", Words)}");
        }
    }

    private sealed record NumberRule(ulong Least, ulong Most, string? Word) : ValueRule
    {
        internal override string Meaning => $"a number from {Numbers.Show(Least)} to {Numbers.Show(Most)}{(Word is null ? "" : $", or {Word}")}";

        internal override string Kind => "number";

        internal override IReadOnlyList<string> Words => Word is null ? [] : [Word];

        internal override void Check(Attribute attribute, DiagnosticBag bag)
        {
            if (Word is not null && attribute.Value == Word)
            {
                return;
            }

            if (!Numbers.TryParse(attribute.Value, out UInt128 value))
            {
                bag.Add(attribute.Place, DiagnosticCodes.NotANumber,
                    $"'{Quote.Short(attribute.Value)}' is not a number{(Word is null ? "" : $" or '{Word}'")}; write 4096, 0x1000, 16#1000#, 4K, 2M or 1G");
            }
            else if (value < Least || value > Most)
            {
                bag.Add(attribute.Place, DiagnosticCodes.NumberOutOfRange,
                    $"'{attribute.Name}' is {Quote.Short(attribute.Value)}; it may be {Numbers.Show(Least)} to {Numbers.Show(Most)}");
            }
        }
    }
}

/// <summary>Numbers as policies write them.</summary>
internal static class Numbers
{
    private const int LongestNumber = 40;

    /// <summary>Reads 4096, 0x1000, 16#1000#, 2#1010#, 4K, 2M, 1G; underscores may stand between digits.</summary>
    internal static bool TryParse(string text, out UInt128 value)
    {
        value = 0;
        string digits = text.Trim();
        if (digits.Length is 0 or > LongestNumber)
        {
            return false;
        }

        UInt128 unit = 1;
        uint radix = 10;
        int hash = digits.IndexOf('#', StringComparison.Ordinal);
        if (hash > 0)
        {
            // The based literals of the original's files: base#digits#.
            if (!uint.TryParse(digits.AsSpan(0, hash), NumberStyles.None, CultureInfo.InvariantCulture, out radix) || radix is < 2 or > 16
                || digits.Length < hash + 3 || digits[^1] != '#')
            {
                return false;
            }

            digits = digits[(hash + 1)..^1];
        }
        else if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            radix = 16;
            digits = digits[2..];
        }
        else
        {
            unit = char.ToUpperInvariant(digits[^1]) switch { 'K' => 1u << 10, 'M' => 1u << 20, 'G' => 1u << 30, _ => 1 };
            digits = unit == 1 ? digits : digits[..^1];
        }

        return TryDigits(digits, radix, out value) && (value *= unit) >= 0;
    }

    /// <summary>A number for a message: round binary ones hexadecimal.</summary>
    internal static string Show(ulong value) =>
        value >= 4096 && (value % 4096 == 0 || BitOperations.IsPow2(value + 1)) ? $"0x{value:X}" : value.ToString(CultureInfo.InvariantCulture);

    private static bool TryDigits(string digits, uint radix, out UInt128 value)
    {
        value = 0;
        bool digitBefore = false;
        foreach (char c in digits)
        {
            if (c == '_' && digitBefore)
            {
                digitBefore = false;
                continue;
            }

            if (!char.IsAsciiHexDigit(c) || Convert.ToUInt32(c.ToString(), 16) >= radix || value > ulong.MaxValue)
            {
                return false;
            }

            value = (value * radix) + Convert.ToUInt32(c.ToString(), 16);
            digitBefore = true;
        }

        return digitBefore;
    }
}
