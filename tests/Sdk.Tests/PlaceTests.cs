// SPDX-License-Identifier: MIT

namespace Muen.SdkTests;

/// <summary>Where users put their projects, and on what machines.</summary>
[Collection(nameof(Workspace))]
public sealed class PlaceTests(Workspace workspace)
{
    /// <summary>Names that a shell, MSBuild, XML, a policy or a list of arguments would read something into, of the folder, the system and a subject that comes to it.</summary>
    [Theory]
    [InlineData("my-guest.sub", "my-guest.sub", "an-other.sub", "an-other.sub")]
    [InlineData("it's $HOME, a=b (1) & @x +y", "1st & \u00c4's system", "2nd & \u00d6's", "2nd-s")]
    public async Task AwkwardNames(string folder, string name, string subject, string component)
    {
        string place = workspace.File($"my systems/{folder}");
        await workspace.Dotnet(workspace.Path, "new", "muen-system", "-n", name, "-o", place);
        await workspace.Dotnet(place, "new", "muen-subject", "-n", subject);
        await workspace.Dotnet(place, "add", $"{name}.csproj", "reference", $"{subject}/{subject}.csproj");
        string policy = Path.Combine(place, "system.xml");
        await File.WriteAllTextAsync(policy, (await File.ReadAllTextAsync(policy))
            .Replace("</components>", $"<include href=\"{subject.Replace("&", "&amp;", StringComparison.Ordinal)}/component.xml\"/></components>", StringComparison.Ordinal)
            .Replace("</subjects>", $"<subject name=\"third\"><component ref=\"{component}\"/></subject></subjects>", StringComparison.Ordinal)
            .Replace("<minorFrame subject=\"worker\" ticks=\"10\"/>", "<minorFrame subject=\"worker\" ticks=\"5\"/><minorFrame subject=\"third\" ticks=\"5\"/>", StringComparison.Ordinal));
        await workspace.Dotnet(place, "build", "-c", "Release");
        Assert.True(File.Exists(Path.Combine(place, "bin/Release/system.iso")));
    }

    [Fact]
    public async Task ASubjectAndALibraryOfTheirOwn()
    {
        await workspace.Dotnet(workspace.Path, "new", "muen-library", "-o", "parts/my-guest.lib");
        await workspace.Dotnet(workspace.Path, "new", "muen-subject", "-o", "parts/my-guest.sub");
        string subject = workspace.File("parts/my-guest.sub");
        await workspace.Dotnet(subject, "add", "reference", "../my-guest.lib/my-guest.lib.csproj");
        await workspace.Dotnet(subject, "build");
        Assert.True(File.Exists(Path.Combine(subject, "bin/Debug/my-guest.sub.elf")));
        Assert.Empty(Directory.GetFiles(Path.Combine(workspace.File("parts/my-guest.lib")), "*.elf", SearchOption.AllDirectories));
        await workspace.Dotnet(subject, "publish", "--no-restore", "-c", "Debug");
        Assert.Equal(["my-guest.sub.elf"], Directory.GetFiles(Path.Combine(subject, "bin/Debug/publish")).Select(Path.GetFileName));
    }

    /// <summary>A user who may not write NuGet's cache, whose feeds are gone: what was restored is enough.</summary>
    [Fact]
    public async Task BuildsOfflineFromAReadOnlyCache()
    {
        string copy = workspace.Copy(workspace.Hello, "offline");
        await workspace.Dotnet(copy, "restore");
        await File.WriteAllTextAsync(Path.Combine(copy, "nuget.config"), """
            <configuration><packageSources><clear /><add key="gone" value="no/such/folder" /></packageSources></configuration>
            """);
        bool root = Environment.UserName == "root";
        const string Nobody = "65534";
        string home = Directory.CreateDirectory(workspace.File("nobody")).FullName;
        try
        {
            if (root)
            {
                // Root may write everywhere. NuGet makes programs executable for their owner, so nobody owns the cache, without the right to write.
                await Shell($"chown -R {Nobody} '{workspace.Cache}' '{copy}' '{home}' && chmod a+rx '{workspace.Path}'");
            }

            await Shell($"chmod -R a-w '{workspace.Cache}'");
            string[] build = ["dotnet", "build", "--no-restore", "-p:UseSharedCompilation=false"];
            string[] command = root ? ["setpriv", $"--reuid={Nobody}", "--clear-groups", .. build] : build;
            Command.Result result = await workspace.Run(copy, command[0], command[1..], ("HOME", home), ("DOTNET_CLI_HOME", home));
            Assert.True(result.ExitCode == 0, result.All);
            Assert.True(File.Exists(Path.Combine(copy, "bin/Debug/system.iso")));
        }
        finally
        {
            await Shell($"chmod -R u+w '{workspace.Cache}'{(root ? $" && chown -R 0 '{workspace.Cache}' '{copy}' '{home}'" : "")}");
        }
    }

    /// <summary>The sample, as if a user had written it.</summary>
    [Fact]
    public async Task TheCrypterSampleBuildsThroughThePackages()
    {
        string sample = workspace.Copy(Path.Combine(Command.Root, "samples/crypter"), "crypter sample");
        Directory.Delete(Path.Combine(sample, "tests"), recursive: true);
        foreach (string project in Directory.GetFiles(sample, "*.csproj", SearchOption.AllDirectories))
        {
            string[] lines = await File.ReadAllLinesAsync(project);
            Assert.Equal(2, lines.Count(l => l.Contains("/src/Muen.Sdk/Sdk/Sdk.", StringComparison.Ordinal)));
            lines = [.. lines.Select(l => l.Replace("<Project>", $"<Project Sdk=\"Muen.Sdk/{workspace.Version}\">", StringComparison.Ordinal)).Where(l => !l.Contains("/src/Muen.Sdk/Sdk/Sdk.", StringComparison.Ordinal))];
            await File.WriteAllLinesAsync(project, lines);
        }

        await workspace.Dotnet(sample, "build", "-c", "Release");
        Assert.True(File.Exists(Path.Combine(sample, "bin/Release/system.iso")));
    }

    static async Task Shell(string command)
    {
        Command.Result result = await Command.RunAsync("sh", ["-c", command]);
        Assert.True(result.ExitCode == 0, result.All);
    }
}
