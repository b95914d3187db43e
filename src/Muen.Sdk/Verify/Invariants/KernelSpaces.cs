// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>
/// The kernel's address spaces are <see cref="KernelLayout"/> and nothing else: each thing at its place, with its rights, and with the very pages that the tables name
/// by physical address. What is found is claimed.
/// </summary>
sealed class KernelSpaces
{
    const ulong Page = PhysicalMemory.Page;

    /// <summary>The page of the crash audit, behind the room for the tables, so that no boot loader writes to it.</summary>
    public const ulong CrashAudit = KernelLayout.Tables + KernelLayout.TablesLimit;

    /// <summary>Physical address of the IO-APIC.</summary>
    public const ulong IoApic = 0xFEC0_0000;

    const ulong LocalApic = 0xFEE0_0000;

    readonly ImageModel _image;
    readonly Findings _findings;
    readonly KernelTables _tables;
    readonly List<(ulong Address, ulong Size)> _known = [];

    KernelSpaces(ImageModel image) => (_image, _findings, _tables) = (image, image.Findings, image.Tables);

    /// <summary>Checks every processor's.</summary>
    public static void Check(ImageModel image)
    {
        var check = new KernelSpaces(image);
        for (int cpu = 0; cpu < image.Kernels.Length; cpu++)
        {
            check.Processor(cpu);
        }

        TablesHeader header = image.Tables.Header;
        for (int cpu = image.Kernels.Length; cpu < Limits.Processors; cpu++)
        {
            if (image.Tables.PageTables(cpu) != 0)
            {
                image.Findings.Add(FindingCodes.UnusedField, "the kernel's tables", $"page tables of processor {cpu}, of which there are {header.ProcessorCount}");
            }
        }

        image.Claims.Add(KernelLayout.Tables, image.Tables.Pages, Use.Tables, -1);
        image.Claims.Add(CrashAudit, Page, Use.CrashAudit, -1);
        image.Claims.Add(IoApic, Page, Use.IoApic, -1);
        image.Claims.Add(LocalApic, Page, Use.LocalApic, -1);
        if (header.HasPlanSelector != 0)
        {
            image.Claims.Add(check.PlanSelector, Page, Use.PlanSelector, -1);
        }
    }

    void Processor(int cpu)
    {
        _known.Clear();
        Image(cpu);
        TablesHeader header = _tables.Header;
        Require(cpu, "tables", KernelLayout.Tables, _tables.Pages, KernelLayout.Tables, writable: false);
        Own(cpu, "stack", KernelLayout.Stack, Use.KernelStack, cpu);
        Own(cpu, "interrupt stack", KernelLayout.InterruptStack, Use.InterruptStack, cpu);
        Own(cpu, "processor data", KernelLayout.ProcessorData, Use.ProcessorData, cpu);
        Named(cpu, "VMXON region", KernelLayout.VmxOn, _tables.Processors[cpu].VmxOnAddress, Use.VmxOn, cpu);
        Require(cpu, "crash audit", KernelLayout.CrashAudit, Page, CrashAudit, caching: Caching.UC);
        Require(cpu, "IO-APIC", KernelLayout.IoApic, Page, IoApic, caching: Caching.UC);
        if (header.HasPlanSelector != 0 && Require(cpu, "plan selector", KernelLayout.PlanSelector, Page, null, writable: false) is { } selector)
        {
            PlanSelector = cpu == 0 || PlanSelector == selector ? selector : Differ(selector);
        }

        for (int unit = 0; cpu == 0 && unit < _tables.Iommus.Length; unit++)
        {
            Iommu(unit, _tables.Iommus[unit]);
        }

        for (int id = 0; id < _tables.Subjects.Length; id++)
        {
            SubjectEntry entry = _tables.Subjects[id];
            if (entry.Processor == cpu)
            {
                Subject(cpu, id, in entry);
            }
        }

        _known.Sort();
        foreach (MappedRun extra in _image.Kernels[cpu].Outside(_known))
        {
            _findings.Add(FindingCodes.KernelSpace, Place(cpu), $"0x{extra.Virtual:x} to 0x{extra.Virtual + extra.Size:x} is mapped ({extra.Rights}, physical 0x{extra.Physical:x}), where nothing belongs");
        }
    }

    ulong PlanSelector { get; set; }

    ulong Differ(ulong selector)
    {
        _findings.Add(FindingCodes.KernelPages, "plan selector", $"processors see it at 0x{selector:x} and 0x{PlanSelector:x}");
        return PlanSelector;
    }

    // Code, constants and data of the kernel, the same in each processor's space: at their physical addresses, none both writable and executable.
    void Image(int cpu)
    {
        AddressSpace space = _image.Kernels[cpu];
        ulong at = KernelLayout.Image;
        while (at < KernelLayout.ImageEnd && space.At(at) is { } run)
        {
            ulong size = Math.Min(run.Size - (at - run.Virtual), KernelLayout.ImageEnd - at);
            ulong physical = run.Physical + (at - run.Virtual);
            if (physical != at || run.Caching != Caching.WB)
            {
                _findings.Add(FindingCodes.KernelSpace, Place(cpu), $"the image's 0x{at:x} is physical 0x{physical:x}, type {run.Caching?.ToString() ?? "unknown"}; it must be the same address, write-back");
            }

            if (run is { Writable: true, Executable: true })
            {
                _findings.Add(FindingCodes.KernelRights, Place(cpu), $"the image's 0x{at:x} is writable and executable");
            }

            if (cpu != 0 && _image.Kernels[0].At(at, size) is not { } first || cpu != 0 && _image.Kernels[0].At(at, size) is { } other && (other.Writable != run.Writable || other.Executable != run.Executable))
            {
                _findings.Add(FindingCodes.KernelRights, Place(cpu), $"the image's 0x{at:x} has other rights than on processor 0");
            }

            if (cpu == 0)
            {
                _image.Claims.Add(physical, size, Use.KernelImage, -1);
            }

            _known.Add((at, size));
            at += size;
        }

        if (_known.Count == 0)
        {
            _findings.Add(FindingCodes.KernelSpace, Place(cpu), $"there is no kernel at 0x{KernelLayout.Image:x}");
        }
    }

    void Subject(int cpu, int id, in SubjectEntry entry)
    {
        ulong start = KernelLayout.Subjects + ((ulong)id * KernelLayout.SubjectStride);
        string of = $" of subject '{_tables.NameOf(id)}'";
        Own(cpu, "state" + of, start + KernelLayout.StateOffset, Use.State, id);
        Own(cpu, "timed event" + of, start + KernelLayout.TimedEventOffset, Use.TimedEvent, id);
        Own(cpu, "interrupts" + of, start + KernelLayout.InterruptsOffset, Use.Interrupts, id);
        Own(cpu, "scheduling information" + of, start + KernelLayout.SchedulingInfoOffset, Use.SchedulingInfo, id);
        Own(cpu, "extended state" + of, start + KernelLayout.FpuOffset, Use.Fpu, id);
        Named(cpu, "VMCS" + of, start + KernelLayout.VmcsOffset, entry.VmcsAddress, Use.Vmcs, id);
        if (entry.MsrStoreCount != 0)
        {
            Named(cpu, "MSR store" + of, start + KernelLayout.MsrStoreOffset, entry.MsrStoreAddress, Use.MsrStore, id);
        }
    }

    void Iommu(int unit, in IommuEntry entry)
    {
        if (entry.RegistersSize == 0 || entry.RegistersSize % Page != 0 || entry.RegistersSize > KernelLayout.IommuStride / 2)
        {
            _findings.Add(FindingCodes.Index, Place(0), $"unit {unit} for DMA remapping has {entry.RegistersSize} bytes of registers");
        }
        else if (Require(0, $"unit {unit} for DMA remapping", KernelLayout.Iommus + ((ulong)unit * KernelLayout.IommuStride), entry.RegistersSize, null, caching: Caching.UC) is { } registers)
        {
            _image.Claims.Add(registers, entry.RegistersSize, Use.IommuRegisters, unit);
        }
    }

    void Own(int cpu, string what, ulong address, Use use, int owner)
    {
        if (Require(cpu, what, address, Page, null) is { } physical)
        {
            _image.Claims.Add(physical, Page, use, owner);
        }
    }

    void Named(int cpu, string what, ulong address, ulong physical, Use use, int owner)
    {
        Require(cpu, what, address, Page, physical);
        _image.Claims.Add(physical, Page, use, owner);
        if ((physical & (Page - 1)) != 0)
        {
            _findings.Add(FindingCodes.KernelPages, Place(cpu), $"the {what} is said to be at 0x{physical:x}, which is no page");
        }
    }

    ulong? Require(int cpu, string what, ulong address, ulong size, ulong? physical, bool writable = true, Caching caching = Caching.WB)
    {
        _known.Add((address, size));
        if (_image.Kernels[cpu].At(address, size) is not { } run)
        {
            _findings.Add(FindingCodes.KernelSpace, Place(cpu), $"the {what} is not at 0x{address:x}, or not in one piece");
            return null;
        }

        if (physical is { } expected && run.Physical != expected)
        {
            _findings.Add(FindingCodes.KernelPages, Place(cpu), $"the {what} is physical 0x{run.Physical:x}; it should be 0x{expected:x}");
        }

        if (run.Writable != writable || run.Executable)
        {
            _findings.Add(FindingCodes.KernelRights, Place(cpu), $"the {what} is {run.Rights}; it should be r{(writable ? 'w' : '-')}-");
        }

        if (run.Caching != caching)
        {
            _findings.Add(FindingCodes.MemoryType, Place(cpu), $"the {what} is {run.Caching?.ToString() ?? "of an unknown type"}; it should be {caching}");
        }

        return run.Physical;
    }

    static string Place(int cpu) => $"kernel of processor {cpu}";
}
