// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>The structured log: what goes in comes out, and nothing that a writer does to a record leads the reader out of it.</summary>
public sealed unsafe class LogTests
{
    static List<(string Key, byte[] Value)> Read(in LogRecord record, out bool malformed)
    {
        var fields = new List<(string, byte[])>();
        LogFields reader = record.Fields;
        Span<byte> buffer = stackalloc byte[LogRecord.MaxText];
        while (reader.TryRead(out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value))
        {
            fields.Add((Encoding.ASCII.GetString(key), buffer[..LogFields.Unescape(value, buffer)].ToArray()));
        }
        malformed = reader.IsMalformed;
        return fields;
    }

    [Fact]
    public void An_entry_is_readable_text()
    {
        using var machine = new TestMachine();
        var entry = new LogEntry(LogLevel.Warning, "disk slow"u8);
        entry.Add("sector"u8, 512);
        entry.Add("state"u8, 0xABu, "X4");
        entry.Add("why"u8, "a\"b\\c\n="u8);
        entry.Add("bad key"u8, true);
        entry.Add(""u8, ""u8);
        LogRecord record = entry.Record;
        Assert.Equal("message=\"disk slow\" sector=512 state=00AB why=\"a\\\"b\\\\c\\x0A=\" bad_key=true _=\"\"", Encoding.ASCII.GetString(record.Text));
        Assert.Equal(LogLevel.Warning, record.Level);
        Assert.False(record.IsTruncated);
        Assert.True(record.Fields.TryFind("sector"u8, out ReadOnlySpan<byte> sector));
        Assert.True(sector.SequenceEqual("512"u8));
        Assert.False(record.Fields.TryFind("missing"u8, out _));
    }

    [Fact]
    public void Any_values_come_back_and_what_does_not_fit_is_left_out_whole()
    {
        using var machine = new TestMachine();
        Gen.Byte.Array[0, 60].List[0, 12].Sample(
            values =>
            {
                var entry = new LogEntry(LogLevel.Error, "m"u8);
                foreach (byte[] value in values)
                {
                    entry.Add("k"u8, value);
                }
                LogRecord record = entry.Record;
                List<(string Key, byte[] Value)> fields = Read(in record, out bool malformed);
                Assert.False(malformed);
                Assert.Equal("m"u8.ToArray(), fields[0].Value);
                Assert.True(record.IsTruncated || fields.Count == values.Count + 1);

                // Those that are there are in order, and each is one of those that were added.
                int next = 0;
                foreach ((string key, byte[] value) in fields[1..])
                {
                    Assert.Equal("k", key);
                    while (!values[next].AsSpan().SequenceEqual(value))
                    {
                        next++;
                    }
                    next++;
                }
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void Any_bytes_are_a_record_that_ends()
    {
        Gen.Byte.Array[sizeof(LogRecord)].Select(Gen.Int[0, 300]).Sample(
            (bytes, length) =>
            {
                MemoryMarshal.Write(bytes.AsSpan(8), (ushort)length);
                ReadOnlySpan<byte> likely = "ab=\"\\ x1"u8;
                for (int i = 16; i < bytes.Length; i++)
                {
                    bytes[i] = bytes[i] < 240 ? likely[bytes[i] % likely.Length] : bytes[i];
                }
                using var memory = new GuardedMemory(sizeof(LogRecord));
                bytes.CopyTo(memory.Bytes);
                ref readonly LogRecord record = ref *(LogRecord*)memory.Start;
                Assert.True(record.Text.Length <= LogRecord.MaxText);
                Assert.True(record.Level <= LogLevel.Error);
                Assert.True(Read(in record, out _).Count <= LogRecord.MaxText / 3);
            },
            iter: 3000,
            threads: 1);
    }

    [Fact]
    public void It_travels_through_a_channel_from_its_level_on()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(4096);
        machine.AddMemory("log", MemoryKind.Channel, memory.Start, 4096, MemoryFlags.Writable);
        machine.AddNumber(ResourceKind.Event, "log", 7);
        Log log = Log.Open("log"u8, LogLevel.Warning);
        ChannelReader<LogRecord> reader = Log.OpenReader("log"u8);
        Assert.Equal(ReadResult.EpochChanged, reader.TryRead(out _));
        log.Write(LogLevel.Information, "no"u8);
        log.Write(LogLevel.Error, "yes"u8);
        Assert.Equal([7], machine.Vmcalls);
        Assert.Equal(ReadResult.Success, reader.TryRead(out LogRecord record));
        Assert.Equal("message=yes", Encoding.ASCII.GetString(record.Text));
        Assert.Equal(ReadResult.NoData, reader.TryRead(out _));
        default(Log).Write(LogLevel.Error, "nowhere"u8);
    }
}
