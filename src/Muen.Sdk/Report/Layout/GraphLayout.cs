// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Report.Layout;

/// <summary>A box to be placed; its centre is the result.</summary>
sealed class GraphNode(double width, double height)
{
    public double Width => width;

    public double Height { get; set; } = height;

    public double X { get; set; }

    public double Y { get; set; }
}

/// <summary>An arrow between two boxes with a label of its own; the points that it passes are the result, its ends included.</summary>
sealed class GraphEdge(int from, int to, double labelWidth, double labelHeight)
{
    public int From => from;

    public int To => to;

    public double LabelWidth => labelWidth;

    public double LabelHeight => labelHeight;

    /// <summary>Centre of the label.</summary>
    public double X { get; set; }

    public double Y { get; set; }

    /// <summary>Horizontal pieces from left to right; between two of them the line swings from one height to the other.</summary>
    public List<(double Left, double Right, double Y)> Tracks { get; } = [];

    /// <summary>Whether the arrow points to the left.</summary>
    public bool IsBackward { get; set; }
}

/// <summary>
/// Places a graph in columns from left to right, as Sugiyama, Tagawa and Toda describe: break cycles, give each box a column, order the columns so that few lines cross, then
/// straighten. Labels are boxes too, in columns between those of the boxes, so that nothing can lie on anything. Equal graphs give equal pictures.
/// </summary>
sealed class GraphLayout
{
    const double RowGap = 14;
    const double ColumnGap = 46;
    const double PortStep = 16;
    const int Sweeps = 24;
    const int StraightenPasses = 40;

    readonly IReadOnlyList<GraphNode> _nodes;
    readonly IReadOnlyList<GraphEdge> _edges;
    readonly List<Slot> _slots = [];
    List<Slot>[] _columns = [];

    // What takes room in a column: a box, an edge's label, or a place where an edge passes.
    sealed class Slot(int column, double width, double height)
    {
        public int Column => column;

        public double Width => width;

        public double Height { get; set; } = height;

        public double Y { get; set; }

        public int Order { get; set; }

        public bool IsPassage { get; init; }

        public List<Slot> Left { get; } = [];

        public List<Slot> Right { get; } = [];
    }

    GraphLayout(IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphEdge> edges) => (_nodes, _edges) = (nodes, edges);

    /// <summary>Places a connected graph.</summary>
    /// <returns>Its width and height; the upper left corner is 0, 0.</returns>
    public static (double Width, double Height) Place(IReadOnlyList<GraphNode> nodes, IReadOnlyList<GraphEdge> edges) => new GraphLayout(nodes, edges).Run();

    (double Width, double Height) Run()
    {
        int[] rank = Ranks();
        foreach (GraphEdge edge in _edges)
        {
            edge.IsBackward = rank[edge.From] > rank[edge.To];
        }

        int[] layers = Layers(rank);
        List<Slot>[] paths = Slots(layers);
        Order();
        Straighten();
        return Finish(paths);
    }

    // An order of the boxes in which few edges point backwards (Eades, Lin and Smyth): sources first, sinks last, between them who has most more going out than coming in.
    int[] Ranks()
    {
        int[] rank = new int[_nodes.Count];
        var left = new HashSet<int>(Enumerable.Range(0, _nodes.Count));
        var count = new int[_nodes.Count];
        int first = 0;
        int last = _nodes.Count - 1;
        while (left.Count > 0)
        {
            int[] going = new int[_nodes.Count];
            int[] coming = new int[_nodes.Count];
            foreach (GraphEdge edge in _edges.Where(e => left.Contains(e.From) && left.Contains(e.To) && e.From != e.To))
            {
                going[edge.From]++;
                coming[edge.To]++;
            }

            int[] sinks = [.. left.Where(n => going[n] == 0).Order()];
            int[] sources = [.. left.Where(n => coming[n] == 0 && going[n] > 0).Order()];
            foreach (int sink in sinks)
            {
                rank[sink] = last--;
            }

            foreach (int source in sources)
            {
                rank[source] = first++;
            }

            left.ExceptWith(sinks);
            left.ExceptWith(sources);
            if (sinks.Length + sources.Length == 0)
            {
                int best = left.OrderByDescending(n => going[n] - coming[n]).ThenBy(n => n).First();
                rank[best] = first++;
                left.Remove(best);
            }
        }

        return rank;
    }

    (int Left, int Right) Ends(GraphEdge edge) => edge.IsBackward ? (edge.To, edge.From) : (edge.From, edge.To);

    // Each box as far to the left as what points at it allows, then as far to the right as keeps lines short.
    int[] Layers(int[] rank)
    {
        int[] layers = new int[_nodes.Count];
        int[] order = [.. Enumerable.Range(0, _nodes.Count).OrderBy(n => rank[n])];
        ILookup<int, int> after = _edges.Select(Ends).ToLookup(e => e.Left, e => e.Right);
        ILookup<int, int> before = _edges.Select(Ends).ToLookup(e => e.Right, e => e.Left);
        foreach (int node in order)
        {
            layers[node] = before[node].Select(b => layers[b] + 1).DefaultIfEmpty(0).Max();
        }

        foreach (int node in order.Reverse())
        {
            if (after[node].Any() && before[node].Count() <= after[node].Count())
            {
                layers[node] = Math.Max(layers[node], after[node].Min(a => layers[a]) - 1);
            }
        }

        return layers;
    }

    List<Slot>[] Slots(int[] layers)
    {
        int columns = (2 * layers.Max()) + 1;
        _columns = [.. Enumerable.Range(0, columns).Select(_ => new List<Slot>())];
        Slot[] boxes = [.. _nodes.Select((n, i) => New(2 * layers[i], n.Width, n.Height, false))];
        return
        [
            .. _edges.Select(edge =>
            {
                (int left, int right) = Ends(edge);
                int middle = layers[left] + layers[right];
                int label = middle % 2 == 1 ? middle : middle - 1;
                List<Slot> path = [boxes[left]];
                for (int column = (2 * layers[left]) + 1; column < 2 * layers[right]; column++)
                {
                    Slot slot = column == label ? New(column, edge.LabelWidth, edge.LabelHeight, false) : New(column, 0, 2, true);
                    Join(path[^1], slot);
                    path.Add(slot);
                }

                Join(path[^1], boxes[right]);
                path.Add(boxes[right]);
                return path;
            }),
        ];

        Slot New(int column, double width, double height, bool passage)
        {
            var slot = new Slot(column, width, height) { IsPassage = passage };
            slot.Order = _columns[column].Count;
            _columns[column].Add(slot);
            _slots.Add(slot);
            return slot;
        }

        static void Join(Slot left, Slot right)
        {
            left.Right.Add(right);
            right.Left.Add(left);
        }
    }

    void Order()
    {
        int[] best = [.. _slots.Select(s => s.Order)];
        long fewest = Crossings();
        for (int sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            bool rightwards = sweep % 2 == 0;
            foreach (List<Slot> column in rightwards ? _columns : _columns.Reverse())
            {
                Slot[] sorted = [.. column.OrderBy(s => Middle(rightwards ? s.Left : s.Right, s.Order)).ThenBy(s => s.Order)];
                for (int i = 0; i < sorted.Length; i++)
                {
                    sorted[i].Order = i;
                }
            }

            long crossings = Crossings();
            if (crossings < fewest)
            {
                fewest = crossings;
                best = [.. _slots.Select(s => s.Order)];
            }
        }

        for (int i = 0; i < best.Length; i++)
        {
            _slots[i].Order = best[i];
        }

        foreach (List<Slot> column in _columns)
        {
            column.Sort((a, b) => a.Order.CompareTo(b.Order));
        }

        static double Middle(List<Slot> neighbours, double none) => neighbours.Count == 0 ? none : neighbours.Average(n => (double)n.Order);
    }

    // Pairs of lines between neighbouring columns whose ends are in opposite orders, counted with a tree of sums.
    long Crossings()
    {
        long crossings = 0;
        for (int i = 0; i + 1 < _columns.Length; i++)
        {
            int size = _columns[i + 1].Count;
            int[] sums = new int[size + 1];
            int seen = 0;
            foreach (Slot slot in _columns[i].OrderBy(s => s.Order))
            {
                foreach (Slot right in slot.Right)
                {
                    int notAbove = 0;
                    for (int at = right.Order + 1; at > 0; at -= at & -at)
                    {
                        notAbove += sums[at];
                    }

                    crossings += seen - notAbove;
                }

                foreach (Slot right in slot.Right)
                {
                    seen++;
                    for (int at = right.Order + 1; at <= size; at += at & -at)
                    {
                        sums[at]++;
                    }
                }
            }
        }

        return crossings;
    }

    void Straighten()
    {
        foreach (List<Slot> column in _columns)
        {
            double y = 0;
            foreach (Slot slot in column)
            {
                slot.Height = Math.Max(slot.Height, slot.IsPassage ? 2 : (Math.Max(slot.Left.Count, slot.Right.Count) * PortStep) + (slot.Width > 0 && slot.Left.Count + slot.Right.Count > 2 ? 8 : 0));
                slot.Y = y + (slot.Height / 2);
                y += slot.Height + RowGap;
            }
        }

        for (int pass = 0; pass < StraightenPasses; pass++)
        {
            foreach (List<Slot> column in pass % 2 == 0 ? _columns : _columns.Reverse())
            {
                Settle(column, pass);
            }
        }
    }

    // The heights nearest to what each slot wants (the middle of its neighbours) that keep the order and the gaps: neighbours that would overlap move as one block.
    static void Settle(List<Slot> column, int pass)
    {
        var blocks = new List<(double Sum, double Weight, int Count)>();
        double[] offsets = new double[column.Count];
        for (int i = 0; i < column.Count; i++)
        {
            offsets[i] = i == 0 ? 0 : offsets[i - 1] + ((column[i - 1].Height + column[i].Height) / 2) + RowGap;
            IEnumerable<Slot> near = pass < StraightenPasses / 2 ? (pass % 2 == 0 ? column[i].Left : column[i].Right) : column[i].Left.Concat(column[i].Right);
            double weight = column[i].IsPassage ? 4 : 1;
            double wish = near.Select(n => n.Y).DefaultIfEmpty(column[i].Y).Average();
            (double Sum, double Weight, int Count) block = ((wish - offsets[i]) * weight, weight, 1);
            while (blocks.Count > 0 && blocks[^1].Sum / blocks[^1].Weight >= block.Sum / block.Weight)
            {
                block = (block.Sum + blocks[^1].Sum, block.Weight + blocks[^1].Weight, block.Count + blocks[^1].Count);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        int at = 0;
        foreach ((double sum, double weight, int count) in blocks)
        {
            for (int i = 0; i < count; i++, at++)
            {
                column[at].Y = (sum / weight) + offsets[at];
            }
        }
    }

    (double Width, double Height) Finish(List<Slot>[] paths)
    {
        double top = _slots.Min(s => s.Y - (s.Height / 2));
        double bottom = _slots.Max(s => s.Y + (s.Height / 2));
        double[] centre = new double[_columns.Length];
        double[] half = new double[_columns.Length];
        double x = 0;
        for (int i = 0; i < _columns.Length; i++)
        {
            half[i] = _columns[i].Select(s => s.Width).DefaultIfEmpty(0).Max() / 2;
            centre[i] = x + half[i];
            x += (2 * half[i]) + (i + 1 < _columns.Length ? ColumnGap : 0);
        }

        for (int i = 0; i < _nodes.Count; i++)
        {
            Slot slot = _slots[i];
            (_nodes[i].X, _nodes[i].Y, _nodes[i].Height) = (centre[slot.Column], slot.Y - top, slot.Height);
        }

        var ports = new Dictionary<(Slot, Slot, int), double>();
        foreach (Slot slot in _slots.Take(_nodes.Count))
        {
            Spread(slot, slot.Left, -1);
            Spread(slot, slot.Right, 1);
        }

        for (int i = 0; i < _edges.Count; i++)
        {
            List<Slot> path = paths[i];
            GraphEdge edge = _edges[i];
            int last = path.Count - 1;
            for (int p = 0; p <= last; p++)
            {
                Slot slot = path[p];
                double middle = centre[slot.Column];
                double y = (p == 0 ? ports[(slot, path[1], 1)] : p == last ? ports[(slot, path[last - 1], -1)] : slot.Y) - top;
                double left = p == 0 ? middle + (slot.Width / 2) : middle - half[slot.Column];
                double right = p == last ? middle - (slot.Width / 2) : middle + half[slot.Column];
                edge.Tracks.Add((left, right, y));
                if (p > 0 && p < last && !slot.IsPassage)
                {
                    (edge.X, edge.Y) = (middle, y);
                }
            }
        }

        return (x, bottom - top);

        void Spread(Slot slot, List<Slot> neighbours, int side)
        {
            Slot[] sorted = [.. neighbours.OrderBy(n => n.Order)];
            for (int i = 0; i < sorted.Length; i++)
            {
                ports[(slot, sorted[i], side)] = slot.Y + ((i - ((sorted.Length - 1) / 2.0)) * PortStep);
            }
        }
    }
}
