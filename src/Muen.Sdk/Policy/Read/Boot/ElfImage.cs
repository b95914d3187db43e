// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Read;

/// <summary>
/// An ELF kernel: its segments lie at their physical addresses, and it begins at its entry in 32-bit protected mode with flat segments and paging off. One that has a
/// header of the Multiboot specification 0.6.96 finds the loader's magic number in EAX and its information in EBX.
/// </summary>
internal static class ElfImage
{
    /// <summary>Where the Multiboot information lies: a page that no kernel is linked to.</summary>
    internal const ulong InformationAddress = 0x9000;

    private const int HeaderSearch = 8192;
    private const uint HeaderMagic = 0x1BAD_B002;
    private const uint LoaderMagic = 0x2BAD_B002;

    // Multiboot information: offsets of what is told, and the flags that say so.
    private const uint HasMemory = 1 << 0;
    private const uint HasCommandLine = 1 << 2;
    private const uint HasMemoryMap = 1 << 6;
    private const uint HasLoaderName = 1 << 9;
    private const int MapOffset = 0x100;
    private const int NameOffset = 0x80;
    private const int CommandLineOffset = 0x800;
    private const int MapEntry = 24;
    private const int LongestMap = (CommandLineOffset - MapOffset) / MapEntry;
    private const int LongestCommandLine = 0x1000 - CommandLineOffset - 1;
    private const uint Available = 1;
    private const ulong OneMiB = 1 << 20;

    internal static BootImage Make(ReadOnlyMemory<byte> file, Guest guest)
    {
        ElfProgram program = ElfProgram.Parse(file);
        SubjectState start = VcpuProfiles.ProtectedMode(program.Entry);
        ImmutableArray<BootPiece> pieces = [.. program.Segments.Select((s, i) => new BootPiece($"segment {i}", s.PhysicalAddress, s.MemorySize, s.Content))];
        if (!HasHeader(file.Span))
        {
            return new BootImage(pieces, start);
        }

        start.Rax = LoaderMagic;
        start.Rbx = InformationAddress;
        return new BootImage([.. pieces, new BootPiece("the Multiboot information", InformationAddress, KernelLayout.PageSize, Information(guest))], start);
    }

    private static bool HasHeader(ReadOnlySpan<byte> file)
    {
        for (int at = 0; at + 12 <= Math.Min(file.Length, HeaderSearch); at += 4)
        {
            if (U32(file, at) == HeaderMagic && unchecked(U32(file, at) + U32(file, at + 4) + U32(file, at + 8)) == 0)
            {
                return true;
            }
        }

        return false;
    }

    private static byte[] Information(Guest guest)
    {
        byte[] information = new byte[KernelLayout.PageSize];
        void Put(int at, ulong value) => BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(at), (uint)Math.Min(value, uint.MaxValue));
        var map = guest.Ram.Take(LongestMap).ToList();
        Put(0, HasMemory | HasCommandLine | HasMemoryMap | HasLoaderName);
        Put(4, map.Where(r => r.Start == 0).Select(r => Math.Min(r.Size, OneMiB) >> 10).FirstOrDefault());
        Put(8, map.Where(r => r.Start <= OneMiB && r.Start + r.Size > OneMiB).Select(r => (r.Start + r.Size - OneMiB) >> 10).FirstOrDefault());
        Put(16, InformationAddress + CommandLineOffset);
        Put(44, (ulong)(map.Count * MapEntry));
        Put(48, InformationAddress + MapOffset);
        Put(64, InformationAddress + NameOffset);
        for (int i = 0; i < map.Count; i++)
        {
            Span<byte> entry = information.AsSpan(MapOffset + (i * MapEntry), MapEntry);
            BinaryPrimitives.WriteUInt32LittleEndian(entry, MapEntry - 4);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[4..], map[i].Start);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[12..], map[i].Size);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[20..], Available);
        }

        Encoding.ASCII.GetBytes("Muen", information.AsSpan(NameOffset));
        Encoding.ASCII.GetBytes(guest.Parameters.AsSpan(0, Math.Min(guest.Parameters.Length, LongestCommandLine)), information.AsSpan(CommandLineOffset));
        return information;
    }

    private static uint U32(ReadOnlySpan<byte> b, int at) => BinaryPrimitives.ReadUInt32LittleEndian(b[at..]);
}
