// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text.RegularExpressions;

namespace Muen.Sdk.Cli.Hardware;

/// <summary>The devices of the PCI bus, as Linux shows them. Bridges are left out: what lies behind them is listed by itself.</summary>
sealed partial class PciSurvey(RecordedTree tree, List<string> notes)
{
    const string Folder = "sys/bus/pci/devices";
    const ulong Page = 4096;
    const ulong AddressLimit = 1UL << 46;
    const ulong PortLimit = 0x1_0000;
    const int BridgeClass = 6;
    const int PciBridge = 0x0604;
    const int BaseRegisters = 6;
    const ulong IsPorts = 0x100, IsMemory = 0x200;

    // Configuration space (PCI Local Bus 3.0, 6.1 and 6.8).
    const int StatusByte = 6, HasCapabilities = 1 << 4, FirstCapability = 0x34, InterruptLine = 0x3c, InterruptPin = 0x3d, HeaderEnd = 0x40;
    const int SecondaryBus = 0x19, SubordinateBus = 0x1a;
    const int MessageCapability = 5, ExpressCapability = 0x10;

    /// <summary>Kind of an express port (PCI Express 7.5.3.2): a bridge to PCI or PCI-X.</summary>
    const int ToConventional = 7;

    const int MostInputs = 23;

    /// <summary>All devices of segment 0.</summary>
    /// <param name="config">Where the configuration space lies in memory.</param>
    public IReadOnlyList<FoundDevice> Devices((ulong Address, ulong Size)? config)
    {
        var all = new List<(string Name, PciPlace Place, List<(int Register, ulong Start, ulong End, bool Ports)> Resources)>();
        var speakers = new List<(string Name, int First, int Last)>();
        foreach (string name in tree.List(Folder))
        {
            if (Place().Match(name) is not { Success: true } match)
            {
                notes.Add($"{name} is not in segment 0 and left out");
                continue;
            }

            int Part(string group) => int.Parse(match.Groups[group].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            int Value(string file, int bits) => tree.Number($"{Folder}/{name}/{file}", NumberStyles.AllowHexSpecifier) is var value && value >> bits == 0
                ? (int)value : throw tree.Damaged($"{Folder}/{name}/{file}", $"0x{value:x} has more than {bits} bits");
            int kind = Value("class", 24);
            if (kind >> 8 == PciBridge)
            {
                speakers.AddRange(Speaker(name));
            }

            if (kind >> 16 != BridgeClass)
            {
                all.Add((name, new PciPlace(Part("bus"), Part("device"), Part("function"), kind >> 8, Value("vendor", 16), Value("device", 16), Value("revision", 8)), Resources(name)));
            }
        }

        foreach ((string name, PciPlace place, _) in all)
        {
            if (speakers.Find(s => s.First <= place.Bus && place.Bus <= s.Last) is { Name: { } bridge })
            {
                notes.Add($"{name} is behind {bridge}, a bridge to conventional PCI that speaks for it: memory is asked for in the bridge's name, and refused");
            }
        }

        return [.. all.Select(d => Device(d.Name, d.Place, d.Resources, [.. all.Where(o => o.Name != d.Name).SelectMany(o => o.Resources)], config))];
    }

    // A bridge to conventional PCI, where requests do not say who makes them, and the buses behind it (VT-d 3.9.1).
    IEnumerable<(string Name, int First, int Last)> Speaker(string name)
    {
        byte[] config = Configuration(name);
        int express = Capability(config, ExpressCapability);
        if (express == 0 || config[express + 2] >> 4 == ToConventional)
        {
            yield return (name, config[SecondaryBus], config[SubordinateBus]);
        }
    }

    FoundDevice Device(string name, PciPlace place, List<(int Register, ulong Start, ulong End, bool Ports)> own, List<(int Register, ulong Start, ulong End, bool Ports)> others, (ulong Address, ulong Size)? config)
    {
        var memory = new List<MemoryBlock>();
        foreach ((int register, ulong start, ulong end, bool _) in own.Where(r => !r.Ports))
        {
            (ulong first, ulong last) = (start / Page * Page, (end / Page * Page) + Page - 1);
            if (last >= AddressLimit)
            {
                notes.Add($"{name}: bar{register} lies at 0x{start:x}, beyond what a policy can name, and is left out");
            }
            else if (others.Any(o => !o.Ports && o.Start <= last && first <= o.End) || own.Any(o => o.Register != register && !o.Ports && o.Start <= last && first <= o.End))
            {
                notes.Add($"{name}: bar{register} shares a page with other registers and is left out");
            }
            else
            {
                memory.Add(new($"bar{register}", first, last - first + 1));
            }
        }

        if (config is { } space)
        {
            ulong at = space.Address + ((ulong)place.Bus << 20 | (ulong)place.Device << 15 | (ulong)place.Function << 12);
            if (at < space.Address + space.Size)
            {
                memory.Add(new("mmconf", at, Page));
            }
        }

        return new FoundDevice(string.Create(CultureInfo.InvariantCulture, $"pci_{place.Bus:x2}_{place.Device:x2}_{place.Function}"), string.Create(CultureInfo.InvariantCulture, $"class 0x{place.Class:x4}, vendor 0x{place.Vendor:x4}, device 0x{place.Product:x4}"))
        {
            Pci = place,
            Memory = memory,
            Ports = [.. own.Where(r => r.Ports).Select(r => ($"bar{r.Register}", r.Start, r.End))],
            Interrupts = Interrupts(name),
        };
    }

    List<(int Register, ulong Start, ulong End, bool Ports)> Resources(string name)
    {
        string file = $"{Folder}/{name}/resource";
        var found = new List<(int, ulong, ulong, bool)>();
        int register = 0;
        foreach (string line in tree.Lines(file).Take(BaseRegisters))
        {
            ulong[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(n => RecordedTree.TryNumber(n, NumberStyles.AllowHexSpecifier, out ulong v) ? v : throw tree.Damaged(file, $"'{RecordedTree.Short(line)}' are no numbers"))];
            if (numbers.Length != 3)
            {
                throw tree.Damaged(file, $"'{RecordedTree.Short(line)}' is not begin, end and flags");
            }

            (ulong start, ulong end, ulong flags) = (numbers[0], numbers[1], numbers[2]);
            if ((flags & (IsPorts | IsMemory)) != 0 && end != 0)
            {
                if (end < start || ((flags & IsPorts) != 0 && end >= PortLimit))
                {
                    throw tree.Damaged(file, $"'{RecordedTree.Short(line)}' is no range");
                }

                found.Add((register, start, end, (flags & IsPorts) != 0));
            }

            register++;
        }

        return found;
    }

    // Messages where the device has the capability; else the input of the IO-APIC that Linux or the firmware says.
    List<(string Name, int Number, int Messages)> Interrupts(string name)
    {
        byte[] config = Configuration(name);
        string file = $"{Folder}/{name}/irq";
        ulong said = tree.Exists(file) ? tree.Number(file, NumberStyles.None) : 0;
        int line = said is > 0 and <= MostInputs ? (int)said : config[InterruptLine];
        bool has = config[InterruptPin] != 0 && line is > 0 and <= MostInputs and not 2;
        if (Capability(config, MessageCapability) != 0)
        {
            return [("irq", has ? line : 16, 1)];
        }

        return has ? [("irq", line, 0)] : [];
    }

    byte[] Configuration(string name)
    {
        byte[] config = tree.Bytes($"{Folder}/{name}/config");
        return config.Length >= HeaderEnd ? config : throw tree.Damaged($"{Folder}/{name}/config", $"it has {config.Length} bytes, a header {HeaderEnd}");
    }

    // Where a capability is, 0 without it. Only what the file holds of the list is followed, no more places than there are.
    static int Capability(byte[] config, int wanted)
    {
        if ((config[StatusByte] & HasCapabilities) == 0)
        {
            return 0;
        }

        int at = config[FirstCapability] & ~3;
        for (int steps = 0; steps < 48 && at >= HeaderEnd && at + 4 <= config.Length; steps++)
        {
            if (config[at] == wanted)
            {
                return at;
            }

            at = config[at + 1] & ~3;
        }

        return 0;
    }

    [GeneratedRegex("^0000:(?<bus>[0-9a-f]{2}):(?<device>[0-1][0-9a-f])[.](?<function>[0-7])$")]
    private static partial Regex Place();
}
