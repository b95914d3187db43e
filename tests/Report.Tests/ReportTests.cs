// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using Muen.Sdk.Policy;
using Muen.Sdk.Report.Page;
using Muen.Sdk.Verify.Tests;

namespace Muen.Sdk.Report.Tests;

/// <summary>The pages of real systems as a browser lays them out, and what they say.</summary>
public sealed partial class ReportTests
{
    public static TheoryData<string> Systems =>
    [
        "samples/crypter/system.xml", "samples/vt/system.xml", "tests/systems/scheduling.xml", "tests/systems/plans.xml", "tests/systems/processors.xml", "tests/Verify.Tests/Systems/vm.xml",
        "tests/Verify.Tests/Systems/dma.xml", "tests/Report.Tests/Systems/goals.xml",
    ];

    static SystemReport Of(string policy)
    {
        using TemporaryFolder programs = TestSystem.Programs();
        string path = Path.Combine(Command.Root, policy);
        var input = new CompilationInput(path, programs.File("kernel.elf"), b => programs.File(b.Filename ?? "subject.elf"), name => Path.Combine(Path.GetDirectoryName(path)!, name));
        var bag = new DiagnosticBag();
        SystemReport? report = SystemReport.Of(input, [new("system.elf", 123_456), new("system.iso", 7_654_321)], bag);
        TestSystem.RequireNone(bag.Sorted);
        return report!;
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public async Task PageIsWellLaidOut(string policy)
    {
        string html = Of(policy).ToHtml();
        (int texts, string[] wrong) = await Browser.Check(html, 1240);
        TestSystem.RequireNone(wrong);
        Assert.InRange(texts, 50, 5000);
    }

    [Theory]
    [InlineData(360)]
    [InlineData(820)]
    public async Task NarrowWindowsHaveItToo(int width)
    {
        (_, string[] wrong) = await Browser.Check(Of("samples/vt/system.xml").ToHtml(), width);
        TestSystem.RequireNone(wrong.Where(w => w.StartsWith("the page", StringComparison.Ordinal) || w.StartsWith("beyond the window", StringComparison.Ordinal) || w.Contains("CONSOLE", StringComparison.Ordinal)));
    }

    /// <summary>The check itself sees what it is for.</summary>
    [Fact]
    public async Task BadPageIsSeen()
    {
        string html = Of("samples/crypter/system.xml").ToHtml();
        (_, string[] wrong) = await Browser.Check(html.Replace(">intruder_log</text>", ">a_name_that_nobody_made_shorter_than_its_box</text>", StringComparison.Ordinal), 1240);
        Assert.Contains(wrong, w => w.StartsWith("text beyond its box", StringComparison.Ordinal));
        (_, wrong) = await Browser.Check(html.Replace("<main>", "<main><p style=\"width:2000px\">wide</p><script>throw new Error('no');</script>", StringComparison.Ordinal), 1240);
        Assert.Contains(wrong, w => w.StartsWith("the page is wider", StringComparison.Ordinal));
        Assert.Contains(wrong, w => w.Contains("CONSOLE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ScreenshotsShowItInLightAndDark()
    {
        string html = Of("samples/vt/system.xml").ToHtml();
        byte[] light = await Browser.Screenshot(html, 1240, 1400, dark: false);
        byte[] dark = await Browser.Screenshot(html, 1240, 1400, dark: true);
        foreach (byte[] png in new[] { light, dark })
        {
            Assert.Equal((1240, 1400), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));

            // An empty page packs to some thousand bytes.
            Assert.InRange(png.Length, 40_000, 1_000_000);
        }

        Assert.NotEqual(light, dark);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void NothingElseIsNeeded(string policy)
    {
        string html = Of(policy).ToHtml();
        string[] references = [.. References().Matches(html).Select(m => m.Groups[2].Value).Where(r => !r.StartsWith('#') && r != "data:,")];
        Assert.Empty(references);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", html, StringComparison.Ordinal);
        Assert.DoesNotContain("fetch(", html, StringComparison.Ordinal);

        // Not even scripts.
        Assert.DoesNotContain("class=\"packed\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void EqualSystemsHaveEqualReports(string policy)
    {
        (SystemReport one, SystemReport other) = (Of(policy), Of(policy));
        Assert.Equal(one.ToHtml(), other.ToHtml());
        Assert.Equal(one.ToJson(), other.ToJson());
        Assert.DoesNotContain(Command.Root, one.ToHtml() + one.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void JsonSaysTheSame()
    {
        JsonElement json = JsonDocument.Parse(Of("samples/crypter/system.xml").ToJson()).RootElement;
        Assert.Equal(["channel request client crypter", "channel response crypter client", "channel intruder_log intruder client"],
            json.GetProperty("links").EnumerateArray().Where(l => l.GetProperty("kind").GetString() == "channel")
                .Select(l => $"channel {l.GetProperty("name")} {l.GetProperty("from")} {l.GetProperty("to")}").OrderBy(t => t.Contains("log", StringComparison.Ordinal)).ThenBy(t => t, StringComparer.Ordinal));
        Assert.Equal(["client>crypter True", "crypter>client True", "intruder>client True", "intruder>crypter False"],
            json.GetProperty("reach").EnumerateArray().Select(r => $"{r.GetProperty("from")}>{r.GetProperty("to")} {r.GetProperty("direct").GetBoolean()}").Order(StringComparer.Ordinal));
        JsonElement[] slots = [.. json.GetProperty("majorFrames")[0].GetProperty("processors")[0].GetProperty("slots").EnumerateArray()];
        Assert.Equal([(0.0, 10.0), (10.0, 20.0)], slots.Select(s => (s.GetProperty("start").GetDouble(), s.GetProperty("end").GetDouble())));
        Assert.Equal(7_654_321, json.GetProperty("files")[1].GetProperty("size").GetInt64());
        JsonElement irq = Assert.Single(json.GetProperty("devices")[0].GetProperty("interrupts").EnumerateArray());
        Assert.Equal((4, 36, 1), (irq.GetProperty("number").GetInt32(), irq.GetProperty("hostVector").GetInt32(), irq.GetProperty("processor").GetInt32()));
    }

    [Fact]
    public async Task GoalsAndBudgetsAreShown()
    {
        SystemReport report = Of("tests/Report.Tests/Systems/goals.xml");
        JsonElement json = JsonDocument.Parse(report.ToJson()).RootElement;
        Assert.Equal(
            ["control network () True ()", "network control (filter) True (network to filter by channel 'raw', filter to control by channel 'clean')"],
            json.GetProperty("goals").EnumerateArray().Select(g => Flat(g, "from", "to", "unless", "holds", "trusted")));

        // From 5 ms on, where control's first minor frame ends, it has 1 ms, and 0.5 ms of the next major frame.
        Assert.Equal(
            ["filter 2000 10000 2000 0 7000 (0, 0) True", "control 500 7500 1500 0 5000 (0, 0) True"],
            json.GetProperty("budgets").EnumerateArray().Select(b => Flat(b, "subject", "budget", "period", "least", "frame", "start", "through", "holds")));

        string[] said = await Browser.Texts(report.ToHtml(), "#goals tbody td");
        Assert.Equal(
            [
                "control", "network", "–", "holds there is no way", "network", "control", "filter", "holds the shortest way leads through whom it trusts: network to filter by channel 'raw', then filter to control by channel 'clean'",
                "filter", "2,000 µs in 10,000 µs", "2,000 µs", "begins 7,000 µs after major frame 0 does runs through 0, 0", "holds",
                "control", "500 µs in 7,500 µs", "1,500 µs", "begins 5,000 µs after major frame 0 does runs through 0, 0", "holds",
            ],
            said);
        Assert.Contains("The policy states nothing", HtmlPage.Write(Of("samples/crypter/system.xml").Model), StringComparison.Ordinal);

        // What does not hold would be said; no policy that compiles has it.
        string broken = HtmlPage.Write(report.Model with { Goals = [report.Model.Goals[0] with { Holds = false }], Budgets = [report.Model.Budgets[0] with { Least = 1999 }] });
        Assert.Equal(2, (await Browser.Texts(broken, "#goals .broken")).Length);
    }

    static string Flat(JsonElement thing, params string[] properties) => string.Join(' ', properties.Select(p => thing.GetProperty(p)).Select(v =>
        v.ValueKind == JsonValueKind.Array ? $"({string.Join(", ", v.EnumerateArray())})" : v.ToString()));

    [Fact]
    public void MonitorsSiblingsAndDomainsAreShown()
    {
        ReportModel vm = Of("tests/Verify.Tests/Systems/vm.xml").Model;
        Assert.Contains(new(LinkKind.Monitor, "state", "keeper", "first", "sees and changes"), vm.Links);
        Assert.Contains(vm.Links, l => l is { Kind: LinkKind.Monitor, Name: "sibling", From: "second", To: "first" });
        Assert.Contains(vm.Links, l => l is { Kind: LinkKind.Event, Name: "wake", From: "keeper", To: "driver" });
        Assert.Contains(vm.Links, l => l is { Kind: LinkKind.Memory, Name: "shown", From: "keeper", To: "driver" });
        Assert.Equal("net", Of("tests/Verify.Tests/Systems/dma.xml").Model.Devices.Single(d => d.Device == "nic").Domain);
    }

    /// <summary>What a policy calls things is text and nothing else; that names have no such letters is another matter.</summary>
    [Fact]
    public async Task NamesAreNoMarkup()
    {
        const string Name = "</title><script>alert(1)</script>\"'&";
        ReportModel model = Of("samples/crypter/system.xml").Model;
        string Other(string name) => name is "client" or "request" ? Name : name;
        string html = HtmlPage.Write(model with
        {
            Name = Name,
            Subjects = [.. model.Subjects.Select(s => s with { Name = Other(s.Name) })],
            Links = [.. model.Links.Select(l => l with { Name = Other(l.Name), From = Other(l.From), To = Other(l.To) })],
            Rights = [.. model.Rights.Select(r => r with { Object = Name, What = Name, Subject = Other(r.Subject) })],
            Regions = [.. model.Regions.Select(r => r with { Name = Other(r.Name), Owner = Other(r.Owner) })],
            Files = [new(Name, 1)],
        });
        Assert.Equal(1, html.Split("<script>").Length - 1);
        (_, string[] wrong) = await Browser.Check(html, 1240);
        TestSystem.RequireNone(wrong.Where(w => w.Contains("CONSOLE", StringComparison.Ordinal)));
    }

    [GeneratedRegex("\\s(src|href|xlink:href|action|srcset)=\"([^\"]*)\"|url\\(([^)#]*)\\)")]
    private static partial Regex References();
}
