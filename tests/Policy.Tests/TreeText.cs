// SPDX-License-Identifier: MIT
using System;
using System.Linq;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Tests;

/// <summary>A tree as one line of XML, for comparison.</summary>
internal static class TreeText
{
    /// <summary>The expanded tree of a policy without an error: what stands in its root.</summary>
    /// <param name="workspace">Where the policy is written.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="tolerant">Whether elements may be incomplete or unknown: the passes leave them as they are.</param>
    internal static string Expanded(this Workspace workspace, string policy, bool tolerant = false)
    {
        var bag = new DiagnosticBag();
        Element? root = PolicyTree.Read(workspace.Write("system.xml", policy), bag);
        Assert.Empty(bag.Sorted.Where(d => !tolerant || d.Code is not ("MUEN1008" or "MUEN1009" or "MUEN1010" or "MUEN1011")).Select(d => d.ToString()));
        return string.Concat(root!.Children.Select(Of));
    }

    internal static string Of(Element element)
    {
        string start = element.Name + string.Concat(element.Attributes.Select(a => $" {a.Name}='{a.Value}'"));
        string content = element.Text?.Value + string.Concat(element.Children.Select(Of));
        return content.Length == 0 ? $"<{start}/>" : $"<{start}>{content}</{element.Name}>";
    }
}
