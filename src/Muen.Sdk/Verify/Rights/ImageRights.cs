// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>The rights that an image's tables give, named as each subject names them.</summary>
sealed class ImageRights
{
    readonly ImageModel _image;
    readonly KernelTables _tables;
    readonly List<Right> _rights = [];
    readonly Reach _reach;

    ImageRights(ImageModel image)
    {
        (_image, _tables) = (image, image.Tables);
        _reach = new(Enumerable.Range(0, _tables.Subjects.Length).Select(_tables.NameOf));
    }

    public static IEnumerable<Right> Of(ImageModel image)
    {
        var rights = new ImageRights(image);
        for (int id = 0; id < image.Subjects.Length; id++)
        {
            rights.Memory(id);
            rights.Grants(id);
            rights.Signals(id);
            rights.Arrivals(id);
            rights.Time(id);
            rights.Processor(id);
        }

        foreach (DmaDomain domain in image.Dma?.Domains ?? [])
        {
            foreach (MappedRun run in domain.Space.Runs)
            {
                rights._rights.Add(new(RightKind.Memory, $"devices of domain {domain.Id}", $"0x{run.Virtual:x}", Words.Memory(run.Size, run.Writable, run.Executable, run.Caching), $"is 0x{run.Physical:x}"));
            }

            rights._rights.Add(new(RightKind.Processor, $"devices of domain {domain.Id}", "devices", string.Join(", ", domain.Devices.Select(d => $"0x{d:x}"))));
        }

        foreach (RemappedInterrupt interrupt in image.Dma?.Interrupts ?? [])
        {
            rights._rights.Add(new(RightKind.Arrival, $"device 0x{interrupt.Source:x}", $"remapped interrupt {interrupt.Index}", $"vector {interrupt.Vector}, level {interrupt.Level}, APIC {interrupt.Destination}"));
        }

        rights.Shared();
        return rights._rights.Concat(rights._reach.Rights());
    }

    void Add(RightKind kind, int id, string to, string what, string detail = "") => _rights.Add(new(kind, _tables.NameOf(id), to, what, detail));

    void Memory(int id)
    {
        List<(ulong Address, ulong Size)> named = [];
        var names = new HashSet<string>();
        foreach (InfoResource memory in (_image.Information[id]?.Resources.Where(r => r.IsMemory) ?? []).OrderBy(r => r.Address))
        {
            named.Add((memory.Address, memory.Size));
            if (_image.Subjects[id].At(memory.Address, memory.Size) is { } run)
            {
                // A name that is there twice is still two pieces of memory.
                string name = names.Add(memory.Name) ? memory.Name : $"{memory.Name} at 0x{memory.Address:x}";
                Add(RightKind.Memory, id, name, Words.Memory(run.Size, run.Writable, run.Executable, run.Caching), $"0x{run.Virtual:x} is 0x{run.Physical:x}");
            }
        }

        foreach (MappedRun run in _image.Subjects[id].Outside(named))
        {
            Add(RightKind.Memory, id, $"0x{run.Virtual:x} without a name", Words.Memory(run.Size, run.Writable, run.Executable, run.Caching), $"is 0x{run.Physical:x}");
        }
    }

    // Memory that one writes and another sees; both names of it.
    void Shared()
    {
        List<(ulong Start, ulong End, int Id, bool Writable, string Name)> pieces = [];
        for (int id = 0; id < _image.Subjects.Length; id++)
        {
            foreach (MappedRun run in _image.Subjects[id].Runs)
            {
                pieces.Add((run.Physical, run.Physical + run.Size, id, run.Writable, NameAt(id, run.Virtual)));
            }
        }

        pieces.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (int i = 0; i < pieces.Count; i++)
        {
            for (int j = i + 1; j < pieces.Count && pieces[j].Start < pieces[i].End; j++)
            {
                Edge(pieces[i], pieces[j]);
                Edge(pieces[j], pieces[i]);
            }
        }

        void Edge((ulong Start, ulong End, int Id, bool Writable, string Name) from, (ulong Start, ulong End, int Id, bool Writable, string Name) to)
        {
            if (from.Writable)
            {
                _reach.Add(from.Id, to.Id, from.Name == to.Name ? $"memory {from.Name}" : $"memory {from.Name} ({to.Name})");
            }
        }
    }

    string NameAt(int id, ulong address) =>
        _image.Information[id]?.Resources.FirstOrDefault(r => r.IsMemory && address - r.Address < r.Size)?.Name ?? $"at 0x{address:x}";

    void Grants(int id)
    {
        SubjectEntry entry = _tables.Subjects[id];
        if (_image.Memory.Read(entry.IoBitmapAddress, 2 * PhysicalMemory.Page) is { } ports)
        {
            foreach ((int First, int Last) range in Words.Ranges(Bitmaps.Cleared(ports)))
            {
                Add(RightKind.Port, id, Words.Port(range), "read, write");
            }
        }

        if (_image.Memory.Read(entry.MsrBitmapAddress, PhysicalMemory.Page) is { } msrs)
        {
            foreach (IGrouping<uint, (uint Msr, bool Write)> msr in Bitmaps.Cleared(msrs).Select(Bitmaps.Msr).GroupBy(m => m.Msr))
            {
                Add(RightKind.Msr, id, Words.Msr(msr.Key), Words.Access(msr.Any(m => !m.Write), msr.Any(m => m.Write)));
            }
        }

        for (int i = 0; i < entry.MsrStoreCount && i < Limits.MsrStoreEntries; i++)
        {
            if (_image.Memory.Read(entry.MsrStoreAddress + ((ulong)i * 16), 4) is { } index)
            {
                Add(RightKind.Msr, id, $"stored {i}", Words.Msr(BitConverter.ToUInt32(index)));
            }
        }
    }

    void Signals(int id)
    {
        for (int i = 0; i < Limits.Events; i++)
        {
            Signal(RightKind.Event, id, NameOf(id, ResourceKind.Event, i) ?? $"number {i}", i, _tables.Events(id)[i]);
            Signal(RightKind.Trap, id, Words.ExitReason(i), i, _tables.Traps(id)[i]);
        }
    }

    void Signal(RightKind kind, int id, string name, int number, SourceEvent there)
    {
        if ((there.Flags & EventFlags.Valid) == 0)
        {
            return;
        }

        string? target = null;
        string arrives = "";
        if ((there.Flags & (EventFlags.HasTarget | EventFlags.Handover)) != 0)
        {
            target = _tables.NameOf(there.TargetSubject);
            if (there.TargetSubject < _tables.Subjects.Length && there.TargetEvent < Limits.Events)
            {
                TargetEvent received = (there.Flags & EventFlags.HasTarget) != 0 ? _tables.Targets(there.TargetSubject)[there.TargetEvent] : default;
                arrives = Words.Arrival(received.Action, received.Vector);
                _reach.Add(id, there.TargetSubject, kind == RightKind.Event ? $"event {name}" : "traps");
            }
        }

        string detail = $"number {number}, action {(byte)there.Action}, flags 0x{(byte)there.Flags:x}, target {(target is null ? "" : $"{there.TargetSubject} {there.TargetEvent}")}";
        Add(kind, id, name, Words.Signal(there.Action, there.Irq, there.Flags, target, arrives), detail);
    }

    void Arrivals(int id)
    {
        for (int i = 0; i < Limits.Events; i++)
        {
            TargetEvent there = _tables.Targets(id)[i];
            if (there.Action != TargetAction.None)
            {
                string name = there.Action == TargetAction.Inject ? NameOf(id, ResourceKind.Vector, there.Vector) ?? $"event {i}" : $"event {i}";
                Add(RightKind.Arrival, id, name, Words.Arrival(there.Action, there.Vector), $"number {i}");
            }
        }

        for (int i = 0; i < Limits.Vectors; i++)
        {
            VectorRoute route = _tables.Vectors[i];
            if (route.Subject == id)
            {
                Add(RightKind.Arrival, id, NameOf(id, ResourceKind.Vector, route.Vector) ?? $"vector {route.Vector}", $"device interrupt, vector {route.Vector}", $"host vector {i}, masks {route.Irq}");
            }
        }

        foreach (IoApicRoute route in _tables.Routes)
        {
            if (_tables.Vectors[route.Vector].Subject == id)
            {
                Add(RightKind.Arrival, id, $"interrupt {route.Irq}", $"{(route.Level != 0 ? "level" : "edge")}{(route.ActiveLow != 0 ? ", active low" : "")}", $"{route.Level} {route.ActiveLow} vector {route.Vector}, 0x{route.Upper:x}");
            }
        }
    }

    string? NameOf(int id, ResourceKind kind, int number) => _image.Information[id]?.Resources.FirstOrDefault(r => r.Kind == kind && r.Number == number)?.Name;

    void Time(int id)
    {
        SubjectEntry entry = _tables.Subjects[id];
        int partition = entry.Group < _tables.Groups.Length ? _tables.Groups[entry.Group].Partition : -1;
        for (int major = 0; major < _tables.MajorFrames.Length; major++)
        {
            ulong period = _tables.MajorFrames[major].Period;
            for (int cpu = 0; cpu < _tables.Processors.Length; cpu++)
            {
                MinorFrameRange range = _tables.Ranges[(major * _tables.Processors.Length) + cpu];
                ulong last = 0;
                ulong sum = 0;
                var slots = new List<string>();
                for (ulong i = range.First; i < (ulong)range.First + range.Count && i < (ulong)_tables.MinorFrames.Length; i++)
                {
                    MinorFrame frame = _tables.MinorFrames[(int)i];
                    if (frame.Partition == partition)
                    {
                        sum += frame.Deadline - last;
                        slots.Add($"{last} to {frame.Deadline}, barrier {frame.Barrier} of {frame.BarrierSize}");
                    }

                    last = frame.Deadline;
                }

                if (slots.Count > 0)
                {
                    double khz = _tables.Header.TscKhz;
                    Add(RightKind.Time, id, $"processor {cpu}, major frame {major}", Words.Time(sum / khz, period / khz), $"{string.Join("; ", slots)} of {period}, group {entry.Group}");
                }
            }
        }
    }

    void Processor(int id)
    {
        SubjectEntry entry = _tables.Subjects[id];
        SubjectState state = entry.Initial;
        Add(RightKind.Processor, id, "profile", $"{entry.Profile}");
        Add(RightKind.Processor, id, "XCR0", $"0x{entry.Xcr0:x} within 0x{entry.Xcr0Mask:x}");
        Add(RightKind.Processor, id, "kernel's service", $"{entry.Flags}");
        foreach ((string bit, string what) in Words.Bits(entry.PinControls, entry.ProcessorControls, entry.SecondaryControls, entry.ExitControls, entry.EntryControls, entry.ExceptionBitmap, entry.Cr0Mask, entry.Cr4Mask))
        {
            Add(RightKind.Processor, id, bit, what);
        }

        ReadOnlySpan<byte> bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<SubjectState>(in state));
        Add(RightKind.Processor, id, "start", $"CR0 0x{state.Cr0:x}, CR4 0x{state.Cr4:x}, EFER 0x{state.Efer:x}", Convert.ToHexString(bytes));
    }
}
