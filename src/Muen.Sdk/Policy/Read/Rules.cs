// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>How often a child may stand in its parent.</summary>
internal enum Occurs
{
    Optional,
    Once,
    Many,
}

/// <summary>What an attribute is for and what it may hold.</summary>
internal sealed record AttributeRule(string Name, bool Required, ValueRule Value, string Doc);

/// <summary>A child that may stand in an element.</summary>
internal sealed record ChildRule(ElementRule Element, Occurs Occurs);

/// <summary>What an element is for, which attributes and children it may have.</summary>
internal sealed class ElementRule(string name, string doc)
{
    private readonly List<AttributeRule> attributes = [];
    private readonly List<ChildRule> children = [];
    private readonly List<string[]> exclusive = [];

    internal string Name => name;

    internal string Doc => doc;

    internal IReadOnlyList<AttributeRule> Attributes => attributes;

    internal IReadOnlyList<ChildRule> Children => children;

    /// <summary>Of each of these groups of attributes or children, at most one may be there.</summary>
    internal IReadOnlyList<string[]> Exclusive => exclusive;

    /// <summary>Adds an attribute that must be there.</summary>
    internal ElementRule Needs(string attribute, ValueRule value, string what)
    {
        attributes.Add(new AttributeRule(attribute, true, value, what));
        return this;
    }

    /// <summary>Adds an attribute that may be there.</summary>
    internal ElementRule May(string attribute, ValueRule value, string what)
    {
        attributes.Add(new AttributeRule(attribute, false, value, what));
        return this;
    }

    /// <summary>Adds children.</summary>
    internal ElementRule With(Occurs occurs, params ElementRule[] elements)
    {
        children.AddRange(elements.Select(element => new ChildRule(element, occurs)));
        return this;
    }

    /// <summary>What the element's text is; without this it may have none.</summary>
    internal AttributeRule? Content { get; private set; }

    /// <summary>Gives the element a text.</summary>
    internal ElementRule Holds(ValueRule value, string what)
    {
        Content = new AttributeRule(name, true, value, what);
        return this;
    }

    /// <summary>Whether any children and text may stand in it: what they are is judged where they come to stand.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Allows any children.</summary>
    internal ElementRule Open()
    {
        IsOpen = true;
        return this;
    }

    /// <summary>Whether the original has it and nothing is made of it here: whatever is written in it is accepted.</summary>
    internal bool IsUnread { get; private set; }

    /// <summary>Accepts what the original's files say here, unread.</summary>
    internal ElementRule Unread()
    {
        IsUnread = true;
        return this;
    }

    /// <summary>Of these attributes or children, at most one may be there.</summary>
    internal ElementRule AtMostOneOf(params string[] names)
    {
        exclusive.Add(names);
        return this;
    }

    /// <summary>Whether this element stands for others that could not be put in its place.</summary>
    internal static bool IsLeftOver(Element element) => element.Name is "include" or "useTemplate";

    /// <summary>Adds every error of an element and of all below it.</summary>
    internal void Validate(Element element, DiagnosticBag bag)
    {
        if (IsUnread)
        {
            return;
        }

        CheckAttributes(element, bag);
        if (!IsOpen)
        {
            CheckChildren(element, bag);
        }

        foreach (string[] names in exclusive)
        {
            var found = names.Select(n => element.Written(n)?.Place ?? element.Children.FirstOrDefault(c => c.Name == n)?.Place)
                .Where(place => place is not null).ToList();
            if (found.Count > 1)
            {
                bag.Add(found[1]!.Value, DiagnosticCodes.Exclusive, $"'{name}' has more than one of {string.Join(", ", names)}; keep one");
            }
        }

        CheckText(element, bag);
    }

    private void CheckText(Element element, DiagnosticBag bag)
    {
        if (Content is { } content)
        {
            ElementText text = element.Text ?? new ElementText("", element.Place);
            if (text.Value.Length > XmlTree.ValueLimit)
            {
                bag.Add(text.Place, DiagnosticCodes.ValueTooLong, $"the text of '{name}' has more than {XmlTree.ValueLimit} characters; make it shorter");
            }
            else if (!text.Unresolved)
            {
                content.Value.Check(new Attribute(name, text.Value, text.Place), bag);
            }
        }
        else if (element.Text is { } unexpected)
        {
            bag.Add(unexpected.Place, DiagnosticCodes.UnexpectedText, $"text in '{name}' has no meaning; write values in attributes");
        }
    }

    private void CheckAttributes(Element element, DiagnosticBag bag)
    {
        foreach (Attribute attribute in element.Attributes)
        {
            if (attributes.Find(rule => rule.Name == attribute.Name) is { } rule)
            {
                if (!attribute.Unresolved)
                {
                    rule.Value.Check(attribute, bag);
                }
            }
            else
            {
                bag.AddUnknown(attribute.Place, DiagnosticCodes.UnknownAttribute, "attribute", attribute.Name,
                    attributes.Select(a => a.Name), "attributes it may have", $" of '{name}'");
            }
        }

        foreach (AttributeRule rule in attributes)
        {
            if (rule.Required && element.Written(rule.Name) is null)
            {
                bag.Add(element.Place, DiagnosticCodes.MissingAttribute, $"'{name}' has no attribute '{rule.Name}'; add it: {rule.Doc}");
            }
        }
    }

    private void CheckChildren(Element element, DiagnosticBag bag)
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        var excused = new HashSet<string>(StringComparer.Ordinal);
        foreach (Element child in element.Children)
        {
            if (IsLeftOver(child))
            {
                // Reported where it was tried.
                excused.UnionWith(children.Select(c => c.Element.Name));
                continue;
            }

            if (children.Find(rule => rule.Element.Name == child.Name) is not { } rule)
            {
                bag.AddUnknown(child.Place, DiagnosticCodes.UnknownElement, "element", child.Name,
                    children.Select(c => c.Element.Name), "elements it may have", $" in '{name}'");
                continue;
            }

            if (!present.Add(child.Name) && rule.Occurs != Occurs.Many)
            {
                bag.Add(child.Place, DiagnosticCodes.RepeatedElement, $"'{child.Name}' stands in '{name}' a second time; join the two");
            }

            rule.Element.Validate(child, bag);
        }

        foreach (ChildRule rule in children)
        {
            if (rule.Occurs == Occurs.Once && !present.Contains(rule.Element.Name) && !excused.Contains(rule.Element.Name))
            {
                bag.Add(element.Place, DiagnosticCodes.MissingElement, $"'{name}' has no element '{rule.Element.Name}'; add it: {rule.Element.Doc}");
            }
        }
    }
}
