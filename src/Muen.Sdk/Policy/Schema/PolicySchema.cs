// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Muen.Sdk.Policy.Read;
using Muen.Sdk.Policy.Read.Language;
using Muen.Sdk.Policy.Read.Seed;

namespace Muen.Sdk.Policy.Schema;

/// <summary>
/// The XML schema of policies, for editors that complete and explain: every element and attribute that the reader knows, with what it is for. It is made from the rules
/// that the reader validates by. A schema cannot say everything that they do: children may stand in any order and number here, numbers have no bounds, and what stands in
/// a template or an amend is not looked at, since only its place tells what it may be. The compiler looks at all of it.
/// </summary>
public static partial class PolicySchema
{
    /// <summary>The schema's file in the package, in a system's obj folder and in this source tree.</summary>
    public const string FileName = "muen-policy.xsd";

    internal static readonly XNamespace Xs = "http://www.w3.org/2001/XMLSchema";

    /// <summary>Writes the schema.</summary>
    /// <returns>XML text, the same at each call.</returns>
    public static string Write()
    {
        string text = new Builder().Build().ToString().ReplaceLineEndings("\n");
        // What explains stands on one line with what it explains.
        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + Space().Replace(text, "") + "\n";
    }

    [GeneratedRegex(@"\n *(?=</?xs:(annotation|documentation)>)|(?<=</xs:annotation>)\n *(?=</xs:(element|attribute)>)")]
    private static partial Regex Space();

    /// <summary>What may stand in an element of an author's file, the language's and 2013's forms included.</summary>
    internal static IEnumerable<ChildRule> ChildrenOf(ElementRule rule) => rule.Children.Concat(Additions(rule));

    /// <summary>The attributes that an element may have in an author's file.</summary>
    internal static IEnumerable<AttributeRule> AttributesOf(ElementRule rule)
    {
        ElementRule? then = rule == Vocabulary.System ? SeedVocabulary.RootAttributes
            : rule == Processor ? SeedVocabulary.Processor
            : rule == Subject ? SeedVocabulary.SubjectAttributes
            : rule == Scheduling ? SeedVocabulary.SchedulingAttributes
            : null;
        return then is null ? rule.Attributes
            : rule.Attributes.Select(a => a.Name == "tickRate" ? a with { Required = false } : a)
                .Concat(then.Attributes.Where(a => rule.Attributes.All(b => b.Name != a.Name)).Select(a => a with { Required = false, Doc = Seed(a.Doc) }));
    }

    /// <summary>Whether the elements of the language may stand in an element.</summary>
    internal static bool TakesLanguage(ElementRule rule) =>
        !rule.IsOpen && !rule.IsUnread && rule.Content is null && rule != LanguageVocabulary.Config && rule != LanguageVocabulary.Expressions && ChildrenOf(rule).Any();

    private static ElementRule Scheduling => Child(Vocabulary.System, "scheduling");

    private static ElementRule Subject => Child(Child(Vocabulary.System, "subjects"), "subject");

    private static ElementRule Processor => Child(Vocabulary.Hardware, "processor");

    private static ElementRule Child(ElementRule rule, string name) => rule.Children.Single(c => c.Element.Name == name).Element;

    private static string Seed(string doc) => "(2013) " + doc;

    private static IEnumerable<ChildRule> Additions(ElementRule rule)
    {
        ChildRule[] computed = [new(LanguageVocabulary.Expressions, Occurs.Many)];
        return rule == Vocabulary.System ? [.. computed, .. Of(SeedVocabulary.Binaries, SeedVocabulary.Kernel)]
            : rule == PlatformVocabulary.Rule ? [new(LanguageVocabulary.Config, Occurs.Optional), .. computed]
            : rule.Name is "component" or "library" && rule.Children.Any(c => c.Element == LanguageVocabulary.Config) ? computed
            : rule == Vocabulary.Hardware ? Of(SeedVocabulary.HardwareDevice)
            : rule == Subject ? Of(SeedVocabulary.SubjectParts)
            : rule == Scheduling ? Of(SeedVocabulary.MajorFrame)
            : [];

        static IEnumerable<ChildRule> Of(params ElementRule[] rules) => rules.Select(r => new ChildRule(r, Occurs.Many));
    }

    private static bool IsSeed(ElementRule rule) =>
        rule == SeedVocabulary.Binaries || rule == SeedVocabulary.Kernel || rule == SeedVocabulary.HardwareDevice || rule == SeedVocabulary.MajorFrame || SeedVocabulary.SubjectParts.Contains(rule);

    /// <summary>Makes one type for each rule, named by the shortest way to it.</summary>
    private sealed class Builder
    {
        private static readonly ElementRule[] Anywhere = [Vocabulary.Include, LanguageVocabulary.UseTemplate, LanguageVocabulary.Template, LanguageVocabulary.Amend];

        private static readonly ElementRule[] Conditions = [LanguageVocabulary.If, LanguageVocabulary.Case, .. LanguageVocabulary.Case.Children.Select(c => c.Element)];

        private readonly Dictionary<ElementRule, string> names = [];
        private readonly Queue<ElementRule> open = new();
        private readonly HashSet<ElementRule> plain = [];
        private readonly XElement schema = new(
            Xs + "schema",
            new XAttribute(XNamespace.Xmlns + "xs", Xs.NamespaceName),
            new XAttribute("elementFormDefault", "qualified"),
            new XComment(" Made by `muen schema` from the rules of the policy reader. Do not edit. "));

        internal XElement Build()
        {
            // What a file may begin with: a system, a catalogue's hardware, or a section, component, library or subject for others to include.
            ElementRule[] parts = [.. Child(Vocabulary.System, "components").Children.Select(c => c.Element), Subject];
            ElementRule[] roots = [Vocabulary.System, .. parts, .. ChildrenOf(Vocabulary.System).Where(c => c.Element.Name != "memory").Select(c => c.Element), .. Anywhere.Where(a => a != Vocabulary.Include)];
            schema.Add(roots.Select(r => new XElement(Xs + "element", new XAttribute("name", r.Name), new XAttribute("type", NameOf(r, "")), Documentation(Describe(r, null)))));
            schema.Add(new XElement(Xs + "element", new XAttribute("name", "include"), Documentation("takes in another file; as the root of a file, holds several elements that it brings"), Unchecked([Vocabulary.Include.Attributes[0] with { Required = false }], false)));
            NameOf(Vocabulary.Include, "");
            SimpleTypes();
            Language();
            while (open.TryDequeue(out ElementRule? rule))
            {
                Type(rule);
            }

            return schema;
        }

        private void SimpleTypes()
        {
            Pattern("number", "a number: 4096, 0x1000, 16#1000#, 4K, 2M, 1G, or a $variable", @"0[xX][0-9a-fA-F_]+|[0-9][0-9_]*[kKmMgG]?|[0-9]+#[0-9a-fA-F_]+#|[$].+");
            Pattern("hexadecimal", "hexadecimal digits, or a $variable", "[0-9a-fA-F_]+|[$].+");
            Pattern("name", "a name of 1 to 63 characters, or a $variable", @"[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9_.+| \-]{0,61}[a-zA-Z0-9_.+|\-]|[$].+");
            Pattern("variable", "a $variable", "[$].+");
            schema.Add(Simple("text", "a text, or a $variable", new XElement(Xs + "restriction", new XAttribute("base", "xs:string"), new XElement(Xs + "minLength", new XAttribute("value", "1")))));
            schema.Add(Simple("anything", "a text, the empty one too, or a $variable", new XElement(Xs + "restriction", new XAttribute("base", "xs:string"))));

            void Pattern(string name, string doc, string pattern) =>
                schema.Add(Simple(name, doc, new XElement(Xs + "restriction", new XAttribute("base", "xs:token"), new XElement(Xs + "pattern", new XAttribute("value", pattern)))));

            static XElement Simple(string name, string doc, XElement content) => new(Xs + "simpleType", new XAttribute("name", name), Documentation(doc), content);
        }

        // What may stand anywhere and does not depend on where.
        private void Language()
        {
            XElement choice = new(Xs + "choice");
            choice.Add(Anywhere.Select(r => Use(r, null, "")));
            schema.Add(new XElement(Xs + "complexType", new XAttribute("name", "doc"), Unchecked([], true).Attributes(), Unchecked([], true).Nodes()));
            schema.Add(new XElement(
                Xs + "complexType", new XAttribute("name", "empty"), new XElement(Xs + "choice", new XAttribute("minOccurs", "0"), new XAttribute("maxOccurs", "unbounded"), Doc())));
            schema.Add(Conditions.Where(c => c.Attributes.Count != 0).Select(c => new XElement(Xs + "attributeGroup", new XAttribute("name", c.Name), Attributes(c))));
            choice.Add(Doc(), new XElement(Xs + "any", new XAttribute("namespace", "http://www.w3.org/2001/XInclude"), new XAttribute("processContents", "lax")));
            schema.Add(new XElement(Xs + "group", new XAttribute("name", "language"), choice));
        }

        private static XElement Doc() =>
            new(Xs + "element", new XAttribute("name", XmlTree.Documentation), new XAttribute("type", "doc"), Documentation("text for readers, in any markup; it may stand anywhere"));

        private static XElement? Condition(string name) => name == "others" ? null : new(Xs + "attributeGroup", new XAttribute("ref", name));

        private void Type(ElementRule rule)
        {
            string name = names[rule];
            var type = new XElement(Xs + "complexType", new XAttribute("name", name));
            schema.Add(type);
            if (rule.IsOpen || rule.IsUnread)
            {
                XElement free = Unchecked(rule.Attributes, rule.IsUnread);
                type.Add(free.Attributes(), free.Nodes());
                return;
            }

            if (rule.Content is { } content)
            {
                type.Add(new XElement(Xs + "simpleContent", new XElement(Xs + "extension", new XAttribute("base", content.Value.Kind ?? "anything"), Attributes(rule))));
                return;
            }

            var choice = new XElement(Xs + "choice");
            choice.Add(ChildrenOf(rule).Select(c => Use(c.Element, c.Occurs, name)));
            bool language = TakesLanguage(rule) && !plain.Contains(rule);
            if (!language)
            {
                foreach (ElementRule child in ChildrenOf(rule).Select(c => c.Element))
                {
                    plain.Add(child);
                }

                choice.Add(Doc(), Use(Vocabulary.Include, null, ""));
                choice.Add(new XAttribute("minOccurs", "0"), new XAttribute("maxOccurs", "unbounded"));
                type.Add(choice, Attributes(rule));
                return;
            }

            choice.Add(
                new XElement(Xs + "element", new XAttribute("name", "if"), new XAttribute("type", name + ".if"), Documentation(LanguageVocabulary.If.Doc)),
                new XElement(Xs + "element", new XAttribute("name", "case"), new XAttribute("type", name + ".case"), Documentation(LanguageVocabulary.Case.Doc)),
                new XElement(Xs + "group", new XAttribute("ref", "language")));
            schema.Add(new XElement(Xs + "group", new XAttribute("name", name + ".content"), choice));
            type.Add(Content(name), Attributes(rule));
            schema.Add(new XElement(Xs + "complexType", new XAttribute("name", name + ".if"), Content(name), Condition("if")));
            schema.Add(new XElement(
                Xs + "complexType",
                new XAttribute("name", name + ".case"),
                new XElement(
                    Xs + "choice",
                    new XAttribute("minOccurs", "0"),
                    new XAttribute("maxOccurs", "unbounded"),
                    LanguageVocabulary.Case.Children.Select(c => new XElement(
                        Xs + "element", new XAttribute("name", c.Element.Name), Documentation(c.Element.Doc), new XElement(Xs + "complexType", Content(name), Condition(c.Element.Name)))),
                    Use(Vocabulary.Include, null, ""),
                    Doc()),
                Condition("case")));
        }

        private static XElement Content(string name) =>
            new(Xs + "group", new XAttribute("ref", name + ".content"), new XAttribute("minOccurs", "0"), new XAttribute("maxOccurs", "unbounded"));

        private XElement Use(ElementRule rule, Occurs? occurs, string parent) =>
            new(Xs + "element", new XAttribute("name", rule.Name), new XAttribute("type", NameOf(rule, parent)), Documentation(Describe(rule, occurs)));

        private static string Describe(ElementRule rule, Occurs? occurs)
        {
            string doc = IsSeed(rule) ? Seed(rule.Doc) : rule.Doc;
            string often = occurs switch { Occurs.Once => "; once", Occurs.Optional => "; at most once", _ => "" };
            string text = rule.Content is { } content ? $"; its text: {content.Doc}" + (content.Doc == content.Value.Meaning || content.Value.Kind is "anything" ? "" : $", {content.Value.Meaning}") : "";
            return doc + text + often + string.Concat(rule.Exclusive.Select(names => $"; at most one of {string.Join(", ", names)}"));
        }

        private static XElement Documentation(string text) => new(Xs + "annotation", new XElement(Xs + "documentation", text));

        private static IEnumerable<XElement> Attributes(ElementRule rule) => AttributesOf(rule).Select(Attribute);

        private static XElement Attribute(AttributeRule rule)
        {
            var element = new XElement(Xs + "attribute", new XAttribute("name", rule.Name), rule.Required ? new XAttribute("use", "required") : null);
            XElement doc = Documentation($"{rule.Doc}; {rule.Value.Meaning}");
            if (rule.Value.Words.Count == 0)
            {
                element.Add(new XAttribute("type", rule.Value.Kind!), doc);
                return element;
            }

            element.Add(doc, new XElement(Xs + "simpleType", new XElement(
                Xs + "union",
                new XAttribute("memberTypes", rule.Value.Kind ?? "variable"),
                new XElement(Xs + "simpleType", new XElement(
                    Xs + "restriction", new XAttribute("base", "xs:string"), rule.Value.Words.Select(w => new XElement(Xs + "enumeration", new XAttribute("value", w))))))));
            return element;
        }

        // Any content; of what is not read, any attributes too.
        private static XElement Unchecked(IReadOnlyList<AttributeRule> attributes, bool unread) => new(
            Xs + "complexType",
            new XAttribute("mixed", "true"),
            new XElement(Xs + "sequence", new XElement(Xs + "any", new XAttribute("minOccurs", "0"), new XAttribute("maxOccurs", "unbounded"), new XAttribute("processContents", "skip"))),
            attributes.Where(a => !unread).Select(Attribute),
            unread ? new XElement(Xs + "anyAttribute", new XAttribute("processContents", "skip")) : null);

        private string NameOf(ElementRule rule, string parent)
        {
            bool bare = !AttributesOf(rule).Any() && !rule.IsOpen && !rule.IsUnread;
            if (bare && rule.Content is { } content)
            {
                return content.Value.Kind ?? "anything";
            }

            if (bare && !ChildrenOf(rule).Any())
            {
                return "empty";
            }

            if (!names.TryGetValue(rule, out string? name))
            {
                name = parent.Length == 0 ? rule.Name : string.Create(CultureInfo.InvariantCulture, $"{parent}.{rule.Name}");
                names.Add(rule, name);
                open.Enqueue(rule);
            }

            return name;
        }
    }
}
