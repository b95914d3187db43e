// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Image.Tests;

/// <summary>Packing as a whole: two files or none, and one line for each thing that can be wrong.</summary>
public sealed class PackingTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muen-test-");

    static SystemImage Good => Systems.Of(Systems.KernelAt(Systems.Kernel), Systems.Bytes(0x20_0000, 2, 1, 2, 3));

    string Output => Path.Combine(_folder.FullName, "out");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TwoPackingsAreByteIdentical()
    {
        PackedImage first = ImagePacker.Pack(Good, Output);
        PackedImage second = ImagePacker.Pack(Good, Path.Combine(_folder.FullName, "elsewhere"));
        Assert.True(File.ReadAllBytes(first.ElfPath).AsSpan().SequenceEqual(File.ReadAllBytes(second.ElfPath)));
        Assert.True(File.ReadAllBytes(first.IsoPath).AsSpan().SequenceEqual(File.ReadAllBytes(second.IsoPath)));
        Assert.Equal(["system.elf", "system.iso"], Directory.GetFileSystemEntries(Output).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void FailureDeletesTheOldImage()
    {
        ImagePacker.Pack(Good, Output);
        Assert.Throws<PackException>(() => ImagePacker.Pack(Systems.Of(Systems.Bytes(Systems.Kernel, 1, 1)), Output));
        Assert.Empty(Directory.GetFileSystemEntries(Output));
    }

    [Fact]
    public void FailureOfTheDiscDeletesTheElf()
    {
        // A folder where the ISO image should be: the ELF is written, then the disc is refused.
        Directory.CreateDirectory(Path.Combine(Output, ImagePacker.IsoName));
        PackException error = Assert.Throws<PackException>(() => ImagePacker.Pack(Good, Output));
        Assert.EndsWith("system.iso is a directory", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Output, ImagePacker.ElfName)));
    }

    [Fact]
    public void CancelledPackingLeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ImagePacker.Pack(Good, Output, cancelled.Token));
        Assert.Empty(Directory.GetFileSystemEntries(Output));
    }

    [Fact]
    public void FileInPlaceOfTheFolderIsOneLine()
    {
        File.WriteAllText(Output, "");
        PackException error = Assert.Throws<PackException>(() => ImagePacker.Pack(Good, Output));
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains("out", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ClearRemovesTheImageAndNothingElse()
    {
        ImagePacker.Pack(Good, Output);
        File.WriteAllText(Path.Combine(Output, "notes.txt"), "mine");
        ImagePacker.Clear(Output);
        ImagePacker.Clear(Path.Combine(_folder.FullName, "never-there"));
        Assert.Equal(["notes.txt"], Directory.GetFileSystemEntries(Output).Select(Path.GetFileName));
    }

    [Fact]
    public void ImpossibleSystemsAreRefused()
    {
        PhysicalRegion kernel = Systems.KernelAt(Systems.Kernel);
        Refused("memory region 'bytes_100800' at 0x100800 overlaps the region before it, which ends at 0x101000", kernel, Systems.Bytes(Systems.Kernel + 0x800, 1, 1));
        Refused("memory region 'bytes_200000' at 0x200000 has 5000 bytes of content in 4096 bytes", kernel, Systems.Bytes(0x20_0000, 1, new byte[5000]));
        Refused(
            "memory region 'bytes_100000' holds the entry 0x100020 but has no multiboot2 header in its first 32768 bytes; is that a kernel?",
            Systems.Bytes(Systems.Kernel, 1, 1, 2, 3));
        Refused("no memory region holds the entry 0x100020; is the kernel missing?");
        Refused("no memory region holds the entry 0x100020; is the kernel missing?", Systems.Zeros(0, 256));
        Refused("the multiboot2 header lies too deep in the kernel's segment; GRUB looks for it in the first 32 KiB of the file", Systems.KernelAt(Systems.Kernel, 30_000));
        Refused(
            "the system's memory lies in 601 separate places, GRUB loads at most 510; let the policy compiler place regions instead of giving them addresses",
            [kernel, .. Enumerable.Range(1, 600).Select(i => Systems.Bytes(Systems.Kernel + ((ulong)i * 2 * Systems.Page), 1, 1))]);
    }

    [Fact]
    public void DamagedImagesAreRefused()
    {
        string elf = ImagePacker.Pack(Good, Output).ElfPath;
        byte[] good = File.ReadAllBytes(elf);

        File.WriteAllBytes(elf, good[..200]);
        Assert.Throws<PackException>(() => ImageReader.Load(elf));
        File.WriteAllBytes(elf, []);
        Assert.Throws<PackException>(() => ImageReader.Load(elf));
        Assert.Throws<PackException>(() => ImageReader.Load(elf + ".gone"));
        Assert.Throws<PackException>(() => ImageReader.Load(Output));

        // The second segment's physical address becomes the first one's.
        byte[] overlapping = [.. good];
        BinaryPrimitives.WriteUInt64LittleEndian(overlapping.AsSpan(64 + 56 + 24), Systems.Kernel);
        File.WriteAllBytes(elf, overlapping);
        PackException error = Assert.Throws<PackException>(() => ImageReader.Load(elf));
        Assert.EndsWith("the segments at 0x100000 and 0x100000 overlap", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DiscHoldsTheElf()
    {
        PackedImage packed = ImagePacker.Pack(Good, Output);
        ImageReader elf = ImageReader.Load(packed.ElfPath);
        ImageReader disc = ImageReader.Load(packed.IsoPath);
        Assert.Equal(elf.Entry, disc.Entry);
        Assert.Equal(elf.Extents, disc.Extents);
        byte[] buffer = new byte[3];
        Assert.True(disc.TryRead(0x20_0000, buffer));
        Assert.Equal([1, 2, 3], buffer);
    }

    [Fact]
    public void ReadingOutsideTheImageFails()
    {
        ImageReader reader = ImageReader.Load(ImagePacker.Pack(Good, Output).ElfPath);
        byte[] buffer = new byte[16];
        Assert.True(reader.TryRead(0x20_2000 - 16, buffer));
        Assert.False(reader.TryRead(0x20_2000 - 15, buffer));
        Assert.False(reader.TryRead(0, buffer));
        Assert.False(reader.TryRead(ulong.MaxValue - 8, buffer));
        Assert.True(reader.TryRead(0, []));
    }

    void Refused(string message, params PhysicalRegion[] regions)
    {
        PackException error = Assert.Throws<PackException>(() => ImagePacker.Pack(Systems.Of(regions), Output));
        Assert.Equal(message, error.Message);
        Assert.False(Directory.Exists(Output) && Directory.EnumerateFileSystemEntries(Output).Any());
    }
}
