// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>Devices that see the same memory.</summary>
/// <param name="Id">Domain identifier.</param>
/// <param name="Space">What they see.</param>
/// <param name="Devices">Source identifiers.</param>
sealed record DmaDomain(int Id, AddressSpace Space, List<ushort> Devices);

/// <summary>An interrupt that is remapped.</summary>
readonly record struct RemappedInterrupt(int Index, byte Vector, bool Level, uint Destination, ushort Source);

/// <summary>What devices may do.</summary>
sealed record DmaModel(List<DmaDomain> Domains, List<RemappedInterrupt> Interrupts);

/// <summary>
/// Walks what the units for DMA and interrupt remapping read (VT-d specification, legacy mode: 9.1 root entries, 9.3 context entries, 9.8 second-level entries, 9.10
/// interrupt entries), and claims it. All units use the same tables.
/// </summary>
sealed class DmaWalk
{
    const ulong Present = 1;
    const ulong Read = 1 << 0;
    const ulong Write = 1 << 1;
    const ulong AddressMask = 0x000F_FFFF_FFFF_F000;

    /// <summary>Bits of a second-level entry that are ignored: 10:8, 61:52, 63.</summary>
    const ulong Ignored = 0xBFF0_0000_0000_0700;
    const int Entries = 512;
    const int Buses = 256;
    const int Functions = 256;

    /// <summary>Upper half of a context entry: address width, available bits, domain.</summary>
    const ulong Width = 7;
    const ulong ThreeLevels = 1;
    const ulong FourLevels = 2;
    const ulong Available = 0x78;
    const int DomainShift = 8;
    const ulong DomainMask = 0xFFFF;

    /// <summary>CAP_REG: address widths of 39 and 48 bits, each with domain identifiers of at least 8 bits.</summary>
    internal const ulong Width39 = 2 | 1 << 9;
    internal const ulong Width48 = 2 | 1 << 10;

    /// <summary>IRTA_REG: destinations are x2APIC identifiers, 2^(7+1) entries.</summary>
    const ulong InterruptTableBits = 1 << 11 | 7;

    /// <summary>Interrupt entry: level-triggered, available bits, vector, destination; upper half: source, all of it verified.</summary>
    const ulong LevelTriggered = 1 << 4;
    const ulong InterruptAvailable = 0xF00;
    const int VectorShift = 16;
    const int DestinationShift = 32;
    const ulong VerifySource = 1 << 18;

    /// <summary>All contexts, all translations, all interrupt entries are forgotten; a flag tells the end (6.5.2).</summary>
    static readonly ulong[] s_invalidations = [0x11, 0, 0x12, 0, 0x04, 0, 0x15, 0];

    readonly ImageModel _image;
    readonly Findings _findings;
    readonly TableReader _reader;
    readonly Dictionary<ulong, DmaDomain> _domains = [];
    readonly ulong[][] _tables = [[], new ulong[Entries], new ulong[Entries], new ulong[Entries], new ulong[Entries]];

    DmaWalk(ImageModel image) => (_image, _findings, _reader) = (image, image.Findings, new(image.Memory, image.Claims, image.Findings));

    /// <summary>Walks the tables of the first unit; the others must name the same.</summary>
    public static DmaModel Walk(ImageModel image)
    {
        var walk = new DmaWalk(image);
        IommuEntry first = image.Tables.Iommus[0];
        walk.Units(first);
        walk.Root(first.RootTable & AddressMask, first.Capabilities == Width39 ? 3 : 4);
        return new([.. walk._domains.Values], walk.Interrupts(first.InterruptTable & AddressMask));
    }

    void Units(in IommuEntry first)
    {
        for (int i = 0; i < _image.Tables.Iommus.Length; i++)
        {
            IommuEntry unit = _image.Tables.Iommus[i];
            string place = $"unit {i} for DMA remapping";
            if (unit.RootTable != first.RootTable || unit.InterruptTable != first.InterruptTable || unit.InvalidationQueue != first.InvalidationQueue || unit.Capabilities != first.Capabilities)
            {
                _findings.Add(FindingCodes.Devices, place, "it has other tables than unit 0");
            }

            if ((unit.RootTable & ~AddressMask) != 0 || (unit.InterruptTable & ~AddressMask) != InterruptTableBits || (unit.InvalidationQueue & ~AddressMask) != 0
                || unit.Capabilities is not (Width39 or Width48))
            {
                _findings.Add(FindingCodes.Devices, place,
                    $"root table 0x{unit.RootTable:x}, interrupt table 0x{unit.InterruptTable:x}, queue 0x{unit.InvalidationQueue:x}, capabilities 0x{unit.Capabilities:x} are not of legacy mode with 256 interrupts");
            }

            if (unit.Reserved != 0)
            {
                _findings.Add(FindingCodes.Padding, place, "the reserved field");
            }
        }

        ulong queue = first.InvalidationQueue & AddressMask;
        ulong[] descriptors = Table(queue, Use.InvalidationQueue, -1, "invalidation queue") ?? new ulong[Entries];
        if (!descriptors.AsSpan(0, s_invalidations.Length).SequenceEqual(s_invalidations))
        {
            _findings.Add(FindingCodes.Devices, "invalidation queue", "it does not make the units forget everything at start");
        }

        if (descriptors.AsSpan(s_invalidations.Length).ContainsAnyExcept(0ul))
        {
            _findings.Add(FindingCodes.Padding, "invalidation queue", "behind the last descriptor");
        }
    }

    ulong[]? Table(ulong address, Use use, int owner, string what)
    {
        ulong[] entries = new ulong[Entries];
        if (!_reader.TryOpen(what, address, use, owner, entries))
        {
            return null;
        }

        return entries;
    }

    void Root(ulong address, int levels)
    {
        ulong[] root = Table(address, Use.DmaRoot, -1, "DMA root table") ?? new ulong[Entries];
        for (int bus = 0; bus < Buses; bus++)
        {
            (ulong low, ulong high) = (root[bus * 2], root[(bus * 2) + 1]);
            string place = $"DMA root table, bus {bus}";
            if ((low & Present) == 0)
            {
                NotPresent(low | high, place);
                continue;
            }

            if ((low & ~(AddressMask | Present)) != 0 || high != 0)
            {
                _findings.Add(FindingCodes.ReservedBit, place, $"0x{high:x} 0x{low:x}");
            }

            Contexts(low & AddressMask, bus, levels);
        }
    }

    void Contexts(ulong address, int bus, int levels)
    {
        ulong[] contexts = Table(address, Use.DmaContexts, bus, $"DMA contexts of bus {bus}") ?? new ulong[Entries];
        for (int function = 0; function < Functions; function++)
        {
            (ulong low, ulong high) = (contexts[function * 2], contexts[(function * 2) + 1]);
            string place = $"DMA context of device {bus}:{function >> 3}.{function & 7}";
            if ((low & Present) == 0)
            {
                NotPresent(low | high, place);
                continue;
            }

            // Faults are told, requests are translated: everything between the present bit and the address is 0.
            if ((low & ~(AddressMask | Present)) != 0 || (high & Width) != (levels == 3 ? ThreeLevels : FourLevels) || (high & ~(Width | Available | (DomainMask << DomainShift))) != 0)
            {
                _findings.Add(FindingCodes.Devices, place, $"0x{high:x} 0x{low:x} does not translate by {levels} levels, or does not tell faults");
            }

            if ((high & Available) != 0)
            {
                _findings.Add(FindingCodes.IgnoredBit, place, $"0x{high & Available:x}");
            }

            Device((ushort)((bus << 8) | function), (int)((high >> DomainShift) & DomainMask), low & AddressMask, levels, place);
        }
    }

    // Devices of one domain share tables and identifier; translations are remembered by the identifier.
    void Device(ushort source, int id, ulong tables, int levels, string place)
    {
        if (!_domains.TryGetValue(tables, out DmaDomain? domain))
        {
            if (_domains.Values.Any(d => d.Id == id))
            {
                _findings.Add(FindingCodes.Devices, place, $"domain {id} has other tables too");
            }

            domain = new(id, new AddressSpace(), []);
            _domains.Add(tables, domain);
            Level(domain, tables, levels, 0, true);
        }
        else if (domain.Id != id)
        {
            _findings.Add(FindingCodes.Devices, place, $"domain {id} has the tables of domain {domain.Id}");
        }

        domain.Devices.Add(source);
    }

    void Level(DmaDomain domain, ulong table, int level, ulong start, bool writable)
    {
        string who = $"DMA tables of domain {domain.Id}";
        ulong[] entries = _tables[level];
        if (!_reader.TryOpen(who, table, Use.DmaTables, domain.Id, entries))
        {
            return;
        }

        for (int i = 0; i < Entries; i++)
        {
            ulong entry = entries[i];
            if (entry == 0)
            {
                continue;
            }

            string place = $"{who}, table 0x{table:x}, entry {i}";
            if ((entry & (Read | Write)) == 0)
            {
                NotPresent(entry, place);
                continue;
            }

            if ((entry & Ignored) != 0)
            {
                _findings.Add(FindingCodes.IgnoredBit, place, $"0x{entry & Ignored:x}");
            }

            // Snooping, transient mappings, pages of 2 MiB, types: none of ours has them.
            if ((entry & ~(AddressMask | Ignored | Read | Write)) != 0)
            {
                _findings.Add(FindingCodes.ReservedBit, place, $"0x{entry & ~(AddressMask | Ignored | Read | Write):x}");
            }

            if ((entry & Read) == 0)
            {
                _findings.Add(FindingCodes.PageAttribute, place, "memory that devices can write and not read");
            }

            ulong address = start + ((ulong)i << (12 + (9 * (level - 1))));
            bool w = writable && (entry & Write) != 0;
            if (level == 1)
            {
                domain.Space.Add(new(address, entry & AddressMask, PhysicalMemory.Page, w, false, Caching.WB));
            }
            else
            {
                if ((entry & Write) == 0)
                {
                    _findings.Add(FindingCodes.Withheld, place, $"0x{entry:x}");
                }

                Level(domain, entry & AddressMask, level - 1, address, w);
            }
        }
    }

    List<RemappedInterrupt> Interrupts(ulong address)
    {
        var interrupts = new List<RemappedInterrupt>();
        ulong[] table = Table(address, Use.InterruptTable, -1, "interrupt remapping table") ?? new ulong[Entries];
        for (int i = 0; i < Limits.Vectors; i++)
        {
            (ulong low, ulong high) = (table[i * 2], table[(i * 2) + 1]);
            string place = $"interrupt remapping entry {i}";
            if ((low & Present) == 0)
            {
                NotPresent(low | high, place);
                continue;
            }

            if ((low & InterruptAvailable) != 0)
            {
                _findings.Add(FindingCodes.IgnoredBit, place, $"0x{low & InterruptAvailable:x}");
            }

            const ulong known = Present | LevelTriggered | InterruptAvailable | (0xFFul << VectorShift) | (0xFFFF_FFFFul << DestinationShift);
            if ((low & ~known) != 0 || (high & ~0xFFFFul) != VerifySource)
            {
                _findings.Add(FindingCodes.Remapping, place, $"0x{high:x} 0x{low:x} is not a fixed interrupt of one processor from one source that is verified");
            }

            interrupts.Add(new(i, (byte)(low >> VectorShift), (low & LevelTriggered) != 0, (uint)(low >> DestinationShift), (ushort)high));
        }

        return interrupts;
    }

    void NotPresent(ulong bits, string place)
    {
        if (bits != 0)
        {
            _findings.Add(FindingCodes.NotPresent, place, $"0x{bits:x}");
        }
    }
}
