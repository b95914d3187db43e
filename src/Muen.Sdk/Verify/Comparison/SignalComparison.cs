// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>Holds events, traps, received events, vectors and interrupts against the policy.</summary>
sealed class SignalComparison
{
    readonly ImageModel _image;
    readonly Expectation _policy;
    readonly Findings _findings;
    readonly KernelTables _tables;

    /// <summary>By event of the policy: its number at the subject that receives it, -1 while nobody signals it.</summary>
    readonly int[] _numbers;

    /// <summary>The processor's vector of each interrupt, -1 for one that has none.</summary>
    readonly Dictionary<ExpectedIrq, int> _hosts = new(ReferenceEqualityComparer.Instance);

    SignalComparison(ImageModel image, Expectation policy)
    {
        (_image, _policy, _findings, _tables) = (image, policy, image.Findings, image.Tables);
        _numbers = new int[policy.System.Events.Length];
        Array.Fill(_numbers, -1);
    }

    /// <summary>Compares all signals.</summary>
    public static void Compare(ImageModel image, Expectation policy)
    {
        var comparison = new SignalComparison(image, policy);
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            comparison.Events(id);
            comparison.Traps(id);
        }

        for (int id = 0; id < image.Subjects.Length; id++)
        {
            comparison.Targets(id);
            comparison.Devices(id);
        }

        comparison.Interrupts();
    }

    IEnumerable<InfoResource> Told(int id, ResourceKind kind) => _image.Information[id]?.Resources.Where(r => r.Kind == kind) ?? [];

    void Events(int id)
    {
        string place = Place(id);
        var expected = new Dictionary<int, ExpectedSource>();
        List<InfoResource> told = [.. Told(id, ResourceKind.Event)];
        foreach (ExpectedSource source in _policy.Signals.Sources[id])
        {
            int index = told.FindIndex(r => r.Name == source.Name);
            if (index < 0)
            {
                _findings.Add(FindingCodes.Information, place, $"it is not told of event '{source.Name}'");
                continue;
            }

            int number = told[index].Number;
            told.RemoveAt(index);
            if ((source.Number is { } given && given != number) || number >= Limits.Events || !expected.TryAdd(number, source))
            {
                _findings.Add(FindingCodes.EventDiffers, place, $"event '{source.Name}' is number {number}{(source.Number is { } n ? $"; the policy says {n}" : "")}");
            }
        }

        foreach (InfoResource extra in told)
        {
            _findings.Add(FindingCodes.Information, place, $"it is told of event '{extra.Name}', which the policy does not give it");
        }

        for (int i = 0; i < Limits.Events; i++)
        {
            ExpectedSource? source = expected.GetValueOrDefault(i);
            Compare(FindingCodes.EventDiffers, $"{place}, event {i}{(source is null ? "" : $" '{source.Name}'")}", _tables.Events(id)[i], source?.Signal);
        }
    }

    void Traps(int id)
    {
        for (int i = 0; i < Limits.Traps; i++)
        {
            Compare(FindingCodes.TrapDiffers, $"{Place(id)}, trap {i}", _tables.Traps(id)[i], _policy.Signals.Traps[id][i]);
        }
    }

    void Compare(FindingCode code, string place, in SourceEvent there, ExpectedSignal? expected)
    {
        if (expected is not { } signal)
        {
            // An entry that is not in use may have other fields; whether it has was said.
            if ((there.Flags & EventFlags.Valid) != 0)
            {
                _findings.Add(code, place, $"it does {Words(there)}; the policy says nothing of it");
            }

            return;
        }

        bool same = there.Action == signal.Action && there.Flags == signal.Flags && (signal.Action != SourceAction.UnmaskIrq || there.Irq == signal.Irq)
            && (signal.Target < 0 || there.TargetSubject == signal.Target);
        if (same && signal.Event >= 0 && signal.Target >= 0)
        {
            int number = _numbers[signal.Event];
            _numbers[signal.Event] = number < 0 ? there.TargetEvent : number;
            same = number < 0 || number == there.TargetEvent;
        }

        if (!same)
        {
            string target = signal.Target < 0 ? "" : $" for '{_tables.NameOf(signal.Target)}'{(signal.Event < 0 || _numbers[signal.Event] < 0 ? "" : $", number {_numbers[signal.Event]}")}";
            _findings.Add(code, place, $"it does {Words(there)}; the policy says {signal.Action}, {signal.Flags}{target}");
        }
    }

    string Words(in SourceEvent there) =>
        $"{there.Action}, {there.Flags}{((there.Flags & (EventFlags.HasTarget | EventFlags.Handover)) != 0 ? $" for '{_tables.NameOf(there.TargetSubject)}', number {there.TargetEvent}" : "")}{(there.Action == SourceAction.UnmaskIrq ? $" (interrupt {there.Irq})" : "")}";

    void Targets(int id)
    {
        string place = Place(id);
        List<InfoResource> told = [.. Told(id, ResourceKind.Vector)];
        var taken = new ExpectedTarget?[Limits.Events];
        foreach (ExpectedTarget target in _policy.Signals.Targets[id])
        {
            int vector = target.Action == TargetAction.Inject ? Vector(place, told, target.Name, target.Vector) : 0;
            int number = _numbers[target.Event];

            // Every event has a source, or the policy has an error. One that no entry signals has no number, and its source was reported.
            if (number < 0)
            {
                continue;
            }

            if (number >= Limits.Events || taken[number] is not null || (target.Number is { } given && given != number))
            {
                _findings.Add(FindingCodes.TargetDiffers, place, $"event '{target.Name}' arrives as number {number}, which is another's");
            }
            else
            {
                taken[number] = target;
                Compare(id, number, target, vector);
            }
        }

        RequireLowest(place, taken);
        for (int i = 0; i < Limits.Events; i++)
        {
            TargetEvent there = _tables.Targets(id)[i];
            if (taken[i] is null && there.Action != TargetAction.None)
            {
                _findings.Add(FindingCodes.TargetDiffers, $"{place}, received event {i}", $"{there.Action} of vector {there.Vector}; the policy says nothing of it");
            }
        }

        foreach (ExpectedIrq irq in _policy.Signals.Irqs[id])
        {
            int vector = Vector(place, told, irq.Name, irq.Vector);
            int host = irq.IsMessage ? HostVectorOf(id, vector) : irq.HostVector;
            _hosts[irq] = host;
            VectorRoute route = host < 0 ? new VectorRoute { Subject = VectorRoute.NoSubject } : _tables.Vectors[host];
            if (route.Subject != id || route.Vector != vector || route.Irq != (irq.Level ? irq.Input : VectorRoute.NoIrq))
            {
                _findings.Add(FindingCodes.Vectors, $"vector {host}", $"it goes to subject {route.Subject} as vector {route.Vector} and masks {route.Irq}; the policy says {place}, vector {vector}");
            }
        }

        foreach (InfoResource extra in told)
        {
            _findings.Add(FindingCodes.Information, place, $"it is told of vector '{extra.Name}', which the policy does not give it");
        }
    }

    void Compare(int id, int number, ExpectedTarget target, int vector)
    {
        TargetEvent there = _tables.Targets(id)[number];
        if (there.Action != target.Action || (there.Action == TargetAction.Inject && there.Vector != vector))
        {
            _findings.Add(FindingCodes.TargetDiffers, $"{Place(id)}, received event {number} '{target.Name}'",
                $"{there.Action} of vector {there.Vector}; the policy says {target.Action}{(target.Action == TargetAction.Inject ? $" of vector {vector}" : "")}");
        }
    }

    // Numbers that the policy leaves open are the lowest free ones.
    void RequireLowest(string place, ExpectedTarget?[] taken)
    {
        int free = Array.FindIndex(taken, t => t is null);
        int last = Array.FindLastIndex(taken, t => t is { Number: null });
        if (free >= 0 && last > free)
        {
            _findings.Add(FindingCodes.TargetDiffers, place, $"event '{taken[last]!.Name}' arrives as number {last}, while {free} is free: somebody signals another number than its own");
        }
    }

    int Vector(string place, List<InfoResource> told, string name, int? given)
    {
        int index = told.FindIndex(r => r.Name == name && (given is null || r.Number == given));
        if (index < 0)
        {
            _findings.Add(FindingCodes.Information, place, $"it is not told of vector '{name}'{(given is { } g ? $", {g}" : "")}");
            return given ?? -1;
        }

        int number = told[index].Number;
        told.RemoveAt(index);
        return number;
    }

    void Devices(int id)
    {
        string place = Place(id);
        List<InfoResource> told = [.. Told(id, ResourceKind.Device)];
        foreach (Policy.Expand.ResolvedDevice device in _policy.System.Subjects[id].Devices)
        {
            int index = told.FindIndex(r => r.Name == device.Logical);
            if (index < 0 || !told[index].Data.Span[..SubjectInformation.DeviceSize].SequenceEqual(DataOf(id, device.Device)))
            {
                _findings.Add(FindingCodes.Information, place, $"device '{device.Logical}' is not told of, or as another device, or with other vectors");
            }

            if (index >= 0)
            {
                told.RemoveAt(index);
            }
        }

        List<InfoResource> ports = [.. Told(id, ResourceKind.DevicePort)];
        foreach (Policy.Expand.ResolvedPort port in _policy.System.Subjects[id].Ports)
        {
            int index = ports.FindIndex(r => r.Name == port.Logical && r.Port == port.Port.Start && r.Count == port.Port.End - port.Port.Start + 1
                && r.SourceId == (port.Device.Pci?.SourceId ?? Policy.DeviceView.NoSourceId));
            if (index < 0)
            {
                _findings.Add(FindingCodes.Ports, place, $"it lacks the ports 0x{port.Port.Start:x} to 0x{port.Port.End:x} of '{port.Logical}', or is not told of them");
            }
            else
            {
                ports.RemoveAt(index);
            }
        }

        foreach (InfoResource extra in told.Concat(ports))
        {
            _findings.Add(extra.Kind == ResourceKind.DevicePort ? FindingCodes.Ports : FindingCodes.Information, place,
                $"it has {extra.Kind} '{extra.Name}' (0x{extra.Port:x}, {extra.Count}), which the policy does not give it");
        }
    }

    // A device's place on its bus, what it says it is, the processor's vector of its first message, its lowest vector, how many it has, and whether they are messages.
    byte[] DataOf(int id, Policy.DeviceNode device)
    {
        ExpectedIrq[] irqs = [.. _policy.Signals.Irqs[id].Where(i => i.Device == device.Name)];
        int first = irqs.Where(i => i.IsMessage).Select(i => _hosts.GetValueOrDefault(i, -1)).DefaultIfEmpty(-1).First();
        int lowest = irqs.Select(i => _hosts.GetValueOrDefault(i, -1)).Where(h => h >= 0).Select(h => (int)_tables.Vectors[h].Vector).DefaultIfEmpty(0).Min();
        byte[] data = new byte[SubjectInformation.DeviceSize];
        var words = new ushort[] { device.Pci?.SourceId ?? Policy.DeviceView.NoSourceId, device.Pci?.Vendor ?? 0, device.Pci?.Identifier ?? 0, device.Pci?.Class ?? 0, (ushort)Math.Max(first, 0) };
        Buffer.BlockCopy(words, 0, data, 0, words.Length * sizeof(ushort));
        (data[10], data[11], data[12]) = ((byte)lowest, (byte)irqs.Length, first < 0 ? (byte)0 : (byte)1);
        return data;
    }

    // A message's vector is chosen by the compiler: the one that brings the subject the vector that it is told of.
    int HostVectorOf(int id, int vector)
    {
        for (int host = Limits.FirstMessageVector; host < Limits.IommuFaultVector; host++)
        {
            if (_tables.Vectors[host].Subject == id && _tables.Vectors[host].Vector == vector)
            {
                return host;
            }
        }

        return -1;
    }

    void Interrupts()
    {
        ExpectedIrq[] all = [.. _policy.Signals.Irqs.SelectMany(i => i)];
        HashSet<int> vectors = [.. _hosts.Values];
        for (int i = 0; i < Limits.Vectors; i++)
        {
            if (_tables.Vectors[i].Subject != VectorRoute.NoSubject && !vectors.Contains(i))
            {
                _findings.Add(FindingCodes.Vectors, $"vector {i}", $"it goes to subject {_tables.Vectors[i].Subject}; the policy says to nobody");
            }
        }

        foreach (IoApicRoute route in _tables.Routes)
        {
            bool known = Array.Exists(all, i => !i.IsMessage && i.Input == route.Irq && i.HostVector == route.Vector && i.Level == (route.Level != 0) && i.ActiveLow == (route.ActiveLow != 0));
            if (!known)
            {
                _findings.Add(FindingCodes.Vectors, $"IO-APIC input {route.Irq}", $"vector {route.Vector}, level {route.Level}, active low {route.ActiveLow}; the policy says otherwise");
            }
        }

        int lines = all.Count(i => !i.IsMessage);
        if (lines != _tables.Routes.Length)
        {
            _findings.Add(FindingCodes.Vectors, "IO-APIC", $"{_tables.Routes.Length} inputs are routed; the policy has {lines} lines");
        }

        Remapped();
    }

    // Each interrupt that somebody has, and no other, with its own vector, from its own source, to the processor of its subject.
    void Remapped()
    {
        if (_image.Dma is not { } dma)
        {
            return;
        }

        var left = dma.Interrupts.ToDictionary(i => i.Index);
        for (int id = 0; id < _policy.Signals.Irqs.Length; id++)
        {
            uint destination = _tables.Processors[_tables.Subjects[id].Processor % _tables.Processors.Length].ApicId;
            foreach (ExpectedIrq irq in _policy.Signals.Irqs[id])
            {
                int host = _hosts[irq];
                var expected = new RemappedInterrupt(host, (byte)host, irq.Level, destination, irq.Source);
                if (!left.Remove(host, out RemappedInterrupt there) || there != expected)
                {
                    _findings.Add(FindingCodes.Remapping, $"interrupt remapping entry {host}", $"it is {there}; for {Place(id)} it must be {expected}");
                }
            }
        }

        foreach (RemappedInterrupt extra in left.Values)
        {
            _findings.Add(FindingCodes.Remapping, $"interrupt remapping entry {extra.Index}", $"{extra} is nobody's");
        }
    }

    string Place(int id) => $"subject '{_tables.NameOf(id)}'";
}
