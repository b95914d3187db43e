// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Muen.Sdk.Cli.Tests;

/// <summary>
/// What Linux shows of a machine in /sys and /proc, written into a folder: a q35 with four processors that are two cores with two threads each, VT-d, a network card and a
/// disk. Any part can be damaged afterwards.
/// </summary>
sealed class MachineTree
{
    const int HeaderBytes = 36;

    readonly string _root;

    public MachineTree(string root)
    {
        _root = root;
        Memory(0, 0, 0x9fbff, "System RAM");
        Memory(1, 0xf0000, 0xfffff, "Reserved");
        Memory(2, 0x100000, 0x7ffdbfff, "System RAM");
        Memory(3, 0x7ffdc000, 0x7fffffff, "ACPI Tables");
        Table("APIC", [.. Double(0xfee00000), .. Double(1), .. Processor(0), .. Processor(1), .. Processor(2), .. Processor(3), 1, 12, 0, 0, .. Double(0xfec00000), .. Double(0)]);
        Table("MCFG", [.. Quad(0), .. Quad(0xb0000000), 0, 0, 0, 255, 0, 0, 0, 0]);

        // One unit, in whose scope the IO-APIC is at ff:00.0.
        Table("DMAR", [38, 1, .. new byte[10], 0, 0, 24, 0, 1, 0, 0, 0, .. Quad(0xfed90000), 3, 8, 0, 0, 0, 0xff, 0, 0]);
        Write("sys/class/iommu/dmar0/intel-iommu/cap", "d2008c222f0686\n");
        Write("proc/cpuinfo", string.Concat(Enumerable.Range(0, 4).Select(i => $"processor\t: {i}\ncpu MHz\t\t: 2400.000\nphysical id\t: 0\ncore id\t\t: {i / 2}\napicid\t\t: {i}\n\n")));
        Write("proc/ioports", "0000-0cf7 : PCI Bus 0000:00\n  0040-0043 : timer0\n  0060-0060 : keyboard\n  0064-0064 : keyboard\n  0070-0077 : rtc0\n  03f8-03ff : serial\n");
        Write("proc/iomem", "00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n00100000-7ffdbfff : System RAM\n");
        Pci("0000:00:00.0", 0x8086, 0x29c0, 0x060000, "", 0, message: false);
        Pci("0000:00:02.0", 0x8086, 0x10d3, 0x020000, "0xfebc0000 0xfebdffff 0x40200\n0xfebe0000 0xfebe00ff 0x40200\n0xc040 0xc05f 0x40101\n", 22, message: true);
        Pci("0000:00:1f.2", 0x8086, 0x2922, 0x010601, "0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0x0 0x0 0x0\n0xc060 0xc07f 0x40101\n0xfebf1000 0xfebf1fff 0x40200\n", 16, message: false);
        string registers = Path("dev/cpu/0/msr");
        using FileStream msr = File.Create(registers);
        msr.Position = 0x485;
        msr.Write(Quad(0x65));
    }

    public string Path(string name)
    {
        string path = System.IO.Path.Combine(_root, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    public void Write(string name, string text) => File.WriteAllText(Path(name), text);

    public void Memory(int entry, ulong start, ulong end, string type)
    {
        string folder = $"sys/firmware/memmap/{entry}/";
        Write(folder + "start", $"0x{start:x}\n");
        Write(folder + "end", $"0x{end:x}\n");
        Write(folder + "type", type + "\n");
    }

    /// <summary>A table of the firmware with a right header.</summary>
    public void Table(string signature, byte[] body)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes(signature), .. Double((uint)(HeaderBytes + body.Length)), 1, 0, .. Encoding.ASCII.GetBytes("MUEN  MUENTEST"), .. new byte[12], .. body];
        bytes[9] = (byte)-bytes.Aggregate(0, (sum, b) => sum + b);
        File.WriteAllBytes(Path("sys/firmware/acpi/tables/" + signature), bytes);
    }

    public static byte[] Processor(byte apic, bool enabled = true) => [0, 8, apic, apic, .. Double(enabled ? 1u : 0)];

    public static byte[] Double(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] Quad(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    public void Pci(string name, int vendor, int device, int kind, string resources, int irq, bool message)
    {
        string folder = $"sys/bus/pci/devices/{name}/";
        Write(folder + "vendor", $"0x{vendor:x4}\n");
        Write(folder + "device", $"0x{device:x4}\n");
        Write(folder + "class", $"0x{kind:x6}\n");
        Write(folder + "revision", "0x02\n");
        Write(folder + "resource", resources);
        Write(folder + "irq", $"{irq}\n");
        byte[] config = new byte[256];
        if (message)
        {
            // The status bit, and the capability MSI behind another one.
            (config[6], config[0x34], config[0x40], config[0x41], config[0x50]) = (0x10, 0x40, 1, 0x50, 5);
        }

        (config[0x3c], config[0x3d]) = ((byte)irq, (byte)(irq == 0 ? 0 : 1));
        File.WriteAllBytes(Path(folder + "config"), config);
    }
}
