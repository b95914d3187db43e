// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>Something through which subjects have an effect on each other: whoever is at its beginning reaches whoever is at its end.</summary>
/// <param name="Name">What it is, for a message.</param>
internal sealed record Medium(string Name, ImmutableArray<(int Subject, Place Place)> Begins, ImmutableArray<(int Subject, Place Place)> Ends);

/// <summary>A step of a way, and where both sides of it are written.</summary>
internal sealed record Step(int From, int To, string By, Place Begin, Place End);

/// <summary>
/// All ways by which subjects reach each other that a policy gives: memory (that of channels too), events, monitors, siblings, devices and their domains. Time, caches and
/// what the kernel does for a subject (reboot, the choice of a major frame, the crash audit) are not ways here.
/// </summary>
internal sealed class Flows
{
    private readonly List<Medium> media = [];

    // From each subject to those that it reaches at once, by the first medium that does it: a system may have as many goals as it has elements.
    private readonly List<Step>[] direct;

    private Flows(ResolvedSystem system)
    {
        Memory(system);
        Events(system);
        Monitors(system);
        Devices(system);
        direct = [.. system.Subjects.Select(_ => new List<Step>())];
        bool[,] seen = new bool[direct.Length, direct.Length];
        foreach (Medium medium in media)
        {
            (int Subject, Place Place)[] ends = [.. medium.Ends.DistinctBy(e => e.Subject)];
            foreach ((int from, Place begin) in medium.Begins.DistinctBy(b => b.Subject))
            {
                foreach ((int to, Place end) in ends.Where(e => e.Subject != from && !seen[from, e.Subject]))
                {
                    seen[from, to] = true;
                    direct[from].Add(new Step(from, to, medium.Name, begin, end));
                }
            }
        }
    }

    /// <summary>Collects the ways of a system that has no more subjects than are possible.</summary>
    internal static Flows Of(ResolvedSystem system) => new(system);

    /// <summary>A shortest way from one subject to another, null when there is none.</summary>
    /// <param name="trusted">Subjects that pass nothing on.</param>
    internal IReadOnlyList<Step>? Find(int from, int to, IReadOnlySet<int> trusted)
    {
        var came = new Step?[direct.Length];
        var queue = new Queue<int>([from]);
        while (queue.TryDequeue(out int at))
        {
            foreach (Step step in direct[at])
            {
                if (step.To == from || came[step.To] is not null)
                {
                    continue;
                }

                came[step.To] = step;
                if (step.To == to)
                {
                    return Way(came, from, to);
                }

                if (!trusted.Contains(step.To))
                {
                    queue.Enqueue(step.To);
                }
            }
        }

        return null;
    }

    private static List<Step> Way(Step?[] came, int from, int to)
    {
        var way = new List<Step>();
        for (int at = to; at != from; at = way[^1].From)
        {
            way.Add(came[at]!);
        }

        way.Reverse();
        return way;
    }

    private void Memory(ResolvedSystem system)
    {
        var uses = new List<(int Subject, Place Place, bool Writes)>[system.Regions.Length];
        void Add(int region, int subject, Place place, bool writes) => (uses[region] ??= []).Add((subject, place, writes));
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            foreach (ResolvedMapping mapping in system.Subjects[id].Mappings)
            {
                Add(mapping.Region, id, mapping.Place, mapping.Writable);
            }

            // A loader has the memory of whom it loads itself, whatever that one is trusted with; so have its siblings.
            foreach (ResolvedMonitor loader in system.Subjects[system.Subjects[id].Main ?? id].Monitors.Where(m => m.Part == MonitorPart.Loader))
            {
                foreach (ResolvedMapping mapping in system.Subjects[loader.Subject].Mappings.Where(m => system.Regions[m.Region].Use == RegionUse.Memory && m.Kind != MemoryKind.KernelInterface))
                {
                    Add(mapping.Region, id, loader.Place, mapping.Writable);
                }
            }
        }

        // What a device may do, its drivers can have it do.
        foreach (ResolvedDomain domain in system.Domains)
        {
            HashSet<DeviceNode> devices = [.. domain.Devices.Select(d => d.Device)];
            foreach (int driver in Enumerable.Range(0, system.Subjects.Length).Where(id => system.Subjects[id].Devices.Any(d => devices.Contains(d.Device))))
            {
                foreach (ResolvedMapping mapping in domain.Mappings)
                {
                    Add(mapping.Region, driver, mapping.Place, mapping.Writable);
                }
            }
        }

        for (int region = 0; region < uses.Length; region++)
        {
            if (uses[region] is { } all && all.Exists(u => u.Writes))
            {
                string kind = system.Regions[region].Use == RegionUse.Channel ? "channel" : "memory";
                media.Add(new($"{kind} '{system.Regions[region].Name}'", [.. all.Where(u => u.Writes).Select(u => (u.Subject, u.Place))], [.. all.Select(u => (u.Subject, u.Place))]));
            }
        }
    }

    private void Events(ResolvedSystem system)
    {
        ImmutableArray<EventEnds> ends = EventEnds.Collect(system.Events, system.Channels, system.Subjects);
        for (int i = 0; i < ends.Length; i++)
        {
            string name = system.Events[i].Channel >= 0 ? $"the event of channel '{system.Events[i].Name}'" : $"event '{system.Events[i].Name}'";
            media.Add(new(name, [.. ends[i].Sources.Select(s => (s.Subject, s.Place))], [.. ends[i].Targets.Select(t => (t.Subject, t.Place))]));
        }
    }

    private void Monitors(ResolvedSystem system)
    {
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            ResolvedSubject subject = system.Subjects[id];
            foreach (ResolvedMonitor monitor in subject.Monitors)
            {
                bool writes = monitor.Writable || monitor.Part == MonitorPart.Loader;
                (int, Place) watched = (monitor.Subject, system.Subjects[monitor.Subject].Place);
                (int, Place) watcher = (id, monitor.Place);
                media.Add(new($"monitor '{monitor.Logical}'", writes ? [watched, watcher] : [watched], writes ? [watched, watcher] : [watcher]));
            }

            if (subject.Main is { } main)
            {
                ImmutableArray<(int, Place)> both = [(main, system.Subjects[main].Place), (id, subject.Place)];
                media.Add(new("being processors of one VM", both, both));
            }
        }
    }

    // No port and no interrupt has two owners, but the device behind them is one.
    private void Devices(ResolvedSystem system)
    {
        foreach (IGrouping<DeviceNode, (ResolvedDevice Device, int Subject)> device in system.Subjects.SelectMany((s, id) => s.Devices.Select(d => (Device: d, Subject: id))).GroupBy(d => d.Device.Device))
        {
            ImmutableArray<(int, Place)> all = [.. device.Select(d => (d.Subject, d.Device.Place))];
            if (all.Length > 1)
            {
                media.Add(new($"device '{device.Key.Name}'", all, all));
            }
        }
    }
}
