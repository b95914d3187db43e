// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Machine;

/// <summary>Where Bochs and its ROM images are on this machine.</summary>
/// <param name="Executable">The program itself, not Debian's wrapper script of the name `bochs`.</param>
/// <param name="Bios">The system BIOS.</param>
/// <param name="VideoBios">The VGA BIOS.</param>
/// <param name="HasDebugger">Whether the build has the debugger: it then waits for a command before it runs.</param>
/// <param name="Models">Names of the processors that it can be.</param>
/// <param name="Windows">Its libraries that show the screen in a window, those that are installed.</param>
public sealed partial record BochsProgram(string Executable, string Bios, string VideoBios, bool HasDebugger, IReadOnlyList<string> Models, IReadOnlyList<string> Windows)
{
    /// <summary>The libraries for a window that take no other configuration than ours: of X11, and SDL's, which knows Wayland too.</summary>
    static readonly string[] s_windows = ["x", "sdl2", "sdl"];

    static readonly string[] s_folders = ["/usr/share/bochs", "/usr/local/share/bochs", "/usr/share/vgabios"];
    static readonly Lazy<BochsProgram> s_found = new(Search);

    /// <summary>Finds Bochs in PATH and its ROM images in the usual folders.</summary>
    /// <exception cref="MachineException">One of them is missing; the message names the package.</exception>
    public static BochsProgram Find() => s_found.Value;

    /// <summary>What of Bochs is not installed.</summary>
    public static IReadOnlyList<MachineTool> Missing() =>
    [
        .. FindExecutable() is null ? [MachineTool.Bochs] : Array.Empty<MachineTool>(),
        .. FindBios() is null ? [MachineTool.Bios] : Array.Empty<MachineTool>(),
        .. FindVideoBios() is null ? [MachineTool.VideoBios] : Array.Empty<MachineTool>(),
    ];

    static string? FindExecutable() => ExecutablePath.Find("bochs-bin") ?? ExecutablePath.Find("bochs-debugger") ?? ExecutablePath.Find("bochs");

    static string? FindBios() => FirstFile("BIOS-bochs-latest");

    static string? FindVideoBios() => FirstFile("VGABIOS-lgpl-latest", "vgabios.bin");

    /// <summary>Refuses a processor that Bochs does not know, or that the kernel does not start on.</summary>
    /// <param name="model">Bochs' name of it.</param>
    /// <exception cref="MachineException">Names those that may be chosen.</exception>
    public void RequireModel(string model)
    {
        if (!BochsOptions.Models.Contains(model))
        {
            string known = Models.Contains(model) ? $"Bochs' processor '{model}' lacks what the kernel needs of VT-x" : $"Bochs knows no processor '{model}'";
            throw new MachineException($"{known}; choose {string.Join(" or ", BochsOptions.Models)}");
        }
    }

    static BochsProgram Search()
    {
        if (Missing() is { Count: > 0 } missing)
        {
            throw new MachineException(MachineTool.Advice(missing));
        }

        string executable = FindExecutable()!;
        string help = Help(executable);
        bool debugger = help.Contains("-rc filename", StringComparison.Ordinal);

        // Where it looks for its plugins, it says itself.
        string plugins = Environment.GetEnvironmentVariable("LTDL_LIBRARY_PATH") ?? PluginFolder().Match(help).Groups[1].Value;
        IEnumerable<string> windows = from name in s_windows where plugins.Split(':').Any(f => File.Exists(Path.Combine(f, $"libbx_{name}_gui.so"))) select name;
        IEnumerable<string> models = Help(executable, "cpu").Split('\n', StringSplitOptions.TrimEntries).Where(l => ModelName().IsMatch(l));
        return new(executable, FindBios()!, FindVideoBios()!, debugger, [.. models], [.. windows]);
    }

    static string? FirstFile(params string[] names) =>
        (from folder in s_folders from name in names select Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    static string Help(string executable, params string[] about)
    {
        using var process = Process.Start(new ProcessStartInfo(executable, ["--help", .. about])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + errors.Result;
    }

    [GeneratedRegex("compile time default '([^']+)'")]
    private static partial Regex PluginFolder();

    [GeneratedRegex("^[a-z0-9_]+$")]
    private static partial Regex ModelName();
}
