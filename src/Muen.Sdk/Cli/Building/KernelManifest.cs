// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text.Json;
using Muen.Abi;
using Muen.Sdk.Machine;
using Muen.Sdk.Native;

namespace Muen.Sdk.Cli.Building;

/// <summary>What stands beside a kernel that was built earlier: which tables it reads, and that it is the file that was built.</summary>
/// <param name="AbiVersion">Version of the tables, as in <see cref="TablesHeader.ExpectedVersion"/>.</param>
/// <param name="File">Name of the ELF in the same folder.</param>
/// <param name="Sha256">Of the ELF, in small hexadecimal digits.</param>
/// <param name="TextBytes">Bytes of executable code.</param>
/// <param name="ImageBytes">Bytes of memory.</param>
/// <param name="WorstStackBytes">The deepest that its stack can get.</param>
/// <param name="AssemblyInstructions">Instructions of assembly in it.</param>
sealed record KernelManifest(uint AbiVersion, string File, string Sha256, int TextBytes, int ImageBytes, int? WorstStackBytes, int AssemblyInstructions)
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    static string PathFor(string elf) => Path.ChangeExtension(elf, ".json");

    /// <summary>Writes the manifest of a kernel that was just built.</summary>
    public static void Write(NativeResult kernel)
    {
        string elf = kernel.ElfPath!;
        var manifest = new KernelManifest(
            TablesHeader.ExpectedVersion, Path.GetFileName(elf), HashOf(elf), kernel.TextBytes, kernel.ImageBytes, kernel.WorstStackBytes, kernel.StubInstructions);
        WholeFile.Write(PathFor(elf), temporary => System.IO.File.WriteAllText(temporary, JsonSerializer.Serialize(manifest, s_json) + "\n"));
    }

    /// <summary>Refuses a kernel whose manifest says that it is not for our tables, or not what was built. One without a manifest is the user's own.</summary>
    /// <exception cref="UserException">It is refused.</exception>
    public static void Verify(string elf)
    {
        string path = PathFor(elf);
        if (!System.IO.File.Exists(path))
        {
            return;
        }

        KernelManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<KernelManifest>(System.IO.File.ReadAllText(path), s_json);
        }
        catch (JsonException error)
        {
            throw new UserException($"{path} is damaged ({error.Message}); restore the package Muen.Kernel again");
        }

        if (manifest?.AbiVersion != TablesHeader.ExpectedVersion)
        {
            throw new UserException($"the kernel {elf} reads tables of ABI version {manifest?.AbiVersion}, this command writes version {TablesHeader.ExpectedVersion}; take Muen.Kernel and Muen.Sdk of one version");
        }

        if (manifest.Sha256 != HashOf(elf))
        {
            throw new UserException($"the kernel {elf} is not the file that {Path.GetFileName(path)} describes; restore the package Muen.Kernel again");
        }
    }

    static string HashOf(string elf)
    {
        using FileStream file = System.IO.File.OpenRead(elf);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
