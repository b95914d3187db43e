// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

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
