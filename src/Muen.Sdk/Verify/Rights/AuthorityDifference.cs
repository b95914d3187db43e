// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Verify;

/// <summary>A right that is another: gained, lost, or to something else.</summary>
/// <param name="Before">What it was, null when there was none.</param>
/// <param name="After">What it is, null when there is none.</param>
public sealed record RightChange(RightKind Kind, string Subject, string Object, string? Before, string? After)
{
    /// <summary><c>gained</c>, <c>lost</c> or <c>changed</c>.</summary>
    public string Change => Before is null ? "gained" : After is null ? "lost" : "changed";
}

/// <summary>What authority changed from one system to another.</summary>
public static class AuthorityDifference
{
    /// <summary>Compares two authorities; addresses and numbers that the compiler chose do not count.</summary>
    /// <returns>Changes by kind, subject and object; none when everybody can do the same.</returns>
    public static IReadOnlyList<RightChange> Between(Authority before, Authority after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        Dictionary<(RightKind, string, string), string> old = Index(before);
        Dictionary<(RightKind, string, string), string> now = Index(after);
        var changes = new List<RightChange>();
        foreach ((RightKind Kind, string Subject, string Object) right in old.Keys.Union(now.Keys).OrderBy(r => r.Item1).ThenBy(r => r.Item2, StringComparer.Ordinal).ThenBy(r => r.Item3, StringComparer.Ordinal))
        {
            string? was = old.GetValueOrDefault(right);
            string? isNow = now.GetValueOrDefault(right);
            if (was != isNow)
            {
                changes.Add(new(right.Kind, right.Subject, right.Object, was, isNow));
            }
        }

        return changes;
    }

    // Two rights of one name, as to two ends of one device, count together.
    static Dictionary<(RightKind, string, string), string> Index(Authority authority) => authority.Rights
        .GroupBy(r => (r.Kind, r.Subject, r.Object))
        .ToDictionary(g => g.Key, g => string.Join("; ", g.Select(r => r.What).Order(StringComparer.Ordinal)));
}
