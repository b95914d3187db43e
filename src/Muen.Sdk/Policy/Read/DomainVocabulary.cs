// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Linq;

namespace Muen.Sdk.Policy.Read;

/// <summary>The section <c>deviceDomains</c>, and what the hardware's description says of the buses that devices are on.</summary>
internal static class DomainVocabulary
{
    /// <summary>A device's place on the PCI bus.</summary>
    internal static readonly ElementRule Pci = new ElementRule("pci", "where the device is on the PCI bus")
        .Needs("bus", ValueRule.Number(0, 255), "its bus")
        .Needs("device", ValueRule.Number(0, 31), "its device number there")
        .Needs("function", ValueRule.Number(0, 7), "its function")
        .With(
            Occurs.Optional,
            new ElementRule("identification", "what the device says it is; its subject is told")
                .May("classcode", ValueRule.Number(0, 0xFFFF), "class and subclass")
                .May("vendorId", ValueRule.Number(0, 0xFFFF), "vendor")
                .May("deviceId", ValueRule.Number(0, 0xFFFF), "device")
                .May("revisionId", ValueRule.Number(0, 0xFF), "revision; not used"),
            new ElementRule("iommuGroup", "the group in which Linux found it; not used").Unread());

    /// <summary>What the kernel must know of a device of its own.</summary>
    internal static readonly ElementRule Capabilities = new ElementRule("capabilities", "what the device is able to do").With(
        Occurs.Many,
        new ElementRule("capability", "iommu: a unit for DMA and interrupt remapping, with agaw (39 or 48); ioapic: an IO-APIC, with source_id; others are not used")
            .Needs("name", ValueRule.Name, "its name")
            .Holds(ValueRule.Anything, "its value"));

    /// <summary>The section.</summary>
    internal static ElementRule Rule(ValueRule address) => new ElementRule("deviceDomains", "the memory that devices see; a device in no domain sees none").With(
        Occurs.Many,
        new ElementRule("domain", "devices that see the same memory")
            .Needs("name", ValueRule.Name, "its name")
            .With(
                Occurs.Optional,
                new ElementRule("memory", "what they see").With(Occurs.Many, new ElementRule("memory", "a memory region")
                    .May("logical", ValueRule.Name, "the domain's name for it; the physical name when left out")
                    .Needs("physical", ValueRule.Name, "the region")
                    .Needs("virtualAddress", address, "where the devices see it")
                    .May("writable", ValueRule.Boolean, "false when left out")
                    .May("executable", ValueRule.Choice("false"), "devices execute nothing")),
                new ElementRule("devices", "who sees it").With(Occurs.Many, new ElementRule("device", "a PCI device, or an alias or class of such")
                    .May("logical", ValueRule.Name, "the domain's name for it; the physical name when left out")
                    .Needs("physical", ValueRule.Name, "the device")
                    .May("mapReservedMemory", ValueRule.Choice("false"), "memory that the firmware reserves for the device is not known here"))));

    /// <summary>A device's place, null when it is not said or wrong.</summary>
    internal static PciNode? ReadPci(Element device)
    {
        Element? pci = device.Children.FirstOrDefault(c => c.Name == "pci");
        if (pci is null || Number(pci, "bus", 255) is not { } bus || Number(pci, "device", 31) is not { } number || Number(pci, "function", 7) is not { } function)
        {
            return null;
        }

        Element? says = pci.Children.FirstOrDefault(c => c.Name == "identification");
        ushort Identification(string name) => (ushort)(says is null ? 0xFFFF : Number(says, name, 0xFFFF) ?? 0xFFFF);
        return new PciNode(bus, number, function, Identification("vendorId"), Identification("deviceId"), Identification("classcode"), pci.Place);
    }

    /// <summary>A device's capabilities.</summary>
    internal static ImmutableArray<CapabilityNode> ReadCapabilities(Element device) =>
    [
        .. device.Children.Where(c => c.Name == "capabilities").SelectMany(c => c.Children).Where(c => c.Name == "capability" && c.Find("name") is { Value.Length: > 0 })
            .Select(c => new CapabilityNode(c.Find("name")!.Value, c.Text?.Value.Trim() ?? "", c.Place)),
    ];

    private static int? Number(Element e, string name, uint most) =>
        e.Find(name) is { } a && Numbers.TryParse(a.Value, out System.UInt128 value) && value <= most ? (int)value : null;
}
