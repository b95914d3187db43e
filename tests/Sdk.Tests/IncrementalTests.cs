// SPDX-License-Identifier: MIT

namespace Muen.SdkTests;

/// <summary>What a build does the second time: only what changed, but all of that.</summary>
[Collection(nameof(Workspace))]
public sealed class IncrementalTests(Workspace workspace)
{
    static readonly string[] s_made = ["console/bin/Debug/console.elf", "worker/bin/Debug/worker.elf", "bin/Debug/system.elf", "bin/Debug/system.iso"];
    static readonly string[] s_folders = ["", "console", "worker", "protocol"];
    static readonly string[] s_configurations = ["Debug", "Release"];
    static readonly string[] s_published = ["system.elf", "system.iso"];

    [Fact]
    public async Task NothingChangedNothingIsBuilt()
    {
        await Build();
        Assert.Empty(await Changed(() => { }));
    }

    [Fact]
    public async Task AChangedSubjectIsCompiledAndPacked()
    {
        await Build();
        string source = Path.Combine(workspace.Hello, "worker/Program.cs");
        Assert.Equal(s_made.Skip(1), await Changed(() => File.WriteAllText(source, File.ReadAllText(source).Replace("character -= 'a' - 'A';", "character -= 'b' - 'B';", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task AChangedLibraryReachesBothSubjects()
    {
        await Build();
        string source = Path.Combine(workspace.Hello, "protocol/Message.cs");
        Assert.Equal(s_made, await Changed(() => File.WriteAllText(source, File.ReadAllText(source).Replace("MaxLength = 12", "MaxLength = 11", StringComparison.Ordinal))));
        File.WriteAllText(source, File.ReadAllText(source).Replace("MaxLength = 11", "MaxLength = 12", StringComparison.Ordinal));
    }

    /// <summary>A source file that is gone is no source file: an inclusion by wildcard has no date of its own.</summary>
    [Fact]
    public async Task ADeletedSourceFileIsNoticed()
    {
        string source = Path.Combine(workspace.Hello, "console/Further.cs");
        await File.WriteAllTextAsync(source, "static class Further { internal static int s_value; }");
        await Build();
        Assert.Equal(s_made.Where((_, i) => i != 1), await Changed(() => File.Delete(source)));
    }

    [Theory]
    [InlineData("worker/bin/Debug/worker.elf", 1)]
    [InlineData("bin/Debug/system.iso", 2)]
    [InlineData("bin/Debug/system.elf", 2)]
    public async Task ADeletedResultIsMadeAgain(string file, int first)
    {
        await Build();
        Assert.Equal(s_made.Skip(first), await Changed(() => File.Delete(Path.Combine(workspace.Hello, file))));
    }

    /// <summary>The policy, a file that it includes, and one that is gone.</summary>
    [Fact]
    public async Task EveryFileOfThePolicyCounts()
    {
        string policy = Path.Combine(workspace.Hello, "system.xml");
        string whole = await File.ReadAllTextAsync(policy);
        string channels = Path.Combine(workspace.Hello, "channels.xml");
        const string Begin = "  <channels>", End = "</channels>";
        int from = whole.IndexOf(Begin, StringComparison.Ordinal);
        int to = whole.IndexOf(End, StringComparison.Ordinal) + End.Length;
        string part = whole[from..to];
        try
        {
            await File.WriteAllTextAsync(channels, part);
            await File.WriteAllTextAsync(policy, whole[..from] + "  <include href=\"channels.xml\"/>" + whole[to..]);
            await Build();
            Assert.Empty(await Changed(() => { }));
            Assert.Equal(s_made.Skip(2), await Changed(() => File.WriteAllText(channels, part.Replace("16K", "32K", StringComparison.Ordinal))));
            File.Delete(channels);
            Command.Result broken = await workspace.Try(workspace.Hello, "build", "--no-restore");
            Assert.Equal(1, broken.ExitCode);
            Assert.Contains("channels.xml", broken.Output, StringComparison.Ordinal);
            Assert.Contains($"{policy}(", broken.Output, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(workspace.Hello, "bin/Debug/system.iso")));
        }
        finally
        {
            await File.WriteAllTextAsync(policy, whole);
        }
    }

    [Fact]
    public async Task CleanLeavesNothing()
    {
        await Build();
        await workspace.Dotnet(workspace.Hello, "clean", "--nologo");
        Assert.Empty(s_folders.Select(f => Path.Combine(workspace.Hello, f, "bin/Debug")).Where(Directory.Exists).SelectMany(f => Directory.GetFiles(f, "*", SearchOption.AllDirectories)));
        string[] native = [.. s_folders.Select(f => Path.Combine(workspace.Hello, f, "obj/Debug")).Where(Directory.Exists)
            .SelectMany(f => Directory.GetFiles(f, "*", SearchOption.AllDirectories)).Where(f => Path.GetFileName(f).StartsWith("muen.", StringComparison.Ordinal) || f.Contains("/native/", StringComparison.Ordinal))];
        Assert.Empty(native);
        await Build();
    }

    /// <summary>Two configurations of one tree at the same time, from clean.</summary>
    [Fact]
    public async Task BuildsSideBySide()
    {
        string copy = workspace.Copy(workspace.Hello, "side by side");
        await workspace.Dotnet(copy, "restore");
        Command.Result[] results = await Task.WhenAll(
            workspace.Try(copy, "build", "--no-restore", "-c", "Debug"), workspace.Try(copy, "build", "--no-restore", "-c", "Release"));
        Assert.All(results, r => Assert.True(r.ExitCode == 0, r.All));
        Assert.All(s_configurations, c => Assert.True(File.Exists(Path.Combine(copy, "bin", c, "system.iso"))));
    }

    [Fact]
    public async Task PublishCopiesTheImageWithTheReleaseKernel()
    {
        await workspace.Dotnet(workspace.Hello, "publish", "--no-restore");
        string published = Path.Combine(workspace.Hello, "bin/Release/publish");
        Assert.Equal(s_published, Directory.GetFiles(published).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        byte[] image = await File.ReadAllBytesAsync(Path.Combine(published, "system.elf"));
        Assert.True(image.AsSpan().IndexOf("Muen for .NET: "u8) < 0, "the kernel prints");
        Assert.True(File.ReadAllBytes(Path.Combine(workspace.Hello, "bin/Debug/system.elf")).AsSpan().IndexOf("Muen for .NET: "u8) >= 0);

        Directory.Delete(published, recursive: true);
        await workspace.Dotnet(workspace.Hello, "publish", "--no-build");
        Assert.True(File.Exists(Path.Combine(published, "system.iso")));
    }

    Task<string> Build() => workspace.Dotnet(workspace.Hello, "build", "--no-restore");

    /// <summary>Which of the results a build writes anew after a change.</summary>
    async Task<string[]> Changed(Action change)
    {
        Dictionary<string, DateTime> before = s_made.ToDictionary(f => f, Time);
        change();
        await Build();
        return [.. s_made.Where(f => Time(f) != before[f])];
    }

    DateTime Time(string file)
    {
        string path = Path.Combine(workspace.Hello, file);
        Assert.True(File.Exists(path), path);
        return File.GetLastWriteTimeUtc(path);
    }
}
