// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.RegularExpressions;
using Muen.Sdk.Machine;
using Muen.Sdk.Native;

namespace Muen.Sdk.Cli;

/// <summary>A program of another project as it was found.</summary>
/// <param name="What">What it is, in words.</param>
/// <param name="Version">What it says it is, null when it says nothing.</param>
sealed record InstalledTool(string What, string? Version, string Path);

/// <summary>The programs that building and running need, with what they say of themselves.</summary>
static partial class InstalledTools
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Those that are installed.</summary>
    /// <param name="run">Whether those that boot an image count too.</param>
    public static IReadOnlyList<InstalledTool> Find(bool run) =>
    [
        .. Found(MachineTool.Linker, Toolchain.FindLinker(out _)),
        .. Found(MachineTool.Grub, ExecutablePath.Find("grub-mkimage") ?? ExecutablePath.Find("grub2-mkimage")),
        .. Found(MachineTool.Xorriso, ExecutablePath.Find("xorriso")),
        .. run && BochsProgram.Missing().Count == 0 ? Found(MachineTool.Bochs, BochsProgram.Find().Executable, "-q", "-f", "/dev/null/none") : [],
        .. run ? Found(MachineTool.Qemu, ExecutablePath.Find("qemu-system-x86_64")) : [],
    ];

    static InstalledTool[] Found(MachineTool tool, string? path, params string[] arguments) =>
        path is null ? [] : [new(tool.What, arguments.Length == 0 ? Ask(path, ["--version"], Version()) : Ask(path, arguments, Emulator()), path)];

    // Bochs names its version when it begins only, here with a configuration that is none.
    static string? Ask(string path, string[] arguments, Regex version)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            return version.Match(output.Result + errors.Result) is { Success: true } match ? match.Groups["version"].Value : null;
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?<version>\d+(\.\d+)+)")]
    private static partial Regex Version();

    [GeneratedRegex(@"Bochs x86 Emulator (?<version>\d+(\.\d+)+)")]
    private static partial Regex Emulator();
}
