// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Tests;

/// <summary>VM subjects: their processor, their memory by EPT, and how their binaries are loaded. What is expected is written as the SDM's numbers.</summary>
public sealed class VmTests : IDisposable
{
    private const string LowMemory = """<memory logical="low" physical="low" virtualAddress="0" writable="true" executable="true"/>""";
    private const string Ram = """<memory logical="ram" physical="ram" virtualAddress="0x100000" writable="true" executable="true"/>""";
    private const string Regions = """<memory><memory name="low" size="640K"/><memory name="ram" size="7M"/></memory>""";

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_VMs_processor_is_that_of_the_profile()
    {
        (SubjectEntry entry, Memory _, SystemImage image) = Compile(System("", LowMemory));
        Assert.Equal(SubjectProfile.Vm, entry.Profile);
        Assert.Equal(image.View.Subjects[0].PageTables | 0x1E, entry.EptPointer);
        Assert.Equal((0x49u, 0xB298_1E80u, 0xE2u), (entry.PinControls, entry.ProcessorControls, entry.SecondaryControls));
        Assert.Equal((0x30_8200u, 0x8000u, 0x6_0002u), (entry.ExitControls, entry.EntryControls, entry.ExceptionBitmap));
        Assert.Equal((0x6000_0020ul, ~0x37_07BFul), (entry.Cr0Mask, entry.Cr4Mask));
        Assert.Equal((1ul, 0xE7ul), (entry.Xcr0, entry.Xcr0Mask));
        SubjectState state = entry.Initial;
        Assert.Equal((0x31ul, 0x31ul, 0x2040ul, 0ul, 0ul), (state.Cr0, state.Cr0Shadow, state.Cr4, state.Cr4Shadow, state.Efer));
        Assert.Equal((0ul, 0ul, 2ul, 0ul), (state.Rip, state.Rsp, state.Rflags, state.Cr3));
        Assert.Equal((8ul, 0ul, uint.MaxValue, 0xC09Bu), (state.Cs.Selector, state.Cs.Base, state.Cs.Limit, state.Cs.Access));
        Assert.All(new[] { state.Ss, state.Ds, state.Es, state.Fs, state.Gs }, s => Assert.Equal((16ul, 0ul, uint.MaxValue, 0xC093u), (s.Selector, s.Base, s.Limit, s.Access)));
        Assert.Equal((0x8Bu, 0x10000u), (state.Tr.Access, state.Ldtr.Access));
    }

    [Fact]
    public void Registers_and_controls_are_those_of_the_policy()
    {
        (SubjectEntry entry, Memory _, SystemImage _) = Compile(System("""
            <vcpu>
              <vmx>
                <controls><proc><HLTExiting>0</HLTExiting><PAUSEExiting>1</PAUSEExiting></proc><proc2><DescriptorTableExiting>1</DescriptorTableExiting></proc2></controls>
                <masks><exception><PageFault>1</PageFault></exception><cr4><PageGlobalEnable>1</PageGlobalEnable></cr4></masks>
              </vmx>
              <registers>
                <gpr><rip>16#0002_1000#</rip><rsp>4096</rsp><rbx>0xB</rbx><r08>8</r08><r15>15</r15><rflags>0x202</rflags><cr3>0x3000</cr3></gpr>
                <cr0><ProtectionEnable>0</ProtectionEnable></cr0>
                <cr4><OSSupportFXSAVE>1</OSSupportFXSAVE></cr4><cr4Shadow><MachineCheckEnable>1</MachineCheckEnable></cr4Shadow>
                <segments><cs selector="16#f000#" base="16#f_0000#" limit="16#ffff#" access="16#9b#"/><ldtr selector="0" base="0" limit="0" access="16#0001_0000#"/></segments>
              </registers>
            </vcpu>
            """, LowMemory));
        Assert.Equal((0xF298_1E00u, 0xE6u, 0x6_4002u, ~0x37_073Ful), (entry.ProcessorControls, entry.SecondaryControls, entry.ExceptionBitmap, entry.Cr4Mask));
        SubjectState state = entry.Initial;
        Assert.Equal((0x21000ul, 4096ul, 0xBul, 8ul, 15ul, 0x202ul, 0x3000ul), (state.Rip, state.Rsp, state.Rbx, state.R8, state.R15, state.Rflags, state.Cr3));
        Assert.Equal((0x30ul, 0x2240ul, 0x40ul), (state.Cr0, state.Cr4, state.Cr4Shadow));
        Assert.Equal((0xF000ul, 0xF0000ul, 0xFFFFu, 0x9Bu), (state.Cs.Selector, state.Cs.Base, state.Cs.Limit, state.Cs.Access));
    }

    [Fact]
    public void A_VM_may_begin_in_64_bit_mode_on_page_tables_of_its_own()
    {
        (SubjectEntry entry, Memory _, SystemImage _) = Compile(System("""
            <vcpu><registers>
              <gpr><rip>0x1000</rip><cr3>0x2000</cr3><efer>0x500</efer></gpr>
              <cr0><Paging>1</Paging></cr0><cr4><PhysicalAddressExtension>1</PhysicalAddressExtension></cr4>
              <segments><cs selector="8" base="0" limit="0xffffffff" access="0xa09b"/></segments>
            </registers></vcpu>
            """, LowMemory));
        Assert.Equal((0x8200u, 0x8000_0031ul, 0x2060ul, 0x500ul), (entry.EntryControls, entry.Initial.Cr0, entry.Initial.Cr4, entry.Initial.Efer));
    }

    [Fact]
    public void A_subjects_section_changes_that_of_its_component()
    {
        (SubjectEntry entry, Memory _, SystemImage _) = Compile(
            System("""<vcpu><rdtsc/><registers><gpr><rbx>2</rbx></gpr></registers></vcpu>""", LowMemory)
                .Replace("<component name=\"v\" profile=\"vm\"/>", """<component name="v" profile="linux"><requires><vcpu><registers><gpr><rax>7</rax><rbx>1</rbx></gpr></registers></vcpu></requires></component>""", StringComparison.Ordinal));
        Assert.Equal((7ul, 2ul, 0u), (entry.Initial.Rax, entry.Initial.Rbx, entry.ProcessorControls & 0x1000));
    }

    [Fact]
    public void MSRs_that_nothing_else_moves_are_in_the_store()
    {
        (SubjectEntry entry, Memory memory, SystemImage image) = Compile(System("", LowMemory));
        Assert.Equal(image.View.Regions.Single(r => r.Name == "v|msr_store").Address, entry.MsrStoreAddress);
        uint[] stored = [0xC000_0081, 0xC000_0082, 0xC000_0083, 0xC000_0084, 0xC000_0102];
        Assert.Equal(stored, Enumerable.Range(0, (int)entry.MsrStoreCount).Select(i => memory.U32(entry.MsrStoreAddress + (ulong)(i * 16))));
        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal((0u, 0ul), (memory.U32(entry.MsrStoreAddress + (ulong)(i * 16) + 4), memory.U64(entry.MsrStoreAddress + (ulong)(i * 16) + 8))));
        byte[] bitmap = memory.Bytes(entry.MsrBitmapAddress, 4096);
        int[] open = [.. Enumerable.Range(0, 16384).Where(bit => (bitmap[bit / 8] >> (bit % 8) & 1) == 0)];
        Assert.Equal([0x174, 0x175, 0x176, 0x2080, 0x2081, 0x2082, 0x2083, 0x2084, 0x2100, 0x2101, 0x2102], open);

        // The kernel of its processor reaches the store, to set it to zero at a reset.
        ulong kernel = KernelLayout.Subjects + KernelLayout.MsrStoreOffset;
        Assert.Equal(new Page(kernel, entry.MsrStoreAddress, true, false, 0), memory.Walk(image.View.Processors[0].PageTables).Single(p => p.Virtual == kernel));
    }

    [Fact]
    public void A_native_subject_that_may_read_a_stored_MSR_has_a_store_too()
    {
        SystemImage image = workspace.Compile(Policies.With(
            """<subject name="v"><vcpu><msrs><msr start="0xc0000082" end="0xc0000082" mode="r"/></msrs></vcpu><component ref="c"/></subject>"""));
        Assert.Equal([0xC000_0082u], image.View.Subjects[0].Vcpu.StoredMsrs.ToArray());
        Assert.Contains(image.View.Regions, r => r.Kind == RegionKind.MsrStore);
    }

    [Fact]
    public void An_EPT_maps_what_the_policy_says_with_the_largest_pages()
    {
        SystemImage image = workspace.Compile($"""
            <system name="t">
              <hardware>
                <memory><memoryBlock name="low" physicalAddress="0" size="640K" allocatable="false"/><memoryBlock name="main" physicalAddress="1M" size="8G"/></memory>
                <processor cpuCores="1" tscKhz="50000"/>
                <devices><device name="screen"><memory name="text" physicalAddress="0xB8000" size="32K" caching="WC"/></device></devices>
              </hardware>
              <memory>
                <memory name="low" size="640K"/><memory name="ram" size="0x7FF01000"/><memory name="rom" size="64K" caching="WP"/><memory name="odd" size="4M" physicalAddress="0x1001000"/>
              </memory>
              <components><component name="v" profile="vm"/></components>
              <subjects><subject name="v">
                <component ref="v"/>
                <memory>
                  {LowMemory}{Ram}
                  <memory physical="rom" virtualAddress="0xF0000"/>
                  <memory physical="odd" virtualAddress="0x90000000" executable="true"/>
                </memory>
                <devices><device physical="screen"><memory physical="text" virtualAddress="0xB8000" writable="true"/></device></devices>
              </subject></subjects>
            </system>
            """);
        var memory = new Memory(image.Regions);
        IReadOnlyList<(Page Page, ulong Size)> leaves = memory.EptLeaves(image.View.Subjects[0].PageTables);
        ulong ram = image.View.Regions.Single(r => r.Name == "ram").Address;
        Assert.Equal(0x10_0000ul, ram % 0x4000_0000);
        (ulong, ulong, ulong)[] expected =
        [
            .. Enumerable.Range(0, 256).Select(i => (0x10_0000 + ((ulong)i << 12), ram + ((ulong)i << 12), 0x1000ul)),
            .. Enumerable.Range(1, 511).Select(i => ((ulong)i << 21, ram - 0x10_0000 + ((ulong)i << 21), 0x20_0000ul)),
            (0x4000_0000, ram + 0x3FF0_0000, 0x4000_0000),
            (0x8000_0000, ram + 0x7FF0_0000, 0x1000),
        ];
        Assert.Equal(expected, leaves.Where(l => l.Page.Virtual is >= 0x10_0000 and < 0x9000_0000).Select(l => (l.Page.Virtual, l.Page.Physical, l.Size)));
        Assert.All(leaves.Where(l => l.Page.Virtual is >= 0x10_0000 and < 0x9000_0000), l => Assert.Equal((true, true, 0), (l.Page.Writable, l.Page.Executable, l.Page.Pat)));

        // Addresses that differ within 2 MiB leave pages of 4 KiB; types are the policy's.
        (Page Page, ulong Size)[] odd = [.. leaves.Where(l => l.Page.Virtual is >= 0x9000_0000 and < 0xA000_0000)];
        Assert.Equal((1024, 0x1001000ul), (odd.Length, odd[0].Page.Physical));
        Assert.All(odd, l => Assert.Equal((0x1000ul, false, true), (l.Size, l.Page.Writable, l.Page.Executable)));
        Assert.All(leaves.Where(l => l.Page.Virtual is >= 0xB8000 and < 0xC0000), l => Assert.Equal((l.Page.Virtual, true, false, 10), (l.Page.Physical, l.Page.Writable, l.Page.Executable, l.Page.Pat)));
        Assert.All(leaves.Where(l => l.Page.Virtual is >= 0xF0000 and < 0x100000), l => Assert.Equal((false, false, 11), (l.Page.Writable, l.Page.Executable, l.Page.Pat)));
        Assert.Equal(160 + 8 + 16, leaves.Count(l => l.Page.Virtual < 0x10_0000));
        Assert.Equal([SubjectLayout.SubjectInfo, SubjectLayout.SchedulingInfo, SubjectLayout.TimedEvent], leaves.Where(l => l.Page.Virtual >= 0xE_0000_0000 && l.Page.Virtual % 0x8000 == 0).Select(l => l.Page.Virtual));
        Assert.Equal(SubjectFlags.HugePages, Entry(image, memory).Flags & SubjectFlags.HugePages);
    }

    [Fact]
    public void Memory_that_VMs_see_is_placed_so_that_large_pages_fit()
    {
        (SubjectEntry entry, Memory memory, SystemImage image) = Compile(System("", LowMemory + Ram));
        Assert.Equal(0x10_0000ul, image.View.Regions.Single(r => r.Name == "ram").Address % 0x20_0000);
        Assert.Equal(3, memory.EptLeaves(image.View.Subjects[0].PageTables).Count(l => l.Size == 0x20_0000));
        Assert.Equal(SubjectFlags.None, entry.Flags & SubjectFlags.HugePages);
    }

    [Fact]
    public void An_ELF_kernel_lies_at_its_physical_addresses_and_begins_at_its_entry()
    {
        (SubjectEntry entry, Memory memory, SystemImage image) = Compile(System("", LowMemory + Ram, "filename=\"guest.elf\""));
        ulong ram = image.View.Regions.Single(r => r.Name == "ram").Address;
        Assert.Equal([.. GuestBinaries.Pattern(0x123, 3), 0, 0], memory.Bytes(ram, 0x125));
        Assert.Equal([.. GuestBinaries.Pattern(0x10, 5), 0], memory.Bytes(ram + 0x4000, 0x11));
        SubjectState state = entry.Initial;
        Assert.Equal((0x10000Cul, 0ul, 0ul, 0x31ul, 8ul, 16ul), (state.Rip, state.Rax, state.Rbx, state.Cr0, state.Cs.Selector, state.Ss.Selector));
    }

    [Fact]
    public void What_the_policy_says_of_registers_counts_more_than_the_binary()
    {
        (SubjectEntry entry, Memory _, SystemImage _) = Compile(System("<vcpu><registers><gpr><rip>0x100020</rip></gpr></registers></vcpu>", LowMemory + Ram, "filename=\"guest.elf\""));
        Assert.Equal((0x100020ul, 0xC09Bu), (entry.Initial.Rip, entry.Initial.Cs.Access));
    }

    [Fact]
    public void A_Multiboot_kernel_finds_the_loaders_magic_and_information()
    {
        workspace.Write("mb.elf", GuestBinaries.Elf32(0x100010, (0x100000, 0x1000, GuestBinaries.Multiboot(0x40))));
        (SubjectEntry entry, Memory memory, SystemImage image) = Compile(System("<bootparams>root=/dev/ram</bootparams><bootparams>quiet</bootparams>", LowMemory + Ram, "filename=\"mb.elf\""));
        Assert.Equal((0x2BAD_B002ul, 0x9000ul, 0x100010ul), (entry.Initial.Rax, entry.Initial.Rbx, entry.Initial.Rip));
        ulong low = image.View.Regions.Single(r => r.Name == "low").Address;
        ulong information = low + 0x9000;
        Assert.Equal((0x245u, 640u, 7168u), (memory.U32(information), memory.U32(information + 4), memory.U32(information + 8)));
        Assert.Equal("root=/dev/ram quiet\0"u8.ToArray(), memory.Bytes(low + memory.U32(information + 16), 20));
        Assert.Equal("Muen\0"u8.ToArray(), memory.Bytes(low + memory.U32(information + 64), 5));
        ulong map = low + memory.U32(information + 48);
        Assert.Equal(48u, memory.U32(information + 44));
        Assert.Equal((20u, 0ul, 0xA0000ul, 1u), (memory.U32(map), memory.U64(map + 4), memory.U64(map + 12), memory.U32(map + 20)));
        Assert.Equal((20u, 0x100000ul, 0x700000ul, 1u), (memory.U32(map + 24), memory.U64(map + 28), memory.U64(map + 36), memory.U32(map + 44)));
    }

    [Fact]
    public void A_Linux_kernel_finds_its_boot_parameters()
    {
        workspace.Write("bzImage", GuestBinaries.Linux(GuestBinaries.Pattern(0x2345, 7)));
        (SubjectEntry entry, Memory memory, SystemImage image) = Compile(
            System("<bootparams>console=ttyS0</bootparams>", LowMemory + Ram + """<memory physical="disk" virtualAddress="0x70000000"/>""", "filename=\"bzImage\"",
                """<memory name="disk" size="8K" type="subject_initrd"><file filename="files.tar"/></memory>"""));
        Assert.Equal((0x100000ul, 0x90000ul, 0x10ul, 0x18ul), (entry.Initial.Rip, entry.Initial.Rsi, entry.Initial.Cs.Selector, entry.Initial.Ds.Selector));
        Assert.Equal((0x91F00ul, 0x1Fu), (entry.Initial.Gdtr.Base, entry.Initial.Gdtr.Limit));
        ulong ram = image.View.Regions.Single(r => r.Name == "ram").Address;
        Assert.Equal([.. GuestBinaries.Pattern(0x2345, 7), 0], memory.Bytes(ram, 0x2346));
        ulong low = image.View.Regions.Single(r => r.Name == "low").Address;
        ulong zero = low + 0x90000;
        Assert.Equal("HdrS"u8.ToArray(), memory.Bytes(zero + 0x202, 4));
        Assert.Equal((0xFF, 0x70000000u, 43u), (memory.Byte(zero + 0x210), memory.U32(zero + 0x218), memory.U32(zero + 0x21C)));
        Assert.Equal("console=ttyS0\0"u8.ToArray(), memory.Bytes(low + memory.U32(zero + 0x228), 14));
        Assert.Equal((2, 0ul, 0xA0000ul, 1u, 0x100000ul), (memory.Byte(zero + 0x1E8), memory.U64(zero + 0x2D0), memory.U64(zero + 0x2D8), memory.U32(zero + 0x2E0), memory.U64(zero + 0x2E4)));
        Assert.Equal((0x00CF_9B00_0000_FFFFul, 0x00CF_9300_0000_FFFFul), (memory.U64(low + 0x91F10), memory.U64(low + 0x91F18)));
    }

    [Theory]
    [InlineData(0x7C00, 0, 0x7C00)]
    [InlineData(0x1_0000, 0x1000, 0)]
    [InlineData(0x9_0010, 0x9001, 0)]
    public void A_flat_binary_begins_in_real_mode_at_its_address(int address, int selector, int rip)
    {
        (SubjectEntry entry, Memory memory, SystemImage image) = Compile(System("", LowMemory, $"filename=\"boot.bin\" address=\"0x{address:x}\""));
        SubjectState state = entry.Initial;
        Assert.Equal(((ulong)rip, (ulong)selector, (ulong)selector << 4, 0xFFFFu, 0x9Bu), (state.Rip, state.Cs.Selector, state.Cs.Base, state.Cs.Limit, state.Cs.Access));
        Assert.Equal((0x30ul, 0x2040ul, 0ul, 0u), (state.Cr0, state.Cr4, state.Efer, entry.EntryControls & 0x200));
        Assert.All(new[] { state.Ss, state.Ds, state.Es, state.Fs, state.Gs }, s => Assert.Equal((0ul, 0ul, 0xFFFFu, 0x93u), (s.Selector, s.Base, s.Limit, s.Access)));
        Assert.Equal(GuestBinaries.Pattern(512, 9), memory.Bytes(image.View.Regions.Single(r => r.Name == "low").Address + (ulong)address, 512));
    }

    [Fact]
    public void A_component_of_the_original_brings_its_program_as_memory()
    {
        SystemImage image = workspace.Compile(Policies.With(Policies.Subject("a")).Replace("""<component name="c"><binary filename="subject.elf"/></component>""", """
            <component name="c" profile="native">
              <requires><vcpu><registers><gpr><rip>16#0020_0010#</rip><rsp>16#0030_1000#</rsp></gpr></registers></vcpu></requires>
              <provides>
                <memory logical="text" type="subject_binary" size="16#1000#" virtualAddress="16#0020_0000#" executable="true"><file filename="boot.bin" offset="none"/></memory>
                <memory logical="data" type="subject_binary" size="16#1000#" virtualAddress="16#0030_0000#" writable="true"/>
              </provides>
            </component>
            """.Replace(" offset=\"none\"", "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Equal((0x20_0010ul, 0x30_1000ul), (image.View.Subjects[0].Entry, image.View.Subjects[0].StackPointer));
        Assert.Equal(MemoryKind.Binary, image.View.Subjects[0].Mappings.Single(m => m.Name == "text").Kind);
    }

    private static string System(string subject, string memory, string binary = "", string regions = "") => $"""
        <system name="t">
          <hardware ref="bochs"/>
          {Regions.Replace("</memory>", regions + "</memory>", StringComparison.Ordinal)}
          <components>{(binary.Length == 0 ? "<component name=\"v\" profile=\"vm\"/>" : $"<component name=\"v\" profile=\"vm\"><binary {binary}/></component>")}</components>
          <subjects><subject name="v">{subject}<component ref="v"/><memory>{memory}</memory></subject></subjects>
        </system>
        """;

    private (SubjectEntry Entry, Memory Memory, SystemImage Image) Compile(string policy)
    {
        SystemImage image = workspace.Compile(policy);
        var memory = new Memory(image.Regions);
        return (Entry(image, memory), memory, image);
    }

    private static SubjectEntry Entry(SystemImage image, Memory memory)
    {
        Assert.Equal("v", image.View.Subjects[0].Name);
        uint subjects = memory.U32(KernelLayout.Tables + (ulong)Marshal.OffsetOf<TablesHeader>(nameof(TablesHeader.SubjectsOffset)));
        SubjectEntry entry = MemoryMarshal.Read<SubjectEntry>(memory.Bytes(KernelLayout.Tables + subjects, Unsafe.SizeOf<SubjectEntry>()));
        unsafe
        {
            Assert.Equal("v", Encoding.ASCII.GetString(new ReadOnlySpan<byte>(entry.Name, 1)));
        }

        return entry;
    }
}
