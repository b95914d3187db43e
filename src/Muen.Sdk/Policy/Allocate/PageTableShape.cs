// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>
/// Which page tables an address space needs: the tables of each level by the part of the address that they cover. Both the allocator, who needs their number, and the
/// emitter, who fills them, take it from here. The root comes first, then level by level by ascending address.
/// </summary>
internal sealed class PageTableShape
{
    private readonly SortedSet<ulong> pointers = [];
    private readonly SortedSet<ulong> directories = [];
    private readonly SortedSet<ulong> tables = [];

    /// <summary>The shape for these ranges of pages of 4 KiB, start and size in bytes.</summary>
    internal PageTableShape(IEnumerable<(ulong Start, ulong Size)> ranges)
        : this(ranges.Select(r => new PageRun(r.Start, 0, r.Size, 1)))
    {
    }

    /// <summary>The shape for these pages: one of 2 MiB needs no page table, one of 1 GiB no page directory either.</summary>
    internal PageTableShape(IEnumerable<PageRun> runs)
    {
        foreach (PageRun run in runs)
        {
            ulong last = run.Virtual + run.Size - 1;
            for (ulong table = run.Virtual >> 21; run.Level == 1 && table <= last >> 21; table++)
            {
                tables.Add(table);
            }

            for (ulong directory = run.Virtual >> 30; run.Level <= 2 && directory <= last >> 30; directory++)
            {
                directories.Add(directory);
            }

            for (ulong pointer = run.Virtual >> 39; pointer <= last >> 39; pointer++)
            {
                pointers.Add(pointer);
            }
        }
    }

    /// <summary>Number of pages.</summary>
    internal int Count => 1 + pointers.Count + directories.Count + tables.Count;

    /// <summary>Page-directory-pointer tables: bits 47:39 of what they cover, and their index.</summary>
    internal IEnumerable<(ulong Prefix, int Index)> Pointers => pointers.Select((prefix, i) => (prefix, 1 + i));

    /// <summary>Page directories: bits 47:30, and their index.</summary>
    internal IEnumerable<(ulong Prefix, int Index)> Directories => directories.Select((prefix, i) => (prefix, 1 + pointers.Count + i));

    /// <summary>Page tables: bits 47:21, and their index.</summary>
    internal IEnumerable<(ulong Prefix, int Index)> Tables => tables.Select((prefix, i) => (prefix, 1 + pointers.Count + directories.Count + i));
}
