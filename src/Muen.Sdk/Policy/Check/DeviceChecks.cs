// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Check;

/// <summary>Devices, ports, interrupts, device memory and MSRs (MUEN12xx).</summary>
internal static class DeviceChecks
{
    private const ulong Page = KernelLayout.PageSize;
    private const int ConsolePorts = 8;

    /// <summary>Ports through which a subject could reach what it was not given: interrupts, memory by DMA, other devices, the whole machine.</summary>
    private static readonly ImmutableArray<(ushort Start, ushort End, string What)> ForbiddenPorts =
    [
        (0x00, 0x1F, "DMA controller"),
        (0x20, 0x3F, "interrupt controller"),
        (0x80, 0x80, "debug port"),
        (0x81, 0x8F, "DMA pages"),
        (0x92, 0x92, "fast reset"),
        (0xA0, 0xBF, "interrupt controller and system management"),
        (0xC0, 0xDF, "DMA controller"),
        (0xE9, 0xE9, "debug port"),
        (0x4D0, 0x4D1, "interrupt controller"),
        (0xCF8, 0xCFF, "PCI configuration and reset"),
        (0x8900, 0x8900, "power"),
    ];

    internal static void Check(ResolvedSystem system, DiagnosticBag bag)
    {
        Checker.Unique(system.Hardware.Devices.Select(d => (d.Name, d.Place)), DiagnosticCodes.DuplicateDevice, "device", bag);
        foreach (DeviceNode device in system.Hardware.Devices)
        {
            CheckDevice(system, device, bag);
        }

        CheckShared(system, bag);
        for (int id = 0; id < system.Subjects.Length; id++)
        {
            CheckSubject(system, system.Subjects[id], bag);
        }
    }

    private static void CheckDevice(ResolvedSystem system, DeviceNode device, DiagnosticBag bag)
    {
        Checker.Unique(device.Ports.Select(p => (p.Name, p.Place)), DiagnosticCodes.DuplicateDeviceResource, $"port range of device '{device.Name}' named", bag);
        Checker.Unique(device.Irqs.SelectMany(i => i.Messages).Select(m => (m.Name, m.Place)), DiagnosticCodes.DuplicateDeviceResource, $"message of device '{device.Name}' named", bag);
        Checker.Unique(device.Irqs.Select(i => (i.Name, i.Place)), DiagnosticCodes.DuplicateDeviceResource, $"interrupt of device '{device.Name}' named", bag);
        Checker.Unique(device.Memory.Select(m => (m.Name, m.Place)), DiagnosticCodes.DuplicateDeviceResource, $"memory of device '{device.Name}' named", bag);
        foreach (PortNode port in device.Ports.Where(p => p.Start > p.End))
        {
            bag.Add(port.Place, DiagnosticCodes.InvalidPortRange, $"ports '{port.Name}' of device '{device.Name}' go from 0x{port.Start:X} to 0x{port.End:X}; swap start and end");
        }

        foreach (IrqNode irq in device.Irqs.Where(i => i.Number >= Allocator.IoApicInputs || i.Number == 2))
        {
            bag.Add(irq.Place, DiagnosticCodes.InvalidIrq,
                $"interrupt '{irq.Name}' of device '{device.Name}' has the number {irq.Number}; there are 0 to {Allocator.IoApicInputs - 1} without 2");
        }

        foreach (DeviceMemoryNode memory in device.Memory)
        {
            ulong end = memory.Address + memory.Size;
            if (memory.Size == 0 || memory.Size % Page != 0)
            {
                bag.Add(memory.Place, DiagnosticCodes.InvalidSize, $"memory '{memory.Name}' of device '{device.Name}' has {memory.Size} bytes; use a multiple of 4096");
            }
            else if (memory.Address % Page != 0)
            {
                bag.Add(memory.Place, DiagnosticCodes.UnalignedPhysical, $"memory '{memory.Name}' of device '{device.Name}' lies at 0x{memory.Address:X}; use a multiple of 4096");
            }
            else if (Taken(system, device, memory.Address, end) is { } what)
            {
                bag.Add(memory.Place, DiagnosticCodes.DeviceMemoryOverlap, $"memory '{memory.Name}' (0x{memory.Address:X}..0x{end - 1:X}) of device '{device.Name}' overlaps {what}; correct its address");
            }

            if (memory.Caching is Caching.WC or Caching.WP && MemoryChecks.NeedsPat(system.Subjects.Where(s => s.DeviceMemory.Any(m => m.Memory == memory))))
            {
                bag.Add(memory.Place, DiagnosticCodes.UnsupportedCaching, $"the caching {memory.Caching} of '{memory.Name}' is for VMs only: native subjects have the processor's first PAT; use WB, WT or UC");
            }
        }
    }

    private static string? Taken(ResolvedSystem system, DeviceNode device, ulong start, ulong end)
    {
        if (system.Hardware.Blocks.FirstOrDefault(b => start < b.Address + b.Size && b.Address < end) is { } block)
        {
            return $"memory block '{block.Name}'";
        }

        if (system.Hardware.Iommus.FirstOrDefault(i => i != device && i.Memory.Any(m => start < m.Address + m.Size && m.Address < end)) is { } iommu)
        {
            return $"the registers of '{iommu.Name}'";
        }

        return start < Allocator.IoApicAddress + Page && Allocator.IoApicAddress < end && device.Capability("ioapic") is null ? "the IO-APIC"
            : start < 0xFEF0_0000 && end > 0xFEE0_0000 ? "the local APIC"
            : null;
    }

    // What two subjects must not both have, and what none may have.
    private static void CheckShared(ResolvedSystem system, DiagnosticBag bag)
    {
        var ports = system.Subjects.SelectMany((s, id) => s.Ports.Where(p => p.Port.Start <= p.Port.End).Select(p => (Subject: s, Id: id, Port: p))).ToList();
        // Siblings are processors of one VM: they share what it has.
        Report(ports.DistinctBy(p => (p.Subject.Main ?? p.Id, p.Port.Port.Start, p.Port.Port.End)).Select(p => (p.Subject, p.Port.Place, Start: (ulong)p.Port.Port.Start, Size: (ulong)(p.Port.Port.End - p.Port.Port.Start + 1))), DiagnosticCodes.PortShared, "ports", bag);
        foreach ((ResolvedSubject subject, int _, ResolvedPort port) in ports)
        {
            foreach ((ushort start, ushort end, string what) in ForbiddenPorts.Where(f => port.Port.Start <= f.End && f.Start <= port.Port.End).Take(1))
            {
                bag.Add(port.Place, DiagnosticCodes.ForbiddenPort,
                    $"subject '{subject.Name}' is given ports 0x{port.Port.Start:X}..0x{port.Port.End:X} of '{port.Device.Name}', with 0x{start:X}..0x{end:X} ({what}); this is never granted");
            }

            if (system.Hardware.ConsolePort is { } console && port.Port.Start < console.Value + ConsolePorts && console.Value <= port.Port.End)
            {
                bag.Add(port.Place, DiagnosticCodes.ConsolePort,
                    $"subject '{subject.Name}' is given ports 0x{port.Port.Start:X}..0x{port.Port.End:X} of '{port.Device.Name}'; the kernel prints to 0x{console.Value:X}, choose another UART");
            }
        }

        var irqs = new Dictionary<object, (ResolvedSubject Subject, Place Place)>();
        foreach ((ResolvedSubject subject, ResolvedIrq irq) in system.Subjects.SelectMany(s => s.Irqs.Select(i => (s, i))))
        {
            object what = irq.Message is { } message ? message : irq.Irq.Number;
            if (!irqs.TryAdd(what, (subject, irq.Place)))
            {
                string name = irq.Message is null ? $"{irq.Irq.Number}" : $"'{irq.Message.Name}' of device '{irq.Device.Name}'";
                bag.Add(irq.Place, DiagnosticCodes.IrqShared,
                    $"subject '{subject.Name}' is given interrupt {name}, but '{irqs[what].Subject.Name}' has it already at {irqs[what].Place}; give it to one of them");
            }
        }

        Report(system.Subjects.Where(s => s.Main is null).SelectMany(s => s.DeviceMemory.Select(m => (s, m.Place, m.Memory.Address, m.Memory.Size))), DiagnosticCodes.DeviceMemoryShared, "device memory", bag);
    }

    private static void Report(IEnumerable<(ResolvedSubject Subject, Place Place, ulong Start, ulong Size)> uses, DiagnosticCode code, string what, DiagnosticBag bag) =>
        Checker.Disjoint(uses.Select((u, i) => new CheckedRange(u.Subject.Name, u.Place, u.Start, u.Size, i)), (a, b) =>
        {
            (CheckedRange late, CheckedRange early) = a.Order > b.Order ? (a, b) : (b, a);
            bag.Add(late.Place!.Value, code, $"subject '{late.Name}' is given {what} {late.Extent}, but '{early.Name}' has {early.Extent} already at {early.Place}; give each to one subject");
        });

    private static void CheckSubject(ResolvedSystem system, ResolvedSubject subject, DiagnosticBag bag)
    {
        Checker.Unique(subject.Devices.Select(d => (d.Logical, d.Place)), DiagnosticCodes.DuplicateLogical, $"device of subject '{subject.Name}' named", bag);
        Checker.Unique(subject.Ports.Select(p => (p.Logical, p.Place)), DiagnosticCodes.DuplicateLogical, $"port range of subject '{subject.Name}' named", bag);
        foreach (IGrouping<DeviceNode, ResolvedDevice> twice in subject.Devices.GroupBy(d => d.Device).Where(g => g.Count() > 1))
        {
            bag.Add(twice.ElementAt(1).Place, DiagnosticCodes.DuplicateGrant, $"subject '{subject.Name}' is given device '{twice.Key.Name}' already at {twice.First().Place}; name it once");
        }

        foreach (ResolvedPort port in subject.Ports)
        {
            if ((port.RequiredStart ?? port.Port.Start) != port.Port.Start || (port.RequiredEnd ?? port.Port.End) != port.Port.End)
            {
                bag.Add(port.Place, DiagnosticCodes.PortMismatch,
                    $"'{port.Logical}' must be ports 0x{port.RequiredStart ?? port.Port.Start:X}..0x{port.RequiredEnd ?? port.Port.End:X}, but '{port.Port.Name}' of device '{port.Device.Name}' is 0x{port.Port.Start:X}..0x{port.Port.End:X}, for subject '{subject.Name}'; map another device, or leave start and end out");
            }
        }

        foreach ((string name, Place place) in subject.Ports.Select(p => (p.Logical, p.Place)).Concat(subject.Irqs.Select(i => (i.Logical, i.Place)))
            .Concat(subject.DeviceMemory.Select(m => (m.Logical, m.Place))).Where(n => n.Logical.Length > Limits.NameLength))
        {
            bag.Add(place, DiagnosticCodes.InvalidName, $"'{name}', from the names of device and resource, has {name.Length} characters; {Limits.NameLength} are allowed, shorten one of them");
        }

        CheckInterrupts(system, subject, bag);
        foreach (MsrNode msr in subject.Msrs)
        {
            if (msr.Start > msr.End)
            {
                bag.Add(msr.Place, DiagnosticCodes.InvalidMsrRange, $"the MSRs go from 0x{msr.Start:X} to 0x{msr.End:X}; swap start and end");
            }
            else if (!Msrs.IsGrantable(msr, subject.Profile))
            {
                string possible = string.Join(", ", Msrs.GrantedTo(subject.Profile).Select(g => $"0x{g.Start:X}..0x{g.End:X} {(g.Write ? "rw" : "r")}"));
                bag.Add(msr.Place, DiagnosticCodes.ForbiddenMsr, $"the MSRs 0x{msr.Start:X}..0x{msr.End:X} are not granted for {(msr.Write ? "writing" : "reading")}; possible: {possible}");
            }
        }
    }

    private static void CheckInterrupts(ResolvedSystem system, ResolvedSubject subject, DiagnosticBag bag)
    {
        List<ActionNode> unmasked = [.. Unmasking(subject.Sources.Select(s => s.Action))];
        foreach (ResolvedIrq irq in subject.Irqs.Where(i => i.IsLevel))
        {
            if (!unmasked.Exists(a => a.Irq == irq.Irq.Number))
            {
                bag.Add(irq.Place, DiagnosticCodes.MissingUnmask,
                    $"interrupt {irq.Irq.Number} of subject '{subject.Name}' is level-triggered; add a source event <event logical=\"unmask_irq_{irq.Irq.Number}\"><unmask_irq number=\"{irq.Irq.Number}\"/></event>");
            }
        }

        if (system.Unresolved.Devices)
        {
            return;
        }

        // A trap does what its event says as well as a hypercall does.
        foreach (ActionNode action in unmasked.Concat(Unmasking(subject.Traps.Select(t => t.Action))).Distinct().Where(a => !subject.Irqs.Any(i => i.Irq.Number == a.Irq && i.IsLevel)))
        {
            bag.Add(action.Place, DiagnosticCodes.UnknownUnmask,
                $"unmask_irq names interrupt {action.Irq}, but subject '{subject.Name}' has no level-triggered interrupt of this number; correct the number, or remove it");
        }
    }

    private static IEnumerable<ActionNode> Unmasking(IEnumerable<ActionNode?> actions) => actions.Where(a => a is { Action: SourceAction.UnmaskIrq }).Select(a => a!);
}
