// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine.Tests;

/// <summary>Tests that change PATH run after each other, and not beside those that need it.</summary>
[CollectionDefinition(nameof(SearchPath), DisableParallelization = true)]
public sealed class SearchPath : IDisposable
{
    readonly string? _before = Environment.GetEnvironmentVariable("PATH");

    SearchPath(string path) => Environment.SetEnvironmentVariable("PATH", path);

    /// <summary>Lets PATH be one folder with links to some real programs and some scripts.</summary>
    internal static SearchPath With(TemporaryFolder folder, string[] programs, params (string Name, string Text)[] scripts)
    {
        string bin = Directory.CreateDirectory(folder.File("bin")).FullName;
        foreach (string program in programs)
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), ExecutablePath.Find(program)!);
        }

        foreach ((string name, string text) in scripts)
        {
            File.WriteAllText(Path.Combine(bin, name), text);
            File.SetUnixFileMode(Path.Combine(bin, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new SearchPath(bin);
    }

    public void Dispose() => Environment.SetEnvironmentVariable("PATH", _before);
}
