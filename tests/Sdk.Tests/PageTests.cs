// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Muen.SdkTests;

/// <summary>What docs/ shows is what happens: blocks `console` are run, blocks with a file's name are written, in the page's order.</summary>
[Collection(nameof(Workspace))]
public sealed partial class PageTests(Workspace workspace)
{
    /// <summary>Pages whose blocks `console` are run here, in their order, and whose blocks with a file's name are written.</summary>
    static readonly string[] s_run = ["README.md", "docs/start.md", "docs/debugging.md", "docs/howto.md"];

    /// <summary>Commands of blocks `console elsewhere`, and the test or file that does the same: they install, never end, take long or would run the tests inside of a test.</summary>
    static readonly Dictionary<string, string> s_elsewhere = new()
    {
        // The workspace is made so, and packages are what it begins with.
        ["./pack"] = "Workspace",
        ["cd .."] = "Workspace",
        ["dotnet nuget add source \"$OLDPWD/artifacts/packages\" --name muen"] = "Workspace",
        ["dotnet new install Muen.Sdk.Templates"] = "Workspace",
        ["dotnet new muen-system -o hello && cd hello"] = "Workspace",
        ["dotnet new muen-test -o tests --system hello"] = "TestProjectTests",
        ["dotnet test tests"] = "TestProjectTests",
        ["dotnet build"] = "IncrementalTests",
        ["dotnet publish"] = "PackageTests",
        ["dotnet run"] = "RunTests",

        // ./test is this. With a window, on the terminal, and with somebody's kernel or files:
        ["./test"] = ".ci/run",
        ["./demo"] = "WindowTests",
        ["./demo --console"] = "DemoTests",
        ["./demo --console --headless"] = "DemoTests",
        ["./demo --headless"] = "DemoTests",
        ["./demo --display terminal"] = "DemoTests",
        ["./demo --xv6 PATH/kernelmemfs"] = "DemoTests",
        ["./demo file1 file2"] = "DemoTests",

        // Built, booted, typed at and read by the test of each sample.
        ["./muen run samples/vt/system.xml"] = "TerminalTests",
        ["./muen run samples/dumper/system.xml"] = "DumperSampleTests",
        ["./muen run samples/tau0/system.xml"] = "PlanSampleTests",
        ["./muen run samples/xv6-monitor/invaders.xml"] = "GuestTests",

        // They write pictures of the tree; a script of the same steps is played by:
        ["./muen run samples/demo/system.xml --play samples/demo/screen.play"] = "PlayTests",
        ["./muen run samples/vt/system.xml --play samples/vt/screen.play"] = "PlayTests",
        ["./muen run samples/crypter/system.xml --play samples/crypter/console.play"] = "PlayTests",
        ["./muen run samples/dumper/system.xml --play samples/dumper/screen.play"] = "PlayTests",
        ["./muen run samples/tau0/system.xml --play samples/tau0/screen.play"] = "PlayTests",
        ["./muen run samples/xv6-monitor/memtest.xml --play samples/xv6-monitor/halted.play"] = "PlayTests",

        // Of the machine that it runs on, as root.
        ["./muen hardware"] = "RecordedMachineTests",
        // gdb stays; with commands in place of a user:
        ["./muen debug samples/vt/system.xml --subject counter --break Counter.cs:25"] = "DebugTests",
        // Minutes.
        ["./bench"] = "KernelTests",
    };

    static readonly string[] s_folders = ["docs", "samples", "src", "tests"];

    /// <summary>Nobody tries these: xv6 is not part of this project, and no test has it.</summary>
    static readonly string[] s_untried =
    [
        "dotnet run --project samples/xv6-monitor -p:Xv6Kernel=PATH/kernelmemfs", "dotnet run --project samples/xv6-monitor -p:Xv6Kernel=PATH/kernel -p:Xv6FileSystem=PATH/fs.img",
    ];

    /// <summary>All that the tree shows to a reader, but the pages of errors, which are made from what they show (ErrorPageTests).</summary>
    public static TheoryData<string> Pages =>
    [
        .. s_folders.SelectMany(f => Directory.GetFiles(Path.Combine(Command.Root, f), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Command.Root, "*.md")).Select(p => Path.GetRelativePath(Command.Root, p))
            .Where(p => !p.Split('/').Any(part => part is "bin" or "obj" or "errors")).Order(StringComparer.Ordinal),
    ];

    /// <summary>A block of a kind that is not here would be one that nothing holds against what it shows.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void EachBlockIsOfAKindThatATestKnows(string page)
    {
        foreach (PageBlock block in PageBlock.Of(Path.Combine(Command.Root, page)))
        {
            string? wrong = block.Kind.Split(' ') switch
            {
                ["console"] => s_run.Contains(page) ? null : "nothing runs the page",
                ["console", "elsewhere"] => block.Commands().Select(NotElsewhere).FirstOrDefault(w => w is not null),
                ["xml" or "csharp", "from", string file] => NotQuoted(block, Path.Combine(Command.Root, Path.GetDirectoryName(page)!, file)),
                [_, string test] when test.EndsWith("Tests", StringComparison.Ordinal) => NotHeld(page, test),
                ["xml" or "csharp", _] => s_run.Contains(page) ? null : "nothing runs the page",

                // Pictures, which GitHub draws; and such of characters.
                ["mermaid"] or ["text", "picture"] => null,
                _ => "nothing tries it",
            };
            Assert.True(wrong is null, $"{page}: {wrong}: ```{block.Kind}\n{string.Join('\n', block.Lines)}");
        }
    }

    /// <summary>Null when another test, which is there, does what the command does. Its remark says what comes of it.</summary>
    static string? NotElsewhere(PageCommand command)
    {
        if (command.Shown.Count > 0)
        {
            return "output is shown that nothing compares";
        }

        return s_untried.Contains(command.WithoutRemark) ? null
            : !s_elsewhere.TryGetValue(command.WithoutRemark, out string? where) ? $"`{command.WithoutRemark}` is not among the commands that others run"
            : where == nameof(Workspace) || where == ".ci/run" || s_tests.Value.ContainsKey(where) ? null : $"there is no test {where}";
    }

    /// <summary>Null when the test is there and reads the page, or the table of all pages of its folder.</summary>
    static string? NotHeld(string page, string test) =>
        !s_tests.Value.TryGetValue(test, out string? source) ? $"there is no test {test}"
        : source.Contains($"\"{page}\"", StringComparison.Ordinal) ? null : $"{test} does not read the page";

    /// <summary>Null when each line is in the file, in its order; `...` stands for what is left out, the ends of lines may have remarks.</summary>
    static string? NotQuoted(PageBlock block, string file)
    {
        using IEnumerator<string> rest = File.ReadLines(file).Select(Shorten).GetEnumerator();
        foreach (string line in block.Lines.Select(Shorten).Where(l => l is not "" and not "..."))
        {
            do
            {
                if (!rest.MoveNext())
                {
                    return $"{Path.GetFileName(file)} has no line, or not in this place: {line}";
                }
            }
            while (!rest.Current.Contains(line, StringComparison.Ordinal));
        }

        return null;
    }

    /// <summary>Without spaces, remarks, what is there for editors, and what `dotnet new` puts in.</summary>
    static string Shorten(string line) => Schema().Replace(line.Split(" //")[0], "").Trim().Replace("MUEN_SYSTEM", "hello", StringComparison.Ordinal).Replace("/MUEN_SDK", "", StringComparison.Ordinal);

    [GeneratedRegex(" xmlns:xsi=\"[^\"]*\" xsi:[A-Za-z]*=\"[^\"]*\"")]
    private static partial Regex Schema();

    /// <summary>The classes of tests and their sources.</summary>
    static readonly Lazy<Dictionary<string, string>> s_tests = new(() => Directory.GetFiles(Path.Combine(Command.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
        .Where(f => !f.Split('/').Any(part => part is "bin" or "obj")).GroupBy(f => Path.GetFileNameWithoutExtension(f))
        .ToDictionary(g => g.Key, g => string.Concat(g.Select(File.ReadAllText))));

    /// <summary>The tools, one after the other, in the source tree, as its owner.</summary>
    [Fact]
    public Task Tools() => Run("README.md", Command.Root);

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
                        if (command.WithoutRemark == "dotnet run")
                        {
                            await Interact(command, folder);
                        }
                        else
                        {
                            (folder, string output) = await Shell(command, folder);
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

    /// <summary>A command in the shell; `cd` is what the next one begins with. In the source tree with its own settings, elsewhere as the stranger.</summary>
    async Task<(string Folder, string Output)> Shell(PageCommand command, string folder)
    {
        string place = workspace.File("place");
        string[] arguments = ["-c", $"set -o pipefail\n{{ {command.Line}\n}} 2>&1; code=$?; pwd >'{place}'; exit $code"];
        Command.Result result = folder == Command.Root ? await Command.RunAsync("bash", arguments) : await workspace.Run(folder, "bash", arguments);
        Assert.True(result.ExitCode == command.ExitCode, $"{command.Line}: exit code {result.ExitCode}: {result.All}");
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
                while (!Regex.IsMatch(got.TrimEnd(), $"^{string.Join(".*", line.Split("...").Select(Regex.Escape))}$"));
            }
        }
        finally
        {
            run.Kill(entireProcessTree: true);
        }
    }
}
