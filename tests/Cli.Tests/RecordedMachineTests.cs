// SPDX-License-Identifier: MIT

using System.Formats.Tar;
using System.IO.Compression;
using Muen.Sdk.Cli.Hardware;
using Muen.Sdk.Verify.Tests;

namespace Muen.Sdk.Cli.Tests;

/// <summary>`muen hardware` on what Linux said of machines that it ran on (Machines/README.md): what it says, and that systems are built for them.</summary>
public sealed class RecordedMachineTests : IDisposable
{
    const ulong TscKhz = 2_600_000;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    HardwareModel Describe(string machine)
    {
        string folder = _folder.File(machine);
        Directory.CreateDirectory(folder);
        using FileStream archive = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Machines", machine + ".tar.gz"));
        using var content = new GZipStream(archive, CompressionMode.Decompress);
        TarFile.ExtractToDirectory(content, folder, overwriteFiles: false);
        return HardwareSurvey.Describe(new RecordedTree(folder), TscKhz);
    }

    static string[] Lines(FoundDevice device) =>
    [
        .. device.Ports.Select(p => $"{p.Name} 0x{p.Start:x}-0x{p.End:x}"), .. device.Memory.Select(m => $"{m.Name} 0x{m.Address:x} 0x{m.Size:x}"),
        .. device.Interrupts.Select(i => $"{i.Name} {i.Number} {i.Messages}"),
    ];

    [Fact]
    public void TheQ35IsDescribed()
    {
        HardwareModel model = Describe("q35");
        Assert.Equal([0u, 2u], model.Processors);
        Assert.Equal(["conventional_memory 0x0 0x9f000", "extended_memory 0x100000 0x1fee0000"], model.Memory.Select(b => $"{b.Name} 0x{b.Address:x} 0x{b.Size:x}"));
        Assert.Equal((0xb0000000ul, 0x10000000ul), model.PciConfig);

        // No bridge, and what lies behind them.
        Assert.Equal(
            [
                "ioapic", "iommu", "com1", "keyboard", "cmos", "timer", "pci_00_01_0", "pci_00_03_0", "pci_00_05_0", "pci_00_06_0", "pci_00_1f_2", "pci_00_1f_3", "pci_01_00_0", "pci_02_03_0",
            ],
            model.Devices.Select(d => d.Name));
        Assert.Equal(
            ["bar2 0xd040-0xd05f", "bar0 0xfeb40000 0x20000", "bar1 0xfeb60000 0x20000", "bar3 0xfeb90000 0x4000", "mmconf 0xb0018000 0x1000", "irq 11 1"],
            Lines(model.Devices.Single(d => d.Name == "pci_00_03_0")));

        // A base register of 64 bits takes the place of two; messages by MSI-X alone are none.
        Assert.Equal(["bar1 0xfe840000 0x1000", "bar4 0xfe200000 0x4000", "mmconf 0xb0100000 0x1000", "irq 11 0"], Lines(model.Devices.Single(d => d.Name == "pci_01_00_0")));
        Assert.Equal(
            [
                "2 of 4 processors are further threads of a core and left out",
                "vmxTimerRate is unknown: IA32_VMX_MISC could not be read (modprobe msr, as root, on a processor with VT-x); the kernel refuses to start with a wrong one",
                "0000:02:03.0 is behind 0000:00:04.0, a bridge to conventional PCI that speaks for it: memory is asked for in the bridge's name, and refused",
            ],
            model.Notes.Order(StringComparer.Ordinal).OrderBy(n => n.StartsWith("0000", StringComparison.Ordinal)));
    }

    [Fact]
    public void ThePcIsDescribed()
    {
        HardwareModel model = Describe("pc");
        Assert.Equal([0u, 1u], model.Processors);
        Assert.Null(model.PciConfig);
        Assert.DoesNotContain(model.Devices, d => d.Name == "iommu");
        Assert.Equal(["bar1 0xc000-0xc03f", "bar0 0xfebc0000 0x20000", "irq 11 0"], Lines(model.Devices.Single(d => d.Name == "pci_00_03_0")));
        Assert.Contains(model.Notes, n => n.StartsWith("the machine has no unit for DMA remapping", StringComparison.Ordinal));
    }

    /// <summary>Two subjects and a channel, one of them with a network card in a domain of its own: compiled, and its image verified against it.</summary>
    [Fact]
    public void ASystemIsBuiltForTheQ35() => Build("q35", """
        <deviceDomains>
          <domain name="net"><memory><memory physical="frames" virtualAddress="0x10000" writable="true"/></memory><devices><device physical="pci_00_03_0"/></devices></domain>
        </deviceDomains>
        """, """
        <device logical="card" physical="pci_00_03_0">
          <memory logical="registers" physical="bar0" writable="true"/><irq physical="irq"><msi logical="msi" physical="msi1"/></irq>
        </device>
        """);

    [Fact]
    public void ASystemIsBuiltForThePc() => Build("pc", "", """<device logical="keys" physical="keyboard"><ioPort logical="data" physical="data"/><irq logical="line" physical="irq"/></device>""");

    void Build(string machine, string domains, string device)
    {
        TestSystem system = TestSystem.Written($"""
            <system name="{machine}">
              {HardwareText.Xml(Describe(machine))}
              <memory><memory name="frames" size="64K"/></memory>
              {domains}
              <channels><channel name="packets" size="4K"/></channels>
              <components><component name="c"><binary filename="subject.elf"/></component></components>
              <subjects>
                <subject name="driver" cpu="0">
                  <memory><memory physical="frames" writable="true"/></memory>
                  <devices>{device}</devices>
                  <component ref="c"/>
                  <channels><writer physical="packets"/></channels>
                </subject>
                <subject name="client" cpu="1"><component ref="c"/><channels><reader physical="packets"/></channels></subject>
              </subjects>
            </system>
            """);
        Assert.Equal(TscKhz, (ulong)system.View.TscKhz);
        Assert.Equal([0u, 1u], system.View.Processors.Select(p => (uint)p.Id));
        Assert.Empty(system.Verify(system.Bytes).Findings);
    }
}
