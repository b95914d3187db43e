// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;
using Muen.Samples.Monitors;
using Muen.Samples.Terminals;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>The monitor's devices and exits, on a guest of 1 MiB of memory that begins at address 0.</summary>
public sealed unsafe class MonitorTests : IDisposable
{
    const ulong Apic = LocalApic.Base;
    const uint Ram = 1 << 20;
    const uint Code = 0x1000;

    readonly TestMachine _machine = new();
    readonly byte* _ram = (byte*)NativeMemory.AllocZeroed(Ram);
    readonly byte[] _disk = new byte[64 * 512];
    readonly GCHandle _pinned;
    SubjectState _state;

    public MonitorTests()
    {
        _pinned = GCHandle.Alloc(_disk, GCHandleType.Pinned);
        for (int i = 0; i < _disk.Length; i++)
        {
            _disk[i] = (byte)((i * 7 / 3) & 0xFF);
        }
        _machine.AddMemory("disk0", MemoryKind.Subject, (void*)_pinned.AddrOfPinnedObject(), (ulong)_disk.Length, MemoryFlags.Writable);
        Clock.Frequency = 1_000_000_000;
        Clock.Now = 1_000_000;
        GuestMemory.Clear();
        GuestMemory.Add(0, (ulong)_ram, Ram, writable: true);
        IdeDisk.Open();
        Devices.Reset();
        Assert.True(LocalApic.TryWrite(0xF0, 4, 0x1FF));
        _state.Cs.Access = 0xC09B;
        _state.Rip = Code;
        _state.Cr0 = 0x31;
    }

    public void Dispose()
    {
        _pinned.Free();
        NativeMemory.Free(_ram);
        _machine.Dispose();
    }

    bool Handle(ExitReason reason, uint length = 0)
    {
        _state.ExitReason = (uint)reason;
        _state.InstructionLength = length;
        fixed (SubjectState* state = &_state)
        {
            return Exits.Handle(state);
        }
    }

    /// <summary>An instruction that touches what is not memory.</summary>
    bool Touch(ulong physical, params byte[] code)
    {
        _state.Rip = Code;
        code.CopyTo(new Span<byte>(_ram + Code, code.Length));
        _state.GuestPhysicalAddress = physical;
        _state.ExitQualification = 0x180;
        return Handle(ExitReason.EptViolation);
    }

    bool In(ushort port, int size, out uint value)
    {
        _state.Rax = 0;
        _state.ExitQualification = ((ulong)port << 16) | 8 | (uint)(size - 1);
        bool done = Handle(ExitReason.IoInstruction, 1);
        value = (uint)_state.Rax;
        return done;
    }

    uint In(ushort port)
    {
        Assert.True(In(port, 1, out uint value), $"in {port:x}");
        return value;
    }

    bool TryOut(ushort port, uint value, int size = 1)
    {
        _state.Rax = value;
        _state.ExitQualification = ((ulong)port << 16) | (uint)(size - 1);
        return Handle(ExitReason.IoInstruction, 1);
    }

    void Out(ushort port, params uint[] values)
    {
        foreach (uint value in values)
        {
            Assert.True(TryOut(port, value), $"out {port:x} {value:x}");
        }
    }

    static uint Read(ulong offset)
    {
        Assert.True(LocalApic.TryRead(offset, 4, out uint value));
        return value;
    }

    static void Write(ulong offset, uint value) => Assert.True(LocalApic.TryWrite(offset, 4, value));

    /// <summary>Sends an ISA interrupt to a vector.</summary>
    static void Route(int input, uint entry)
    {
        Assert.True(IoApic.TryWrite(0, 4, (uint)(0x10 + (2 * input))));
        Assert.True(IoApic.TryWrite(0x10, 4, entry));
    }

    [Fact]
    public void Periodic_timer_interrupts_once_for_each_period_that_was_seen()
    {
        Write(0x3E0, 0xB);
        Write(0x320, 0x2_0020);
        Write(0x380, 10_000_000);
        Assert.Equal(Clock.Now + 10_000_000, LocalApic.Deadline);
        Clock.Now += 4_000_000;
        LocalApic.Update();
        Assert.False(LocalApic.TryDeliver(out _));
        Assert.Equal(6_000_000u, Read(0x390));
        Clock.Now += 26_500_000;
        LocalApic.Update();
        Assert.True(LocalApic.TryDeliver(out uint vector));
        Assert.Equal(0x20u, vector);
        Assert.False(LocalApic.TryDeliver(out _));
        Assert.Equal(Clock.Now + 9_500_000, LocalApic.Deadline);
    }

    [Theory]
    [InlineData(0u, 2u)]
    [InlineData(3u, 16u)]
    [InlineData(8u, 32u)]
    [InlineData(0xAu, 128u)]
    [InlineData(0xBu, 1u)]
    public void Timer_divides_and_one_shot_stands_afterwards(uint divide, uint factor)
    {
        Write(0x3E0, divide);
        Write(0x320, 0x41);
        Write(0x380, 1000);
        Assert.Equal(Clock.Now + (1000 * factor), LocalApic.Deadline);
        Clock.Now += 1000 * factor;
        LocalApic.Update();
        Assert.True(LocalApic.TryDeliver(out uint vector));
        Assert.Equal(0x41u, vector);
        Assert.Equal(Clock.Never, LocalApic.Deadline);
        Assert.Equal(0u, Read(0x390));
    }

    [Fact]
    public void Higher_priority_comes_first_and_the_end_of_an_interrupt_lets_the_next_one_through()
    {
        LocalApic.Accept(0x31, level: false);
        LocalApic.Accept(0x45, level: false);
        Assert.True(LocalApic.TryDeliver(out uint vector));
        Assert.Equal(0x45u, vector);
        Assert.Equal(0x40u, Read(0xA0));
        Assert.False(LocalApic.TryDeliver(out _));
        LocalApic.Accept(0x52, level: false);
        Assert.True(LocalApic.TryDeliver(out vector));
        Assert.Equal(0x52u, vector);
        Write(0xB0, 0);
        Assert.False(LocalApic.TryDeliver(out _));
        Write(0xB0, 0);
        Assert.True(LocalApic.TryDeliver(out vector));
        Assert.Equal(0x31u, vector);

        // The task priority holds back what is not above it; what the processor did not take is offered again.
        Write(0xB0, 0);
        Write(0x80, 0x50);
        LocalApic.Accept(0x5F, level: false);
        Assert.False(LocalApic.TryDeliver(out _));
        Write(0x80, 0);
        Assert.True(LocalApic.TryDeliver(out vector));
        LocalApic.TakeBack(vector);
        Assert.True(LocalApic.TryDeliver(out vector));
        Assert.Equal(0x5Fu, vector);
    }

    [Fact]
    public void A_disabled_apic_takes_nothing_and_masks_its_timer()
    {
        Write(0x320, 0x30);
        Write(0xF0, 0xFF);
        LocalApic.Accept(0x40, level: false);
        Assert.False(LocalApic.TryDeliver(out _));
        Assert.Equal(0x1_0030u, Read(0x320));
        Assert.False(LocalApic.TryWrite(0x320, 4, 0x4_0030));
        Assert.False(LocalApic.TryWrite(0x321, 4, 0));
        Assert.False(LocalApic.TryWrite(0x320, 2, 0));
        Assert.False(LocalApic.TryRead(0x40, 4, out _));
    }

    [Fact]
    public void What_the_guest_reads_of_its_apic_without_an_exit_is_what_the_registers_are()
    {
        byte[] page = new byte[LocalApic.Size];
        Write(0x3E0, 0xB);
        Write(0x380, 5_000);
        LocalApic.Accept(0x83, level: false);
        LocalApic.Publish(page);
        for (int offset = 0x20; offset <= 0x3E0; offset += 16)
        {
            _ = LocalApic.TryRead((ulong)offset, 4, out uint value);
            Assert.Equal(value, BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(offset)));
        }
        Assert.Equal(8u, BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(0x240)));
        Clock.Now += 1_000;
        LocalApic.Publish(page);
        Assert.Equal(4_000u, BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(0x390)));
    }

    [Fact]
    public void An_edge_comes_once_and_a_level_until_it_falls()
    {
        Route(4, 0x24);
        Interrupt.SetLine(4, true);
        Interrupt.SetLine(4, true);
        Assert.True(LocalApic.TryDeliver(out uint vector));
        Assert.Equal(0x24u, vector);
        Write(0xB0, 0);
        Assert.False(LocalApic.TryDeliver(out _));

        Route(5, 0x8025);
        Interrupt.SetLine(5, true);
        Assert.True(LocalApic.TryDeliver(out vector));
        Assert.Equal(0x25u, vector);
        Write(0xB0, 0);
        Assert.True(LocalApic.TryDeliver(out vector));
        Interrupt.SetLine(5, false);
        Write(0xB0, 0);
        Assert.False(LocalApic.TryDeliver(out _));

        // An edge at a masked input is lost; an input that asks for what is not there is refused.
        Interrupt.SetLine(4, false);
        Route(4, 0x1_0024);
        Interrupt.SetLine(4, true);
        Route(4, 0x24);
        Assert.False(LocalApic.TryDeliver(out _));
        Assert.False(IoApic.TryWrite(0x10, 4, 0x0424));
        Assert.True(IoApic.TryWrite(0, 4, 1));
        Assert.True(IoApic.TryRead(0x10, 4, out uint version));
        Assert.Equal(0x0017_0011u, version);
    }

    [Fact]
    public void A_line_that_the_pic_should_deliver_is_noticed()
    {
        Out(0x20, 0x11);
        Out(0x21, 0x20, 4, 1, 0xEF);
        Interrupt.SetLine(1, true);
        Assert.Equal(-1, Interrupt.Missed);
        Interrupt.SetLine(4, true);
        Assert.Equal(4, Interrupt.Missed);
        Assert.Equal(0xEFu, In(0x21));
    }

    [Fact]
    public void Uart_interrupts_when_a_byte_came_and_when_the_transmitter_is_empty()
    {
        Route(4, 0x24);
        Assert.False(Uart.IsReady);
        Out(0x3FB, 0x80);
        Out(0x3F8, 12);
        Out(0x3F9, 0);
        Out(0x3FB, 3);
        Assert.Equal(0x60u, In(0x3FD));
        Out(0x3F9, 1);
        Uart.Receive((byte)'x');
        Assert.False(Uart.IsReady);
        Assert.True(LocalApic.TryDeliver(out uint vector));
        Assert.Equal(0x24u, vector);
        Write(0xB0, 0);
        Assert.Equal((0x61u, 4u, (uint)'x', 0x60u, 1u), (In(0x3FD), In(0x3FA), In(0x3F8), In(0x3FD), In(0x3FA)));
        Assert.True(Uart.IsReady);
        Out(0x3F9, 2);
        Assert.True(LocalApic.TryDeliver(out _));
        Assert.Equal((2u, 1u), (In(0x3FA), In(0x3FA)));
        Assert.False(TryOut(0x3FC, 0x10));
    }

    [Fact]
    public void Keyboard_sends_scan_codes_one_by_one_and_answers_commands()
    {
        Assert.False(KeyboardDevice.IsReady);
        Route(1, 0x21);
        Assert.True(KeyboardDevice.IsReady);
        KeyStroke key = default;
        key.Code = KeyCode.Left;
        KeyboardDevice.Press(in key);
        key.Flags = KeyFlags.Released;
        KeyboardDevice.Press(in key);
        byte[] codes = new byte[4];
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(1u, In(0x64) & 1);
            Assert.True(LocalApic.TryDeliver(out _), $"interrupt {i}");
            codes[i] = (byte)In(0x60);
            Write(0xB0, 0);
        }
        Assert.Equal([0xE0, 0x4B, 0xE0, 0xCB], codes);
        Assert.Equal((0u, 0xCBu), (In(0x64) & 1, In(0x60)));
        Out(0x60, 0xED);
        Assert.Equal(0xFAu, In(0x60));
        Out(0x60, 2);
        Assert.Equal(0xFAu, In(0x60));
        Out(0x64, 0x20);
        Assert.Equal(0x65u, In(0x60));
        Out(0x64, 0xAD);
        Assert.False(KeyboardDevice.IsReady);
        Assert.False(TryOut(0x64, 0xFE));
        Out(0x64, 0xD1);
        Assert.False(TryOut(0x60, 0xDE));
    }

    [Fact]
    public void Disk_is_read_and_written_by_sectors_through_memory_and_tells_of_each()
    {
        Route(14, 0x2E);
        Out(0x1F2, 2);
        Out(0x1F3, 3);
        Out(0x1F4, 0);
        Out(0x1F5, 0);
        Out(0x1F6, 0xE0);
        Out(0x1F7, 0x20);
        for (int sector = 0; sector < 2; sector++)
        {
            Assert.True(LocalApic.TryDeliver(out _), $"sector {sector}");
            Assert.Equal(0x58u, In(0x1F7));
            Write(0xB0, 0);

            // REP INSL
            (_state.Rcx, _state.Rdi, _state.GuestLinearAddress, _state.InstructionInfo) = (128, 0x4000, 0x4000, 1 << 7);
            _state.ExitQualification = (0x1F0UL << 16) | 8 | 16 | 32 | 3;
            Assert.True(Handle(ExitReason.IoInstruction, 2));
            Assert.Equal((0UL, 0x4200UL), (_state.Rcx, _state.Rdi));
            Assert.Equal(_disk.AsSpan((3 + sector) * 512, 512).ToArray(), new Span<byte>(_ram + 0x4000, 512).ToArray());
        }
        Assert.Equal(0x50u, In(0x1F7));
        Assert.False(In(0x1F0, 4, out _));

        Out(0x1F2, 1);
        Out(0x1F3, 9);
        Out(0x1F7, 0x30);
        (_state.Rcx, _state.Rsi, _state.GuestLinearAddress) = (128, 0x4000, 0x4000);
        _state.ExitQualification = (0x1F0UL << 16) | 16 | 32 | 3;
        Assert.True(Handle(ExitReason.IoInstruction, 2));
        Assert.True(LocalApic.TryDeliver(out _));
        Assert.Equal(_disk.AsSpan(4 * 512, 512).ToArray(), _disk.AsSpan(9 * 512, 512).ToArray());
    }

    [Fact]
    public void Disk_says_what_it_is_and_refuses_what_it_does_not_have()
    {
        Out(0x1F6, 0xE0);
        Out(0x1F7, 0xEC);
        ushort[] words = new ushort[256];
        for (int i = 0; i < words.Length; i++)
        {
            Assert.True(In(0x1F0, 2, out uint word));
            words[i] = (ushort)word;
        }
        Assert.Equal(64u, words[60] | ((uint)words[61] << 16));
        Assert.Equal("Muen memory disk", string.Concat(words.Skip(27).Take(20).Select(w => $"{(char)(w >> 8)}{(char)(w & 0xFF)}")).TrimEnd());

        Out(0x1F2, 2);
        Out(0x1F3, 63);
        Out(0x1F7, 0x20);
        Assert.Equal((0x51u, 0x10u), (In(0x1F7), In(0x1F1)));
        Out(0x1F7, 0x25);
        Assert.Equal((0x51u, 0x04u), (In(0x1F7), In(0x1F1)));

        // There is no second disk.
        Out(0x1F6, 0xF0);
        Assert.Equal(0u, In(0x1F7));
    }

    /// <summary>A guest deselects the disk that it is reading, and the transfer is still that disk's.</summary>
    [Fact]
    public void A_transfer_stays_with_the_disk_of_its_command()
    {
        Out(0x1F2, 2);
        Out(0x1F3, 62);
        Out(0x1F6, 0xE0);
        Out(0x1F7, 0x20);
        Out(0x1F6, 0xF0);
        (_state.Rcx, _state.Rdi, _state.GuestLinearAddress, _state.InstructionInfo) = (256, 0x4000, 0x4000, 1 << 7);
        _state.ExitQualification = (0x1F0UL << 16) | 8 | 16 | 32 | 3;
        Assert.True(Handle(ExitReason.IoInstruction, 2));
        Assert.Equal(_disk.AsSpan(62 * 512, 1024).ToArray(), new Span<byte>(_ram + 0x4000, 1024).ToArray());
    }

    /// <summary>Whatever a guest sends to its devices, in whatever order, is taken or refused; nothing of the monitor breaks.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Garbage_is_taken_or_refused(int seed)
    {
        ushort[] ports = [0x20, 0x21, 0x40, 0x41, 0x42, 0x43, 0x60, 0x61, 0x64, 0x70, 0x71, 0xA0, 0xA1, 0x1F0, 0x1F1, 0x1F2, 0x1F3, 0x1F4, 0x1F5, 0x1F6, 0x1F7, 0x3D4, 0x3D5, 0x3F6, 0x3F8, 0x3F9, 0xCF8];
        byte[] commands = [0x20, 0x30, 0xC4, 0xC5, 0xC6, 0xE7, 0xEC];
        var random = new Random(seed);
        byte[] small = GC.AllocateArray<byte>(5 * 512, pinned: true);
        _machine.AddMemory("disk1", MemoryKind.Subject, (void*)Marshal.UnsafeAddrOfPinnedArrayElement(small, 0), (ulong)small.Length, MemoryFlags.Writable);
        IdeDisk.Open();
        int blocks = 0;
        for (int i = 0; i < 400_000; i++)
        {
            Clock.Now += (ulong)random.Next(1_000_000);
            LocalApic.Update();
            Pit.Update();
            ushort port = random.Next(50) == 0 ? (ushort)random.Next(0x1_0000) : ports[random.Next(ports.Length)];
            int size = random.Next(8) == 0 ? 1 << random.Next(3) : port == 0x1F0 ? 2 : 1;
            uint value = port == 0x1F7 ? commands[random.Next(commands.Length)] : port is >= 0x1F2 and <= 0x1F5 ? (uint)random.Next(18) >> (4 * random.Next(2)) : (uint)random.Next();
            value = port is 0x1F4 or 0x1F5 ? 0 : port == 0x1F6 ? (value | 0x40) & ~15u : value;
            switch (random.Next(8))
            {
                case 0:
                    ulong register = (random.Next(3) == 0 ? IoApic.Base : Apic) + (ulong)(random.Next(0x400) & (random.Next(9) == 0 ? -1 : ~15));
                    _ = random.Next(2) == 0 ? Touch(register, 0x8B, 0x03) : Touch(register, 0x89, 0x03);
                    break;
                case 1:
                    _ = LocalApic.TryDeliver(out _);
                    break;
                case 2 or 3:
                    _ = In(port, size, out _);
                    break;
                case 4 or 5:
                    _ = TryOut(port, value, size);
                    break;
                default:
                    // A string of the disk's data, up to two blocks of it, with the other disk selected in between or not.
                    bool isInput = random.Next(2) == 0;
                    (_state.Rcx, _state.InstructionInfo) = ((ulong)random.Next(1, 2048), 1 << 7);
                    (_state.Rdi, _state.Rsi, _state.GuestLinearAddress) = (0x4000, 0x4000, 0x4000);
                    _state.ExitQualification = (0x1F0UL << 16) | (isInput ? 8u : 0) | 16 | 32 | 3;
                    blocks += Handle(ExitReason.IoInstruction, 2) ? 1 : 0;
                    break;
            }
        }
        Assert.InRange(blocks, 10, int.MaxValue);
    }

    /// <summary>All of the guest's linear addresses are one page, so that four billion elements can be read; a piece of them is one exit.</summary>
    [Fact]
    public void A_string_without_end_is_taken_in_pieces()
    {
        (_state.Rcx, _state.Rsi, _state.GuestLinearAddress, _state.InstructionInfo) = (uint.MaxValue, 0x4000, 0x4000, 1 << 7);
        _state.ExitQualification = (0x80UL << 16) | 16 | 32;
        Assert.True(Handle(ExitReason.IoInstruction, 2));
        Assert.Equal((uint.MaxValue - 4096UL, 0x5000UL, (ulong)Code), (_state.Rcx, _state.Rsi, _state.Rip));
        (_state.Rcx, _state.GuestLinearAddress) = (4096, 0x5000);
        Assert.True(Handle(ExitReason.IoInstruction, 2));
        Assert.Equal((0UL, 0x6000UL, Code + 2UL), (_state.Rcx, _state.Rsi, _state.Rip));
    }

    /// <summary>A guest that does not read its keyboard, and whose keyboard holds no more, can be halted all the same; it gets the other keys in order once it reads.</summary>
    [Fact]
    public void The_key_that_halts_is_seen_behind_keys_that_nobody_takes()
    {
        using GuardedMemory terminal = new(16 * 1024);
        using GuardedMemory keys = new(4096);
        _machine.AddMemory("terminal", MemoryKind.Channel, terminal.Start, (ulong)terminal.Size, MemoryFlags.Writable);
        _machine.AddMemory("keys", MemoryKind.Channel, keys.Start, (ulong)keys.Size, MemoryFlags.None);
        _machine.AddMemory("vt", MemoryKind.Channel, keys.Start, (ulong)keys.Size, MemoryFlags.Writable);
        ChannelWriter<KeyStroke> vt = Channel.OpenWriter<KeyStroke>("vt"u8, KeyStroke.Protocol);
        GuestOutput.Open();
        byte[] codes = [.. Enumerable.Range(2, 40).Select(c => (byte)c)];
        foreach (byte code in codes)
        {
            vt.Write(new KeyStroke { Code = code });
        }
        _ = GuestOutput.TakeKeys();
        Assert.False(GuestOutput.IsStopWanted);
        Assert.Equal(0x14u, In(0x64));
        for (int i = 0; i < codes.Length; i++)
        {
            _ = GuestOutput.TakeKeys();
            Assert.Equal(codes[i], In(0x60));
        }
        foreach (byte code in codes)
        {
            vt.Write(new KeyStroke { Code = code });
        }
        vt.Write(new KeyStroke { Code = KeyCode.F11 });
        _ = GuestOutput.TakeKeys();
        Assert.True(GuestOutput.IsStopWanted);
    }

    [Fact]
    public void Interval_timer_counts_can_be_latched_and_shows_its_second_output()
    {
        Clock.Frequency = Pit.Rate;
        Out(0x43, 0x34);
        Out(0x40, 0x00, 0x10);
        Clock.Now += 0x234;
        Out(0x43, 0x00);
        Clock.Now += 0x100;
        Assert.Equal((0xCCu, 0x0Du), (In(0x40), In(0x40)));
        Assert.Equal((0xCCu, 0x0Cu), (In(0x40), In(0x40)));

        // Read-back of state and count: the state comes first.
        Out(0x43, 0xC2);
        Assert.Equal((0xB4u, 0xCCu, 0x0Cu), (In(0x40), In(0x40), In(0x40)));

        Out(0x43, 0xB0);
        Out(0x61, 1);
        Out(0x42, 0x64, 0);
        Clock.Now += 99;
        Assert.Equal(0u, In(0x61) & 0x20);
        Clock.Now += 1;
        Assert.Equal(0x20u, In(0x61) & 0x20);
        Assert.False(TryOut(0x43, 0x38));
    }

    [Fact]
    public void A_guest_that_waits_for_the_interval_timer_is_noticed()
    {
        Out(0x43, 0x34);
        Out(0x40, 0, 0x10);
        Clock.Now += Clock.Frequency;
        Pit.Update();
        Assert.False(Pit.IsMissed);
        Route(2, 0x20);
        Out(0x40, 0, 0x10);
        Clock.Now += Clock.Frequency;
        Pit.Update();
        Assert.True(Pit.IsMissed);
    }

    [Fact]
    public void Clock_goes_on_through_leap_years()
    {
        uint Of(byte index)
        {
            Out(0x70, index);
            return In(0x71);
        }

        Assert.Equal((0u, 0u, 0u, 7u, 1u, 1u, 0u), (Of(0), Of(2), Of(4), Of(6), Of(7), Of(8), Of(9)));
        Clock.Now += ((59 * 86_400UL) + 86_399) * Clock.Frequency;
        Assert.Equal((0x59u, 0x59u, 0x23u, 0x29u, 2u, 0u), (Of(0), Of(2), Of(4), Of(7), Of(8), Of(9)));
        Clock.Now += Clock.Frequency;
        Assert.Equal((0u, 0u, 0u, 4u, 1u, 3u), (Of(0), Of(2), Of(4), Of(6), Of(7), Of(8)));
        Clock.Now += 306 * 86_400UL * Clock.Frequency;
        Assert.Equal((1u, 1u, 1u), (Of(7), Of(8), Of(9)));
        Out(0x70, 0x40);
        Out(0x71, 0x5A);
        Assert.Equal(0x5Au, Of(0x40));
        Out(0x70, 4);
        Assert.False(TryOut(0x71, 0));
    }

    [Fact]
    public void Cursor_is_where_the_crt_controller_has_it_and_its_mode_stays()
    {
        Out(0x3D4, 14);
        Out(0x3D5, 2);
        Assert.True(TryOut(0x3D4, 0x5B0F, 2));
        Assert.Equal(0x25B, Crtc.Cursor);
        Out(0x3D4, 14);
        Assert.Equal(2u, In(0x3D5));
        Out(0x3D4, 10);
        Out(0x3D5, 0x20);
        Assert.Equal(-1, Crtc.Cursor);
        Out(0x3D4, 1);
        Assert.False(TryOut(0x3D5, 0));
    }

    [Fact]
    public void A_port_without_a_device_is_refused_and_pci_is_empty()
    {
        Assert.False(In(0x278, 1, out _));
        Assert.Equal(Problem.PortRead, Exits.Problem);
        Assert.False(TryOut(0x92, 1));
        Assert.Equal(Problem.PortWrite, Exits.Problem);
        Assert.True(TryOut(0xCF8, 0x8000_0000, 4));
        Assert.True(In(0xCFC, 4, out uint value));
        Assert.Equal(uint.MaxValue, value);
        Assert.Equal(Code + 2, _state.Rip);
    }

    [Fact]
    public void Registers_in_memory_are_used_by_the_instruction_at_eip()
    {
        _state.Rdx = 0xFFFF_FFFF_FFFF_FFFF;
        Assert.True(Touch(Apic + 0x30, 0x8B, 0x15, 0x30, 0, 0xE0, 0xFE));
        Assert.Equal((0x0005_0014UL, Code + 6UL), (_state.Rdx, _state.Rip));
        _state.Rbx = 0x55;
        Assert.True(Touch(Apic + 0x80, 0x89, 0x1D, 0x80, 0, 0xE0, 0xFE));
        Assert.Equal(0x55u, Read(0x80));
        Assert.True(Touch(Apic + 0x80, 0x83, 0x0D, 0x80, 0, 0xE0, 0xFE, 0x0A));
        Assert.Equal(0x5Fu, Read(0x80));
        Assert.True(Touch(Apic + 0x80, 0xF7, 0x05, 0x80, 0, 0xE0, 0xFE, 0x20, 0, 0, 0));
        Assert.Equal(0x44UL, _state.Rflags & 0x44);

        // FISTP; a byte of a register; beyond the registers; memory that there is not; an instruction fetched from there.
        Assert.False(Touch(Apic + 0x80, 0xDF, 0x3D, 0x80, 0, 0xE0, 0xFE));
        Assert.Equal(Problem.Instruction, Exits.Problem);
        Assert.False(Touch(Apic + 0x80, 0x8A, 0x1D, 0x80, 0, 0xE0, 0xFE));
        Assert.Equal(Problem.DeviceRegister, Exits.Problem);
        Assert.False(Touch(IoApic.Base + 0x40, 0x8B, 0x1D, 0x40, 0, 0xC0, 0xFE));
        Assert.Equal(Problem.DeviceRegister, Exits.Problem);
        Assert.False(Touch(0xD000_0000, 0x8B, 0x1D, 0, 0, 0, 0xD0));
        Assert.Equal(Problem.NoMemory, Exits.Problem);
        _state.ExitQualification = 0x184;
        _state.GuestPhysicalAddress = Apic;
        Assert.False(Handle(ExitReason.EptViolation));
        Assert.Equal(Problem.NoMemory, Exits.Problem);
    }

    [Fact]
    public void Code_is_found_through_the_guests_page_tables()
    {
        // 0x8000_0000.. is 4 MiB at 0, 0xC000_0000 a page at Code.
        void Entry(uint at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(_ram + at, 4), value);
        Entry(0x2000 + (4 * 0x200), 0x83);
        Entry(0x2000 + (4 * 0x300), 0x3001);
        Entry(0x3000, Code | 1);
        (_state.Cr0, _state.Cr3, _state.Cr4) = (0x8000_0031, 0x2000, 0x10);
        fixed (SubjectState* state = &_state)
        {
            Assert.True(GuestMemory.TryTranslate(state, 0x8001_2345, out ulong physical));
            Assert.Equal(0x1_2345UL, physical);
            Assert.True(GuestMemory.TryTranslate(state, 0xC000_0123, out physical));
            Assert.Equal(Code + 0x123UL, physical);
            Assert.False(GuestMemory.TryTranslate(state, 0xC000_1000, out _));
            Assert.False(GuestMemory.TryTranslate(state, 0x4000_0000, out _));
            Assert.Equal(16, GuestMemory.Read(state, 0xC000_0FF0, new byte[32]));
            Assert.False(GuestMemory.TryWrite(state, 0xC000_0FFF, new byte[2]));
        }
        _state.Rip = 0xC000_0000;
        new byte[] { 0x8B, 0x0D, 0x20, 0, 0xE0, 0xFE }.CopyTo(new Span<byte>(_ram + Code, 6));
        (_state.GuestPhysicalAddress, _state.ExitQualification, _state.Rcx) = (Apic + 0x20, 0x180, 77);
        Assert.True(Handle(ExitReason.EptViolation));
        Assert.Equal((0UL, 0xC000_0006UL), (_state.Rcx, _state.Rip));
    }

    [Fact]
    public void Other_exits_are_completed_reflected_or_the_end()
    {
        _state.Interruptibility = 1;
        Assert.True(Handle(ExitReason.Hlt, 1));
        Assert.True(Exits.IsHalted);
        Assert.Equal((Code + 1UL, 0u), (_state.Rip, _state.Interruptibility));

        _state.Rax = 0;
        Assert.True(Handle(ExitReason.Cpuid, 2));
        Assert.Equal("Genu", Encoding.ASCII.GetString(BitConverter.GetBytes((uint)_state.Rbx)));

        ulong eip = _state.Rip;
        Assert.True(Handle(ExitReason.Vmcall, 3));
        Assert.Equal((6, eip), (Exits.Exception, _state.Rip));
        _state.Rcx = 0x1B;
        Assert.True(Handle(ExitReason.Rdmsr, 2));
        Assert.Equal((0xFEE0_0900UL, -1), (_state.Rax, Exits.Exception));

        _state.Rcx = 0x10;
        Assert.False(Handle(ExitReason.Rdmsr, 2));
        Assert.Equal(Problem.ModelSpecificRegister, Exits.Problem);
        Assert.False(Handle(ExitReason.TripleFault));
        Assert.Equal(Problem.TripleFault, Exits.Problem);
        Assert.False(Handle(ExitReason.Xsetbv));
        Assert.Equal(Problem.UnknownExit, Exits.Problem);
        _state.ExitReason = 0x8000_0021;
        Assert.False(Handle((ExitReason)0x8000_0021));
        Assert.Equal(Problem.InvalidState, Exits.Problem);
    }

    [Fact]
    public void Control_registers_look_as_the_guest_wrote_them_and_keep_what_vt_x_needs()
    {
        (_state.Cr0, _state.Cr4) = (0x21, 0x2000);
        _state.Rax = 0x8000_0011;
        _state.ExitQualification = 0;
        Assert.True(Handle(ExitReason.ControlRegisterAccess, 3));
        Assert.Equal((0x8000_0031UL, 0x8000_0011UL), (_state.Cr0, _state.Cr0Shadow));
        _state.Rax = 0x10;
        _state.ExitQualification = 4;
        Assert.True(Handle(ExitReason.ControlRegisterAccess, 3));
        Assert.Equal((0x2010UL, 0x10UL, -1), (_state.Cr4, _state.Cr4Shadow, Exits.Exception));
        _state.Rax = 0x2010;
        Assert.True(Handle(ExitReason.ControlRegisterAccess, 3));
        Assert.Equal((0x10UL, 13), (_state.Cr4Shadow, Exits.Exception));
    }

    /// <summary>The MP configuration table is found and its sums are right.</summary>
    [Fact]
    public void Firmware_tables_are_whole()
    {
        Firmware.Write();
        Assert.Equal(640, BinaryPrimitives.ReadUInt16LittleEndian(new Span<byte>(_ram + 0x413, 2)));
        var pointer = new Span<byte>(_ram + 0xF0000, 16);
        Assert.Equal("_MP_", Encoding.ASCII.GetString(pointer[..4]));
        Assert.Equal(0, pointer.ToArray().Sum(b => b) & 0xFF);
        byte* table = _ram + BinaryPrimitives.ReadUInt32LittleEndian(pointer[4..]);
        int length = BinaryPrimitives.ReadUInt16LittleEndian(new Span<byte>(table + 4, 2));
        byte[] bytes = new Span<byte>(table, length).ToArray();
        Assert.Equal("PCMP", Encoding.ASCII.GetString(bytes, 0, 4));
        Assert.Equal(0, bytes.Sum(b => b) & 0xFF);
        int at = 44;
        int entries = 0;
        for (; at < length; entries++)
        {
            at += bytes[at] == 0 ? 20 : 8;
        }
        Assert.Equal((length, BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(34))), (at, entries));
    }
}
