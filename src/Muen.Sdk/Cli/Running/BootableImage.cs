// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>A packed image that was given by its file: what the machine for it must be like stands in its tables.</summary>
static class BootableImage
{
    /// <summary>Reads how many processors an image's plan uses.</summary>
    /// <param name="path">A multiboot2 ELF or an ISO image, made by `muen`.</param>
    /// <returns>The number; 1 for the disc of another system, which has no tables of our kernel.</returns>
    /// <exception cref="PackException">An ELF that is none.</exception>
    public static int ProcessorsOf(string path)
    {
        ImageReader image;
        try
        {
            image = ImageReader.Load(path);
        }
        catch (PackException) when (IsDisc(path))
        {
            return 1;
        }

        byte[] bytes = new byte[Unsafe.SizeOf<TablesHeader>()];
        if (!image.TryRead(KernelLayout.Tables, bytes))
        {
            return 1;
        }

        TablesHeader header = MemoryMarshal.Read<TablesHeader>(bytes);
        return header.Magic == TablesHeader.ExpectedMagic ? (int)Math.Clamp(header.ProcessorCount, 1, BochsOptions.MaxProcessors) : 1;
    }

    /// <summary>Whether a file is booted as it is; an ELF needs a disc around it.</summary>
    public static bool IsDisc(string path) => Path.GetExtension(path).Equals(".iso", StringComparison.OrdinalIgnoreCase);
}
