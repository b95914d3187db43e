// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Seed;

/// <summary>Memory regions of the policies of 2013: a physical address is the name of a region.</summary>
internal sealed class SeedMemory(DiagnosticBag bag)
{
    // By their first address; none overlaps another.
    private readonly SortedSet<ulong> starts = [];
    private readonly Dictionary<ulong, Region> regions = [];

    /// <summary>The regions as the memory section declares them.</summary>
    internal IEnumerable<Element> Declared => starts.Where(start => !regions[start].Kernel).Select(start => SeedForms.Make(
        "memory", regions[start].Element.Place,
        [
            new Attribute("name", Name(start), regions[start].Element.Find("physical_address")!.Place),
            .. regions[start].Element.Attributes.Where(a => a.Name is "size" or "alignment"),
            .. regions[start].Element.Attributes.Where(a => a.Name == "memory_type").Select(a => a with { Name = "caching" }),
        ]));

    /// <summary>Notes the kernel's own memory: nobody else can have it.</summary>
    internal void TakeKernel(IEnumerable<Element> layout)
    {
        foreach (Element region in layout)
        {
            if (Extent(region) is { } extent && Overlapping(extent) is null)
            {
                Add(extent.Start, new Region(region, extent.End, true));
            }
        }
    }

    /// <summary>A subject's mappings of today for its layout.</summary>
    /// <param name="layout">Its <c>memory_region</c>s.</param>
    /// <param name="binary">Its <c>binary</c>, null when it has none: the pieces from its address on, each where the one before ends, are the ELF file's.</param>
    internal IEnumerable<Element> Map(IEnumerable<Element> layout, Element? binary)
    {
        ulong? next = binary is null ? null : SeedNumbers.Hex(binary, "physical_address");
        var mapped = new HashSet<string>(StringComparer.Ordinal);
        foreach (Element region in layout)
        {
            if (Extent(region) is not { } extent)
            {
                continue;
            }

            if (extent.Start == next)
            {
                next = extent.End;
                continue;
            }

            if (Take(region, extent) is { } name)
            {
                Attribute physical = region.Find("physical_address")!;
                Attribute? seen = region.Find("virtual_address");
                yield return SeedForms.Make(
                    "memory", region.Place,
                    [
                        new Attribute("logical", mapped.Add(name) ? name : $"{name}_at_{seen?.Value.TrimStart('0')}", physical.Place),
                        new Attribute("physical", name, physical.Place),
                        .. seen is null ? [] : ImmutableArray.Create(seen with { Name = "virtualAddress", Value = SeedNumbers.Text(SeedNumbers.Hex(seen.Value) ?? 0) }),
                        .. region.Attributes.Where(a => a.Name is "writable" or "executable"),
                    ]);
            }
        }
    }

    private string? Take(Element region, (ulong Start, ulong End) extent)
    {
        Place place = region.Find("physical_address")!.Place;
        Region? other = Overlapping(extent);
        if (other is { Kernel: true })
        {
            bag.Add(place, DiagnosticCodes.SeedKernelMemory,
                $"the memory at {extent.Start:x} is the kernel's, which shares none; to see another subject's state, give this one a <monitor>");
            return null;
        }

        if (other is not null && (other.End != extent.End || !regions.ContainsKey(extent.Start)))
        {
            bag.Add(place, DiagnosticCodes.SeedMemoryOverlap,
                $"the memory at {extent.Start:x}, {(extent.End - extent.Start) >> 10} KiB, overlaps that at {other.Element.Place}, {(other.End - SeedNumbers.Hex(other.Element, "physical_address")!.Value) >> 10} KiB; "
                + "who shares memory names the same address and size");
            return null;
        }

        if (other is null)
        {
            Add(extent.Start, new Region(region, extent.End, false));
        }

        return Name(extent.Start);
    }

    private void Add(ulong start, Region region)
    {
        starts.Add(start);
        regions.Add(start, region);
    }

    // The region that begins last before the extent's end, if it reaches into the extent: of several that do, any serves.
    private Region? Overlapping((ulong Start, ulong End) extent)
    {
        SortedSet<ulong> below = starts.GetViewBetween(0, extent.End - 1);
        return below.Count != 0 && regions[below.Max] is { } last && last.End > extent.Start ? last : null;
    }

    private static string Name(ulong address) => string.Create(CultureInfo.InvariantCulture, $"memory_{address:x}");

    private static (ulong Start, ulong End)? Extent(Element region) =>
        SeedNumbers.Hex(region, "physical_address") is { } start && start < 1UL << 52 && SeedNumbers.Size(region) is { } size ? (start, start + size) : null;

    private sealed record Region(Element Element, ulong End, bool Kernel);
}
