// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>An element of a tree that grows: <c>amend</c> adds to places anywhere in the tree, so it needs parents and children that change.</summary>
internal sealed class TreeNode
{
    private readonly List<TreeNode> children = [];
    private Dictionary<string, AlikeNodes>? alike;

    /// <summary>A node without children.</summary>
    /// <param name="element">Its name, place and attributes; null for the document above the root.</param>
    /// <param name="parent">Null for the document.</param>
    internal TreeNode(Element? element, TreeNode? parent)
    {
        Element = element;
        Parent = parent;
        Text = element?.Text;
        Depth = parent is null ? 0 : parent.Depth + 1;
        if (parent is not null)
        {
            Index = parent.children.Count;
            parent.children.Add(this);
            parent.alike?.Note(this);
        }
    }

    internal Element? Element { get; }

    internal TreeNode? Parent { get; }

    internal ElementText? Text { get; set; }

    /// <summary>Position among the parent's children.</summary>
    internal int Index { get; }

    /// <summary>Nodes above it; 0 for the document.</summary>
    internal int Depth { get; }

    internal IReadOnlyList<TreeNode> Children => children;

    /// <summary>Its children of the same name with the same attributes, whatever is in them; null when there are none.</summary>
    internal AlikeNodes? Alike(Element element)
    {
        if (alike is null)
        {
            alike = new Dictionary<string, AlikeNodes>(StringComparer.Ordinal);
            children.ForEach(alike.Note);
        }

        return alike.GetValueOrDefault(Signature(element));
    }

    /// <summary>The tree of immutable elements.</summary>
    internal Element Freeze() => Element! with { Children = [.. children.Select(child => child.Freeze())], Text = Text };

    /// <summary>Name and attributes in any order.</summary>
    internal static string Signature(Element element) =>
        element.Name + string.Concat(element.Attributes.OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => $"\0{a.Name}\0{a.Value}"));
}

/// <summary>Siblings of the same name with the same attributes.</summary>
internal sealed class AlikeNodes(TreeNode first)
{
    private readonly HashSet<string> texts = new(StringComparer.Ordinal);
    private readonly Queue<TreeNode> empty = [];

    /// <summary>The first of them.</summary>
    internal TreeNode First => first;

    /// <summary>Whether one of them has this text.</summary>
    internal bool HasText(string text) => texts.Contains(text);

    /// <summary>Gives the first one without content a text; false when each has content.</summary>
    internal bool TryFill(ElementText text)
    {
        while (empty.TryDequeue(out TreeNode? node))
        {
            if (node.Text is null && node.Children.Count == 0)
            {
                node.Text = text;
                texts.Add(text.Value);
                return true;
            }
        }

        return false;
    }

    internal void Note(TreeNode node)
    {
        if (node.Text is { } text)
        {
            texts.Add(text.Value);
        }
        else
        {
            empty.Enqueue(node);
        }
    }
}

/// <summary>An index of siblings by signature.</summary>
internal static class AlikeIndex
{
    internal static void Note(this Dictionary<string, AlikeNodes> index, TreeNode node)
    {
        string signature = TreeNode.Signature(node.Element!);
        if (!index.TryGetValue(signature, out AlikeNodes? nodes))
        {
            index.Add(signature, nodes = new AlikeNodes(node));
        }

        nodes.Note(node);
    }
}
