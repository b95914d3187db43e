// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Report.Drawing;

/// <summary>Who can reach whom, and who may do what with what: tables of signs.</summary>
static class MatrixDrawing
{
    /// <summary>Kinds of rights that have a row for each object; the others are listed by subject.</summary>
    static readonly string[] s_rows = ["memory", "monitor", "port", "msr", "event", "arrival"];

    /// <summary>A table of more cells is too much for a reader and for a browser.</summary>
    const int MostCells = 20_000;

    /// <summary>With more subjects, those that are isolated from all others have no row.</summary>
    const int MostAlone = 24;

    public static string Reach(ReportModel model, Palette palette)
    {
        string[] names = [.. model.Subjects.Where(s => !s.IsIdle).Select(s => s.Name)];
        var ways = model.Reach.ToDictionary(r => (r.From, r.To));
        string alone = "";
        if (names.Length > MostAlone)
        {
            HashSet<string> connected = [.. model.Reach.SelectMany(r => new[] { r.From, r.To })];
            string[] apart = [.. names.Where(n => !connected.Contains(n))];
            names = [.. names.Where(connected.Contains)];
            alone = apart.Length == 0 ? "" : $"<p>{(names.Length == 0 ? "No subject reaches another one" : "Reach nobody and are reached by nobody")}: {Text.Escape(NameRuns.Of(apart))}.</p>\n";
        }

        return alone + (names.Length == 0 ? "" : Table("reach", "from ↓ to →", names, palette, names.Select(from => (from, Row(from)))));

        IEnumerable<string> Row(string from) => names.Select(to =>
            from == to ? "<td class=\"self\"></td>"
            : !ways.TryGetValue((from, to), out ReportReach? reach) ? $"<td title=\"{Text.Escape($"{from} cannot reach {to}")}\"></td>"
            : reach.Direct ? $"<td class=\"direct\" title=\"{Text.Escape($"{from} → {to}\n{reach.How}")}\">●</td>"
            : $"<td class=\"through\" title=\"{Text.Escape($"{from} → {to}\n{reach.How}")}\">○</td>");
    }

    public static string Rights(ReportModel model, Palette palette)
    {
        string[] names = [.. model.Subjects.Where(s => !s.IsIdle).Select(s => s.Name), .. model.Rights.Select(r => r.Subject).Where(s => s.StartsWith("device ", StringComparison.Ordinal)).Distinct()];
        IGrouping<(string Kind, string Object), ReportRight>[] objects = [.. model.Rights.Where(r => s_rows.Contains(r.Kind) && r.Object != "stack").GroupBy(r => (r.Kind, r.Object))
            .OrderBy(g => Array.IndexOf(s_rows, g.Key.Kind)).ThenBy(g => g.Key.Object, StringComparer.Ordinal)];
        if (objects.Length * names.Length > MostCells)
        {
            return Folded(objects, palette);
        }

        return Table("rights", "", names, palette, objects.Select(o => ($"{(o.Key.Kind is "memory" ? "" : o.Key.Kind + " ")}{o.Key.Object}", Row(o))));

        IEnumerable<string> Row(IGrouping<(string Kind, string Object), ReportRight> rights) => names.Select(name =>
            rights.FirstOrDefault(r => r.Subject == name) is { } right
                ? $"<td class=\"r-{right.Kind}\" title=\"{Text.Escape($"{name}: {right.Kind} {right.Object}\n{right.What}")}\">{Sign(right)}</td>"
                : "<td></td>");
    }

    // A row for all objects with which the same subjects may do the same, and who that is: most objects of a large system are one subject's.
    static string Folded(IGrouping<(string Kind, string Object), ReportRight>[] objects, Palette palette)
    {
        IEnumerable<string> rows = objects.GroupBy(o => (o.Key.Kind, Who: string.Join(" ", o.Select(r => $"<span class=\"who r-{r.Kind}\"><i class=\"dot\" {palette.Of(r.Subject)}></i>{Text.Escape(r.Subject)} {Sign(r)}</span>"))))
            .Select(g => $"<tr><td>{g.Key.Kind}</td><td class=\"n\">{g.Count()}</td><td>{Text.Escape(NameRuns.Of(g.Select(o => o.Key.Object)))}</td><td>{g.Key.Who}</td></tr>\n");
        return $"<div class=\"scroll\"><table class=\"list rights\"><thead><tr><th></th><th></th><th>objects</th><th>who may what with each of them</th></tr></thead>\n<tbody>{string.Concat(rows)}</tbody></table></div>\n";
    }

    static string Sign(ReportRight right)
    {
        if (right.Kind is "event" or "arrival")
        {
            return right.Kind == "event" ? "▲" : "▼";
        }

        string words = right.What;
        return $"{(words.Contains("read", StringComparison.Ordinal) ? "r" : "")}{(words.Contains("write", StringComparison.Ordinal) ? "w" : "")}{(words.Contains("execute", StringComparison.Ordinal) ? "x" : "")}";
    }

    static string Table(string name, string corner, string[] columns, Palette palette, IEnumerable<(string Head, IEnumerable<string> Cells)> rows)
    {
        IEnumerable<string> heads = columns.Select(c => $"<th scope=\"col\" {palette.Of(c)}><span>{Text.Escape(Text.Short(c, 24))}</span></th>");
        IEnumerable<string> lines = rows.Select(r => $"<tr><th scope=\"row\" {palette.Of(r.Head)} title=\"{Text.Escape(r.Head)}\">{Text.Escape(Text.Short(r.Head, 40))}</th>{string.Concat(r.Cells)}</tr>\n");
        return $"<div class=\"scroll\"><table class=\"matrix {name}\"><thead><tr><td>{corner}</td>{string.Concat(heads)}</tr></thead>\n<tbody>{string.Concat(lines)}</tbody></table></div>\n";
    }
}
