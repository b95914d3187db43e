// SPDX-License-Identifier: MIT

using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Cli.Running;

/// <summary>A disc for one run, gone afterwards.</summary>
sealed class TemporaryDisc : IDisposable
{
    DirectoryInfo? _folder;

    /// <summary>Copies a disc that was just built: the next build takes it away, and this run goes on with the copy.</summary>
    /// <param name="iso">The image.</param>
    /// <returns>Path of the copy.</returns>
    public string Copy(string iso)
    {
        string copy = PathOfDisc();
        File.Copy(iso, copy, overwrite: true);
        return copy;
    }

    /// <summary>Builds a system and copies its disc.</summary>
    /// <returns>The image that was built, its programs beside it; the copy, to boot; and how many processors the plan uses.</returns>
    public async Task<(string Image, string Iso, int Processors)> BuildAsync(BuildOptions options, CancellationToken cancellation)
    {
        string copy = "";
        (SystemImage image, PackedImage packed) = await new SystemBuild(options, new Steps()).PackAsync(cancellation, iso => copy = Copy(iso));
        return (packed.IsoPath, copy, image.View.Processors.Length);
    }

    /// <summary>Makes it.</summary>
    /// <param name="elf">The multiboot2 ELF that it boots.</param>
    /// <returns>Path of the image.</returns>
    public string Create(string elf)
    {
        string iso = PathOfDisc();
        BootDisc.Create(elf, iso);
        return iso;
    }

    public void Dispose() => _folder?.Delete(recursive: true);

    string PathOfDisc()
    {
        _folder ??= ScratchFolder.Create("muen-run-");
        return Path.Combine(_folder.FullName, "system.iso");
    }
}
