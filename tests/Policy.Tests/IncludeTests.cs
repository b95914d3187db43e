// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Policies of several files: how they find each other, what comes of them, and that an error tells how its file came in.</summary>
public sealed class IncludeTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_file_may_bring_several_elements_to_any_place()
    {
        workspace.Write("both.xml", "<include><memory name='a' size='4K'/><if variable='yes' value='true'><memory name='b' size='4K'/></if></include>");
        workspace.Write("config.xml", "<include><boolean name='yes' value='true'/></include>");
        Assert.EndsWith("<memory><memory name='a' size='4K'/><memory name='b' size='4K'/></memory>", workspace.Expanded(
            "<system><config><include href='config.xml'/></config><memory><include href='both.xml'/></memory></system>"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_looked_for_beside_every_file_that_leads_to_them()
    {
        Directory.CreateDirectory(Path.Combine(workspace.Folder, "parts", "inner"));
        workspace.Write("common.xml", "<common/>");
        workspace.Write("parts/common2.xml", "<common2/>");
        workspace.Write("parts/inner/nearest.xml", "<nearest/>");
        workspace.Write("nearest.xml", "<farthest/>");
        workspace.Write("parts/inner/deep.xml", "<x><include href='common.xml'/><include href='common2.xml'/><include href='nearest.xml'/></x>");
        workspace.Write("parts/part.xml", "<include><include href='inner/deep.xml'/></include>");
        Assert.Equal("<x><common/><common2/><nearest/></x>", workspace.Expanded("<system><include href='parts/part.xml'/></system>"));
    }

    [Fact]
    public void An_error_names_the_chain_of_includes()
    {
        workspace.Write("c.xml", "<memory>\n  <memory name='m' size='5000'/>\n</memory>");
        workspace.Write("b.xml", "<include>\n <include href='c.xml'/></include>");
        workspace.Write("a.xml", "<system>\n\n<include href='b.xml'/></system>");
        string error = Assert.Single(workspace.Errors($"<system name='t'><include href='a.xml'/><hardware ref='bochs'/>{Policies.Components}<subjects>{Policies.Subject("a")}</subjects></system>"));
        Assert.StartsWith("c.xml(2,20): error MUEN1103: ", error, StringComparison.Ordinal);
        Assert.EndsWith(" [included at b.xml(2,11), included at a.xml(3,10), included at system.xml(1,27)]", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "MUEN1005", "d.xml(1,1)")]
    [InlineData("<x></y>", "MUEN1004", "d.xml(1,6)")]
    [InlineData("<!DOCTYPE x><x/>", "MUEN1006", "d.xml(1,1)")]
    [InlineData("<x>\u0001</x>", "MUEN1004", "d.xml(1,4)")]
    public void A_file_that_is_no_XML_names_its_chain_too(string text, string code, string place)
    {
        workspace.Write("d.xml", text);
        workspace.Write("a.xml", "<include><include href='d.xml'/></include>");
        string error = Assert.Single(workspace.Errors("<system><include href='a.xml'/></system>"));
        Assert.StartsWith($"{place}: error {code}: ", error, StringComparison.Ordinal);
        Assert.EndsWith("[included at a.xml(1,19), included at system.xml(1,18)]", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_is_shown_by_its_ends()
    {
        for (int i = 0; i < 14; i++)
        {
            workspace.Write($"d{i}.xml", $"<include><include href='d{i + 1}.xml'/></include>");
        }

        workspace.Write("d14.xml", "<x/>");
        string error = Assert.Single(workspace.Errors("<system><include href='d0.xml'/><hardware ref='bochs'/><subjects/></system>"), e => e.Contains("MUEN1008", StringComparison.Ordinal));
        Assert.EndsWith("[included at d13.xml(1,19), included at d12.xml(1,19), included at d11.xml(1,19), included at d10.xml(1,19), 7 more, "
            + "included at d2.xml(1,19), included at d1.xml(1,19), included at d0.xml(1,19), included at system.xml(1,18)]", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_are_counted_over_all_files()
    {
        workspace.Write("many.xml", $"<include>{string.Concat(Enumerable.Repeat("<a/>", 400_000))}</include>");
        IReadOnlyList<string> errors = workspace.Errors($"<system>{string.Concat(Enumerable.Repeat("<include href='many.xml'/>", 3))}</system>");
        Assert.Contains(errors, e => e.Contains(DiagnosticCodes.TooManyElements.Id, StringComparison.Ordinal));
    }

    [Fact]
    public void Depth_is_counted_over_all_files()
    {
        string deep = string.Concat(Enumerable.Repeat("<a>", 30));
        string end = string.Concat(Enumerable.Repeat("</a>", 30));
        workspace.Write("outer.xml", $"{deep}<include href='inner.xml'/>{end}");
        workspace.Write("inner.xml", $"{deep}{end}");
        workspace.Expanded($"<system><include href='outer.xml'/></system>");
        workspace.Write("inner.xml", $"<a><a><a><a>{deep}{end}</a></a></a></a>");
        string error = Assert.Single(workspace.Errors("<system><hardware ref='bochs'/><include href='outer.xml'/><subjects/></system>"), e => e.Contains("MUEN1007", StringComparison.Ordinal));
        Assert.StartsWith("inner.xml(1,101): ", error, StringComparison.Ordinal);
    }
}
