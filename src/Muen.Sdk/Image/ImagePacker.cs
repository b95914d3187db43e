// SPDX-License-Identifier: MIT

using Muen.Sdk.Elf;
using Muen.Sdk.Machine;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Image;

/// <summary>
/// Packs a compiled system into one multiboot2 ELF, whose segments are the machine's physical memory at start, and into a
/// bootable ISO image of it. Equal systems give equal bytes.
/// </summary>
public static class ImagePacker
{
    /// <summary>Name of the ELF in the output folder.</summary>
    public const string ElfName = "system.elf";

    /// <summary>Name of the ISO image in the output folder.</summary>
    public const string IsoName = "system.iso";

    /// <summary>Packs a system. Old files of these names are deleted first; after an error neither exists.</summary>
    /// <param name="image">The system.</param>
    /// <param name="folder">Where the files go; made when missing.</param>
    /// <param name="cancellation">Stops the packing.</param>
    /// <returns>Paths of the two files.</returns>
    /// <exception cref="PackException">The system cannot be packed or a file cannot be written; the message is for the user.</exception>
    public static PackedImage Pack(SystemImage image, string folder, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        var packed = new PackedImage(Path.Combine(folder, ElfName), Path.Combine(folder, IsoName));
        Delete(packed);
        try
        {
            WriteElf(image, packed.ElfPath);
            BootDisc.Create(packed.ElfPath, packed.IsoPath, cancellation);
            return packed;
        }
        catch (Exception error)
        {
            Delete(packed);
            if (error is IOException or UnauthorizedAccessException or MachineException)
            {
                throw new PackException(error.Message, error);
            }

            throw;
        }
    }

    /// <summary>Deletes the files of an earlier packing, so that after a failed build there is no image.</summary>
    /// <param name="folder">The output folder; may be missing.</param>
    /// <exception cref="PackException">One cannot be deleted.</exception>
    public static void Clear(string folder) => Delete(new(Path.Combine(folder, ElfName), Path.Combine(folder, IsoName)));

    /// <summary>Writes only the multiboot2 ELF.</summary>
    /// <param name="image">The system.</param>
    /// <param name="path">The file; after an error an old one is as it was.</param>
    /// <exception cref="PackException">The system cannot be packed.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteElf(SystemImage image, string path)
    {
        ArgumentNullException.ThrowIfNull(image);
        IReadOnlyList<ElfSegment> segments = SegmentLayout.Of(image.Regions, image.Entry);
        WholeFile.Write(path, temporary =>
        {
            using FileStream file = File.Create(temporary);
            ElfExecutable.Write(file, image.Entry, segments);
        });
    }

    static void Delete(PackedImage files)
    {
        try
        {
            foreach (string file in new[] { files.IsoPath, files.ElfPath })
            {
                if (File.Exists(file))
                {
                    File.Delete(file);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new PackException($"the old image cannot be deleted: {error.Message}", error);
        }
    }
}
