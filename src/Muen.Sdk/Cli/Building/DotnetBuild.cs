// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Security;
using System.Text;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Building;

/// <summary>
/// Compiles C# projects with `dotnet build`, all in one run of MSBuild: a run costs seconds whatever it does.
/// </summary>
static class DotnetBuild
{
    /// <summary>Builds projects.</summary>
    /// <param name="projects">Full paths.</param>
    /// <param name="properties">What a project is given besides, <c>name=value</c>, by its full path.</param>
    /// <param name="workFolder">For MSBuild's input and output.</param>
    /// <param name="cancellation">Kills the build.</param>
    /// <returns>Path of the assembly that each project made.</returns>
    /// <exception cref="UserException">The build failed; the message is its errors, one a line.</exception>
    public static async Task<IReadOnlyDictionary<string, string>> RunAsync(
        IReadOnlyCollection<string> projects, IReadOnlyDictionary<string, string> properties, string workFolder, CancellationToken cancellation)
    {
        // MSBuild has only an internal failure to report when it has no place for temporary files.
        ScratchFolder.Create("muen-build-").Delete();
        Directory.CreateDirectory(workFolder);
        string file = Path.Combine(workFolder, "projects.proj");
        string made = Path.Combine(workFolder, "projects.made");
        File.Delete(made);
        await File.WriteAllTextAsync(file, Project(projects, properties, made), cancellation);
        (int exitCode, string output) = await Dotnet(["build", file, "-nologo", "-v:q", "-m", "-tl:off", "-clp:NoSummary", "-nodeReuse:false"], workFolder, cancellation);
        if (exitCode != 0 || !File.Exists(made))
        {
            throw new UserException(Errors(output, exitCode));
        }

        // One line a project: its file, a stroke, its assembly.
        return (await File.ReadAllLinesAsync(made, cancellation)).Select(l => l.Split('|')).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
    }

    static string Project(IEnumerable<string> projects, IReadOnlyDictionary<string, string> properties, string made)
    {
        var text = new StringBuilder("<Project DefaultTargets=\"Build\">\n  <ItemGroup>\n");
        foreach (string project in projects)
        {
            text.Append("    <Unit Include=\"").Append(Escape(project)).Append("\" AdditionalProperties=\"").Append(properties.GetValueOrDefault(project, "")).Append("\" />\n");
        }

        return text.Append($"""
              </ItemGroup>
              <Target Name="Restore">
                <MSBuild Projects="@(Unit)" Targets="Restore" />
              </Target>
              <Target Name="Build">
                <MSBuild Projects="@(Unit)" Targets="Build" BuildInParallel="true" Properties="Configuration=Release;MuenNative=false">
                  <Output TaskParameter="TargetOutputs" ItemName="Made" />
                </MSBuild>
                <WriteLinesToFile File="{Escape(made)}" Lines="@(Made->'%(MSBuildSourceProjectFile)|%(FullPath)')" Overwrite="true" />
              </Target>
            </Project>

            """).ToString();
    }

    /// <summary>Keeps MSBuild from reading properties, lists and wildcards into a path, and XML from reading markup.</summary>
    static string Escape(string path)
    {
        var text = new StringBuilder();
        foreach (char c in path)
        {
            text.Append(c is '%' or '$' or '@' or '\'' or ';' or '?' or '*' or '(' or ')' ? $"%{(int)c:x2}" : c.ToString());
        }

        return SecurityElement.Escape(text.ToString());
    }

    static async Task<(int ExitCode, string Output)> Dotnet(IEnumerable<string> arguments, string folder, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // An MSBuild above this process (dotnet test, dotnet run) must not decide which SDK its child uses.
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        lock (output)
        {
            return (process.ExitCode, output.ToString());
        }
    }

    /// <summary>The errors of a build, each once; MSBuild appends the project to each and repeats those of shared projects.</summary>
    static string Errors(string output, int exitCode)
    {
        string[] lines = output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string[] errors = [.. lines.Where(l => l.Contains(": error ", StringComparison.Ordinal)).Select(WithoutProject).Distinct()];
        if (errors.Length > 0)
        {
            return string.Join('\n', errors);
        }

        // Frames of a stack: dotnet itself gave up, most often over a home that it cannot write.
        return lines.Any(l => l.StartsWith("at Microsoft.DotNet.", StringComparison.Ordinal))
            ? $"dotnet cannot start: {lines[0].TrimEnd('.')}; it needs a HOME, or a DOTNET_CLI_HOME, that can be written"
            : $"dotnet build failed with exit code {exitCode}: {lines.LastOrDefault() ?? "it printed nothing"}";
    }

    static string WithoutProject(string line)
    {
        int bracket = line.LastIndexOf(" [", StringComparison.Ordinal);
        return bracket > 0 && line.EndsWith(']') ? line[..bracket] : line;
    }
}
