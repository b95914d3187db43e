// SPDX-License-Identifier: MIT

using System.Diagnostics;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Machine.Tests;

/// <summary>Files are replaced whole or not at all; what is no file is never replaced.</summary>
public sealed class WholeFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string[] Names => [.. Directory.GetFileSystemEntries(_folder.Path).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal)];

    static void Write(string path, string text) => WholeFile.Write(path, temporary => File.WriteAllText(temporary, text));

    [Fact]
    public void AnErrorLeavesTheOldFileAndNothingElse()
    {
        string file = _folder.File("a");
        Write(file, "old");
        Assert.Throws<InvalidOperationException>(() => WholeFile.Write(file, temporary =>
        {
            File.WriteAllText(temporary, "half");
            Assert.Equal("old", File.ReadAllText(file));
            throw new InvalidOperationException();
        }));
        Assert.Equal((string[])["a"], Names);
        Assert.Equal("old", File.ReadAllText(file));
    }

    [Fact]
    public void ANewFileHasTheRightsOfTheOldOne()
    {
        string file = _folder.File("a");
        Write(file, "old");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Write(file, "new");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal("new", File.ReadAllText(file));
    }

    /// <summary>Whether what the links lead to is there or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LinksStayLinks(bool exists)
    {
        Directory.CreateDirectory(_folder.File("deep"));
        string target = _folder.File("deep/target");
        if (exists)
        {
            File.WriteAllText(target, "old");
        }

        File.CreateSymbolicLink(_folder.File("second"), "deep/target");
        File.CreateSymbolicLink(_folder.File("first"), "second");
        Write(_folder.File("first"), "new");
        Assert.Equal((string[])["deep", "first", "second"], Names);
        Assert.Equal(("second", "deep/target"), (new FileInfo(_folder.File("first")).LinkTarget, new FileInfo(_folder.File("second")).LinkTarget));
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Null(new FileInfo(target).LinkTarget);
    }

    [Fact]
    public void ADirectoryIsRefused() => Assert.Equal($"{_folder.Path} is a directory", Assert.Throws<IOException>(() => Write(_folder.Path, "new")).Message);

    /// <summary>The device by a link in a folder of the test's own: were it replaced, only the link would be.</summary>
    [Fact]
    public void DevicesAreWrittenTo()
    {
        Assert.True(SpecialFile.Is("/dev/null"));
        string null_ = _folder.File("null");
        File.CreateSymbolicLink(null_, "/dev/null");
        Write(null_, "text");
        Assert.Equal((string[])["null"], Names);
        Assert.Equal("/dev/null", new FileInfo(null_).LinkTarget);
        Assert.Empty(File.ReadAllBytes(null_));

        Assert.True(SpecialFile.Is("/dev/full"));
        string full = _folder.File("full");
        File.CreateSymbolicLink(full, "/dev/full");
        Assert.ThrowsAny<IOException>(() => Write(full, "text"));
    }

    [Fact]
    public async Task PipesAreWrittenTo()
    {
        string pipe = _folder.File("pipe");
        using (var made = Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync();
        }

        Task<string> reader = Task.Run(() => File.ReadAllText(pipe));
        await Task.Run(() => Write(pipe, "through")).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("through", await reader.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(SpecialFile.Is(pipe));
        Assert.Equal((string[])["pipe"], Names);
    }
}
