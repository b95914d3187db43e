// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml.XPath;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Moves the content of each <c>amend</c> into the one element that its XPath selects. The path begins at the element that the <c>amend</c> stands in and sees everything
/// but other <c>amend</c>s, with what those before it have added. What is there already, an element of the same name with the same attributes, is not added a second time: its
/// children are.
/// </summary>
internal sealed class Amendments
{
    private const int NestingLimit = 32;

    private readonly Queue<(Element Amend, TreeNode Context)> pending = [];
    private readonly XPathCost cost = new();
    private readonly DiagnosticBag bag;

    private Amendments(DiagnosticBag bag) => this.bag = bag;

    /// <summary>The tree without <c>amend</c>.</summary>
    internal static Element Apply(Element root, DiagnosticBag bag) => Any(root) ? new Amendments(bag).Apply(root) : root;

    private static bool Any(Element e) => e.Children.Any(child => child.Name == "amend" || Any(child));

    private Element Apply(Element root)
    {
        var document = new TreeNode(null, null);
        TreeNode top = Add(root, document, root.Place)!;
        while (pending.TryDequeue(out (Element Amend, TreeNode Context) next))
        {
            if (!Apply(next.Amend, next.Context))
            {
                break;
            }
        }

        return top.Freeze();
    }

    // False when no other amend can be tried.
    private bool Apply(Element amend, TreeNode context)
    {
        LanguageVocabulary.Amend.Validate(amend, bag);
        if (amend.Find("xpath") is not { Value.Length: > 0 } xpath)
        {
            return true;
        }

        TreeNode[] targets;
        try
        {
            targets = Select(xpath, context);
        }
        catch (XPathException e)
        {
            bag.Add(xpath.Place, DiagnosticCodes.InvalidXPath, xpath.Value.Contains('$', StringComparison.Ordinal)
                ? $"'{Quote.Short(xpath.Value)}' is not an XPath: a variable cannot stand within it; make the whole path in an expression, with evalString, and name that: xpath=\"$path\""
                : $"'{Quote.Short(xpath.Value)}' is not an XPath that selects elements: {Quote.Short(e.Message.TrimEnd('.'))}; write for example /system/subjects/subject[@name='linux']");
            return true;
        }
        catch (XPathTooCostlyException)
        {
            bag.Add(xpath.Place, DiagnosticCodes.XPathTooCostly,
                $"the XPaths of the policy take more than {XPathCost.Limit} steps, the last one being '{Quote.Short(xpath.Value)}'; name the elements on the way instead of //");
            return false;
        }

        if (targets.Length != 1)
        {
            bag.Add(xpath.Place, DiagnosticCodes.AmendTarget, targets.Length == 0
                ? $"'{Quote.Short(xpath.Value)}' selects nothing{Hint(xpath.Value, context)}; an amend needs one element to add to"
                : $"'{Quote.Short(xpath.Value)}' selects several elements, among them those at {targets[0].Element?.Place.ToString() ?? "the root"} and {targets[1].Element?.Place}; select one");
            return true;
        }

        foreach (Element child in amend.Children)
        {
            if (targets[0].Element is null)
            {
                AmendRoot(child, targets[0].Children[0], xpath);
            }
            else
            {
                Merge(child, targets[0]);
            }
        }

        return true;
    }

    // The first two that the path selects.
    private TreeNode[] Select(Attribute xpath, TreeNode context)
    {
        int nesting = 0;
        foreach (char c in xpath.Value)
        {
            nesting += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (nesting > NestingLimit)
            {
                throw new XPathException($"brackets are nested more than {NestingLimit} deep");
            }
        }

        var selected = new List<TreeNode>();
        foreach (TreeNavigator at in new TreeNavigator(context, cost).Select(xpath.Value))
        {
            selected.Add(at.Node ?? throw new XPathException("it selects an attribute or a text"));
            if (selected.Count == 2)
            {
                break;
            }
        }

        return [.. selected];
    }

    // How far a path of plain steps leads.
    private static string Hint(string xpath, TreeNode context)
    {
        if (!xpath.StartsWith('/'))
        {
            return "";
        }

        TreeNode at = context;
        while (at.Parent is { } parent)
        {
            at = parent;
        }

        foreach (string step in xpath[1..].Split('/'))
        {
            int end = step.IndexOf('[', StringComparison.Ordinal);
            string name = end < 0 ? step : step[..end];
            if (at.Children.FirstOrDefault(c => c.Element!.Name == name) is not { } next)
            {
                string here = at.Element is null ? "the root" : $"'{at.Element.Name}'";
                return name.Length == 0 || at.Children.Count == 0 ? "" : $": in {here} there is no '{Quote.Short(name)}', but {string.Join(", ", at.Children.Select(c => c.Element!.Name).Distinct().Take(12))}";
            }

            if (end >= 0)
            {
                return $": no '{Quote.Short(name)}' is as {Quote.Short(step[end..])} says";
            }

            at = next;
        }

        return "";
    }

    private void AmendRoot(Element child, TreeNode root, Attribute xpath)
    {
        if (child.Name != root.Element!.Name)
        {
            bag.Add(child.Place, DiagnosticCodes.AmendTarget, $"'{Quote.Short(xpath.Value)}' selects the whole policy, and '{Quote.Short(child.Name)}' cannot stand beside its root; select {root.Element.Name}");
            return;
        }

        foreach (Element grandchild in child.Children)
        {
            Merge(grandchild, root);
        }
    }

    private void Merge(Element child, TreeNode target)
    {
        if (child.Name == "amend")
        {
            pending.Enqueue((child, target));
            return;
        }

        if (target.Alike(child) is { } alike)
        {
            if (child.Children.IsEmpty && child.Text is { } text)
            {
                // An element of text alone, like bootparams: another one, unless its text is there, or an empty one waits for it.
                if (alike.HasText(text.Value) || alike.TryFill(text))
                {
                    return;
                }
            }
            else
            {
                foreach (Element grandchild in child.Children)
                {
                    Merge(grandchild, alike.First);
                }

                return;
            }
        }

        Add(child, target, child.Place);
    }

    private TreeNode? Add(Element element, TreeNode parent, Place place)
    {
        if (parent.Depth > LanguageExpansion.DepthLimit)
        {
            bag.Add(place, DiagnosticCodes.NestedTooDeeply, $"element '{Quote.Short(element.Name)}' is nested more than {LanguageExpansion.DepthLimit} deep where it is amended; a policy needs less");
            return null;
        }

        var node = new TreeNode(element, parent);
        foreach (Element child in element.Children)
        {
            if (child.Name == "amend")
            {
                pending.Enqueue((child, node));
            }
            else
            {
                Add(child, node, place);
            }
        }

        return node;
    }
}
