// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Xml.Linq;

namespace Muen.Sdk.Policy.Schema;

/// <summary>The reference of policies as Markdown, made from the schema: what editors show and what the page says are one text.</summary>
public static class PolicyReference
{
    private const string Beginning = """
        # Policy reference

        Every element and attribute of a policy, made by `muen schema --markdown` from the schema that editors complete by (`muen schema`). How policies are written is told in
        [policy-language.md](policy-language.md); every error has a page in [errors](errors/README.md).

        Numbers are written `4096`, `0x1000`, `16#1000#`, `4K`, `2M` or `1G`. A value may be a `$variable`. Names have 1 to 63 characters. Children stand in any order.
        `include`, `if`, `case`, `useTemplate`, `template`, `amend` and `doc` may stand in every element but where expressions do. What is marked (2013) belongs to the first policies of all and is
        read for their sake.

        """;

    private static readonly XNamespace Xs = PolicySchema.Xs;

    /// <summary>Writes the reference.</summary>
    /// <param name="schema">The schema's text.</param>
    /// <returns>Markdown.</returns>
    public static string Write(string schema)
    {
        XElement root = XDocument.Parse(schema).Root!;
        Dictionary<string, XElement> types = Named(root, "complexType");
        Dictionary<string, XElement> groups = Named(root, "group");
        var text = new StringBuilder(Beginning);
        var written = new HashSet<string>(StringComparer.Ordinal);

        // Depth first, in the order of the schema, so that an element's parts follow it.
        var open = new Stack<(string Type, string Doc)>();
        foreach (XElement element in root.Elements(Xs + "element").Reverse().Where(e => e.Attribute("type") is not null))
        {
            open.Push((Value(element, "type"), Doc(element)));
        }

        while (open.TryPop(out (string Type, string Doc) next))
        {
            if (!types.TryGetValue(next.Type, out XElement? type) || !HasSection(type, groups) || !written.Add(next.Type))
            {
                continue;
            }

            Section(text, next.Type, next.Doc, type, types, groups);
            foreach (XElement child in Children(type, groups).Reverse().Where(c => c.Attribute("type") is not null))
            {
                open.Push((Value(child, "type"), Doc(child)));
            }
        }

        return text.ToString().ReplaceLineEndings("\n");
    }

    private static void Section(StringBuilder text, string name, string doc, XElement type, Dictionary<string, XElement> types, Dictionary<string, XElement> groups)
    {
        text.AppendLine().Append("## <a id=\"").Append(name).Append("\"></a>").Append(string.Join(" / ", name.Split('.'))).AppendLine().AppendLine().Append(Sentence(doc)).AppendLine();
        XElement[] attributes = [.. type.Descendants(Xs + "attribute")];
        if (attributes.Length != 0)
        {
            text.AppendLine().AppendLine("| attribute | | |").AppendLine("|---|---|---|");
            foreach (XElement attribute in attributes)
            {
                text.Append("| `").Append(Value(attribute, "name")).Append("` | ").Append(attribute.Attribute("use") is null ? "" : "needed").Append(" | ")
                    .Append(Cell(Doc(attribute))).AppendLine(" |");
            }
        }

        XElement[] children = [.. Children(type, groups)];
        if (children.Length != 0)
        {
            text.AppendLine().AppendLine("| element | |").AppendLine("|---|---|");
            foreach (XElement child in children)
            {
                string link = child.Attribute("type")?.Value is { } target && types.TryGetValue(target, out XElement? of) && HasSection(of, groups) ? $"[`{Value(child, "name")}`](#{target})" : $"`{Value(child, "name")}`";
                text.Append("| ").Append(link).Append(" | ").Append(Cell(Doc(child))).AppendLine(" |");
            }
        }
    }

    // An element without attributes and children is explained where it is listed.
    private static bool HasSection(XElement type, Dictionary<string, XElement> groups) => type.Descendants(Xs + "attribute").Any() || Children(type, groups).Any();

    private static IEnumerable<XElement> Children(XElement type, Dictionary<string, XElement> groups)
    {
        XElement? group = type.Element(Xs + "group");
        XElement? choice = group is null ? type.Element(Xs + "choice") : groups[Value(group, "ref")].Element(Xs + "choice");
        return choice is null ? [] : choice.Elements(Xs + "element").Where(e => Value(e, "name") is not ("if" or "case" or "include" or "doc") || e.Attribute("type")?.Value.StartsWith("expressions", StringComparison.Ordinal) == true);
    }

    private static Dictionary<string, XElement> Named(XElement root, string kind) => root.Elements(Xs + kind).ToDictionary(e => Value(e, "name"), StringComparer.Ordinal);

    private static string Value(XElement e, string attribute) => e.Attribute(attribute)!.Value;

    private static string Doc(XElement e) => e.Element(Xs + "annotation")?.Element(Xs + "documentation")?.Value ?? "";

    private static string Sentence(string doc) => char.ToUpperInvariant(doc[0]) + doc[1..] + ".";

    private static string Cell(string doc) => doc.Replace("|", "\\|", StringComparison.Ordinal);
}
