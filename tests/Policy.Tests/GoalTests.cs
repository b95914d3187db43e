// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Isolation goals against the simplest reachability there is: a matrix made from the policy's text, multiplied until nothing is added.</summary>
public sealed partial class GoalTests : IDisposable
{
    private const int Policies = 150;

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Goals_fail_exactly_where_there_is_a_way()
    {
        int reached = 0;
        int isolated = 0;
        for (int seed = 0; seed < Policies; seed++)
        {
            string text = RandomPolicy.Make(seed);
            XElement system = XElement.Parse(text);
            string[] names = [.. system.Element("subjects")!.Elements("subject").Select(s => s.Attribute("name")!.Value)];
            bool[,] direct = Direct(system, names);
            var pairs = (from a in names from b in names where a != b select (From: a, To: b)).ToList();
            string trusted = names[seed % names.Length];
            string goals = string.Concat(pairs.Select(p => $"<isolated from=\"{p.From}\" to=\"{p.To}\"/>"))
                + string.Concat(pairs.Where(p => p.From != trusted && p.To != trusted).Select(p => $"<isolated from=\"{p.From}\" to=\"{p.To}\"><unless through=\"{trusted}\"/></isolated>"));
            string with = text.Replace("</system>", $"<goals>{goals}</goals></system>", StringComparison.Ordinal);
            string[] errors = [.. workspace.ErrorsOf(workspace.Write("random.xml", with))];

            bool[,] all = Closure(direct, -1);
            bool[,] without = Closure(direct, Array.IndexOf(names, trusted));
            string[] expected =
            [
                .. pairs.Where(p => all[Array.IndexOf(names, p.From), Array.IndexOf(names, p.To)]).Select(p => $"{p.From}>{p.To}"),
                .. pairs.Where(p => p.From != trusted && p.To != trusted && without[Array.IndexOf(names, p.From), Array.IndexOf(names, p.To)]).Select(p => $"{p.From}>{p.To}"),
            ];
            Match[] found = [.. errors.Select(e => Message().Match(e))];
            Assert.All(found, m => Assert.True(m.Success));
            Assert.True(expected.Order(StringComparer.Ordinal).SequenceEqual(found.Select(m => $"{m.Groups[1]}>{m.Groups[2]}").Order(StringComparer.Ordinal)), $"seed {seed}: {string.Join(' ', expected)}\n{string.Join('\n', errors)}");

            // Each step of a counter-example is a direct way, and they join up.
            foreach (Match error in found)
            {
                (string From, string To)[] steps = [.. Step().Matches(error.Value).Select(s => (s.Groups[1].Value, s.Groups[2].Value))];
                Assert.Equal(error.Groups[1].Value, steps[0].From);
                Assert.Equal(error.Groups[2].Value, steps[^1].To);
                Assert.All(steps, s => Assert.True(direct[Array.IndexOf(names, s.From), Array.IndexOf(names, s.To)], $"seed {seed}: {s}"));
                Assert.All(steps.Zip(steps.Skip(1)), s => Assert.Equal(s.First.To, s.Second.From));
            }

            reached += expected.Length;
            isolated += pairs.Count - found.Length;
        }

        // Enough of both, or the comparison would say little.
        Assert.InRange(reached, 500, int.MaxValue);
        Assert.InRange(Math.Abs(isolated), 100, int.MaxValue);
    }

    [Theory]
    [InlineData("<memory physical=\"board\" writable=\"true\"/>", "<memory physical=\"board\"/>", "l", "c")]
    [InlineData("<memory physical=\"board\"/>", "<memory physical=\"board\" writable=\"true\"/>", "c", "l")]
    public void A_loader_has_the_memory_of_whom_it_loads_however_trusted(string loaded, string other, string from, string to)
    {
        string error = Assert.Single(workspace.ErrorsOf(workspace.Write("loader.xml", $"""
            <system name="loader">
              <hardware ref="bochs"/>
              <memory><memory name="board" size="4K"/></memory>
              <components><component name="c"><binary filename="subject.elf"/></component></components>
              <subjects>
                <subject name="l"><monitor><loader logical="load" subject="b" virtualAddress="0x100000000000"/></monitor><component ref="c"/></subject>
                <subject name="b"><memory>{loaded}</memory><component ref="c"/></subject>
                <subject name="c"><memory>{other}</memory><component ref="c"/></subject>
              </subjects>
              <goals><isolated from="{from}" to="{to}"><unless through="b"/></isolated></goals>
            </system>
            """)));
        Assert.Contains($"'{from}' to '{to}' by memory 'board'", error, StringComparison.Ordinal);
    }

    // Who has an effect on whom at once, as the text says it.
    private static bool[,] Direct(XElement system, string[] names)
    {
        XElement[] subjects = [.. system.Element("subjects")!.Elements("subject")];
        bool[,] direct = new bool[names.Length, names.Length];
        var uses = new List<(string Thing, int Subject, bool Writes, bool Reads)>();
        for (int i = 0; i < subjects.Length; i++)
        {
            // A sibling has the memory of its VM.
            string? main = (string?)subjects[i].Element("sibling")?.Attribute("ref");
            XElement memory = main is null ? subjects[i] : subjects[Array.IndexOf(names, main)];
            if (main is not null)
            {
                Both(i, Array.IndexOf(names, main));
            }

            // A loader has the memory of whom it loads, too, and so have its siblings.
            IEnumerable<XElement> loaded = memory.Elements("monitor").Elements("loader").Select(l => subjects[Array.IndexOf(names, (string?)l.Attribute("subject"))]);
            uses.AddRange(loaded.Prepend(memory).Elements("memory").Elements("memory").Select(m => ("memory " + (string?)m.Attribute("physical"), i, (string?)m.Attribute("writable") == "true", true)));
            uses.AddRange(memory.Elements("channels").Elements().Select(c => ("channel " + (string?)c.Attribute("physical"), i, c.Name == "writer", true)));
            uses.AddRange(subjects[i].Elements("devices").Elements().Select(d => ("device " + (string?)d.Attribute("physical"), i, true, true)));
            uses.AddRange(subjects[i].Elements("events").Elements("source").Descendants().Where(e => e.Attribute("physical") is not null).Select(e => ("event " + (string?)e.Attribute("physical"), i, true, false)));
            uses.AddRange(subjects[i].Elements("events").Elements("target").Elements().Select(e => ("event " + (string?)e.Attribute("physical"), i, false, true)));
            foreach (XElement monitor in subjects[i].Elements("monitor").Elements())
            {
                int other = Array.IndexOf(names, (string?)monitor.Attribute("subject"));
                direct[other, i] = true;
                direct[i, other] |= monitor.Name == "loader" || (string?)monitor.Attribute("writable") == "true";
            }
        }

        foreach ((string thing, int from, bool writes, bool _) in uses)
        {
            foreach ((string other, int to, bool _, bool reads) in uses)
            {
                direct[from, to] |= thing == other && writes && reads;
            }
        }

        return direct;

        void Both(int a, int b) => direct[a, b] = direct[b, a] = true;
    }

    private static bool[,] Closure(bool[,] direct, int trusted)
    {
        int count = direct.GetLength(0);
        bool[,] all = (bool[,])direct.Clone();
        for (int through = 0; through < count; through++)
        {
            for (int from = 0; from < count; from++)
            {
                for (int to = 0; to < count; to++)
                {
                    all[from, to] |= through != trusted && all[from, through] && all[through, to];
                }
            }
        }

        return all;
    }

    [GeneratedRegex("error MUEN1901: subject '([^']*)' must not reach '([^']*)', but does: .*;")]
    private static partial Regex Message();

    [GeneratedRegex("'([^']*)' to '([^']*)' by ")]
    private static partial Regex Step();
}
