// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Muen.Sdk.Native;

/// <summary>
/// Finds and runs the two programs that are not ours: the NativeAOT compiler, from its NuGet package, and the linker. Nothing is downloaded
/// here: <c>dotnet restore</c> has brought the package (PackageDownload in Muen.Sdk.Native.csproj and in the SDK).
/// </summary>
public static class Toolchain
{
    /// <summary>Name of the compiler's package on this machine.</summary>
    public static string CompilerPackage { get; } =
        $"runtime.{HostSystem}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}.Microsoft.DotNet.ILCompiler";

    /// <summary>Version of the compiler's package that this build of the SDK was made for.</summary>
    public static string CompilerVersion { get; } = typeof(Toolchain).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "IlCompilerVersion").Value!;

    static string HostSystem => OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>The NuGet folder that holds restored packages: NUGET_PACKAGES, else ~/.nuget/packages.</summary>
    public static string PackageRoot =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } root
            ? root
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The compiler in the restored package.</summary>
    /// <param name="packageRoot">NuGet's folder, from MSBuild's NuGetPackageRoot; null takes <see cref="PackageRoot"/>.</param>
    /// <param name="error">What is missing and what to do; null when it was found.</param>
    /// <returns>Path of the ilc program, or null.</returns>
    public static string? FindCompiler(string? packageRoot, out string? error)
    {
        string root = packageRoot ?? PackageRoot;
        string path = Path.Combine(
            root, CompilerPackage.ToLowerInvariant(), CompilerVersion, "tools", OperatingSystem.IsWindows() ? "ilc.exe" : "ilc");
        if (File.Exists(path))
        {
            error = null;
            return path;
        }

        error = $"the compiler package {CompilerPackage} {CompilerVersion} is not in {root}; run `dotnet restore` on the solution or project";
        return null;
    }

    /// <summary>The linker in PATH.</summary>
    /// <param name="error">What is missing and what to do; null when it was found.</param>
    /// <returns>Its path, or null.</returns>
    public static string? FindLinker(out string? error) => FindLinker(Environment.GetEnvironmentVariable("PATH"), out error);

    internal static string? FindLinker(string? searchPath, out string? error)
    {
        string name = OperatingSystem.IsWindows() ? "ld.lld.exe" : "ld.lld";
        foreach (string folder in (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                error = null;
                return path;
            }
        }

        error = "the linker ld.lld is missing; install it: apt install lld (Debian, Ubuntu), dnf install lld (Fedora), pacman -S lld (Arch)";
        return null;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code and everything it wrote, or a code below 0 and the reason why it did not start.</returns>
    internal static (int ExitCode, string Output) Run(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output + error.GetAwaiter().GetResult());
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return (-1, $"{program} does not start: {e.Message}");
        }
    }
}
