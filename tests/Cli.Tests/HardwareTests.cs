// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text.Json;
using System.Xml.Linq;
using Muen.Sdk.Cli.Hardware;
using Muen.Sdk.Policy;
using Muen.Sdk.Verify;

namespace Muen.Sdk.Cli.Tests;

/// <summary>`muen hardware` on written trees: what it says, that the policy compiler takes it, and what it says of damaged ones.</summary>
public sealed class HardwareTests : IDisposable
{
    const string System = """
        <system name="here">
          <include href="hardware.xml"/>
          <memory><memory name="buffer" size="64K"/></memory>
          <deviceDomains>
            <domain name="net"><memory><memory physical="buffer" virtualAddress="0x10000" writable="true"/></memory><devices><device physical="pci_00_02_0"/></devices></domain>
          </deviceDomains>
          <components><component name="c"><binary filename="c.elf"/></component></components>
          <subjects>
            <subject name="net" cpu="1">
              <memory><memory physical="buffer" writable="true"/></memory>
              <devices><device logical="nic" physical="pci_00_02_0"><memory logical="registers" physical="bar0" writable="true"/><irq physical="irq"><msi logical="msi" physical="msi1"/></irq></device></devices>
              <component ref="c"/>
            </subject>
          </subjects>
        </system>
        """;

    readonly TemporaryFolder _folder = new();
    readonly MachineTree _tree;

    public HardwareTests() => _tree = new MachineTree(_folder.File("root"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SaysWhatTheMachineHas()
    {
        XElement hardware = XElement.Parse(HardwareText.Xml(Describe()));
        string[] blocks = [.. hardware.Element("memory")!.Elements().Select(e => $"{e.Attribute("name")!.Value} {e.Attribute("physicalAddress")!.Value} {e.Attribute("size")!.Value} {e.Attribute("allocatable")?.Value}")];
        Assert.Equal(["conventional_memory 0x0 0x9f000 false", "extended_memory 0x100000 0x7fedc000 "], blocks);
        XElement processor = hardware.Element("processor")!;
        Assert.Equal(("2400000", "5"), (processor.Attribute("tscKhz")!.Value, processor.Attribute("vmxTimerRate")!.Value));

        // A thread of each core.
        Assert.Equal(["0", "2"], processor.Elements("cpu").Select(c => c.Attribute("apicId")!.Value));
        XElement devices = hardware.Element("devices")!;
        Assert.Equal("0xb0000000", devices.Attribute("pciConfigAddress")!.Value);
        Assert.Equal(["ioapic", "iommu", "com1", "keyboard", "cmos", "timer", "pci_00_02_0", "pci_00_1f_2"], devices.Elements().Select(d => d.Attribute("name")!.Value));
        Assert.Equal("0xff00", Device(devices, "ioapic").Descendants("capability").Single(c => c.Attribute("name")!.Value == "source_id").Value);
        Assert.Equal("39", Device(devices, "iommu").Descendants("capability").Single(c => c.Attribute("name")!.Value == "agaw").Value);
        XElement nic = Device(devices, "pci_00_02_0");
        Assert.Equal(["bar0 0xfebc0000 0x20000", "bar1 0xfebe0000 0x1000", "mmconf 0xb0010000 0x1000"], nic.Elements("memory").Select(m => $"{m.Attribute("name")!.Value} {m.Attribute("physicalAddress")!.Value} {m.Attribute("size")!.Value}"));
        Assert.Equal(("22", 1), (nic.Element("irq")!.Attribute("number")!.Value, nic.Element("irq")!.Elements("msi").Count()));
        Assert.Empty(Device(devices, "pci_00_1f_2").Descendants("msi"));
        Assert.Equal("0x3f8", hardware.Element("kernelConsole")!.Attribute("port")!.Value);
    }

    [Fact]
    public void ThePolicyCompilerTakesIt()
    {
        _folder.Write("hardware.xml", HardwareText.Xml(Describe()));
        _folder.Write("system.xml", System);
        var bag = new DiagnosticBag();
        Authority? authority = Authority.Of(_folder.File("system.xml"), bag);
        Assert.Empty(bag.Sorted.Where(d => !Authority.IsOfFiles(d)).Select(d => d.ToString()));
        Assert.NotNull(authority);
        Assert.Contains(authority.Lines(), l => l.Contains("pci_00_02_0", StringComparison.Ordinal));
    }

    /// <summary>Registers that share a page with another device's are left out: who has the page has both.</summary>
    [Fact]
    public void SharedPagesAreLeftOut()
    {
        _tree.Pci("0000:00:03.0", 0x8086, 0x1234, 0x040300, "0xfebe0800 0xfebe08ff 0x40200\n", 21, message: false);
        HardwareModel model = Describe();
        Assert.DoesNotContain(model.Devices.SelectMany(d => d.Memory), m => m.Address == 0xfebe0000);
        Assert.Equal(2, model.Notes.Count(n => n.Contains("shares a page", StringComparison.Ordinal)));
    }

    [Fact]
    public void WithoutIommuAndMsrItSaysSo()
    {
        File.Delete(_tree.Path("sys/firmware/acpi/tables/DMAR"));
        File.Delete(_tree.Path("dev/cpu/0/msr"));
        HardwareModel model = Describe();
        Assert.Null(model.TimerRate);
        Assert.DoesNotContain(model.Devices, d => d.Name == "iommu");
        Assert.Contains(model.Notes, n => n.StartsWith("the machine has no unit for DMA remapping", StringComparison.Ordinal));
        Assert.Contains(model.Notes, n => n.StartsWith("vmxTimerRate is unknown", StringComparison.Ordinal));
    }

    /// <summary>Two units, of which the second has the IO-APIC; memory that firmware keeps for devices, root ports with ATS, and a kind of entry that is not known.</summary>
    [Fact]
    public void EveryShapeOfDmarIsRead()
    {
        byte[] unit = [0, 0, 16, 0, 0, 0, 0, 0, .. MachineTree.Quad(0xfed90000)];
        byte[] all = [0, 0, 24, 0, 1, 0, 0, 0, .. MachineTree.Quad(0xfed91000), 3, 8, 0, 0, 2, 0xf0, 0x1f, 7];
        byte[] reserved = [1, 0, 32, 0, 0, 0, 0, 0, .. MachineTree.Quad(0x7f000000), .. MachineTree.Quad(0x7f0fffff), 1, 8, 0, 0, 0, 0, 20, 0];
        byte[] ports = [2, 0, 16, 0, 0, 0, 0, 0, 2, 8, 0, 0, 0, 0, 1, 0];
        byte[] unknown = [9, 0, 8, 0, 1, 2, 3, 4];
        _tree.Table("APIC", [.. MachineTree.Double(0xfee00000), .. MachineTree.Double(1), .. MachineTree.Processor(0), 1, 12, 2, 0, .. MachineTree.Double(0xfec00000), .. MachineTree.Double(0)]);
        _tree.Table("DMAR", [45, 1, .. new byte[10], .. unit, .. all, .. reserved, .. ports, .. unknown]);
        _tree.Write("sys/class/iommu/dmar1/intel-iommu/cap", "d2008c40660262\n");
        HardwareModel model = Describe();
        Assert.Equal(
            ["iommu 0xfed90000 39", "iommu_2 0xfed91000 39"],
            model.Devices.Where(d => d.Name.StartsWith("iommu", StringComparison.Ordinal)).Select(d => $"{d.Name} 0x{d.Memory[0].Address:x} {d.Capabilities[1].Value}"));
        Assert.Equal("0xf0ff", model.Devices.Single(d => d.Name == "ioapic").Capabilities[1].Value);
        Assert.Contains("the firmware reserves memory for devices in 1 places; a device that uses it after start-up is refused it", model.Notes);

        // Units that have 48 bits alone, and such as have nothing in common.
        _tree.Write("sys/class/iommu/dmar1/intel-iommu/cap", "d2008c40660462\n");
        Assert.Contains(Describe().Devices, d => d.Name == "iommu_2" && d.Capabilities[1].Value == "48");
        _tree.Write("sys/class/iommu/dmar1/intel-iommu/cap", "d2008c40660262\n");
        _tree.Write("sys/class/iommu/dmar0/intel-iommu/cap", "d2008c40660462\n");
        Refused("the units have neither 39 nor 48 bits of addresses in common");
    }

    [Fact]
    public void NotesAreComments()
    {
        string xml = HardwareText.Xml(Describe());
        Assert.Contains("give the right one with the option tsc-khz (the kernel log", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("- -", xml, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryIsFoundWithoutTheFirmwaresMap()
    {
        HardwareModel with = Describe();
        Directory.Delete(_tree.Path("sys/firmware/memmap"), true);
        Assert.Equal(with.Memory[1], Describe().Memory[1]);
        _tree.Write("proc/iomem", "00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n");
        Refused("shows no memory, as it does to users");
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "checksum", "APIC is damaged: its checksum is wrong" },
        { "short", "APIC is damaged: it has 20 bytes, a header 36" },
        { "length", "APIC is damaged: it says that it has 4294967295 bytes, and has " },
        { "other", "APIC is damaged: it begins with 'MCFG', not APIC" },
        { "missing", "there is no " },
        { "entry", "APIC is damaged: the entry at byte 44 says that it has 0 bytes" },
        { "entry beyond", "APIC is damaged: the entry at byte 44 says that it has 200 bytes" },
        { "entry short", "APIC is damaged: it ends at byte 46, within an entry" },
        { "twice", "APIC is damaged: two processors have the APIC identifier 3" },
        { "no processor", "APIC is damaged: it has no processor" },
        { "unit", "DMAR is damaged: a unit's registers are at 0xfed90008" },
        { "scope", "DMAR is damaged: the entry at byte 64 says that it has 99 bytes" },
        { "config", "MCFG is damaged: the configuration space is at 0x123" },
        { "map", "memmap is damaged: memory from 0x100000 to 0x4fffffffffff is impossible" },
        { "overlap", "memmap is damaged: memory from 0x9f000 to 0x200000 is impossible, or overlaps another" },
        { "number", "start is damaged: 'abracadabra' is no number" },
        { "resource", "resource is damaged: '0x1 0x2' is not begin, end and flags" },
        { "resource words", "resource is damaged: 'a b x' are no numbers" },
        { "range", "resource is damaged: '0xf0000000 0xe0000000 0x200' is no range" },
        { "vendor", "vendor is damaged: 0x12345 has more than 16 bits" },
        { "space", "config is damaged: it has 10 bytes, a header 64" },
        { "pipe", "vendor is a pipe" },
        { "frequency", "cpuinfo has no frequency; give the TSC's with --tsc-khz" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void DamageIsNamed(string damage, string message)
    {
        const string Nic = "sys/bus/pci/devices/0000:00:02.0/";
        string madt = _tree.Path("sys/firmware/acpi/tables/APIC");
        byte[] bytes = File.ReadAllBytes(madt);
        byte[] local = [.. MachineTree.Double(0xfee00000), .. MachineTree.Double(1)];
        switch (damage)
        {
            case "checksum": bytes[50] ^= 1; File.WriteAllBytes(madt, bytes); break;
            case "short": File.WriteAllBytes(madt, bytes[..20]); break;
            case "length": MachineTree.Double(uint.MaxValue).CopyTo(bytes, 4); File.WriteAllBytes(madt, bytes); break;
            case "other": File.Copy(_tree.Path("sys/firmware/acpi/tables/MCFG"), madt, true); break;
            case "missing": File.Delete(madt); break;
            case "entry": _tree.Table("APIC", [.. local, 0, 0]); break;
            case "entry beyond": _tree.Table("APIC", [.. local, 0, 200, 0]); break;
            case "entry short": _tree.Table("APIC", [.. local, 0, 2]); break;
            case "twice": _tree.Table("APIC", [.. local, .. MachineTree.Processor(3), .. MachineTree.Processor(3)]); break;
            case "no processor": _tree.Table("APIC", [.. local, .. MachineTree.Processor(0, enabled: false)]); break;
            case "unit": _tree.Table("DMAR", [38, 1, .. new byte[10], 0, 0, 16, 0, 1, 0, 0, 0, .. MachineTree.Quad(0xfed90008)]); break;
            case "scope": _tree.Table("DMAR", [38, 1, .. new byte[10], 0, 0, 24, 0, 1, 0, 0, 0, .. MachineTree.Quad(0xfed90000), 3, 99, 0, 0, 0, 0xff, 0, 0]); break;
            case "config": _tree.Table("MCFG", [.. MachineTree.Quad(0), .. MachineTree.Quad(0x123), 0, 0, 0, 255, 0, 0, 0, 0]); break;
            case "map": _tree.Memory(2, 0x100000, 0x4fffffffffff, "System RAM"); break;
            case "overlap": _tree.Memory(2, 0x9f000, 0x200000, "System RAM"); break;
            case "number": _tree.Write("sys/firmware/memmap/2/start", "abracadabra"); break;
            case "resource": _tree.Write(Nic + "resource", "0x1 0x2\n"); break;
            case "resource words": _tree.Write(Nic + "resource", "a b x\n"); break;
            case "range": _tree.Write(Nic + "resource", "0xf0000000 0xe0000000 0x200\n"); break;
            case "vendor": _tree.Write(Nic + "vendor", "0x12345\n"); break;
            case "space": File.WriteAllBytes(_tree.Path(Nic + "config"), new byte[10]); break;
            case "pipe":
                File.Delete(_tree.Path(Nic + "vendor"));
                using (Process made = Process.Start("mkfifo", _tree.Path(Nic + "vendor")))
                {
                    made.WaitForExit();
                }

                break;
            case "frequency": _tree.Write("proc/cpuinfo", "processor : 0\n"); break;
        }

        Refused(message);
    }

    /// <summary>Any damage of any file is an error in words or no error at all.</summary>
    [Fact]
    public void NoDamageIsABugOfOurs()
    {
        var random = new Random(7);
        string[] files = Directory.GetFiles(_folder.File("root"), "*", SearchOption.AllDirectories);
        int refused = 0;
        for (int i = 0; i < 500; i++)
        {
            string file = files[random.Next(files.Length)];
            byte[] right = File.ReadAllBytes(file);
            byte[] wrong = random.Next(3) == 0 ? right[..random.Next(right.Length + 1)] : [.. right];
            for (int n = random.Next(4); n > 0 && wrong.Length > 0; n--)
            {
                wrong[random.Next(wrong.Length)] = (byte)random.Next(256);
            }

            // A table that was changed on purpose has a right checksum.
            if (file.Contains("tables", StringComparison.Ordinal) && wrong.Length > 9)
            {
                wrong[9] = (byte)(wrong[9] - wrong.Aggregate(0, (sum, b) => sum + b));
            }

            File.WriteAllBytes(file, wrong);
            try
            {
                HardwareText.Json(Describe());
                HardwareText.Xml(Describe());
            }
            catch (UserException)
            {
                refused++;
            }

            File.WriteAllBytes(file, right);
        }

        Assert.InRange(refused, 50, 499);
    }

    [Fact]
    public async Task TheCommandWritesXmlAndJson()
    {
        string root = _folder.File("root");
        string file = _folder.File("hardware.xml");
        Command.Result written = await Command.Muen("hardware", "--root", root, "--tsc-khz", "2600000", "-o", file);
        Assert.True(written.ExitCode == 0, written.All);
        Assert.Equal("2600000", XElement.Load(file).Element("processor")!.Attribute("tscKhz")!.Value);
        using var json = JsonDocument.Parse((await Command.Muen("hardware", "--root", root, "--json")).Output);
        Assert.Equal(2, json.RootElement.GetProperty("processors").GetArrayLength());
        Command.Result nowhere = await Command.Muen("hardware", "--root", _folder.File("nowhere"));
        Assert.Equal((1, 1), (nowhere.ExitCode, nowhere.Complaints.Length));
    }

    static XElement Device(XElement devices, string name) => devices.Elements().Single(d => d.Attribute("name")!.Value == name);

    HardwareModel Describe() => HardwareSurvey.Describe(new RecordedTree(_folder.File("root")), null);

    void Refused(string message) => Assert.Contains(message, Assert.Throws<UserException>(Describe).Message, StringComparison.Ordinal);
}
