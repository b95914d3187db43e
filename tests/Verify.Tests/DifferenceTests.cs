// SPDX-License-Identifier: MIT

using System.Xml.Linq;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Tests;

namespace Muen.Sdk.Verify.Tests;

/// <summary>What authority changed between two policies or two images: each change of the policy is one change of a right, and what is only placed elsewhere is none.</summary>
public sealed class DifferenceTests : IDisposable
{
    const string Channel = """<channel name="request" size="64K" hasEvent="asap"/>""";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EqualPoliciesGiveNoDifference() => Assert.Empty(Between(Policies.Crypter, Policies.Crypter));

    /// <summary>Order, names of places in the file and comments are no authority; neither is where memory lies.</summary>
    [Fact]
    public void PlaceIsNoAuthority() => Assert.Empty(Between(
        Policies.Crypter,
        Policies.Crypter.Replace("<memory name=\"files\" size=\"256K\">", "<!-- elsewhere -->\n<memory name=\"files\" size=\"256K\" physicalAddress=\"0x2000000\">", StringComparison.Ordinal)));

    [Theory]
    [InlineData("""<memory><memory logical="files"/></memory>""", """<memory><memory logical="files" writable="true"/></memory>""", RightKind.Memory, "client", "files", "read 256 KiB", "read, write 256 KiB")]
    [InlineData("ticks=\"15\"/><minorFrame ticks=\"5\"/>", "ticks=\"20\"/>", RightKind.Time, "client", "processor 1, major frame 0", "15 of 20 ms (75.0%)", "20 of 20 ms (100.0%)")]
    [InlineData("<vcpu><rdtsc/></vcpu>", "", RightKind.Processor, "client", "processor-based control RdtscExiting", null, "on")]
    [InlineData("<vcpu><rdtsc/></vcpu>", """<vcpu><rdtsc/><msrs><msr start="0x174" end="0x174" mode="r"/></msrs></vcpu>""", RightKind.Msr, "client", "0x174", null, "read")]
    [InlineData("""<event logical="poweroff"><system_poweroff/></event>""", "", RightKind.Event, "client", "poweroff", "poweroff", null)]
    [InlineData("<reset/>", """<inject_interrupt vector="41"/>""", RightKind.Arrival, "intruder", "event restart_intruder", "reset", "vector 41")]
    [InlineData("""start="0x3f8" end="0x3ff"/>""", """start="0x3f8" end="0x3ff"/>""", RightKind.Port, "crypter", "0x60", null, "read, write")]
    public void ChangeOfARightIsOneChange(string old, string now, RightKind kind, string subject, string to, string? before, string? after)
    {
        string changed = Policies.Crypter.Replace(old, now, StringComparison.Ordinal);
        if (kind == RightKind.Port)
        {
            changed = changed.Replace("""<map logical="request" physical="request"/></component>""", """<map logical="request" physical="request"/></component><devices><device physical="keyboard"><ioPort physical="data"/></device></devices>""", StringComparison.Ordinal);
        }

        IReadOnlyList<RightChange> changes = Between(Policies.Crypter, changed);
        Assert.Contains(new RightChange(kind, subject, to, before, after), changes);
        Assert.All(changes, c => Assert.True(c.Subject == subject || c.Subject == "idle_1" || c.Kind is RightKind.Trap or RightKind.Reach or RightKind.Time, $"{c}"));
    }

    /// <summary>Memory that two subjects share lets one reach the other, and whom that one reaches.</summary>
    [Fact]
    public void ReachGoesThroughOthers()
    {
        IReadOnlyList<RightChange> changes = Between(
            Policies.Crypter,
            Policies.Crypter
                .Replace("""<component ref="intruder"/>""", """<component ref="intruder"/><memory><memory physical="files" writable="true"/></memory>""", StringComparison.Ordinal));
        Assert.Contains(new RightChange(RightKind.Reach, "intruder", "client", null, "directly: memory files"), changes);
        Assert.Contains(new RightChange(RightKind.Reach, "intruder", "crypter", null, "through client"), changes);
        Assert.Contains(new RightChange(RightKind.Memory, "intruder", "files", null, "read, write 256 KiB"), changes);
        Assert.Equal(3, changes.Count);
    }

    [Fact]
    public void ChannelChangesForBothEnds()
    {
        RightChange[] sizes = [.. Between(Policies.Crypter, Policies.Crypter.Replace(Channel, Channel.Replace("64K", "32K", StringComparison.Ordinal), StringComparison.Ordinal))];
        Assert.Equal(
            [new(RightKind.Memory, "client", "channel request", "read, write 64 KiB", "read, write 32 KiB"), new(RightKind.Memory, "crypter", "channel request", "read 64 KiB", "read 32 KiB")],
            sizes);
        Assert.All(sizes, c => Assert.Equal("changed", c.Change));
    }

    [Fact]
    public void ImagesAreComparedByTheirBytes()
    {
        TestSystem old = TestSystem.Written(Policies.Crypter, "old");
        TestSystem now = TestSystem.Written(
            Policies.Crypter.Replace("""<memory><memory logical="files"/></memory>""", """<memory><memory logical="files" writable="true"/></memory>""", StringComparison.Ordinal), "now");
        Assert.Empty(AuthorityDifference.Between(Of(old), Of(old)));
        Assert.Equal(
            [new(RightKind.Memory, "client", "files", "read 256 KiB", "read, write 256 KiB")],
            AuthorityDifference.Between(Of(old), Of(now)));

        static Authority Of(TestSystem system) => Authority.Of(ImageReader.Parse(system.Bytes, system.Name))!;
    }

    [Fact]
    public void PolicyWithAnErrorHasNoAuthority()
    {
        var bag = new DiagnosticBag();
        Assert.Null(Authority.Of(_folder.Write("wrong.xml", Policies.Crypter.Replace("physical=\"com1\"", "physical=\"com9\"", StringComparison.Ordinal)), bag));
        Assert.Contains(bag.Sorted, d => !Authority.IsOfFiles(d));
    }

    /// <summary>Two ways to ask who reaches whom have one answer: what a report and `muen diff` call reach is what a goal forbids.</summary>
    [Fact]
    public void ReachIsWhatGoalsForbid()
    {
        string domain = File.ReadAllText(Path.Combine(Command.Root, "tests/Policy.Tests/Faults/MUEN1901-NotIsolated-domain.xml"));
        int reached = 0;
        foreach (string policy in Enumerable.Range(0, 40).Select(RandomPolicy.Make).Append(domain[..domain.IndexOf("<goals>", StringComparison.Ordinal)] + "</system>"))
        {
            string[] names = [.. XElement.Parse(policy).Element("subjects")!.Elements("subject").Select(s => (string)s.Attribute("name")!)];
            string[] reach = [.. Of("reach.xml", policy).Rights.Where(r => r.Kind == RightKind.Reach).Select(r => $"'{r.Subject}' must not reach '{r.Object}'").Order(StringComparer.Ordinal)];
            string goals = string.Concat(names.SelectMany(a => names.Where(b => b != a).Select(b => $"<isolated from=\"{a}\" to=\"{b}\"/>")));
            var bag = new DiagnosticBag();
            Authority.Of(_folder.Write("goals.xml", policy.Replace("</system>", $"<goals>{goals}</goals></system>", StringComparison.Ordinal)), bag);
            string[] forbidden = [.. bag.Sorted.Where(d => d.Code == "MUEN1901").Select(d => d.Message["subject ".Length..d.Message.IndexOf(',', StringComparison.Ordinal)]).Order(StringComparer.Ordinal)];
            Assert.True(reach.SequenceEqual(forbidden), string.Join('\n', forbidden.Except(reach)) + "\n-\n" + string.Join('\n', reach.Except(forbidden)) + "\n" + string.Join('\n', bag.Sorted.Where(d => d.Code == "MUEN1901" && forbidden.Except(reach).Any(f => d.Message.Contains(f, StringComparison.Ordinal)))));
            reached += reach.Length;
        }

        Assert.InRange(reached, 100, 5000);
    }

    IReadOnlyList<RightChange> Between(string old, string now) => AuthorityDifference.Between(Of("old.xml", old), Of("now.xml", now));

    Authority Of(string name, string policy)
    {
        var bag = new DiagnosticBag();
        Authority? authority = Authority.Of(_folder.Write(name, policy), bag);
        TestSystem.RequireNone(bag.Sorted.Where(d => !Authority.IsOfFiles(d)));
        return authority!;
    }
}
