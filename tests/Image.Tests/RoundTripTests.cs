// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using CsCheck;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Image.Tests;

/// <summary>Whatever regions there are, the packed ELF is that memory and nothing else, and GRUB finds its headers.</summary>
public sealed class RoundTripTests : IDisposable
{
    const int GrubSearch = 32768;

    /// <summary>Content with long and short stretches of zeros, and a gap of pages before the region.</summary>
    static readonly Gen<(ulong Gap, ulong Pages, byte[] Content)> s_region =
        Gen.Select(
            Gen.Frequency((3, Gen.Const(0UL)), (1, Gen.ULong[1, 40])),
            Gen.ULong[0, 24],
            Gen.Frequency((2, Gen.Const(0)), (3, Gen.Int[0, 24 * 4096])),
            Gen.Int[0, 3],
            Gen.UInt,
            (gap, pages, length, zeros, seed) => (gap, pages, Content(Math.Min(length, (int)(pages * Systems.Page)), zeros, seed)));

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muen-test-");

    string Elf => Path.Combine(_folder.FullName, "system.elf");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void ReaderSeesExactlyTheRegions() =>
        Gen.Select(s_region.Array[0, 30], Gen.Int[0, 30], Gen.Int[0, 2000]).Sample(
            (parts, kernelAt, headerAt) =>
            {
                SystemImage image = Systems.Of(Place(parts, kernelAt, headerAt * 8));
                ImagePacker.WriteElf(image, Elf);
                RequireGrubFindsHeaders(image);
                RequireEqual(image);
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void EqualSystemsGiveEqualBytes() =>
        s_region.Array[0, 12].Sample(
            parts =>
            {
                ImagePacker.WriteElf(Systems.Of(Place(parts, 3, 0)), Elf);
                byte[] first = File.ReadAllBytes(Elf);
                ImagePacker.WriteElf(Systems.Of(Place(parts, 3, 0)), Elf);
                return first.AsSpan().SequenceEqual(File.ReadAllBytes(Elf));
            },
            iter: 30,
            threads: 1);

    /// <summary>Far more regions than GRUB takes segments, with zeros between them that are worth leaving out when there are few.</summary>
    [Theory]
    [InlineData(10_000, 1)]
    [InlineData(2_000, 5)]
    [InlineData(1_200, 30)]
    public void ManyNeighboursBecomeFewSegments(int count, int pages)
    {
        List<PhysicalRegion> regions = [Systems.KernelAt(Systems.Kernel)];
        for (int i = 0; i < count; i++)
        {
            regions.Add(Systems.Bytes(Systems.Kernel + Systems.Page + ((ulong)i * (ulong)pages * Systems.Page), (ulong)pages, 1, 2, (byte)(1 + (i % 255))));
        }

        SystemImage image = Systems.Of(regions);
        ImagePacker.WriteElf(image, Elf);
        RequireGrubFindsHeaders(image);
        RequireEqual(image);
    }

    /// <summary>A memory region may hold somebody's file, and that file may be a multiboot2 kernel.</summary>
    [Fact]
    public void AnotherKernelAsContentIsNotBooted()
    {
        byte[] other = Systems.KernelAt(0).Content.ToArray();
        other[^1] = 0x77;
        SystemImage image = Systems.Of(Systems.Bytes(0x1000, 1, other), Systems.KernelAt(Systems.Kernel), Systems.Bytes(Systems.Kernel + Systems.Page, 1, other));
        ImagePacker.WriteElf(image, Elf);
        RequireGrubFindsHeaders(image);
        RequireEqual(image);
    }

    [Fact]
    public void ZerosTakeNoRoomInTheFile()
    {
        ImagePacker.WriteElf(
            Systems.Of(
                Systems.KernelAt(Systems.Kernel),
                Systems.Bytes(Systems.Kernel + Systems.Page, 4096, new byte[10_000_000]),
                Systems.Zeros(Systems.Kernel + (4097 * Systems.Page), 10_000),
                Systems.Bytes(Systems.Kernel + (14_097 * Systems.Page), 1, 7)),
            Elf);
        Assert.InRange(new FileInfo(Elf).Length, 1, 3 * 4096);
        ImageReader reader = ImageReader.Load(Elf);
        byte[] last = new byte[2];
        Assert.True(reader.TryRead(Systems.Kernel + (14_097 * Systems.Page) - 1, last));
        Assert.Equal([0, 7], last);
    }

    static byte[] Content(int length, int zeros, uint seed)
    {
        byte[] content = new byte[length];
        var random = new Random((int)(seed & 0x7FFF_FFFF));
        random.NextBytes(content);
        for (int i = 0; i < zeros && length > 0; i++)
        {
            int start = random.Next(length);
            content.AsSpan(start, random.Next(length - start + 1)).Clear();
        }

        return content;
    }

    /// <summary>Places the regions behind each other, the kernel as one among them.</summary>
    static List<PhysicalRegion> Place((ulong Gap, ulong Pages, byte[] Content)[] parts, int kernelAt, int headerAt)
    {
        List<PhysicalRegion> regions = [];
        ulong next = Systems.Kernel;
        for (int i = 0; i <= parts.Length; i++)
        {
            if (i == Math.Min(kernelAt, parts.Length))
            {
                regions.Add(Systems.KernelAt(next, headerAt));
                next += regions[^1].Size;
            }

            if (i < parts.Length)
            {
                next += parts[i].Gap * Systems.Page;
                regions.Add(new($"region_{i}", next, parts[i].Pages * Systems.Page, parts[i].Content));
                next += regions[^1].Size;
            }
        }

        return regions;
    }

    void RequireEqual(SystemImage image)
    {
        ImageReader reader = ImageReader.Load(Elf);
        Assert.Equal(image.Entry, reader.Entry);
        ulong filled = 0;
        foreach (PhysicalRegion region in image.Regions)
        {
            byte[] expected = new byte[region.Size];
            region.Content.CopyTo(expected);
            byte[] actual = new byte[region.Size];
            actual.AsSpan().Fill(0xCC);
            Assert.True(reader.TryRead(region.Address, actual));
            Assert.True(expected.AsSpan().SequenceEqual(actual), region.Name);
            filled += region.Size;
        }

        // No more memory than the regions: what else the machine has is not written to.
        Assert.Equal(filled, reader.Extents.Aggregate(0UL, (sum, e) => sum + e.Size));
    }

    void RequireGrubFindsHeaders(SystemImage image)
    {
        byte[] file = File.ReadAllBytes(Elf);
        ulong headers = BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(32));
        int count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(56));
        Assert.InRange(headers + (56UL * (ulong)count), 64UL, (ulong)GrubSearch);

        // GRUB's own search: every 8 bytes of the file's first 32 KiB. The first hit must be the kernel's, not another region's content.
        int first = Enumerable.Range(0, Math.Min(file.Length, GrubSearch) / 8).First(i => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(8 * i)) == 0xE852_50D6);
        byte[] kernel = image.Regions.Single(r => r.Name == "kernel").Content.ToArray();
        Assert.True(kernel.AsSpan().IndexOf(file.AsSpan(8 * first, 100)) >= 0);
    }
}
