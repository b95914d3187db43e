// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Sdk.Report.Layout;

namespace Muen.Sdk.Report.Drawing;

/// <summary>Who is connected to whom: subjects and devices as boxes, what goes between them as arrows that bear its name.</summary>
static class GraphDrawing
{
    const double NodeHeight = 52;
    const double DeviceHeight = 30;
    const double LabelHeight = 20;
    const double Padding = 14;
    const double PartGap = 34;
    const double LeastWidth = 1080;

    /// <summary>Width of a character of a box's name.</summary>
    const double NameWidth = 8;

    /// <summary>Longer names are shortened.</summary>
    const int LongestName = 28;

    /// <summary>More arrows than this have no labels of their own; whoever points at one reads them.</summary>
    const int MostLabels = 400;

    sealed record Box(string Name, ReportSubject? Subject, GraphNode Node);

    sealed record Arrow(ReportLink[] Links, GraphEdge Edge)
    {
        public ReportLink First => Links[0];
    }

    public static string Draw(ReportModel model, Palette palette)
    {
        Box[] boxes =
        [
            .. model.Subjects.Where(s => !s.IsIdle).Select(s => new Box(s.Name, s, new(Math.Max(128, (Math.Min(s.Name.Length, LongestName) * NameWidth) + 34), NodeHeight))),
            .. model.Links.Where(l => l.Kind == LinkKind.Device).Select(l => l.From).Distinct().Order(StringComparer.Ordinal)
                .Select(d => new Box(d, null, new((Math.Min(d.Length, LongestName) * NameWidth) + 30, DeviceHeight))),
        ];
        var subjects = boxes.Select((b, i) => (b, i)).Where(b => b.b.Subject is not null).ToDictionary(b => b.b.Name, b => b.i, StringComparer.Ordinal);
        var devices = boxes.Select((b, i) => (b, i)).Where(b => b.b.Subject is null).ToDictionary(b => b.b.Name, b => b.i, StringComparer.Ordinal);

        // Alike arrows between the same two are one, with a number.
        var groups = model.Links.Where(l => l.From != l.To || l.Kind == LinkKind.Device).GroupBy(l => (l.Kind, l.From, l.To)).ToList();
        bool labels = groups.Count <= MostLabels;
        Arrow[] arrows =
        [
            .. groups.SelectMany(g => labels && g.Count() <= 3 ? g.Select(l => new[] { l }) : [g.ToArray()])
                .Where(g => subjects.ContainsKey(g[0].To))
                .Select(g =>
                {
                    string label = Label(g);
                    bool shown = labels && label.Length > 0;
                    return new Arrow(g, new(
                        g[0].Kind == LinkKind.Device ? devices[g[0].From] : subjects[g[0].From], subjects[g[0].To],
                        shown ? (Math.Min(label.Length, LongestName) * Svg.CharacterWidth) + 18 : 0, shown ? LabelHeight : 4));
                }),
        ];
        (double width, double height) = Place(boxes, arrows);
        var svg = new Svg();
        foreach (Arrow arrow in arrows)
        {
            Draw(svg, arrow, boxes);
        }

        foreach (Box box in boxes)
        {
            Draw(svg, box, Array.IndexOf(boxes, box), palette, model);
        }

        return Svg.Picture("graph", $"Graph of {subjects.Count} subjects and {arrows.Length} connections", width, height, Markers() + svg);
    }

    static string Label(ReportLink[] links) => links.Length == 1 ? links[0].Name : string.Create(CultureInfo.InvariantCulture, $"{links.Length} × {links[0].Kind.ToString().ToLowerInvariant()}");

    static string Markers()
    {
        IEnumerable<string> markers = Enum.GetValues<LinkKind>().Select(k => k.ToString().ToLowerInvariant()).Select(k =>
            $"<marker id=\"arrow-{k}\" class=\"arrow {k}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\"><path d=\"M0 0.6 7.4 4 0 7.4z\"/></marker>");
        return $"<defs>{string.Concat(markers)}</defs>\n";
    }

    // What is not connected is placed apart; parts stand beside each other while there is room.
    static (double Width, double Height) Place(Box[] boxes, Arrow[] arrows)
    {
        int[] part = Parts(boxes.Length, arrows.Select(a => (a.Edge.From, a.Edge.To)));
        double x = Padding;
        double y = Padding;
        double row = 0;
        double width = LeastWidth;
        foreach (int[] members in Enumerable.Range(0, boxes.Length).GroupBy(i => part[i]).Select(g => g.ToArray()).OrderByDescending(g => g.Length).ThenBy(g => g[0]))
        {
            var index = members.Select((m, i) => (m, i)).ToDictionary(m => m.m, m => m.i);
            Arrow[] inside = [.. arrows.Where(a => index.ContainsKey(a.Edge.From))];
            GraphEdge[] edges = [.. inside.Select(a => new GraphEdge(index[a.Edge.From], index[a.Edge.To], a.Edge.LabelWidth, a.Edge.LabelHeight))];
            (double w, double h) = GraphLayout.Place([.. members.Select(m => boxes[m].Node)], edges);
            if (x > Padding && x + w > LeastWidth - Padding)
            {
                (x, y, row) = (Padding, y + row + PartGap, 0);
            }

            foreach (int member in members)
            {
                boxes[member].Node.X += x;
                boxes[member].Node.Y += y;
            }

            for (int i = 0; i < inside.Length; i++)
            {
                GraphEdge to = inside[i].Edge;
                (to.X, to.Y, to.IsBackward) = (edges[i].X + x, edges[i].Y + y, edges[i].IsBackward);
                to.Tracks.AddRange(edges[i].Tracks.Select(t => (t.Left + x, t.Right + x, t.Y + y)));
            }

            x += w + PartGap;
            row = Math.Max(row, h);
            width = Math.Max(width, x - PartGap + Padding);
        }

        // A graph that is narrower than the page stands in its middle.
        double right = boxes.Select(b => b.Node.X + (b.Node.Width / 2)).DefaultIfEmpty(0).Max() + Padding;
        double shift = Math.Max(0, (width - right) / 2);
        foreach (Box box in boxes)
        {
            box.Node.X += shift;
        }

        foreach (GraphEdge edge in arrows.Select(a => a.Edge))
        {
            edge.X += shift;
            for (int i = 0; i < edge.Tracks.Count; i++)
            {
                (double left, double end, double at) = edge.Tracks[i];
                edge.Tracks[i] = (left + shift, end + shift, at);
            }
        }

        return (width, y + row + Padding);
    }

    static int[] Parts(int count, IEnumerable<(int, int)> edges)
    {
        int[] parent = [.. Enumerable.Range(0, count)];
        foreach ((int a, int b) in edges)
        {
            (int x, int y) = (Root(a), Root(b));
            parent[Math.Max(x, y)] = Math.Min(x, y);
        }

        return [.. Enumerable.Range(0, count).Select(Root)];

        int Root(int node)
        {
            while (parent[node] != node)
            {
                node = parent[node] = parent[parent[node]];
            }

            return node;
        }
    }

    static void Draw(Svg svg, Arrow arrow, Box[] boxes)
    {
        GraphEdge edge = arrow.Edge;
        string kind = arrow.First.Kind.ToString().ToLowerInvariant();
        var points = edge.Tracks;
        string data = $"M{Text.Px(points[0].Left)} {Text.Px(points[0].Y)}";
        for (int i = 1; i < points.Count; i++)
        {
            (double fromX, double fromY) = (points[i - 1].Right, points[i - 1].Y);
            (double toX, double toY) = (points[i].Left, points[i].Y);
            double middle = (fromX + toX) / 2;
            data += $"H{Text.Px(fromX)}" + (Math.Abs(fromY - toY) < 0.05 ? $"H{Text.Px(toX)}" : $"C{Text.Px(middle)} {Text.Px(fromY)} {Text.Px(middle)} {Text.Px(toY)} {Text.Px(toX)} {Text.Px(toY)}");
        }

        data += $"H{Text.Px(points[^1].Right)}";
        string end = edge.IsBackward ? "start" : "end";
        svg.Open($"edge {kind}", $"data-from=\"{edge.From}\" data-to=\"{edge.To}\"");
        svg.Title(string.Join('\n', arrow.Links.Select(l => $"{kind} {l.Name}: {boxes[edge.From].Name} → {boxes[edge.To].Name}, {l.Detail}").Take(24)));
        svg.Path("wide", data).Path("line", data, $"marker-{end}=\"url(#arrow-{kind})\"");
        if (edge.LabelWidth > 0)
        {
            svg.Rectangle("pill", edge.X - (edge.LabelWidth / 2), edge.Y - (LabelHeight / 2), edge.LabelWidth, LabelHeight, LabelHeight / 2);
            svg.Write("label", edge.X, edge.Y + 3.9, Text.Short(Label(arrow.Links), LongestName));
        }

        svg.Close();
    }

    static void Draw(Svg svg, Box box, int index, Palette palette, ReportModel model)
    {
        GraphNode node = box.Node;
        double left = node.X - (node.Width / 2);
        double top = node.Y - (node.Height / 2);
        if (box.Subject is not { } subject)
        {
            ReportDevice[] uses = [.. model.Devices.Where(d => d.Device == box.Name)];
            svg.Open("node device", $"data-node=\"{index}\"").Title($"device {box.Name}\n{string.Join('\n', uses.Select(u => $"{u.Subject}: {string.Join(", ", u.Ports.Concat(u.Memory).Concat(u.Interrupts.Select(i => $"interrupt {i.Number}")))}"))}");
            svg.Rectangle("box", left, top, node.Width, node.Height, node.Height / 2).Write("name", node.X, node.Y + 4.5, Text.Short(box.Name, LongestName)).Close();
            return;
        }

        string memory = Text.Bytes(subject.Mappings.Aggregate(0UL, (sum, m) => sum + m.Size));
        string[] own = [.. model.Links.Where(l => l.From == subject.Name && l.To == subject.Name && l.Kind == LinkKind.Event).Select(l => l.Name)];
        string more = own.Length == 0 ? "" : $"\nsignals itself: {string.Join(", ", own)}";
        svg.Open("node subject", $"data-node=\"{index}\" {palette.Of(subject.Name)}").Title($"{subject.Name}\ncomponent {subject.Component}, {subject.Profile}\nprocessor {subject.Processor}\n{memory} of memory in view{more}");
        svg.Rectangle("box", left, top, node.Width, node.Height, 9).Path("stripe", $"M{Text.Px(left + 5)} {Text.Px(top + 9)}V{Text.Px(top + node.Height - 9)}");
        svg.Write("name", node.X + 3, node.Y - 2, Text.Short(subject.Name, LongestName));
        svg.Write("sub", node.X + 3, node.Y + 14, Text.Short($"CPU {subject.Processor} · {subject.Profile}", LongestName)).Close();
    }
}
