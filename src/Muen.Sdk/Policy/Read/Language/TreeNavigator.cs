// SPDX-License-Identifier: MIT
using System;
using System.Text;
using System.Xml;
using System.Xml.XPath;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Lets .NET's XPath walk over a tree of <see cref="TreeNode"/>s. Each step costs: a short path of several <c>//</c> takes time without bound, and the text's size does
/// not show it.
/// </summary>
internal sealed class TreeNavigator : XPathNavigator
{
    private readonly XPathCost cost;
    private readonly XmlNameTable names;
    private TreeNode node;

    // -1: the node itself; -2: its text; else the attribute of this index.
    private int part = -1;

    /// <param name="node">Where the path begins.</param>
    /// <param name="cost">What paths of this policy may still cost.</param>
    internal TreeNavigator(TreeNode node, XPathCost cost)
        : this(node, -1, cost, new NameTable())
    {
    }

    private TreeNavigator(TreeNode node, int part, XPathCost cost, XmlNameTable names)
    {
        this.node = node;
        this.part = part;
        this.cost = cost;
        this.names = names;
    }

    /// <summary>The element here, null when this is the document, a text or an attribute.</summary>
    internal TreeNode? Node => part == -1 ? node : null;

    public override string BaseURI => "";

    public override bool IsEmptyElement => part == -1 && node.Children.Count == 0 && node.Text is null;

    public override string LocalName => part == -2 || node.Element is null ? "" : part >= 0 ? node.Element.Attributes[part].Name : node.Element.Name;

    public override string Name => LocalName;

    public override string NamespaceURI => "";

    public override string Prefix => "";

    public override XmlNameTable NameTable => names;

    public override XPathNodeType NodeType => part switch
    {
        -2 => XPathNodeType.Text,
        >= 0 => XPathNodeType.Attribute,
        _ => node.Element is null ? XPathNodeType.Root : XPathNodeType.Element,
    };

    public override string Value
    {
        get
        {
            if (part >= 0)
            {
                return cost.Take(node.Element!.Attributes[part].Value);
            }

            if (part == -2)
            {
                return cost.Take(node.Text!.Value);
            }

            var text = new StringBuilder();
            Append(node, text);
            return text.ToString();
        }
    }

    public override XPathNavigator Clone()
    {
        cost.Take(1);
        return new TreeNavigator(node, part, cost, names);
    }

    public override bool IsSamePosition(XPathNavigator other) => other is TreeNavigator t && ReferenceEquals(t.node, node) && t.part == part;

    public override bool MoveTo(XPathNavigator other)
    {
        cost.Take(1);
        if (other is not TreeNavigator t)
        {
            return false;
        }

        (node, part) = (t.node, t.part);
        return true;
    }

    public override bool MoveToFirstAttribute() => part == -1 && node.Element is { Attributes.Length: > 0 } && To(node, 0);

    public override bool MoveToNextAttribute() => part >= 0 && part + 1 < node.Element!.Attributes.Length && To(node, part + 1);

    public override bool MoveToFirstChild() =>
        part == -1 && (node.Text is not null ? To(node, -2) : node.Children.Count != 0 && To(node.Children[0], -1));

    public override bool MoveToNext() => part switch
    {
        // The text comes before the children.
        -2 => node.Children.Count != 0 && To(node.Children[0], -1),
        -1 => node.Parent is { } parent && node.Index + 1 < parent.Children.Count && To(parent.Children[node.Index + 1], -1),
        _ => false,
    };

    public override bool MoveToPrevious()
    {
        if (part != -1 || node.Parent is not { } parent)
        {
            return false;
        }

        return node.Index > 0 ? To(parent.Children[node.Index - 1], -1) : parent.Text is not null && To(parent, -2);
    }

    public override bool MoveToParent() => part != -1 ? To(node, -1) : node.Parent is { } parent && To(parent, -1);

    public override bool MoveToFirstNamespace(XPathNamespaceScope namespaceScope) => false;

    public override bool MoveToNextNamespace(XPathNamespaceScope namespaceScope) => false;

    public override bool MoveToId(string id) => false;

    public override XmlNodeOrder ComparePosition(XPathNavigator? nav)
    {
        if (nav is not TreeNavigator other)
        {
            return XmlNodeOrder.Unknown;
        }

        (TreeNode a, TreeNode b) = (node, other.node);
        cost.Take(1 + a.Depth + b.Depth);
        if (ReferenceEquals(a, b))
        {
            return Order(Rank(part).CompareTo(Rank(other.part)));
        }

        // What is above comes first, with all its parts; else the order of the children of the nearest common node above.
        bool below = a.Depth > b.Depth;
        while (a.Depth > b.Depth)
        {
            a = a.Parent!;
        }

        while (b.Depth > a.Depth)
        {
            b = b.Parent!;
        }

        if (ReferenceEquals(a, b))
        {
            return below ? XmlNodeOrder.After : XmlNodeOrder.Before;
        }

        while (!ReferenceEquals(a.Parent, b.Parent))
        {
            (a, b) = (a.Parent!, b.Parent!);
        }

        return Order(a.Index.CompareTo(b.Index));
    }

    private static XmlNodeOrder Order(int comparison) => comparison switch { < 0 => XmlNodeOrder.Before, > 0 => XmlNodeOrder.After, _ => XmlNodeOrder.Same };

    // The element, its attributes, its text.
    private static int Rank(int part) => part == -2 ? int.MaxValue : part;

    private void Append(TreeNode from, StringBuilder text)
    {
        cost.Take(1);
        if (from.Text is { } own)
        {
            text.Append(cost.Take(own.Value));
        }

        foreach (TreeNode child in from.Children)
        {
            Append(child, text);
        }
    }

    private bool To(TreeNode to, int toPart)
    {
        cost.Take(1);
        (node, part) = (to, toPart);
        return true;
    }
}

/// <summary>What the XPaths of a policy may cost together, in steps and characters.</summary>
internal sealed class XPathCost
{
    internal const int Limit = 20_000_000;

    private int taken;

    /// <summary>Takes steps; throws when there are none left.</summary>
    internal void Take(int steps)
    {
        taken += steps;
        if (taken > Limit)
        {
            throw new XPathTooCostlyException();
        }
    }

    /// <summary>Takes as many as a text has characters, and gives the text.</summary>
    internal string Take(string text)
    {
        Take(1 + text.Length);
        return text;
    }
}

/// <summary>Ends the evaluation of an XPath from within; <see cref="Amendments"/> turns it into an error of the policy.</summary>
internal sealed class XPathTooCostlyException : Exception;
