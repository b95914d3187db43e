// SPDX-License-Identifier: MIT
using System;
using System.Text;
using CsCheck;
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Finding resources, in pages that are right and in pages that are not.</summary>
public unsafe class SubjectInfoTests
{
    const int PageSet = 8 * 4096;

    static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    [Fact]
    public void The_structures_have_the_offsets_of_the_abi()
    {
        Assert.Equal(80, sizeof(Abi.SubjectInfo));
        Assert.Equal(128, sizeof(Resource));
        Assert.Equal(56, sizeof(MemoryResource));
        Abi.SubjectInfo info;
        Resource resource;
        MemoryResource memory;
        PortResource port;
        Assert.Equal(8, (byte*)&info.TscKhz - (byte*)&info);
        Assert.Equal(12, info.Name - (byte*)&info);
        Assert.Equal(78, (byte*)&info.ResourceCount - (byte*)&info);
        Assert.Equal(4, resource.Name - (byte*)&resource);
        Assert.Equal(72, resource.Data - (byte*)&resource);
        Assert.Equal(8, (byte*)&memory.Address - (byte*)&memory);
        Assert.Equal(24, memory.Sha256 - (byte*)&memory);
        Assert.Equal(4, (byte*)&port.Address - (byte*)&port);
        Assert.Equal(32_720, Abi.SubjectInfo.ResourcesOffset + (Abi.SubjectInfo.MaxResources * sizeof(Resource)));
    }

    [Fact]
    public void Each_kind_is_found_by_its_name_alone()
    {
        using var machine = new TestMachine();
        machine.AddMemory("x", MemoryKind.Subject, (void*)0x1_0000_0000, 0x3000, MemoryFlags.Writable);
        machine.AddNumber(ResourceKind.Event, "x", 63);
        machine.AddNumber(ResourceKind.Vector, "x", 255);
        machine.AddPorts("x", 0x3F8, 8);
        machine.AddNumber(ResourceKind.Vector, "exception", 31);
        string longest = new('n', Limits.NameLength);
        machine.AddNumber(ResourceKind.Event, longest, 1);
        SubjectInfo info = SubjectInfo.Own;
        Assert.True(info.IsValid);
        Assert.Equal(50_000u, info.TscKhz);
        Assert.Equal(6, info.ResourceCount);
        Assert.True(info.TryFindMemory("x"u8, out MemoryRegion region));
        Assert.Equal(0x1_0000_0000UL, region.Address);
        Assert.Equal(0x3000UL, region.Size);
        Assert.True(region.IsWritable);
        Assert.Equal(0x3000, region.WritableBytes.Length);
        Assert.False(info.TryFindChannel("x"u8, out _));
        Assert.True(info.TryFindEvent("x"u8, out Event found));
        Assert.Equal(63, found.Number);
        Assert.True(info.TryFindVector("x"u8, out byte vector));
        Assert.Equal(255, vector);
        Assert.True(info.TryFindPorts("x"u8, out Ports ports));
        Assert.Equal(0x3F8, ports.First);
        Assert.Equal(8, ports.Count);
        Assert.False(info.TryFindVector("exception"u8, out _));
        Assert.True(info.TryFindEvent(Ascii(longest), out _));
        Assert.False(info.TryFindEvent(Ascii(longest[1..]), out _));
        Assert.False(info.TryFindEvent(""u8, out _));
        Assert.False(info.TryFindEvent("X"u8, out _));
        Assert.Equal(ResourceKind.None, info[-1].Kind);
        Assert.Equal(ResourceKind.None, info[6].Kind);
    }

    [Fact]
    public void Another_magic_or_version_is_empty()
    {
        using var machine = new TestMachine();
        machine.AddNumber(ResourceKind.Event, "x", 1);
        machine.SubjectInfo->Magic ^= 1UL << 56;
        Assert.False(SubjectInfo.Own.IsValid);
        Assert.Equal(0, SubjectInfo.Own.ResourceCount);
        Assert.False(SubjectInfo.Own.TryFindEvent("x"u8, out _));
        Assert.Equal(0, SubjectInfo.Own.Name.Length);
        Assert.False(default(SubjectInfo).IsValid);
        Assert.Equal(ResourceKind.None, default(SubjectInfo)[0].Kind);
        Assert.Equal(0, default(SubjectResource).Name.Length);
    }

    [Theory]
    [InlineData(0UL, 0x1000UL)]
    [InlineData(0x1000UL, 0UL)]
    [InlineData(0xFFFF_FFFF_FFFF_F000UL, 0x1000UL)]
    [InlineData(0x1000UL, ulong.MaxValue)]
    public void A_region_that_cannot_be_is_not_found(ulong address, ulong size)
    {
        using var machine = new TestMachine();
        machine.AddMemory("x", MemoryKind.Channel, (void*)address, size, MemoryFlags.Writable);
        Assert.False(SubjectInfo.Own.TryFindMemory("x"u8, out _));
        Assert.False(SubjectInfo.Own.TryFindChannel("x"u8, out _));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0xFFFF, 2)]
    [InlineData(0x3F8, 0xFFFF)]
    public void Ports_that_cannot_be_are_not_found(ushort first, ushort count)
    {
        using var machine = new TestMachine();
        machine.AddPorts("x", first, count);
        Assert.False(SubjectInfo.Own.TryFindPorts("x"u8, out _));
    }

    [Fact]
    public void Corrupted_pages_lead_nowhere() =>
        Gen.Select(Gen.Int, Gen.Int[0, 300], Gen.Bool).Sample(
            (seed, faults, keepMagic) =>
            {
                using var machine = new TestMachine();
                for (int i = 0; i < 20; i++)
                {
                    machine.AddNumber((ResourceKind)(1 + (i % 6)), "name" + i, (byte)i);
                }
                using var memory = new GuardedMemory(PageSet);
                new ReadOnlySpan<byte>(machine.SubjectInfo, PageSet).CopyTo(memory.Bytes);
                var random = new Random(seed);
                for (int i = 0; i < faults; i++)
                {
                    memory.Start[random.Next(random.Next(2) == 0 ? 300 : PageSet)] = (byte)random.Next(256);
                }
                if (keepMagic)
                {
                    ((Abi.SubjectInfo*)memory.Start)->Magic = Abi.SubjectInfo.ExpectedMagic;
                }
                var info = new SubjectInfo(memory.Start);
                Assert.True(info.Name.Length <= Limits.NameLength);
                Assert.InRange(info.ResourceCount, 0, Abi.SubjectInfo.MaxResources);
                for (int i = -1; i <= info.ResourceCount; i++)
                {
                    SubjectResource resource = info[i];
                    ReadOnlySpan<byte> name = resource.Name;
                    Assert.True(name.Length <= Limits.NameLength);
                    int sum = 0;
                    foreach (byte value in name)
                    {
                        sum += value;
                    }
                    Assert.True(sum >= 0);
                    _ = resource.Number;
                    if (resource.TryGetMemory(out MemoryRegion region))
                    {
                        Assert.NotEqual(0UL, region.Size);
                        Assert.True(region.Address + region.Size > region.Address);
                    }
                    if (resource.TryGetPorts(out Ports ports))
                    {
                        Assert.InRange(ports.First + ports.Count, 1, 0x1_0000);
                    }
                }
                _ = info.TryFindEvent("name7"u8, out _);
                _ = info.TryFindMemory("name0"u8, out _);
                _ = info.TryFindPorts("name5"u8, out _);
            },
            iter: 1000);
}
