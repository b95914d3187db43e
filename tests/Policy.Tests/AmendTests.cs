// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>amend: what it adds where, and that no XPath takes the compiler's time.</summary>
public sealed class AmendTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Theory]
    [InlineData("/system/a", "<c/>", "<a><b/><c/></a>")]
    [InlineData("/system/a", "<b/>", "<a><b/></a>")]
    [InlineData("/system/a", "<b x='1'/>", "<a><b/><b x='1'/></a>")]
    [InlineData("/system/a", "<b><d/></b><b><d/><e/></b>", "<a><b><d/><e/></b></a>")]
    [InlineData("//b", "<c/>", "<a><b><c/></b></a>")]
    [InlineData(".", "<a><c/></a>", "<a><b/><c/></a>")]
    [InlineData("/", "<system><a><c/></a><z/></system>", "<a><b/><c/></a><z/>")]
    [InlineData("./a/b/..", "<c/>", "<a><b/><c/></a>")]
    [InlineData("a[b]", "<c/>", "<a><b/><c/></a>")]
    [InlineData("a[count(*)=1 and not(@x)]", "<c/>", "<a><b/><c/></a>")]
    [InlineData("*[last()]", "<c/>", "<a><b/><c/></a>")]
    public void Content_is_added_where_the_path_leads(string xpath, string content, string result) =>
        Assert.Equal(result, workspace.Expanded($"<system><amend xpath=\"{xpath}\">{content}</amend><a><b/></a></system>"));

    [Fact]
    public void The_path_begins_where_the_amend_stands_and_sees_what_came_before() =>
        Assert.Equal("<a><x n='1'><y/></x></a><b><x n='2'/></b>", workspace.Expanded(
            "<system><a><amend xpath='.'><x n='1'/></amend></a><b><x n='2'/><amend xpath=\"../a/x[@n='1']\"><y/></amend></b></system>"));

    [Fact]
    public void Elements_of_text_are_added_unless_the_text_is_there() =>
        Assert.Equal("<s><p>one</p><p>two</p><p>three</p></s>", workspace.Expanded(
            "<system><s><p>one</p><p/></s><amend xpath='/system/s'><p>one</p><p>two</p></amend><amend xpath=\"/system/s[p='two']\"><p>three</p><p>two</p></amend></system>"));

    [Fact]
    public void Conditions_variables_and_templates_come_before_amends() =>
        Assert.Equal("<a n='x'><c v='x'/></a>", workspace.Expanded("""
            <system>
              <config><string name="s" value="x"/></config>
              <expressions><expression name="path"><evalString value="/system/a[@n='${s}']"/></expression></expressions>
              <template name="t"><parameters><string name="v"/></parameters><body><amend xpath="$path"><c v="$v"/></amend></body></template>
              <a n="$s"/>
              <if variable="s" value="x"><useTemplate name="t"><parameter name="v" value="$s"/></useTemplate></if>
              <if variable="s" value="y"><amend xpath="/nowhere"/></if>
            </system>
            """).Replace("<config><string name='s' value='x'/><string name='path' value='/system/a[@n=&apos;x&apos;]'/></config>", "", StringComparison.Ordinal)
            .Replace("<config><string name='s' value='x'/><string name='path' value='/system/a[@n='x']'/></config>", "", StringComparison.Ordinal));

    [Fact]
    public void An_amend_in_an_amend_comes_after_those_that_stand_alone() =>
        Assert.Equal("<a><c/></a><b><d/></b>", workspace.Expanded("<system><a/><amend xpath='/system/a'><amend xpath='../b'><d/></amend><c/></amend><amend xpath='.'><b/></amend></system>"));

    [Fact]
    public void Amends_that_amend_each_other_end()
    {
        IReadOnlyList<string> errors = workspace.Errors("<system><hardware ref='bochs'/><subjects/><amend xpath='/system/amend[2]'><memory/></amend><amend xpath='/system/amend[1]'><memory/></amend></system>");
        Assert.Equal(2, errors.Count(e => e.Contains(DiagnosticCodes.AmendTarget.Id, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("//*[count(//*[count(//*[count(//*) &gt; 1]) &gt; 1]) &gt; 1]")]
    [InlineData("//*[string-length(concat(string(/),string(/),string(/),string(/))) = 1]")]
    [InlineData("//*[count(following::*/preceding::*) = 1]")]
    [InlineData("//*[. = //*[. = string(/)]]")]
    public void A_path_that_takes_too_long_is_an_error(string xpath)
    {
        string text = string.Concat(Enumerable.Repeat("<x><y>text</y></x>", 2000));
        string error = Assert.Single(workspace.Errors($"<system><config/><memory>{text}</memory><amend xpath=\"{xpath}\"/></system>"), e => e.Contains("MUEN1820", StringComparison.Ordinal));
        Assert.Contains("20000000 steps", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('(', ')')]
    [InlineData('[', ']')]
    public void Brackets_in_brackets_are_an_error(char open, char close)
    {
        string xpath = open == '(' ? new string(open, 2000) + "a" + new string(close, 2000) : string.Concat(Enumerable.Repeat("a[", 1000)) + "a" + new string(close, 1000);
        Assert.Contains("nested more than", Assert.Single(workspace.Errors($"<system><amend xpath='{xpath}'/></system>"), e => e.Contains("MUEN1818", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a", 1300)]
    [InlineData("|a", 1300)]
    [InlineData("+1", 1300)]
    [InlineData("-1", 1300)]
    [InlineData(" or a", 800)]
    [InlineData("[1]", 1300)]
    [InlineData("/..", 1300)]
    public void Long_paths_do_no_harm(string step, int count) =>
        Assert.NotEmpty(workspace.Errors($"<system><amend xpath='a{string.Concat(Enumerable.Repeat(step, count))}'/></system>"));

    [Fact]
    public void Twenty_thousand_amends_of_one_place_take_no_time()
    {
        string amends = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<amend xpath='/system/s'><p>{i}</p><q n='{i}'/></amend>"));
        Assert.Equal(40_000, workspace.Expanded($"<system><s/>{amends}</system>").Split("<p>").Length - 1 + workspace.Expanded($"<system><s/>{amends}</system>").Split("<q ").Length - 1);
    }
}
