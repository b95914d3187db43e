// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using Muen.Sdk.Policy.Read.Language;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The language of policies: what its elements stand for. What is wrong with them is in Faults.</summary>
public sealed class LanguageTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Variables_stand_for_their_values_in_attributes_and_texts()
    {
        string tree = workspace.Expanded("""
            <system>
              <config><boolean name="b" value="true"/><integer name="i" value="16#0000_1000#"/><integer name="n" value="-1"/><string name="s" value="a b"/><string name="empty" value=""/></config>
              <x b="$b" i="$i" n="$n" s="$s" e="$empty" plain="s$s"><y>$s</y></x>
            </system>
            """);
        Assert.EndsWith("<x b='true' i='4096' n='-1' s='a b' e='' plain='s$s'><y>a b</y></x>", tree, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_may_be_declared_in_any_order() =>
        Assert.EndsWith("<x v='7'/>", workspace.Expanded("""
            <system>
              <config><integer name="a" value="$b"/><integer name="b" value="$e"/></config>
              <x v="$a"/>
              <expressions><expression name="e"><variable name="c"/></expression></expressions>
              <platform><config><integer name="c" value="7"/></config></platform>
            </system>
            """).Replace("<platform/>", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void Config_is_left_with_the_values_of_expressions_too() =>
        Assert.Equal("<config><string name='s' value='x'/><boolean name='e' value='false'/></config>", workspace.Expanded("""
            <system>
              <config><string name="s" value="x"/></config>
              <expressions><expression name="e"><ne><variable name="s"/><string value="x"/></ne></expression></expressions>
            </system>
            """));

    [Theory]
    [InlineData("<and><variable name='t'/><boolean value='true'/></and>", "true")]
    [InlineData("<and><variable name='t'/><boolean value='true'/><variable name='f'/></and>", "false")]
    [InlineData("<or><variable name='f'/><not><variable name='t'/></not></or>", "false")]
    [InlineData("<or><boolean value='$f'/><variable name='t'/></or>", "true")]
    [InlineData("<eq><variable name='two'/><integer value='2#10#'/></eq>", "true")]
    [InlineData("<ne><variable name='two'/><integer value='3'/></ne>", "true")]
    [InlineData("<gt><variable name='two'/><integer value='1'/></gt>", "true")]
    [InlineData("<gt><variable name='two'/><integer value='2'/></gt>", "false")]
    [InlineData("<lt><integer value='-5'/><variable name='two'/></lt>", "true")]
    [InlineData("<eq><string value='a'/><variable name='name'/></eq>", "true")]
    [InlineData("<eq><gt><variable name='two'/><integer value='1'/></gt><variable name='t'/></eq>", "true")]
    [InlineData("<concatenation><string value='x'/><variable name='name'/><variable name='two'/></concatenation>", "xa2")]
    [InlineData("<evalString value='${name}_${two}.${t}'/>", "a_2.true")]
    [InlineData("<evalString value='plain'/>", "plain")]
    [InlineData("<variable name='name'/>", "a")]
    [InlineData("<case variable='two'><when value='1'><string value='one'/></when><when value='16#2#'><string value='two'/></when><others><string value='many'/></others></case>", "two")]
    [InlineData("<case variable='name'><when value='$other'><integer value='1'/></when><others><variable name='two'/></others></case>", "2")]
    [InlineData("<case variable='t'><when value='true'><case variable='f'><when value='true'><integer value='1'/></when><others><integer value='2'/></others></case></when><when value='false'><integer value='3'/></when></case>", "2")]
    public void Expressions(string expression, string value) =>
        Assert.EndsWith($"<x v='{value}'/>", workspace.Expanded($"""
            <system>
              <config><boolean name="t" value="true"/><boolean name="f" value="false"/><integer name="two" value="2"/><string name="name" value="a"/><string name="other" value="b"/></config>
              <expressions><expression name="e">{expression}</expression></expressions>
              <x v="$e"/>
            </system>
            """), StringComparison.Ordinal);

    /// <summary>Random expressions of truth values against C#'s own.</summary>
    [Fact]
    public void Expressions_mean_what_they_mean_in_any_language() => Truth(4).Sample(
        e => Assert.EndsWith($"<x v='{(e.Value ? "true" : "false")}'/>", workspace.Expanded($"<system><expressions><expression name='e'>{e.Text}</expression></expressions><x v='$e'/></system>"), StringComparison.Ordinal),
        iter: 500,
        threads: 1);

    [Fact]
    public void Conditions_take_their_children_in_anywhere()
    {
        string tree = workspace.Expanded("""
            <system>
              <config><boolean name="yes" value="true"/><integer name="n" value="4"/><string name="s" value="x"/></config>
              <if variable="yes" value="true"><a/><if variable="n" value="16#4#"><b v="$s"/></if><if variable="n" value="5"><no/></if></if>
              <if variable="yes" value="$yes"><c/></if>
              <d><case variable="s"><when value="y"><no/></when><when value="x"><e/><f/></when><others><no/></others></case></d>
              <case variable="n"><when value="1"><no/></when><others><g/></others></case>
              <case variable="n"><when value="1"><no/></when></case>
            </system>
            """);
        Assert.EndsWith("<a/><b v='x'/><c/><d><e/><f/></d><g/>", tree, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_count_is_not_looked_at() =>
        workspace.Expanded("<system><config><boolean name='no' value='false'/></config><if variable='no' value='true'><x v='$unknown'/><if variable='unknown' value='1'/></if></system>");

    [Fact]
    public void Components_have_variables_of_their_own()
    {
        string tree = workspace.Expanded("""
            <system>
              <config><integer name="size" value="1"/><integer name="outer" value="2"/></config>
              <components>
                <component name="c">
                  <config><integer name="size" value="3"/></config>
                  <expressions><expression name="large"><gt><variable name="size"/><variable name="outer"/></gt></expression></expressions>
                  <x size="$size" outer="$outer" large="$large"/>
                </component>
                <component name="d"><x size="$size"/></component>
              </components>
            </system>
            """);
        Assert.Contains("<x size='3' outer='2' large='true'/>", tree, StringComparison.Ordinal);
        Assert.Contains("<component name='c'><config><integer name='size' value='3'/><boolean name='large' value='true'/></config>", tree, StringComparison.Ordinal);
        Assert.Contains("<component name='d'><x size='1'/></component>", tree, StringComparison.Ordinal);
    }

    [Fact]
    public void Templates_are_put_in_with_their_parameters()
    {
        string tree = workspace.Expanded("""
            <system>
              <config><integer name="outer" value="1"/><string name="name" value="global"/></config>
              <useTemplate name="disk"><parameter name="name" value="a"/><parameter name="big" value="true"/></useTemplate>
              <x><useTemplate name="disk" namePrefix="p"><parameter name="name" value="$name"/></useTemplate></x>
              <subjects>
                <template name="disk">
                  <parameters><string name="name"/><boolean name="big" defaultValue="false"/></parameters>
                  <config><string name="suffix" value="_disk"/></config>
                  <expressions><expression name="full"><concatenation><variable name="name"/><variable name="suffix"/></concatenation></expression></expressions>
                  <body><disk name="$full" outer="$outer"/><if variable="big" value="true"><useTemplate name="large"><parameter name="of" value="$full"/></useTemplate></if></body>
                </template>
              </subjects>
              <template name="large"><parameters><string name="of"/></parameters><body><large of="$of" name="$name"/></body></template>
            </system>
            """);
        Assert.EndsWith("<disk name='a_disk' outer='1'/><large of='a_disk' name='global'/><x><disk name='global_disk' outer='1'/></x><subjects/>", tree, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variables_of_a_template_are_known_in_it_alone()
    {
        IReadOnlyList<string> errors = workspace.Errors("<system><template name='t'><parameters><string name='p'/></parameters><body><memory/></body></template>"
            + "<hardware ref='bochs'/><useTemplate name='t'><parameter name='p' value='1'/></useTemplate><subjects><subject name='$p'/></subjects></system>");
        Assert.Contains("unknown variable 'p'", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Documentation_may_stand_anywhere() => Assert.Equal("<x>text</x>", workspace.Expanded(
        "<system><doc type='dev'>Some <b>bold</b> &lt;text&gt;<doc/></doc><x><doc/>text</x></system>"));

    [Fact]
    public void Templates_that_multiply_end_in_one_error()
    {
        string templates = string.Concat(Enumerable.Range(0, 60).Select(i => $"<template name='t{i + 1}'><body><useTemplate name='t{i}'/><useTemplate name='t{i}'/></body></template>"));
        string error = Assert.Single(workspace.Errors($"<system><template name='t0'><body/></template>{templates}<useTemplate name='t60'/></system>"));
        Assert.Contains(DiagnosticCodes.ExpansionTooLarge.Id, error, StringComparison.Ordinal);
        Assert.Contains("template 't60' used", error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 1, 2000);
    }

    [Fact]
    public void Templates_that_use_each_other_deeply_end_in_one_error()
    {
        string templates = string.Concat(Enumerable.Range(0, 400).Select(i => $"<template name='t{i + 1}'><body><useTemplate name='t{i}'/></body></template>"));
        IReadOnlyList<string> errors = workspace.Errors($"<system><template name='t0'><body/></template>{templates}<hardware ref='bochs'/><subjects/><useTemplate name='t400'/></system>");
        Assert.Contains(DiagnosticCodes.NestedTooDeeply.Id, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static Gen<(string Text, bool Value)> Truth(int depth)
    {
        Gen<(string Text, bool Value)> leaf = Gen.Bool.Select(b => ($"<boolean value='{(b ? "true" : "false")}'/>", b));
        if (depth == 0)
        {
            return leaf;
        }

        Gen<(string Text, bool Value)> inner = Truth(depth - 1);
        Gen<(string, bool)> comparison = Gen.Select(Gen.Int[-3, 3], Gen.Int[-3, 3], Gen.Int[0, 3], (a, b, op) => (
            $"<{Operators[op]}><integer value='{a}'/><integer value='{b}'/></{Operators[op]}>", op switch { 0 => a == b, 1 => a != b, 2 => a > b, _ => a < b }));
        return Gen.OneOf(
            leaf,
            comparison,
            inner.Select(e => ($"<not>{e.Text}</not>", !e.Value)),
            inner.Array[2, 4].Select(es => ($"<and>{string.Concat(es.Select(e => e.Text))}</and>", es.All(e => e.Value))),
            inner.Array[2, 4].Select(es => ($"<or>{string.Concat(es.Select(e => e.Text))}</or>", es.Any(e => e.Value))),
            Gen.Select(inner, inner, (a, b) => ($"<eq>{a.Text}{b.Text}</eq>", a.Value == b.Value)));
    }

    private static readonly string[] Operators = ["eq", "ne", "gt", "lt"];
}
