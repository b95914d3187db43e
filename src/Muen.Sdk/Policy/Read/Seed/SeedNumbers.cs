// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Muen.Sdk.Policy.Read.Seed;

/// <summary>Numbers of the policies of 2013: addresses are hexadecimal digits alone.</summary>
internal static class SeedNumbers
{
    private const int Longest = 16;

    /// <summary>The number, null when these are not 1 to 16 hexadecimal digits.</summary>
    internal static ulong? Hex(string digits) =>
        digits.Length is > 0 and <= Longest && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    /// <summary>The number that an attribute holds.</summary>
    internal static ulong? Hex(Element e, string attribute) => e.Find(attribute) is { } a ? Hex(a.Value) : null;

    /// <summary>The size that an attribute holds.</summary>
    internal static ulong? Size(Element e) => e.Find("size") is { } a && Numbers.TryParse(a.Value, out var value) && value > 0 && value <= 1UL << 46 ? (ulong)value : null;

    /// <summary>A number as today's policies write it.</summary>
    internal static string Text(ulong value) => $"0x{value.ToString("x", CultureInfo.InvariantCulture)}";
}
