// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Muen.Sdk.Report.Drawing;

/// <summary>When who runs where: a chart for each major frame, a row for each processor. All major frames have one scale.</summary>
static class PlanDrawing
{
    const double Width = 1080;
    const double Left = 64;
    const double RowHeight = 34;
    const double RowGap = 10;
    const double AxisHeight = 26;

    /// <summary>About so many marks are on the axis of the longest major frame.</summary>
    const int Marks = 10;

    static readonly int[] s_steps = [1, 2, 5, 10];

    public static string Draw(ReportModel model, Palette palette)
    {
        double longest = model.MajorFrames.Max(f => f.Milliseconds);
        double scale = (Width - Left - 16) / longest;
        double step = Step(longest / Marks);
        HashSet<string> idle = [.. model.Subjects.Where(s => s.IsIdle).Select(s => s.Name)];
        return string.Concat(model.MajorFrames.Select(f =>
            $"<h3>Major frame {f.Index} <small>{Text.Number(f.Milliseconds)} ms</small></h3>\n" + Draw(f, model, palette, idle, scale, step)));
    }

    static string Draw(ReportFrame frame, ReportModel model, Palette palette, HashSet<string> idle, double scale, double step)
    {
        var svg = new Svg();
        double bottom = (frame.Processors.Count * (RowHeight + RowGap)) + 4;
        for (int mark = 0; mark * step <= frame.Milliseconds * 1.000001; mark++)
        {
            double x = Left + (mark * step * scale);
            svg.Line("grid", x, 0, x, bottom + 4).Write("tick", x, bottom + 18, Text.Number(mark * step));
        }

        svg.Write("tick unit", Left - 22, bottom + 18, "ms");
        for (int row = 0; row < frame.Processors.Count; row++)
        {
            double y = 4 + (row * (RowHeight + RowGap));
            ReportTimeline line = frame.Processors[row];
            svg.Write("row", Left - 12, y + (RowHeight / 2) + 4, string.Create(CultureInfo.InvariantCulture, $"CPU {line.Processor}"));
            foreach (ReportSlot slot in line.Slots)
            {
                double x = Left + (slot.Start * scale);
                double width = (slot.End - slot.Start) * scale;
                bool isIdle = slot.Subjects.All(idle.Contains);
                string name = slot.Subjects.Count == 1 ? slot.Subjects[0] : slot.Partition;
                string turns = slot.Subjects.Count > 1 ? $"\n{string.Join(", ", slot.Subjects)} take turns" : "";
                string meets = slot.Meets > 1 ? $"\n{slot.Meets} processors meet at its end" : "";
                svg.Open($"slot{(isIdle ? " idle" : "")}", palette.Of(slot.Subjects.Count > 0 ? slot.Subjects[0] : ""))
                    .Title($"{name}\nCPU {line.Processor}, {slot.Ticks} ticks\n{Text.Number(slot.Start)} to {Text.Number(slot.End)} ms{turns}{meets}")
                    .Rectangle("box", x + 0.75, y, Math.Max(width - 1.5, 0.5), RowHeight, Math.Min(5, width / 4))
                    .Fit("in", x + (width / 2), y + (slot.Subjects.Count > 1 ? 15 : 21), isIdle ? "idle" : name, width - 8);
                if (slot.Subjects.Count > 1)
                {
                    svg.Fit("in small", x + (width / 2), y + 27, string.Join(" ", slot.Subjects), width - 8, Svg.SmallCharacterWidth);
                }

                svg.Close();
            }
        }

        // Where processors wait for each other, a line joins the rows.
        foreach (double end in frame.Processors.SelectMany(p => p.Slots).Where(s => s.Meets > 1).Select(s => s.End).Distinct())
        {
            double x = Left + (end * scale);
            int[] rows = [.. frame.Processors.Select((p, i) => (p, i)).Where(p => p.p.Slots.Any(s => s.Meets > 1 && s.End == end)).Select(p => p.i)];
            svg.Path("barrier", $"M{Text.Px(x)} {Text.Px(4 + (rows.Min() * (RowHeight + RowGap)))}V{Text.Px(4 + (rows.Max() * (RowHeight + RowGap)) + RowHeight)}");
        }

        return Svg.Picture("plan", $"Plan of major frame {frame.Index}", Width, bottom + AxisHeight, svg.ToString());
    }

    // 1, 2 or 5 times a power of ten.
    static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return s_steps.Select(f => f * power).First(s => s >= least * 0.999);
    }
}
