// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Abi;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Report;

/// <summary>Joins what the compiler gave (addresses, numbers, plan) with what the policy says of who may do what.</summary>
sealed class ReportBuilder
{
    const string Kernel = "kernel";
    const string Shared = "system";

    readonly SystemView _view;
    readonly ResolvedSystem _system;
    readonly ILookup<int, string> _users;

    ReportBuilder(SystemView view, ResolvedSystem system)
    {
        _view = view;
        _system = system;
        _users = view.Subjects.SelectMany(s => s.Mappings.Select(m => (m.Region, s.Name))).Where(u => u.Region >= 0).Distinct().ToLookup(u => u.Region, u => u.Name);
    }

    /// <summary>Builds the report of a policy that compiles.</summary>
    internal static ReportModel Build(SystemImage image, string policy, IEnumerable<ReportFile> files, DiagnosticBag bag)
    {
        ResolvedSystem system = Expander.Expand(ModelReader.ReadSystem(policy, bag)!, bag);
        return new ReportBuilder(image.View, system).Build([.. files], Authority.OfSystem(policy, system));
    }

    ReportModel Build(IReadOnlyList<ReportFile> files, Authority authority) => new(
        _view.Name,
        _view.TscKhz / 1000.0,
        [.. _view.Processors.Select(p => new ReportProcessor(p.Id, p.ApicId, [.. p.Mappings.Select(m => Mapping(m, Kernel))]))],
        [.. _view.Subjects.Select(s => new ReportSubject(s.Name, s.Component, s.Profile.ToString().ToLowerInvariant(), s.Processor, s.Entry, [.. s.Mappings.OrderBy(m => m.VirtualAddress).Select(m => Mapping(m, Words(m.Kind)))]))],
        [.. Links().Distinct().OrderBy(l => l.Kind).ThenBy(l => l.Name, StringComparer.Ordinal).ThenBy(l => l.From, StringComparer.Ordinal).ThenBy(l => l.To, StringComparer.Ordinal)],
        [.. _view.Memory.OrderBy(b => b.Address).Select(b => new ReportBlock(b.Name, b.Address, b.Size, b.Allocatable))],
        [.. _view.Regions.Select((r, index) => (r, index)).OrderBy(r => r.r.Address).Select(r => Region(r.r, r.index))],
        [.. _view.MajorFrames.Select(Frame)],
        [.. Devices()],
        [.. authority.Rights.Where(r => r.Kind == RightKind.Reach).Select(r => new ReportReach(r.Subject, r.Object, r.What.StartsWith("directly", StringComparison.Ordinal), r.What))],
        [.. authority.Rights.Where(r => r.Kind != RightKind.Reach).Select(r => new ReportRight(r.Subject, Words(r.Kind), r.Object, r.What))],
        [.. Goals()],
        [.. Budgets()],
        files);

    static string Words<T>(T kind)
        where T : struct, Enum => string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) && i > 0 ? $" {char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));

    ReportMapping Mapping(MappingView mapping, string kind)
    {
        RegionView? region = mapping.Region < 0 ? null : _view.Regions[mapping.Region];
        if (region is { Kind: RegionKind.Stack })
        {
            kind = "stack";
        }

        string rights = $"r{(mapping.Writable ? "w" : "-")}{(mapping.Executable ? "x" : "-")}";
        return new(mapping.Name, kind, region?.Name, mapping.VirtualAddress, mapping.PhysicalAddress, mapping.Size, rights, mapping.Caching.ToString());
    }

    ReportRegion Region(RegionView region, int index)
    {
        string owner = region.Kind switch
        {
            RegionKind.KernelImage or RegionKind.Tables or RegionKind.CrashAudit or RegionKind.KernelPageTables or RegionKind.KernelStack or RegionKind.InterruptStack or RegionKind.ProcessorData
                or RegionKind.VmxOn or RegionKind.DmaRoot or RegionKind.DmaContext or RegionKind.DmaTables or RegionKind.InterruptTable or RegionKind.InvalidationQueue => Kernel,
            RegionKind.Memory or RegionKind.Provided when _users[index].Count() == 1 => _users[index].First(),
            RegionKind.Memory or RegionKind.Channel or RegionKind.Provided or RegionKind.Content => Shared,
            _ => region.Owner >= 0 ? _view.Subjects[region.Owner].Name : Shared,
        };
        return new(region.Name, Words(region.Kind), owner, region.Address, region.Size, region.Caching.ToString(), region.Loaded, [.. _users[index]]);
    }

    ReportFrame Frame(MajorFrameView frame, int index) => new(index, Milliseconds(frame.Period), [.. frame.Processors.Select((slots, i) => Timeline(slots, _view.Processors[i].Id))]);

    ReportTimeline Timeline(IEnumerable<MinorFrameView> frames, int processor)
    {
        var slots = new List<ReportSlot>();
        double start = 0;
        foreach (MinorFrameView frame in frames)
        {
            double end = Milliseconds(frame.Deadline);
            string[] members = [.. _view.Groups.Where(g => g.Partition == frame.Partition).SelectMany(g => g.Members).Select(m => _view.Subjects[m].Name)];
            slots.Add(new(_view.Partitions[frame.Partition].Name, members, frame.Ticks, start, end, Math.Max(1, frame.BarrierSize)));
            start = end;
        }

        return new(processor, slots);
    }

    double Milliseconds(ulong cycles) => Math.Round((double)cycles / _view.TscKhz, 6);

    IEnumerable<ReportLink> Links()
    {
        foreach (ChannelView channel in _view.Channels.Where(c => c.Writer >= 0))
        {
            string detail = $"{Text.Bytes(_view.Regions[channel.Region].Size)}{(channel.Event < 0 ? ", polled" : $", event {_view.Events[channel.Event].Mode.ToString().ToLowerInvariant()}")}";
            foreach (int reader in channel.Readers)
            {
                yield return new(LinkKind.Channel, channel.Name, Name(channel.Writer), Name(reader), detail);
            }
        }

        HashSet<int> ofChannels = [.. _view.Channels.Select(c => c.Event)];
        for (int i = 0; i < _view.Events.Length; i++)
        {
            EventView signal = _view.Events[i];
            foreach (int source in signal.Target < 0 || ofChannels.Contains(i) ? [] : signal.Sources.Distinct())
            {
                yield return new(LinkKind.Event, signal.Name, Name(source), Name(signal.Target), signal.Mode.ToString().ToLowerInvariant());
            }
        }

        foreach (ReportLink link in SharedMemory().Concat(Monitors()).Concat(DeviceLinks()))
        {
            yield return link;
        }
    }

    IEnumerable<ReportLink> SharedMemory()
    {
        // Siblings have one memory, and its subject stands for them.
        ILookup<int, (int Id, bool Writable)> users = _view.Subjects.Where(s => s.Main < 0).SelectMany(s => s.Mappings.Select(m => (m.Region, Use: (s.Id, m.Writable)))).ToLookup(u => u.Region, u => u.Use);
        for (int i = 0; i < _view.Regions.Length; i++)
        {
            if (_view.Regions[i].Kind is not (RegionKind.Memory or RegionKind.Provided))
            {
                continue;
            }

            var uses = users[i].Distinct().ToList();
            foreach ((int writer, bool _) in uses.Where(u => u.Writable))
            {
                foreach (int other in uses.Select(u => u.Id).Where(o => o != writer).Distinct())
                {
                    yield return new(LinkKind.Memory, _view.Regions[i].Name, Name(writer), Name(other), Text.Bytes(_view.Regions[i].Size));
                }
            }
        }
    }

    IEnumerable<ReportLink> Monitors()
    {
        for (int id = 0; id < _system.Subjects.Length; id++)
        {
            foreach (ResolvedMonitor monitor in _system.Subjects[id].Monitors)
            {
                bool writes = monitor.Writable || monitor.Part == MonitorPart.Loader;
                yield return new(LinkKind.Monitor, Words(monitor.Part), Name(id), Name(monitor.Subject), writes ? "sees and changes" : "sees");
            }

            if (_system.Subjects[id].Main is { } main)
            {
                yield return new(LinkKind.Monitor, "sibling", Name(id), Name(main), "has the same memory");
            }
        }
    }

    IEnumerable<ReportLink> DeviceLinks() => _view.Subjects.SelectMany(s => s.Devices.Select(d => new ReportLink(LinkKind.Device, "", d.Device, s.Name, "has something of the device")));

    IEnumerable<ReportDevice> Devices()
    {
        foreach (SubjectView subject in _view.Subjects)
        {
            ResolvedSubject resolved = _system.Subjects[subject.Id];
            foreach (DeviceView device in subject.Devices)
            {
                yield return new(
                    device.Device, subject.Name, device.Name, device.Pci is { } pci ? $"{pci.Bus:x2}:{pci.Device:x2}.{pci.Function}" : null,
                    _view.Dma?.Domains.FirstOrDefault(d => d.Devices.Any(x => x.Name == device.Device))?.Name,
                    [.. resolved.Ports.Where(p => p.Device.Name == device.Device).Select(p => Text.Range(p.Port.Start, p.Port.End))],
                    [.. resolved.DeviceMemory.Where(m => m.Device.Name == device.Device).Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Memory.Name}: {Text.Bytes(m.Memory.Size)} at 0x{m.Memory.Address:x}, r{(m.Writable ? "w" : "-")}{(m.Executable ? "x" : "-")}"))],
                    [.. resolved.Irqs.Zip(subject.Irqs).Where(i => i.First.Device.Name == device.Device).Select(i => Interrupt(i.Second, i.First, subject.Processor))]);
            }
        }
    }

    static ReportInterrupt Interrupt(IrqView irq, ResolvedIrq resolved, int processor) => new(
        irq.Name, irq.Number, irq.Input, processor, irq.HostVector, irq.Vector,
        resolved.Message is not null ? "message" : $"{(irq.Level ? "level" : "edge")}, {(irq.ActiveLow ? "active low" : "active high")}");

    IEnumerable<ReportGoal> Goals()
    {
        Flows flows = Flows.Of(_system);
        foreach (ResolvedGoal goal in _system.Goals)
        {
            IReadOnlyList<Step> trusted = goal.Unless.IsEmpty ? [] : flows.Find(goal.From, goal.To, new HashSet<int>()) ?? [];
            yield return new(
                Name(goal.From), Name(goal.To), [.. goal.Unless.Select(Name)], flows.Find(goal.From, goal.To, goal.Unless.ToHashSet()) is null,
                [.. trusted.Select(s => $"{Name(s.From)} to {Name(s.To)} by {s.By}")]);
        }
    }

    IEnumerable<ReportBudget> Budgets()
    {
        foreach (ResolvedSubject subject in _system.Subjects.Where(s => s.Time is not null))
        {
            Guarantee? least = BudgetChecks.Guaranteed(_system, subject);
            yield return new(subject.Name, subject.Time!.Budget, subject.Time.Period, least?.Microseconds, least?.Frame ?? 0, least?.Start ?? 0, least?.Through ?? []);
        }
    }

    string Name(int subject) => _view.Subjects[subject].Name;
}
