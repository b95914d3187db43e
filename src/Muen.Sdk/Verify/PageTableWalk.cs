// SPDX-License-Identifier: MIT

using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>
/// Walks page tables as the processor does (SDM vol. 3, 4.5): four levels, 4 KiB, 2 MiB and 1 GiB pages, for kernels and native subjects. Both run with CR4.PGE and
/// CR4.PKE clear and EFER.NXE set, which is checked elsewhere.
/// </summary>
sealed class PageTableWalk
{
    const ulong Present = 1;
    const ulong Writable = 1 << 1;
    const ulong User = 1 << 2;
    const ulong WriteThrough = 1 << 3;
    const ulong CacheDisable = 1 << 4;
    const ulong Accessed = 1 << 5;
    const ulong Dirty = 1 << 6;
    const ulong LargePage = 1 << 7;
    const ulong LargePat = 1 << 12;
    const ulong ExecuteDisable = 1UL << 63;
    const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Global flag, bits 11:9, bits 62:52.</summary>
    const ulong Ignored = 0x7FF0_0000_0000_0F00;
    const int Entries = 512;

    readonly TableReader _reader;
    readonly Findings _findings;
    readonly Use _use;
    readonly int _owner;
    readonly AddressSpace _space = new();
    readonly ulong[][] _tables = [[], new ulong[Entries], new ulong[Entries], new ulong[Entries], new ulong[Entries]];

    PageTableWalk(PhysicalMemory memory, Claims claims, Findings findings, Use use, int owner) =>
        (_reader, _findings, _use, _owner) = (new(memory, claims, findings), findings, use, owner);

    /// <summary>What a root maps.</summary>
    /// <param name="use">Whose tables they are: every table is claimed.</param>
    public static AddressSpace Walk(PhysicalMemory memory, Claims claims, Findings findings, Use use, int owner, ulong root)
    {
        var walk = new PageTableWalk(memory, claims, findings, use, owner);
        if ((root & ~AddressMask) != 0)
        {
            findings.Add(FindingCodes.ReservedBit, walk.Who, $"CR3 0x{root:x} has bits beside an address of a page");
        }

        walk.Level(root & AddressMask, 4, 0, true, true);
        return walk._space;
    }

    string Who => new Claim(0, 0, _use, _owner).ToString();

    void Level(ulong table, int level, ulong start, bool writable, bool executable)
    {
        ulong[] entries = _tables[level];
        if (!_reader.TryOpen(Who, table, _use, _owner, entries))
        {
            return;
        }

        int shift = 12 + (9 * (level - 1));
        for (int i = 0; i < Entries; i++)
        {
            ulong entry = entries[i];
            if (entry == 0)
            {
                continue;
            }

            if ((entry & Present) == 0)
            {
                _findings.Add(FindingCodes.NotPresent, Place(table, i), $"0x{entry:x}");
                continue;
            }

            ulong address = start + ((ulong)i << shift);
            if (level == 4 && i >= Entries / 2)
            {
                address |= 0xFFFF_0000_0000_0000;
            }

            bool leaf = level == 1 || (entry & LargePage) != 0;
            bool w = writable && (entry & Writable) != 0;
            bool x = executable && (entry & ExecuteDisable) == 0;
            CheckBits(table, i, level, entry, leaf);
            if (leaf)
            {
                AddPage(table, i, level, entry, address, shift, w, x);
            }
            else
            {
                Level(entry & AddressMask, level - 1, address, w, x);
            }
        }
    }

    void CheckBits(ulong table, int index, int level, ulong entry, bool leaf)
    {
        if ((entry & User) != 0)
        {
            _findings.Add(FindingCodes.PageAttribute, Place(table, index), "the page is a user's");
        }

        if (!leaf && (entry & (WriteThrough | CacheDisable)) != 0)
        {
            _findings.Add(FindingCodes.PageAttribute, Place(table, index), "the table below is not cached");
        }

        if (!leaf && ((entry & Writable) == 0 || (entry & ExecuteDisable) != 0))
        {
            _findings.Add(FindingCodes.Withheld, Place(table, index), $"0x{entry:x}");
        }

        if (level == 4 && leaf)
        {
            _findings.Add(FindingCodes.ReservedBit, Place(table, index), "bit 7 of a PML4 entry");
        }

        if ((entry & Ignored) != 0 || (!leaf && (entry & Dirty) != 0))
        {
            _findings.Add(FindingCodes.IgnoredBit, Place(table, index), $"0x{entry & (Ignored | Dirty):x} in a present entry");
        }

        bool dirty = (entry & Dirty) != 0;
        if ((entry & Accessed) == 0 || (leaf && dirty != ((entry & Writable) != 0)))
        {
            _findings.Add(FindingCodes.AccessedDirty, Place(table, index), $"0x{entry & (Accessed | Dirty):x}");
        }
    }

    void AddPage(ulong table, int index, int level, ulong entry, ulong address, int shift, bool writable, bool executable)
    {
        ulong physical = entry & AddressMask;
        bool pat = (entry & (level == 1 ? LargePage : LargePat)) != 0;
        if (level > 1)
        {
            physical &= ~LargePat;
            if ((physical & ((1UL << shift) - 1)) != 0)
            {
                _findings.Add(FindingCodes.ReservedBit, Place(table, index), $"0x{physical & ((1UL << shift) - 1):x} below the address of a page of {1UL << (shift - 10)} KiB");
                physical &= ~((1UL << shift) - 1);
            }
        }

        // Entries of the PAT as the processor starts with them (SDM vol. 3, 12.12.4): 0 = WB, 1 = WT, 3 = UC; none of ours has the others.
        Caching? caching = pat ? null : (entry & (WriteThrough | CacheDisable)) switch
        {
            0 => Caching.WB,
            WriteThrough => Caching.WT,
            WriteThrough | CacheDisable => Caching.UC,
            _ => null,
        };
        if (caching is null)
        {
            _findings.Add(FindingCodes.MemoryType, Place(table, index), "the entry names a type of the PAT that none of ours has");
        }

        _space.HasHugePages |= level == 3;
        _space.Add(new(address, physical, 1UL << shift, writable, executable, caching));
    }

    string Place(ulong table, int index) => $"{Who}, table 0x{table:x}, entry {index}";
}
