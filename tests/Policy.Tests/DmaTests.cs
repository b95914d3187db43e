// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// The tables of the units for DMA and interrupt remapping, walked from the image's bytes as the VT-d specification has it (3.4, 5.1, 9.1 to 9.10), and compared with
/// what the policy says.
/// </summary>
public sealed class DmaTests : IDisposable
{
    private const string Nic = """
        <device name="nic">
          <pci bus="0" device="3" function="0"><identification classcode="0x200" vendorId="0x8086" deviceId="0x10d3"/></pci>
          <irq name="irq" number="20"><msi name="rx"/><msi name="tx"/></irq>
          <memory name="registers" physicalAddress="0xfe000000" size="8K"/>
          <memory name="mmconf" physicalAddress="0xb0018000" size="4K"/>
          <ioPort name="port" start="0xc000" end="0xc01f"/>
        </device>
        <device name="disk"><pci bus="2" device="31" function="7"/><irq name="irq" number="21"><msi name="msi"/></irq></device>
        <device name="spare"><pci bus="2" device="4" function="0"/></device>
        """;

    private const string System = """
        <system name="dma">
          <hardware ref="qemu-q35"><processor tscKhz="2000000"/><devices>{DEVICES}</devices></hardware>
          <memory>
            <memory name="ring" size="8K"/>
            <memory name="packets" size="4M" alignment="2M"/>
            <memory name="sectors" size="12K"/>
          </memory>
          <deviceDomains>
            <domain name="net">
              <memory>
                <memory physical="packets" virtualAddress="0x1ff000" writable="true"/>
                <memory logical="descriptors" physical="ring" virtualAddress="0x7fffffe000"/>
              </memory>
              <devices><device physical="nic"/></devices>
            </domain>
            <domain name="store">
              <memory><memory physical="sectors" virtualAddress="0" writable="true"/></memory>
              <devices><device physical="disk"/></devices>
            </domain>
          </deviceDomains>
          <components><component name="c"><binary filename="subject.elf"/></component></components>
          <subjects>
            <subject name="driver">
              <component ref="c"/>
              <memory><memory physical="ring" writable="true"/><memory physical="packets" writable="true"/></memory>
              <devices><device logical="eth" physical="nic"/><device physical="com1"/></devices>
            </subject>
            <subject name="storage">
              <component ref="c"/>
              <memory><memory physical="sectors" writable="true"/></memory>
              <devices><device physical="disk"><irq physical="irq" vector="60"><msi physical="msi"/></irq></device></devices>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame><cpu id="0"><minorFrame subject="driver" ticks="10"/></cpu><cpu id="1"><minorFrame subject="storage" ticks="10"/></cpu></majorFrame>
          </scheduling>
        </system>
        """;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    private SystemImage Compile(string? policy = null) => workspace.Compile((policy ?? System).Replace("{DEVICES}", Nic, StringComparison.Ordinal));

    [Fact]
    public void The_kernel_is_told_where_the_tables_are_and_what_they_need()
    {
        SystemImage image = Compile();
        var memory = new Memory(image.Regions);
        IommuEntry entry = Assert.Single(Iommus(memory));
        Assert.Equal(Region(image, "dma|root"), entry.RootTable);
        Assert.Equal(Region(image, "dma|interrupts") | 0x807, entry.InterruptTable);
        Assert.Equal(Region(image, "dma|invalidations"), entry.InvalidationQueue);
        Assert.Equal((0x202ul, 0x1000u), (entry.Capabilities, entry.RegistersSize));
        Assert.Equal((0xFEE0_0000u, 0u), (entry.FaultAddress, entry.FaultUpperAddress));

        // All contexts, all translations, all interrupt entries, and a signal at the end.
        Assert.Equal([0x11, 0, 0x12, 0, 0x04, 0, 0x15, 0, 0], Enumerable.Range(0, 9).Select(i => memory.U64(entry.InvalidationQueue + ((ulong)i * 8))));
    }

    [Fact]
    public void A_device_sees_its_domain_and_nothing_else()
    {
        SystemImage image = Compile();
        var memory = new Memory(image.Regions);
        var seen = Devices(memory);
        Assert.Equal([0x0018, 0x02FF], seen.Keys.Order().Select(id => (int)id));

        var net = new Dictionary<ulong, (ulong, bool)>();
        Expect(net, image, "packets", 0x1F_F000, true);
        Expect(net, image, "ring", 0x7F_FFFF_E000, false);
        Assert.Equal(net, seen[0x0018].Pages);
        var store = new Dictionary<ulong, (ulong, bool)>();
        Expect(store, image, "sectors", 0, true);
        Assert.Equal(store, seen[0x02FF].Pages);
        Assert.NotEqual(seen[0x0018].Domain, seen[0x02FF].Domain);
        Assert.All(seen.Values, d => Assert.InRange(d.Domain, 1, 255));
    }

    [Fact]
    public void Tables_of_four_levels_reach_further()
    {
        SystemImage image = Compile(System.Replace("ref=\"qemu-q35\">", "ref=\"bochs\">", StringComparison.Ordinal).Replace("{DEVICES}", Nic + """
            <device name="io"><capabilities><capability name="ioapic"/><capability name="source_id">0xf0f8</capability></capabilities></device>
            <device name="u1"><capabilities><capability name="iommu"/><capability name="agaw">48</capability></capabilities><memory name="r" physicalAddress="0xfed90000" size="4K"/></device>
            <device name="u2"><capabilities><capability name="iommu"/><capability name="agaw">48</capability></capabilities><memory name="r" physicalAddress="0xfed94000" size="16K"/></device>
            """, StringComparison.Ordinal).Replace("0x7fffffe000", "0xffffffffe000", StringComparison.Ordinal));
        var memory = new Memory(image.Regions);
        IommuEntry[] entries = Iommus(memory);
        Assert.Equal([(0x402ul, 0x1000u), (0x402ul, 0x4000u)], entries.Select(e => (e.Capabilities, e.RegistersSize)));
        Assert.Equal(entries[0].RootTable, entries[1].RootTable);
        var net = new Dictionary<ulong, (ulong, bool)>();
        Expect(net, image, "packets", 0x1F_F000, true);
        Expect(net, image, "ring", 0xFFFF_FFFF_E000, false);
        Assert.Equal(net, Devices(memory)[0x0018].Pages);

        // The first processor's kernel has the registers of both, no other has any.
        ulong Root(int processor) => memory.U64(KernelLayout.Tables + TablesHeader.PageTablesOffset + ((ulong)processor * 8));
        Assert.Equal(
            [(0x2002_0000ul, 0xFED9_0000ul), (0x2002_8000ul, 0xFED9_4000ul), (0x2002_9000ul, 0xFED9_5000ul), (0x2002_A000ul, 0xFED9_6000ul), (0x2002_B000ul, 0xFED9_7000ul)],
            memory.Walk(Root(0)).Where(p => p.Virtual is >= KernelLayout.Iommus and < KernelLayout.Subjects).Select(p => (p.Virtual, p.Physical)));
        Assert.All(memory.Walk(Root(0)).Where(p => p.Virtual is >= KernelLayout.Iommus and < KernelLayout.Subjects), p => Assert.Equal((true, false, 3), (p.Writable, p.Executable, p.Pat)));
        Assert.DoesNotContain(memory.Walk(Root(1)), p => p.Virtual is >= KernelLayout.Iommus and < KernelLayout.Subjects);
    }

    [Fact]
    public void Nobody_maps_what_the_units_read()
    {
        SystemImage image = Compile();
        var memory = new Memory(image.Regions);
        RegionView[] tables = [.. image.View.Regions.Where(r => r.Kind is RegionKind.DmaRoot or RegionKind.DmaContext or RegionKind.DmaTables or RegionKind.InterruptTable or RegionKind.InvalidationQueue)];
        Assert.Equal(7, tables.Length);
        IEnumerable<ulong> roots = image.View.Processors.Select(p => p.PageTables).Concat(image.View.Subjects.Select(s => s.PageTables));
        Assert.All(roots.SelectMany(memory.Walk), p => Assert.DoesNotContain(tables, t => p.Physical - t.Address < t.Size));
        Assert.All(Devices(memory).Values.SelectMany(d => d.Pages.Values), p => Assert.DoesNotContain(tables, t => p.Physical - t.Address < t.Size));
    }

    [Fact]
    public void An_interrupt_has_its_source_its_processor_and_its_vector()
    {
        SystemImage image = Compile();
        var memory = new Memory(image.Regions);
        ulong table = Iommus(memory)[0].InterruptTable & ~0xFFFul;
        var entries = Enumerable.Range(0, 256).Select(i => (Index: i, Low: memory.U64(table + ((ulong)i * 16)), High: memory.U64(table + ((ulong)i * 16) + 8))).Where(e => (e.Low | e.High) != 0).ToList();

        // com1 by the IO-APIC, then the messages: present, edge, fixed, physical; all of the source is verified.
        Assert.Equal(
            [
                (36, 0x0000_0000_0024_0001ul, 0x4_FF00ul),
                (56, 0x0000_0000_0038_0001ul, 0x4_0018ul),
                (57, 0x0000_0000_0039_0001ul, 0x4_0018ul),
                (58, 0x0000_0001_003A_0001ul, 0x4_02FFul),
            ],
            entries);

        TablesHeader header = Read<TablesHeader>(memory, KernelLayout.Tables);
        VectorRoute Route(int vector) => Read<VectorRoute>(memory, KernelLayout.Tables + header.VectorsOffset + ((ulong)vector * 4));
        Assert.Equal([(0, 32), (0, 33), (1, 60)], Enumerable.Range(56, 3).Select(v => ((int)Route(v).Subject, (int)Route(v).Vector)));
        Assert.All(Enumerable.Range(56, 3), v => Assert.Equal(VectorRoute.NoIrq, Route(v).Irq));

        // The IO-APIC names the entry in remappable format.
        Assert.Equal(1u, header.RouteCount);
        Assert.Equal((36u << 17) | (1u << 16), Read<IoApicRoute>(memory, KernelLayout.Tables + header.RoutesOffset).Upper);
    }

    [Fact]
    public void A_level_triggered_line_is_one_in_its_entry_too()
    {
        string line = System.Replace("<device logical=\"eth\" physical=\"nic\"/>", "<device logical=\"eth\" physical=\"nic\"><irq physical=\"irq\"/></device>", StringComparison.Ordinal)
            .Replace("<devices><device logical=\"eth\"", "<events><source><event logical=\"unmask\"><unmask_irq number=\"20\"/></event></source></events><devices><device logical=\"eth\"", StringComparison.Ordinal);
        var memory = new Memory(Compile(line).Regions);
        ulong table = Iommus(memory)[0].InterruptTable & ~0xFFFul;
        Assert.Equal((0x0000_0000_0034_0011ul, 0x4_FF00ul), (memory.U64(table + (52 * 16)), memory.U64(table + (52 * 16) + 8)));
    }

    [Fact]
    public void A_subject_is_told_of_its_device_and_has_no_configuration_space()
    {
        SubjectView driver = Compile().View.Subjects[0];
        DeviceView eth = driver.Devices[0];
        Assert.Equal((0x18, 32, 2, 56), (eth.SourceId, eth.FirstVector, eth.VectorCount, eth.FirstMessage));
        Assert.Equal(["eth_registers"], driver.Mappings.Where(m => m.Kind == MemoryKind.Device).Select(m => m.Name));
        Assert.Equal(["eth_rx", "eth_tx", "com1_irq"], driver.Irqs.Select(i => i.Name));

        var memory = new Memory(Compile().Regions);
        ulong info = Compile().View.Regions.Single(r => r.Name == "driver|sinfo").Address;
        var resources = Enumerable.Range(0, memory.U16(info + 78)).Select(i => info + 80 + ((ulong)i * 128)).ToList();
        ulong device = resources.Single(r => memory.U32(r) == 4 && memory.Byte(r + 4) == 3) + 72;
        Assert.Equal((0x18, 0x8086, 0x10D3, 0x200), (memory.U16(device), memory.U16(device + 2), memory.U16(device + 4), memory.U16(device + 6)));
        Assert.Equal((56, 32, 2, 1), (memory.U16(device + 8), memory.Byte(device + 10), memory.Byte(device + 11), memory.Byte(device + 12)));
        Assert.Equal(0x18, memory.U16(resources.Single(r => memory.U32(r) == 5) + 72));
        Assert.Equal([0x18, 0xFFFF], resources.Where(r => memory.U32(r) == 6).Select(r => (int)memory.U16(r + 72)));
    }

    [Fact]
    public void A_monitor_may_have_the_configuration_space_of_a_device_of_its_subject()
    {
        SystemImage image = Compile(System.Replace("<subject name=\"storage\">", """
            <subject name="manager">
              <component ref="c"/>
              <devices><device physical="nic"><memory physical="mmconf" writable="true"/></device></devices>
              <monitor><state subject="driver"/></monitor>
            </subject>
            <subject name="storage">
            """, StringComparison.Ordinal).Replace("<minorFrame subject=\"driver\" ticks=\"10\"/>", "<minorFrame subject=\"driver\" ticks=\"5\"/><minorFrame subject=\"manager\" ticks=\"5\"/>", StringComparison.Ordinal));
        Assert.Equal([0xB001_8000ul], image.View.Subjects[1].Mappings.Where(m => m.Kind == MemoryKind.Device).Select(m => m.PhysicalAddress));
    }

    [Fact]
    public void Messages_of_one_interrupt_have_vectors_one_after_the_other()
    {
        SystemImage image = Compile(System.Replace("<device physical=\"com1\"/>", "<device physical=\"com1\"><irq physical=\"irq\" vector=\"33\"/></device>", StringComparison.Ordinal));
        Assert.Equal([("eth_rx", 34), ("eth_tx", 35), ("com1_irq", 33)], image.View.Subjects[0].Irqs.Select(i => (i.Name, i.Vector)));
    }

    [Fact]
    public void A_domain_may_be_of_an_alias_or_a_class()
    {
        SystemImage image = Compile(System.Replace("<memory>\n    <memory name=\"ring\"", """
            <platform><mappings>
              <aliases><alias name="first" physical="nic"/></aliases>
              <classes><class name="disks"><device physical="disk"/><device physical="spare"/></class></classes>
            </mappings></platform>
            <memory>
                <memory name="ring"
            """, StringComparison.Ordinal)
            .Replace("<devices><device physical=\"nic\"/></devices>", "<devices><device physical=\"first\"/></devices>", StringComparison.Ordinal)
            .Replace("<devices><device physical=\"disk\"/></devices>", "<devices><device physical=\"disks\"/></devices>", StringComparison.Ordinal));
        Assert.Equal([0x0018, 0x0220, 0x02FF], Devices(new Memory(image.Regions)).Keys.Order().Select(id => (int)id));
    }

    [Fact]
    public void A_machine_without_such_units_has_no_such_tables()
    {
        SystemImage image = workspace.Compile(Policies.Crypter);
        Assert.Null(image.View.Dma);
        Assert.DoesNotContain(image.View.Regions, r => r.Name.StartsWith("dma|", StringComparison.Ordinal));
        Assert.Empty(Iommus(new Memory(image.Regions)));
    }

    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public void There_are_255_domains(int count, bool possible)
    {
        string domains = string.Concat(Enumerable.Range(0, count).Select(i => $"<domain name=\"d{i}\"/>"));
        IReadOnlyList<string> errors = workspace.Errors(System.Replace("{DEVICES}", Nic, StringComparison.Ordinal).Replace("</deviceDomains>", domains[(2 * "<domain name=\"d0\"/>".Length)..] + "</deviceDomains>", StringComparison.Ordinal));
        Assert.Equal(possible, errors.Count == 0);
        Assert.All(errors, e => Assert.Contains("MUEN1227", e, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(197, true)]
    [InlineData(198, false)]
    public void There_are_197_messages(int count, bool possible)
    {
        // 100 are the driver's; a subject's information has no room for all.
        string Messages(int number) => string.Concat(Enumerable.Range(0, number).Select(i => $"<msi name=\"m{i}\"/>"));
        IReadOnlyList<string> errors = workspace.Errors(System.Replace("{DEVICES}", Nic, StringComparison.Ordinal)
            .Replace("<msi name=\"tx\"/>", "<msi name=\"tx\"/>" + Messages(98), StringComparison.Ordinal)
            .Replace("<msi name=\"msi\"/>", "<msi name=\"msi\"/>" + Messages(count - 101), StringComparison.Ordinal)
            .Replace("<device physical=\"disk\"><irq physical=\"irq\" vector=\"60\"><msi physical=\"msi\"/></irq></device>", "<device physical=\"disk\"/>", StringComparison.Ordinal));
        Assert.Equal(possible, errors.Count == 0);
        Assert.All(errors, e => Assert.Contains("MUEN1225", e, StringComparison.Ordinal));
    }

    private static ulong Region(SystemImage image, string name) => image.View.Regions.Single(r => r.Name == name).Address;

    private static void Expect(Dictionary<ulong, (ulong, bool)> pages, SystemImage image, string region, ulong address, bool writable)
    {
        RegionView r = image.View.Regions.Single(x => x.Name == region);
        for (ulong offset = 0; offset < r.Size; offset += 0x1000)
        {
            pages.Add(address + offset, (r.Address + offset, writable));
        }
    }

    private static T Read<T>(Memory memory, ulong address)
        where T : unmanaged => MemoryMarshal.Read<T>(memory.Bytes(address, Unsafe.SizeOf<T>()));

    private static IommuEntry[] Iommus(Memory memory)
    {
        TablesHeader header = Read<TablesHeader>(memory, KernelLayout.Tables);
        return [.. Enumerable.Range(0, (int)header.IommuCount).Select(i => Read<IommuEntry>(memory, KernelLayout.Tables + header.IommusOffset + ((ulong)i * 48)))];
    }

    // What every source identifier that can be sees.
    private static Dictionary<ushort, (int Domain, Dictionary<ulong, (ulong Physical, bool Writable)> Pages)> Devices(Memory memory)
    {
        IommuEntry unit = Iommus(memory)[0];
        Assert.Equal(0ul, unit.RootTable & 0xFFF);
        var devices = new Dictionary<ushort, (int, Dictionary<ulong, (ulong, bool)>)>();
        for (int bus = 0; bus < 256; bus++)
        {
            ulong root = memory.U64(unit.RootTable + ((ulong)bus * 16));
            Assert.Equal(0ul, memory.U64(unit.RootTable + ((ulong)bus * 16) + 8));
            Assert.Equal(root == 0 ? 0ul : 1ul, root & 0xFFF);
            for (int function = 0; root != 0 && function < 256; function++)
            {
                ulong context = memory.U64((root & ~0xFFFul) + ((ulong)function * 16));
                ulong upper = memory.U64((root & ~0xFFFul) + ((ulong)function * 16) + 8);
                if (context == 0)
                {
                    Assert.Equal(0ul, upper);
                    continue;
                }

                // Present, faults are reported, untranslated requests only.
                Assert.Equal(1ul, context & 0xFFF);
                Assert.Equal(0ul, upper & ~0xFF_FF07ul);
                int levels = (int)(upper & 7) + 2;
                Assert.Equal(unit.Capabilities, 2 | (1ul << (8 + (int)(upper & 7))));
                var pages = new Dictionary<ulong, (ulong, bool)>();
                Level(memory, context & ~0xFFFul, levels, 0, true, pages);
                devices.Add((ushort)((bus << 8) | function), ((int)(upper >> 8), pages));
            }
        }

        return devices;
    }

    private static void Level(Memory memory, ulong table, int level, ulong start, bool writable, Dictionary<ulong, (ulong, bool)> pages)
    {
        for (ulong index = 0; index < 512; index++)
        {
            ulong entry = memory.U64(table + (index * 8));
            ulong address = start + (index << (12 + (9 * (level - 1))));
            if (entry == 0)
            {
                continue;
            }

            // Readable; nothing but an address and the two rights.
            Assert.Equal(1ul, entry & 1);
            Assert.Equal(0ul, entry & 0xFFF0_0000_0000_0FFC);
            bool write = writable && (entry & 2) != 0;
            if (level == 1)
            {
                pages.Add(address, (entry & ~0xFFFul, write));
            }
            else
            {
                Level(memory, entry & ~0xFFFul, level - 1, address, write, pages);
            }
        }
    }
}
