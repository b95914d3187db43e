// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Image;
using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Running;

/// <summary>A packed image that was given by its file: what the machine for it must be like stands in its tables.</summary>
static class BootableImage
{
    // ECMA-119: the primary volume descriptor lies in sector 16; its field "volume space size" counts sectors.
    const int SectorSize = 2048;
    const int PrimaryDescriptor = 16;
    const int VolumeSpaceSize = 80;

    /// <summary>What an image asks of the machine that it is booted on.</summary>
    /// <param name="Processors">How many its plan uses.</param>
    /// <param name="TscKhz">The frequency of the TSC that it counts on; 0 for any.</param>
    /// <param name="HasIommu">Whether it uses a unit for DMA remapping.</param>
    public sealed record Demand(int Processors, uint TscKhz, bool HasIommu)
    {
        /// <summary>A machine of QEMU for it.</summary>
        /// <param name="iso">The disc that it boots.</param>
        /// <param name="processors">How many processors it has.</param>
        public QemuOptions Options(string iso, int processors) => new() { IsoPath = iso, Processors = processors, TscKhz = TscKhz, HasIommu = HasIommu };
    }

    static readonly Demand s_foreign = new(1, 0, false);

    /// <summary>Reads what an image asks for.</summary>
    /// <param name="path">A multiboot2 ELF or an ISO image, made by `muen`.</param>
    /// <returns>Its demand; one processor for the disc of another system, which has no tables of our kernel.</returns>
    /// <exception cref="PackException">An ELF that is none.</exception>
    public static Demand DemandOf(string path)
    {
        ImageReader image;
        try
        {
            image = ImageReader.Load(path);
        }
        catch (PackException) when (IsDisc(path))
        {
            return s_foreign;
        }

        byte[] bytes = new byte[Unsafe.SizeOf<TablesHeader>()];
        if (!image.TryRead(KernelLayout.Tables, bytes))
        {
            return s_foreign;
        }

        TablesHeader header = MemoryMarshal.Read<TablesHeader>(bytes);
        return header.Magic == TablesHeader.ExpectedMagic
            ? new((int)Math.Clamp(header.ProcessorCount, 1, QemuOptions.MaxProcessors), header.TscKhz, header.IommuCount > 0)
            : s_foreign;
    }

    /// <summary>Refuses a disc of which the end is missing: GRUB would not find on it what its directory names.</summary>
    /// <param name="path">An ISO image.</param>
    /// <exception cref="UserException">It is shorter than it says, or no ISO image.</exception>
    public static void RequireWhole(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] descriptor = new byte[SectorSize];
        file.Position = PrimaryDescriptor * SectorSize;
        if (file.ReadAtLeast(descriptor, SectorSize, throwOnEndOfStream: false) < SectorSize || !descriptor.AsSpan(1, 5).SequenceEqual("CD001"u8))
        {
            throw new UserException($"{path} is no ISO image");
        }

        long whole = BinaryPrimitives.ReadUInt32LittleEndian(descriptor.AsSpan(VolumeSpaceSize)) * (long)SectorSize;
        if (file.Length < whole)
        {
            throw new UserException($"{path} is not whole: it should have {whole} bytes and has {file.Length}; build or copy it again");
        }
    }

    /// <summary>Whether a file is booted as it is; an ELF needs a disc around it.</summary>
    public static bool IsDisc(string path) => Path.GetExtension(path).Equals(".iso", StringComparison.OrdinalIgnoreCase);
}
