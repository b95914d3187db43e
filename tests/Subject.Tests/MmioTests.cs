// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Registers in memory: within the device's memory and its rights, or a panic.</summary>
public sealed unsafe class MmioTests
{
    enum Mode : ushort
    {
        Off,
        On = 0x8001,
    }

    static void With(GuardedMemory memory, MemoryFlags flags, Action<Mmio> test)
    {
        using var machine = new TestMachine();
        DeviceMemoryResource* resource = (DeviceMemoryResource*)machine.Add(ResourceKind.DeviceMemory, "nic_bar0")->Data;
        resource->Address = (ulong)memory.Start;
        resource->Size = (ulong)memory.Size;
        resource->Flags = flags;
        test(Mmio.Open("nic_bar0"u8));
    }

    [Fact]
    public void Each_width_reads_and_writes_its_bytes()
    {
        using var memory = new GuardedMemory(64);
        With(memory, MemoryFlags.Writable, mmio =>
        {
            mmio.Write64(56, 0x1122_3344_5566_7788);
            Assert.Equal(0x1122_3344_5566_7788ul, mmio.Read64(56));
            Assert.Equal(0x1122_3344u, mmio.Read32(60));
            Assert.Equal(0x1122, mmio.Read16(62));
            Assert.Equal(0x11, mmio.Read8(63));
            mmio.Write8(63, 1);
            mmio.Write16(60, 0xABCD);
            mmio.Write32(56, 0xFFFF_FFFF);
            Assert.Equal(0x0122_ABCD_FFFF_FFFFul, mmio.Read64(56));
            MmioRegister<Mode> mode = mmio.Register<Mode>(62);
            mode.Value = Mode.On;
            Assert.Equal(Mode.On, mode.Value);
            Assert.Equal(0x8001, mmio.Read16(62));
        });
    }

    [Theory]
    [InlineData(64, 1)]
    [InlineData(61, 4)]
    [InlineData(62, 4)]
    [InlineData(2, 4)]
    [InlineData(60, 8)]
    [InlineData(ulong.MaxValue, 1)]
    [InlineData(ulong.MaxValue - 7, 8)]
    public void Outside_and_unaligned_is_a_panic(ulong offset, int width)
    {
        using var memory = new GuardedMemory(64);
        With(memory, MemoryFlags.Writable, mmio =>
        {
            Assert.Throws<ExitException>(() => _ = width switch { 1 => mmio.Read8(offset), 2 => mmio.Read16(offset), 4 => mmio.Read32(offset), _ => mmio.Read64(offset) });
            Assert.Throws<ExitException>(() =>
            {
                switch (width)
                {
                    case 1: mmio.Write8(offset, 1); break;
                    case 4: mmio.Write32(offset, 1); break;
                    default: mmio.Write64(offset, 1); break;
                }
            });
            Assert.Throws<ExitException>(() => mmio.Register<ulong>(offset | 4));
        });
        Assert.True(memory.Bytes.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void What_is_granted_to_read_is_not_written()
    {
        using var memory = new GuardedMemory(64);
        With(memory, MemoryFlags.None, mmio =>
        {
            Assert.Equal(0u, mmio.Read32(0));
            Assert.Throws<ExitException>(() => mmio.Write32(0, 1));
            MmioRegister<uint> register = mmio.Register<uint>(0);
            Assert.Equal(0u, register.Value);
            Assert.Throws<ExitException>(() => register.Value = 1);
        });
        Assert.True(memory.Bytes.IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void There_are_no_registers_in_what_is_no_device()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(64);
        machine.AddMemory("plain", MemoryKind.Subject, memory.Start, 64, MemoryFlags.Writable);
        Assert.Throws<ExitException>(() => new Mmio(MemoryRegion.Open("plain"u8)));
        Assert.Throws<ExitException>(() => new Mmio(default));
        Assert.Throws<ExitException>(() => default(Mmio).Read8(0));
        Assert.Throws<ExitException>(() => default(MmioRegister<int>).Value);
        With(memory, MemoryFlags.Writable, mmio => Assert.Throws<ExitException>(() => mmio.Register<Guid>(0)));
    }
}
