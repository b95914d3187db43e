// SPDX-License-Identifier: MIT
using System.Collections.Immutable;

namespace Muen.Sdk.Policy.Read;

/// <summary>An XML element as it was written, with places; nothing is interpreted yet.</summary>
/// <param name="Name">Local name.</param>
/// <param name="Place">Place of the name's first character.</param>
/// <param name="Attributes">In the order of the file.</param>
/// <param name="Children">Elements, in the order of the file.</param>
/// <param name="Text">What is written between the children, null when that is nothing or white space.</param>
internal sealed record Element(
    string Name, Place Place, ImmutableArray<Attribute> Attributes, ImmutableArray<Element> Children, ElementText? Text)
{
    /// <summary>The attribute of this name, null when there is none or its value could not be found out.</summary>
    internal Attribute? Find(string name) => Written(name) is { Unresolved: false } attribute ? attribute : null;

    /// <summary>The attribute of this name, whatever its value; null when there is none.</summary>
    internal Attribute? Written(string name)
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

/// <summary>An XML attribute with the place of its name.</summary>
/// <param name="Name">Its name, with the prefix of a foreign namespace.</param>
/// <param name="Value">Its value.</param>
/// <param name="Place">Place of the name's first character.</param>
/// <param name="Unresolved">The value names a variable that could not be evaluated, or is too long to be read; the error was reported there.</param>
internal sealed record Attribute(string Name, string Value, Place Place, bool Unresolved = false);

/// <summary>The text of an element.</summary>
/// <param name="Value">All of it without white space at both ends; cut after <see cref="XmlTree.ValueLimit"/> + 1 characters.</param>
/// <param name="Place">Place of the first text that is not white space.</param>
/// <param name="Unresolved">As with <see cref="Attribute"/>.</param>
internal sealed record ElementText(string Value, Place Place, bool Unresolved = false);
