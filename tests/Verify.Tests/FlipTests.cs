// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Muen.Abi;
using Muen.Sdk.Policy;
using Xunit.Abstractions;

namespace Muen.Sdk.Verify.Tests;

/// <summary>
/// A bit is flipped anywhere in the tables of a right image, thousands of times. Every flip is found: as an error, or, where it changes neither authority nor meaning, as a
/// harmless finding whose code says the rule that makes it so. A flip that nothing is said of fails the test, as does a harmless one after which somebody has other authority.
/// </summary>
public sealed partial class FlipTests(ITestOutputHelper output)
{
    const int FlipsOfEachSystem = 2100;

    /// <summary>What the processor or the kernel reads to decide who may do what.</summary>
    static readonly RegionKind[] s_tables =
    [
        RegionKind.Tables, RegionKind.KernelPageTables, RegionKind.SubjectPageTables, RegionKind.IoBitmap, RegionKind.MsrBitmap, RegionKind.MsrStore, RegionKind.SubjectInfo,
        RegionKind.DmaRoot, RegionKind.DmaContext, RegionKind.DmaTables, RegionKind.InterruptTable, RegionKind.InvalidationQueue,
    ];

    [Fact]
    public void EveryFlippedBitIsFound()
    {
        var counts = new ConcurrentDictionary<(string System, string Table, string Verdict), int>();
        var missed = new ConcurrentBag<string>();
        for (int i = 0; i < TestSystem.All.Count; i++)
        {
            Flip(TestSystem.All[i], s_tables, FlipsOfEachSystem, seed: 20_261_125 + i, counts, missed);
        }

        Write(counts);
        TestSystem.RequireNone(missed.Take(40));
        Assert.True(counts.Values.Sum() >= 10_000);

        // Every kind of table was hit, and of each kind errors were found.
        Assert.Equal(s_tables.Select(t => t.ToString()).Order(), counts.Keys.Where(c => c.Verdict == Error).Select(c => c.Table).Distinct().Order());
    }

    /// <summary>What the kernel fills while it runs: beforehand it holds nothing, or what the policy says. The crash audit, which outlives a reset, is in no image.</summary>
    static readonly RegionKind[] s_kept =
    [
        RegionKind.State, RegionKind.TimedEvent, RegionKind.Interrupts, RegionKind.SchedulingInfo, RegionKind.Fpu, RegionKind.Vmcs, RegionKind.ProcessorData, RegionKind.VmxOn,
        RegionKind.KernelStack, RegionKind.InterruptStack,
    ];

    [Fact]
    public void EveryFlippedBitOfWhatTheKernelFillsIsFound()
    {
        var counts = new ConcurrentDictionary<(string System, string Table, string Verdict), int>();
        var missed = new ConcurrentBag<string>();
        for (int i = 0; i < TestSystem.All.Count; i++)
        {
            Flip(TestSystem.All[i], s_kept, FlipsOfEachSystem / 10, seed: 20_261_126 + i, counts, missed);
        }

        Write(counts);
        TestSystem.RequireNone(missed.Take(40));
        Assert.Equal(s_kept.Select(t => t.ToString()).Order(), counts.Keys.Select(c => c.Table).Distinct().Order());
    }

    void Write(IReadOnlyDictionary<(string System, string Table, string Verdict), int> counts)
    {
        foreach ((string name, string table, string verdict) in counts.Keys.Order())
        {
            output.WriteLine($"{name,-28} {table,-18} {counts[(name, table, verdict)],6}  {verdict}");
        }

        foreach (IGrouping<string, KeyValuePair<(string System, string Table, string Verdict), int>> verdict in counts.GroupBy(c => c.Key.Verdict).OrderBy(g => g.Key))
        {
            output.WriteLine($"in all {verdict.Sum(c => c.Value),6}  {verdict.Key}");
        }
    }

    /// <summary>Whatever the tables hold, the verifier comes to an end and says what is wrong: a damaged image is no reason to throw.</summary>
    [Fact]
    public void DamagedTablesAreFindings()
    {
        foreach (TestSystem system in TestSystem.All)
        {
            Parallel.For(
                0,
                100,
                () => (byte[])[.. system.Bytes],
                (index, _, bytes) =>
                {
                    var random = new Random(index);
                    RegionView[] tables = [.. system.View.Regions.Where(r => s_tables.Contains(r.Kind))];
                    for (int i = 0; i < 20; i++)
                    {
                        // Of the kernel's tables not the magic, or little else is looked at.
                        RegionView region = i % 2 == 0 ? tables.First(r => r.Kind == RegionKind.Tables) : tables[random.Next(tables.Length)];
                        Span<byte> table = bytes.AsSpan(system.OffsetOf(region.Address), (int)region.Size)[16..];
                        int at = Choose(random, table);
                        table.Slice(at & ~7, 8).Fill((byte)(random.Next(2) == 0 ? 0xFF : random.Next(256)));
                    }

                    Assert.True(system.Verify(bytes).HasErrors);
                    system.Verify(bytes, withPolicy: false);
                    Authority.Of(ImageOf(system, bytes))?.Lines();
                    system.Bytes.CopyTo(bytes, 0);
                    return bytes;
                },
                _ => { });
        }
    }

    /// <summary>
    /// What somebody would change who knows the format: words that are right elsewhere stand here, the fields of two subjects, entries of two tables, whole tables. Two addresses
    /// of pages that hold the same may change places, such as those of two pages of a stack, or of two copies of one program: that is another right image of the same policy.
    /// </summary>
    [Fact]
    public void EveryExchangeIsFound()
    {
        var missed = new ConcurrentBag<string>();
        foreach (TestSystem system in TestSystem.All)
        {
            (ulong A, ulong B, int Length)[] exchanges = [.. Fields(system), .. Entries(system, 300), .. Pages(system)];
            string[] authority = Authority.Of(ImageOf(system, system.Bytes))!.Lines();
            string[] anywhere = Anywhere(authority);
            Parallel.ForEach(exchanges, () => (byte[])[.. system.Bytes], (exchange, _, bytes) =>
            {
                Exchange(system, bytes, exchange);
                string verdict = Verdict(system, bytes, authority);
                bool missing = verdict.StartsWith("missed", StringComparison.Ordinal)
                    && !(AddressEqualPages(system, exchange) && Anywhere(Authority.Of(ImageOf(system, bytes))!.Lines()).SequenceEqual(anywhere));
                Exchange(system, bytes, exchange);
                if (missing)
                {
                    missed.Add($"{system.Name}: {verdict}: {exchange.Length} bytes at {Where(system, exchange.A)} and {Where(system, exchange.B)}");
                }

                return bytes;
            }, _ => { });
        }

        TestSystem.RequireNone(missed.Take(40));
    }

    // Whether the words are addresses of pages that hold the same, or of tables of such pages: who has one or the other has no more and no less.
    static bool AddressEqualPages(TestSystem system, (ulong A, ulong B, int Length) exchange)
    {
        return exchange.Length == 8 && AreSame(Word(exchange.A), Word(exchange.B), 4);

        ulong Word(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(system.Bytes.AsSpan(system.OffsetOf(address)));

        bool AreSame(ulong first, ulong second, int levels)
        {
            const ulong Address = 0x000F_FFFF_FFFF_F000;
            (ulong a, ulong b) = (first & Address, second & Address);
            if (first == second)
            {
                return true;
            }

            if ((first & ~Address) != (second & ~Address) || !IsLoaded(a) || !IsLoaded(b))
            {
                return false;
            }

            return system.Bytes.AsSpan(system.OffsetOf(a), 4096).SequenceEqual(system.Bytes.AsSpan(system.OffsetOf(b), 4096))
                || (levels > 1 && Enumerable.Range(0, 512).All(i => AreSame(Word(a + ((ulong)i * 8)), Word(b + ((ulong)i * 8)), levels - 1)));
        }

        bool IsLoaded(ulong page) => system.View.Regions.Any(r => r.Loaded && page - r.Address < r.Size);
    }

    // Without the places in physical memory.
    static string[] Anywhere(string[] authority) => [.. authority.Select(line => Physical().Replace(line, ""))];

    [GeneratedRegex(" is 0x[0-9a-f]+$")]
    private static partial Regex Physical();

    static string Where(TestSystem system, ulong address)
    {
        RegionView region = system.View.Regions.Single(r => address - r.Address < r.Size);
        return $"0x{address:x}, {region.Name} + 0x{address - region.Address:x}";
    }

    static void Exchange(TestSystem system, byte[] bytes, (ulong A, ulong B, int Length) exchange)
    {
        Span<byte> a = bytes.AsSpan(system.OffsetOf(exchange.A), exchange.Length);
        Span<byte> b = bytes.AsSpan(system.OffsetOf(exchange.B), exchange.Length);
        byte[] kept = [.. a];
        b.CopyTo(a);
        kept.CopyTo(b);
    }

    // Each word of each subject's entry with that of the next subject.
    static IEnumerable<(ulong A, ulong B, int Length)> Fields(TestSystem system)
    {
        var patch = new Patch(system);
        return from id in Enumerable.Range(1, system.View.Subjects.Length - 1)
               from field in Enumerable.Range(0, (int)SubjectEntry.Stride / 8)
               let a = patch.Entry(id - 1) + ((ulong)field * 8)
               let b = patch.Entry(id) + ((ulong)field * 8)
               where patch.Read(a) != patch.Read(b)
               select (a, b, 8);
    }

    // Words of tables of one kind that are something and not the same.
    static IEnumerable<(ulong A, ulong B, int Length)> Entries(TestSystem system, int count)
    {
        var patch = new Patch(system);
        var random = new Random(20_261_127);
        ulong[][] kinds =
        [
            .. system.View.Regions.Where(r => s_tables.Contains(r.Kind) && r.Loaded).GroupBy(r => r.Kind)
                .Select(k => k.SelectMany(r => Enumerable.Range(0, (int)(r.Size / 8)).Select(i => r.Address + ((ulong)i * 8))).Where(a => patch.Read(a) != 0).ToArray())
                .Where(words => words.Select(patch.Read).Distinct().Count() > 1),
        ];
        for (int found = 0; found < count;)
        {
            ulong[] words = kinds[random.Next(kinds.Length)];
            (ulong a, ulong b) = (words[random.Next(words.Length)], words[random.Next(words.Length)]);
            if (patch.Read(a) != patch.Read(b))
            {
                found++;
                yield return (a, b, 8);
            }
        }
    }

    // Each page of a table with the next one of its kind.
    static IEnumerable<(ulong A, ulong B, int Length)> Pages(TestSystem system)
    {
        foreach (IGrouping<RegionKind, RegionView> kind in system.View.Regions.Where(r => s_tables.Contains(r.Kind) && r.Loaded).GroupBy(r => r.Kind))
        {
            ulong[] pages = [.. kind.SelectMany(r => Enumerable.Range(0, (int)(r.Size / 4096)).Select(i => r.Address + ((ulong)i * 4096)))];
            foreach ((ulong a, ulong b) in pages.Zip(pages.Skip(1)))
            {
                if (!system.Bytes.AsSpan(system.OffsetOf(a), 4096).SequenceEqual(system.Bytes.AsSpan(system.OffsetOf(b), 4096)))
                {
                    yield return (a, b, 4096);
                }
            }
        }
    }

    const string Error = "error";

    static void Flip(TestSystem system, RegionKind[] kinds, int flips, int seed, ConcurrentDictionary<(string, string, string), int> counts, ConcurrentBag<string> missed)
    {
        (RegionView Region, int Offset)[][] tables =
        [
            .. kinds.Select(kind => system.View.Regions.Where(r => r.Kind == kind && r.Loaded).Select(r => (r, system.OffsetOf(r.Address))).ToArray()).Where(t => t.Length > 0),
        ];
        string[] authority = Authority.Of(ImageOf(system, system.Bytes))!.Lines();
        Parallel.For(
            0,
            flips,
            () => (byte[])[.. system.Bytes],
            (index, _, bytes) =>
            {
                var random = new Random(HashCode(seed, index));
                (RegionView Region, int Offset)[] kind = tables[random.Next(tables.Length)];
                (RegionView region, int offset) = kind[random.Next(kind.Length)];
                int at = offset + Choose(random, bytes.AsSpan(offset, (int)region.Size));
                int bit = random.Next(8);
                bytes[at] ^= (byte)(1 << bit);
                string verdict = Verdict(system, bytes, authority);
                bytes[at] ^= (byte)(1 << bit);
                counts.AddOrUpdate((system.Name, region.Kind.ToString(), verdict), 1, (_, count) => count + 1);
                if (verdict.StartsWith("missed", StringComparison.Ordinal))
                {
                    missed.Add($"{system.Name}: {verdict}: bit {bit} of 0x{region.Address + (ulong)(at - offset):x}, {region.Name} + 0x{at - offset:x}, byte 0x{bytes[at]:x2}");
                }

                return bytes;
            },
            _ => { });
    }

    static string Verdict(TestSystem system, byte[] bytes, string[] authority)
    {
        VerificationResult result = system.Verify(bytes);
        if (result.HasErrors)
        {
            return Error;
        }

        if (result.Findings.Count == 0)
        {
            return "missed: nothing was found";
        }

        // By itself the verifier believes that nothing changed; what everybody may do must say the same.
        return Authority.Of(ImageOf(system, bytes))!.Lines().SequenceEqual(authority)
            ? $"harmless {string.Join(", ", result.Findings.Select(f => $"{f.Code} {f.Code.Title}").Distinct())}"
            : "missed: said to be harmless, but authority is another";
    }

    static Image.ImageReader ImageOf(TestSystem system, byte[] bytes) => Image.ImageReader.Parse(bytes, system.Name);

    // Most entries of a table are empty: every second flip is in a word that is not.
    static int Choose(Random random, ReadOnlySpan<byte> table)
    {
        int word = random.Next(table.Length / 8) * 8;
        if (random.Next(2) == 0)
        {
            for (int tried = 0; tried < table.Length && !table.Slice(word, 8).ContainsAnyExcept((byte)0); tried += 8)
            {
                word = (word + 8) % table.Length;
            }
        }

        return word + random.Next(8);
    }

    static int HashCode(int seed, int index) => unchecked((seed * 1_000_003) ^ (index * 7919));
}
