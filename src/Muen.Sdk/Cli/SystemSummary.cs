// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Spectre.Console;

namespace Muen.Sdk.Cli;

/// <summary>What a compiled policy says, on one screen: subjects, memory, plan.</summary>
static class SystemSummary
{
    const int KiB = 1024;

    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes the summary to standard output.</summary>
    public static void Write(SystemImage image)
    {
        SystemView view = image.View;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{view.Name}: {view.Processors.Length} processors, {view.Subjects.Length} subjects, {view.Channels.Length} channels, {view.Events.Length} events, {Used(view) / KiB} KiB of memory"));
        PlainTable.Write(Subjects(view));
        PlainTable.Write(Plan(view));
    }

    /// <summary>The same as JSON, with the files that were made.</summary>
    public static string Json(SystemImage image, PackedImage? packed)
    {
        SystemView view = image.View;
        return JsonSerializer.Serialize(
            new
            {
                view.Name,
                errors = Array.Empty<string>(),
                processors = view.Processors.Length,
                memory = Used(view),
                subjects = view.Subjects.Select(s => new { s.Name, s.Component, s.Processor, s.Entry, memory = s.Mappings.Aggregate(0UL, (sum, m) => sum + m.Size), devices = s.Devices.Select(d => d.Device) }),
                channels = view.Channels.Select(c => new { c.Name, writer = view.Subjects[c.Writer].Name, readers = c.Readers.Select(r => view.Subjects[r].Name) }),
                majorFrames = view.MajorFrames.Select(m => new { m.Period, processors = m.Processors.Select(p => p.Select(f => new { subjects = Members(view, f), f.Ticks })) }),
                files = packed is null ? [] : new[] { packed.ElfPath, packed.IsoPath },
            },
            s_json);
    }

    static Table Subjects(SystemView view)
    {
        Table table = PlainTable.New("subject", "component", "processor", "entry", "memory", "may use");
        foreach (SubjectView subject in view.Subjects)
        {
            ulong memory = subject.Mappings.Aggregate(0UL, (sum, m) => sum + m.Size) / KiB;
            IEnumerable<string> uses = subject.Devices.Select(d => d.Device)
                .Concat(view.Channels.Where(c => c.Writer == subject.Id).Select(c => $"{c.Name} (write)"))
                .Concat(view.Channels.Where(c => c.Readers.Contains(subject.Id)).Select(c => $"{c.Name} (read)"));
            PlainTable.Row(table, subject.Name, subject.Component ?? "", subject.Processor, $"0x{subject.Entry:x}", $"{memory} KiB", string.Join(", ", uses));
        }

        return table;
    }

    /// <summary>The minor frames of each processor: who runs, and for how many ticks.</summary>
    static Table Plan(SystemView view)
    {
        Table table = PlainTable.New("major frame", "length", "processor", "minor frames (ticks)");
        for (int i = 0; i < view.MajorFrames.Length; i++)
        {
            MajorFrameView major = view.MajorFrames[i];
            for (int cpu = 0; cpu < major.Processors.Length; cpu++)
            {
                IEnumerable<string> frames = major.Processors[cpu].Select(f => $"{string.Join("+", Members(view, f))} ({f.Ticks})");
                string length = string.Create(CultureInfo.InvariantCulture, $"{(double)major.Period / view.TscKhz:0.###} ms");
                PlainTable.Row(table, cpu == 0 ? i : "", cpu == 0 ? length : "", cpu, string.Join(", ", frames));
            }
        }

        return table;
    }

    static IEnumerable<string> Members(SystemView view, MinorFrameView frame) =>
        view.Groups.Where(g => g.Partition == frame.Partition).SelectMany(g => g.Members).Select(s => view.Subjects[s].Name);

    static ulong Used(SystemView view) => view.Regions.Aggregate(0UL, (sum, r) => sum + r.Size);
}
