// SPDX-License-Identifier: MIT

using CsCheck;
using Muen.Sdk.Report.Layout;

namespace Muen.Sdk.Report.Tests;

/// <summary>The layout of graphs: whatever the graph, nothing lies on anything, and each line goes from its box to its box.</summary>
public sealed class LayoutTests
{
    static readonly Gen<(int Nodes, (int From, int To)[] Edges)> s_graphs =
        from nodes in Gen.Int[2, 14]
        from ends in Gen.Select(Gen.Int[0, nodes - 1], Gen.Int[0, nodes - 1]).Array[0, 30]
        select (nodes, ends.Where(e => e.Item1 != e.Item2).Select(e => (e.Item1, e.Item2)).ToArray());

    static (GraphNode[] Nodes, GraphEdge[] Edges, double Width, double Height) Place((int Nodes, (int From, int To)[] Edges) graph)
    {
        GraphNode[] nodes = [.. Enumerable.Range(0, graph.Nodes).Select(i => new GraphNode(60 + (17 * i % 80), 40))];
        GraphEdge[] edges = [.. graph.Edges.Select((e, i) => new GraphEdge(e.From, e.To, 30 + (23 * i % 90), 18))];
        (double width, double height) = GraphLayout.Place(nodes, edges);
        return (nodes, edges, width, height);
    }

    [Fact]
    public void NothingLiesOnAnything() => s_graphs.Sample(
        graph =>
        {
            (GraphNode[] nodes, GraphEdge[] edges, double width, double height) = Place(graph);
            (double Left, double Right, double Top, double Bottom)[] boxes =
            [
                .. nodes.Select(n => (n.X - (n.Width / 2), n.X + (n.Width / 2), n.Y - (n.Height / 2), n.Y + (n.Height / 2))),
                .. edges.Select(e => (e.X - (e.LabelWidth / 2), e.X + (e.LabelWidth / 2), e.Y - (e.LabelHeight / 2), e.Y + (e.LabelHeight / 2))),
            ];
            for (int i = 0; i < boxes.Length; i++)
            {
                Assert.True(boxes[i].Left > -0.01 && boxes[i].Top > -0.01 && boxes[i].Right < width + 0.01 && boxes[i].Bottom < height + 0.01, $"box {i} is outside of the picture");
                for (int k = i + 1; k < boxes.Length; k++)
                {
                    Assert.True(
                        boxes[i].Right <= boxes[k].Left || boxes[k].Right <= boxes[i].Left || boxes[i].Bottom <= boxes[k].Top || boxes[k].Bottom <= boxes[i].Top, $"boxes {i} and {k} overlap");
                }
            }
        },
        iter: 500);

    [Fact]
    public void LinesGoFromBoxToBoxWithoutTurningBack() => s_graphs.Sample(
        graph =>
        {
            (GraphNode[] nodes, GraphEdge[] edges, _, _) = Place(graph);
            foreach (GraphEdge edge in edges)
            {
                (GraphNode left, GraphNode right) = edge.IsBackward ? (nodes[edge.To], nodes[edge.From]) : (nodes[edge.From], nodes[edge.To]);
                Assert.Equal(left.X + (left.Width / 2), edge.Tracks[0].Left, 3);
                Assert.Equal(right.X - (right.Width / 2), edge.Tracks[^1].Right, 3);
                Assert.InRange(edge.Tracks[0].Y, left.Y - (left.Height / 2), left.Y + (left.Height / 2));
                Assert.InRange(edge.Tracks[^1].Y, right.Y - (right.Height / 2), right.Y + (right.Height / 2));
                double x = edge.Tracks[0].Left;
                foreach ((double from, double to, double _) in edge.Tracks)
                {
                    Assert.True(from >= x - 0.01 && to >= from - 0.01, "a line turns back");
                    x = to;
                }
            }
        },
        iter: 500);

    [Fact]
    public void EqualGraphsHaveEqualPictures() => s_graphs.Sample(
        graph => Assert.Equal(Place(graph).Nodes.Select(n => (n.X, n.Y)), Place(graph).Nodes.Select(n => (n.X, n.Y))), iter: 50);

    [Fact]
    public void ChainIsStraight()
    {
        (GraphNode[] nodes, GraphEdge[] edges, _, _) = Place((4, [(0, 1), (1, 2), (2, 3)]));
        Assert.Single(nodes.Select(n => Math.Round(n.Y, 3)).Distinct());
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).OrderBy(i => nodes[i].X));
        Assert.All(edges, e => Assert.False(e.IsBackward));
    }
}
