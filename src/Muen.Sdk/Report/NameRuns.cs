// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Muen.Sdk.Report;

/// <summary>Many names in few words: m0, m1, m2, log become m0–m2, log.</summary>
static class NameRuns
{
    const int LongestNumber = 9;

    /// <summary>Joins names; those that differ by a number at their end only and count upwards stand as a run.</summary>
    public static string Of(IEnumerable<string> names)
    {
        var all = names.Select(n => (Name: n, Parts: Split(n))).OrderBy(n => n.Parts.Prefix, StringComparer.Ordinal).ThenBy(n => n.Parts.Number).ThenBy(n => n.Name, StringComparer.Ordinal).ToList();
        var runs = new List<string>();
        for (int first = 0; first < all.Count;)
        {
            int last = first;
            while (last + 1 < all.Count && all[last].Parts is { Number: { } number, Prefix: var prefix } && all[last + 1].Parts.Prefix == prefix && all[last + 1].Parts.Number == number + 1)
            {
                last++;
            }

            // A run of two saves nothing.
            if (last - first >= 2)
            {
                runs.Add($"{all[first].Name}–{all[last].Name}");
            }
            else
            {
                runs.AddRange(all.Skip(first).Take(last - first + 1).Select(n => n.Name));
            }

            first = last + 1;
        }

        return string.Join(", ", runs);
    }

    // A number with zeros in front is a part of the name: m01 does not follow m0.
    static (string Prefix, int? Number) Split(string name)
    {
        string prefix = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        string digits = name[prefix.Length..];
        return digits.Length is > 0 and <= LongestNumber && (digits.Length == 1 || digits[0] != '0') ? (prefix, int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture)) : (name, null);
    }
}
