// SPDX-License-Identifier: MIT
using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;

namespace Muen.Sdk.Policy.Tests.Mutants;

/// <summary>
/// Each check the other way: the policy compiler without it, or without one alternative of its condition, must give another answer to an input that a test holds to its exact
/// errors. What no input tells from the compiler as it is, is a check that could be lost unnoticed.
/// </summary>
public sealed class MutantTests : IDisposable
{
    /// <summary>Calls that are given a bag and never report, and why.</summary>
    private static readonly Dictionary<string, string> Silent = new(StringComparer.Ordinal)
    {
        ["Catalogue.Find(reference.Value, bag)"] = Shipped,
        ["ModelReader.ReadHardware(resource, reader.ReadToEnd(), bag)"] = Shipped,
        ["XmlTree.Parse(path, text, bag)"] = Shipped,
        ["Vocabulary.Hardware.Validate(root, bag)"] = Shipped,
        ["Parse(path, text, null, 0, ref nodes, bag)"] = Shipped,
    };

    private const string Shipped = "the hardware catalogue's files are a part of the compiler, and each test that uses one would fail";

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Every_check_is_missed_when_it_is_gone()
    {
        using var compiler = new MutantAssembly();
        Assert.InRange(compiler.Sites.Count, 400, 5000);
        Input[] inputs = [.. Inputs()];
        var reached = new bool[inputs.Length][];
        var time = new long[inputs.Length];
        Parallel.For(0, inputs.Length, i =>
        {
            reached[i] = new bool[compiler.Sites.Count];
            long start = Environment.TickCount64;
            Assert.Equal(inputs[i].Errors, Answer(compiler, inputs[i], -1, reached[i]));
            time[i] = Environment.TickCount64 - start;
        });

        // Quick ones first, and those that few checks look at.
        int[] order = [.. Enumerable.Range(0, inputs.Length).OrderBy(i => time[i] / 50).ThenBy(i => reached[i].Count(r => r))];
        var survivors = new ConcurrentBag<MutantSite>();
        Parallel.ForEach(Partitioner.Create(compiler.Sites, EnumerablePartitionerOptions.NoBuffering), site =>
        {
            if (!order.Where(i => reached[i][site.Number]).Any(i => !Answer(compiler, inputs[i], site.Number).SequenceEqual(inputs[i].Errors)))
            {
                survivors.Add(site);
            }
        });

        string Line(MutantSite s) => $"{(Array.Exists(reached, r => r[s.Number]) ? "not missed" : "not reached")}: {s.Kind} {s.Place}: {s.Text}";
        Assert.Equal(Silent.Keys.Order(StringComparer.Ordinal), survivors.Select(s => s.Text).Where(Silent.ContainsKey).Order(StringComparer.Ordinal));
        MutantSite[] lost = [.. survivors.Where(s => !Silent.ContainsKey(s.Text)).OrderBy(s => s.Number)];
        Assert.True(lost.Length == 0, $"{lost.Length} of {compiler.Sites.Count}:\n{string.Join('\n', lost.Select(Line))}");
    }

    // Errors, or the exception that ended it: without a check, what it keeps away may end in one.
    private string[] Answer(MutantAssembly compiler, Input input, int number, bool[]? reached = null)
    {
        try
        {
            return compiler.Errors(workspace, input.Kernel, input.Path, input.IsOnlyRead, number, reached);
        }
        catch (Exception e) when (number >= 0)
        {
            return [e.GetType().Name];
        }
    }

    private IEnumerable<Input> Inputs()
    {
        foreach (string name in FaultFile.All)
        {
            var fault = FaultFile.Read(name);
            yield return Of(fault.Write(workspace), fault.Kernel);
        }

        workspace.Kernel = "kernel.elf";
        foreach (string path in Others())
        {
            yield return Of(path, workspace.Kernel);
        }

        // Reading without compiling has its own way in.
        string only = workspace.Write("only-read.xml", "<systm/>");
        var bag = new DiagnosticBag();
        PolicyCompiler.Read(only, bag);
        yield return new(only, workspace.Kernel, true, [.. bag.Sorted.Select(d => d.ToString().Replace(workspace.Folder + "/", "", StringComparison.Ordinal))]);
    }

    private Input Of(string path, string kernel) => new(path, kernel, false, [.. workspace.ErrorsOf(path)]);

    // What has no fault, more than one, or more than one file.
    private IEnumerable<string> Others()
    {
        yield return "/dev/zero";
        string pipe = Path.Combine(workspace.Folder, "pipe");
        using (Process made = Process.Start("mkfifo", pipe))
        {
            made.WaitForExit();
        }

        yield return pipe;
        yield return workspace.Write("nul.xml", "<system>\n  \0</system>");
        yield return workspace.Write("utf16.xml", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Policies.Crypter)]);
        yield return workspace.Write("utf16be.xml", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Policies.Crypter)]);

        // Too many levels, but not too many files; too much text, but no file that is too large.
        for (int i = 0; i < 20; i++)
        {
            workspace.Write($"deep{i}.xml", $"<system><include href='deep{i + 1}.xml'/></system>");
        }

        yield return Path.Combine(workspace.Folder, "deep0.xml");
        workspace.Write("filler.xml", $"<system>{new string(' ', 14 << 20)}</system>");
        yield return workspace.Write("full.xml", $"<system>{string.Concat(Enumerable.Repeat("<include href='filler.xml'/>", 5))}</system>");

        // Each attribute has a name of its own, as XML demands, so that no file with lines that repeat can have so many.
        yield return workspace.Write("crowded.xml", $"<system {string.Concat(Enumerable.Range(0, 10_001).Select(i => $"a{i}='' "))}/>");

        // Two regions of one name, which the allocator finds, too, where nothing else is wrong before.
        yield return workspace.Write("same.xml", Policies.With(Policies.Subject("a"),
            """<memory><memory name="m" size="4K"/><memory name="m" size="4K"/></memory><events><event name="e" mode="kernel"/></events>"""));

        // A partition that runs on two processors does so whatever else may be missing from the text.
        yield return workspace.Write("two.xml", Policies.With(Policies.Subject("a"), "<nothing/>", end: """
            <scheduling tickRate="1000">
              <partitions><partition name="p"><group name="g"><subject name="a"/></group></partition></partitions>
              <majorFrame><cpu id="0"><minorFrame partition="p" ticks="1"/></cpu><cpu id="1"><minorFrame partition="p" ticks="1"/></cpu></majorFrame>
            </scheduling>
            """));

        // What the devices of a subject only read, it need not write.
        yield return workspace.Write("domain.xml", $"""
            <system name="domain">
              <hardware ref="qemu-q35"><processor tscKhz="2000000"/><devices><device name="nic"><pci bus="0" device="3" function="0"/></device></devices></hardware>
              <memory><memory name="m" size="4K"/></memory>
              <deviceDomains><domain name="net"><memory><memory physical="m" virtualAddress="0x10000"/></memory><devices><device physical="nic"/></devices></domain></deviceDomains>
              {Policies.Components}
              <subjects>{Policies.Subject("a", "<memory><memory physical='m'/></memory><devices><device physical='nic'/></devices>")}</subjects>
            </system>
            """);
    }

    private sealed record Input(string Path, string Kernel, bool IsOnlyRead, string[] Errors);
}
