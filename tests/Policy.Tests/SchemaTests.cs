// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Muen.Sdk.Policy.Read;
using Muen.Sdk.Policy.Read.Language;
using Muen.Sdk.Policy.Schema;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The schema that editors complete by, the rules that the reader validates by, and the reference that people read say the same.</summary>
public sealed partial class SchemaTests : IDisposable
{
    private static readonly XmlSchemaSet Schemas = Load();
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    public static TheoryData<string> Valid => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Valid"), "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(f => Path.GetRelativePath(AppContext.BaseDirectory, f))];

    /// <summary>Faults of what a schema can see, in today's elements.</summary>
    public static TheoryData<string> Refused =>
    [
        "MUEN1008-UnknownElement", "MUEN1008-UnknownElement-control", "MUEN1008-UnknownElement-library", "MUEN1008-UnknownElement-expression", "MUEN1009-UnknownAttribute", "MUEN1009-UnknownAttribute-seed",
        "MUEN1010-MissingAttribute", "MUEN1010-MissingAttribute-if", "MUEN1010-MissingAttribute-array", "MUEN1010-MissingAttribute-domain", "MUEN1010-MissingAttribute-amend", "MUEN1013-UnexpectedText",
        "MUEN1015-NotANumber", "MUEN1015-NotANumber-register", "MUEN1017-NotAValue", "MUEN1017-NotAValue-empty", "MUEN1018-InvalidName", "MUEN1018-InvalidName-long",
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_policy_of_the_tree_is_valid(string file) => Assert.Empty(Complaints(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file))));

    [Fact]
    public void The_tree_has_policies() => Assert.InRange(Valid.Count, 9, 200);

    [Fact]
    public void Examples_of_the_documentation_are_valid()
    {
        MatchCollection blocks = Block().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy-language.md")));
        Assert.NotEmpty(blocks);
        Assert.All(blocks, b => Assert.Empty(Complaints(b.Groups[1].Value)));
        Assert.Empty(Complaints(Policies.Crypter));
    }

    /// <summary>What is wrong for other reasons than its form has the right form: the hundreds of one-fault policies are a test of the schema, too.</summary>
    [Fact]
    public void Faults_of_meaning_are_valid()
    {
        string[] faults = [.. FaultFile.All.Where(name => string.CompareOrdinal(name, "MUEN11") >= 0)];
        Assert.InRange(faults.Length, 200, 2000);
        Assert.All(faults, f => Assert.True(Complaints(FaultFile.Read(f).Content()) is [], $"{f}: {string.Join("; ", Complaints(FaultFile.Read(f).Content()))}"));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_fault_of_form_is_refused(string fault) => Assert.NotEmpty(Complaints(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Faults", fault + ".xml"))));

    /// <summary>Walks rules and schema side by side.</summary>
    [Fact]
    public void Every_element_and_attribute_of_the_vocabulary_is_in_the_schema_with_documentation()
    {
        var seen = new HashSet<(ElementRule, XmlSchemaType)>();
        var open = new Stack<(ElementRule Rule, XmlSchemaElement Element)>();
        open.Push((Vocabulary.System, Global("system")));
        open.Push((Vocabulary.Hardware, Global("hardware")));
        open.Push((LanguageVocabulary.Template, Global("template")));
        open.Push((LanguageVocabulary.UseTemplate, Global("useTemplate")));
        open.Push((LanguageVocabulary.Amend, Global("amend")));
        while (open.TryPop(out (ElementRule Rule, XmlSchemaElement Element) next))
        {
            (ElementRule rule, XmlSchemaElement element) = next;
            Assert.True(Documentation(element).Contains(rule.Doc, StringComparison.Ordinal), rule.Name);
            if (!seen.Add((rule, element.ElementSchemaType!)) || rule.IsUnread)
            {
                continue;
            }

            foreach (AttributeRule attribute in PolicySchema.AttributesOf(rule))
            {
                var found = (XmlSchemaAttribute?)((XmlSchemaComplexType)element.ElementSchemaType!).AttributeUses[new XmlQualifiedName(attribute.Name)];
                Assert.True(found is not null && Documentation(found).Contains(attribute.Doc, StringComparison.Ordinal), $"{rule.Name}/{attribute.Name}");
                Assert.Equal(attribute.Required, found.Use == XmlSchemaUse.Required);
            }

            foreach (ChildRule child in PolicySchema.ChildrenOf(rule))
            {
                XmlSchemaElement? found = Elements(element).FirstOrDefault(e => e.QualifiedName.Name == child.Element.Name);
                Assert.True(found is not null, $"{rule.Name}/{child.Element.Name}");
                open.Push((child.Element, found));
            }
        }

        Assert.InRange(seen.Count, 100, 2000);
    }

    [Fact]
    public void Everything_in_the_schema_is_explained()
    {
        XNamespace xs = "http://www.w3.org/2001/XMLSchema";
        foreach (XElement e in XDocument.Parse(PolicySchema.Write()).Descendants().Where(e => (e.Name == xs + "element" || e.Name == xs + "attribute") && e.Attribute("name") is not null))
        {
            Assert.True(e.Element(xs + "annotation")?.Element(xs + "documentation")?.Value.Length > 3, e.Attribute("name")!.Value);
        }
    }

    [Fact]
    public void The_language_may_stand_where_it_is_expanded()
    {
        Assert.Empty(Complaints("""
            <system name="a"><config><boolean name="b" value="true"/></config><hardware ref="bochs"/><if variable="b" value="true"><events><event name="e" mode="$m"/></events></if>
            <subjects><doc>any <b>text</b></doc><case variable="b"><when value="true"><subject name="s"><component ref="c"/></subject></when><others/></case><include href="x.xml"/>
            <useTemplate name="t"><parameter name="p" value="1"/></useTemplate></subjects><amend xpath="/system"><anything at="all"/></amend>
            <template name="t"><parameters><integer name="p"/></parameters><body><memory/></body></template></system>
            """));
        Assert.NotEmpty(Complaints("""<system><hardware ref="bochs"/><if variable="b" value="true"><subject name="s"/></if><subjects/></system>"""));
        Assert.NotEmpty(Complaints("""<system><hardware ref="bochs"/><subjects><case variable="b"><when value="true"><event/></when></case></subjects></system>"""));
    }

    /// <summary>Made anew they are the committed files. With MUEN_UPDATE_GOLDEN naming a folder they are written there.</summary>
    [Fact]
    public void Schema_and_reference_are_made_from_the_rules()
    {
        string schema = PolicySchema.Write();
        string made = PolicyReference.Write(schema);
        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, PolicySchema.FileName), schema);
            File.WriteAllText(Path.Combine(folder, "policy-reference.md"), made);
            return;
        }

        Assert.True(schema == File.ReadAllText(Path.Combine(AppContext.BaseDirectory, PolicySchema.FileName)), "make it anew: ./muen schema -o docs/muen-policy.xsd");
        Assert.True(made == File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policy-reference.md")), "make it anew: ./muen schema --markdown -o docs/policy-reference.md");
        string[] targets = [.. Link().Matches(made).Select(m => m.Groups[1].Value).Distinct()];
        Assert.All(targets, t => Assert.Contains($"<a id=\"{t}\">", made, StringComparison.Ordinal));
    }

    private static XmlSchemaElement Global(string name) => (XmlSchemaElement)Schemas.GlobalElements[new XmlQualifiedName(name)]!;

    private static IEnumerable<XmlSchemaElement> Elements(XmlSchemaElement element) => element.ElementSchemaType is XmlSchemaComplexType type ? Elements(type.ContentTypeParticle) : [];

    private static IEnumerable<XmlSchemaElement> Elements(XmlSchemaParticle particle) => particle switch
    {
        XmlSchemaElement element => [element],
        XmlSchemaGroupBase group => group.Items.OfType<XmlSchemaParticle>().SelectMany(Elements),
        _ => [],
    };

    private static string Documentation(XmlSchemaAnnotated item) =>
        string.Concat(item.Annotation?.Items.OfType<XmlSchemaDocumentation>().SelectMany(d => d.Markup ?? []).Select(n => n?.Value) ?? []);

    private static XmlSchemaSet Load()
    {
        var set = new XmlSchemaSet();
        set.ValidationEventHandler += (_, e) => throw e.Exception;
        set.Add(null, XmlReader.Create(new StringReader(PolicySchema.Write())));
        set.Compile();
        return set;
    }

    private static List<string> Complaints(string policy)
    {
        var complaints = new List<string>();
        var settings = new XmlReaderSettings { ValidationType = ValidationType.Schema, Schemas = Schemas, ValidationFlags = XmlSchemaValidationFlags.ReportValidationWarnings };
        settings.ValidationEventHandler += (_, e) => complaints.Add(e.Message);
        using var reader = XmlReader.Create(new StringReader(policy), settings);
        while (reader.Read())
        {
        }

        return complaints;
    }

    [GeneratedRegex("```xml DocumentationTests\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\]\(#([^)]*)\)")]
    private static partial Regex Link();
}
