// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Muen.Sdk.Report;

/// <summary>How numbers and names are written.</summary>
static class Text
{
    const ulong KiB = 1024;

    static readonly string[] s_units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size with the largest unit that leaves it at least 1; one digit after the point at most.</summary>
    public static string Bytes(ulong bytes)
    {
        int unit = 0;
        double value = bytes;
        while (value >= KiB && unit < s_units.Length - 1)
        {
            value /= KiB;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {s_units[unit]}");
    }

    public static string Hex(ulong value) => $"0x{value:x}";

    public static string Range(ulong first, ulong last) => first == last ? Hex(first) : $"{Hex(first)}–{Hex(last)}";

    public static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A coordinate of a picture.</summary>
    public static string Px(double value) => Math.Round(value, 1).ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>Text between tags or in an attribute. What XML cannot hold is left out.</summary>
    public static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                '"' => result.Append("&quot;"),
                '\'' => result.Append("&#39;"),
                < ' ' and not '\n' => result,
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    /// <summary>A name in so many characters, with a sign where something is missing.</summary>
    public static string Short(string text, int characters) => text.Length <= characters ? text : characters < 2 ? "" : string.Concat(text.AsSpan(0, characters - 1), "…");
}
