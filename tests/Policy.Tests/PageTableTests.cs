// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The page tables of the first demo's system, walked from the image's bytes and compared with what the ABI says.</summary>
public sealed class PageTableTests : IDisposable
{
    private readonly Workspace workspace = new();
    private readonly SystemImage image;
    private readonly Memory memory;

    public PageTableTests()
    {
        image = workspace.Compile(Policies.Crypter);
        memory = new Memory(image.Regions);
    }

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_kernels_address_space_is_KernelLayout_and_nothing_else(int processor)
    {
        ulong root = memory.U64(KernelLayout.Tables + TablesHeader.PageTablesOffset + ((ulong)processor * 8));
        Assert.InRange(root, 0x60_1000ul, 0xFFFF_FFFFul);
        Assert.Equal(Expected(processor), memory.Walk(root).ToDictionary(p => p.Virtual));
    }

    [Fact]
    public void What_is_private_to_a_processor_is_mapped_by_no_other()
    {
        var seen = new HashSet<ulong>();
        for (int processor = 0; processor < 2; processor++)
        {
            ulong root = memory.U64(KernelLayout.Tables + TablesHeader.PageTablesOffset + ((ulong)processor * 8));
            foreach (Page page in memory.Walk(root).Where(p => p.Virtual >= 0x2000_0000 && p.Virtual != KernelLayout.CrashAudit && p.Virtual != KernelLayout.IoApic))
            {
                Assert.True(seen.Add(page.Physical), $"0x{page.Physical:X} is mapped by two processors");
            }
        }
    }

    [Fact]
    public void A_subjects_address_space_is_exactly_its_own()
    {
        SubjectView client = image.View.Subjects[1];
        var pages = memory.Walk(client.PageTables).ToDictionary(p => p.Virtual);
        var expected = new Dictionary<ulong, Page>();
        void Map(ulong address, string region, bool writable, bool executable = false)
        {
            RegionView r = image.View.Regions.Single(x => x.Name == region);
            for (ulong offset = 0; offset < r.Size; offset += 0x1000)
            {
                expected.Add(address + offset, new Page(address + offset, r.Address + offset, writable, executable, 0));
            }
        }

        Map(0x20_0000, "client|binary_text", false, true);
        Map(0x20_2000, "client|binary_rodata", false);
        Map(0x20_3000, "client|binary_data", true);
        Map(SubjectLayout.StackTop - 0x8000, "client|stack", true);
        Map(SubjectLayout.SubjectInfo, "client|sinfo", false);
        Map(SubjectLayout.SchedulingInfo, "client|scheduling_info", false);
        Map(SubjectLayout.TimedEvent, "client|timed_event", true);
        Map(0x1_0000_0000, "files", false);
        Map(0x1_0004_1000, "request", true);
        Map(0x1_0005_2000, "response", false);
        Assert.Equal(expected, pages);
    }

    [Fact]
    public void Both_ends_of_a_channel_are_the_same_memory_and_only_the_writer_writes()
    {
        MappingView writer = image.View.Subjects[1].Mappings.Single(m => m.Name == "out");
        MappingView reader = image.View.Subjects[0].Mappings.Single(m => m.Name == "request");
        Assert.Equal(writer.PhysicalAddress, reader.PhysicalAddress);
        Assert.All(memory.Walk(image.View.Subjects[1].PageTables).Where(p => p.Physical - writer.PhysicalAddress < writer.Size), p => Assert.True(p.Writable));
        Assert.All(memory.Walk(image.View.Subjects[0].PageTables).Where(p => p.Physical - writer.PhysicalAddress < writer.Size), p => Assert.False(p.Writable));
        Assert.DoesNotContain(memory.Walk(image.View.Subjects[2].PageTables), p => p.Physical - writer.PhysicalAddress < writer.Size);
    }

    [Fact]
    public void An_idle_subject_halts_in_a_loop()
    {
        SubjectView idle = image.View.Subjects[3];
        Page code = memory.Walk(idle.PageTables).Single(p => p.Virtual == idle.Entry);
        Assert.Equal([0xF4, 0xEB, 0xFD, 0], memory.Bytes(code.Physical, 4));
        Assert.True(code is { Writable: false, Executable: true });
    }

    private Dictionary<ulong, Page> Expected(int processor)
    {
        var expected = new Dictionary<ulong, Page>();
        void Map(ulong address, ulong physical, ulong size, bool writable, bool executable = false, int pat = 0)
        {
            for (ulong offset = 0; offset < size; offset += 0x1000)
            {
                expected.Add(address + offset, new Page(address + offset, physical + offset, writable, executable, pat));
            }
        }

        ulong Region(string name) => image.View.Regions.Single(r => r.Name == name).Address;
        Map(0x10_0000, 0x10_0000, 0x1000, false, true);
        Map(0x10_1000, 0x10_1000, 0x1000, false);
        Map(0x10_2000, 0x10_2000, 0x2000, true);
        Map(KernelLayout.Tables, KernelLayout.Tables, (memory.U32(KernelLayout.Tables + 12) + 0xFFFu) & ~0xFFFu, false);
        Map(KernelLayout.Stack, Region($"kernel_{processor}|stack"), 0x1000, true);
        Map(KernelLayout.InterruptStack, Region($"kernel_{processor}|interrupt_stack"), 0x1000, true);
        Map(KernelLayout.ProcessorData, Region($"kernel_{processor}|data"), 0x1000, true);
        Map(KernelLayout.VmxOn, Region($"kernel_{processor}|vmxon"), 0x1000, true);
        Map(KernelLayout.CrashAudit, 0x60_0000, 0x1000, true, pat: 3);
        Map(KernelLayout.IoApic, 0xFEC0_0000, 0x1000, true, pat: 3);
        foreach (SubjectView subject in image.View.Subjects.Where(s => (s.Name is "crypter" or "intruder") == (processor == 0)))
        {
            ulong start = KernelLayout.Subjects + ((ulong)subject.Id * KernelLayout.SubjectStride);
            Map(start, Region(subject.Name + "|state"), 0x1000, true);
            Map(start + 0x2000, Region(subject.Name + "|timed_event"), 0x1000, true);
            Map(start + 0x4000, Region(subject.Name + "|interrupts"), 0x1000, true);
            Map(start + 0x6000, Region(subject.Name + "|scheduling_info"), 0x1000, true);
            Map(start + 0x8000, Region(subject.Name + "|fpu"), 0x1000, true);
            Map(start + 0xA000, Region(subject.Name + "|vmcs"), 0x1000, true);
        }

        return expected;
    }
}
