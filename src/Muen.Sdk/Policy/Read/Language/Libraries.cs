// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Language;

/// <summary>
/// Gives each component what the libraries that it depends on require and provide, and those that they depend on, each once. What the component says itself about its
/// processor counts; lists are appended.
/// </summary>
internal sealed class Libraries
{
    // Elements whose children are a list; children of others are one of a kind.
    private static readonly string[] Lists = ["memory", "channels", "devices", "source", "target", "provides", "msrs"];

    private readonly Dictionary<string, Element> libraries = new(StringComparer.Ordinal);
    private readonly HashSet<string> finished = new(StringComparer.Ordinal);
    private readonly Budget budget;
    private readonly DiagnosticBag bag;

    private Libraries(Budget budget, DiagnosticBag bag)
    {
        this.budget = budget;
        this.bag = bag;
    }

    /// <summary>The tree without <c>library</c> and <c>depends</c>, null when it would become too large.</summary>
    internal static Element? Merge(Element root, Budget budget, DiagnosticBag bag)
    {
        if (!root.Children.Any(c => c.Name == "components" && c.Children.Any(Concerned)))
        {
            return root;
        }

        Element merged = new Libraries(budget, bag).Merge(root);
        return budget.Exhausted ? null : merged;
    }

    private static bool Concerned(Element e) => e.Name == "library" || e.Children.Any(c => c.Name == "depends");

    private Element Merge(Element root)
    {
        foreach (Element library in root.Children.Where(c => c.Name == "components").SelectMany(c => c.Children).Where(c => c.Name == "library"))
        {
            Add(library);
        }

        foreach (Element library in libraries.Values)
        {
            FindCycles(library, []);
        }

        return root with
        {
            Children = [.. root.Children.Select(section => section.Name != "components" ? section : section with
            {
                Children = [.. section.Children.Where(c => c.Name != "library").Select(c => c.Name == "component" ? Complete(c) : c)],
            })],
        };
    }

    private void Add(Element library)
    {
        Vocabulary.Library.Validate(library, bag);
        if (library.Find("name") is { Value.Length: > 0 } name && !libraries.TryAdd(name.Value, library))
        {
            bag.Add(name.Place, DiagnosticCodes.DuplicateLibrary,
                $"there is another library '{Quote.Short(name.Value)}' at {libraries[name.Value].Place}; give one of them a different name");
        }
    }

    private void FindCycles(Element library, ImmutableList<string> path)
    {
        string name = library.Find("name")!.Value;
        if (finished.Contains(name) || path.Count > LanguageExpansion.DepthLimit)
        {
            return;
        }

        path = path.Add(name);
        foreach (Attribute reference in Depends(library))
        {
            if (path.Contains(reference.Value))
            {
                string names = string.Join(" -> ", path.SkipWhile(n => n != reference.Value).Append(reference.Value));
                bag.Add(reference.Place, DiagnosticCodes.LibraryCycle, $"the library depends on itself: {Quote.Short(names)}; remove one of these dependencies");
            }
            else if (libraries.TryGetValue(reference.Value, out Element? other))
            {
                FindCycles(other, path);
            }
            else
            {
                Unknown(reference);
            }
        }

        finished.Add(name);
    }

    private Element Complete(Element component)
    {
        if (!component.Children.Any(c => c.Name == "depends"))
        {
            return component;
        }

        foreach (Element depends in component.Children.Where(c => c.Name == "depends"))
        {
            Vocabulary.Depends.Validate(depends, bag);
        }

        var parts = new List<Element> { component with { Children = component.Children.RemoveAll(c => c.Name == "depends") } };
        string user = component.Find("name")?.Value ?? "";
        foreach ((Element library, Attribute reference) in Needed(component))
        {
            var origin = new Origin($"library '{Quote.Short(reference.Value)}' needed by '{Quote.Short(user)}'", reference.Place);
            Element resources = library with { Children = [.. library.Children.Where(c => c.Name is "requires" or "provides")] };
            if (Copies.Of(resources, origin, budget) is not { } copy)
            {
                break;
            }

            parts.Add(copy);
        }

        return Join(parts);
    }

    // The libraries in the order in which they are named, each followed by those that it depends on.
    private List<(Element Library, Attribute Reference)> Needed(Element component)
    {
        var needed = new List<(Element, Attribute)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<Attribute>(Depends(component).Reverse());
        while (open.TryPop(out Attribute? reference))
        {
            if (!libraries.TryGetValue(reference.Value, out Element? library))
            {
                Unknown(reference);
            }
            else if (seen.Add(reference.Value))
            {
                needed.Add((library, reference));
                foreach (Attribute next in Depends(library).Reverse())
                {
                    open.Push(next);
                }
            }
        }

        return needed;
    }

    private void Unknown(Attribute reference) =>
        bag.AddUnknown(reference.Place, DiagnosticCodes.UnknownLibrary, "library", reference.Value, libraries.Keys, "libraries");

    private static IEnumerable<Attribute> Depends(Element e) => e.Children.Where(c => c.Name == "depends").SelectMany(d => d.Children)
        .Where(l => l.Name == "library").Select(l => l.Find("ref")).Where(r => r is not null).Select(r => r!);

    // The first with the children of all: those of a list one after the other, others of the same name joined.
    private static Element Join(List<Element> parts)
    {
        Element own = parts[0];
        if (parts.Count == 1)
        {
            return own;
        }

        if (Lists.Contains(own.Name))
        {
            return own with { Children = [.. parts.SelectMany(p => p.Children)] };
        }

        var groups = new List<List<Element>>();
        var byName = new Dictionary<string, List<Element>>(StringComparer.Ordinal);
        foreach (Element child in own.Children)
        {
            groups.Add([child]);
            byName.TryAdd(child.Name, groups[^1]);
        }

        foreach (Element child in parts.Skip(1).SelectMany(p => p.Children))
        {
            if (byName.TryGetValue(child.Name, out List<Element>? group))
            {
                group.Add(child);
            }
            else
            {
                groups.Add([child]);
                byName.Add(child.Name, groups[^1]);
            }
        }

        return own with { Children = [.. groups.Select(Join)] };
    }
}
