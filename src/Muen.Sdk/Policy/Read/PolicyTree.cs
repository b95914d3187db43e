// SPDX-License-Identifier: MIT
using Muen.Sdk.Policy.Read.Language;
using Muen.Sdk.Policy.Read.Seed;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// From the policy's file to the tree that the vocabulary judges: every pass replaces a way of writing by what it stands for, from tree to tree, and knows nothing of the
/// others.
/// </summary>
internal static class PolicyTree
{
    /// <summary>The root <c>system</c>, null when nothing of it is usable.</summary>
    internal static Element? Read(string path, DiagnosticBag bag)
    {
        Element? root = new Includes(bag).Read(path);
        if (root is null)
        {
            return null;
        }

        if (root.Name != "system")
        {
            bag.Add(root.Place, DiagnosticCodes.WrongRoot, $"the root element is '{Quote.Short(root.Name)}'; a policy begins with <system name=\"...\">");
            return null;
        }

        var budget = new Budget(bag);
        root = new LanguageExpansion(budget, bag).Expand(Sections.Join(root));
        root = root is null ? null : Libraries.Merge(SeedForms.Convert(Sections.Join(Amendments.Apply(root, bag)), bag), budget, bag);
        return root is null ? null : Arrays.Expand(root, bag);
    }
}
