// SPDX-License-Identifier: MIT
using System;
using System.Globalization;
using System.Linq;
using System.Text;
using CsCheck;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Text, the serial console and line input.</summary>
public class ConsoleTests
{
    static string Format(ref TextHandler text, byte[] buffer) => Encoding.ASCII.GetString(buffer, 0, text.Length);

    static SerialConsole Open() => new(new Ports(TestMachine.Uart, 8));

    [Fact]
    public void Numbers_are_written_as_dotnet_writes_them() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 64], Gen.Int[0, 20]).Sample(
            (wide, shift, digits) =>
            {
                ulong value = shift == 64 ? 0 : wide >> shift;
                long signed = unchecked((long)value);
                byte[] buffer = new byte[200];
                string hex = "x" + digits.ToString(CultureInfo.InvariantCulture);
                TextHandler text = new(0, 0, buffer);
                text.AppendFormatted(value);
                text.AppendLiteral("|");
                text.AppendFormatted(signed);
                text.AppendLiteral("|");
                text.AppendFormatted(value, hex);
                text.AppendLiteral("|");
                text.AppendFormatted(signed, "x");
                string expected = string.Create(
                    CultureInfo.InvariantCulture, $"{value}|{signed}|{value.ToString("x" + digits, CultureInfo.InvariantCulture)}|{signed:x}");
                Assert.Equal(expected, Format(ref text, buffer));
            });

    [Fact]
    public void The_extremes_are_written()
    {
        byte[] buffer = new byte[200];
        int length = Text.Format(buffer, $"{long.MinValue} {ulong.MaxValue} {0} {-1} {ulong.MaxValue:x} {(byte)7:x2}");
        Assert.Equal("-9223372036854775808 18446744073709551615 0 -1 ffffffffffffffff 07", Encoding.ASCII.GetString(buffer, 0, length));
    }

    [Fact]
    public void Bytes_are_text_or_a_dump_and_what_does_not_fit_is_left_out()
    {
        byte[] buffer = new byte[12];
        ReadOnlySpan<byte> bytes = [0x61, 0x0A, 0xFF];
        int length = Text.Format(buffer, $"{bytes:x} é {bytes}longer");
        Assert.Equal("610aff ? a\n", Encoding.ASCII.GetString(buffer, 0, length - 1));
        Assert.Equal(12, length);
        Text.MakePrintable(buffer);
        Assert.Equal("610aff ? a??", Encoding.ASCII.GetString(buffer));
    }

    [Fact]
    public void The_uart_is_set_to_8_data_bits_and_the_fastest_rate()
    {
        using var machine = new TestMachine();
        _ = Open();
        Assert.All(machine.Writes, w => Assert.Equal(1, w.Width));
        Assert.Equal(
            [(1, 0), (3, 0x83), (0, 1), (1, 0), (3, 3), (2, 7), (4, 0x0B), (1, 0)],
            machine.Writes.Select(w => (w.Port - TestMachine.Uart, (int)w.Value)));
        machine.Writes.Clear();
        _ = new SerialConsole(new Ports(TestMachine.Uart, 8), interrupt: true);
        Assert.Equal((TestMachine.Uart + 1, 1u), (machine.Writes[^1].Port, machine.Writes[^1].Value));
    }

    [Fact]
    public void Output_reaches_the_uart_and_a_stuck_one_hangs_nobody()
    {
        using var machine = new TestMachine();
        SerialConsole console = Open();
        console.WriteLine($"value {42:x4} {"text"u8}");
        console.WriteLine("bytes"u8);
        default(SerialConsole).WriteLine($"nothing {1}");
        Assert.Equal("value 002a text\r\nbytes\r\n", machine.OutputText);
        Assert.Throws<ExitException>(() => new SerialConsole(new Ports(TestMachine.Uart, 7)));
        machine.Stuck = true;
        console.Write((byte)'x');
        Assert.Equal("value 002a text\r\nbytes\r\n", machine.OutputText);
    }

    [Fact]
    public void Ports_outside_the_range_panic_before_they_are_touched()
    {
        using var machine = new TestMachine();
        var ports = new Ports(0x100, 4);
        ports.Write32(0, 1);
        ports.Write16(2, 1);
        ports.Write8(3, 1);
        Assert.Equal(3, machine.Writes.Count);
        Assert.Throws<ExitException>(() => ports.Write8(4, 1));
        Assert.Throws<ExitException>(() => ports.Write8(-1, 1));
        Assert.Throws<ExitException>(() => ports.Write16(3, 1));
        Assert.Throws<ExitException>(() => ports.Read32(1));
        Assert.Throws<ExitException>(() => default(Ports).Read8(0));
        Assert.Equal(3, machine.Writes.Count);
        var last = new Ports(0xFFFF, 1);
        last.Write8(0, 1);
        Assert.Equal(0xFFFF, machine.Writes[^1].Port);
    }

    [Theory]
    [InlineData("abc\r", "abc", "abc\r\n")]
    [InlineData("abc\n", "abc", "abc\r\n")]
    [InlineData("abcd\b\u007fx\r", "abx", "abcd\b \b\b \bx\r\n")]
    [InlineData("\b\ba\r", "a", "a\r\n")]
    [InlineData("a\tb\r", "a\tb", "a?b\r\n")]
    [InlineData("é\bx\r", "x", "é\b \bx\r\n")]
    [InlineData("\r", "", "\r\n")]
    public void A_line_is_what_was_typed_and_not_erased(string typed, string line, string echo)
    {
        using var machine = new TestMachine();
        SerialConsole console = Open();
        LineReader reader = new(console, new byte[16], echo: true);
        machine.Type(typed);
        Assert.True(reader.TryRead(out ReadOnlySpan<byte> read));
        Assert.Equal(line, Encoding.UTF8.GetString(read));
        Assert.Equal(echo, machine.OutputText);
        Assert.False(reader.IsTruncated);
    }

    [Fact]
    public void Lines_are_parted_however_they_end_and_however_they_come_in() =>
        Gen.Select(Gen.Char[' ', '~'].Array[0, 20].Array[1, 8], Gen.Int[0, 2], Gen.Int[1, 7]).Sample(
            (lines, ending, portion) =>
            {
                using var machine = new TestMachine();
                LineReader reader = new(Open(), new byte[32], echo: false);
                string end = ending switch { 0 => "\r", 1 => "\n", _ => "\r\n" };
                string typed = string.Concat(lines.Select(l => new string(l) + end));
                int taken = 0;
                int got = 0;
                while (got < lines.Length)
                {
                    if (reader.TryRead(out ReadOnlySpan<byte> line))
                    {
                        Assert.Equal(new string(lines[got]), Encoding.UTF8.GetString(line));
                        got++;
                        continue;
                    }
                    Assert.True(taken < typed.Length, "a line is missing");
                    string next = typed.Substring(taken, Math.Min(portion, typed.Length - taken));
                    machine.Type(next);
                    taken += next.Length;
                }
                Assert.False(reader.TryRead(out _));
                Assert.Empty(machine.Output);
            });

    [Fact]
    public void A_line_longer_than_the_buffer_is_marked_and_the_next_one_is_not()
    {
        using var machine = new TestMachine();
        LineReader reader = new(Open(), new byte[4], echo: true);
        machine.Type("abcdef\rxy\r");
        Assert.True(reader.TryRead(out ReadOnlySpan<byte> line));
        Assert.True(reader.IsTruncated);
        Assert.Equal("abcd", Encoding.UTF8.GetString(line));
        Assert.True(reader.TryRead(out line));
        Assert.False(reader.IsTruncated);
        Assert.Equal("xy", Encoding.UTF8.GetString(line));
        machine.Type("un");
        Assert.False(reader.TryRead(out _));
        machine.Output.Clear();
        reader.Redraw();
        Assert.Equal("un", machine.OutputText);
    }

    /// <summary>A stack of the test's own: three calls, then a frame that cannot be one.</summary>
    [Theory]
    [InlineData(0ul, "backtrace: 201111 202222 203333\r\n")]                        // the entry's
    [InlineData(3ul, "backtrace: 201111 202222 203333\r\n")]                        // not aligned
    [InlineData(ulong.MaxValue & ~7ul, "backtrace: 201111 202222 203333\r\n")]      // beyond the stack
    [InlineData(1ul, "backtrace: 201111 202222 203333\r\n")]
    public unsafe void A_panic_shows_who_called_whom_as_far_as_the_stack_is_one(ulong last, string expected)
    {
        using var machine = new TestMachine();
        ulong* stack = stackalloc ulong[64];
        machine.StackTop = (ulong)(stack + 64);
        machine.FramePointer = (ulong)(stack + 4);
        (stack[4], stack[5]) = ((ulong)(stack + 10), 0x20_1111);
        (stack[10], stack[11]) = ((ulong)(stack + 20), 0x20_2222);
        (stack[20], stack[21]) = (last == 1 ? (ulong)(stack + 20) : last, 0x20_3333);    // 1: itself, for ever
        Panic.ReportTo(Open());
        try
        {
            Assert.Throws<ExitException>(() => Panic.StopAt("overflow", 0x20_1234));
            Assert.Equal("\r\npanic: overflow (at 201234)\r\n" + expected, machine.OutputText);
        }
        finally
        {
            Panic.ReportTo(default);
        }
    }

    [Fact]
    public void A_panic_says_why_and_where_triggers_its_event_and_stops()
    {
        using var machine = new TestMachine();
        machine.AddNumber(Abi.ResourceKind.Event, "panic", 9);
        Panic.ReportTo(Open());
        try
        {
            Assert.Throws<ExitException>(() => Panic.Stop("a reason", "thing"u8));
            Assert.Matches("^\r\npanic: a reason: thing \\(ConsoleTests\\.cs:[0-9]+\\)\r\n$", machine.OutputText);
            Assert.Equal([9], machine.Vmcalls);
            machine.Output.Clear();
            Assert.Throws<ExitException>(() => Panic.StopAt("overflow", 0x20_1234));
            Assert.Equal("\r\npanic: overflow (at 201234)\r\n", machine.OutputText);
        }
        finally
        {
            Panic.ReportTo(default);
        }
    }
}
