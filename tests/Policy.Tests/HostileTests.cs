// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Input that is not what it should be, large, deep or broken: an error at its place, within seconds, and no exception.</summary>
public sealed class HostileTests : IDisposable
{
    private readonly Workspace workspace = new();
    private readonly Stopwatch time = Stopwatch.StartNew();

    public void Dispose()
    {
        workspace.Dispose();

        // Each takes a second on a machine of its own; a busy one may have a twentieth of it to give.
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_file_that_does_not_exist() => Only(DiagnosticCodes.UnreadableFile, 1, 1, workspace.ErrorsOf(Path.Combine(workspace.Folder, "absent.xml")), "does not exist");

    [Fact]
    public void A_folder() => Only(DiagnosticCodes.UnreadableFile, 1, 1, workspace.ErrorsOf(workspace.Folder), "is a directory");

    [Fact]
    public void A_name_that_is_none() => Only(DiagnosticCodes.UnreadableFile, 1, 1, workspace.ErrorsOf(""), "not a file name");

    [Fact]
    public void A_name_with_a_NUL() => Only(DiagnosticCodes.UnreadableFile, 1, 1, workspace.ErrorsOf("a\0b"), "not a file name");

    [Fact]
    public void An_empty_file() => Only(DiagnosticCodes.EmptyFile, 1, 1, workspace.Errors(""), "empty");

    [Fact]
    public void A_large_file() => Only(DiagnosticCodes.FileTooLarge, 1, 1, workspace.Errors(new string(' ', 17 << 20)), "16777216");

    [Fact]
    public void An_endless_file() => Only(DiagnosticCodes.FileTooLarge, 1, 1, workspace.ErrorsOf("/dev/zero"), "more than");

    [Fact]
    public void A_file_that_cannot_be_read() => Only(DiagnosticCodes.UnreadableFile, 1, 1, workspace.ErrorsOf("/proc/self/mem"), "cannot read");

    /// <summary>Nobody writes to them, so that whoever opened one would wait for ever.</summary>
    [Fact]
    public void Pipes()
    {
        string pipe = Path.Combine(workspace.Folder, "pipe");
        using (Process made = Process.Start("mkfifo", pipe))
        {
            made.WaitForExit();
            Assert.Equal(0, made.ExitCode);
        }

        Only(DiagnosticCodes.UnreadableFile, 1, 1, workspace.ErrorsOf(pipe), "it is a pipe");
        Only(DiagnosticCodes.UnreadableFile, 1, 27, workspace.Errors("<system name='t'><include href='pipe'/></system>"), "it is a pipe");
        Only(DiagnosticCodes.MissingBinary, 3, 41, workspace.Errors(Policies.With(Policies.Subject("a")).Replace("subject.elf", "pipe", StringComparison.Ordinal)), "pipe");
        Only(DiagnosticCodes.MissingFile, 2, 75, workspace.Errors(Policies.With(Policies.Subject("a"), "<memory><memory name='m' size='4K'><file filename='pipe'/></memory></memory>")), "pipe");
        workspace.Kernel = "pipe";
        Only(DiagnosticCodes.InvalidKernel, 1, 1, workspace.Errors(Policies.With(Policies.Subject("a"))), "pipe");
    }

    /// <summary>Lines may end as they do on other systems: places count the same lines, and the end of a line is no column.</summary>
    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\n")]
    public void Ends_of_lines(string end)
    {
        string text = string.Join(end, "<system name='t'>", "  <hardware ref='bochs'/>", $"  {Policies.Components}", "  <subjects>", "    <subject name='a'>", "      <component ref='d'/>", "    </subject>", "  </subjects>", "</system>");
        Only(DiagnosticCodes.UnknownComponent, 6, 18, workspace.Errors(text), "unknown component 'd'");
        Only(DiagnosticCodes.NotText, 3, 4, Bytes(Encoding.UTF8.GetBytes($"<a>{end}<b>{end}  \u00e9").Append((byte)0xFF)), "0xFF");
    }

    [Fact]
    public void NUL_bytes() => Only(DiagnosticCodes.NotText, 2, 3, workspace.Errors("<system>\n  \0</system>"), "NUL");

    [Fact]
    public void Bytes_that_are_not_UTF8() => Only(DiagnosticCodes.NotText, 2, 4, Bytes("<system>\n é="u8.ToArray().Concat(new byte[] { 0xC3, 0x28 })), "0xC3");

    [Fact]
    public void An_ELF_file_as_a_policy() => Assert.Single(workspace.ErrorsOf(Path.Combine(workspace.Folder, "kernel.elf")));

    [Fact]
    public void UTF16_with_a_byte_order_mark_is_read() => Assert.Empty(Bytes(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Policies.Crypter))));

    [Fact]
    public void UTF8_with_a_byte_order_mark_is_read() => Assert.Empty(Bytes(Encoding.UTF8.GetPreamble().Concat(Encoding.UTF8.GetBytes(Policies.Crypter))));

    [Fact]
    public void Three_megabytes_of_a_value() =>
        Only(DiagnosticCodes.ValueTooLong, 1, 9, workspace.Errors($"<system name=\"{new string('n', 3 << 20)}\"><hardware ref=\"bochs\"/></system>"), "3145728", 2);

    /// <summary>Whatever it is that is too long, it is not read: nobody judges it, repeats it, or takes it for absent.</summary>
    [Fact]
    public void A_value_that_is_too_long_is_not_read()
    {
        string much = new('n', 5000);
        var wrong = new Regex("error MUEN(1010|1011|1018|1022|1305): ");
        int attributes = XDocument.Parse(Policies.Crypter).Descendants().Attributes().Count();
        for (int i = 0; i < attributes; i++)
        {
            XDocument document = XDocument.Parse(Policies.Crypter);
            document.Descendants().Attributes().ElementAt(i).Value = much;
            IReadOnlyList<string> errors = workspace.Errors(document.ToString());
            Assert.Contains(errors, e => e.Contains(": error MUEN1014: ", StringComparison.Ordinal));
            Assert.DoesNotContain(errors, e => e.Contains("nnnnn", StringComparison.Ordinal) || wrong.IsMatch(e));
        }
    }

    [Fact]
    public void Three_megabytes_of_a_name() => Only(DiagnosticCodes.WrongRoot, 1, 2, workspace.Errors($"<{new string('n', 3 << 20)}/>"), "...");

    [Fact]
    public void Three_megabytes_of_text_on_a_line() =>
        Only(DiagnosticCodes.UnexpectedText, 1, 9, workspace.Errors($"<system>{new string('n', 3 << 20)}</system>"), "text in 'system'", 3);

    [Fact]
    public void Three_megabytes_of_elements_on_a_line()
    {
        IReadOnlyList<string> errors = workspace.Errors($"<system>{string.Concat(Enumerable.Repeat("<a/>", 3 << 18))}</system>");
        Assert.Equal(DiagnosticBag.Limit + 1, errors.Count);
        Assert.All(errors, e => Assert.InRange(e.Length, 1, 1000));
    }

    [Fact]
    public void Three_megabytes_of_a_comment_mean_nothing() => workspace.Compile($"<!--{new string('-', 0)}{new string('c', 3 << 20)}-->" + Policies.Crypter);

    [Fact]
    public void More_elements_than_a_policy_may_have() =>
        Assert.Contains(workspace.Errors($"<system>{string.Concat(Enumerable.Repeat("<a/>", 1_000_001))}</system>"), e => e.Contains(DiagnosticCodes.TooManyElements.Id, StringComparison.Ordinal));

    [Fact]
    public void A_million_nested_elements() => Only(DiagnosticCodes.NestedTooDeeply, 1, 130, workspace.Errors(string.Concat(Enumerable.Repeat("<a>", 1_000_000))), "64 deep", column: 194);

    [Fact]
    public void An_entity_bomb() => Only(DiagnosticCodes.DtdForbidden, 1, 1, workspace.Errors(
        "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><system name=\"&b;\"/>"), "document types");

    [Fact]
    public void An_entity_that_is_not_declared() => Only(DiagnosticCodes.MalformedXml, 1, 15, workspace.Errors("<system name='&b;'/>"), "entity", column: 16);

    [Fact]
    public void Many_attributes()
    {
        IReadOnlyList<string> errors = workspace.Errors($"<system {string.Concat(Enumerable.Range(0, 10_000).Select(i => $"a{i}='' "))}/>");
        Assert.Equal(DiagnosticBag.Limit + 1, errors.Count);
    }

    [Fact]
    public void A_million_attributes_of_one_element() => Only(DiagnosticCodes.TooManyElements, 2, 2, workspace.Errors(
        $"<!--<-->\n<system {string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"a{i}='>' "))}/>"), "10000 attributes", line: 2);

    [Fact]
    public void A_long_element_with_few_attributes() => workspace.Compile(Policies.Crypter.Replace("<events>", $"<events{new string('\n', 100_000)}>" + new string(' ', 100_000), StringComparison.Ordinal));

    [Fact]
    public void Elements_of_a_foreign_namespace() => Only(DiagnosticCodes.UnknownElement, 2, 2, workspace.Errors(
        Policies.Crypter.Replace("<hardware ", "\n<x:thing xmlns:x='urn:x'/><hardware ", StringComparison.Ordinal)), "x:thing", line: 3);

    [Fact]
    public void Control_characters_do_not_reach_the_message()
    {
        IReadOnlyList<string> errors = workspace.Errors("<system name='t'><hardware ref='a&#10;b&#x85;&#9;'/><subjects/></system>");
        Assert.All(errors, e => Assert.DoesNotContain(e, char.IsControl));
        errors = workspace.Errors("<system name='t'><hardware ref='a&#x202E;b&#x2028;&#x200B;é'/><subjects/></system>");
        Assert.Contains(errors, e => e.Contains("a?b??é", StringComparison.Ordinal));
    }

    [Fact]
    public void Includes_are_expanded_with_their_places()
    {
        workspace.Write("parts/hardware.xml", "<hardware ref='bochs'/>");
        workspace.Write("parts/all.xml", "<system>\n  <include href='hardware.xml'/>\n  <components><component name='c'><binary filename='subject.elf'/></component></components>\n</system>");
        string rest = "<subjects><subject name='a'><component ref='d'/></subject></subjects>";
        workspace.Write("parts/subjects.xml", rest);
        Only(DiagnosticCodes.UnknownComponent, 1, 40, workspace.Errors("<system name='t'><include href='parts/all.xml'/><include href='parts/subjects.xml'/></system>"), "parts/subjects.xml(1,");
    }

    [Fact]
    public void Includes_of_the_original_are_understood()
    {
        workspace.Write("hardware.xml", "<hardware ref='bochs'/>");
        workspace.Compile($"<system name='t' xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include href='hardware.xml'/>{Policies.Components}<subjects>{Policies.Subject("a")}</subjects></system>");
    }

    [Fact]
    public void Files_that_include_each_other()
    {
        workspace.Write("a.xml", "<system><include href='b.xml'/></system>");
        workspace.Write("b.xml", "<system><include href='./a.xml'/></system>");
        Only(DiagnosticCodes.IncludeCycle, 1, 18, workspace.Errors("<system name='t'><include href='a.xml'/></system>"), "a.xml -> b.xml -> a.xml");
    }

    [Fact]
    public void Includes_that_are_too_deep()
    {
        for (int i = 0; i < 20; i++)
        {
            workspace.Write($"deep{i}.xml", $"<system><include href='deep{i + 1}.xml'/></system>");
        }

        Only(DiagnosticCodes.TooManyIncludes, 1, 18, workspace.Errors("<system name='t'><include href='deep0.xml'/></system>"), "16 deep");
    }

    [Fact]
    public void An_include_of_nothing() => Only(DiagnosticCodes.UnreadableFile, 1, 27, workspace.Errors("<system name='t'><include href='absent.xml'/></system>"), "absent.xml");

    [Fact]
    public void An_include_without_a_name() => Only(DiagnosticCodes.MissingAttribute, 1, 19, workspace.Errors("<system name='t'><include/></system>"), "href");

    [Fact]
    public void A_component_that_names_an_unreadable_binary()
    {
        Directory.CreateDirectory(Path.Combine(workspace.Folder, "folder.elf"));
        Only(DiagnosticCodes.MissingBinary, 1, 1, workspace.Errors(Policies.With(Policies.Subject("a")).Replace("subject.elf", "folder.elf", StringComparison.Ordinal)), "folder.elf", line: 3, column: 41);
    }

    [Fact]
    public void A_binary_of_astronomic_size()
    {
        workspace.WriteElf("huge.elf", 0x200000, Workspace.Code(0x200000), Workspace.Segment(0x1_0000_0000, Elf.ElfSegmentFlags.Read, 16, 1UL << 45));
        Assert.Contains(workspace.Errors(Policies.With(Policies.Subject("a")).Replace("subject.elf", "huge.elf", StringComparison.Ordinal)), e => e.Contains(": error MUEN17", StringComparison.Ordinal));
    }

    [Fact]
    public void A_binary_at_the_end_of_the_address_space()
    {
        workspace.WriteElf("end.elf", 0x200000, Workspace.Code(0x200000), Workspace.Segment(0xFFFF_FFFF_FFFF_F000, Elf.ElfSegmentFlags.Read, 16, 0xFFE));
        Assert.Contains(workspace.Errors(Policies.With(Policies.Subject("a")).Replace("subject.elf", "end.elf", StringComparison.Ordinal)), e => e.Contains(DiagnosticCodes.SegmentPlace.Id, StringComparison.Ordinal));
    }

    private IReadOnlyList<string> Bytes(IEnumerable<byte> bytes) => workspace.ErrorsOf(workspace.Write("bytes.xml", bytes.ToArray()));

    // The error at this place; others may only follow from it being absent.
    private static void Only(DiagnosticCode code, int defaultLine, int defaultColumn, IReadOnlyList<string> errors, string part, int count = 1, int? line = null, int? column = null)
    {
        Assert.Equal(count, errors.Count);
        string error = Assert.Single(errors, e => e.Contains($": error {code.Id}: ", StringComparison.Ordinal));
        Assert.Contains($"({line ?? defaultLine},{column ?? defaultColumn}): ", error, StringComparison.Ordinal);
        Assert.Contains(part, error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }
}
