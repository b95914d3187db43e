// SPDX-License-Identifier: MIT
using System;
using System.Globalization;
using System.Text;
using CsCheck;
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Dates, the page of the time, and lengths of time.</summary>
public sealed unsafe class ClockTests
{
    static readonly DateTime s_first = new(1, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Dates_are_those_of_dotnet() => Gen.Long[0, DateTime.MaxValue.Ticks / 10].Sample(
        microseconds =>
        {
            DateTime expected = s_first.AddTicks(microseconds * 10);
            long unix = (expected - DateTime.UnixEpoch).Ticks / 10;
            CalendarTime time = CalendarTime.FromUnixMicroseconds(unix);
            Assert.True(time.IsValid);
            Assert.Equal(
                (expected.Year, expected.Month, expected.Day, expected.Hour, expected.Minute, expected.Second, (int)(expected.Ticks % 10_000_000 / 10)),
                (time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, time.Microsecond));
            Assert.Equal(unix, time.UnixMicroseconds);
        },
        iter: 20_000,
        threads: 1);

    [Fact]
    public void Each_first_and_last_day_of_a_month_is_a_day_and_the_next_is_none()
    {
        for (int year = 1; year <= 9999; year++)
        {
            for (int month = 1; month <= 12; month++)
            {
                int days = DateTime.DaysInMonth(year, month);
                long unix = (new DateTime(year, month, days, 23, 59, 59, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks / 10;
                Assert.Equal(unix, new CalendarTime(year, month, days, 23, 59, 59).UnixMicroseconds);
                Assert.True(CalendarTime.FromUnixMicroseconds(unix).Equals(new CalendarTime(year, month, days, 23, 59, 59)));
                Assert.False(new CalendarTime(year, month, days + 1).IsValid);
            }
        }
        Assert.False(CalendarTime.FromUnixMicroseconds(long.MaxValue).IsValid);
        Assert.False(CalendarTime.FromUnixMicroseconds(long.MinValue).IsValid);
        Assert.False(new CalendarTime(2026, 13, 1).IsValid);
        Assert.False(new CalendarTime(2026, 1, 1, 24).IsValid);
        Assert.False(default(CalendarTime).IsValid);
    }

    [Fact]
    public void Text_is_that_of_ISO_8601()
    {
        byte[] buffer = new byte[40];
        string Format(CalendarTime time) => Encoding.ASCII.GetString(buffer, 0, Text.Format(buffer, $"{time}"));
        Assert.Equal("2026-01-31T23:59:59Z", Format(new CalendarTime(2026, 1, 31, 23, 59, 59)));
        Assert.Equal("0999-12-01T00:00:00.000042Z", Format(new CalendarTime(999, 12, 1, microsecond: 42)));
        Assert.Equal("-", Format(default));
    }

    [Fact]
    public void The_page_tells_the_time_of_each_tick()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(4096);
        machine.AddMemory("time", MemoryKind.Subject, memory.Start, 4096, MemoryFlags.Writable);
        WallClock clock = WallClock.Open("time"u8);
        Assert.False(clock.TryGet(5, out _));
        clock.Set(new CalendarTime(2026, 7, 1, 12), 1_000_000_000);      // 50 MHz
        Assert.True(clock.TryGet(1_000_000_000 + (90ul * 50_000_000) + 50, out CalendarTime time));
        Assert.True(time.Equals(new CalendarTime(2026, 7, 1, 12, 1, 30, 1)));
        Assert.True(clock.TryGet(0, out time));
        Assert.True(time.Equals(new CalendarTime(2026, 7, 1, 11, 59, 40)));
        clock.Set(default, 1);
        Assert.False(clock.TryGet(5, out _));
        Gen.ULong.Select(Gen.ULong, Gen.ULong).Sample(
            (start, second, tsc) =>
            {
                *(ulong*)memory.Start = start;
                ((ulong*)memory.Start)[1] = second;
                Assert.True(!clock.TryGet(tsc, out CalendarTime any) || any.IsValid);
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void Who_may_only_read_the_page_does_not_set_it()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(4096);
        machine.AddMemory("time", MemoryKind.Subject, memory.Start, 4096, MemoryFlags.None);
        machine.AddMemory("small", MemoryKind.Subject, memory.Start, 8, MemoryFlags.None);
        Assert.Throws<ExitException>(() => WallClock.Open("time"u8).Set(new CalendarTime(2026, 1, 1), 0));
        Assert.Throws<ExitException>(() => WallClock.Open("small"u8));
        Assert.Throws<ExitException>(() => default(WallClock).Set(default, 0));
        Assert.False(default(WallClock).TryGet(0, out _));
    }

    [Theory]
    [InlineData(0x02, 0x23, "2026-02-28T23:59:58Z")]     // decimal, 24 hours
    [InlineData(0x00, 0x91, "2026-02-28T23:59:58Z")]     // decimal, 11 pm
    [InlineData(0x00, 0x12, "2026-02-28T00:59:58Z")]     // decimal, 12 am
    [InlineData(0x00, 0x92, "2026-02-28T12:59:58Z")]     // decimal, 12 pm
    [InlineData(0x02, 0x3A, "-")]                        // no decimal digits
    public void The_clock_is_read_in_each_of_its_formats(byte status, byte hours, string expected)
    {
        using var machine = new TestMachine();
        byte selected = 0;
        int busy = 3;
        machine.PortWrite = (port, value) => selected = port == 0x70 ? (byte)value : selected;
        machine.PortRead = _ => selected switch
        {
            0x00 => 0x58,
            0x02 => 0x59,
            0x04 => hours,
            0x07 => 0x28,
            0x08 => 0x02,
            0x09 => 0x26,
            0x0A => busy-- > 0 ? 0x80u : 0u,
            0x0B => status,
            0x32 => 0x20,
            _ => 0,
        };
        bool read = new RealTimeClock(new Ports(0x70, 2)).TryRead(out CalendarTime time);
        byte[] buffer = new byte[40];
        Assert.Equal(expected, Encoding.ASCII.GetString(buffer, 0, Text.Format(buffer, $"{time}")));
        Assert.Equal(expected != "-", read);
    }

    [Fact]
    public void Lengths_of_time_are_ticks_and_back()
    {
        using var machine = new TestMachine();                           // 50 MHz
        Assert.Equal(TimeSpan.FromMilliseconds(3), Time.Duration(150_000));
        Assert.Equal(150_005ul, Time.Ticks(TimeSpan.FromMilliseconds(3) + TimeSpan.FromTicks(1)));
        Assert.Equal(0ul, Time.Ticks(TimeSpan.FromSeconds(-1)));
        Gen.ULong.Sample(
            ticks =>
            {
                UInt128 exact = (UInt128)ticks * 10_000 / 50_000;
                Assert.Equal(exact > long.MaxValue ? long.MaxValue : (long)exact, Time.Duration(ticks).Ticks);
            },
            iter: 2000,
            threads: 1);
        Gen.Long.Sample(
            ticks =>
            {
                UInt128 exact = ticks <= 0 ? 0 : (UInt128)(ulong)ticks * 50_000 / 10_000;
                ulong got = Time.Ticks(new TimeSpan(ticks));
                Assert.True(exact > ulong.MaxValue - 50_000 ? got > ulong.MaxValue - 100_000 : got == (ulong)exact, ticks.ToString(CultureInfo.InvariantCulture));
            },
            iter: 2000,
            threads: 1);
        machine.SubjectInfo->Magic = 0;
        Assert.Equal(TimeSpan.Zero, Time.Duration(5));
        Assert.Equal(0ul, Time.Ticks(TimeSpan.MaxValue));
    }
}
