// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// Reads a file and replaces every <c>include</c> by the root element of the file it names; a root <c>system</c> is replaced by its children, so a part of a
/// system may be a file that an XML editor completes. File names are relative to the file that includes.
/// </summary>
internal sealed class Includes(DiagnosticBag bag)
{
    internal const int DepthLimit = 16;
    internal const int CountLimit = 1024;
    internal const long TotalLimit = 64 << 20;

    private readonly List<string> chain = [];
    private int count;
    private long total;

    /// <summary>The tree of a file with everything that it includes, null when the file itself is unusable.</summary>
    internal Element? Read(string path) => Read(path, Place.Start(path));

    private Element? Read(string path, Place origin)
    {
        string? text = SourceFile.Read(path, origin, bag);
        if (text is null)
        {
            return null;
        }

        total += text.Length;
        if (total > TotalLimit)
        {
            bag.Add(origin, DiagnosticCodes.FileTooLarge, $"the policy has more than {TotalLimit} characters with what it includes; make it smaller");
            return null;
        }

        Element? root = XmlTree.Parse(path, text, bag);
        if (root is null)
        {
            return null;
        }

        chain.Add(path);
        Element expanded = Expand(root);
        chain.RemoveAt(chain.Count - 1);
        return expanded;
    }

    private Element Expand(Element element)
    {
        if (!element.Children.Any(Concerned))
        {
            return element;
        }

        var children = ImmutableArray.CreateBuilder<Element>(element.Children.Length);
        foreach (Element child in element.Children)
        {
            if (child.Name == "include")
            {
                // One that cannot be read stays in the tree: what it would have brought is not missed a second time.
                if (!Include(child, children))
                {
                    children.Add(child);
                }
            }
            else
            {
                children.Add(Expand(child));
            }
        }

        return element with { Children = children.ToImmutable() };
    }

    private static bool Concerned(Element element) => element.Name == "include" || element.Children.Any(Concerned);

    private bool Include(Element include, ImmutableArray<Element>.Builder children)
    {
        if (include.Find("href") is not { } href || include.Attributes.Length != 1 || include.Children.Length != 0)
        {
            Vocabulary.Include.Validate(include, bag);
            return false;
        }

        string path = Path.Combine(Path.GetDirectoryName(chain[^1]) ?? "", href.Value);
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

        if (Read(path, href.Place) is not { } root)
        {
            return false;
        }

        if (root.Name == "system")
        {
            children.AddRange(root.Children);
        }
        else
        {
            children.Add(root);
        }

        return true;
    }

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
