// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using Muen.Sdk.Report.Drawing;

namespace Muen.Sdk.Report.Page;

/// <summary>Puts pictures and tables together to one page that needs nothing else. Without scripts it loses zooming and highlighting only, unless the system is large (<see cref="Packing"/>).</summary>
sealed class HtmlPage
{
    /// <summary>So many major frames of a window are named.</summary>
    const int MostFrames = 6;

    /// <summary>With more subjects, what there is for each of them is folded.</summary>
    const int MostOpen = 24;

    readonly StringBuilder _html = new();
    readonly ReportModel _model;
    readonly Palette _palette;
    readonly bool _isLarge;

    HtmlPage(ReportModel model)
    {
        _model = model;
        _palette = new(model.Subjects.Where(s => !s.IsIdle).Select(s => s.Name));
        _isLarge = model.Subjects.Count(s => !s.IsIdle) > MostOpen;
    }

    public static string Write(ReportModel model)
    {
        var page = new HtmlPage(model);
        page.Begin();
        page.Section("graph", "Who is connected to whom", "Subjects and devices; each arrow is a way that data or signals go.", page.Graph);
        page.Section("plan", "When who runs", "Each processor repeats its row of minor frames. A dashed line is where processors wait for each other.", page.Plan);
        page.Section("authority", "Who can reach whom", "● directly: by a channel, an event, shared memory or a monitor; ○ through others. An empty cell means that there is no such way.", page.Authority);
        page.Section("goals", "What must hold", "What the policy demands of itself: subjects that do not reach each other, and the time that subjects need. The compiler refuses a policy in which one does not hold.", page.Goals);
        page.Section("physical", "Physical memory", "A subject's own memory has its colour; grey is the kernel's, striped is shared.", page.Physical);
        page.Section("virtual", "Address spaces", "What each subject sees, and nothing else. r, w and x are the rights; ⋯ is where an access faults. A box is as wide as its name or the logarithm of its size.", page.Virtual);
        page.Section("devices", "Devices and interrupts", "Whose a device is, and the way of its interrupts: input of the IO-APIC, vector of the processor, vector of the subject.", page.Devices);
        page.Section("sizes", "Sizes", "Memory by whose it is and what it is for.", page.Sizes);
        page._html.Append("</main>\n<div id=\"tip\" role=\"status\" hidden></div>\n<script>\n").Append(Resource("report.js")).Append("</script>\n</body>\n</html>\n");
        return page._html.ToString();
    }

    static string Resource(string name)
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    void Begin()
    {
        string name = Text.Escape(_model.Name);
        _html.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"muen report\">\n<title>{name} – Muen system report</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n")
            .Append(Resource("report.css")).Append("</style>\n</head>\n<body>\n");
        _html.Append($"<header><div class=\"title\"><h1>{name}</h1><p>Muen system report</p></div><button id=\"theme\" type=\"button\" title=\"light or dark\" aria-label=\"light or dark\">◐</button>\n<dl class=\"tiles\">");
        int subjects = _model.Subjects.Count(s => !s.IsIdle);
        ulong used = _model.Regions.Aggregate(0UL, (sum, r) => sum + r.Size);
        Some(subjects, "subject");
        Some(_model.Processors.Count, "processor");
        Some(Count(LinkKind.Channel), "channel");
        Some(Count(LinkKind.Event), "event");
        Some(_model.Devices.Select(d => d.Device).Distinct().Count(), "device");
        Tile(Text.Bytes(used), "of memory");
        if (_model.Files.Count > 0)
        {
            Tile(Text.Bytes((ulong)_model.Files.Min(f => f.Size)), "to boot");
        }

        _html.Append("</dl>\n<nav>");
        foreach ((string id, string word) in new[] { ("graph", "Graph"), ("plan", "Plan"), ("authority", "Authority"), ("goals", "Goals"), ("physical", "Memory"), ("virtual", "Address spaces"), ("devices", "Devices"), ("sizes", "Sizes") })
        {
            _html.Append($"<a href=\"#{id}\">{word}</a>");
        }

        _html.Append("</nav></header>\n<main>\n");

        int Count(LinkKind kind) => _model.Links.Where(l => l.Kind == kind).Select(l => l.Name).Distinct().Count();
    }

    void Some(int count, string word) => Tile(count, count == 1 ? word : word + "s");

    void Tile(object value, string word) => _html.Append(CultureInfo.InvariantCulture, $"<div><dt>{word}</dt><dd>{value}</dd></div>");

    void Section(string id, string title, string words, Action content)
    {
        _html.Append($"<section id=\"{id}\">\n<h2>{title}</h2>\n{(words.Length == 0 ? "" : $"<p class=\"lead\">{words}</p>\n")}");
        Pack(Packing.Ordinary, content);
        _html.Append("</section>\n");
    }

    /// <summary>Packs what is written meanwhile, if it is longer than a length.</summary>
    void Pack(int longest, Action content)
    {
        int start = _html.Length;
        content();
        if (_html.Length - start > longest)
        {
            string part = Packing.Of(_html.ToString(start, _html.Length - start), longest);
            _html.Length = start;
            _html.Append(part);
        }
    }

    /// <summary>A part that shows when its summary is clicked; that of a large system is drawn only then.</summary>
    void Folded(string summary, Action content)
    {
        _html.Append($"<details><summary>{summary}</summary>");
        Pack(_isLarge ? 0 : Packing.Ordinary, content);
        _html.Append("</details>\n");
    }

    void Wide(string content) => _html.Append("<div class=\"scroll\">").Append(content).Append("</div>\n");

    void Legend(string name, IEnumerable<(string Class, string Style, string Word)> entries)
    {
        _html.Append($"<ul class=\"legend {name}\">");
        foreach ((string kind, string style, string word) in entries)
        {
            _html.Append($"<li><i class=\"{kind}\"{(style.Length == 0 ? "" : " ")}{style}></i>{Text.Escape(word)}</li>");
        }

        _html.Append("</ul>\n");
    }

    void Graph()
    {
        Wide(GraphDrawing.Draw(_model, _palette));
        Legend("lines", _model.Links.Where(l => l.From != l.To).Select(l => l.Kind).Distinct().Order().Select(k => (k.ToString().ToLowerInvariant(), "", k switch
        {
            LinkKind.Channel => "channel",
            LinkKind.Event => "event",
            LinkKind.Memory => "memory that one writes and the other sees",
            LinkKind.Monitor => "monitor or sibling",
            _ => "device",
        })));
    }

    void Plan()
    {
        Wide(PlanDrawing.Draw(_model, _palette));
        _html.Append("<div class=\"scroll\"><table class=\"list\"><thead><tr><th>subject</th><th>processor</th>").Append(string.Concat(_model.MajorFrames.Select(f => $"<th>major frame {f.Index}</th>"))).Append("</tr></thead>\n<tbody>");
        foreach (ReportSubject subject in _model.Subjects.Where(s => !s.IsIdle))
        {
            _html.Append(CultureInfo.InvariantCulture, $"<tr><td><i class=\"dot\" {_palette.Of(subject.Name)}></i>{Text.Escape(subject.Name)}</td><td>{subject.Processor}</td>");
            foreach (ReportFrame frame in _model.MajorFrames)
            {
                ReportSlot[] slots = [.. frame.Processors.SelectMany(p => p.Slots).Where(s => s.Subjects.Contains(subject.Name))];
                double time = slots.Sum(s => s.End - s.Start);
                string shared = slots.Any(s => s.Subjects.Count > 1) ? " shared" : "";
                _html.Append(time == 0 ? "<td>–</td>" : $"<td>{Text.Number(time)} ms{shared} <span class=\"share\" {_palette.Of(subject.Name)}><i style=\"width:{Text.Px(100 * time / frame.Milliseconds)}%\"></i></span> {(time / frame.Milliseconds).ToString("P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal)}</td>");
            }

            _html.Append("</tr>\n");
        }

        _html.Append("</tbody></table></div>\n");
    }

    void Authority()
    {
        _html.Append(MatrixDrawing.Reach(_model, _palette));
        _html.Append("<h3>Who may do what</h3>\n<p class=\"lead\">r, w and x are rights to memory, ▲ is an event that a subject triggers, ▼ one that it receives or an interrupt.</p>\n").Append(MatrixDrawing.Rights(_model, _palette));
        _html.Append("<h3>Everything else</h3>\n");
        foreach (IGrouping<string, ReportRight> subject in _model.Rights.Where(r => r.Kind is "trap" or "time" or "processor").GroupBy(r => r.Subject))
        {
            Folded($"<i class=\"dot\" {_palette.Of(subject.Key)}></i>{Text.Escape(subject.Key)} <small>time, traps and processor controls</small>", () =>
            {
                _html.Append("<div class=\"scroll\"><table class=\"list\"><tbody>");
                foreach (ReportRight right in subject)
                {
                    _html.Append($"<tr><td>{right.Kind}</td><td>{Text.Escape(right.Object)}</td><td>{Text.Escape(right.What)}</td></tr>\n");
                }

                _html.Append("</tbody></table></div>");
            });
        }
    }

    void Goals()
    {
        if (_model.Goals.Count == 0 && _model.Budgets.Count == 0)
        {
            _html.Append("<p>The policy states nothing: neither goals (isolated) nor the time that a subject needs (time).</p>\n");
            return;
        }

        if (_model.Goals.Count > 0)
        {
            _html.Append("<h3>Isolation</h3>\n<div class=\"scroll\"><table class=\"list goals\"><thead><tr><th>subject</th><th>must not reach</th><th>unless through</th><th></th></tr></thead>\n<tbody>");
            foreach (ReportGoal goal in _model.Goals)
            {
                string way = goal.Trusted.Count > 0 ? $" <small>the shortest way leads through whom it trusts: {Text.Escape(string.Join(", then ", goal.Trusted))}</small>" : goal.Holds ? " <small>there is no way</small>" : "";
                _html.Append($"<tr><td>{Named(goal.From)}</td><td>{Named(goal.To)}</td><td>{(goal.Unless.Count == 0 ? "–" : string.Join(", ", goal.Unless.Select(Text.Escape)))}</td><td>{Verdict(goal.Holds)}{way}</td></tr>\n");
            }

            _html.Append("</tbody></table></div>\n");
        }

        if (_model.Budgets.Count > 0)
        {
            _html.Append("<h3>Time</h3>\n<p class=\"lead\">What a subject needs in each window of so long, wherever that begins, and what it gets in the worst one. The bar is the worst window; the mark in it is what is needed.</p>\n");
            _html.Append("<div class=\"scroll\"><table class=\"list budgets\"><thead><tr><th>subject</th><th>needs</th><th>gets at least</th><th>worst window</th><th></th></tr></thead>\n<tbody>");
            foreach (ReportBudget budget in _model.Budgets)
            {
                string least = budget.Least is { } time
                    ? $"{Microseconds(time)} <span class=\"share wide\" {_palette.Of(budget.Subject)}><i style=\"width:{Part(time, budget)}%\"></i><b style=\"left:{Part(budget.Budget, budget)}%\"></b></span>"
                    : "not known";
                string through = budget.Through.Count > MostFrames ? $"{budget.Through.Count} major frames" : string.Join(", ", budget.Through);
                _html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Named(budget.Subject)}</td><td>{Microseconds(budget.Budget)} in {Microseconds(budget.Period)}</td><td>{least}</td><td>begins {Microseconds(budget.Start)} after major frame {budget.Frame} does <small>runs through {through}</small></td><td>{Verdict(budget.Holds)}</td></tr>\n");
            }

            _html.Append("</tbody></table></div>\n");
        }

        string Named(string subject) => $"<i class=\"dot\" {_palette.Of(subject)}></i>{Text.Escape(subject)}";

        static string Verdict(bool holds) => holds ? "<b class=\"holds\">holds</b>" : "<b class=\"broken\">does not hold</b>";

        static string Microseconds(decimal time) => time.ToString("#,0.###", CultureInfo.InvariantCulture) + " µs";

        static string Part(decimal time, ReportBudget budget) => Text.Px((double)Math.Min(100, 100 * time / budget.Period));
    }

    void Physical()
    {
        Wide(MemoryDrawing.Physical(_model, _palette));
        Legend("fills", [.. _model.Regions.Select(r => r.Owner).Distinct().OrderBy(o => o switch { "kernel" => 0, "system" => 1, _ => 2 }).ThenBy(o => o, StringComparer.Ordinal)
            .Select(o => (o is "kernel" or "system" ? $"own-{o}" : "own", _palette.Of(o), o == "system" ? "shared" : o))]);
    }

    void Virtual()
    {
        Legend("fills", [.. _model.Subjects.SelectMany(s => s.Mappings).Select(m => m.Kind).Distinct().Order(StringComparer.Ordinal).Select(k => ($"k-{k.Replace(' ', '-')}", "", k))]);
        foreach (ReportSubject subject in _model.Subjects.Where(s => !s.IsIdle))
        {
            string name = string.Create(
                CultureInfo.InvariantCulture, $"<i class=\"dot\" {_palette.Of(subject.Name)}></i>{Text.Escape(subject.Name)} <small>{subject.Profile} on processor {subject.Processor}, begins at {Text.Hex(subject.Entry)}</small>");
            if (_isLarge)
            {
                Folded(name, () => Wide(MemoryDrawing.Virtual(subject.Mappings, subject.Name)));
            }
            else
            {
                _html.Append($"<h3>{name}</h3>\n");
                Wide(MemoryDrawing.Virtual(subject.Mappings, subject.Name));
            }
        }

        foreach (ReportProcessor processor in _model.Processors)
        {
            Folded(
                string.Create(CultureInfo.InvariantCulture, $"the kernel on processor {processor.Id} <small>APIC identifier {processor.ApicId}</small>"),
                () => Wide(MemoryDrawing.Virtual(processor.Mappings, $"the kernel on processor {processor.Id}")));
        }
    }

    void Devices()
    {
        if (_model.Devices.Count == 0)
        {
            _html.Append("<p>No subject has a device.</p>\n");
            return;
        }

        _html.Append("<div class=\"scroll\"><table class=\"list\"><thead><tr><th>device</th><th>subject</th><th>ports</th><th>memory</th><th>interrupts</th><th>DMA</th></tr></thead>\n<tbody>");
        foreach (ReportDevice device in _model.Devices)
        {
            IEnumerable<string> irqs = device.Interrupts.Select(i => string.Create(
                CultureInfo.InvariantCulture,
                $"{(i.Input < 0 ? $"message {Text.Escape(i.Name)}" : $"IRQ {i.Number} → input {i.Input}")} → CPU {i.Processor} vector {i.HostVector} → vector {i.SubjectVector} <small>{i.Trigger}</small>"));
            _html.Append($"<tr><td>{Text.Escape(device.Device)}{(device.Pci is null ? "" : $" <small>{device.Pci}</small>")}</td><td><i class=\"dot\" {_palette.Of(device.Subject)}></i>{Text.Escape(device.Subject)}</td><td>{Lines(device.Ports.Select(Text.Escape))}</td><td>{Lines(device.Memory.Select(Text.Escape))}</td><td>{Lines(irqs)}</td><td>{(device.Pci is null ? "none" : device.Domain is null ? "refused" : $"domain {Text.Escape(device.Domain)}")}</td></tr>\n");
        }

        _html.Append("</tbody></table></div>\n");

        static string Lines(IEnumerable<string> lines) => string.Join("<br>", lines.DefaultIfEmpty("–"));
    }

    void Sizes()
    {
        Wide(SizeDrawing.Draw(_model));
        Legend("fills", SizeDrawing.Uses(_model).Select(u => (u.Class, "", u.Use)));
        if (_model.Files.Count > 0)
        {
            _html.Append("<table class=\"list\"><thead><tr><th>file</th><th>bytes</th><th></th></tr></thead><tbody>");
            foreach (ReportFile file in _model.Files)
            {
                _html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text.Escape(file.Name)}</td><td class=\"n\">{file.Size:N0}</td><td>{Text.Bytes((ulong)file.Size)}</td></tr>");
            }

            _html.Append("</tbody></table>\n");
        }
    }
}
