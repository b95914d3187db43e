// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Verify;

/// <summary>The rights that a policy gives, named as the policy names them.</summary>
sealed class PolicyRights
{
    readonly ResolvedSystem _system;
    readonly ExpectedSignals _signals;
    readonly List<Right> _rights = [];
    readonly Reach _reach;

    PolicyRights(ResolvedSystem system)
    {
        _system = system;
        _signals = ExpectedSignals.Of(system);
        _reach = new(system.Subjects.Select(s => s.Name));
    }

    public static IEnumerable<Right> Of(ResolvedSystem system)
    {
        var rights = new PolicyRights(system);
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            ResolvedSubject subject = system.Subjects[id];
            rights.Memory(id, subject);
            rights.Monitors(id, subject);
            rights.Grants(id, subject);
            rights.Signals(id);
            rights.Time(id, subject);
            rights.Processor(id, subject);
        }

        rights.Devices();
        rights.Shared();
        return rights._rights.Concat(rights._reach.Rights());
    }

    void Add(RightKind kind, int id, string to, string what) => _rights.Add(new(kind, _system.Subjects[id].Name, to, what));

    void Memory(int id, ResolvedSubject subject)
    {
        foreach (IGrouping<int, ResolvedMapping> region in subject.Mappings.GroupBy(m => m.Region))
        {
            ResolvedRegion what = _system.Regions[region.Key];
            Add(RightKind.Memory, id, (what.Use == RegionUse.Channel ? "channel " : "") + what.Name,
                Words.Memory(what.Size.Value, region.Any(m => m.Writable), region.Any(m => m.Executable), what.Caching.Value));
        }

        foreach (IGrouping<string, ResolvedDeviceMemory> memory in subject.DeviceMemory.GroupBy(m => $"{m.Device.Name}.{m.Memory.Name}"))
        {
            DeviceMemoryNode what = memory.First().Memory;
            Add(RightKind.Memory, id, "device " + memory.Key, Words.Memory(what.Size, memory.Any(m => m.Writable), memory.Any(m => m.Executable), what.Caching));
        }

        if (subject is { IsVm: false, Idle: null })
        {
            Add(RightKind.Memory, id, "stack", Words.Memory(subject.StackSize.Value, true, false, Caching.WB));
        }
    }

    // Memory that one writes and another sees. What a device may do, its drivers can have it do; and who has parts of one device meets the others there.
    void Shared()
    {
        var drivers = _system.Subjects.SelectMany((s, id) => s.Devices.Select(d => (Id: id, d.Device))).ToLookup(d => d.Device, d => d.Id);
        ILookup<int, (int Id, bool Writable)> byDevice = _system.Domains
            .SelectMany(d => d.Devices.SelectMany(device => drivers[device.Device]).Distinct().SelectMany(id => d.Mappings.Select(m => (m.Region, Use: (Id: id, m.Writable)))))
            .ToLookup(u => u.Region, u => u.Use);
        foreach (IGrouping<DeviceNode, int> device in drivers)
        {
            foreach ((int from, int to) in device.SelectMany(from => device.Select(to => (from, to))))
            {
                _reach.Add(from, to, $"device {device.Key.Name}");
            }
        }

        ILookup<int, (int Id, bool Writable)> bySubject = _system.Subjects.SelectMany((s, id) => s.Mappings.Select(m => (m.Region, Use: (Id: id, m.Writable)))).ToLookup(u => u.Region, u => u.Use);
        for (int region = 0; region < _system.Regions.Length; region++)
        {
            var users = bySubject[region].Concat(byDevice[region]).Distinct().ToList();
            foreach ((int from, bool _) in users.Where(u => u.Writable))
            {
                foreach ((int to, bool _) in users)
                {
                    _reach.Add(from, to, (_system.Regions[region].Use == RegionUse.Channel ? "channel " : "memory ") + _system.Regions[region].Name);
                }
            }
        }
    }

    void Devices()
    {
        foreach (ResolvedDomain domain in _system.Domains)
        {
            foreach (ResolvedDevice device in domain.Devices)
            {
                foreach (ResolvedMapping mapping in domain.Mappings)
                {
                    ResolvedRegion region = _system.Regions[mapping.Region];
                    _rights.Add(new(RightKind.Memory, $"device {device.Device.Name}", region.Name, Words.Memory(region.Size.Value, mapping.Writable, false, region.Caching.Value)));
                }
            }
        }
    }

    // Who may write another's state is its master; who may read it learns from it.
    void Monitors(int id, ResolvedSubject subject)
    {
        if (subject.Main is { } main)
        {
            _reach.Add(id, main, "one VM");
            _reach.Add(main, id, "one VM");
        }

        foreach (ResolvedMonitor monitor in subject.Monitors)
        {
            string of = _system.Subjects[monitor.Subject].Name;
            bool writes = monitor.Writable || monitor.Part == MonitorPart.Loader;
            string part = monitor.Part switch
            {
                MonitorPart.State => "state",
                MonitorPart.TimedEvent => "timed event",
                MonitorPart.Interrupts => "interrupts",
                _ => "all memory",
            };
            Add(RightKind.Monitor, id, $"{part} of {of}", Words.Rights(writes, false));
            _reach.Add(monitor.Subject, id, $"monitor of its {part}");
            if (writes)
            {
                _reach.Add(id, monitor.Subject, $"monitor of its {part}");
            }
        }
    }

    void Grants(int id, ResolvedSubject subject)
    {
        foreach ((int First, int Last) range in Words.Ranges(subject.Ports.SelectMany(p => Enumerable.Range(p.Port.Start, p.Port.End - p.Port.Start + 1)).Distinct().Order()))
        {
            Add(RightKind.Port, id, Words.Port(range), "read, write");
        }

        var msrs = new SortedDictionary<uint, (bool Read, bool Write)>();
        foreach (MsrNode grant in subject.Msrs)
        {
            for (ulong msr = grant.Start; msr <= grant.End && msr - grant.Start < 2 * Bitmaps.MsrRange; msr++)
            {
                (bool read, bool write) = msrs.GetValueOrDefault((uint)msr);
                msrs[(uint)msr] = (read | grant.Read, write | grant.Write);
            }
        }

        foreach ((uint msr, (bool read, bool write)) in msrs)
        {
            Add(RightKind.Msr, id, Words.Msr(msr), Words.Access(read, write));
        }

        foreach (ExpectedIrq irq in _signals.Irqs[id])
        {
            Add(RightKind.Arrival, id, irq.IsMessage ? $"message {irq.Name} of {irq.Device}" : $"interrupt {irq.Input} of {irq.Device}", $"{(irq.Level ? "level" : "edge")}{(irq.ActiveLow ? ", active low" : "")}");
        }
    }

    void Signals(int id)
    {
        foreach (ExpectedSource source in _signals.Sources[id])
        {
            string name = source.Signal.Event >= 0 && _system.Events[source.Signal.Event].Name is { } of && of != source.Name ? $"{source.Name} ({of})" : source.Name;
            Add(RightKind.Event, id, name, Signal(id, source.Signal, $"event {name}"));
        }

        for (int reason = 0; reason < Limits.Traps; reason++)
        {
            if (_signals.Traps[id][reason] is { } signal)
            {
                Add(RightKind.Trap, id, Words.ExitReason(reason), Signal(id, signal, "traps"));
            }
        }

        foreach (ExpectedTarget target in _signals.Targets[id])
        {
            Add(RightKind.Arrival, id, $"event {_system.Events[target.Event].Name}", Words.Arrival(target.Action, target.Vector));
        }
    }

    string Signal(int id, ExpectedSignal signal, string by)
    {
        if (signal.Target < 0)
        {
            return Words.Signal(signal.Action, signal.Irq, signal.Flags, null, "");
        }

        _reach.Add(id, signal.Target, by);
        ExpectedTarget target = _signals.Targets[signal.Target].First(t => t.Event == signal.Event);
        return Words.Signal(signal.Action, signal.Irq, signal.Flags, _system.Subjects[signal.Target].Name, Words.Arrival(target.Action, target.Vector));
    }

    void Time(int id, ResolvedSubject subject)
    {
        int partition = _system.Plan.Groups[subject.Group].Partition;
        for (int major = 0; major < _system.Plan.MajorFrames.Length; major++)
        {
            foreach (ResolvedCpuPlan cpu in _system.Plan.MajorFrames[major].Cpus)
            {
                double own = cpu.Frames.Where(f => f.Partition == partition).Sum(f => (double)f.Ticks);
                double all = cpu.Frames.Sum(f => (double)f.Ticks);
                if (own > 0)
                {
                    double rate = _system.Plan.TickRate / 1000.0;
                    string[] others = [.. _system.Subjects.Where((s, i) => i != id && _system.Plan.Groups[s.Group].Partition == partition).Select(s => s.Name)];
                    Add(RightKind.Time, id, $"processor {cpu.Id}, major frame {major}", Words.Time(own / rate, all / rate) + (others.Length == 0 ? "" : $", shared with {string.Join(", ", others)}"));
                }
            }
        }
    }

    void Processor(int id, ResolvedSubject subject)
    {
        Vcpu vcpu = subject.Vcpu;
        Add(RightKind.Processor, id, "profile", $"{subject.Profile}");
        Add(RightKind.Processor, id, "program", subject.Component < 0 ? "idle" : _system.Components[subject.Component].Name);
        Add(RightKind.Processor, id, "XCR0", $"0x{vcpu.Xcr0:x} within 0x{vcpu.Xcr0Mask:x}");
        Add(RightKind.Processor, id, "kernel's service", $"{subject.Flushes}");
        foreach ((string bit, string what) in Words.Bits(vcpu.Pin, vcpu.Processor, vcpu.Secondary, vcpu.Exit, vcpu.Entry, vcpu.Exceptions, vcpu.Cr0Mask, vcpu.Cr4Mask))
        {
            Add(RightKind.Processor, id, bit, what);
        }
    }
}
