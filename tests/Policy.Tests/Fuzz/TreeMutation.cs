// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Xml;
using System.Xml.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Damages a policy's tree: what comes of it is XML, so it reaches the passes that read the tree. Text that is no XML stays as it is.</summary>
internal static class TreeMutation
{
    private static readonly string[] Names =
    [
        "if", "case", "when", "others", "template", "useTemplate", "parameters", "parameter", "body", "amend", "include", "config", "expressions", "expression", "boolean", "integer", "string",
        "variable", "and", "or", "not", "eq", "ne", "gt", "lt", "concatenation", "evalString", "library", "depends", "array", "memory", "channels", "devices", "device", "events", "source", "target",
        "group", "default", "event", "requires", "provides", "component", "subject", "subjects", "system", "hardware", "platform", "mappings", "aliases", "alias", "resource", "classes", "class",
        "memory_layout", "memory_region", "trap_table", "entry", "event_table", "handover", "major_frame", "minor_frame", "binaries", "doc",
    ];

    private static readonly string[] Attributes =
    [
        "name", "value", "variable", "xpath", "href", "ref", "logical", "physical", "size", "virtualAddress", "elementSize", "virtualAddressBase", "vectorBase", "eventBase", "vector", "event", "id",
        "defaultValue", "type", "mode", "subject_id", "dst_subject", "dst_vector", "physical_address", "virtual_address", "namePrefix",
    ];

    private static readonly string[] Values =
    [
        .. TextMutation.Values, "$", "$$", "$log", "$disks", "$log_size", "$nothing", "${log}", "${", "}", "${log}${disks}", "1000", "29d000", "*", ".", "..", "/", "//*", "/system", "/system/*",
        "//subject[last()]", "count(//*)", "(((", "//@name", "a|b", "ancestor::*", "//*[//*[//*]]", "system.xml", "part.xml", "none", "one", "region", "liblog", "serial", "inputs",
    ];

    /// <summary>Damages a policy a few times.</summary>
    internal static string Damage(string text, IReadOnlyList<string> others, Random random)
    {
        if (Parse(text) is not { Root: not null } document)
        {
            return text;
        }

        for (int i = random.Next(1, 7); i > 0; i--)
        {
            Once(document.Root, others, random);
        }

        return document.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>Takes an element out of a policy, to be included.</summary>
    internal static (string Policy, string Part) Split(string text, Random random)
    {
        if (Parse(text) is not { Root: { } root } document || Pick(root, random) is not { } element)
        {
            return (text, "<include/>");
        }

        element.ReplaceWith(new XElement("include", new XAttribute("href", "part.xml")));
        return (document.ToString(SaveOptions.DisableFormatting), element.ToString(SaveOptions.DisableFormatting));
    }

    private static XDocument? Parse(string text)
    {
        try
        {
            return XDocument.Parse(text);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XElement? Pick(XElement root, Random random)
    {
        XElement[] below = [.. root.Descendants()];
        return below.Length == 0 ? null : below[random.Next(below.Length)];
    }

    private static void Once(XElement root, IReadOnlyList<string> others, Random random)
    {
        if (Pick(root, random) is not { } e)
        {
            return;
        }

        T One<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
        switch (random.Next(14))
        {
            case 0:
                e.Remove();
                break;
            case 1:
                e.AddAfterSelf(Enumerable.Range(0, random.Next(1, 4)).Select(_ => new XElement(e)));
                break;
            case 2:
                Pick(root, random)!.Add(new XElement(e));
                break;
            case 3:
                e.Name = One(Names);
                break;
            case 4:
                e.ReplaceWith(e.Nodes());
                break;
            case 5:
                XElement child = new("if", new XAttribute("variable", One(Values)), new XAttribute("value", One(Values)), new XElement(e));
                e.ReplaceWith(child);
                break;
            case 6:
                e.ReplaceWith(new XElement("amend", new XAttribute("xpath", One(Values)), new XElement(e)));
                break;
            case 7:
                string name = $"t{random.Next(4)}";
                root.Add(new XElement("template", new XAttribute("name", name), new XElement("body", new XElement(e), new XElement("useTemplate", new XAttribute("name", $"t{random.Next(4)}")))));
                e.ReplaceWith(new XElement("useTemplate", new XAttribute("name", name)), new XElement("useTemplate", new XAttribute("name", name)));
                break;
            case 8 or 9 when e.Attributes().Any():
                One([.. e.Attributes()]).Value = One(Values);
                break;
            case 10:
                e.SetAttributeValue(One(Attributes), One(Values));
                break;
            case 11 when e.Attributes().Any():
                XAttribute[] all = [.. root.Descendants().Attributes()];
                One([.. e.Attributes()]).Value = One(all).Value;
                break;
            case 12 when Parse(One(others)) is { Root: { } other }:
                e.Add(new XElement(Pick(other, random) ?? other));
                break;
            default:
                e.Add(new XElement(One(Names), new XAttribute(One(Attributes), One(Values))));
                break;
        }
    }
}
