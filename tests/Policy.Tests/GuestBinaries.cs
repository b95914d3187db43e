// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Programs of VMs, made byte by byte after the formats' specifications.</summary>
internal static class GuestBinaries
{
    internal static byte[] Pattern(int size, int factor) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * factor))];

    /// <summary>An executable for i386 with loadable segments at physical addresses; the virtual ones are 2 GiB above.</summary>
    internal static byte[] Elf32(uint entry, params (uint Address, uint Size, byte[] Content)[] segments)
    {
        const int header = 52;
        const int segmentHeader = 32;
        int at = header + (segmentHeader * segments.Length);
        byte[] file = new byte[at + segments.Sum(s => s.Content.Length)];
        ((byte[])[0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1]).CopyTo(file, 0);
        U16(file, 16, 2);
        U16(file, 18, 3);
        U32(file, 20, 1);
        U32(file, 24, entry);
        U32(file, 28, header);
        U16(file, 40, header);
        U16(file, 42, segmentHeader);
        U16(file, 44, (ushort)segments.Length);
        for (int i = 0; i < segments.Length; i++)
        {
            int h = header + (i * segmentHeader);
            (uint address, uint size, byte[] content) = segments[i];
            U32(file, h, 1);
            U32(file, h + 4, (uint)at);
            U32(file, h + 8, address + 0x8000_0000);
            U32(file, h + 12, address);
            U32(file, h + 16, (uint)content.Length);
            U32(file, h + 20, size);
            U32(file, h + 24, 7);
            U32(file, h + 28, 0x1000);
            content.CopyTo(file, at);
            at += content.Length;
        }

        return file;
    }

    /// <summary>An executable for x86-64 with loadable segments; rights are the ELF's: 4 read, 2 write, 1 execute.</summary>
    internal static byte[] Elf64(ulong entry, params (ulong Address, uint Size, uint Rights, byte[] Content)[] segments)
    {
        const int header = 64;
        const int segmentHeader = 56;
        const int page = 0x1000;
        byte[] file = new byte[page + segments.Sum(s => (s.Content.Length + page - 1) & ~(page - 1))];
        ((byte[])[0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]).CopyTo(file, 0);
        U16(file, 16, 2);
        U16(file, 18, 62);
        U32(file, 20, 1);
        U64(file, 24, entry);
        U64(file, 32, header);
        U16(file, 52, header);
        U16(file, 54, segmentHeader);
        U16(file, 56, (ushort)segments.Length);
        int at = page;
        for (int i = 0; i < segments.Length; i++)
        {
            int h = header + (i * segmentHeader);
            (ulong address, uint size, uint rights, byte[] content) = segments[i];
            U32(file, h, 1);
            U32(file, h + 4, rights);
            U64(file, h + 8, (ulong)at);
            U64(file, h + 16, address);
            U64(file, h + 24, address);
            U64(file, h + 32, (ulong)content.Length);
            U64(file, h + 40, size);
            U64(file, h + 48, page);
            content.CopyTo(file, at);
            at += (content.Length + page - 1) & ~(page - 1);
        }

        return file;
    }

    /// <summary>A Multiboot header at the beginning of a content.</summary>
    internal static byte[] Multiboot(int size)
    {
        byte[] content = Pattern(size, 1);
        U32(content, 0, 0x1BAD_B002);
        U32(content, 4, 3);
        U32(content, 8, unchecked(0u - 0x1BAD_B002 - 3));
        return content;
    }

    /// <summary>A kernel of the Linux boot protocol 2.12 with two sectors of set-up code.</summary>
    internal static byte[] Linux(byte[] kernel)
    {
        byte[] file = new byte[(3 * 512) + kernel.Length];
        file[0x1F1] = 2;
        U16(file, 0x1FE, 0xAA55);
        file[0x200] = 0xEB;
        file[0x201] = 0x66;
        "HdrS"u8.CopyTo(file.AsSpan(0x202));
        U16(file, 0x206, 0x20C);
        file[0x211] = 1;
        U32(file, 0x214, 0x10_0000);
        U32(file, 0x238, 2047);
        kernel.CopyTo(file, 3 * 512);
        return file;
    }

    private static void U16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

    private static void U32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void U64(byte[] file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);
}
