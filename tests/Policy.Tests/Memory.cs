// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Physical memory as a boot loader leaves it, and a page walk as the processor does it (SDM vol. 3, 4.5.4). It shares nothing with the compiler but the image's bytes.</summary>
internal sealed class Memory(IReadOnlyList<PhysicalRegion> regions)
{
    internal byte Byte(ulong address)
    {
        int low = 0;
        int high = regions.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = regions[middle].Address + regions[middle].Size > address ? (low, middle) : (middle + 1, high);
        }

        if (low == regions.Count || regions[low].Address > address)
        {
            throw new InvalidOperationException($"0x{address:X} is not in the image");
        }

        ulong offset = address - regions[low].Address;
        return offset < (ulong)regions[low].Content.Length ? regions[low].Content.Span[(int)offset] : (byte)0;
    }

    internal byte[] Bytes(ulong address, int count) => [.. Enumerable.Range(0, count).Select(i => Byte(address + (ulong)i))];

    internal ushort U16(ulong address) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(address, 2));

    internal uint U32(ulong address) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(address, 4));

    internal ulong U64(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(address, 8));

    /// <summary>Every page that a root maps, by ascending virtual address.</summary>
    internal IReadOnlyList<Page> Walk(ulong root)
    {
        var pages = new List<Page>();
        Level(root, 4, 0, true, true, pages);
        return pages;
    }

    /// <summary>Every page of 4 KiB that a VM sees, by ascending guest-physical address.</summary>
    internal IReadOnlyList<Page> WalkEpt(ulong root) =>
    [
        .. EptLeaves(root).SelectMany(leaf => Enumerable.Range(0, (int)(leaf.Size / 4096)).Select(i => leaf.Page with { Virtual = leaf.Page.Virtual + ((ulong)i * 4096), Physical = leaf.Page.Physical + ((ulong)i * 4096) })),
    ];

    /// <summary>Every last entry of an EPT (SDM vol. 3, 29.3.2) with the size of its page, and the rights and memory type that it gives.</summary>
    internal IReadOnlyList<(Page Page, ulong Size)> EptLeaves(ulong root)
    {
        var leaves = new List<(Page, ulong)>();
        EptLevel(root, 4, 0, 7, leaves);
        return leaves;
    }

    private void EptLevel(ulong table, int level, ulong start, ulong rights, List<(Page, ulong)> leaves)
    {
        for (ulong index = 0; index < 512; index++)
        {
            ulong entry = U64(table + (index * 8));
            if ((entry & 7) == 0)
            {
                Assert.Equal(0ul, entry);
                continue;
            }

            int shift = 12 + (9 * (level - 1));
            ulong address = start + (index << shift);
            ulong next = entry & 0x000F_FFFF_FFFF_F000;
            bool leaf = level == 1 || (entry & 0x80) != 0;
            Assert.Equal(1ul, entry & 1);
            Assert.Equal(0ul, entry & 0xFFF0_0000_0000_0F00);
            if (!leaf)
            {
                Assert.Equal(0ul, entry & 0x78);
                EptLevel(next, level - 1, address, rights & entry, leaves);
                continue;
            }

            // The guest's PAT must not change the type that the policy gives.
            Assert.Equal(0x40ul, entry & 0x40);
            Assert.True(level < 4);
            Assert.Equal(0ul, next & ((1ul << shift) - 1));
            Assert.Equal(level == 1 ? 0ul : 0x80ul, entry & 0x80);
            int pat = ((entry >> 3) & 7) switch { 6 => 0, 4 => 1, 0 => 3, 1 => 10, 5 => 11, _ => throw new InvalidOperationException("no memory type") };
            leaves.Add((new Page(address, next, (rights & entry & 2) != 0, (rights & entry & 4) != 0, pat), 1ul << shift));
        }
    }

    private void Level(ulong table, int level, ulong start, bool writable, bool executable, List<Page> pages)
    {
        for (ulong index = 0; index < 512; index++)
        {
            ulong entry = U64(table + (index * 8));
            if ((entry & 1) == 0)
            {
                Assert.Equal(0ul, entry);
                continue;
            }

            ulong address = start + (index << (12 + (9 * (level - 1))));
            ulong next = entry & 0x000F_FFFF_FFFF_F000;
            bool w = writable && (entry & 2) != 0;
            bool x = executable && entry >> 63 == 0;
            Assert.Equal(0ul, entry & 4);
            Assert.Equal(0ul, entry & 0x7FF0_0000_0000_0F80);
            if (level > 1)
            {
                Level(next, level - 1, address, w, x, pages);
            }
            else
            {
                pages.Add(new Page(address, next, w, x, (int)((entry >> 3) & 3)));
            }
        }
    }
}

/// <summary>A mapped page. <paramref name="Pat"/> is its PAT entry: PCD and PWT as a number, 0 = WB, 1 = WT, 3 = UC. An EPT can have more: 10 = WC, 11 = WP.</summary>
internal readonly record struct Page(ulong Virtual, ulong Physical, bool Writable, bool Executable, int Pat);
