// SPDX-License-Identifier: MIT

using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Muen.Sdk.Elf;
using Muen.Tests;

namespace Muen.Sdk.Native.Tests;

/// <summary>
/// What the pages of docs/errors show of native code: the wrong one has the page's error and no other, the right one none. What is done in a shell Sdk.Tests does; most
/// right ones are one kernel, which is held to more than a subject is.
/// </summary>
public sealed partial class ErrorPageTests
{
    /// <summary>The page that shows what an assembly was compiled against, and what it meets.</summary>
    const string TwoVersions = "MUEN3022";

    /// <summary>The page on what the assembly begins with.</summary>
    const string NoEntry = "MUEN3021";

    /// <summary>The page on rights of segments, which no source has a word for.</summary>
    const string Segments = "MUEN3014";

    const string Main = "static void Main()";
    const string Start = "[RuntimeExport(\"Start\")] static void Start()";

    public static TheoryData<string> Codes => [.. PageExample.Codes("MUEN3*.md").Where(c => PageExample.Of(c).Language != "sh")];

    [Theory]
    [MemberData(nameof(Codes))]
    public void WrongIsRefused(string code) => Assert.Equal([code], FindingsOf(code, PageExample.Of(code).Wrong).Select(f => f.Code).Distinct());

    [Fact]
    public void RightIsNot()
    {
        PageExample[] pages = [.. ((IEnumerable<object[]>)Codes).Select(row => PageExample.Of((string)row[0]))];
        PageExample[] alone = [.. pages.Where(p => p.Code is TwoVersions or NoEntry or Segments)];
        Assert.All(alone, page => Assert.Empty(FindingsOf(page.Code, page.Right)));

        PageExample[] together = [.. pages.Except(alone).Where(p => !IsAssembly(p.Right))];
        string classes = string.Concat(together.Select(p => ClassOf(p.Code, p.Right.Replace(Main, "internal static void Run()", StringComparison.Ordinal))));
        using var kernel = new Snippet($"{classes} static class K {{ {Start} {{ {string.Concat(together.Select(p => $"{p.Code}.Run(); "))} }} }}");
        NativeResult result = kernel.Kernel(stub => Assert.All(pages.Except(alone).Where(p => IsAssembly(p.Right)), p => Assemble(p.Right, stub)));
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
    }

    /// <summary>ilc would put a throw in its place and only warn.</summary>
    [Fact]
    public void A_method_that_lost_what_it_calls_is_named_at_its_place()
    {
        NativeFinding finding = Assert.Single(FindingsOf(TwoVersions, PageExample.Of(TwoVersions).Wrong));
        Assert.Equal(("/src/Test.cs", 1), (finding.File, finding.Line));
        Assert.StartsWith("K.Start() cannot be compiled: Missing method 'Int32 Library.Next(Int32)'", finding.Message, StringComparison.Ordinal);
    }

    static IReadOnlyList<NativeFinding> FindingsOf(string code, string text)
    {
        if (code == TwoVersions)
        {
            return OfVersions([.. text.Split("// ").Skip(1).Select(part => part[part.IndexOf('\n', StringComparison.Ordinal)..])]);
        }

        if (code == Segments)
        {
            return OfSegments(text);
        }

        if (code == NoEntry)
        {
            using var folder = new TemporaryFolder();
            var stubs = new StubObject();
            stubs.Code64("stop", a => a.hlt());
            Assemble(text, stubs);
            return NativeCompiler.Compile(new NativeRequest
            {
                Kind = NativeKind.Kernel,
                AssemblyPath = Snippet.Compile(
                    "using System.Runtime; static class K { [RuntimeExport(\"Start\")] static void Start() { } }", folder.Path, OutputKind.DynamicallyLinkedLibrary, [MetadataReference.CreateFromFile(Snippet.CoreLib)]),
                References = [Snippet.CoreLib],
                Stubs = stubs,
                OutputPath = folder.File("x.elf"),
            }).Findings;
        }

        using var snippet = new Snippet(IsAssembly(text) ? ClassOf("Page", Start + " { }") : ClassOf("Page", text.Replace(Main, Start, StringComparison.Ordinal)));
        return snippet.Kernel(stub => { if (IsAssembly(text)) { Assemble(text, stub); } }).Findings;
    }

    static bool IsAssembly(string text) => text.StartsWith("stub.", StringComparison.Ordinal);

    static string ClassOf(string name, string body) => $"static unsafe class {name}\n{{\n{body}\n}}\n";

    /// <summary>Compiles C# that adds to the assembly, and runs it.</summary>
    static void Assemble(string text, StubObject stub)
    {
        using var folder = new TemporaryFolder();
        IEnumerable<string> references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')];
        string path = Snippet.Compile(
            $"using Iced.Intel; using Muen.Sdk.Native; using static Iced.Intel.AssemblerRegisters; public static class Page {{ public static void Add(StubObject stub)\n{{\n{text}\n}} }}",
            folder.Path, OutputKind.DynamicallyLinkedLibrary, references.Select(r => MetadataReference.CreateFromFile(r)), "Page");
        Assembly.Load(File.ReadAllBytes(path)).GetType("Page")!.GetMethod("Add")!.Invoke(null, [stub]);
    }

    /// <summary>A program that is compiled against one library and translated with another.</summary>
    static IReadOnlyList<NativeFinding> OfVersions(string[] versions)
    {
        Assert.Equal(2, versions.Length);
        using var folder = new TemporaryFolder();
        MetadataReference core = MetadataReference.CreateFromFile(Snippet.CoreLib);
        string then = Snippet.Compile(versions[0], folder.Path, OutputKind.DynamicallyLinkedLibrary, [core], "Library");
        string program = Snippet.Compile(
            "using System.Runtime; static class K { static int n; [RuntimeExport(\"Start\")] static void Start() { n = Library.Next(n); } }", folder.Path, OutputKind.DynamicallyLinkedLibrary,
            [core, MetadataReference.CreateFromFile(then)]);
        string now = Snippet.Compile(versions[1], Directory.CreateDirectory(folder.File("now")).FullName, OutputKind.DynamicallyLinkedLibrary, [core], "Library");
        return NativeCompiler.Compile(new NativeRequest
        {
            Kind = NativeKind.Kernel,
            AssemblyPath = program,
            References = [Snippet.CoreLib, now],
            Stubs = Snippet.KernelStubs(),
            OutputPath = folder.File("x.elf"),
        }).Findings;
    }

    /// <summary>A kernel whose segments have the page's rights.</summary>
    static List<NativeFinding> OfSegments(string text)
    {
        const int header = 64, size = 56, flags = 4;
        using var snippet = new Snippet(ClassOf("Page", Start + " { }"));
        byte[] elf = File.ReadAllBytes(snippet.Kernel().ElfPath!);
        MatchCollection shown = Segment().Matches(text);
        Assert.NotEmpty(shown);
        foreach ((int index, Match segment) in shown.Index())
        {
            string rights = segment.Groups["rights"].Value;
            elf[header + (index * size) + flags] = (byte)((rights[0] == 'r' ? ElfSegmentFlags.Read : 0) | (rights[1] == 'w' ? ElfSegmentFlags.Write : 0) | (rights[2] == 'x' ? ElfSegmentFlags.Execute : 0));
        }

        var findings = new List<NativeFinding>();
        var image = new LinkedImage(elf, symbol => (symbol is "entry" or "stop" or "muen_panic", 64), symbol => symbol, null);
        Assert.Equal(image.Elf.LoadSegments.Count(), shown.Count);
        new Checks(image, NativeKind.Kernel, findings).Image("entry");
        return findings;
    }

    [GeneratedRegex("^LOAD .*(?<rights>[r-][w-][x-])$", RegexOptions.Multiline)]
    private static partial Regex Segment();
}
