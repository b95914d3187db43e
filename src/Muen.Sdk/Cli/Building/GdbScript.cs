// SPDX-License-Identifier: MIT

using System.Text;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Building;

/// <summary>What gdb has to know of an image's programs, as a file of its commands beside the image: `muen debug` reads it, and so does the launch.json of the templates.</summary>
static class GdbScript
{
    /// <summary>The script's path for an image.</summary>
    public static string PathFor(string image) => Path.ChangeExtension(image, ".gdb");

    /// <summary>Writes the script.</summary>
    /// <param name="image">The image that it belongs to.</param>
    /// <param name="programs">Its programs.</param>
    public static void Write(string image, ProgramList programs)
    {
        var text = new StringBuilder();
        text.Append("# Where the sources lie whose names stand in the programs' debug information.\n");
        foreach ((string mapped, string actual) in programs.Sources ?? new Dictionary<string, string>())
        {
            text.Append($"set substitute-path {mapped} {Quote(actual)}\n");
        }

        using Stream unwinder = typeof(GdbScript).Assembly.GetManifestResourceStream("unwinder.gdb")!;
        using var reader = new StreamReader(unwinder);
        text.Append(reader.ReadToEnd());
        WholeFile.Write(PathFor(image), temporary => File.WriteAllText(temporary, text.ToString()));
    }

    /// <summary>A word of gdb's command line, whatever is in it.</summary>
    public static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
