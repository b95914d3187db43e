// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Muen.SdkTests;

/// <summary>`muen debug` as a user of the packages has it: gdb, on one subject of the system that `dotnet new` made.</summary>
[Collection(nameof(Workspace))]
public sealed class DebugTests(Workspace workspace)
{
    static readonly JsonDocumentOptions s_comments = new() { CommentHandling = JsonCommentHandling.Skip };

    /// <summary>In the whole system, under the kernel: stops at lines time and again, knows arguments and callers, steps over what exits to the kernel.</summary>
    [Fact]
    public async Task StopsAtLinesOfASubjectInTheSystem()
    {
        int write = LineOf("console", "console.Write(\"> \"u8);");
        string output = await Debug(
            "console", ["--break", Path.Combine(workspace.Hello, $"console/Program.cs:{write}")],
            "bt", "delete", "break Muen_Subject_Muen_SerialConsole__Write", "continue", "bt", "info args", "finish", "next", "next", "info registers rip cs");
        Assert.Contains($"{write}\t        console.Write", output, StringComparison.Ordinal);
        Assert.Matches($@"\n#0  \S*console_Program__Main \(\) at /_/console/Program\.cs:{write}\r?\n", output);
        Assert.Matches(@"\n#0  Muen_Subject_Muen_SerialConsole__Write \(.*\) at /muen/src/Muen.Sdk/Subject/SerialConsole.cs:\d+\n", output);
        Assert.Matches(@"\n#1  .* in \S*console_Program__Main \(\) at /_/console/Program.cs:\d+\n", output);
        Assert.Matches(@"\ntext = |\nthis = ", output);
        Assert.Matches(@"\nrip +0x2\w+ ", output);
        Assert.Matches(@"\ncs +0x8 ", output);
        Assert.DoesNotContain("SIGTRAP", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", output, StringComparison.Ordinal);
    }

    /// <summary>Without kernel and VT-x: hypercalls do nothing, what waits for an interrupt goes on when it is told that one came.</summary>
    [Fact]
    public async Task StopsAtLinesOfASubjectByItself()
    {
        int loop = LineOf("console", "if (lines.TryRead(");
        string output = await Debug("console", ["--alone", "--break", $"Program.cs:{loop}"], "bt", "next", "next", "muen-interrupt 33", "continue", "info locals");
        Assert.Matches($@"\n#0  \S*console_Program__Main \(\) at /_/console/Program\.cs:{loop}\n", output);
        Assert.Equal(2, Regex.Count(output, @"Breakpoint 2, \S*console_Program__Main"));
        Assert.Contains("Hello from console. Type a line:", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesTheSubjectsThatThereAre()
    {
        Command.Result result = await workspace.Try(workspace.Hello, "run", "-p:MuenDebugSubject=nobody");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has no native subject 'nobody' with a program of ours; there are console, worker", result.Errors, StringComparison.Ordinal);
    }

    /// <summary>A place that is nowhere is said before anything boots: nothing would ever stop it.</summary>
    [Theory]
    [InlineData("Program.cs:9999", "muen: --break: No line 9999 in file \"Program.cs\".")]
    [InlineData("Elsewhere.cs:1", "muen: --break: No source file named Elsewhere.cs.")]
    public async Task RefusesAPlaceThatIsNowhere(string place, string message)
    {
        Command.Result result = await workspace.Try(workspace.Hello, "run", "--no-build", "-p:MuenDebugSubject=worker", "--", "--break", place);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(message, result.Errors.Trim());
    }

    /// <summary>What an editor does with launch.json and tasks.json: the task comes to the line that it waits for, gdb takes the commands and connects.</summary>
    [Theory]
    [InlineData("hello", "worker")]
    public async Task AnEditorFindsWhatTheTemplatesTellIt(string system, string subject)
    {
        string folder = workspace.File(system);
        await workspace.Dotnet(folder, "build");
        using JsonDocument launch = Read(folder, "launch.json");
        using JsonDocument tasks = Read(folder, "tasks.json");
        JsonElement configuration = launch.RootElement.GetProperty("configurations").EnumerateArray().Single(c => c.GetProperty("name").GetString() == subject);
        JsonElement task = tasks.RootElement.GetProperty("tasks").EnumerateArray().Single(t => t.GetProperty("label").GetString() == configuration.GetProperty("preLaunchTask").GetString());

        string port = FreePort();
        string[] arguments = [.. task.GetProperty("args").EnumerateArray().Select(a => Resolve(folder, a.GetString()!)).Select(a => a == "1234" ? port : a)];
        Assert.Contains(port, arguments);
        using Process server = workspace.Start(folder, task.GetProperty("command").GetString()!, arguments);
        try
        {
            var ready = new Regex(task.GetProperty("problemMatcher").GetProperty("background").GetProperty("endsPattern").GetString()!);
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            string? line;
            do
            {
                line = await server.StandardOutput.ReadLineAsync(limit.Token);
                Assert.True(line is not null, "the task ended");
            }
            while (!ready.IsMatch(line));

            string script = configuration.GetProperty("setupCommands")[0].GetProperty("text").GetString()!;
            Assert.Equal("127.0.0.1:1234", configuration.GetProperty("miDebuggerServerAddress").GetString());
            int read = LineOf(subject, "if (question.Read(");
            Command.Result gdb = await Command.RunAsync(
                "gdb",
                [
                    "-nx", "-q", "-batch", "-ex", Resolve(folder, script), "-ex", $"file {Resolve(folder, configuration.GetProperty("program").GetString()!)}",
                    "-ex", $"target remote 127.0.0.1:{port}", "-ex", $"break {folder}/{subject}/Program.cs:{read}", "-ex", "continue", "-ex", "bt", "-ex", "kill",
                ]);
            Assert.Matches($@"\n#0  \S*{subject}_Program__Main \(\) at /_/{subject}/Program\.cs:{read}\n", gdb.Output);
            await server.WaitForExitAsync(limit.Token);
            Assert.Equal(0, server.ExitCode);
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Whatever path a template's launch.json names is there after a build.</summary>
    [Theory]
    [InlineData("muen-system", "hello", ".", 2)]
    [InlineData("muen-monitor", "monitored", ".", 2)]
    [InlineData("muen-subject", "hello/fresh", "..", 1)]
    public async Task EveryPathIsThereAfterABuild(string template, string name, string system, int configurations)
    {
        if (!Directory.Exists(workspace.File(name)))
        {
            await workspace.Dotnet(workspace.Path, "new", template, "-o", name);
        }

        string folder = workspace.File(name);
        await workspace.Dotnet(folder, "build");
        await workspace.Dotnet(Path.GetFullPath(Path.Combine(folder, system)), "build");
        using JsonDocument launch = Read(folder, "launch.json");
        using JsonDocument tasks = Read(folder, "tasks.json");
        string[] labels = [.. tasks.RootElement.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("label").GetString()!)];
        JsonElement[] all = [.. launch.RootElement.GetProperty("configurations").EnumerateArray()];
        Assert.Equal(configurations, all.Length);
        foreach (JsonElement configuration in all)
        {
            Assert.True(File.Exists(Resolve(folder, configuration.GetProperty("program").GetString()!)), configuration.ToString());
            string source = configuration.GetProperty("setupCommands")[0].GetProperty("text").GetString()!;
            Assert.True(File.Exists(Resolve(folder, source["source ".Length..])), source);
            Assert.Contains(configuration.GetProperty("preLaunchTask").GetString(), labels);
        }
    }

    static JsonDocument Read(string folder, string name) => JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, ".vscode", name)), s_comments);

    static string Resolve(string folder, string text) => text.Replace("${workspaceFolder}", folder, StringComparison.Ordinal);

    /// <summary>gdb's output for commands, and the consoles' lines.</summary>
    async Task<string> Debug(string subject, string[] options, params string[] commands)
    {
        Command.Result result = await workspace.Try(
            workspace.Hello, ["run", $"-p:MuenDebugSubject={subject}", "--", .. options, .. commands.SelectMany(c => new[] { "--command", c })]);
        Assert.True(result.ExitCode == 0, result.All);
        return result.All;
    }

    int LineOf(string project, string text)
    {
        string[] lines = File.ReadAllLines(Path.Combine(workspace.Hello, project, "Program.cs"));
        int index = Array.FindIndex(lines, l => l.Contains(text, StringComparison.Ordinal));
        Assert.True(index >= 0, $"no line with {text}");
        return index + 1;
    }

    static string FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
