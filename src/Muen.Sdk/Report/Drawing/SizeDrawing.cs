// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Report.Drawing;

/// <summary>How much memory whom it is for takes, by what it is for.</summary>
static class SizeDrawing
{
    const double Width = 1080;
    const double Left = 190;
    const double Right = 90;
    const double RowHeight = 28;

    public static string Draw(ReportModel model)
    {
        var owners = model.Regions.GroupBy(r => r.Owner).OrderBy(g => g.Key switch { "kernel" => 0, "system" => 1, _ => 2 }).ThenByDescending(g => Sum(g)).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
        double scale = (Width - Left - Right) / owners.Max(Sum);
        var svg = new Svg();
        double y = 0;
        foreach (IGrouping<string, ReportRegion> owner in owners)
        {
            svg.Write("row", Left - 12, y + 18, Text.Short(owner.Key == "system" ? "shared" : owner.Key, 24));
            double x = Left;
            foreach (IGrouping<string, ReportRegion> use in owner.GroupBy(r => Use(r.Kind)).OrderByDescending(g => Sum(g)).ThenBy(g => g.Key, StringComparer.Ordinal))
            {
                double width = Sum(use) * scale;
                svg.Open(ClassOf(use.Key)).Title($"{owner.Key}: {use.Key}\n{Text.Bytes((ulong)Sum(use))} in {use.Count()} {(use.Count() == 1 ? "region" : "regions")}")
                    .Rectangle("box", x, y + 3, Math.Max(width - 1, 0.5), RowHeight - 8, 2);
                if (width > (use.Key.Length * Svg.SmallCharacterWidth) + 8)
                {
                    svg.Write("in small", x + (width / 2), y + 17, use.Key);
                }

                svg.Close();
                x += width;
            }

            svg.Write("value", x + 8, y + 18, Text.Bytes((ulong)Sum(owner)));
            y += RowHeight;
        }

        return Svg.Picture("sizes", "Memory by owner and use", Width, y, svg.ToString());

        static double Sum(IEnumerable<ReportRegion> regions) => regions.Sum(r => (double)r.Size);
    }

    /// <summary>What memory is used for, and the class of its colour.</summary>
    public static IEnumerable<(string Use, string Class)> Uses(ReportModel model) => model.Regions.Select(r => Use(r.Kind)).Distinct().Order(StringComparer.Ordinal).Select(u => (u, ClassOf(u)));

    static string ClassOf(string use) => $"u-{use.Replace(' ', '-')}";

    // Some twenty kinds are more than a picture bears.
    static string Use(string kind) => kind switch
    {
        "binary" or "kernel image" => "code and data",
        "stack" or "kernel stack" or "interrupt stack" => "stack",
        "memory" or "provided" or "content" => "memory",
        "channel" => "channels",
        "kernel page tables" or "subject page tables" or "dma root" or "dma context" or "dma tables" or "interrupt table" => "page tables",
        _ => "bookkeeping",
    };
}
