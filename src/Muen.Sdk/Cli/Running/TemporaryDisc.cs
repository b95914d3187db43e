// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>A disc for one run, gone afterwards.</summary>
sealed class TemporaryDisc : IDisposable
{
    DirectoryInfo? _folder;

    /// <summary>Makes it.</summary>
    /// <param name="elf">The multiboot2 ELF that it boots.</param>
    /// <returns>Path of the image.</returns>
    public string Create(string elf)
    {
        _folder ??= ScratchFolder.Create("muen-run-");
        string iso = Path.Combine(_folder.FullName, "system.iso");
        BootDisc.Create(elf, iso);
        return iso;
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}
