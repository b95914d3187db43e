// SPDX-License-Identifier: MIT
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Muen.Sdk.Native;

namespace Muen.Sdk.Analyzers.Tests;

/// <summary>The corpus: the analyzers' word against that of the compilers.</summary>
public class CorpusTests
{
    public static TheoryData<string> Classes => [.. Snippet.All.Select(s => s.ToString())];

    [Theory]
    [MemberData(nameof(Classes))]
    public void The_analyzers_report_what_is_marked(string which)
    {
        Snippet snippet = Find(which);
        (int, string)[] found = [.. Found(SubjectCompilation.Of([snippet])).Where(d => d.Path == snippet.Path).Select(d => (d.Line, d.Code)).Distinct().Order()];
        Assert.Equal(snippet.Marks.Order(), found);
        Assert.Equal(snippet.Verdict != Verdict.Accepted, found.Any(f => f.Item2 == snippet.Code));
    }

    [Fact]
    public void What_passes_becomes_native_code()
    {
        Snippet[] accepted = [.. Snippet.All.Where(s => s.Verdict == Verdict.Accepted)];
        Assert.True(Snippet.All.Count > 250 && accepted.Length > 160, $"{accepted.Length} of {Snippet.All.Count}");
        CSharpCompilation all = SubjectCompilation.Of(accepted);
        Assert.Empty(SubjectCompilation.Errors(all));
        Assert.Empty(Found(all));
        Assert.Empty(SubjectCompilation.Native(all).Findings);
    }

    [Fact]
    public void What_is_refused_could_not_become_native_code()
    {
        // What C# itself refuses, each for itself: an error of a declaration hides others.
        List<Snippet> rest = [.. Snippet.All.Where(s => s.Verdict == Verdict.Refused && SubjectCompilation.Errors(SubjectCompilation.Of([s])).Count == 0)];
        Assert.True(rest.Count > 30, $"{rest.Count}");

        // The native compiler names all that it refuses, or gives up at the first; then what it named is taken out.
        while (rest.Count > 0)
        {
            NativeResult result = SubjectCompilation.Native(SubjectCompilation.Of(rest));
            int refused = rest.RemoveAll(s => result.Findings.Any(f => f.File == s.Path || f.ToString().Contains($" {s.Class}.", StringComparison.Ordinal)));
            Assert.True(refused > 0, $"refused, but these compile:\n{string.Join('\n', rest)}\n{string.Join('\n', result.Findings)}");
        }
    }

    [Fact]
    public void What_is_refused_to_be_safe_is_known()
    {
        Snippet[] wider = [.. Snippet.All.Where(s => s.Verdict == Verdict.Wider)];
        Assert.NotEmpty(wider);
        NativeResult result = SubjectCompilation.Native(SubjectCompilation.Of(wider));
        Assert.True(result.Succeeded, $"no longer wider:\n{string.Join('\n', result.Findings)}");

        // Each code that is wider than it must be says so in the documentation.
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "freestanding.md"));
        foreach (string code in wider.Select(s => s.Code).Distinct())
        {
            Assert.Contains($"wider: {code}", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Each_code_is_tried_and_documented()
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "freestanding.md"));
        foreach (DiagnosticDescriptor rule in SubjectCompilation.Analyzers.SelectMany(a => a.SupportedDiagnostics).Distinct())
        {
            // What MUEN2027 refuses is native code like any other; that is what is wrong with it.
            Verdict verdict = rule.Id == Rules.Forged.Id ? Verdict.Wider : Verdict.Refused;
            Assert.Contains(Snippet.All, s => s.Code == rule.Id && s.Verdict == verdict);
            Assert.Contains($"| <a id=\"{rule.Id.ToLowerInvariant()}\"></a>{rule.Id} |", page, StringComparison.Ordinal);
        }
    }

    /// <summary>The page's line of C# compiles, and its error is what an array that is made gets, at that place.</summary>
    [Fact]
    public void The_page_shows_what_happens()
    {
        IReadOnlyList<PageBlock> blocks = PageBlock.HeldBy("docs/freestanding.md", nameof(CorpusTests));
        CSharpCompilation[] right =
        [
            SubjectCompilation.Of(Assert.Single(blocks[0].Lines) + " seen.TryAdd(1, 2);"), SubjectCompilation.Of("OpenLast<int>(1).Read(out int _); } " + Assert.Single(blocks[2].Lines) + " static void More() {"),
        ];
        Assert.All(right, c => Assert.Empty(SubjectCompilation.Errors(c)));
        Assert.All(right, c => Assert.Empty(Found(c)));

        CSharpCompilation wrong = SubjectCompilation.Of($"int count = 3;{new string('\n', 11)}        int[] n = new int[count];");
        Diagnostic found = Assert.Single(SubjectCompilation.Analyze(wrong));
        Microsoft.CodeAnalysis.Text.LinePosition place = found.Location.GetLineSpan().StartLinePosition;
        string message = found.GetMessage(System.Globalization.CultureInfo.InvariantCulture);
        string shown = Assert.Single(blocks[1].Lines);
        Assert.EndsWith(" ...", shown, StringComparison.Ordinal);
        Assert.StartsWith(shown[..^4], $"worker/Program.cs({place.Line + 1},{place.Character + 1}): error {found.Id}: {message}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_says_what_why_and_what_instead()
    {
        Snippet snippet = Snippet.All.First(s => s.Code == "MUEN2010");
        Diagnostic found = SubjectCompilation.Analyze(SubjectCompilation.Of([snippet])).Single();
        Assert.Equal(
            "`new Thing` makes an object, and there is no heap to make it in. Make the type a struct and pass it by ref; keep what lives long in a static field; link things by an index into an array, not by a reference",
            found.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(DiagnosticSeverity.Error, found.Severity);
    }

    [Theory]
    [InlineData("a channel of addresses", "`ChannelReader<MemoryRegion>` makes values of bytes that came from elsewhere, and `MemoryRegion` is a right that only the policy gives. Let the bytes hold a number, and look up here what it stands for")]
    [InlineData("a right deep in an element", "`OpenReader<Order>` makes values of bytes that came from elsewhere, and `Order.Ports._first.Value` is a Ports, a right that only the policy gives. Let the bytes hold a number, and look up here what it stands for")]
    [InlineData("pointers in an element", "`OpenReader<Order>` makes values of bytes that came from elsewhere, and `Order.Where` is a pointer. Let the bytes hold an offset into memory that is known here, and check it")]
    [InlineData("a bool of a peer's", "`OpenReader<Order>` makes values of bytes that came from elsewhere, and `Order.IsUrgent` is a bool, and a byte may be neither 0 nor 1. Make it a byte and compare it with 0")]
    public void What_bytes_must_not_become_is_said_with_its_field(string title, string message) =>
        Assert.Equal(message, SubjectCompilation.Analyze(SubjectCompilation.Of([Snippet.All.Single(s => s.Title == title)]))
            .OrderBy(d => d.Location.SourceSpan.Start).First().GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>A struct that comes to the subject library must be one or the other: a right, or here. Log holds one, which says it of it too.</summary>
    [Fact]
    public void Each_struct_of_the_library_is_a_right_or_known_to_be_none()
    {
        CSharpCompilation compilation = SubjectCompilation.Of([]);
        INamespaceSymbol library = compilation.GlobalNamespace.GetNamespaceMembers().Single(n => n.Name == "Muen");
        Assert.Equal(
            ["CalendarTime", "Log", "LogEntry", "LogRecord", "SpanSlot"],
            library.GetTypeMembers().Where(t => t.DeclaredAccessibility == Accessibility.Public && t is { TypeKind: TypeKind.Struct, IsRefLikeType: false } && !t.GetAttributes().Any(a => a.AttributeClass!.Name == "CapabilityAttribute"))
                .Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    static IEnumerable<(string Path, int Line, string Code)> Found(CSharpCompilation compilation) =>
        SubjectCompilation.Analyze(compilation).Select(d => (d.Location.SourceTree!.FilePath, d.Location.GetLineSpan().StartLinePosition.Line + 1, d.Id));

    static Snippet Find(string which) => Snippet.All.Single(s => s.ToString() == which);
}
