// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Check;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Verify;

/// <summary>Holds the machine, each subject's processor, the plan and the kernel's program against the policy.</summary>
sealed class SystemComparison
{
    static readonly (string Name, int Offset, int Size)[] s_stateFields =
    [
        .. from field in typeof(SubjectState).GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance)
           let offset = (int)Marshal.OffsetOf<SubjectState>(field.Name)
           select (field.Name, offset, Marshal.SizeOf(field.FieldType)),
    ];

    readonly ImageModel _image;
    readonly Expectation _policy;
    readonly Findings _findings;
    readonly KernelTables _tables;

    SystemComparison(ImageModel image, Expectation policy) => (_image, _policy, _findings, _tables) = (image, policy, image.Findings, image.Tables);

    /// <summary>Compares what is not memory and signals.</summary>
    /// <returns>False when subjects or processors are others, so that comparing them one by one says nothing.</returns>
    public static bool Compare(ImageModel image, Expectation policy, ulong entry, Grants grants)
    {
        var comparison = new SystemComparison(image, policy);
        comparison.Machine();
        comparison.Devices();
        comparison.Kernel(entry);
        if (!comparison.Counts())
        {
            return false;
        }

        for (int id = 0; id < image.Tables.Subjects.Length; id++)
        {
            comparison.Subject(id, in image.Tables.Subjects[id]);
            comparison.Msrs(id, grants.Msrs[id]);
        }

        comparison.Plan();
        return true;
    }

    void Machine()
    {
        TablesHeader header = _tables.Header;
        ResolvedHardware hardware = _policy.System.Hardware;
        Equal(header.TscKhz, hardware.TscKhz, "frequency of the TSC (kHz)");
        Equal(header.ConsolePort, hardware.ConsolePort?.Value ?? 0u, "the kernel's console port");
        Equal(header.HasIoApic, 1, "an IO-APIC");
        Equal(header.ResetPort, 0, "the port of a reset");
        Equal(header.PowerOffPort, 0, "the port that powers off");
        if (header.ResetPort == 0 && header.ResetValue != 0)
        {
            _findings.Add(FindingCodes.UnusedField, "the kernel's tables", "a value for no reset port");
        }

        if (header.PowerOffPort == 0 && header.PowerOffValue != 0)
        {
            _findings.Add(FindingCodes.UnusedField, "the kernel's tables", "a value for no power-off port");
        }

        for (int cpu = 0; cpu < _tables.Processors.Length && cpu < hardware.Cpus.Length; cpu++)
        {
            Equal(_tables.Processors[cpu].ApicId, hardware.Cpus[cpu].ApicId, $"the APIC of processor {cpu}");
            Equal(_tables.Processors[cpu].MachineCheckBanks, hardware.MachineCheckBanks, $"machine check banks of processor {cpu}");
        }
    }

    // Units, their registers, and which device is in which domain.
    void Devices()
    {
        ResolvedHardware hardware = _policy.System.Hardware;
        Equal((ulong)_tables.Iommus.Length, (ulong)hardware.Iommus.Length, "units for DMA remapping");
        for (int i = 0; i < _tables.Iommus.Length && i < hardware.Iommus.Length; i++)
        {
            DeviceMemoryNode registers = hardware.Iommus[i].Memory[0];
            Equal(_tables.Iommus[i].RegistersSize, registers.Size, $"bytes of registers of unit {i}");
            Equal(_tables.Iommus[i].Capabilities, DomainChecks.AddressWidth(hardware.Iommus[i]) == 39 ? DmaWalk.Width39 : DmaWalk.Width48, $"capabilities of unit {i}");
            Equal(_image.Kernels[0].At(KernelLayout.Iommus + ((ulong)i * KernelLayout.IommuStride))?.Physical ?? 0, registers.Address, $"address of the registers of unit {i}");
        }

        var expected = _policy.System.Domains.SelectMany((d, i) => d.Devices.Select(x => (Id: i + 1, x.Device.Pci!.SourceId))).Order();
        var there = (_image.Dma?.Domains ?? []).SelectMany(d => d.Devices.Select(source => (d.Id, SourceId: source))).Order();
        if (!expected.SequenceEqual(there))
        {
            _findings.Add(FindingCodes.Devices, "DMA contexts", $"devices by domain are {string.Join(", ", there)}; the policy says {string.Join(", ", expected)}");
        }
    }

    void Equal(ulong there, ulong expected, string what)
    {
        if (there != expected)
        {
            _findings.Add(FindingCodes.MachineDiffers, "the kernel's tables", $"{what}: {there}; the policy says {expected}");
        }
    }

    // The kernel's segments, with the rights that its file gives them, and its code and data.
    void Kernel(ulong entry)
    {
        ElfFile kernel = _policy.Contents.Kernel!;
        if (entry != kernel.Entry)
        {
            _findings.Add(FindingCodes.Start, "the image", $"it starts at 0x{entry:x}; the kernel at 0x{kernel.Entry:x}");
        }

        ulong size = 0;
        foreach (ElfSegment segment in kernel.LoadSegments)
        {
            (ulong start, ulong length, ReadOnlyMemory<byte> bytes) = ExpectedSpaces.PagesOf(segment);
            size += length;
            for (int cpu = 0; cpu < _image.Kernels.Length; cpu++)
            {
                bool writable = segment.Flags.HasFlag(ElfSegmentFlags.Write);
                bool executable = segment.Flags.HasFlag(ElfSegmentFlags.Execute);
                if (_image.Kernels[cpu].At(start, length) is not { } run || run.Writable != writable || run.Executable != executable)
                {
                    _findings.Add(FindingCodes.KernelRights, $"kernel of processor {cpu}", $"its segment at 0x{start:x} is not mapped with the rights of the kernel's file");
                }
            }

            if (_image.Memory.FindDifference(start, length, bytes.Span) is { } difference)
            {
                _findings.Add(FindingCodes.Content, "the kernel's image", $"the byte at 0x{difference:x} is another");
            }
        }

        ulong mapped = _image.Claims.Sorted.Where(c => c.Use == Use.KernelImage).Aggregate(0UL, (sum, c) => sum + c.Size);
        if (mapped != size)
        {
            _findings.Add(FindingCodes.KernelSpace, "the kernel's image", $"{mapped} bytes are mapped; its file has {size}");
        }
    }

    bool Counts()
    {
        bool same = true;
        void Count(int there, int expected, string what)
        {
            if (there != expected)
            {
                same = false;
                _findings.Add(FindingCodes.Identity, "the kernel's tables", $"{there} {what}; the policy has {expected}");
            }
        }

        Count(_tables.Subjects.Length, _policy.System.Subjects.Length, "subjects");
        Count(_tables.Processors.Length, _policy.Plan.Processors, "processors");
        Count(_tables.MajorFrames.Length, _policy.Plan.MajorFrames.Count, "major frames");
        Count(_tables.Groups.Length, _policy.System.Plan.Groups.Length, "groups");
        Count(_tables.Partitions.Length, _policy.System.Plan.Partitions.Length, "partitions");
        return same;
    }

    void Subject(int id, in SubjectEntry entry)
    {
        ResolvedSubject subject = _policy.System.Subjects[id];
        string place = $"subject '{subject.Name}'";
        if (_tables.NameOf(id) != subject.Name || entry.Processor != ExpectedSignals.ProcessorOf(_policy.System, id) || entry.Group != subject.Group || entry.Profile != subject.Profile)
        {
            _findings.Add(FindingCodes.Identity, place, $"the image has '{_tables.NameOf(id)}', {entry.Profile}, processor {entry.Processor}, group {entry.Group}; the policy says {subject.Profile}, processor {ExpectedSignals.ProcessorOf(_policy.System, id)}, group {subject.Group}");
        }

        Vcpu vcpu = _policy.Vcpus[id];
        void Control(ulong there, ulong expected, string what)
        {
            if (there != expected)
            {
                _findings.Add(FindingCodes.ControlDiffers, place, $"{what} 0x{there:x}; the policy says 0x{expected:x}");
            }
        }

        Control(entry.PinControls, vcpu.Pin, "pin-based controls");
        Control(entry.ProcessorControls, vcpu.Processor, "processor-based controls");
        Control(entry.SecondaryControls, vcpu.Secondary, "secondary controls");
        Control(entry.ExitControls, vcpu.Exit, "VM-exit controls");
        Control(entry.EntryControls, vcpu.Entry, "VM-entry controls");
        Control(entry.ExceptionBitmap, vcpu.Exceptions, "exception bitmap");
        Control(entry.Cr0Mask, vcpu.Cr0Mask, "mask of CR0");
        Control(entry.Cr4Mask, vcpu.Cr4Mask, "mask of CR4");
        Control(entry.Xcr0, vcpu.Xcr0, "XCR0");
        Control(entry.Xcr0Mask, vcpu.Xcr0Mask, "mask of XCR0");
        Control((uint)(entry.Flags & ~SubjectFlags.HugePages), (uint)FlagsOf(id), "flags");
        State(id, place, in entry, vcpu);
    }

    // Somebody who sees the state page needs it written, somebody who writes it needs it read.
    SubjectFlags FlagsOf(int id)
    {
        var observers = _policy.System.Subjects.SelectMany(s => s.Monitors).Where(m => m.Subject == id && m.Part == MonitorPart.State).ToList();
        return _policy.System.Subjects[id].Flushes | (observers.Count != 0 ? SubjectFlags.Observed : 0) | (observers.Exists(m => m.Writable) ? SubjectFlags.Controlled : 0);
    }

    void State(int id, string place, in SubjectEntry entry, Vcpu vcpu)
    {
        ResolvedSubject subject = _policy.System.Subjects[id];
        SubjectState expected = vcpu.Initial;
        if (!subject.IsVm)
        {
            // Where a program and its stack begin; the page tables were walked from CR3 on, and are claimed by this subject.
            ulong rip = subject.Component < 0 ? SubjectLayout.Image : _policy.Contents.Binaries[subject.Component]!.Entry;
            expected.Rip = vcpu.Registers.ContainsKey("rip") ? expected.Rip : rip;
            expected.Rsp = vcpu.Registers.ContainsKey("rsp") ? expected.Rsp : subject.Idle is null ? SubjectLayout.StackTop : 0;
            expected.Cr3 = entry.Initial.Cr3;
        }

        expected.Running = 1;
        ReadOnlySpan<byte> there = MemoryMarshal.AsBytes(new ReadOnlySpan<SubjectState>(in entry.Initial));
        ReadOnlySpan<byte> wanted = MemoryMarshal.AsBytes(new ReadOnlySpan<SubjectState>(in expected));
        if (there.SequenceEqual(wanted))
        {
            return;
        }

        foreach ((string name, int offset, int size) in s_stateFields)
        {
            if (!there.Slice(offset, size).SequenceEqual(wanted.Slice(offset, size)))
            {
                _findings.Add(FindingCodes.InitialState, place, $"{name} is {Convert.ToHexString(there.Slice(offset, size))}; the policy says {Convert.ToHexString(wanted.Slice(offset, size))} (bytes as in memory)");
            }
        }
    }

    void Msrs(int id, HashSet<(uint Msr, bool Write)> there)
    {
        var expected = new HashSet<(uint Msr, bool Write)>();
        foreach (MsrNode range in _policy.System.Subjects[id].Msrs)
        {
            for (ulong msr = range.Start; msr <= range.End; msr++)
            {
                if (msr % Bitmaps.HighMsrs < Bitmaps.MsrRange && (range.Read || range.Write))
                {
                    _ = range.Read && expected.Add(((uint)msr, false));
                    _ = range.Write && expected.Add(((uint)msr, true));
                }
            }
        }

        foreach ((uint msr, bool write) in there.Except(expected))
        {
            _findings.Add(FindingCodes.Msrs, $"subject '{_tables.NameOf(id)}'", $"it may {(write ? "write" : "read")} MSR 0x{msr:x}; the policy says no");
        }

        foreach ((uint msr, bool write) in expected.Except(there))
        {
            _findings.Add(FindingCodes.Msrs, $"subject '{_tables.NameOf(id)}'", $"it may not {(write ? "write" : "read")} MSR 0x{msr:x}; the policy lets it");
        }
    }

    void Plan()
    {
        for (int i = 0; i < _tables.Groups.Length; i++)
        {
            ResolvedGroup group = _policy.System.Plan.Groups[i];
            if (_tables.Groups[i].FirstSubject != group.First || _tables.Groups[i].Partition != group.Partition)
            {
                _findings.Add(FindingCodes.Group, $"group {i}", $"it begins with subject {_tables.Groups[i].FirstSubject} in partition {_tables.Groups[i].Partition}; the policy says {group.First} in {group.Partition}");
            }
        }

        for (int i = 0; i < _tables.Partitions.Length; i++)
        {
            ResolvedPartition partition = _policy.System.Plan.Partitions[i];
            PartitionEntry there = _tables.Partitions[i];
            if (there.FirstGroup != partition.FirstGroup || there.GroupCount != partition.GroupCount || there.Processor != partition.Processors[0])
            {
                _findings.Add(FindingCodes.Group, $"partition {i}", $"it has {there.GroupCount} groups from {there.FirstGroup} on, processor {there.Processor}; the policy says {partition.GroupCount} from {partition.FirstGroup} on, processor {partition.Processors[0]}");
            }
        }

        for (int major = 0; major < _tables.MajorFrames.Length; major++)
        {
            ExpectedMajorFrame expected = _policy.Plan.MajorFrames[major];
            if (_tables.MajorFrames[major].Period != expected.Period)
            {
                _findings.Add(FindingCodes.PlanDiffers, $"major frame {major}", $"{_tables.MajorFrames[major].Period} cycles; the policy says {expected.Period}");
            }

            for (int cpu = 0; cpu < _tables.Processors.Length; cpu++)
            {
                Frames(major, cpu, expected.Processors[cpu]);
            }
        }
    }

    void Frames(int major, int cpu, List<(ulong Deadline, int Partition)> expected)
    {
        string place = $"major frame {major}, processor {cpu}";
        MinorFrameRange range = _tables.Ranges[(major * _tables.Processors.Length) + cpu];
        if (range.Count != expected.Count || (ulong)range.First + range.Count > (ulong)_tables.MinorFrames.Length)
        {
            _findings.Add(FindingCodes.PlanDiffers, place, $"{range.Count} minor frames; the policy has {expected.Count}");
            return;
        }

        for (int i = 0; i < expected.Count; i++)
        {
            MinorFrame there = _tables.MinorFrames[(int)range.First + i];
            if (there.Deadline != expected[i].Deadline || there.Partition != expected[i].Partition)
            {
                _findings.Add(FindingCodes.PlanDiffers, place, $"minor frame {i} runs partition {there.Partition} until {there.Deadline}; the policy says {expected[i].Partition} until {expected[i].Deadline}");
            }
        }
    }
}
