// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Emit;

/// <summary>
/// The EPT of a VM (SDM vol. 3, 29.3): four levels, pages of 4 KiB, 2 MiB and 1 GiB, the largest that the addresses allow. What is not mapped exits as an EPT violation.
/// The memory type is that of the policy whatever the VM's own PAT says.
/// </summary>
internal static class ExtendedPageTables
{
    private const ulong Read = 1 << 0;
    private const ulong Write = 1 << 1;
    private const ulong Execute = 1 << 2;
    private const int MemoryTypeShift = 3;
    private const ulong IgnorePat = 1 << 6;
    private const ulong LargePage = 1 << 7;
    private const int Entries = 512;

    /// <summary>The pages of a VM's mappings.</summary>
    internal static IEnumerable<PageRun> Runs(IEnumerable<MappingView> mappings) => mappings.SelectMany(m => PageRun.Of(m.VirtualAddress, m.PhysicalAddress, m.Size));

    /// <summary>The tables that map exactly these.</summary>
    /// <param name="address">Physical address of the first table, the root.</param>
    /// <param name="mappings">What is mapped.</param>
    internal static byte[] Emit(ulong address, IReadOnlyCollection<MappingView> mappings)
    {
        var shape = new PageTableShape(Runs(mappings));
        byte[] bytes = new byte[shape.Count * (int)KernelLayout.PageSize];
        void Put(int table, ulong index, ulong entry) =>
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan((table * (int)KernelLayout.PageSize) + ((int)(index % Entries) * 8)), entry);

        ulong Link(int table) => (address + ((ulong)table * KernelLayout.PageSize)) | Read | Write | Execute;

        // Tables of level 1, 2 and 3 by what they cover; rights are those of the last level.
        Dictionary<ulong, int>[] tables = [[], shape.Tables.ToDictionary(t => t.Prefix, t => t.Index), shape.Directories.ToDictionary(t => t.Prefix, t => t.Index), shape.Pointers.ToDictionary(t => t.Prefix, t => t.Index)];
        for (int level = 1; level <= PageRun.Largest; level++)
        {
            foreach ((ulong prefix, int index) in tables[level])
            {
                Put(level == PageRun.Largest ? 0 : tables[level + 1][prefix / Entries], prefix, Link(index));
            }
        }

        foreach (MappingView mapping in mappings)
        {
            ulong rights = Rights(mapping);
            foreach (PageRun run in PageRun.Of(mapping.VirtualAddress, mapping.PhysicalAddress, mapping.Size))
            {
                ulong page = PageRun.PageSize(run.Level);
                for (ulong offset = 0; offset < run.Size; offset += page)
                {
                    ulong number = (run.Virtual + offset) / page;
                    Put(tables[run.Level][number / Entries], number, (run.Physical + offset) | rights | (run.Level > 1 ? LargePage : 0));
                }
            }
        }

        return bytes;
    }

    private static ulong Rights(MappingView mapping) =>
        Read | (mapping.Writable ? Write : 0) | (mapping.Executable ? Execute : 0) | IgnorePat | (MemoryType(mapping.Caching) << MemoryTypeShift);

    /// <summary>Encoding of a memory type (SDM vol. 3, table 12-2).</summary>
    private static ulong MemoryType(Caching caching) => caching switch
    {
        Caching.UC => 0,
        Caching.WC => 1,
        Caching.WT => 4,
        Caching.WP => 5,
        _ => 6,
    };
}
