// SPDX-License-Identifier: MIT
namespace Muen.SystemTests;

/// <summary>A second source tree in another folder.</summary>
static class TreeCopy
{
    /// <summary>Copies what projects of a tree share, and some of its folders.</summary>
    /// <param name="folder">The new tree; made.</param>
    /// <param name="parts">Folders, relative to the tree.</param>
    public static void Make(string folder, params string[] parts)
    {
        foreach (string part in parts)
        {
            Copy(Path.Combine(Command.Root, part), Path.Combine(folder, part));
        }

        foreach (string file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "nuget.config", ".editorconfig" })
        {
            File.Copy(Path.Combine(Command.Root, file), Path.Combine(folder, file));
        }

        Directory.CreateDirectory(Path.Combine(folder, "artifacts/packages"));
    }

    /// <summary>Makes a tree a clone of one at GitHub, as far as a build can tell: SourceLink then has an address for its sources.</summary>
    public static async Task BecomeCloneAsync(string folder)
    {
        string[][] commands =
        [
            ["init", "--quiet"],
            ["remote", "add", "origin", "https://github.com/someone/something.git"],
            ["add", "."],
            ["-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "all"],
        ];
        foreach (string[] command in commands)
        {
            Command.Result result = await Command.RunAsync("git", command, folder);
            Assert.True(result.ExitCode == 0, result.All);
        }
    }

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.GetDirectories(from))
        {
            Copy(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
