// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Each part of the language thirty thousand times, and files that cannot be policies: nothing grows with the square, overflows a stack or fills the memory.</summary>
public sealed class LanguageScaleTests : IDisposable
{
    private const int Many = 30_000;

    private readonly Workspace workspace = new();
    private readonly Stopwatch time = Stopwatch.StartNew();

    public void Dispose()
    {
        workspace.Dispose();
        Assert.InRange(time.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Variables() =>
        Assert.EndsWith("<x v='7'/>", workspace.Expanded($"<system><config><integer name='v0' value='7'/>{Repeat(i => $"<integer name='v{i + 1}' value='$v{i / 1000}'/>")}</config><x v='$v{Many}'/></system>"), StringComparison.Ordinal);

    [Fact]
    public void Unknown_variables() => Assert.Equal(DiagnosticBag.Limit + 1, workspace.Errors($"<system><config>{Repeat(i => $"<integer name='v{i}' value='$w{i}'/>")}</config></system>").Count);

    [Fact]
    public void Variables_that_depend_on_each_other_in_a_chain() => Assert.Contains(
        workspace.Errors($"<system><config>{Repeat(i => $"<integer name='v{i}' value='$v{i + 1}'/>")}<integer name='v{Many}' value='1'/></config></system>"),
        e => e.Contains(DiagnosticCodes.ExpressionTooDeep.Id, StringComparison.Ordinal));

    [Fact]
    public void Operands() => Assert.EndsWith(
        "<x v='true'/>", workspace.Expanded($"<system><expressions><expression name='e'><or>{Repeat(_ => "<boolean value='false'/>")}<boolean value='true'/></or></expression></expressions><x v='$e'/></system>"), StringComparison.Ordinal);

    [Fact]
    public void Alternatives() => Assert.EndsWith(
        "</config><y/>", workspace.Expanded($"<system><config><integer name='n' value='{Many - 1}'/></config><case variable='n'>{Repeat(i => $"<when value='{i}'><{(i == Many - 1 ? "y" : "n")}/></when>")}</case></system>"), StringComparison.Ordinal);

    [Fact]
    public void Conditions() => Assert.Equal(
        Many, workspace.Expanded($"<system><config><boolean name='b' value='true'/></config>{Repeat(i => $"<if variable='b' value='true'><y/></if><if variable='b' value='false'><n/></if>")}</system>").Split("<y/>").Length - 1);

    [Fact]
    public void Uses_of_a_template() => Assert.Equal(
        Many, workspace.Expanded($"<system><template name='t'><parameters><integer name='n'/></parameters><body><y n='$n'/></body></template>{Repeat(i => $"<useTemplate name='t'><parameter name='n' value='{i}'/></useTemplate>")}</system>").Split("<y ").Length - 1);

    [Fact]
    public void Templates() => workspace.Expanded($"<system>{Repeat(i => $"<template name='t{i}'><body/></template>")}</system>");

    [Fact]
    public void Libraries() => workspace.Expanded(
        $"<system><components>{Repeat(i => $"<library name='l{i}'>{(i == 0 ? "" : $"<depends><library ref='l{i - 1}'/></depends>")}</library>")}<component name='c'><depends><library ref='l{Many - 1}'/></depends></component></components></system>", tolerant: true);

    [Fact]
    public void Arrays() => workspace.Expanded(
        $"<system><components><component name='c'><requires><memory>{Repeat(i => $"<array elementSize='4K'><memory logical='m{i}'/></array><memory logical='n{i}' virtualAddress='{0x10_0000_0000 + (i * 16384L)}'/>")}</memory></requires></component></components></system>", tolerant: true);

    [Fact]
    public void Aliases()
    {
        string aliases = Repeat(i => $"<alias name='a{i}' physical='com1'><resource name='r' physical='port'/></alias>");
        Assert.Empty(workspace.Errors(Policies.With(Policies.Subject("a", $"<devices><device physical='a{Many - 1}'/></devices>"), $"<platform><mappings><aliases>{aliases}</aliases></mappings></platform>")));
    }

    [Fact]
    public void Includes_that_multiply()
    {
        for (int i = 0; i < 15; i++)
        {
            workspace.Write($"i{i}.xml", $"<include>{string.Concat(Enumerable.Repeat($"<include href='i{i + 1}.xml'/>", 4))}</include>");
        }

        workspace.Write("i15.xml", "<include/>");
        Assert.Contains(workspace.Errors("<system><include href='i0.xml'/></system>"), e => e.Contains(DiagnosticCodes.TooManyIncludes.Id, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_a_hundred_megabytes_is_not_read()
    {
        string path = Path.Combine(workspace.Folder, "large.xml");
        using (FileStream file = File.Create(path))
        {
            file.SetLength(100 << 20);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(DiagnosticCodes.FileTooLarge.Id, Assert.Single(workspace.ErrorsOf(path)), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);

        workspace.Write("small.xml", "<system><include href='large.xml'/></system>");
        Assert.Contains(workspace.ErrorsOf(Path.Combine(workspace.Folder, "small.xml")), e => e.Contains(DiagnosticCodes.FileTooLarge.Id, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("subject.elf", "MUEN1003")]
    [InlineData("files.tar", "MUEN1004")]
    [InlineData("absent.xml", "MUEN1001")]
    [InlineData(".", "MUEN1001")]
    public void What_is_no_policy_is_no_part_of_one(string file, string code) =>
        Assert.Contains(workspace.Errors($"<system><include href='{file}'/></system>"), e => e.Contains($": error {code}: ", StringComparison.Ordinal));

    [Fact]
    public void Every_pass_of_the_language_together_stays_within_its_limits()
    {
        // The largest text that is read: a template whose uses fill the budget, in ifs, with amends.
        string body = string.Concat(Enumerable.Range(0, 50).Select(i => $"<if variable='b' value='true'><amend xpath='/system/memory'><memory name='$n' size='4K'/></amend></if>"));
        IReadOnlyList<string> errors = workspace.Errors(
            $"<system><config><boolean name='b' value='true'/></config><memory/><template name='t'><parameters><string name='n'/></parameters><body>{body}</body></template>{Repeat(i => $"<useTemplate name='t'><parameter name='n' value='m{i}'/></useTemplate>")}</system>");
        Assert.Contains(DiagnosticCodes.ExpansionTooLarge.Id, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static string Repeat(Func<int, string> part) => string.Concat(Enumerable.Range(0, Many).Select(part));
}
