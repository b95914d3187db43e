// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Damages a policy's text: some ways keep it well-formed, so that the passes after reading get their share.</summary>
internal static partial class TextMutation
{
    /// <summary>Values that are near the edges of what attributes may hold, and names that policies have.</summary>
    internal static readonly string[] Values =
    [
        "", "0", "1", "-1", "4K", "5000", "0x1000", "0x200000", "16#e_0000_0000#", "18446744073709551615", "0xFFFFFFFFFFFFF000", "64T", "70368744177664", "auto", "true", "false",
        "a", "c", "s0", "s1", "client", "crypter", "com1", "vga", "idle_0", "stack", "binary_text", "vm", "self", "switch", "ipi", "kernel", "UC", "WC", "63", "64", "255", "256", "31",
        "files.tar", "subject.elf", "wx.elf", "..", "/", "/dev/null", "\u00e9", "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
    ];

    internal static string Damage(string text, IReadOnlyList<string> others, Random random)
    {
        for (int i = random.Next(1, 5); i > 0 && text.Length != 0; i--)
        {
            text = Once(text, others, random);
        }

        return text;
    }

    private static string Once(string text, IReadOnlyList<string> others, Random random)
    {
        switch (random.Next(9))
        {
            case 0:
                return text.Remove(random.Next(text.Length), 1);
            case 1:
                return text.Insert(random.Next(text.Length), ((char)random.Next(1, 300)).ToString());
            case 2:
                return text[..random.Next(text.Length)];
            case 3:
                return Replace(text, ValuePattern(), random, _ => $"\"{Values[random.Next(Values.Length)]}\"");
            case 4:
                MatchCollection values = ValuePattern().Matches(text);
                return values.Count == 0 ? text : Replace(text, ValuePattern(), random, _ => values[random.Next(values.Count)].Value);
            case 5:
                return Replace(text, AttributePattern(), random, _ => "");
            case 6:
                return Replace(text, EmptyElementPattern(), random, m => random.Next(2) == 0 ? "" : m.Value + m.Value);
            case 7:
                MatchCollection names = NamePattern().Matches(text);
                return names.Count == 0 ? text : Replace(text, EmptyElementPattern(), random, m => m.Value.Replace(NamePattern().Match(m.Value).Value, names[random.Next(names.Count)].Value, StringComparison.Ordinal));
            default:
                MatchCollection foreign = EmptyElementPattern().Matches(others[random.Next(others.Count)]);
                return foreign.Count == 0 ? text : Replace(text, EmptyElementPattern(), random, m => m.Value + foreign[random.Next(foreign.Count)].Value);
        }
    }

    private static string Replace(string text, Regex pattern, Random random, Func<Match, string> by)
    {
        MatchCollection matches = pattern.Matches(text);
        if (matches.Count == 0)
        {
            return text;
        }

        Match match = matches[random.Next(matches.Count)];
        return text[..match.Index] + by(match) + text[(match.Index + match.Length)..];
    }

    [GeneratedRegex("\"[^\"<>]*\"")]
    private static partial Regex ValuePattern();

    [GeneratedRegex(" [a-zA-Z]+=\"[^\"<>]*\"")]
    private static partial Regex AttributePattern();

    [GeneratedRegex("<[a-zA-Z_]+( [^<>]*)?/>")]
    private static partial Regex EmptyElementPattern();

    [GeneratedRegex("(?<=<)[a-zA-Z_]+")]
    private static partial Regex NamePattern();
}
