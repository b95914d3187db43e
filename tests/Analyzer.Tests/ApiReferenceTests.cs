// SPDX-License-Identifier: MIT
using System.Text;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>
/// docs/api.md is made from the subject library and its documentation, never by hand:
/// <c>MUEN_UPDATE_GOLDEN=$PWD/docs dotnet test tests/Analyzer.Tests -c Release --filter ApiReference</c> makes it anew.
/// </summary>
public sealed class ApiReferenceTests
{
    const string Page = "api.md";

    /// <summary>What is in others is the ABI (docs/abi.md), or for the compiler.</summary>
    const string Space = "Muen";

    /// <summary>A name as code, without the namespaces that every subject uses.</summary>
    static readonly SymbolDisplayFormat s_declaration = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameOnly,
        SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeDefaultValue,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        SymbolDisplayLocalOptions.None,
        SymbolDisplayKindOptions.IncludeTypeKeyword,
        SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    static readonly SymbolDisplayFormat s_name = new(genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters);

    [Fact]
    public void The_page_is_that_of_the_library()
    {
        string made = Make();
        if (Environment.GetEnvironmentVariable("MUEN_UPDATE_GOLDEN") is { Length: > 0 } folder)
        {
            File.WriteAllText(Path.Combine(folder, Page), made);
            return;
        }

        Assert.True(made == File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Page)), "docs/api.md is not of this library; make it anew with MUEN_UPDATE_GOLDEN=$PWD/docs");
    }

    static string Make()
    {
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        Dictionary<string, XElement> documentation = XDocument.Load(Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Muen.Subject", configuration, "Muen.Subject.xml")))
            .Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);
        CSharpCompilation compilation = CSharpCompilation.Create("Reference", references: SubjectCompilation.References, options: SubjectCompilation.Options);
        MetadataReference library = SubjectCompilation.References.Single(r => Path.GetFileName(r.Display) == "Muen.Subject.dll");
        var assembly = (IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(library)!;
        INamedTypeSymbol[] types = [.. Types(assembly.GlobalNamespace).Where(t => t.DeclaredAccessibility == Accessibility.Public && t.ContainingNamespace.ToDisplayString() == Space).OrderBy(t => t.ToDisplayString(s_name), StringComparer.Ordinal)];
        Assert.True(types.Length > 20);

        var page = new StringBuilder();
        page.Append("<!-- Made from the documentation of Muen.Subject: MUEN_UPDATE_GOLDEN=$PWD/docs dotnet test tests/Analyzer.Tests -c Release --filter ApiReference -->\n");
        page.Append("# The subject library\n\nWhat a subject has beside the part of .NET's library that [freestanding.md](freestanding.md) names. All of it is in the namespace `Muen`; the structs of `Muen.Abi` are on the page of the [ABI](abi.md).\n\n");
        page.Append("| type | is |\n|---|---|\n");
        foreach (INamedTypeSymbol type in types)
        {
            string name = type.ToDisplayString(s_name);
            page.Append($"| [`{name}`](#{Anchor(Heading(type))}) | {FirstSentence(Summary(type))} |\n");
        }

        foreach (INamedTypeSymbol type in types)
        {
            page.Append($"\n## {Heading(type)}\n\n{Paragraph(Summary(type))}{Paragraph(Text(Of(type)?.Element("remarks")))}");
            ISymbol[] members = [.. type.GetMembers().Where(IsShown).OrderBy(m => m.Kind == SymbolKind.Field ? 0 : m is IMethodSymbol { MethodKind: MethodKind.Constructor } ? 1 : m.Kind == SymbolKind.Property ? 2 : 3)];
            if (members.Length > 0)
            {
                page.Append("| member | is |\n|---|---|\n");
            }

            foreach (ISymbol member in members)
            {
                page.Append($"| `{member.ToDisplayString(s_declaration).Replace("|", "\\|", StringComparison.Ordinal)}` | {Cell(member)} |\n");
            }
        }

        return page.ToString();

        XElement? Of(ISymbol symbol) => documentation.GetValueOrDefault(symbol.GetDocumentationCommentId() ?? "");

        string Summary(ISymbol symbol) => Text(Of(symbol)?.Element("summary"));

        string Cell(ISymbol member)
        {
            XElement? element = Of(member);
            List<string> parts = [Text(element?.Element("summary"))];
            parts.AddRange((element?.Elements("param") ?? []).Select(p => $"`{p.Attribute("name")!.Value}`: {Text(p)}"));
            if (element?.Element("returns") is { } returns)
            {
                parts.Add($"Returns: {Text(returns)}");
            }

            parts.Add(Text(element?.Element("remarks")));
            return string.Join(" <br> ", parts.Where(p => p.Length > 0)).Replace("|", "\\|", StringComparison.Ordinal);
        }
    }

    static string Heading(INamedTypeSymbol type)
    {
        string kind = type switch
        {
            { TypeKind: TypeKind.Enum } => "enum",
            { TypeKind: TypeKind.Interface } => "interface",
            { IsRefLikeType: true } => "ref struct",
            { IsValueType: true } => "struct",
            { IsStatic: true } => "static class",
            _ => "class",
        };
        return $"{type.ToDisplayString(s_name).Replace("<", "\\<", StringComparison.Ordinal)} ({kind})";
    }

    /// <summary>As GitHub makes it of a heading.</summary>
    static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    static bool IsShown(ISymbol member) =>
        member.DeclaredAccessibility == Accessibility.Public && !member.IsImplicitlyDeclared
        && member is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.Ordinary or MethodKind.Constructor or MethodKind.UserDefinedOperator or MethodKind.Conversion };

    static IEnumerable<INamedTypeSymbol> Types(INamespaceSymbol space) =>
        [.. space.GetTypeMembers(), .. space.GetNamespaceMembers().SelectMany(Types)];

    static string Paragraph(string text) => text.Length == 0 ? "" : text + "\n\n";

    static string FirstSentence(string text) => (text.IndexOf(". ", StringComparison.Ordinal) is > 0 and int end ? text[..(end + 1)] : text).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>Documentation as one line of Markdown.</summary>
    static string Text(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value.Replace("<", "&lt;", StringComparison.Ordinal),
                XElement { Name.LocalName: "see" or "seealso" } see => $"`{ShortName(see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? see.Attribute("href")?.Value ?? "")}`",
                XElement { Name.LocalName: "paramref" or "typeparamref" } name => $"`{name.Attribute("name")!.Value}`",
                XElement { Name.LocalName: "c" or "code" } code => $"`{string.Join(' ', code.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}`",
                XElement other => " " + Text(other) + " ",
                _ => "",
            });
        }

        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>The last two parts of a documentation name: type and member, or the type alone.</summary>
    static string ShortName(string cref)
    {
        string name = cref.Contains(':', StringComparison.Ordinal) ? cref[2..] : cref;
        bool isType = cref.StartsWith("T:", StringComparison.Ordinal);
        string[] parts = name.Split('(')[0].Split('.');
        return string.Join('.', parts.TakeLast(isType ? 1 : 2)).Split('`')[0];
    }
}
