// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Linq;
using System.Text;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// A kernel of the Linux/x86 boot protocol, 32-bit entry (Documentation/arch/x86/boot.rst, version 2.06 and up): its protected-mode part lies at 1 MiB and begins there with ESI
/// at the boot parameters ("zero page"). memtest86+ is such a kernel too.
/// </summary>
internal static class LinuxImage
{
    /// <summary>Boot parameters, and behind them a page with the command line and a GDT.</summary>
    internal const ulong ParametersAddress = 0x9_0000;

    private const ulong KernelAddress = 0x10_0000;
    private const int ParametersSize = 0x2000;

    // Offsets in the boot parameters; the setup header lies at the same ones in the file.
    private const int VideoColumns = 0x07;
    private const int VideoLines = 0x0E;
    private const int VideoIsVga = 0x0F;
    private const int VideoPoints = 0x10;
    private const int MapCount = 0x1E8;
    private const int SetupSectors = 0x1F1;
    private const int VideoMode = 0x1FA;
    private const int HeaderEnd = 0x201;
    private const int HeaderMagic = 0x202;
    private const int Version = 0x206;
    private const int LoaderType = 0x210;
    private const int RamDiskAddress = 0x218;
    private const int RamDiskSize = 0x21C;
    private const int CommandLine = 0x228;
    private const int Map = 0x2D0;
    private const int MapEntry = 20;
    private const int LongestMap = 128;

    private const int SmallestFile = 0x260;
    private const ushort FirstVersion = 0x206;
    private const byte UnknownLoader = 0xFF;
    private const ushort NormalMode = 0xFFFF;
    private const uint Ram = 1;
    private const int CommandLineOffset = 0x1000;
    private const int GdtOffset = 0x1F00;
    private const int LongestCommandLine = GdtOffset - CommandLineOffset - 1;
    private const int SectorSize = 512;
    private const int DefaultSectors = 4;

    // __BOOT_CS and __BOOT_DS.
    private const ushort CodeSelector = 0x10;
    private const ushort DataSelector = 0x18;
    private const ulong CodeDescriptor = 0x00CF_9B00_0000_FFFF;
    private const ulong DataDescriptor = 0x00CF_9300_0000_FFFF;
    private const uint GdtLimit = 0x1F;

    /// <summary>Whether bytes begin like a kernel of the protocol.</summary>
    internal static bool IsLinux(ReadOnlySpan<byte> file) =>
        file.Length >= SmallestFile && file.Slice(HeaderMagic, 4).SequenceEqual("HdrS"u8) && BinaryPrimitives.ReadUInt16LittleEndian(file[Version..]) >= FirstVersion
        && ProtectedPart(file) < file.Length;

    internal static BootImage Make(ReadOnlyMemory<byte> file, Guest guest)
    {
        ReadOnlyMemory<byte> kernel = file[ProtectedPart(file.Span)..];
        SubjectState start = VcpuProfiles.ProtectedMode(KernelAddress);
        start.Rsi = ParametersAddress;
        start.Cs.Selector = CodeSelector;
        start.Ss.Selector = start.Ds.Selector = start.Es.Selector = start.Fs.Selector = start.Gs.Selector = DataSelector;
        start.Tr.Selector = 0;
        start.Gdtr = new Segment { Base = ParametersAddress + GdtOffset, Limit = GdtLimit };
        return new BootImage(
            [new BootPiece("the kernel", KernelAddress, (ulong)kernel.Length, kernel), new BootPiece("the boot parameters", ParametersAddress, ParametersSize, Parameters(file.Span, guest))],
            start);
    }

    private static int ProtectedPart(ReadOnlySpan<byte> file) => ((file[SetupSectors] == 0 ? DefaultSectors : file[SetupSectors]) + 1) * SectorSize;

    private static byte[] Parameters(ReadOnlySpan<byte> file, Guest guest)
    {
        byte[] parameters = new byte[ParametersSize];
        int end = Math.Min(HeaderMagic + file[HeaderEnd], Math.Min(file.Length, Map));
        file[SetupSectors..end].CopyTo(parameters.AsSpan(SetupSectors));
        parameters[VideoColumns] = 80;
        parameters[VideoLines] = 25;
        parameters[VideoIsVga] = 1;
        parameters[VideoPoints] = 16;
        BinaryPrimitives.WriteUInt16LittleEndian(parameters.AsSpan(VideoMode), NormalMode);
        parameters[LoaderType] = UnknownLoader;
        BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(CommandLine), (uint)ParametersAddress + CommandLineOffset);
        if (guest.RamDisk is { } disk)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(RamDiskAddress), (uint)disk.Start);
            BinaryPrimitives.WriteUInt32LittleEndian(parameters.AsSpan(RamDiskSize), (uint)disk.Size);
        }

        var map = guest.Ram.Take(LongestMap).ToList();
        parameters[MapCount] = (byte)map.Count;
        for (int i = 0; i < map.Count; i++)
        {
            Span<byte> entry = parameters.AsSpan(Map + (i * MapEntry), MapEntry);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, map[i].Start);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[8..], map[i].Size);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[16..], Ram);
        }

        Encoding.ASCII.GetBytes(guest.Parameters.AsSpan(0, Math.Min(guest.Parameters.Length, LongestCommandLine)), parameters.AsSpan(CommandLineOffset));
        BinaryPrimitives.WriteUInt64LittleEndian(parameters.AsSpan(GdtOffset + CodeSelector), CodeDescriptor);
        BinaryPrimitives.WriteUInt64LittleEndian(parameters.AsSpan(GdtOffset + DataSelector), DataDescriptor);
        return parameters;
    }
}
