// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>Copies of parts of a tree that come to stand elsewhere.</summary>
internal static class Copies
{
    /// <summary>An element whose places all have this origin, so that an error in it says which of its uses is wrong; null when the budget ends.</summary>
    internal static Element? Of(Element e, Origin origin, Budget budget)
    {
        if (!budget.Spend(1 + e.Attributes.Length, origin.Place))
        {
            return null;
        }

        var children = ImmutableArray.CreateBuilder<Element>(e.Children.Length);
        foreach (Element child in e.Children)
        {
            if (Of(child, origin, budget) is not { } copy)
            {
                return null;
            }

            children.Add(copy);
        }

        return new Element(
            e.Name,
            e.Place with { Origin = origin },
            [.. e.Attributes.Select(a => a with { Place = a.Place with { Origin = origin } })],
            children.MoveToImmutable(),
            e.Text is { } text ? text with { Place = text.Place with { Origin = origin } } : null);
    }
}
