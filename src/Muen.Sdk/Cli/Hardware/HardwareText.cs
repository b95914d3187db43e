// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace Muen.Sdk.Cli.Hardware;

/// <summary>A machine's description as a policy includes it, or as JSON.</summary>
static class HardwareText
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true, IncludeFields = true };

    public static string Xml(HardwareModel model) => new XElement(
        "hardware",
        model.Notes.Select(n => new XComment($" {Comment(n)} ")),
        new XElement("memory", model.Memory.Select(b => Memory("memoryBlock", b, b.Allocatable ? null : new XAttribute("allocatable", "false")))),
        new XElement(
            "processor",
            new XAttribute("tscKhz", model.TscKhz),
            model.TimerRate is { } rate ? new XAttribute("vmxTimerRate", rate) : null,
            model.Processors.Select((apic, i) => new XElement("cpu", new XAttribute("cpuId", i), new XAttribute("apicId", apic)))),
        new XElement(
            "devices",
            model.PciConfig is { } config ? new[] { new XAttribute("pciConfigAddress", Hexadecimal(config.Address)), new XAttribute("pciConfigSize", Hexadecimal(config.Size)) } : null,
            model.Devices.Select(Device)),
        model.ConsolePort is { } port ? new XElement("kernelConsole", new XAttribute("port", Hexadecimal(port))) : null).ToString() + "\n";

    public static string Json(HardwareModel model) => JsonSerializer.Serialize(
        new
        {
            model.Memory,
            model.Processors,
            model.TscKhz,
            vmxTimerRate = model.TimerRate,
            pciConfig = model.PciConfig is { } config ? new { config.Address, config.Size } : null,
            devices = model.Devices.Select(d => new
            {
                d.Name,
                d.Description,
                d.Pci,
                capabilities = d.Capabilities.Select(c => new { c.Name, c.Value }),
                ports = d.Ports.Select(p => new { p.Name, p.Start, p.End }),
                interrupts = d.Interrupts.Select(i => new { i.Name, i.Number, i.Messages }),
                d.Memory,
            }),
            model.ConsolePort,
            model.Notes,
        },
        s_json) + "\n";

    // XML forbids two dashes in a comment.
    static string Comment(string note) => note.Replace(" --", " the option ", StringComparison.Ordinal).Replace("--", "- -", StringComparison.Ordinal);

    static XElement Device(FoundDevice device) => new(
        "device",
        new XAttribute("name", device.Name),
        device.Description is { } text ? new XElement("description", text) : null,
        device.Pci is { } pci
            ? new XElement(
                "pci",
                new XAttribute("bus", pci.Bus), new XAttribute("device", pci.Device), new XAttribute("function", pci.Function),
                new XElement(
                    "identification",
                    new XAttribute("classcode", Hexadecimal((ulong)pci.Class)), new XAttribute("vendorId", Hexadecimal((ulong)pci.Vendor)), new XAttribute("deviceId", Hexadecimal((ulong)pci.Product)), new XAttribute("revisionId", pci.Revision)))
            : null,
        device.Capabilities.Count == 0 ? null : new XElement("capabilities", device.Capabilities.Select(c => new XElement("capability", new XAttribute("name", c.Name), c.Value))),
        device.Ports.Select(p => new XElement("ioPort", new XAttribute("name", p.Name), new XAttribute("start", Hexadecimal(p.Start)), new XAttribute("end", Hexadecimal(p.End)))),
        device.Interrupts.Select(i => new XElement(
            "irq", new XAttribute("name", i.Name), new XAttribute("number", i.Number), Enumerable.Range(1, i.Messages).Select(n => new XElement("msi", new XAttribute("name", string.Create(CultureInfo.InvariantCulture, $"msi{n}")))))),
        device.Memory.Select(m => Memory("memory", m, new XAttribute("caching", "UC"))));

    static XElement Memory(string name, MemoryBlock block, XAttribute? more) =>
        new(name, new XAttribute("name", block.Name), new XAttribute("physicalAddress", Hexadecimal(block.Address)), new XAttribute("size", Hexadecimal(block.Size)), more);

    static string Hexadecimal(ulong value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");
}
