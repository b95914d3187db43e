// SPDX-License-Identifier: MIT

using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>
/// Walks an EPT as the processor does (SDM vol. 3, 29.3): four levels, 4 KiB, 2 MiB and 1 GiB pages. The pointer has accessed and dirty flags off, and no control is on
/// that gives bits 11:8 or 63:52 a meaning; both are checked elsewhere.
/// </summary>
sealed class EptWalk
{
    const ulong Read = 1 << 0;
    const ulong Write = 1 << 1;
    const ulong Execute = 1 << 2;
    const ulong IgnorePat = 1 << 6;
    const ulong LargePage = 1 << 7;
    const ulong AddressMask = 0x000F_FFFF_FFFF_F000;
    const ulong Ignored = 0xFFF0_0000_0000_0F00;

    /// <summary>Bits 6:3 of an entry that names a table, and bit 7 of one in the root.</summary>
    const ulong ReservedInLink = 0x78;

    /// <summary>Write-back tables, walks of four levels, no accessed and dirty flags, no supervisor shadow stacks (SDM vol. 3, table 25-9).</summary>
    const ulong Pointer = 6 | 3 << 3;
    const int Entries = 512;

    readonly TableReader _reader;
    readonly Findings _findings;
    readonly int _subject;
    readonly AddressSpace _space = new();
    readonly ulong[][] _tables = [[], new ulong[Entries], new ulong[Entries], new ulong[Entries], new ulong[Entries]];

    EptWalk(PhysicalMemory memory, Claims claims, Findings findings, int subject) => (_reader, _findings, _subject) = (new(memory, claims, findings), findings, subject);

    /// <summary>What an EPT pointer maps.</summary>
    public static AddressSpace Walk(PhysicalMemory memory, Claims claims, Findings findings, int subject, ulong pointer)
    {
        var walk = new EptWalk(memory, claims, findings, subject);
        if ((pointer & ~AddressMask) != Pointer)
        {
            findings.Add(FindingCodes.ReservedBit, walk.Who, $"the EPT pointer 0x{pointer:x} is not one of write-back tables of four levels");
        }

        walk.Level(pointer & AddressMask, 4, 0, true, true);
        return walk._space;
    }

    string Who => $"EPT of subject {_subject}";

    void Level(ulong table, int level, ulong start, bool writable, bool executable)
    {
        ulong[] entries = _tables[level];
        if (!_reader.TryOpen(Who, table, Use.SubjectPageTables, _subject, entries))
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

            if ((entry & (Read | Write | Execute)) == 0)
            {
                _findings.Add(FindingCodes.NotPresent, Place(table, i), $"0x{entry:x}");
                continue;
            }

            if ((entry & Read) == 0)
            {
                _findings.Add(FindingCodes.PageAttribute, Place(table, i), "memory that can not be read: an EPT misconfiguration, or code that only executes");
            }

            if ((entry & Ignored) != 0 || (level == 1 && (entry & LargePage) != 0))
            {
                _findings.Add(FindingCodes.IgnoredBit, Place(table, i), $"0x{entry & (Ignored | (level == 1 ? LargePage : 0)):x} in a present entry");
            }

            ulong address = start + ((ulong)i << shift);
            bool w = writable && (entry & Write) != 0;
            bool x = executable && (entry & Execute) != 0;
            if (level > 1 && ((entry & LargePage) == 0 || level == 4))
            {
                if ((entry & (ReservedInLink | LargePage)) != 0)
                {
                    _findings.Add(FindingCodes.ReservedBit, Place(table, i), $"0x{entry & (ReservedInLink | LargePage):x} in an entry that names a table");
                }

                if ((entry & (Write | Execute)) != (Write | Execute))
                {
                    _findings.Add(FindingCodes.Withheld, Place(table, i), $"0x{entry:x}");
                }

                Level(entry & AddressMask, level - 1, address, w, x);
            }
            else
            {
                AddPage(table, i, level, entry, address, shift, w, x);
            }
        }
    }

    void AddPage(ulong table, int index, int level, ulong entry, ulong address, int shift, bool writable, bool executable)
    {
        ulong physical = entry & AddressMask;
        ulong below = physical & ((1UL << shift) - 1);
        if (below != 0)
        {
            _findings.Add(FindingCodes.ReservedBit, Place(table, index), $"0x{below:x} below the address of a page of {1UL << (shift - 10)} KiB");
            physical -= below;
        }

        if ((entry & IgnorePat) == 0)
        {
            _findings.Add(FindingCodes.MemoryType, Place(table, index), "the VM's own PAT would change the memory type");
        }

        // Encodings of memory types (SDM vol. 3, table 12-2).
        Caching? caching = ((entry >> 3) & 7) switch
        {
            0 => Caching.UC,
            1 => Caching.WC,
            4 => Caching.WT,
            5 => Caching.WP,
            6 => Caching.WB,
            _ => null,
        };
        if (caching is null)
        {
            _findings.Add(FindingCodes.ReservedBit, Place(table, index), $"memory type {(entry >> 3) & 7}");
        }

        _space.HasHugePages |= level == 3;
        _space.Add(new(address, physical, 1UL << shift, writable, executable, caching));
    }

    string Place(ulong table, int index) => $"{Who}, table 0x{table:x}, entry {index}";
}
