// SPDX-License-Identifier: MIT
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Check;

/// <summary>PCI devices, their domains, and the units that confine them (MUEN1219 and up).</summary>
internal static class DomainChecks
{
    private const ulong Page = KernelLayout.PageSize;

    /// <summary>Page tables of 64 MiB.</summary>
    private const ulong MappedLimit = 32UL << 30;

    // What a device writes there is an interrupt and is never translated (VT-d specification, 3.14).
    private const ulong InterruptStart = 0xFEE0_0000;
    private const ulong InterruptEnd = 0xFEF0_0000;

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        CheckPlaces(system.Hardware, bag);
        CheckIommus(system.Hardware, bag);
        foreach (ResolvedSubject subject in system.Subjects)
        {
            CheckSubject(system, subject, bag);
        }

        CheckMessages(system, bag);
        if (!system.Hardware.HasIommu)
        {
            foreach (ResolvedDomain domain in system.Domains.Take(system.Hardware.Known ? 1 : 0))
            {
                bag.Add(domain.Place, DiagnosticCodes.NoIommu, $"domain '{domain.Name}' confines devices, but the hardware describes no unit that could; remove the domain, or describe a device with the capability iommu");
            }

            return;
        }

        Checker.Unique(system.Domains.Select(d => (d.Name, d.Place)), DiagnosticCodes.DuplicateDomain, "domain", bag);
        if (system.Domains.Length > Limits.DeviceDomains)
        {
            bag.Add(system.Domains[Limits.DeviceDomains].Place, DiagnosticCodes.TooManyDomains, $"there are {system.Domains.Length} domains; {Limits.DeviceDomains} are possible, join some");
        }

        CheckDevices(system, bag);
        foreach (ResolvedDomain domain in system.Domains)
        {
            CheckDomain(system, domain, bag);
        }
    }

    private static void CheckPlaces(ResolvedHardware hardware, DiagnosticBag bag)
    {
        var places = new Dictionary<ushort, DeviceNode>();
        foreach (DeviceNode device in hardware.Devices.Where(d => d.Pci is not null))
        {
            if (!places.TryAdd(device.Pci!.SourceId, device))
            {
                bag.Add(device.Pci.Place, DiagnosticCodes.DuplicatePlace, $"device '{device.Name}' is at {Show(device.Pci)}, where '{places[device.Pci.SourceId].Name}' is already; correct one of them");
            }
        }

        foreach ((DeviceNode device, MessageNode message) in hardware.Devices.Where(d => d.Pci is null).SelectMany(d => d.Irqs.SelectMany(i => i.Messages).Select(m => (d, m))))
        {
            bag.Add(message.Place, DiagnosticCodes.NotPci, $"device '{device.Name}' has the message '{message.Name}', but no place on the PCI bus by which it could be told from others; add <pci .../>");
        }
    }

    private static void CheckIommus(ResolvedHardware hardware, DiagnosticBag bag)
    {
        var units = hardware.Iommus;
        foreach (DeviceNode unit in units.Skip(Limits.Iommus).Take(1))
        {
            bag.Add(unit.Place, DiagnosticCodes.InvalidIommu, $"there are {units.Length} units for DMA remapping; the kernel has {Limits.Iommus}, devices behind the others cannot be confined");
        }

        foreach (DeviceNode unit in units)
        {
            if (unit.Memory is not [{ Size: >= Page and <= KernelLayout.IommuStride / 2 }])
            {
                bag.Add(unit.Place, DiagnosticCodes.InvalidIommu, $"device '{unit.Name}' needs one memory, its registers, of 4K to {KernelLayout.IommuStride / 2048}K; say where they lie");
            }

            if (AddressWidth(unit) is null)
            {
                bag.Add(unit.Capability("agaw")?.Place ?? unit.Place, DiagnosticCodes.InvalidIommu, $"device '{unit.Name}' needs the capability agaw; say 39 or 48, as its capability register has it");
            }
            else if (AddressWidth(unit) != AddressWidth(units[0]) && AddressWidth(units[0]) is not null)
            {
                bag.Add(unit.Capability("agaw")!.Place, DiagnosticCodes.InvalidIommu,
                    $"device '{unit.Name}' has the agaw {AddressWidth(unit)}, '{units[0].Name}' {AddressWidth(units[0])}; all units use the same tables, say one that all of them have");
            }
        }

        if (units.Length != 0 && IoApicSource(hardware) is null)
        {
            DeviceNode? ioApic = hardware.Devices.FirstOrDefault(d => d.Capability("ioapic") is not null);
            bag.Add(ioApic?.Place ?? units[0].Place, DiagnosticCodes.InvalidIommu, "interrupts of the IO-APIC cannot be told from those of devices; give a device with the capability ioapic the capability source_id");
        }
    }

    /// <summary>Bits of the addresses that a unit translates, null when that is not said.</summary>
    internal static int? AddressWidth(DeviceNode unit) => unit.Capability("agaw")?.Value switch { "39" => 39, "48" => 48, _ => null };

    /// <summary>The source identifier of the IO-APIC's interrupts, null when it is not said.</summary>
    internal static ushort? IoApicSource(ResolvedHardware hardware) =>
        hardware.Devices.Select(d => d.Capability("ioapic") is null ? null : d.Capability("source_id")).FirstOrDefault(c => c is not null) is { } source
            && Numbers.TryParse(source.Value, out System.UInt128 value) && value <= ushort.MaxValue ? (ushort)value : null;

    private static void CheckSubject(ResolvedSystem system, ResolvedSubject subject, DiagnosticBag bag)
    {
        ResolvedHardware hardware = system.Hardware;
        foreach (ResolvedDevice device in subject.Devices)
        {
            if (device.Device.IsKernels)
            {
                bag.Add(device.Place, DiagnosticCodes.KernelsDevice, $"subject '{subject.Name}' is given device '{device.Device.Name}', by which the kernel confines others; this is never granted");
            }
            else if (device.Device.Pci is { } pci && !hardware.HasIommu)
            {
                bag.Add(device.Place, DiagnosticCodes.NoIommu,
                    $"subject '{subject.Name}' is given device '{device.Device.Name}' at {Show(pci)}, which could reach all memory: the hardware describes no unit for DMA remapping; take hardware that has one");
            }
        }

        if (subject.Main is not null)
        {
            return;
        }

        foreach (ResolvedDeviceMemory memory in subject.DeviceMemory.Where(m => hardware.IsConfiguration(m.Memory)))
        {
            var watched = subject.Monitors.Where(m => m.Part == MonitorPart.State).Select(m => system.Subjects[m.Subject]);
            if (!watched.Any(s => s.Devices.Any(d => d.Device == memory.Device)))
            {
                bag.Add(memory.Place, DiagnosticCodes.ConfigurationSpace,
                    $"subject '{subject.Name}' is given the configuration space of device '{memory.Device.Name}', but sees the state of no subject that has the device; let a monitor of the device's subject have it");
            }
        }
    }

    private static void CheckMessages(ResolvedSystem system, DiagnosticBag bag)
    {
        var messages = system.Subjects.SelectMany(s => s.Irqs).Where(i => i.Message is not null).ToList();
        const int Most = Limits.IommuFaultVector - Limits.FirstMessageVector;
        if (messages.Count > Most)
        {
            bag.Add(messages[Most].Place, DiagnosticCodes.TooManyMessages, $"subjects are given {messages.Count} messages; there are vectors for {Most}, give fewer");
        }

        foreach (ResolvedIrq late in messages.Where(i => i.Vector is { Value: > 255 }))
        {
            bag.Add(late.Place, DiagnosticCodes.NumberOutOfRange, $"'{late.Logical}' would have the vector {late.Vector!.Value.Value}, after the first message's; the last one is 255");
        }
    }

    private static void CheckDevices(ResolvedSystem system, DiagnosticBag bag)
    {
        var domains = new Dictionary<DeviceNode, (ResolvedDomain Domain, Place Place)>();
        var slots = new Dictionary<int, (ResolvedDomain Domain, ResolvedDevice Device)>();
        foreach ((ResolvedDomain domain, ResolvedDevice device) in system.Domains.SelectMany(d => d.Devices.Select(x => (d, x))))
        {
            if (device.Device.IsKernels)
            {
                bag.Add(device.Place, DiagnosticCodes.KernelsDevice, $"domain '{domain.Name}' has device '{device.Device.Name}', which is the kernel's; remove it");
            }
            else if (device.Device.Pci is not { } pci)
            {
                bag.Add(device.Place, DiagnosticCodes.NotPci, $"device '{device.Device.Name}' of domain '{domain.Name}' has no place on the PCI bus; only devices that have one can reach memory by themselves");
            }
            else if (!domains.TryAdd(device.Device, (domain, device.Place)))
            {
                bag.Add(device.Place, DiagnosticCodes.DeviceInTwoDomains,
                    $"device '{device.Device.Name}' of domain '{domain.Name}' is in domain '{domains[device.Device].Domain.Name}' already at {domains[device.Device].Place}; a device sees the memory of one domain");
            }
            else if (!slots.TryAdd(pci.SourceId >> 3, (domain, device)) && slots[pci.SourceId >> 3].Domain != domain)
            {
                (ResolvedDomain other, ResolvedDevice sister) = slots[pci.SourceId >> 3];
                bag.Add(device.Place, DiagnosticCodes.DividedDevice,
                    $"'{device.Device.Name}' of domain '{domain.Name}' and '{sister.Device.Name}' of '{other.Name}' at {sister.Place} are functions of one device and could reach each other; put them into one domain");
            }
        }
    }

    private static void CheckDomain(ResolvedSystem system, ResolvedDomain domain, DiagnosticBag bag)
    {
        Checker.Unique(domain.Mappings.Select(m => (m.Logical, m.Place)), DiagnosticCodes.DuplicateLogical, $"memory of domain '{domain.Name}' named", bag);
        Checker.Unique(domain.Devices.Select(d => (d.Logical, d.Place)), DiagnosticCodes.DuplicateLogical, $"device of domain '{domain.Name}' named", bag);
        ulong limit = 1UL << (system.Hardware.Iommus.Min(AddressWidth) ?? 39);
        ulong mapped = 0;
        var ranges = new List<CheckedRange>();
        foreach (ResolvedMapping mapping in domain.Mappings.Where(m => m.VirtualAddress is not null))
        {
            ResolvedRegion region = system.Regions[mapping.Region];
            Located<ulong> address = mapping.VirtualAddress!.Value;
            ulong end = address.Value + region.Size.Value;
            mapped = region.Size.Value > MappedLimit ? MappedLimit + 1 : mapped > MappedLimit ? mapped : mapped + region.Size.Value;
            if (address.Value % Page != 0 || end > limit)
            {
                bag.Add(address.Place, DiagnosticCodes.DomainAddress, $"'{mapping.Logical}' of domain '{domain.Name}' is to be seen at 0x{address.Value:X}; use a multiple of 4096, ending at or below 0x{limit:X}");
            }
            else if (address.Value < InterruptEnd && InterruptStart < end)
            {
                bag.Add(address.Place, DiagnosticCodes.DomainAddress,
                    $"'{mapping.Logical}' of domain '{domain.Name}' (0x{address.Value:X}..0x{end - 1:X}) lies where devices write interrupts (0x{InterruptStart:X}..0x{InterruptEnd - 1:X}); choose another address");
            }

            ranges.Add(new CheckedRange(mapping.Logical, address.Place, address.Value, region.Size.Value, ranges.Count));
            CheckRegion(system, domain, mapping, region, bag);
        }

        if (mapped > MappedLimit)
        {
            bag.Add(domain.Place, DiagnosticCodes.TooMuchMapped, $"the devices of domain '{domain.Name}' see more than {MappedLimit >> 20} MiB; let them see less");
        }

        Checker.Disjoint(ranges, (a, b) =>
        {
            (CheckedRange late, CheckedRange early) = a.Order > b.Order ? (a, b) : (b, a);
            bag.Add(late.Place!.Value, DiagnosticCodes.DomainOverlap, $"'{late.Name}' ({late.Extent}) of domain '{domain.Name}' overlaps '{early.Name}' ({early.Extent}) at {early.Place}; move one");
        });
    }

    private static void CheckRegion(ResolvedSystem system, ResolvedDomain domain, ResolvedMapping mapping, ResolvedRegion region, DiagnosticBag bag)
    {
        if (region.Use == RegionUse.CrashAudit || region.Kind == MemoryKind.KernelInterface)
        {
            bag.Add(mapping.Place, DiagnosticCodes.DomainMemory, $"'{mapping.Logical}' of domain '{domain.Name}' is memory by which the kernel and a subject speak to each other; no device sees it");
            return;
        }

        // Whoever drives the device decides what it does.
        var drivers = system.Subjects.Where(s => s.Devices.Any(d => domain.Devices.Any(own => own.Device == d.Device))).ToList();
        if (drivers.Count != 0 && !drivers.Exists(s => s.Mappings.Any(m => m.Region == mapping.Region && (m.Writable || !mapping.Writable))))
        {
            string right = mapping.Writable ? "write" : "read";
            bag.Add(mapping.Place, DiagnosticCodes.DomainRights,
                $"the devices of domain '{domain.Name}' may {right} '{region.Name}', which '{drivers[0].Name}', whose device is among them, may not; give the subject the right, or take it from the domain");
        }
    }

    private static string Show(PciNode pci) => string.Create(CultureInfo.InvariantCulture, $"{pci.Bus:x2}:{pci.Device:x2}.{pci.Function}");
}
