// SPDX-License-Identifier: MIT

using System.Text.Json;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Building;

/// <summary>What stands beside an image: the programs that it was packed from, whose debug information tells lines of source.</summary>
/// <param name="Kernel">Full path of the kernel's ELF.</param>
/// <param name="Subjects">Full path of each subject's ELF, by the subject's name.</param>
sealed record ProgramList(string Kernel, IReadOnlyDictionary<string, string> Subjects)
{
    /// <summary>Names of all subjects in the order of their indices, those without a program of ours included.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Which folder each prefix of paths in debug information stands for; both end with a stroke.</summary>
    public IReadOnlyDictionary<string, string>? Sources { get; init; }

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The list's path for an image.</summary>
    public static string PathFor(string image) => Path.ChangeExtension(image, ".programs");

    /// <summary>Writes the list.</summary>
    /// <param name="image">The image that it belongs to.</param>
    public void Write(string image) => WholeFile.Write(PathFor(image), temporary => File.WriteAllText(temporary, JsonSerializer.Serialize(this, s_json) + "\n"));

    /// <summary>Reads the list of an image; null when there is none that can be read, as for an image that was copied here.</summary>
    public static ProgramList? TryRead(string image)
    {
        try
        {
            return JsonSerializer.Deserialize<ProgramList>(File.ReadAllText(PathFor(image)), s_json) is { Kernel: not null, Subjects: not null } list ? list : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
