// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using Xunit.Abstractions;

namespace Muen.Sdk.Policy.Tests;

/// <summary>
/// The largest systems: 128 subjects on 64 processors with 10,000 regions, and parts of that. What a compilation allocates is the measure of its growth, since it does not depend on
/// the machine; the times are printed, for docs/limits.md. With MUEN_SCALE naming a folder the policies and their programs are left there.
/// </summary>
public sealed class ScaleTests(ITestOutputHelper output) : IDisposable
{
    private const double Tolerance = 1.05;
    private const long MostBytes = 500_000_000;

    private static readonly int[] s_parts = [8, 4, 2, 1];

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Growth_is_that_of_the_policy()
    {
        workspace.Compile(LargestSystem.Policy(16));
        (int part, int regions, long bytes)[] all = [.. s_parts.Select(part => Measure(LargestSystem.Policy(part), part))];

        // Fitted by n log n the bytes for each unit are the same whatever the size; of what grows faster, larger systems have more.
        double[] units = [.. all.Select(a => a.bytes / (a.regions * Math.Log2(a.regions)))];
        for (int i = 1; i < units.Length; i++)
        {
            Assert.True(units[i] < units.Take(i).Min() * Tolerance, $"1/{all[i].part} of the largest system allocates {units[i]:0} bytes for each n log n, smaller ones {string.Join(", ", units.Take(i).Select(u => $"{u:0}"))}");
        }

        Assert.InRange(all[^1].bytes, 1, MostBytes);
    }

    private (int Part, int Regions, long Bytes) Measure(string policy, int part)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        SystemImage image = workspace.Compile(policy);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"1/{part}: {image.View.Subjects.Length} subjects, {image.View.Regions.Length} regions: {time.TotalMilliseconds:0} ms, {bytes / 1e6:0.0} MB allocated"));
        if (Environment.GetEnvironmentVariable("MUEN_SCALE") is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, $"scale{part}.xml"), policy);
            foreach (string file in new[] { "kernel.elf", "subject.elf" })
            {
                File.Copy(Path.Combine(workspace.Folder, file), Path.Combine(folder, file), overwrite: true);
            }
        }

        return (part, image.View.Regions.Length, bytes);
    }
}
