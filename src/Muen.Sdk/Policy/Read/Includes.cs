// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// Reads a file and replaces every <c>include</c>, wherever it stands, by the root element of the file it names. A root <c>system</c> or <c>include</c> is replaced by
/// its children, so a part of a system may be a file that an XML editor completes, and a file may bring several elements. A file is looked for beside the file that
/// includes it, then beside those that include that one: so files of the original, which knows one list of folders, find each other.
/// </summary>
internal sealed class Includes(DiagnosticBag bag)
{
    internal const int DepthLimit = 16;
    internal const int CountLimit = 1024;
    internal const long TotalLimit = 64 << 20;

    private readonly List<string> chain = [];
    private int count;
    private long total;
    private int nodes;

    /// <summary>The tree of a file with everything that it includes, null when the file itself is unusable.</summary>
    internal Element? Read(string path) => Read(path, Place.Start(path), null, 0);

    private Element? Read(string path, Place named, Origin? origin, int depth)
    {
        string? text = SourceFile.Read(path, named, origin, bag);
        if (text is null)
        {
            return null;
        }

        total += text.Length;
        if (total > TotalLimit)
        {
            bag.Add(named, DiagnosticCodes.FileTooLarge, $"the policy has more than {TotalLimit} characters with what it includes; make it smaller");
            return null;
        }

        Element? root = XmlTree.Parse(path, text, origin, depth, ref nodes, bag);
        if (root is null)
        {
            return null;
        }

        chain.Add(path);
        Element expanded = Expand(root, depth + 1);
        chain.RemoveAt(chain.Count - 1);
        return expanded;
    }

    private Element Expand(Element element, int depth)
    {
        ImmutableArray<Element>.Builder? children = null;
        for (int i = 0; i < element.Children.Length; i++)
        {
            Element child = element.Children[i];
            bool include = child.Name == "include";
            Element expanded = include ? child : Expand(child, depth + 1);
            if (children is null && (include || !ReferenceEquals(expanded, child)))
            {
                children = ImmutableArray.CreateBuilder<Element>(element.Children.Length);
                children.AddRange(element.Children, i);
            }

            // One that cannot be read stays in the tree: what it would have brought is not missed a second time.
            if (!include || !Include(child, depth, children!))
            {
                children?.Add(expanded);
            }
        }

        return children is null ? element : element with { Children = children.ToImmutable() };
    }

    private bool Include(Element include, int depth, ImmutableArray<Element>.Builder children)
    {
        if (include.Find("href") is not { } href || include.Attributes.Length != 1 || include.Children.Length != 0)
        {
            Vocabulary.Include.Validate(include, bag);
            return false;
        }

        string path = Find(href.Value);
        string full = Full(path);
        int earlier = chain.FindIndex(file => Full(file) == full);
        if (earlier >= 0)
        {
            string names = string.Join(" -> ", chain.Skip(earlier).Append(path).Select(Path.GetFileName));
            bag.Add(href.Place, DiagnosticCodes.IncludeCycle, $"the file includes itself: {Quote.Short(names)}; remove one of these includes");
            return false;
        }

        if (chain.Count >= DepthLimit || ++count > CountLimit)
        {
            bag.Add(href.Place, DiagnosticCodes.TooManyIncludes,
                $"includes are nested more than {DepthLimit} deep, or there are more than {CountLimit}; join some of the files");
            return false;
        }

        if (Read(path, href.Place, new Origin("included", href.Place), depth) is not { } root)
        {
            return false;
        }

        if (root.Name is "system" or "include")
        {
            children.AddRange(root.Children);
        }
        else
        {
            children.Add(root);
        }

        return true;
    }

    // The first that exists; the one beside the including file when none does, so that the error names it.
    private string Find(string name)
    {
        for (int i = chain.Count - 1; i >= 0; i--)
        {
            string path = Beside(chain[i], name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return Beside(chain[^1], name);
    }

    private static string Beside(string file, string name) => Path.Combine(Path.GetDirectoryName(file) ?? "", name);

    private static string Full(string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or NotSupportedException)
        {
            return path;
        }
    }
}
