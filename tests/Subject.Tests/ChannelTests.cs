// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using CsCheck;
using Muen.Abi;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>Both ends of a channel, one against the other and each against somebody who does not keep the rules.</summary>
public unsafe class ChannelTests
{
    const ulong Protocol = 0x1234;

    /// <summary>An element that tells when it is torn: every word holds the same number.</summary>
    [InlineArray(Words)]
    struct Element
    {
        internal const int Words = 5;

        ulong _first;

        internal static Element Of(ulong value)
        {
            Element element = default;
            ((Span<ulong>)element).Fill(value);
            return element;
        }

        internal readonly bool IsWhole
        {
            get
            {
                ReadOnlySpan<ulong> words = this;
                return words.IndexOfAnyExcept(words[0]) < 0;
            }
        }
    }

    static int SizeOf(int elements) => ChannelHeader.Size + (elements * sizeof(Element));

    static ChannelReader<Element> Reader(GuardedMemory memory, ulong protocol = Protocol) =>
        new(memory.Start, (ulong)memory.Size, protocol, -1);

    static ChannelWriter<Element> Writer(GuardedMemory memory, bool resume = false) =>
        new(memory.Start, (ulong)memory.Size, Protocol, -1, resume);

    [Fact]
    public void A_channel_without_a_writer_is_inactive()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelReader<Element> reader = Reader(memory);
        Assert.Equal(ReadResult.Inactive, reader.TryRead(out _));
        Assert.Equal(ReadResult.Inactive, default(ChannelReader<Element>).TryRead(out _));
    }

    [Fact]
    public void Elements_come_in_order_and_the_header_is_the_abi()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelReader<Element> reader = Reader(memory);
        ChannelWriter<Element> writer = Writer(memory);
        ChannelHeader* header = (ChannelHeader*)memory.Start;
        Assert.Equal(0x487312b6b79a9b6dUL, header->Transport);
        Assert.Equal(Protocol, header->Protocol);
        Assert.Equal((ulong)sizeof(Element), header->ElementSize);
        Assert.Equal(4UL, header->ElementCount);
        Assert.NotEqual(0UL, header->Epoch);
        Assert.Equal(ReadResult.EpochChanged, reader.TryRead(out _));
        Assert.Equal(ReadResult.NoData, reader.TryRead(out _));
        for (ulong i = 1; i <= 10; i++)
        {
            writer.Write(Element.Of(i));
            Assert.Equal(i, header->WriteStart);
            Assert.Equal(i, header->Written);
            Assert.Equal(1UL, reader.Pending);
            Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
            Assert.Equal(i, element[4]);
            Assert.Equal(0UL, reader.Pending);
        }
    }

    [Fact]
    public void A_reader_a_whole_channel_behind_is_told_and_goes_on_with_what_is_new()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelWriter<Element> writer = Writer(memory);
        ChannelReader<Element> reader = Reader(memory);
        reader.TryRead(out _);
        for (ulong i = 1; i <= 4; i++)
        {
            writer.Write(Element.Of(i));
        }
        Assert.Equal(4UL, reader.Pending);
        writer.Write(Element.Of(5));
        Assert.Equal(4UL, reader.Pending);
        Assert.Equal(ReadResult.Overrun, reader.TryRead(out _));
        Assert.Equal(ReadResult.NoData, reader.TryRead(out _));
        writer.Write(Element.Of(6));
        Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
        Assert.Equal(6UL, element[0]);
    }

    [Fact]
    public void Drain_skips_what_is_written()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelWriter<Element> writer = Writer(memory);
        ChannelReader<Element> reader = Reader(memory);
        reader.TryRead(out _);
        writer.Write(Element.Of(1));
        writer.Write(Element.Of(2));
        reader.Drain();
        Assert.Equal(ReadResult.NoData, reader.TryRead(out _));
        writer.Write(Element.Of(3));
        Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
        Assert.Equal(3UL, element[0]);
    }

    [Fact]
    public void A_new_epoch_starts_over_and_a_closed_channel_is_inactive()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelWriter<Element> writer = Writer(memory);
        ChannelReader<Element> reader = Reader(memory);
        reader.TryRead(out _);
        writer.Write(Element.Of(1));
        writer.Close();
        Assert.Equal(ReadResult.Inactive, reader.TryRead(out _));
        ulong[] epochs = new ulong[20];
        for (int i = 0; i < epochs.Length; i++)
        {
            writer = Writer(memory);
            epochs[i] = ((ChannelHeader*)memory.Start)->Epoch;
            writer.Write(Element.Of(7));
            Assert.Equal(ReadResult.EpochChanged, reader.TryRead(out _));
            Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
            Assert.Equal(7UL, element[0]);

            // As after a reset in the middle of opening, when the header does not tell the last epoch any more.
            if (i % 2 == 0)
            {
                ((ChannelHeader*)memory.Start)->Epoch = 0;
            }
        }
        Assert.Equal(epochs.Length, epochs.Distinct().Count());
    }

    [Fact]
    public void A_writer_that_resumes_keeps_what_is_unread()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelWriter<Element> writer = Writer(memory, resume: true);
        ChannelReader<Element> reader = Reader(memory);
        reader.TryRead(out _);
        writer.Write(Element.Of(1));
        writer = Writer(memory, resume: true);
        writer.Write(Element.Of(2));
        Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
        Assert.Equal(1UL, element[0]);
        Assert.Equal(ReadResult.Success, reader.TryRead(out element));
        Assert.Equal(2UL, element[0]);

        // A writer that was reset while it wrote left WSC ahead.
        ((ChannelHeader*)memory.Start)->WriteStart++;
        writer = Writer(memory, resume: true);
        Assert.Equal(ReadResult.NoData, reader.TryRead(out _));
        writer.Write(Element.Of(3));
        Assert.Equal(ReadResult.Success, reader.TryRead(out element));
        Assert.Equal(3UL, element[0]);

        // Another layout is not resumed.
        ((ChannelHeader*)memory.Start)->ElementCount--;
        _ = Writer(memory, resume: true);
        Assert.Equal(4UL, ((ChannelHeader*)memory.Start)->ElementCount);
        Assert.Equal(ReadResult.EpochChanged, reader.TryRead(out _));
    }

    [Theory]
    [InlineData(nameof(ChannelHeader.Transport), 1UL)]
    [InlineData(nameof(ChannelHeader.Protocol), 1UL)]
    [InlineData(nameof(ChannelHeader.ElementSize), 0UL)]
    [InlineData(nameof(ChannelHeader.ElementSize), 39UL)]
    [InlineData(nameof(ChannelHeader.ElementSize), ulong.MaxValue)]
    [InlineData(nameof(ChannelHeader.ElementCount), 0UL)]
    [InlineData(nameof(ChannelHeader.ElementCount), 5UL)]
    [InlineData(nameof(ChannelHeader.ElementCount), 1UL << 61)]
    [InlineData(nameof(ChannelHeader.ElementCount), ulong.MaxValue)]
    public void A_header_that_does_not_fit_is_incompatible_until_it_fits(string field, ulong value)
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelWriter<Element> writer = Writer(memory);
        ChannelReader<Element> reader = Reader(memory);
        ChannelHeader* header = (ChannelHeader*)memory.Start;
        ulong* word = field switch
        {
            nameof(ChannelHeader.Transport) => &header->Transport,
            nameof(ChannelHeader.Protocol) => &header->Protocol,
            nameof(ChannelHeader.ElementSize) => &header->ElementSize,
            _ => &header->ElementCount,
        };
        ulong right = *word;
        *word = value;
        Assert.Equal(ReadResult.Incompatible, reader.TryRead(out _));
        Assert.Equal(ReadResult.Incompatible, reader.TryRead(out _));
        Assert.Equal(0UL, reader.Pending);
        *word = right;
        Assert.Equal(ReadResult.EpochChanged, reader.TryRead(out _));
        writer.Write(Element.Of(1));
        Assert.Equal(ReadResult.Success, reader.TryRead(out _));
    }

    [Fact]
    public void A_count_changed_after_synchronisation_changes_nothing()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        ChannelWriter<Element> writer = Writer(memory);
        ChannelReader<Element> reader = Reader(memory);
        reader.TryRead(out _);
        foreach (ulong count in new[] { 0UL, 1UL, 1000UL, ulong.MaxValue })
        {
            ((ChannelHeader*)memory.Start)->ElementCount = count;
            ((ChannelHeader*)memory.Start)->ElementSize = count;
            writer.Write(Element.Of(9));
            Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
            Assert.True(element.IsWhole);
        }
    }

    [Fact]
    public void Under_every_schedule_success_means_a_whole_element_and_the_right_one() =>
        Gen.Select(Gen.Int, Gen.Int[1, 6], Gen.Int[1, 90]).Sample(
            (seed, elements, readerShare) => Interleaved(seed, elements, readerShare, (_, _) => { }), iter: 300, threads: 2);

    [Fact]
    public void The_schedules_reach_every_result()
    {
        var seen = new HashSet<ReadResult>();
        for (int seed = 0; seed < 40; seed++)
        {
            Interleaved(seed, 1 + (seed % 4), 10 + (2 * seed), (result, _) => seen.Add(result));
        }
        Assert.Superset(new HashSet<ReadResult> { ReadResult.Success, ReadResult.NoData, ReadResult.Inactive, ReadResult.EpochChanged, ReadResult.Overrun }, seen);
    }

    /// <summary>
    /// A writer that writes 1, 2, ... and now and then begins a new epoch, and a reader, on two threads of which a seed lets one run at a time: it may
    /// change before every access to the channel. Success must give whole elements, in an epoch one more than the last one unless an overrun was
    /// reported in between.
    /// </summary>
    static void Interleaved(int seed, int elements, int readerShare, Action<ReadResult, ulong> observe)
    {
        const int Reads = 400;
        using var memory = new GuardedMemory(SizeOf(elements));
        using var turns = new Turns(seed, readerShare);
        var starts = new List<(ulong Epoch, ulong First)>();

        void Write()
        {
            using var machine = new TestMachine();
            var random = new Random(seed ^ 0x5555);
            ulong value = 1;
            TestMachine.Interleave(() => turns.Yield(reader: false), () =>
            {
                while (!turns.ReaderIsDone)
                {
                    ChannelWriter<Element> writer = Writer(memory);
                    starts.Add((((ChannelHeader*)memory.Start)->Epoch, value));
                    for (int i = random.Next(1, 60); i > 0 && !turns.ReaderIsDone; i--)
                    {
                        writer.Write(Element.Of(value++));
                    }
                    if (random.Next(3) == 0)
                    {
                        writer.Close();
                    }
                }
            });
        }

        Exception? failure = null;
        var thread = new Thread(() =>
        {
            turns.WriterBegins();
            try
            {
                Write();
            }
#pragma warning disable CA1031 // carried to the test's own thread
            catch (Exception e)
            {
                failure = e;
            }
#pragma warning restore CA1031
            turns.WriterEnds();
        });
        thread.Start();
        try
        {
            using var machine = new TestMachine();
            ChannelReader<Element> reader = Reader(memory);
            ulong last = 0;
            bool gap = true;
            TestMachine.Interleave(() => turns.Yield(reader: true), () =>
            {
                for (int i = 0; i < Reads; i++)
                {
                    ReadResult result = reader.TryRead(out Element element);
                    observe(result, element[0]);
                    switch (result)
                    {
                        case ReadResult.Success:
                            Assert.True(element.IsWhole, "a torn element");
                            if (gap)
                            {
                                Assert.True(element[0] > last, $"{element[0]} after {last}: an old element");
                            }
                            else
                            {
                                Assert.Equal(last + 1, element[0]);
                            }
                            last = element[0];
                            gap = false;
                            break;
                        case ReadResult.Overrun or ReadResult.EpochChanged or ReadResult.Inactive:
                            gap = true;
                            break;
                        default:
                            Assert.Equal(ReadResult.NoData, result);
                            break;
                    }
                }
            });
        }
        finally
        {
            turns.ReaderEnds();
            thread.Join();
        }
        Assert.Null(failure);
    }

    [Fact]
    public void Two_processors_at_full_speed_tear_nothing()
    {
        using var memory = new GuardedMemory(SizeOf(3));
        bool stop = false;
        var thread = new Thread(() =>
        {
            using var machine = new TestMachine();
            ChannelWriter<Element> writer = Writer(memory);
            for (ulong i = 1; !Volatile.Read(ref stop); i++)
            {
                writer.Write(Element.Of(i));
                if (i % 7 == 0)
                {
                    Thread.SpinWait(20);
                }

                if (i % 1021 == 0)
                {
                    // Where both share one processor the reader must come to run while nobody writes.
                    Thread.Yield();
                }
            }
        });
        using var machine = new TestMachine();
        ChannelReader<Element> reader = Reader(memory);
        thread.Start();
        ulong last = 0;
        bool gap = true;
        int successes = 0;
        int overruns = 0;
        long enough = Environment.TickCount64 + 1500;
        long end = enough + 120_000;
        try
        {
            // As long as it takes on a busy machine, but not for ever.
            while (Environment.TickCount64 < enough || ((successes <= 1000 || overruns == 0) && Environment.TickCount64 < end))
            {
                ReadResult result = reader.TryRead(out Element element);
                if (result == ReadResult.Success)
                {
                    Assert.True(element.IsWhole, "a torn element");
                    Assert.True(gap ? element[0] > last : element[0] == last + 1, $"{element[0]} after {last}");
                    last = element[0];
                    gap = false;
                    successes++;
                }
                else if (result is ReadResult.Overrun or ReadResult.EpochChanged)
                {
                    gap = true;
                    overruns++;
                }
            }
        }
        finally
        {
            Volatile.Write(ref stop, true);
            thread.Join();
        }
        Assert.True(successes > 1000, $"{successes} successes");
        Assert.True(overruns > 0);
    }

    [Fact]
    public void A_writer_that_writes_anything_anywhere_cannot_lead_the_reader_outside() =>
        Gen.Select(Gen.Int, Gen.Int[1, 5]).Sample(
            (seed, elements) =>
            {
                using var machine = new TestMachine();
                using var memory = new GuardedMemory(SizeOf(elements));
                var random = new Random(seed);
                _ = Writer(memory);
                ChannelReader<Element> reader = Reader(memory);
                ulong[] interesting =
                [
                    0, 1, 2, (ulong)elements, (ulong)elements + 1, (ulong)sizeof(Element), ulong.MaxValue, ulong.MaxValue - 1, 1UL << 63, 1UL << 32,
                    Protocol, ChannelHeader.ExpectedTransport,
                ];
                int steps = 0;
                TestMachine.Interleave(
                    () =>
                    {
                        steps++;
                        if (random.Next(3) == 0)
                        {
                            ((ulong*)memory.Start)[random.Next(8)] = interesting[random.Next(interesting.Length)];
                        }
                        if (random.Next(8) == 0)
                        {
                            // A header that fits, so that the reader goes on to the data.
                            ChannelHeader* header = (ChannelHeader*)memory.Start;
                            header->Transport = ChannelHeader.ExpectedTransport;
                            header->Protocol = Protocol;
                            header->ElementSize = (ulong)sizeof(Element);
                            header->ElementCount = (ulong)random.Next(1, elements + 1);
                        }
                    },
                    () =>
                    {
                        for (int i = 0; i < 300; i++)
                        {
                            steps = 0;
                            _ = reader.TryRead(out _);
                            Assert.True(steps < 24, "the reader loops");
                            Assert.True(reader.Pending <= (ulong)elements);
                            if (random.Next(20) == 0)
                            {
                                reader.Drain();
                            }
                        }
                    });
            },
            iter: 400);

    [Fact]
    public void A_region_of_any_size_is_used_within_its_bounds()
    {
        using var machine = new TestMachine();
        for (int size = 0; size <= SizeOf(3); size += 8)
        {
            using var memory = new GuardedMemory(Math.Max(size, ChannelHeader.Size));
            if (size < SizeOf(1))
            {
                // No room for an element: the reader never accepts a header, and the policy's names lead to a panic for both ends.
                ((ChannelHeader*)memory.Start)->Epoch = 1;
                ((ChannelHeader*)memory.Start)->Transport = ChannelHeader.ExpectedTransport;
                ((ChannelHeader*)memory.Start)->Protocol = Protocol;
                ((ChannelHeader*)memory.Start)->ElementSize = (ulong)sizeof(Element);
                ((ChannelHeader*)memory.Start)->ElementCount = 1;
                ChannelReader<Element> small = new(memory.Start, (ulong)size, Protocol, -1);
                Assert.Equal(ReadResult.Incompatible, small.TryRead(out _));
                continue;
            }
            ChannelWriter<Element> writer = Writer(memory);
            ChannelReader<Element> reader = Reader(memory);
            reader.TryRead(out _);
            Assert.Equal((ulong)((size - 64) / sizeof(Element)), writer.Count);
            for (ulong i = 0; i < 7; i++)
            {
                writer.Write(Element.Of(i));
                Assert.Equal(ReadResult.Success, reader.TryRead(out Element element));
                Assert.Equal(i, element[0]);
            }
        }
    }

    [Fact]
    public void Names_lead_to_channels_with_their_event_and_vector()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        machine.AddMemory("out", MemoryKind.Channel, memory.Start, (ulong)memory.Size, MemoryFlags.Writable);
        machine.AddNumber(ResourceKind.Event, "out", 17);
        machine.AddMemory("in", MemoryKind.Channel, memory.Start, (ulong)memory.Size, MemoryFlags.None);
        machine.AddNumber(ResourceKind.Vector, "in", 40);
        machine.AddMemory("small", MemoryKind.Channel, memory.Start, 64, MemoryFlags.Writable);
        machine.AddMemory("file", MemoryKind.Subject, memory.Start, (ulong)memory.Size, MemoryFlags.Writable);
        ChannelWriter<Element> writer = Channel.OpenWriter<Element>("out"u8, Protocol);
        ChannelReader<Element> reader = Channel.OpenReader<Element>("in"u8, Protocol);
        Assert.Equal(17, writer.EventNumber);
        Assert.Equal(40, reader.Vector);
        writer.Notify();
        Assert.Equal([17], machine.Vmcalls);
        foreach (string wrong in new[] { "missing", "small", "file" })
        {
            byte[] name = System.Text.Encoding.ASCII.GetBytes(wrong);
            Assert.Throws<ExitException>(() => Channel.OpenReader<Element>(name, Protocol));
            Assert.Throws<ExitException>(() => Channel.OpenWriter<Element>(name, Protocol));
        }
        Assert.Throws<ExitException>(() => Channel.OpenWriter<Element>("in"u8, Protocol));
    }

    [Fact]
    public void Read_sleeps_until_there_is_an_element_and_loses_no_announcement()
    {
        using var machine = new TestMachine();
        using var memory = new GuardedMemory(SizeOf(4));
        machine.AddMemory("in", MemoryKind.Channel, memory.Start, (ulong)memory.Size, MemoryFlags.None);
        machine.AddNumber(ResourceKind.Vector, "in", 40);
        machine.AddNumber(ResourceKind.Event, "sleep", 5);
        ChannelReader<Element> reader = Channel.OpenReader<Element>("in"u8, Protocol);
        ChannelWriter<Element> writer = default;
        ulong value = 0;
        machine.Vmcall = number =>
        {
            Assert.Equal(5, number);
            if (value == 0)
            {
                writer = Writer(memory);
            }
            writer.Write(Element.Of(++value));
            machine.Pending.Add(40);
        };
        Assert.Equal(ReadResult.EpochChanged, reader.Read(out _));
        Assert.Equal(ReadResult.Success, reader.Read(out Element element));
        Assert.Equal(1UL, element[0]);
        Assert.Equal(ReadResult.Success, reader.Read(out element));
        Assert.Equal(2UL, element[0]);
    }
}
