// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;

namespace Muen.SdkTests;

/// <summary>`dotnet run`, on a terminal.</summary>
[Collection(nameof(Workspace))]
public sealed class RunTests(Workspace workspace)
{
    /// <summary>A terminal of its own (`script`): the line that is typed goes in, its answer comes out, Ctrl-C ends it and leaves nothing behind.</summary>
    [Fact]
    public async Task BootsWithTheConsoleInTheTerminal()
    {
        string temporary = Directory.CreateDirectory(workspace.File("tmp")).FullName;
        using Process run = workspace.Start(workspace.Hello, "env", $"TMPDIR={temporary}", "script", "-qefc", "dotnet run", "/dev/null");
        StringBuilder seen = new();
        try
        {
            await Expect(run, seen, "Type a line:");
            await run.StandardInput.WriteAsync("separate\r");
            await run.StandardInput.FlushAsync();
            await Expect(run, seen, "worker: SEPARATE");
            Assert.NotEmpty(Directory.GetDirectories(temporary, "muen-bochs-*"));
            await run.StandardInput.WriteAsync('\x03');
            await run.StandardInput.FlushAsync();
            string rest = await run.StandardOutput.ReadToEndAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
            await run.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
            Assert.True(run.ExitCode == 130, $"exit code {run.ExitCode}: {rest}");
            Assert.Contains("the machine was stopped", rest, StringComparison.Ordinal);
            Assert.Empty(Directory.GetDirectories(temporary, "muen-bochs-*"));
        }
        finally
        {
            if (!run.HasExited)
            {
                run.Kill(entireProcessTree: true);
            }
        }
    }

    [Fact]
    public async Task TakesWhatStandsBehindTheDashesAndBuildsNothingWhenToldSo()
    {
        await workspace.Dotnet(workspace.Hello, "build");
        DateTime image = File.GetLastWriteTimeUtc(Path.Combine(workspace.Hello, "bin/Debug/system.iso"));
        Command.Result run = await workspace.Try(workspace.Hello, "run", "--no-build", "--", "--timeout", "soon");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("muen: --timeout takes a whole number from 1 to 1000000, not 'soon'; see muen run --help", run.Errors.Trim());
        Assert.Equal(image, File.GetLastWriteTimeUtc(Path.Combine(workspace.Hello, "bin/Debug/system.iso")));
    }

    [Fact]
    public async Task ASubjectDoesNotRunByItself()
    {
        Command.Result run = await workspace.Try(Path.Combine(workspace.Hello, "worker"), "run", "--no-restore");
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("error MUEN4005: ", run.All, StringComparison.Ordinal);
    }

    /// <summary>What the template's README shows: the guest's port and clock are its monitor's.</summary>
    [Fact]
    public async Task AMonitorAnswersForItsGuest()
    {
        if (!Directory.Exists(workspace.File("monitored")))
        {
            await workspace.Dotnet(workspace.Path, "new", "muen-monitor", "-o", "monitored");
        }

        IReadOnlyList<string> shown = PageBlock.HeldBy("src/Muen.Sdk.Templates/templates/muen-monitor/README.md", nameof(RunTests)).Single().Lines;
        Assert.Equal(3, shown.Count);
        using Process run = workspace.Start(workspace.File("monitored"), "dotnet", "run");
        StringBuilder seen = new();
        try
        {
            foreach (string line in shown)
            {
                await Expect(run, seen, line);
            }
        }
        finally
        {
            run.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Reads until a text has come.</summary>
    /// <param name="run">The program.</param>
    /// <param name="seen">What was read and not expected yet: two lines may come in one piece.</param>
    /// <param name="text">The text; what comes up to its end is taken off.</param>
    static async Task Expect(Process run, StringBuilder seen, string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        char[] buffer = new char[256];
        int at;
        while ((at = seen.ToString().IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            int count;
            try
            {
                count = await run.StandardOutput.ReadAsync(buffer, limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"'{text}' did not come: {seen}");
            }

            Assert.True(count > 0, $"it ended without '{text}': {seen}");
            seen.Append(buffer, 0, count);
        }

        seen.Remove(0, at + text.Length);
    }
}
