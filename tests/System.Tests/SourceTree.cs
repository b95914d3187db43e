// SPDX-License-Identifier: MIT
using System.Diagnostics;

namespace Muen.SystemTests;

/// <summary>The checkout that the tests run in, and its commands.</summary>
static class SourceTree
{
    /// <summary>Full path of the folder with Muen.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Exit code, and everything that it printed.</returns>
    public static (int Code, string Output) Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Muen.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("no Muen.slnx above the tests");
    }
}
