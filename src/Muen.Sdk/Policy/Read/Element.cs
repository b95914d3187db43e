// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Muen.Sdk.Policy.Read;

/// <summary>An XML element as it was written, with places; nothing is interpreted yet.</summary>
/// <param name="Name">Local name.</param>
/// <param name="Place">Place of the name's first character.</param>
/// <param name="Attributes">In the order of the file.</param>
/// <param name="Children">Elements, in the order of the file.</param>
/// <param name="Text">Place of the first text that is not white space, null when there is none.</param>
internal sealed record Element(
    string Name, Place Place, ImmutableArray<Attribute> Attributes, ImmutableArray<Element> Children, Place? Text)
{
    /// <summary>The attribute of this name, null when there is none.</summary>
    internal Attribute? Find(string name)
    {
        foreach (Attribute attribute in Attributes)
        {
            if (attribute.Name == name)
            {
                return attribute;
            }
        }

        return null;
    }
}

/// <summary>An XML attribute with the places of its name.</summary>
internal sealed record Attribute(string Name, string Value, Place Place);
