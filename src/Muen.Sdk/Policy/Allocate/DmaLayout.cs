// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Allocate;

/// <summary>What confines devices: one root table, a context table for each bus that has a device of a domain, page tables for each domain, and one table of interrupts.</summary>
internal static class DmaLayout
{
    private const ulong Page = KernelLayout.PageSize;

    /// <summary>The tables and their sizes; none on a machine without a unit for DMA remapping.</summary>
    internal static IEnumerable<(string Name, RegionKind Kind, int Owner, ulong Size)> Regions(ResolvedSystem system)
    {
        if (!system.Hardware.HasIommu)
        {
            yield break;
        }

        yield return ("dma|root", RegionKind.DmaRoot, -1, Page);
        yield return ("dma|interrupts", RegionKind.InterruptTable, -1, Page);
        yield return ("dma|invalidations", RegionKind.InvalidationQueue, -1, Page);
        foreach (int bus in Buses(system))
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"dma|bus_{bus}"), RegionKind.DmaContext, bus, Page);
        }

        for (int i = 0; i < system.Domains.Length; i++)
        {
            ulong tables = (ulong)new PageTableShape(system.Domains[i].Mappings.Select(m => (m.VirtualAddress!.Value.Value, system.Regions[m.Region].Size.Value))).Count;
            yield return ("dma|" + system.Domains[i].Name, RegionKind.DmaTables, i, Math.Max(tables - Skipped(system), 1) * Page);
        }
    }

    /// <summary>Registers of the units as the kernel of processor 0 sees them.</summary>
    internal static IEnumerable<Space> Registers(ResolvedSystem system) => system.Hardware.Iommus.Select((unit, i) => new Space(
        unit.Name, RegionKind.Memory, -1, -1, KernelLayout.Iommus + ((ulong)i * KernelLayout.IommuStride), unit.Memory[0].Size, true, false, Caching.UC, MemoryKind.Device)
    {
        Device = unit.Memory[0].Address,
    });

    /// <summary>A domain's memory.</summary>
    internal static Space SpaceOf(ResolvedSystem system, ResolvedMapping mapping)
    {
        ResolvedRegion region = system.Regions[mapping.Region];
        return new Space(
            mapping.Logical, Allocator.KindOf(region), -1, mapping.Region, mapping.VirtualAddress!.Value.Value, region.Size.Value, mapping.Writable, false, region.Caching.Value, mapping.Kind);
    }

    /// <summary>What the emitter needs.</summary>
    /// <param name="system">A system with such a unit.</param>
    /// <param name="address">Physical address of a region, by kind and owner.</param>
    /// <param name="mapping">A domain's memory with its place.</param>
    internal static DmaView View(ResolvedSystem system, Func<RegionKind, int, ulong> address, Func<Space, MappingView> mapping) => new(
        [.. system.Hardware.Iommus.Select(u => (u.Memory[0].Address, (uint)u.Memory[0].Size))],
        Width(system),
        DomainChecks.IoApicSource(system.Hardware)!.Value,
        address(RegionKind.DmaRoot, -1),
        address(RegionKind.InterruptTable, -1),
        address(RegionKind.InvalidationQueue, -1),
        [.. Buses(system).Select(bus => (bus, address(RegionKind.DmaContext, bus)))],
        [
            .. system.Domains.Select((d, i) => new DomainView(
                d.Name,
                i + 1,
                address(RegionKind.DmaTables, i),
                [.. d.Mappings.Select(m => mapping(SpaceOf(system, m))).OrderBy(m => m.VirtualAddress)],
                [.. d.Devices.Select(x => (x.Device.Name, x.Device.Pci!.SourceId))])),
        ]);

    /// <summary>Tables of three levels begin where those of four have their second.</summary>
    internal static bool HasThreeLevels(int addressWidth) => addressWidth == 39;

    private static ulong Skipped(ResolvedSystem system) => HasThreeLevels(Width(system)) ? 1ul : 0;

    private static int Width(ResolvedSystem system) => DomainChecks.AddressWidth(system.Hardware.Iommus[0])!.Value;

    private static IEnumerable<int> Buses(ResolvedSystem system) => system.Domains.SelectMany(d => d.Devices).Select(d => d.Device.Pci!.Bus).Distinct().Order();
}
