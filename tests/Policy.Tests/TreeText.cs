// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Tests;

/// <summary>A tree as one line of XML, for comparison.</summary>
internal static class TreeText
{
    /// <summary>The expanded tree of a policy without an error: what stands in its root.</summary>
    internal static string Expanded(this Workspace workspace, string policy)
    {
        var bag = new DiagnosticBag();
        Element? root = PolicyTree.Read(workspace.Write("system.xml", policy), bag);
        Assert.Empty(bag.Sorted.Select(d => d.ToString()));
        return string.Concat(root!.Children.Select(Of));
    }

    internal static string Of(Element element)
    {
        string start = element.Name + string.Concat(element.Attributes.Select(a => $" {a.Name}='{a.Value}'"));
        string content = element.Text?.Value + string.Concat(element.Children.Select(Of));
        return content.Length == 0 ? $"<{start}/>" : $"<{start}>{content}</{element.Name}>";
    }
}
