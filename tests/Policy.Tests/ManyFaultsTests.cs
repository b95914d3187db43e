// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Several faults at once: all are reported in one run, by place, and none hides another.</summary>
public sealed class ManyFaultsTests
{
    [Fact]
    public void All_errors_of_a_run_are_reported_in_the_order_of_the_file()
    {
        using var workspace = new Workspace();
        IReadOnlyList<string> errors = workspace.Errors("""
            <system name="many">
              <hardware ref="bochs"/>
              <memory>
                <memory name="m" size="8K" physicalAddress="16M"/>
                <memory name="n" size="8K" physicalAddress="16M"/>
                <memory name="o" size="1000" kaching="UC"/>
              </memory>
              <events><event name="lonely" mode="async"/></events>
              <channels><channel name="ch" size="4K"/></channels>
              <components>
                <component name="c"><binary filename="subject.elf"/></component>
                <component name="d"><binary filename="absent.elf"/></component>
              </components>
              <subjects>
                <subject name="a"><component ref="c"/><memory><memory physical="m" writable="true" executable="true"/></memory></subject>
                <subject name="b"><component ref="d"/><devices><device physical="com9"/></devices></subject>
              </subjects>
              <scheduling tickRate="1000">
                <majorFrame>
                  <cpu id="0"><minorFrame subject="a" ticks="10"/><minorFrame subject="nobody" ticks="5"/></cpu>
                  <cpu id="1"><minorFrame subject="b" ticks="10"/></cpu>
                </majorFrame>
              </scheduling>
            </system>
            """);
        Assert.Equal(
            [
                "(5,32): error MUEN1105", "(6,22): error MUEN1103", "(6,34): error MUEN1009", "(8,18): error MUEN1403", "(8,18): error MUEN1404", "(9,22): error MUEN1420",
                "(9,22): error MUEN1421", "(12,33): error MUEN1701", "(15,59): error MUEN1112", "(16,60): error MUEN1201", "(20,67): error MUEN1501", "(21,12): error MUEN1504",
            ],
            errors.Select(e => e["system.xml".Length..e.IndexOf(": ", e.IndexOf("error", StringComparison.Ordinal), StringComparison.Ordinal)]));
    }

    [Fact]
    public void No_image_comes_of_an_error()
    {
        using var workspace = new Workspace();
        var bag = new DiagnosticBag();
        Assert.Null(workspace.Compile(Policies.Crypter.Replace("ticks=\"15\"", "ticks=\"16\"", StringComparison.Ordinal), bag));
        Assert.True(bag.HasErrors);
    }

    [Fact]
    public void Reading_alone_looks_nothing_up()
    {
        using var workspace = new Workspace();
        var bag = new DiagnosticBag();
        PolicyModel? model = PolicyCompiler.Read(workspace.Write("system.xml", Policies.Crypter.Replace("ref=\"bochs\"", "ref=\"nothing\"", StringComparison.Ordinal)), bag);
        Assert.False(bag.HasErrors);
        Assert.Equal(["service/Crypter.csproj", "client/Client.csproj", null], model!.Components.Select(c => c.Binary!.Project));
        Assert.Equal([null, null, "subject.elf"], model.Components.Select(c => c.Binary!.Filename));
        Assert.Equal(18, model.Components[0].Binary!.Place.Line);
    }
}
