// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;

namespace Muen.SdkTests;

/// <summary>What docs/ shows is what happens: blocks `console` are run, blocks with a file's name are written, in the page's order.</summary>
[Collection(nameof(Workspace))]
public sealed class PageTests(Workspace workspace)
{
    /// <summary>Commands of blocks `console setup`: what <see cref="Workspace"/> has done already, and <see cref="TestProjectTests"/> does.</summary>
    static readonly string[] s_setup =
    [
        "./pack", "cd ..", "dotnet nuget add source \"$OLDPWD/artifacts/packages\" --name muen", "dotnet new install Muen.Sdk.Templates",
        "dotnet new muen-test -o tests --system hello", "dotnet test tests",
    ];

    static string Docs => Path.Combine(Command.Root, "docs");

    public static TheoryData<string> Pages =>
        [.. Directory.GetFiles(Docs, "*.md").Append(Path.Combine(Command.Root, "README.md")).Select(p => Path.GetRelativePath(Command.Root, p)).Order(StringComparer.Ordinal)];

    /// <summary>A block of a kind that is not here would be one that nothing holds against what it shows.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void EachBlockIsOfAKindThatATestKnows(string page)
    {
        foreach (PageBlock block in PageBlock.Of(Path.Combine(Command.Root, page)))
        {
            string[] words = block.Kind.Split(' ');
            bool known = words switch
            {
                ["console"] => s_run.Contains(page),
                ["console", "setup"] => block.Commands().Select(c => c.Line).Except(s_setup).Any() is false,
                ["xml" or "csharp", _] => s_run.Contains(page),

                // Pictures, which GitHub draws; and one of characters.
                ["mermaid"] => page == "docs/concepts.md",
                ["text"] => page == "README.md",

                // Policy.Tests compiles those of the language; those about tests are what the template brings, line by line.
                ["xml"] => page == "docs/policy-language.md",
                ["csharp"] => page == "docs/testing.md" && block.Lines.All(l => IsOfTheTemplate(l)),
                _ => false,
            };
            Assert.True(known, $"{page}: nothing tries a block ```{block.Kind}\n{string.Join('\n', block.Lines)}");
        }
    }

    static readonly string[] s_run = ["docs/start.md", "docs/debugging.md", "docs/howto.md"];

    /// <summary>From nothing to a line that is answered.</summary>
    [Fact]
    public Task TheFirstFiveMinutes() => Run("docs/start.md", Directory.CreateDirectory(workspace.File("started")).FullName);

    [Fact]
    public Task Debugging() => Run("docs/debugging.md", workspace.Hello);

    [Fact]
    public Task HowTo() => Run("docs/howto.md", workspace.Copy(workspace.Hello, "howto"));

    async Task Run(string page, string folder)
    {
        IReadOnlyList<PageBlock> blocks = PageBlock.Of(Path.Combine(Command.Root, page));
        Assert.NotEmpty(blocks);
        foreach (PageBlock block in blocks)
        {
            switch (block.Kind.Split(' '))
            {
                case ["console"]:
                    foreach (PageCommand command in block.Commands())
                    {
                        if (command.Line == "dotnet run")
                        {
                            await Interact(command, folder);
                        }
                        else
                        {
                            (folder, string output) = await Shell(command.Line, folder);
                            string? difference = command.Difference(output);
                            Assert.True(difference is null, difference);
                        }
                    }

                    break;
                case ["xml" or "csharp", string file]:
                    Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
                    await File.WriteAllLinesAsync(Path.Combine(folder, file), block.Lines);
                    break;
            }
        }
    }

    /// <summary>A command in the shell; `cd` is what the next one begins with.</summary>
    async Task<(string Folder, string Output)> Shell(string line, string folder)
    {
        string place = workspace.File("place");
        Command.Result result = await workspace.Run(folder, "bash", ["-c", $"{{ {line}\n}} 2>&1; code=$?; pwd >'{place}'; exit $code"]);
        Assert.True(result.ExitCode == 0, $"{line}: {result.All}");
        return ((await File.ReadAllTextAsync(place)).Trim(), result.Output);
    }

    /// <summary>A run that goes on until it is ended: what is shown comes in this order; what stands behind a prompt is typed.</summary>
    async Task Interact(PageCommand command, string folder)
    {
        using Process run = workspace.Start(folder, "dotnet", "run");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var seen = new StringBuilder();
        try
        {
            foreach (string line in command.Shown.Where(l => l != "..." && l.Trim() != ">"))
            {
                if (line.StartsWith("> ", StringComparison.Ordinal))
                {
                    await run.StandardInput.WriteAsync(line[2..] + "\r");
                    await run.StandardInput.FlushAsync(limit.Token);
                    continue;
                }

                string? got;
                do
                {
                    got = await run.StandardOutput.ReadLineAsync(limit.Token);
                    seen.AppendLine(got);
                    Assert.True(got is not null, $"it ended without '{line}':\n{seen}");
                }
                while (got.TrimEnd() != line);
            }
        }
        finally
        {
            run.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Whether a line is one of what `dotnet new muen-test` makes.</summary>
    static bool IsOfTheTemplate(string line) => line.Trim().Length == 0 || s_template.Value.Contains(Shorten(line));

    /// <summary>Without spaces and remarks.</summary>
    static string Shorten(string line) => line.Split("//")[0].Trim();

    static readonly Lazy<HashSet<string>> s_template = new(() =>
        [.. File.ReadLines(Path.Combine(Command.Root, "src/Muen.Sdk.Templates/templates/muen-test/SystemTests.cs")).Select(l => Shorten(l).Replace("MUEN_SYSTEM", "hello", StringComparison.Ordinal))]);
}
