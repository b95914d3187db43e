// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Emit;

/// <summary>
/// Page tables of four levels with pages of 4 KiB (SDM vol. 3, 4.5), for kernels and native subjects. Both run at CPL 0, so no page is a user's. Accessed and dirty
/// bits are set beforehand: the processor then never writes to the tables, and a finished image's tables stay what they are.
/// </summary>
internal static class PageTables
{
    private const ulong Present = 1;
    private const ulong Writable = 1 << 1;
    private const ulong WriteThrough = 1 << 3;
    private const ulong CacheDisable = 1 << 4;
    private const ulong Accessed = 1 << 5;
    private const ulong Dirty = 1 << 6;
    private const ulong ExecuteDisable = 1UL << 63;
    private const int Entries = 512;

    /// <summary>The tables that map exactly these.</summary>
    /// <param name="address">Physical address of the first table, the root.</param>
    /// <param name="mappings">What is mapped.</param>
    internal static byte[] Emit(ulong address, IReadOnlyCollection<MappingView> mappings)
    {
        var shape = new PageTableShape(mappings.Select(m => (m.VirtualAddress, m.Size)));
        byte[] bytes = new byte[shape.Count * (int)KernelLayout.PageSize];
        void Write(int table, ulong index, ulong entry) =>
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan((table * (int)KernelLayout.PageSize) + ((int)index * 8)), entry);

        ulong Link(int table) => (address + ((ulong)table * KernelLayout.PageSize)) | Present | Writable | Accessed;

        // Rights are those of the last level: the levels above allow everything.
        var pointers = shape.Pointers.ToDictionary(p => p.Prefix, p => p.Index);
        var directories = shape.Directories.ToDictionary(p => p.Prefix, p => p.Index);
        var tables = shape.Tables.ToDictionary(p => p.Prefix, p => p.Index);
        foreach ((ulong prefix, int index) in shape.Pointers)
        {
            Write(0, prefix % Entries, Link(index));
        }

        foreach ((ulong prefix, int index) in shape.Directories)
        {
            Write(pointers[prefix / Entries], prefix % Entries, Link(index));
        }

        foreach ((ulong prefix, int index) in shape.Tables)
        {
            Write(directories[prefix / Entries], prefix % Entries, Link(index));
        }

        foreach (MappingView mapping in mappings)
        {
            ulong rights = Rights(mapping);
            for (ulong offset = 0; offset < mapping.Size; offset += KernelLayout.PageSize)
            {
                ulong page = (mapping.VirtualAddress + offset) / KernelLayout.PageSize;
                Write(tables[page / Entries], page % Entries, (mapping.PhysicalAddress + offset) | rights);
            }
        }

        return bytes;
    }

    private static ulong Rights(MappingView mapping)
    {
        ulong rights = Present | Accessed;
        rights |= mapping.Writable ? Writable | Dirty : 0;
        rights |= mapping.Executable ? 0 : ExecuteDisable;

        // Entries of the PAT as the processor starts with them (SDM vol. 3, 12.12.4): 0 = WB, 1 = WT, 3 = UC.
        return rights | mapping.Caching switch
        {
            Caching.WT => WriteThrough,
            Caching.UC => WriteThrough | CacheDisable,
            _ => 0UL,
        };
    }
}
