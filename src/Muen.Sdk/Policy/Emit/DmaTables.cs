// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Emit;

/// <summary>
/// What the units for DMA remapping read (VT-d specification, legacy mode): root table, context tables, second-level page tables with pages of 4 KiB, interrupt remapping
/// table, and the queue of what they forget at start. A device without a context and an interrupt without an entry are refused.
/// </summary>
internal static class DmaTables
{
    private const int Page = (int)KernelLayout.PageSize;
    private const int Entry = 16;
    private const ulong Present = 1;

    // Second-level entries (9.8): a device reads, a device writes.
    private const ulong Read = 1 << 0;
    private const ulong Write = 1 << 1;
    private const int Entries = 512;

    // Context entry (9.3), upper half: address width and domain identifier.
    private const ulong ThreeLevels = 1;
    private const ulong FourLevels = 2;
    private const int DomainShift = 8;

    // Interrupt remapping entry (9.10): fixed delivery to one processor; the source is verified, all of it.
    private const ulong LevelTriggered = 1 << 4;
    private const int VectorShift = 16;
    private const int DestinationShift = 32;
    private const ulong VerifySource = 1 << 18;

    // Descriptors (6.5.2): all contexts, all translations, all interrupt entries; then a flag tells the end.
    private static readonly ulong[] Invalidations = [0x11, 0x12, 0x04, 0x15];

    /// <summary>The root table: a context table for each bus that has one (9.1).</summary>
    internal static byte[] Root(DmaView dma)
    {
        byte[] bytes = new byte[Page];
        foreach ((int bus, ulong address) in dma.Contexts)
        {
            Put(bytes, bus * Entry, address | Present);
        }

        return bytes;
    }

    /// <summary>The context table of a bus: a domain for each device that has one.</summary>
    internal static byte[] Contexts(DmaView dma, int bus)
    {
        byte[] bytes = new byte[Page];
        foreach ((DomainView domain, ushort source) in dma.Domains.SelectMany(d => d.Devices.Select(x => (d, x.SourceId))).Where(x => x.SourceId >> 8 == bus))
        {
            int offset = (source & 0xFF) * Entry;
            Put(bytes, offset, domain.PageTables | Present);
            Put(bytes, offset + 8, (DmaLayout.HasThreeLevels(dma.AddressWidth) ? ThreeLevels : FourLevels) | ((ulong)domain.Id << DomainShift));
        }

        return bytes;
    }

    /// <summary>The second-level tables of a domain.</summary>
    internal static byte[] PageTables(DmaView dma, DomainView domain)
    {
        // The tables of four levels; where there are three, the first one is left out and everything lies one page lower.
        bool three = DmaLayout.HasThreeLevels(dma.AddressWidth);
        ulong address = three ? domain.PageTables - Page : domain.PageTables;
        var shape = new PageTableShape(domain.Mappings.Select(m => (m.VirtualAddress, m.Size)));
        byte[] bytes = new byte[Math.Max(shape.Count, 2) * Page];
        ulong Link(int table) => (address + (ulong)(table * Page)) | Read | Write;

        Dictionary<ulong, int>[] tables = [shape.Tables.ToDictionary(t => t.Prefix, t => t.Index), shape.Directories.ToDictionary(t => t.Prefix, t => t.Index), shape.Pointers.ToDictionary(t => t.Prefix, t => t.Index)];
        for (int level = 0; level < tables.Length; level++)
        {
            foreach ((ulong prefix, int index) in tables[level])
            {
                int parent = level + 1 < tables.Length ? tables[level + 1][prefix / Entries] : 0;
                Put(bytes, (parent * Page) + ((int)(prefix % Entries) * 8), Link(index));
            }
        }

        foreach (MappingView mapping in domain.Mappings)
        {
            for (ulong offset = 0; offset < mapping.Size; offset += Page)
            {
                ulong number = (mapping.VirtualAddress + offset) / Page;
                Put(bytes, (tables[0][number / Entries] * Page) + ((int)(number % Entries) * 8), (mapping.PhysicalAddress + offset) | Read | (mapping.Writable ? Write : 0));
            }
        }

        return three ? bytes[Page..] : bytes;
    }

    /// <summary>The interrupt remapping table: 256 entries, of which entry n has vector n.</summary>
    internal static byte[] Interrupts(SystemView system, DmaView dma)
    {
        byte[] bytes = new byte[Page];
        foreach ((SubjectView subject, IrqView irq) in system.Subjects.SelectMany(s => s.Irqs.Select(i => (s, i))))
        {
            ulong destination = system.Processors[subject.Processor].ApicId;
            ulong source = irq.Input >= 0 ? dma.IoApicSource : irq.SourceId;
            Put(bytes, irq.HostVector * Entry, Present | (irq.Level ? LevelTriggered : 0) | ((ulong)irq.HostVector << VectorShift) | (destination << DestinationShift));
            Put(bytes, (irq.HostVector * Entry) + 8, source | VerifySource);
        }

        return bytes;
    }

    /// <summary>The invalidation queue.</summary>
    internal static byte[] Queue()
    {
        byte[] bytes = new byte[Page];
        for (int i = 0; i < IommuEntry.Invalidations; i++)
        {
            Put(bytes, i * Entry, Invalidations[i]);
        }

        return bytes;
    }

    private static void Put(byte[] bytes, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(offset), value);
}
