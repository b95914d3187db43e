// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Tests;
using Muen.Sdk.Report.Page;
using Muen.Sdk.Verify.Tests;

namespace Muen.Sdk.Report.Tests;

/// <summary>The report of the largest system: a page that stays small, draws itself, and leaves nothing out.</summary>
public sealed class LargestTests
{
    const int MostBytes = 3_000_000;

    static SystemReport Of(string policy)
    {
        using TemporaryFolder programs = TestSystem.Programs();
        string path = programs.Write("largest.xml", policy);
        var bag = new DiagnosticBag();
        SystemReport? report = SystemReport.Of(new CompilationInput(path, programs.File("kernel.elf"), b => programs.File(b.Filename!), programs.File), [], bag);
        TestSystem.RequireNone(bag.Sorted);
        return report!;
    }

    [Fact]
    public async Task ItIsSmallAndDrawsEverything()
    {
        SystemReport report = Of(LargestSystem.Policy(1));
        string html = report.ToHtml();
        Assert.InRange(html.Length, 100_000, MostBytes);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        int regions = report.Model.Regions.Count;
        Assert.InRange(regions, LargestSystem.Regions, 2 * LargestSystem.Regions);
        string[] answers = await Browser.Ask(html, """
            {
              const count = selector => document.querySelectorAll(selector).length;
              const spaces = [...document.querySelectorAll("#virtual details")].slice(0, 128);
              const before = count("#virtual svg");
              spaces[0].open = spaces[127].open = true;
              await new Promise(then => { const look = () => count("#virtual svg") === 2 ? then() : setTimeout(look, 10); look(); });
              const bar = document.querySelector("svg.bar.used"), marks = () => bar.querySelector(".marks").textContent;
              const whole = marks();
              bar.dispatchEvent(new WheelEvent("wheel", { deltaY: -60, clientX: bar.getBoundingClientRect().left, cancelable: true }));
              const boxes = spaces.map(s => s.querySelectorAll(".box").length);
              return [
                count("section > .packed"), count("svg.bar.whole .box"), count("svg.bar.used .box"), count("svg.regions .box"), before, boxes[0] === boxes[127], boxes[0], boxes[1],
                [...document.querySelectorAll("svg.regions .box")].every(b => b.parentNode.dataset.tip.length > 0), whole !== marks(), root.scrollWidth <= innerWidth, count("*") < 200000,
                count("#authority tbody tr"), document.querySelector("#authority p:not(.lead)").textContent,
              ];
            }
            """);
        string all = regions.ToString(CultureInfo.InvariantCulture);
        string mappings = report.Model.Subjects[0].Mappings.Count.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(["0", all, all, all, "0", "true", mappings, "0", "true", "true", "true", "true"], answers[..12]);

        // Each subject's 78 regions are one row, its events and what else it has few others; nothing is left out of the JSON.
        Assert.InRange(int.Parse(answers[12], CultureInfo.InvariantCulture), LargestSystem.Subjects, 10 * LargestSystem.Subjects);
        Assert.Equal("No subject reaches another one: s0–s127.", answers[13]);
        Assert.Equal(14, answers.Length);
        Assert.Contains("m0–m77", html, StringComparison.Ordinal);
    }

    /// <summary>Allocation fitted by n log n, as that of the policy compiler is in ScaleTests.</summary>
    [Fact]
    public void GrowthIsThatOfTheSystem()
    {
        Of(LargestSystem.Policy(32)).ToHtml();
        double before = double.MaxValue;
        foreach (int part in new[] { 8, 4, 2 })
        {
            string policy = LargestSystem.Policy(part);
            long start = GC.GetAllocatedBytesForCurrentThread();
            SystemReport report = Of(policy);
            report.ToHtml();
            int regions = report.Model.Regions.Count;
            double unit = (GC.GetAllocatedBytesForCurrentThread() - start) / (regions * Math.Log2(regions));
            Assert.True(unit < before * 1.05, $"the report of 1/{part} of the largest system allocates {unit:0} bytes for each n log n, that of half of it {before:0}");
            before = unit;
        }
    }

    /// <summary>What is ordinary is in the page as it is; that all of <see cref="ReportTests.Systems"/> is, is tested there.</summary>
    [Fact]
    public void LongPartsArePacked()
    {
        Assert.Equal("<p>short</p>", Packing.Of("<p>short</p>"));
        Assert.StartsWith("<div class=\"packed\"><script type=\"text/plain\">H4sI", Packing.Of(new string('x', Packing.Ordinary + 1)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a0 a1 a2", "a0–a2")]
    [InlineData("a2 a10 a0 a1 a11 a12", "a0–a2, a10–a12")]
    [InlineData("a0 a1 b", "a0, a1, b")]
    [InlineData("a08 a09 a10", "a10, a08, a09")]
    [InlineData("a9 b10 b11", "a9, b10, b11")]
    [InlineData("7 8 9 x99999999999", "7–9, x99999999999")]
    public void RunsOfNames(string names, string expected) => Assert.Equal(expected, NameRuns.Of(names.Split(' ')));
}
