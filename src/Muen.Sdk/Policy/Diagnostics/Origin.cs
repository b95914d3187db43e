// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy;

/// <summary>
/// What brought a piece of text into the policy, and where. The place may have an origin of its own, so origins form a chain that ends in the policy's file; an error
/// shows it, since the place of the text alone does not say which of its uses is wrong.
/// </summary>
/// <param name="what">What happened: <c>included</c>, <c>template 'disk' used</c>.</param>
/// <param name="place">Where.</param>
public sealed class Origin(string what, Place place)
{
    private const int Shown = 8;

    /// <summary>What happened.</summary>
    public string What { get; } = what;

    /// <summary>Where.</summary>
    public Place Place { get; } = place;

    /// <summary>The chain from the inside out, in brackets: <c>[included at b.xml(3,4), included at a.xml(1,2)]</c>; of a long one both ends.</summary>
    public override string ToString()
    {
        var links = new List<string>();
        for (Origin? link = this; link is not null; link = link.Place.Origin)
        {
            links.Add($"{link.What} at {link.Place}");
        }

        IEnumerable<string> shown = links.Count <= Shown
            ? links
            : links.Take(Shown / 2).Append($"{links.Count - Shown} more").Concat(links.Skip(links.Count - (Shown / 2)));
        return $"[{string.Join(", ", shown)}]";
    }
}
