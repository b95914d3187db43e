// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using Muen.Sdk.Policy;
using Xunit.Abstractions;

namespace Muen.Sdk.Verify.Tests;

/// <summary>
/// A bit is flipped anywhere in the tables of a right image, thousands of times. Every flip is found: as an error, or, where it changes neither authority nor meaning, as a
/// harmless finding whose code says the rule that makes it so. A flip that nothing is said of fails the test, as does a harmless one after which somebody has other authority.
/// </summary>
public sealed class FlipTests(ITestOutputHelper output)
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
