// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Muen.Sdk.Elf;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Tests;

namespace Muen.Sdk.Verify.Tests;

/// <summary>
/// A compiled policy whose programs are small stand-ins: its image, and what the verifier expects. In the image every byte of memory is a byte of the file, so that each
/// can be changed.
/// </summary>
sealed class TestSystem
{
    const ulong KernelStart = 0x10_0000;

    TestSystem(string name, SystemImage image, Expectation expectation)
    {
        Name = name;
        View = image.View;
        Image = image;
        Expectation = expectation;
        using var file = new MemoryStream();
        ElfExecutable.Write(file, image.Entry, [.. image.Regions.Select(Segment)]);
        Bytes = file.ToArray();
    }

    public string Name { get; }

    public SystemView View { get; }

    public SystemImage Image { get; }

    public Expectation Expectation { get; }

    /// <summary>The image's file.</summary>
    public byte[] Bytes { get; }

    /// <summary>The first demo's system.</summary>
    public static TestSystem Crypter { get; } = Of("samples/crypter/system.xml");

    /// <summary>Groups that take turns in a partition.</summary>
    public static TestSystem Scheduling { get; } = Of("tests/systems/scheduling.xml");

    /// <summary>Three major frames and the subject that chooses among them.</summary>
    public static TestSystem Plans { get; } = Of("tests/systems/plans.xml");

    /// <summary>Everything that the others do not have.</summary>
    public static TestSystem Vm { get; } = Of("tests/Verify.Tests/Systems/vm.xml");

    /// <summary>Devices that are confined to domains.</summary>
    public static TestSystem Dma { get; } = Of("tests/Verify.Tests/Systems/dma.xml");

    public static IReadOnlyList<TestSystem> All => [Crypter, Scheduling, Plans, Vm, Dma];

    /// <summary>Verifies the image as it is in a file's bytes.</summary>
    public VerificationResult Verify(byte[] bytes, bool withPolicy = true) => Verifier.Verify(ImageReader.Parse(bytes, Name), withPolicy ? Expectation : null);

    /// <summary>Where a byte of physical memory is in the file.</summary>
    public int OffsetOf(ulong address)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(56));
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> header = Bytes.AsSpan(64 + (56 * i), 56);
            ulong start = BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
            if (address - start < BinaryPrimitives.ReadUInt64LittleEndian(header[32..]))
            {
                return (int)(BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) + (address - start));
            }
        }

        throw new ArgumentOutOfRangeException(nameof(address), $"0x{address:x} is not in the image");
    }

    /// <summary>The image with some bytes of memory changed.</summary>
    public byte[] With(ulong address, params byte[] bytes)
    {
        byte[] copy = [.. Bytes];
        bytes.CopyTo(copy, OffsetOf(address));
        return copy;
    }

    public RegionView Region(string name) => View.Regions.Single(r => r.Name == name);

    /// <summary>Compiles a policy that is a text; its files are the stand-ins'.</summary>
    public static TestSystem Written(string text, string name = "system")
    {
        using TemporaryFolder programs = Programs();
        programs.Write(name + ".xml", text);
        return Of(programs, programs.File(name + ".xml"));
    }

    /// <summary>Compiles a policy of the source tree.</summary>
    public static TestSystem Of(string path)
    {
        using TemporaryFolder programs = Programs();
        return Of(programs, Path.Combine(Command.Root, path));
    }

    static TestSystem Of(TemporaryFolder programs, string policy)
    {
        var input = new CompilationInput(
            policy, programs.File("kernel.elf"), binary => programs.File(binary.Filename ?? "subject.elf"), name => Path.Combine(Path.GetDirectoryName(policy)!, name));
        var bag = new DiagnosticBag();
        SystemImage? image = PolicyCompiler.Compile(input, bag);
        RequireNone(bag.Sorted);
        Expectation? expectation = Expectation.Of(input, bag);
        RequireNone(bag.Sorted);
        return new(Path.GetFileNameWithoutExtension(policy) + "/" + image!.Name, image, expectation!);
    }

    /// <summary>Fails with all of them when there are any.</summary>
    public static void RequireNone(IEnumerable<object> findings) => Assert.True(!findings.Any(), string.Join('\n', findings));

    /// <summary>A folder with stand-ins for the kernel, subjects and files.</summary>
    public static TemporaryFolder Programs()
    {
        var folder = new TemporaryFolder();
        Write(folder.File("kernel.elf"), KernelStart + 0x40, Code(KernelStart, Multiboot()), ReadOnly(KernelStart + 0x1000), Data(KernelStart + 0x2000));
        Write(folder.File("subject.elf"), 0x20_0010, Code(0x20_0000, GuestBinaries.Pattern(0x1234, 7)), ReadOnly(0x20_2000), Data(0x20_3000));
        File.WriteAllBytes(folder.File("guest.elf"), GuestBinaries.Elf32(0x10_000C, (0x10_0000, 0x3000, GuestBinaries.Pattern(0x1123, 3)), (0x10_4000, 0x2000, GuestBinaries.Pattern(0x10, 5))));
        File.WriteAllBytes(folder.File("boot.bin"), GuestBinaries.Pattern(512, 9));
        File.WriteAllText(folder.File("files.tar"), "forty-two bytes of what may be an archive..");
        return folder;
    }

    static void Write(string path, ulong entry, params ElfSegment[] segments)
    {
        using FileStream stream = File.Create(path);
        ElfExecutable.Write(stream, entry, segments);
    }

    static ElfSegment Code(ulong address, byte[] bytes) => Segment(address, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, bytes, (ulong)bytes.Length);

    static ElfSegment ReadOnly(ulong address) => Segment(address, ElfSegmentFlags.Read, GuestBinaries.Pattern(0x80, 11), 0x80);

    static ElfSegment Data(ulong address) => Segment(address, ElfSegmentFlags.Read | ElfSegmentFlags.Write, GuestBinaries.Pattern(0x40, 13), 0x1800);

    static ElfSegment Segment(ulong address, ElfSegmentFlags flags, byte[] bytes, ulong size) => new(ElfSegmentType.Load, flags, address, address, size, 0x1000, bytes);

    // A header that a boot loader accepts, then something that stands for code.
    static byte[] Multiboot()
    {
        byte[] code = GuestBinaries.Pattern(0x100, 5);
        uint[] header = [0xE852_50D6, 0, 16, unchecked(0u - 0xE852_50D6 - 16)];
        Buffer.BlockCopy(header, 0, code, 0, 16);
        return code;
    }

    // Memory of megabytes that is zero stays out of the file: nothing is flipped there.
    static ElfSegment Segment(PhysicalRegion region)
    {
        byte[] bytes = new byte[region.Size > 1 << 20 ? (ulong)region.Content.Length : region.Size];
        region.Content.CopyTo(bytes);
        return new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute, region.Address, region.Address, region.Size, 0x1000, bytes);
    }
}
