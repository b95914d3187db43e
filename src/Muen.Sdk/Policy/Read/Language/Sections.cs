// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Joins sections of the same name that different files bring: a machine's description and additions to it, two files with subjects. Within a file they stay apart, and
/// the vocabulary refuses them.
/// </summary>
internal static class Sections
{
    // The sections that are lists, and those of their children that are.
    private static readonly Dictionary<string, string[]> Lists = new(StringComparer.Ordinal)
    {
        ["system"] = ["config", "expressions", "hardware", "platform", "memory", "deviceDomains", "events", "channels", "components", "subjects", "goals"],
        ["hardware"] = ["memory", "devices"],
        ["platform"] = ["config", "mappings"],
        ["mappings"] = ["aliases", "classes"],
    };

    /// <summary>The root with its sections joined.</summary>
    internal static Element Join(Element e)
    {
        if (!Lists.TryGetValue(e.Name, out string[]? lists))
        {
            return e;
        }

        var joined = new List<Element>();
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Element child in e.Children)
        {
            if (first.TryGetValue(child.Name, out int index) && joined[index].Place.File != child.Place.File && Unlike(joined[index], child) is { } attributes)
            {
                joined[index] = joined[index] with { Attributes = attributes, Children = joined[index].Children.AddRange(child.Children), Text = joined[index].Text ?? child.Text };
                continue;
            }

            if (lists.Contains(child.Name))
            {
                first.TryAdd(child.Name, joined.Count);
            }

            joined.Add(child);
        }

        return e with { Children = [.. joined.Select(Join)] };
    }

    // The attributes of both, null when both have one of the same name: then the author must say which counts.
    private static ImmutableArray<Attribute>? Unlike(Element one, Element other) =>
        other.Attributes.Any(a => one.Written(a.Name) is not null) ? null : one.Attributes.AddRange(other.Attributes);
}
