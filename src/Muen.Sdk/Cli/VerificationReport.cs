// SPDX-License-Identifier: MIT

using System.Text;
using System.Text.Json;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli;

/// <summary>What a verification found, for people and for programs.</summary>
static class VerificationReport
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A line for each finding, `image: error MUENnnnn: place: what`, then what each code means.</summary>
    /// <param name="image">The image as the user wrote its path.</param>
    /// <param name="result">What was found.</param>
    /// <param name="harmless">Whether to list what changes nothing, too.</param>
    public static string Text(string image, VerificationResult result, bool harmless)
    {
        var text = new StringBuilder();
        Finding[] shown = [.. result.Findings.Where(f => harmless || !f.Code.IsHarmless)];
        foreach (Finding finding in shown)
        {
            text.Append(image).Append(": ").Append(finding).Append('\n');
        }

        foreach (FindingCode code in shown.Select(f => f.Code).Distinct().OrderBy(c => c.Id, StringComparer.Ordinal))
        {
            int more = result.Counts[code] - shown.Count(f => f.Code == code);
            text.Append($"{code}: {code.Title}. {code.Meaning}{(more > 0 ? $" ({more} more were found.)" : "")}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>The same as JSON.</summary>
    public static string Json(string image, string? policy, VerificationResult result) => JsonSerializer.Serialize(
        new
        {
            image,
            policy,
            verified = !result.HasErrors,
            findings = result.Findings.Select(f => new { code = f.Code.Id, harmless = f.Code.IsHarmless, f.Code.Title, f.Code.Meaning, f.Place, f.Message }),
            counts = result.Counts.OrderBy(c => c.Key.Id, StringComparer.Ordinal).ToDictionary(c => c.Key.Id, c => c.Value),
        },
        s_json);
}
