// SPDX-License-Identifier: MIT

using System.Text.Json;
using System.Text.RegularExpressions;
using Muen.Sdk.Cli.Explain;
using Muen.Sdk.Native;
using Muen.Sdk.Policy;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Tests;

/// <summary>Each code of the product has its page, which is made from its definition, and which `muen explain` shows. Those on policies are made by Policy.Tests.</summary>
public sealed partial class ErrorPageTests
{
    static readonly string s_folder = Path.Combine(Command.Root, "docs/errors");

    /// <summary>With MUEN_UPDATE_GOLDEN naming docs/errors they are written there.</summary>
    [Fact]
    public void ThePagesAreMadeFromTheDefinitions()
    {
        IReadOnlyList<string> outdated = ErrorPage.Outdated(s_folder, [.. Pages(), ("README.md", Index())]);
        Assert.True(outdated.Count == 0, $"make them anew with MUEN_UPDATE_GOLDEN=.../docs/errors: {string.Join(", ", outdated)}");
    }

    /// <summary>What the sources name is defined, what is defined has a page, and there is no page of anything else.</summary>
    [Fact]
    public void EveryCodeHasAPage()
    {
        string[] defined = [.. Pages().Select(p => p.Name[..8]), .. DiagnosticCodes.All.Select(c => c.Id)];
        Assert.Equal(defined.Order(StringComparer.Ordinal), Directory.GetFiles(s_folder, "MUEN*.md").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));
        Assert.Equal(defined.Order(StringComparer.Ordinal), ErrorPages.Codes);
        IEnumerable<string> sources = Directory.GetFiles(Path.Combine(Command.Root, "src/Muen.Sdk"), "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".cs" or ".targets" or ".props");
        HashSet<string> named = [.. sources.SelectMany(f => Code().Matches(File.ReadAllText(f)).Select(m => m.Value))];
        Assert.InRange(named.Count, 50, 1000);
        Assert.Empty(named.Except(defined));
    }

    /// <summary>
    /// What is wrong and what is right. Tests of each kind compile them: Policy.Tests MUEN1nnn, Generator.Tests and Analyzer.Tests MUEN2nnn, Native.Tests and Sdk.Tests MUEN3nnn,
    /// Sdk.Tests MUEN4nnn, Verify.Tests MUEN5nnn. Only what is no error has none.
    /// </summary>
    [Fact]
    public void EveryPageHasBothExamples()
    {
        string[] lacking = [.. ErrorPages.Codes.Where(c => !Examples().Matches(ErrorPages.Read(c)).Select(m => m.Groups[1].Value).SequenceEqual(["Wrong", "Right"]))];
        Assert.Equal(FindingCodes.All.Where(c => c.IsHarmless).Select(c => c.Id), lacking);
    }

    /// <summary>The command does not load the analyzers; what it calls their errors is what they call them.</summary>
    [Fact]
    public void TitlesOfAnalyzersAreTheirs()
    {
        Dictionary<string, string> titles = ((string[])["Analyzers/Rules.cs", "Generator/Diagnostics.cs"])
            .SelectMany(f => Descriptor().Matches(File.ReadAllText(Path.Combine(Command.Root, "src/Muen.Sdk", f)))).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(titles.OrderBy(t => t.Key, StringComparer.Ordinal), SdkCodes.All.Where(c => c.Id.StartsWith("MUEN2", StringComparison.Ordinal)).Select(c => KeyValuePair.Create(c.Id, c.Title)));
    }

    [Theory]
    [InlineData("MUEN1409")]
    [InlineData("muen1409")]
    [InlineData("1409")]
    public async Task ShowsAPage(string code)
    {
        Command.Result result = await Command.Muen("explain", code);
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("MUEN1409: The event hands over to another group's subject\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nRight:\n\n  <system", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("```", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ListsAndWritesJson()
    {
        Command.Result list = await Command.Muen("explain");
        Assert.Equal(ErrorPages.Codes, list.OutputLines.Select(l => l[..8]));
        using var all = JsonDocument.Parse((await Command.Muen("explain", "--json")).Output);
        Assert.Equal(ErrorPages.Codes, all.RootElement.EnumerateArray().Select(e => e.GetProperty("code").GetString()));
        using var one = JsonDocument.Parse((await Command.Muen("explain", "--json", "MUEN5202")).Output);
        Assert.Equal(File.ReadAllText(Path.Combine(s_folder, "MUEN5202.md")), one.RootElement.GetProperty("markdown").GetString());
    }

    [Theory]
    [InlineData("MUEN140", "there is no error 'MUEN140'; did you mean MUEN1401? muen explain lists all")]
    [InlineData("frobnicate", "there is no error 'frobnicate'; muen explain lists all")]
    public async Task UnknownCode(string code, string message)
    {
        Command.Result result = await Command.Muen("explain", code);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("muen: " + message, Assert.Single(result.Complaints));
    }

    static IEnumerable<(string Name, string Text)> Pages() =>
    [
        .. SdkCodes.All.Select(c => Page(c.Id, c.Title, c.Explanation, c.Language, c.Wrong, c.Right)),
        .. NativeCodes.All.Select(c => Page(c.Id, c.Title, c.Explanation, c.Language, c.Wrong, c.Right)),
        .. FindingCodes.All.Select(c => ($"{c.Id}.md", Finding(c).ToString())),
    ];

    // An image is not written by hand: its example is one that a test of the verifier changed in one place, and what is found in that (Verify.Tests, FaultTests).
    static ErrorPage Finding(FindingCode code)
    {
        var page = new ErrorPage(code.Id, code.Title, code.Meaning);
        if (code.IsHarmless)
        {
            return page.Say("`muen verify --harmless` lists it. It is no error: nobody can do more or less, and nothing means something else.");
        }

        string[] found = [.. File.ReadAllLines(Path.Combine(Command.Root, "tests/Verify.Tests/Findings.txt")).SkipWhile(l => !l.StartsWith(code.Id, StringComparison.Ordinal)).Take(2)];
        return page.Say("`muen verify` finds it in an image: the image is damaged, was changed, or was made by a compiler with a fault, and must not be booted. Build it anew from its policy; "
            + "if it is found again, it is a fault of muen, which a report with the policy helps to mend. An image of another version, or of another policy than the one it is compared with, gives such findings too.")
            .Show($"Wrong: an image that was changed in one place ({found[0][(code.Id.Length + 2)..]}), in which this is found:", "text", found[1])
            .Say("Right: the same image as it was built, in which nothing is found.");
    }

    static (string Name, string Text) Page(string id, string title, string explanation, string language, string wrong, string right) =>
        ($"{id}.md", new ErrorPage(id, title, explanation).Show("Wrong:", language, wrong).Show("Right:", language, right).ToString());

    static string Index()
    {
        IEnumerable<(string Id, string Title)> all =
        [
            .. DiagnosticCodes.All.Select(c => (c.Id, c.Title)), .. SdkCodes.All.Select(c => (c.Id, c.Title)), .. NativeCodes.All.Select(c => (c.Id, c.Title)), .. FindingCodes.All.Select(c => (c.Id, c.Title)),
        ];
        return "# Errors\n\nA page for each code: what it means, an example that has it, and the example mended. `muen explain MUENnnnn` shows the same. MUEN1nnn are those of policies, MUEN2nnn of\n"
            + "components and C#, MUEN3nnn of native code, MUEN4nnn of builds, MUEN5nnn of images.\n\n| code | |\n|---|---|\n"
            + string.Concat(all.OrderBy(e => e.Id, StringComparer.Ordinal).Select(e => $"| [{e.Id}]({e.Id}.md) | {e.Title} |\n"));
    }

    [GeneratedRegex("MUEN[1-9][0-9]{3}")]
    private static partial Regex Code();

    [GeneratedRegex("^(Wrong|Right)\\b", RegexOptions.Multiline)]
    private static partial Regex Examples();

    [GeneratedRegex("Define\\(\"(MUEN2[0-9]{3})\", \"([^\"]*)\"")]
    private static partial Regex Descriptor();
}
