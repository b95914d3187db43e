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
    /// <returns>The number; 1 when the file holds no tables of the kernel, as another system's disc.</returns>
    public static int ProcessorsOf(string path)
    {
        ImageReader image = ImageReader.Load(path);
        byte[] bytes = new byte[Unsafe.SizeOf<TablesHeader>()];
        if (!image.TryRead(KernelLayout.Tables, bytes))
        {
            return 1;
        }

        TablesHeader header = MemoryMarshal.Read<TablesHeader>(bytes);
        return header.Magic == TablesHeader.ExpectedMagic ? (int)Math.Clamp(header.ProcessorCount, 1, BochsOptions.MaxProcessors) : 1;
    }
}
