// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;

namespace Muen.Sdk.Policy.Read.Seed;

/// <summary>
/// Turns the forms of the policies of 2013 (major_frame, trap_table, event_table, memory_layout, io_port and others) into today's. What they said by addresses is said by
/// names now: the memory of a physical address is one region, shared by all who name the address, and lies where the compiler puts it. The kernel's own layout has no
/// meaning any more. The pieces a binary consisted of come from its ELF file.
/// </summary>
internal sealed class SeedForms
{
    private static readonly string[] Addresses = ["pml4_address", "io_bitmap_address", "msr_bitmap_address", "id"];

    private readonly DiagnosticBag bag;
    private readonly SeedMemory memory;
    private readonly Dictionary<string, Element> devices = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, string> subjectNames = [];
    private readonly Dictionary<string, Attribute> paths = new(StringComparer.Ordinal);
    private readonly SeedEvents events;

    private SeedForms(Element root, DiagnosticBag bag)
    {
        this.bag = bag;
        memory = new SeedMemory(bag);
        events = new SeedEvents(Section(root, "subjects").Where(c => c.Name == "subject").Select(c => c.Find("name")?.Value).OfType<string>(), bag);
        foreach (Element device in Section(root, "hardware").Where(c => c.Name == "device"))
        {
            SeedVocabulary.HardwareDevice.Validate(device, bag);
            if (device.Find("name") is { } name)
            {
                devices.TryAdd(name.Value, device);
            }
        }

        foreach (Element subject in Section(root, "subjects").Where(c => c.Name == "subject"))
        {
            if (subject.Find("id") is { } id && Numbers.TryParse(id.Value, out UInt128 number) && number <= uint.MaxValue && subject.Find("name") is { } name
                && !subjectNames.TryAdd((ulong)number, name.Value))
            {
                bag.Add(id.Place, DiagnosticCodes.DuplicateSubject, $"subject '{Quote.Short(subjectNames[(ulong)number])}' has the id {Quote.Short(id.Value)} already; give one of them another");
            }
        }

        foreach (Element binaries in root.Children.Where(c => c.Name == "binaries"))
        {
            SeedVocabulary.Binaries.Validate(binaries, bag);
            foreach (Element binary in binaries.Children)
            {
                if (binary.Find("name") is { } name && binary.Find("path") is { } path)
                {
                    paths.TryAdd(name.Value, path);
                }
            }
        }

        foreach (Element kernel in root.Children.Where(c => c.Name == "kernel"))
        {
            SeedVocabulary.Kernel.Validate(kernel, bag);
            memory.TakeKernel(Regions(kernel));
        }
    }

    /// <summary>The root in today's forms; the same root when it has no other.</summary>
    internal static Element Convert(Element root, DiagnosticBag bag) => Concerns(root) ? new SeedForms(root, bag).Convert(root) : root;

    private static bool Concerns(Element root) =>
        root.Children.Any(c => c.Name is "binaries" or "kernel")
        || Section(root, "scheduling").Any(c => c.Name == "major_frame")
        || Section(root, "hardware").Any(c => c.Name == "device" || c.Written("logical_cpus") is not null)
        || Section(root, "subjects").Any(s => s.Children.Any(c => c.Name is "memory_layout" or "trap_table" or "event_table" or "initial_state" or "binary" or "device" or "msr"));

    private static IEnumerable<Element> Section(Element root, string name) => root.Children.Where(c => c.Name == name).SelectMany(c => c.Children);

    private static IEnumerable<Element> Regions(Element e) => e.Children.Where(c => c.Name == "memory_layout").SelectMany(c => c.Children).Where(c => c.Name == "memory_region");

    private Element Convert(Element root)
    {
        var children = new List<Element>();
        foreach (Element child in root.Children)
        {
            switch (child.Name)
            {
                case "hardware":
                    children.Add(Hardware(child));
                    break;
                case "subjects":
                    children.Add(child with { Children = [.. child.Children.Select(c => c.Name == "subject" ? Subject(c) : c)] });
                    break;
                case "scheduling":
                    children.Add(Scheduling(child));
                    break;
                case "binaries" or "kernel":
                    break;
                default:
                    children.Add(child);
                    break;
            }
        }

        Append(children, "memory", memory.Declared, root.Place);
        Append(children, "events", events.Declared, root.Place);
        Append(children, "components", paths.Select(p => Component(p.Key, p.Value)), root.Place);
        return root with
        {
            Attributes = root.Attributes.RemoveAll(a => a.Name is "vmxon_address" or "vmcs_start_address"),
            Children = [.. children.Select(c => c.Name == "subjects" ? events.AddTargets(c) : c)],
        };
    }

    private static void Append(List<Element> children, string section, IEnumerable<Element> elements, Place place)
    {
        ImmutableArray<Element> added = [.. elements];
        if (added.IsEmpty)
        {
            return;
        }

        int index = children.FindIndex(c => c.Name == section);
        if (index < 0)
        {
            children.Add(Make(section, place, [], added));
        }
        else
        {
            children[index] = children[index] with { Children = children[index].Children.AddRange(added) };
        }
    }

    // A program and its subject have the same requirements: none but the program.
    private static Element Component(string name, Attribute path) =>
        Make("component", path.Place, [new("name", name, path.Place)], [Make("binary", path.Place, [path with { Name = "filename" }])]);

    private Element Hardware(Element hardware)
    {
        var children = new List<Element>();
        foreach (Element child in hardware.Children.Where(c => c.Name != "device"))
        {
            children.Add(child.Name == "processor" && child.Written("logical_cpus") is not null ? Processor(child) : child);
        }

        Append(children, "devices", hardware.Children.Where(c => c.Name == "device").Select(Device), hardware.Place);
        return hardware with { Children = [.. children] };
    }

    private Element Processor(Element processor)
    {
        SeedVocabulary.Processor.Validate(processor, bag);
        return processor with
        {
            Attributes = [.. processor.Attributes.Select(a => a.Name switch
            {
                "logical_cpus" => a with { Name = "cpuCores" },
                "vmx_timer_rate" => a with { Name = "vmxTimerRate" },
                "speed" when Numbers.TryParse(a.Value, out UInt128 speed) && speed <= uint.MaxValue / 1000 => a with { Name = "tscKhz", Value = Decimal((ulong)speed * 1000) },
                _ => a,
            }).Where(a => a.Name is "cpuCores" or "vmxTimerRate" or "tscKhz")],
        };
    }

    private static Element Device(Element device) => Make(
        "device", device.Place, [.. device.Attributes.Where(a => a.Name == "name")],
        [
            .. device.Written("irq") is { } irq ? [Make("irq", irq.Place, [new("name", "irq", irq.Place), irq with { Name = "number" }])] : ImmutableArray<Element>.Empty,
            .. Ports(device).Select(p => Make("ioPort", p.Element.Place, [new("name", p.Name, p.Element.Place), Hexadecimal(p.Element, "start", "start"), Hexadecimal(p.Element, "end", "end")])),
            .. Memory(device).Select(m => Make(
                "memory", m.Element.Place,
                [
                    new("name", m.Name, m.Element.Place), Hexadecimal(m.Element, "physical_address", "physicalAddress"),
                    .. m.Element.Attributes.Where(a => a.Name == "size"), .. m.Element.Attributes.Where(a => a.Name == "memory_type").Select(a => a with { Name = "caching" }),
                ])),
        ]);

    private static IEnumerable<(string Name, Element Element)> Ports(Element device) =>
        device.Children.Where(c => c.Name == "io_port").Select(p => ($"port_{Digits(p, "start")}", p));

    private static IEnumerable<(string Name, Element Element)> Memory(Element device) => Regions(device).Select(r => ($"memory_{Digits(r, "physical_address")}", r));

    private Element Subject(Element subject)
    {
        var kept = new List<Element>();
        var mapped = new List<Element>();
        var owned = new List<Element>();
        var registers = new List<Element>();
        string name = subject.Find("name")?.Value ?? "";
        bool vm = subject.Find("profile")?.Value == "vm";
        foreach (Element child in subject.Children)
        {
            if (Array.Find(SeedVocabulary.SubjectParts, r => r.Name == child.Name) is not { } rule)
            {
                kept.Add(child);
                continue;
            }

            rule.Validate(child, bag);
            switch (child.Name)
            {
                case "memory_layout":
                    // A VM's binary lies in its memory, which it would have without it.
                    mapped.AddRange(memory.Map(child.Children.Where(c => c.Name == "memory_region"), vm ? null : subject.Children.FirstOrDefault(c => c.Name == "binary")));
                    break;
                case "binary":
                    kept.AddRange(Program(child));
                    break;
                case "device":
                    owned.Add(Owned(child));
                    break;
                case "msr":
                    registers.Add(Make("msr", child.Place, [Hexadecimal(child, "start", "start"), Hexadecimal(child, "end", "end"), .. child.Attributes.Where(a => a.Name == "mode")]));
                    break;
                case "trap_table":
                    events.TakeTraps(name, child);
                    break;
                case "event_table":
                    events.TakeEvents(name, child);
                    break;
            }
        }

        if (vm && subject.Children.FirstOrDefault(c => c.Name == "initial_state") is { } state)
        {
            Append(kept, "vcpu", [Make("registers", state.Place, [], [Make("gpr", state.Place, [], [Register(state, "entry_point", "rip"), Register(state, "stack_address", "rsp")])])], state.Place);
        }

        Append(kept, "memory", mapped, subject.Place);
        Append(kept, "devices", owned, subject.Place);
        if (registers.Count != 0)
        {
            Append(kept, "vcpu", [Make("registers", registers[0].Place, [], [Make("msrs", registers[0].Place, [], [.. registers])])], registers[0].Place);
        }

        return subject with
        {
            Attributes = subject.Attributes.RemoveAll(a => Addresses.Contains(a.Name)),
            Children = events.AddSources(name, [.. kept], subject.Place),
        };
    }

    private IEnumerable<Element> Program(Element binary)
    {
        if (binary.Find("name") is { } name)
        {
            if (!paths.ContainsKey(name.Value))
            {
                bag.AddUnknown(name.Place, DiagnosticCodes.UnknownComponent, "binary", name.Value, paths.Keys, "binaries");
            }

            yield return Make("component", binary.Place, [name with { Name = "ref", Unresolved = !paths.ContainsKey(name.Value) }]);
        }
    }

    // A device's memory was seen where its description said.
    private Element Owned(Element use)
    {
        Attribute? name = use.Find("name");
        if (name is null || !devices.TryGetValue(name.Value, out Element? device))
        {
            return Make("device", use.Place, name is null ? [] : [name with { Name = "physical" }]);
        }

        Attribute Named(string attribute, string value) => new(attribute, value, use.Place);
        return Make(
            "device", use.Place, [name with { Name = "physical" }],
            [
                .. device.Find("irq") is { } irq && Numbers.TryParse(irq.Value, out UInt128 number) && number <= 223
                    ? [Make("irq", use.Place, [Named("physical", "irq"), Named("vector", Decimal((ulong)number + 32))])] : ImmutableArray<Element>.Empty,
                .. Ports(device).Select(p => Make("ioPort", use.Place, [Named("physical", p.Name)])),
                .. Memory(device).Select(m => Make("memory", use.Place,
                [
                    Named("physical", m.Name), Hexadecimal(m.Element, "virtual_address", "virtualAddress"), .. m.Element.Attributes.Where(a => a.Name is "writable" or "executable"),
                ])),
            ]);
    }

    private Element Scheduling(Element scheduling)
    {
        var children = new List<Element>();
        foreach (Element child in scheduling.Children)
        {
            if (child.Name != "major_frame")
            {
                children.Add(child);
                continue;
            }

            SeedVocabulary.MajorFrame.Validate(child, bag);
            children.Add(Make("majorFrame", child.Place, [],
            [
                .. child.Children.Where(c => c.Name == "cpu").Select((cpu, i) => Make("cpu", cpu.Place, [new("id", Decimal((ulong)i), cpu.Place)],
                    [.. cpu.Children.Where(c => c.Name == "minor_frame").Select(MinorFrame)])),
            ]));
        }

        return scheduling with
        {
            Attributes = [.. scheduling.Attributes.Select(a => a.Name == "tick_rate" ? a with { Name = "tickRate" } : a)],
            Children = [.. children],
        };
    }

    private Element MinorFrame(Element frame)
    {
        var attributes = ImmutableArray.CreateBuilder<Attribute>();
        if (frame.Find("subject_id") is { } id && Numbers.TryParse(id.Value, out UInt128 number) && number <= uint.MaxValue)
        {
            if (subjectNames.TryGetValue((ulong)number, out string? subject))
            {
                attributes.Add(id with { Name = "subject", Value = subject });
            }
            else
            {
                string known = string.Join(", ", subjectNames.OrderBy(s => s.Key).Take(12).Select(s => $"{s.Key} ({s.Value})"));
                bag.Add(id.Place, DiagnosticCodes.UnknownSubject, $"no subject has the id {Quote.Short(id.Value)}; ids: {known}");
            }
        }

        attributes.AddRange(frame.Attributes.Where(a => a.Name == "ticks"));
        return Make("minorFrame", frame.Place, attributes.ToImmutable());
    }

    private static Element Register(Element state, string attribute, string name)
    {
        Place place = state.Written(attribute)?.Place ?? state.Place;
        return new Element(name, place, [], [], new ElementText(SeedNumbers.Text(SeedNumbers.Hex(state, attribute) ?? 0), place));
    }

    private static string Decimal(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Digits(Element e, string attribute) => (SeedNumbers.Hex(e, attribute) ?? 0).ToString("x", CultureInfo.InvariantCulture);

    private static Attribute Hexadecimal(Element e, string attribute, string name)
    {
        Attribute? written = e.Find(attribute);
        return new Attribute(name, SeedNumbers.Text(SeedNumbers.Hex(written?.Value ?? "") ?? 0), written?.Place ?? e.Place);
    }

    /// <summary>An element of today's forms at the place of one of 2013's.</summary>
    internal static Element Make(string name, Place place, ImmutableArray<Attribute> attributes, ImmutableArray<Element>? children = null) =>
        new(name, place, attributes, children ?? [], null);
}
