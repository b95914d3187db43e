// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Muen.Sdk.Cli.Tests;

/// <summary>Help and JSON, the same way in each command.</summary>
public sealed class HelpTests
{
    // What runs a machine has its console for output, and what only holds commands has none.
    static readonly string[] s_withoutJson = ["run", "debug", "demo", "native"];

    static IEnumerable<System.CommandLine.Command> All => Below(Program.CreateRoot());

    [Fact]
    public void EachCommandHasExamplesOfItself()
    {
        Assert.InRange(All.Count(), 14, 100);
        Assert.All(All, c =>
        {
            Assert.True(c.Description?.Contains("\n\nExamples:\n  ", StringComparison.Ordinal), c.Name);
            Assert.All(c.Description!.Split("Examples:\n")[1].Split('\n'), line => Assert.Matches($"^  (sudo )?muen (native )?{c.Name}( |$)", line));
            Assert.True(c.Subcommands.Count > 0 || c.Description.Contains("\nExit code: 0", StringComparison.Ordinal), c.Name);
            Assert.All(c.Options.Where(o => !o.Hidden), o => Assert.False(string.IsNullOrWhiteSpace(o.Description), $"{c.Name} {o.Name}"));
        });
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("native --help")]
    public async Task TheListOfCommandsHasALineForEach(string line)
    {
        Command.Result result = await Command.Muen(line.Split(' '));
        Assert.Equal(0, result.ExitCode);
        string list = result.Output.Split("\nCommands:\n")[1];
        Assert.DoesNotContain("Exit code", list, StringComparison.Ordinal);
        Assert.All(list.TrimEnd().Split('\n'), l => Assert.Matches("^  [a-z]", l));
    }

    [Fact]
    public async Task TheHelpOfACommandHasItsExamples()
    {
        string help = (await Command.Muen("policy", "--help")).Output;
        Assert.Contains("Examples:", help, StringComparison.Ordinal);
    }

    [Fact]
    public void EachCommandThatAnswersWritesJson() =>
        Assert.Equal(s_withoutJson.Order(StringComparer.Ordinal), All.Where(c => c.Options.All(o => o.Name != "--json")).Select(c => c.Name).Order(StringComparer.Ordinal));

    [Fact]
    public async Task ErrorsOfAPolicyAreJson()
    {
        using var folder = new TemporaryFolder();
        folder.Write("system.xml", "<system name=\"a\">\n  <hardware ref=\"bosch\"/>\n</system>\n");
        Command.Result result = await Command.Muen("policy", "--json", folder.File("system.xml"));
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Complaints);
        using var json = JsonDocument.Parse(result.Output);
        JsonElement error = json.RootElement.GetProperty("errors").EnumerateArray().Single(e => e.GetProperty("code").GetString() == "MUEN1601");
        Assert.Equal((2, folder.File("system.xml")), (error.GetProperty("line").GetInt32(), error.GetProperty("file").GetString()));
        Assert.StartsWith("unknown hardware 'bosch'; did you mean 'bochs'?", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools", "missing")]
    [InlineData("config artifacts/bin/Cli.Tests/release/nowhere.elf", "errors")]
    [InlineData("verify LICENSE", "errors")]
    [InlineData("diff LICENSE LICENSE", "errors")]
    [InlineData("verify", "errors")]
    [InlineData("policy system.xml --nonsense", "errors")]
    public async Task OthersAreJson(string line, string property)
    {
        Command.Result result = await Command.Muen([.. line.Split(' '), "--json"]);
        using var json = JsonDocument.Parse(result.Output);
        Assert.True(json.RootElement.TryGetProperty(property, out _));
    }

    /// <summary>This machine has them all, or no test would run; MSBuild, which asks before each build, wants to hear of faults only.</summary>
    [Fact]
    public async Task ToolsAreListedWithTheirVersions()
    {
        Command.Result result = await Command.Muen("tools");
        Assert.True(result.ExitCode == 0, result.All);
        Assert.Matches("^program +version +path\n", result.Output);
        Assert.Matches(@"\nthe linker ld\.lld +\d+\.[\d.]+ +/.*/ld\.lld\n", result.Output);
        Assert.Matches(@"\nBochs +2\.[\d.]+ +/.*/bochs.*\n", result.Output);
        Assert.DoesNotContain(" \n", result.Output, StringComparison.Ordinal);
        Assert.Empty((await Command.Muen("--msbuild", "tools")).Output);
        using var json = JsonDocument.Parse((await Command.Muen("tools", "--json", "--for", "build")).Output);
        Assert.Equal(["the linker ld.lld", "GRUB's grub-mkimage", "xorriso"], json.RootElement.GetProperty("found").EnumerateArray().Select(t => t.GetProperty("what").GetString()));
    }

    [Fact]
    public async Task PackingWhatIsNotBuiltNamesTheBuild()
    {
        using var folder = new TemporaryFolder();
        Command.Result result = await Command.Muen("pack", "samples/tau0/system.xml", "-o", folder.File("out"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("muen pack takes the programs of an earlier build; run muen build samples/tau0/system.xml first", result.Errors, StringComparison.Ordinal);
    }

    static IEnumerable<System.CommandLine.Command> Below(System.CommandLine.Command command) => command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Below(c).Prepend(c));
}
