// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Muen.SdkTests;

/// <summary>What the pages of docs/errors show of builds and of the command: the wrong commands or project have the page's error and no other, the right ones none, one after the other.</summary>
[Collection(nameof(Workspace))]
public sealed partial class ErrorPageTests(Workspace workspace)
{
    /// <summary>TestProjectTests does what it shows.</summary>
    const string OfTestProjects = "MUEN4008";

    /// <summary>Its right example boots, which RunTests does; here it is enough that the command is reached.</summary>
    const string OfRuns = "MUEN4005";

    public static TheoryData<string> Codes =>
        [.. PageExample.Codes("MUEN3*.md").Where(c => PageExample.Of(c).Language == "sh").Concat(PageExample.Codes("MUEN4*.md")).Where(c => c != OfTestProjects)];

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task WrongIsRefusedAndRightIsNot(string code)
    {
        PageExample page = PageExample.Of(code);
        Func<string, Task<Command.Result>> take = page.Language == "sh" ? text => workspace.Shell(workspace.Hello, text) : Build;
        Command.Result wrong = await take(page.Wrong);

        // Whatever came of it: the right one also mends the workspace.
        Command.Result right = await take(code == OfRuns ? page.Right.TrimEnd() + " -- --help" : page.Right);
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.True(Found(wrong).SequenceEqual([code]), wrong.All);
        Assert.True(right.ExitCode == 0 && !Found(right).Any(), right.All);
    }

    /// <summary>Builds the system with an element of its project as the page has it.</summary>
    async Task<Command.Result> Build(string text)
    {
        string path = Path.Combine(workspace.Hello, "hello.csproj");
        string whole = await File.ReadAllTextAsync(path);
        try
        {
            var project = XDocument.Parse(whole);
            var element = XElement.Parse(text);
            project.Descendants(element.Name).Single().ReplaceWith(element);
            await File.WriteAllTextAsync(path, project.ToString());
            return await workspace.Try(workspace.Hello, "build");
        }
        finally
        {
            await File.WriteAllTextAsync(path, whole);
        }
    }

    static IEnumerable<string> Found(Command.Result result) => Error().Matches(result.All).Select(m => m.Groups[1].Value).Distinct();

    [GeneratedRegex("error (MUEN[0-9]{4}|[A-Z]+[0-9]+): ")]
    private static partial Regex Error();
}
