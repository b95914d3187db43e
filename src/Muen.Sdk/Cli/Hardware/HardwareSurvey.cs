// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Cli.Hardware;

/// <summary>Reads what a Linux machine says of itself: the firmware's memory map and ACPI tables, processors, ports, IOMMUs.</summary>
sealed partial class HardwareSurvey
{
    const ulong Page = 4096;
    const ulong FirstMegabyte = 1 << 20;
    const ulong AddressLimit = 1UL << 46;
    const ulong RegisterBytes = 4096;
    const int MadtEntries = 44, DmarEntries = 48, McfgEntries = 44, McfgEntryBytes = 16;
    const int VmxMisc = 0x485;
    const int MostProcessors = 64;

    // MADT (ACPI 6.5, 5.2.12) and DMAR (VT-d 8.1): kinds of entries.
    const int LocalApic = 0, IoApic = 1, LocalX2Apic = 9;
    const int RemappingUnit = 0, ReservedMemory = 1, IoApicScope = 3;

    readonly RecordedTree _tree;
    readonly List<string> _notes = [];

    HardwareSurvey(RecordedTree tree) => _tree = tree;

    /// <summary>Describes a machine.</summary>
    /// <param name="tree">What it says of itself.</param>
    /// <param name="tscKhz">The TSC's frequency, where the user knows it.</param>
    /// <exception cref="UserException">Something that must be known is missing or damaged.</exception>
    public static HardwareModel Describe(RecordedTree tree, ulong? tscKhz)
    {
        var survey = new HardwareSurvey(tree);
        AcpiTable madt = AcpiTable.Read(tree, "APIC");
        AcpiTable? dmar = AcpiTable.Find(tree, "DMAR");
        IReadOnlyList<MemoryBlock> memory = survey.Memory();
        (ulong Address, ulong Size)? config = survey.PciConfig();
        (FoundDevice? ioApic, IReadOnlyList<FoundDevice> units) = (survey.FindIoApic(madt, dmar), survey.Units(dmar));
        IReadOnlyList<FoundDevice> legacy = survey.Legacy();
        IReadOnlyList<FoundDevice> pci = new PciSurvey(tree, survey._notes).Devices(config);
        ushort? console = legacy.Any(d => d.Name == "com1") ? 0x3f8 : legacy.Any(d => d.Name == "com2") ? (ushort)0x2f8 : null;
        if (console is null)
        {
            survey._notes.Add("no serial port was found: the debug kernel prints nowhere");
        }

        return new HardwareModel(
            memory, survey.Processors(madt), tscKhz ?? survey.Frequency(), survey.TimerRate(), config, [.. ioApic is null ? [] : new[] { ioApic }, .. units, .. legacy, .. pci], console, survey._notes);
    }

    // The firmware's map as Linux keeps it, or what /proc/iomem shows of it.
    List<MemoryBlock> Memory()
    {
        const string Map = "sys/firmware/memmap";
        var found = new List<(ulong Start, ulong End)>();
        foreach (string entry in _tree.List(Map))
        {
            if (_tree.Lines($"{Map}/{entry}/type") is ["System RAM", ..])
            {
                found.Add((_tree.Number($"{Map}/{entry}/start", NumberStyles.AllowHexSpecifier), _tree.Number($"{Map}/{entry}/end", NumberStyles.AllowHexSpecifier)));
            }
        }

        if (found.Count == 0)
        {
            const string Resources = "proc/iomem";
            found.AddRange(_tree.Lines(Resources).Select(l => Resource().Match(l)).Where(m => m.Success && m.Groups["name"].Value == "System RAM").Select(m => (Hexadecimal(m, "start"), Hexadecimal(m, "end"))));
            if (found.Count == 0 || found.TrueForAll(f => f.End == 0))
            {
                throw new UserException($"{_tree.Name(Resources)} shows no memory, as it does to users; run muen hardware as root");
            }
        }

        var blocks = new List<MemoryBlock>();
        ulong before = 0;
        foreach ((ulong first, ulong last) in found.OrderBy(f => f.Start))
        {
            if (last < first || last >= AddressLimit || first < before)
            {
                throw _tree.Damaged(Map, $"memory from 0x{first:x} to 0x{last:x} is impossible, or overlaps another");
            }

            before = last + 1;
            ulong start = (first + Page - 1) / Page * Page;
            ulong end = (last + 1) / Page * Page;
            if (end > start)
            {
                // The kernel takes page 0x7000 for itself; the rest of the first megabyte is the firmware's playground.
                blocks.Add(start < FirstMegabyte ? new("conventional_memory", start, end - start, false) : new(blocks.Exists(b => b.Name == "extended_memory") ? $"memory_{blocks.Count}" : "extended_memory", start, end - start));
            }
        }

        return blocks;
    }

    List<uint> Processors(AcpiTable madt)
    {
        var apics = new List<uint>();
        foreach ((int type, int at, int _) in madt.Entries(MadtEntries, madt.Length, words: false))
        {
            (uint id, uint flags) = type switch
            {
                LocalApic => (madt.Byte(at + 3), madt.Double(at + 4)),
                LocalX2Apic => (madt.Double(at + 4), madt.Double(at + 8)),
                _ => (0u, 0u),
            };
            if ((flags & 1) != 0)
            {
                if (apics.Contains(id))
                {
                    throw madt.Damaged($"two processors have the APIC identifier {id}");
                }

                apics.Add(id);
            }
        }

        if (apics.Count == 0)
        {
            throw madt.Damaged("it has no processor");
        }

        // Threads of a core share what they could learn from each other by; the first of each is enough.
        HashSet<uint> siblings = Siblings();
        List<uint> cores = [.. apics.Where(a => !siblings.Contains(a))];
        if (cores.Count < apics.Count)
        {
            _notes.Add($"{apics.Count - cores.Count} of {apics.Count} processors are further threads of a core and left out");
        }

        if (cores.Count > MostProcessors)
        {
            _notes.Add($"{cores.Count - MostProcessors} processors are left out: the kernel runs on {MostProcessors}");
            cores.RemoveRange(MostProcessors, cores.Count - MostProcessors);
        }

        return cores;
    }

    HashSet<uint> Siblings()
    {
        var cores = new HashSet<(string, string)>();
        var siblings = new HashSet<uint>();
        (string package, string core) = ("", "");
        foreach (string line in _tree.Lines("proc/cpuinfo"))
        {
            if (line.Split(':', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
            {
                continue;
            }

            switch (name)
            {
                case "physical id":
                    package = value;
                    break;
                case "core id":
                    core = value;
                    break;
                case "apicid" when uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint id):
                    if (core.Length > 0 && !cores.Add((package, core)))
                    {
                        siblings.Add(id);
                    }

                    break;
            }
        }

        return siblings;
    }

    ulong Frequency()
    {
        const string Exact = "sys/devices/system/cpu/cpu0/tsc_freq_khz";
        if (_tree.Exists(Exact))
        {
            return _tree.Number(Exact, NumberStyles.None);
        }

        foreach (string line in _tree.Lines("proc/cpuinfo"))
        {
            if (Megahertz().Match(line) is { Success: true } m && double.TryParse(m.Groups[1].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double found) && found is >= 1 and < 100_000)
            {
                _notes.Add("tscKhz is the frequency that /proc/cpuinfo shows, which may not be that of the TSC; give the right one with --tsc-khz (the kernel log of Linux has it: tsc: Refined TSC clocksource calibration)");
                return (ulong)(found * 1000);
            }
        }

        throw new UserException($"{_tree.Name("proc/cpuinfo")} has no frequency; give the TSC's with --tsc-khz");
    }

    int? TimerRate()
    {
        const string Registers = "dev/cpu/0/msr";
        try
        {
            using FileStream file = File.OpenRead(_tree.Name(Registers));
            byte[] value = new byte[8];
            if (RandomAccess.Read(file.SafeFileHandle, value, VmxMisc) == value.Length)
            {
                return (int)(BinaryPrimitives.ReadUInt64LittleEndian(value) & 31);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said below.
        }

        _notes.Add("vmxTimerRate is unknown: IA32_VMX_MISC could not be read (modprobe msr, as root, on a processor with VT-x); the kernel refuses to start with a wrong one");
        return null;
    }

    (ulong Address, ulong Size)? PciConfig()
    {
        if (AcpiTable.Find(_tree, "MCFG") is not { } mcfg)
        {
            return null;
        }

        for (int at = McfgEntries; at < mcfg.Length; at += McfgEntryBytes)
        {
            (ulong address, int segment, int first, int last) = (mcfg.Quad(at), mcfg.Word(at + 8), mcfg.Byte(at + 10), mcfg.Byte(at + 11));
            if (segment == 0 && first == 0)
            {
                return address % Page == 0 && address < AddressLimit && address != 0 ? (address, (ulong)(last + 1) << 20) : throw mcfg.Damaged($"the configuration space is at 0x{address:x}");
            }
        }

        return null;
    }

    FoundDevice? FindIoApic(AcpiTable madt, AcpiTable? dmar)
    {
        (int Id, uint Address)[] all = [.. madt.Entries(MadtEntries, madt.Length, words: false).Where(e => e.Type == IoApic).Select(e => (Id: (int)madt.Byte(e.At + 2), Address: madt.Double(e.At + 4), Base: madt.Double(e.At + 8)))
            .OrderBy(e => e.Base).Select(e => (e.Id, e.Address))];
        if (all.Length == 0)
        {
            return null;
        }

        if (all.Length > 1)
        {
            _notes.Add($"{all.Length - 1} further IO-APICs are left out, with the interrupts that come through them");
        }

        string? source = dmar is null ? null : Scopes(dmar).Where(s => s.Type == IoApicScope && s.Id == all[0].Id).Select(s => $"0x{s.Source:x}").FirstOrDefault();
        return new FoundDevice("ioapic")
        {
            Capabilities = [("ioapic", null), .. source is null ? [] : new (string, string?)[] { ("source_id", source) }],
            Memory = [new("registers", all[0].Address, RegisterBytes)],
        };
    }

    List<FoundDevice> Units(AcpiTable? dmar)
    {
        var units = new List<FoundDevice>();
        if (dmar is null)
        {
            _notes.Add("the machine has no unit for DMA remapping, or it is switched off in the firmware: no PCI device can be given to a subject");
            return units;
        }

        ulong[] addresses = [.. dmar.Entries(DmarEntries, dmar.Length, words: true).Where(e => e.Type == RemappingUnit).Select(e => dmar.Quad(e.At + 8))];
        int reserved = dmar.Entries(DmarEntries, dmar.Length, words: true).Count(e => e.Type == ReservedMemory);
        if (reserved > 0)
        {
            _notes.Add($"the firmware reserves memory for devices in {reserved} places; a device that uses it after start-up is refused it");
        }

        int width = Width(addresses);
        foreach (ulong address in addresses)
        {
            if (address == 0 || address % Page != 0 || address >= AddressLimit)
            {
                throw dmar.Damaged($"a unit's registers are at 0x{address:x}");
            }

            units.Add(new FoundDevice(units.Count == 0 ? "iommu" : $"iommu_{units.Count + 1}")
            {
                Capabilities = [("iommu", null), ("agaw", width.ToString(CultureInfo.InvariantCulture))],
                Memory = [new("registers", address, RegisterBytes)],
            });
        }

        return units;
    }

    // All units have one width, so it is one that each has (VT-d 11.4.2, SAGAW).
    int Width(ulong[] addresses)
    {
        const string Units = "sys/class/iommu";
        ulong common = ~0ul;
        int known = 0;
        foreach (string file in _tree.List(Units).Select(u => $"{Units}/{u}/intel-iommu/cap").Where(_tree.Exists))
        {
            common &= _tree.Number(file, NumberStyles.AllowHexSpecifier) >> 8;
            known++;
        }

        if (known < addresses.Length)
        {
            _notes.Add("agaw is a guess: Linux runs without intel_iommu=on and does not show what the units are able to do; the kernel refuses to start with a wrong one");
            return 39;
        }

        return (common & 2) != 0 ? 39 : (common & 4) != 0 ? 48 : throw new UserException($"{_tree.Name(Units)}: the units have neither 39 nor 48 bits of addresses in common");
    }

    static IEnumerable<(int Type, int Id, int Source)> Scopes(AcpiTable dmar)
    {
        foreach ((int type, int at, int length) in dmar.Entries(DmarEntries, dmar.Length, words: true))
        {
            if (type == RemappingUnit)
            {
                foreach ((int kind, int scope, int size) in dmar.Entries(at + 16, at + length, words: false))
                {
                    if (kind == IoApicScope && size >= 8)
                    {
                        yield return (kind, dmar.Byte(scope + 4), dmar.Byte(scope + 5) << 8 | dmar.Byte(scope + 6) << 3 | dmar.Byte(scope + 7));
                    }
                }
            }
        }
    }

    // What every PC has at fixed ports, where Linux found it.
    List<FoundDevice> Legacy()
    {
        string[] taken = [.. _tree.Lines("proc/ioports").Select(l => Resource().Match(l)).Where(m => m.Success).Select(m => $"{Hexadecimal(m, "start"):x} {m.Groups["name"].Value}")];
        bool Has(string place) => taken.Any(t => t.StartsWith(place, StringComparison.Ordinal));
        var devices = new List<FoundDevice>();
        foreach ((string name, ulong port, int irq) in new[] { ("com1", 0x3f8ul, 4), ("com2", 0x2f8ul, 3) })
        {
            if (Has($"{port:x} serial"))
            {
                devices.Add(new(name) { Ports = [("port", port, port + 7)], Interrupts = [("irq", irq, 0)] });
            }
        }

        if (Has("60 keyboard"))
        {
            devices.Add(new("keyboard") { Ports = [("data", 0x60, 0x60), ("control", 0x64, 0x64)], Interrupts = [("irq", 1, 0)] });
        }

        if (Has("70 rtc"))
        {
            devices.Add(new("cmos") { Ports = [("port", 0x70, 0x71)], Interrupts = [("irq", 8, 0)] });
        }

        if (Has("40 timer"))
        {
            devices.Add(new("timer") { Ports = [("counters", 0x40, 0x43), ("gate", 0x61, 0x61)], Interrupts = [("irq", 0, 0)] });
        }

        return devices;
    }

    static ulong Hexadecimal(Match match, string group) => ulong.Parse(match.Groups[group].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    [GeneratedRegex("^(?<start>[0-9a-f]{1,16})-(?<end>[0-9a-f]{1,16}) : (?<name>.*)$")]
    private static partial Regex Resource();

    [GeneratedRegex(@"^cpu MHz\s*:\s*([0-9.]{1,16})$")]
    private static partial Regex Megahertz();
}
