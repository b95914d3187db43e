// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Report.Drawing;

/// <summary>
/// Memory maps. A bar is to scale, so that sizes can be compared; since a page of the kernel is then thinner than a hair, each region has a box of its own below, as wide as
/// its name or the logarithm of its size needs, and what lies between two is a mark.
/// </summary>
static class MemoryDrawing
{
    const double Width = 1080;
    const double BarHeight = 40;
    const double BoxHeight = 38;
    const double RowHeight = 66;
    const double GapWidth = 22;
    const double Page = 4096;

    /// <summary>More regions than this have boxes without names.</summary>
    const int MostNames = 400;

    /// <summary>A box: what it is called, where it is, what is said of it.</summary>
    sealed record Item(string Name, string Small, ulong Address, ulong Size, string Class, string Style, string Tip);

    public static string Physical(ReportModel model, Palette palette)
    {
        Item[] regions = [.. model.Regions.Select(r => Region(r, palette))];
        ulong end = model.Memory.Where(b => b.Allocatable).Select(b => b.Address + b.Size).DefaultIfEmpty(0UL).Max();
        ulong used = regions.Select(r => r.Address + r.Size).DefaultIfEmpty(1UL).Max();
        end = Math.Max(end, used);
        return Bar("whole", model, regions, 0, end, "", "The whole memory to scale")
            + Inset(used, end)
            + Bar("used", model, regions, 0, used, $" data-start=\"0\" data-end=\"{used}\"", "What is used of it, to scale")
            + "<p class=\"hint\"><span class=\"screen\">Scroll or pinch over the lower bar to zoom, drag to move, double-click for all of it. </span>Below, every region has a box; ⋯ stands for memory that nobody has.</p>\n"
            + Boxes("regions", "Regions of physical memory", regions, model.Regions.Count <= MostNames);
    }

    public static string Virtual(IReadOnlyList<ReportMapping> mappings, string of)
    {
        Item[] items = [.. mappings.OrderBy(m => m.VirtualAddress).Select(m => new Item(
            m.Name, $"{m.Rights} {Text.Bytes(m.Size)}", m.VirtualAddress, m.Size, $"k-{m.Kind.Replace(' ', '-')}", "",
            $"{m.Name}\n{m.Kind}, {m.Rights}, {m.Caching}\n{Text.Range(m.VirtualAddress, m.VirtualAddress + m.Size - 1)}, {Text.Bytes(m.Size)}\n{(m.Region is null ? "device memory" : $"region {m.Region}")} at {Text.Hex(m.PhysicalAddress)}"))];
        return Boxes("space", $"Address space of {of}", items, mappings.Count <= MostNames);
    }

    static Item Region(ReportRegion region, Palette palette)
    {
        int stroke = region.Name.IndexOf('|', StringComparison.Ordinal);
        string users = region.Users.Count == 0 ? "" : $"\nseen by {string.Join(", ", region.Users)}";
        return new(
            region.Name[(stroke + 1)..], Text.Bytes(region.Size), region.Address, region.Size, region.Owner is "kernel" or "system" ? $"own-{region.Owner}" : "own", palette.Of(region.Owner),
            $"{region.Name}\n{region.Kind} of {region.Owner}, {region.Caching}{(region.Loaded ? "" : ", not loaded")}\n{Text.Range(region.Address, region.Address + region.Size - 1)}, {Text.Bytes(region.Size)}{users}");
    }

    static string Bar(string name, ReportModel model, Item[] regions, ulong start, ulong end, string attributes, string label)
    {
        double scale = Width / (end - start);
        var svg = new Svg();
        svg.Rectangle("nothing", 0, 0, Width, BarHeight, 6);
        foreach (ReportBlock block in model.Memory.Where(b => b.Allocatable && b.Address < end))
        {
            double x = block.Address * scale;
            svg.Open("block").Title($"{block.Name}: {Text.Bytes(block.Size)} at {Text.Hex(block.Address)}").Rectangle("ram", x, 0, Math.Min(block.Size * scale, Width - x), BarHeight, 0, $"data-a=\"{block.Address}\" data-s=\"{block.Size}\"").Close();
        }

        foreach (Item region in regions)
        {
            svg.Open(region.Class, region.Style).Title(region.Tip).Rectangle("box", region.Address * scale, 0, Math.Max(region.Size * scale, 0.6), BarHeight, 0, $"data-a=\"{region.Address}\" data-s=\"{region.Size}\"").Close();
        }

        double mark = Mark((end - start) / 8.0);
        svg.Open("marks");
        for (int i = 0; i * mark <= (end - start) * 0.97; i++)
        {
            double x = i * mark * scale;
            svg.Line("grid", x, BarHeight, x, BarHeight + 5).Write(i == 0 ? "tick first" : "tick", x, BarHeight + 18, i == 0 ? "0" : Text.Bytes((ulong)(i * mark)));
        }

        svg.Close();
        return $"<h4>{label} <small>{Text.Bytes(end - start)}</small></h4>\n" + Svg.Picture($"bar {name}", label, Width, BarHeight + 24, svg.ToString(), attributes);
    }

    // From which part of the upper bar the lower one is taken.
    static string Inset(ulong used, ulong end)
    {
        double right = Math.Max(Width * used / end, 1);
        return Svg.Picture("inset", "The lower bar is a part of the upper one", Width, 20, new Svg().Path("cone", $"M0 0H{Text.Px(right)}L{Text.Px(Width)} 20H0z").ToString(), " aria-hidden=\"true\"");
    }

    static double Mark(double least) => Math.Pow(2, Math.Ceiling(Math.Log2(Math.Max(least, Page))));

    static string Boxes(string name, string label, Item[] items, bool named)
    {
        var svg = new Svg();
        double x = 0;
        double y = 0;
        ulong? end = null;
        double noted = 0;
        foreach (Item item in items)
        {
            double width = WidthOf(item, named);
            bool gap = end is { } last && item.Address > last;
            if (x > 0 && x + width + (gap ? GapWidth : 0) > Width)
            {
                (x, y, noted) = (0, y + RowHeight, 0);
            }

            if (gap)
            {
                ulong size = item.Address - end!.Value;
                svg.Open("gap").Title($"{Text.Bytes(size)} of nothing").Rectangle("hit", x, y + 14, GapWidth, BoxHeight).Write("dots", x + (GapWidth / 2), y + 37, "⋯").Close();
                x += GapWidth;
            }

            // The address stands above where a run or a row begins, and room is for it.
            string address = Text.Hex(item.Address);
            if ((gap || x == 0) && x >= noted)
            {
                svg.Write("address", x, y + 10, address);
                noted = x + (address.Length * Svg.SmallCharacterWidth) + 8;
            }

            svg.Open(item.Class, item.Style).Title(item.Tip).Rectangle("box", x + 0.5, y + 14, width - 1, BoxHeight, 4);
            if (named)
            {
                svg.Fit("in", x + (width / 2), y + 31, item.Name, width - 8).Fit("in small", x + (width / 2), y + 45, item.Small, width - 6, Svg.SmallCharacterWidth);
            }

            svg.Close();
            x += width;
            end = item.Address + item.Size;
        }

        return Svg.Picture($"boxes {name}", label, Width, y + BoxHeight + 16, svg.ToString());
    }

    static double WidthOf(Item item, bool named)
    {
        double pages = Math.Log2(Math.Max(item.Size / Page, 1));
        return !named ? 6 + (2 * pages) : Math.Min(Math.Max(24 + (11 * pages), (Math.Max(Math.Min(item.Name.Length, 20) * Svg.CharacterWidth, item.Small.Length * Svg.SmallCharacterWidth)) + 12), 330);
    }
}
