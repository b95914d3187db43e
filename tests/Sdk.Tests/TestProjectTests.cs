// SPDX-License-Identifier: MIT

namespace Muen.SdkTests;

/// <summary>`dotnet new muen-test` beside a system: its subjects on a simulated kernel, and the whole of it in Bochs.</summary>
[Collection(nameof(Workspace))]
public sealed class TestProjectTests(Workspace workspace)
{
    /// <summary>What its page shows is what these tests do.</summary>
    static readonly PageExample s_page = PageExample.Of("MUEN4008");

    /// <summary>In the folder above the system's, or with a name that the system does not have.</summary>
    [Fact]
    public async Task TestsInTheWrongFolderAreToldTheRightOne()
    {
        workspace.Copy(workspace.Hello, "astray/hello");
        Command.Result result = await workspace.Shell(workspace.File("astray"), s_page.Wrong);
        Assert.Equal(1, result.ExitCode);
        string error = Assert.Single(result.OutputLines.Where(l => l.Contains("error ", StringComparison.Ordinal)).Distinct());
        Assert.Contains($"error {s_page.Code}: the tests refer to projects that are not there: ", error, StringComparison.Ordinal);
        Assert.Contains("/astray/hello.csproj. Make them in the system's folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestsASystemAndNoticesWhatBreaksIt()
    {
        string system = workspace.Copy(workspace.Hello, "tested/hello");
        string tests = Path.Combine(system, "tests");
        Command.Result passed = await workspace.Shell(workspace.File("tested"), s_page.Right);
        Assert.True(passed.ExitCode == 0, passed.All);
        Assert.Matches(@"Passed! +- Failed: +0, Passed: +5, Skipped: +0, Total: +5", passed.Output);

        // What is for .NET and what is for the image lie apart.
        Assert.True(File.Exists(Path.Combine(system, "worker/bin/Debug/worker.elf")));
        await workspace.Dotnet(system, "build", "--no-restore");

        string source = Path.Combine(system, "worker/Program.cs");
        await File.WriteAllTextAsync(source, (await File.ReadAllTextAsync(source)).Replace("character -= 'a' - 'A';", "character -= 1;", StringComparison.Ordinal));
        Command.Result failed = await workspace.Try(tests, "test", "--filter", "Worker_answers_in_capitals");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Matches(@"Failed: +2, Passed: +1", failed.Output);
    }
}
