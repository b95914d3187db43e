// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Muen.Sdk.Report.Drawing;

/// <summary>A colour for each subject, the same in all pictures.</summary>
sealed class Palette
{
    /// <summary>Hues that are easy to tell apart, for the first subjects.</summary>
    static readonly int[] s_first = [255, 35, 155, 310, 80, 200, 350, 115];

    /// <summary>The golden angle in degrees: hues at multiples of it never come close to each other soon.</summary>
    const double GoldenAngle = 137.508;

    readonly Dictionary<string, int> _hues = new(StringComparer.Ordinal);

    public Palette(IEnumerable<string> subjects)
    {
        foreach (string subject in subjects)
        {
            int index = _hues.Count;
            _hues[subject] = index < s_first.Length ? s_first[index] : (int)(index * GoldenAngle % 360);
        }
    }

    /// <summary>The attribute that gives an element a subject's colour; none for what is nobody's.</summary>
    public string Of(string subject) => _hues.TryGetValue(subject, out int hue) ? string.Create(CultureInfo.InvariantCulture, $"style=\"--h:{hue}\"") : "style=\"--c:0\"";
}
