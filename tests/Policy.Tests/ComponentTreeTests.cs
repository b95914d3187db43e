// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>What components are written with and the model does not have: libraries, arrays, and sections of several files.</summary>
public sealed class ComponentTreeTests : IDisposable
{
    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void A_component_has_what_its_libraries_need_each_once() =>
        Assert.Equal(
            "<components><component name='c'><requires><channels><writer logical='own'/><writer logical='log'/><reader logical='time'/></channels>"
            + "<vcpu><a>1</a><registers><msrs><msr n='1'/><msr n='2'/></msrs></registers><b>2</b></vcpu>"
            + "<events><target><event logical='t'/></target><source><event logical='s'/></source></events><memory><memory logical='m'/></memory></requires>"
            + "<provides><memory logical='p'/></provides></component></components>",
            workspace.Expanded("""
                <system>
                  <components>
                    <library name="init"><depends><library ref="log"/></depends><requires><memory><memory logical="m"/></memory></requires></library>
                    <library name="log">
                      <depends><library ref="time"/></depends>
                      <requires>
                        <channels><writer logical="log"/></channels>
                        <vcpu><a>0</a><b>2</b><registers><msrs><msr n="2"/></msrs></registers></vcpu>
                        <events><source><event logical="s"/></source></events>
                      </requires>
                    </library>
                    <library name="time"><requires><channels><reader logical="time"/></channels></requires><provides><memory logical="p"/></provides></library>
                    <component name="c">
                      <depends><library ref="log"/><library ref="init"/><library ref="time"/></depends>
                      <requires>
                        <channels><writer logical="own"/></channels>
                        <vcpu><a>1</a><registers><msrs><msr n="1"/></msrs></registers></vcpu>
                        <events><target><event logical="t"/></target></events>
                      </requires>
                    </component>
                  </components>
                </system>
                """, tolerant: true));

    [Fact]
    public void Conditions_decide_on_libraries_and_libraries_have_variables()
    {
        SystemImage image = workspace.Compile("""
            <system name="t">
              <config><boolean name="log" value="true"/><boolean name="time" value="false"/><integer name="log_size" value="16#2000#"/></config>
              <hardware ref="bochs"/>
              <memory><memory name="log" size="$log_size"/></memory>
              <components>
                <library name="log"><config><integer name="address" value="16#2_0000_0000#"/></config><requires><memory><memory logical="log" size="$log_size" virtualAddress="$address" writable="true"/></memory></requires></library>
                <component name="c">
                  <if variable="log" value="true"><depends><library ref="log"/></depends></if>
                  <if variable="time" value="true"><depends><library ref="time"/></depends></if>
                  <binary filename="subject.elf"/>
                </component>
              </components>
              <subjects><subject name="a"><component ref="c"/></subject></subjects>
            </system>
            """);
        MappingView mapping = image.View.Subjects[0].Mappings.Single(m => m.Name == "log");
        Assert.Equal((0x2_0000_0000ul, 0x2000ul, true), (mapping.VirtualAddress, mapping.Size, mapping.Writable));
    }

    [Fact]
    public void Elements_of_arrays_follow_each_other()
    {
        SystemImage image = workspace.Compile("""
            <system name="t">
              <hardware ref="bochs"/>
              <memory><memory name="m1" size="8K"/><memory name="m2" size="8K"/><memory name="m3" size="8K"/><memory name="x" size="4K"/></memory>
              <channels><channel name="r1" size="4K" hasEvent="asap"/><channel name="r2" size="4K" hasEvent="asap"/><channel name="w1" size="4K" hasEvent="asap"/><channel name="w2" size="4K" hasEvent="asap"/></channels>
              <components>
                <component name="c">
                  <requires>
                    <memory>
                      <array logical="m" elementSize="16#2000#" virtualAddressBase="16#3_0000_0000#" writable="true" executable="false"><memory logical="m1"/><memory logical="m2"/></array>
                      <memory logical="x" virtualAddress="16#10_0000_2000#"/>
                      <array elementSize="8K"><memory logical="m3"/></array>
                    </memory>
                    <channels>
                      <array logical="r" elementSize="4K" vectorBase="60"><reader logical="r1"/><reader logical="r2"/></array>
                      <array logical="w" elementSize="4K" virtualAddressBase="auto" eventBase="auto"><writer logical="w1"/><writer logical="w2"/></array>
                    </channels>
                  </requires>
                  <binary filename="subject.elf"/>
                </component>
                <component name="d">
                  <requires>
                    <channels>
                      <array elementSize="4K" eventBase="10"><writer logical="r1"/><writer logical="r2"/></array>
                      <array elementSize="4K" vectorBase="auto"><reader logical="w1"/><reader logical="w2"/></array>
                    </channels>
                  </requires>
                  <binary filename="subject.elf"/>
                </component>
              </components>
              <subjects><subject name="a"><component ref="c"/></subject><subject name="b"><component ref="d"/></subject></subjects>
            </system>
            """);
        SubjectView a = image.View.Subjects[0];
        SubjectView b = image.View.Subjects[1];
        Assert.Equal([0x3_0000_0000ul, 0x3_0000_2000], Addresses(a, "m1", "m2"));
        Assert.True(a.Mappings.Single(m => m.Name == "m2").Writable);

        // Beside the region that has an address there, with an unmapped page between.
        ulong m3 = Addresses(a, "m3")[0];
        Assert.Equal(0x10_0000_4000ul, m3);
        Assert.Equal([0x10_0000_7000ul, 0x10_0000_8000], Addresses(a, "r1", "r2"));
        Assert.Equal([0x10_0000_A000ul, 0x10_0000_B000], Addresses(a, "w1", "w2"));
        Assert.Equal([60, 61], Vectors(a, "r1", "r2"));
        Assert.Equal([32, 33], Events(a, "w1", "w2"));
        Assert.Equal([10, 11], Events(b, "r1", "r2"));
        Assert.Equal([128, 129], Vectors(b, "w1", "w2"));
    }

    [Fact]
    public void Chosen_numbers_of_arrays_avoid_the_components_own()
    {
        string tree = workspace.Expanded("""
            <system>
              <components>
                <component name="c">
                  <requires>
                    <channels>
                      <reader logical="one" vector="129"/>
                      <array elementSize="4K" virtualAddressBase="4G" vectorBase="auto"><reader logical="a"/><reader logical="b"/></array>
                      <array elementSize="4K" virtualAddressBase="5G" vectorBase="133"><reader logical="c"/></array>
                      <array elementSize="4K" virtualAddressBase="6G" vectorBase="auto"><reader logical="d"/><reader logical="e"/></array>
                    </channels>
                    <devices><device logical="nic"><irq logical="irq" vector="132"/></device></devices>
                  </requires>
                </component>
              </components>
            </system>
            """, tolerant: true);
        Assert.Contains("logical='a' size='4K' virtualAddress='4294967296' vector='130'", tree, StringComparison.Ordinal);
        Assert.Contains("logical='b' size='4K' virtualAddress='4294971392' vector='131'", tree, StringComparison.Ordinal);
        Assert.Contains("logical='d' size='4K' virtualAddress='6442450944' vector='134'", tree, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_of_one_kind_are_an_array() => Assert.Contains(
        "<devices><device logical='disk1'><irq logical='irq' vector='48'/><memory logical='mmio' size='8K' virtualAddress='65536'/></device>"
        + "<device logical='disk2'><irq logical='irq' vector='49'/><memory logical='mmio' size='8K' virtualAddress='73728'/></device></devices>",
        workspace.Expanded("""
            <system><components><component name="c"><requires><devices>
              <array logical="disks"><device logical="disk1"/><device logical="disk2"/><irq logical="irq" vector="48"/><memory logical="mmio" size="8K" virtualAddress="0x10000"/></array>
            </devices></requires></component></components></system>
            """, tolerant: true),
        StringComparison.Ordinal);

    [Fact]
    public void Sections_of_several_files_are_joined()
    {
        workspace.Write("machine.xml", "<hardware><memory><memoryBlock name='ram' physicalAddress='1M' size='64M'/></memory><processor cpuCores='1' tscKhz='1000'/><devices><device name='a'/></devices></hardware>");
        workspace.Write("more.xml", "<hardware><devices><device name='b'/></devices></hardware>");
        workspace.Write("subjects.xml", "<subjects><subject name='s2'/></subjects>");
        Assert.Equal(
            "<hardware><memory><memoryBlock name='ram' physicalAddress='1M' size='64M'/></memory><processor cpuCores='1' tscKhz='1000'/><devices><device name='a'/><device name='b'/></devices></hardware>"
            + "<subjects><subject name='s1'/><subject name='s2'/></subjects>",
            workspace.Expanded("<system><include href='machine.xml'/><subjects><subject name='s1'/></subjects><include href='more.xml'/><include href='subjects.xml'/></system>"));
    }

    [Fact]
    public void A_section_twice_in_one_file_stays_an_error()
    {
        IReadOnlyList<string> errors = workspace.Errors($"<system><hardware ref='bochs'/><memory/>{Policies.Components}<memory/><subjects>{Policies.Subject("a")}</subjects></system>");
        Assert.Contains("MUEN1012", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Libraries_for_many_components_end_in_an_error_not_in_a_wait()
    {
        string memory = string.Concat(Enumerable.Range(0, 3000).Select(i => $"<memory logical='m{i}'/>"));
        string components = string.Concat(Enumerable.Range(0, 1000).Select(i => $"<component name='c{i}'><depends><library ref='l'/></depends></component>"));
        string error = Assert.Single(workspace.Errors($"<system><components><library name='l'><requires><memory>{memory}</memory></requires></library>{components}</components></system>"));
        Assert.Contains(DiagnosticCodes.ExpansionTooLarge.Id, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Arrays_of_astronomic_size_do_no_harm() =>
        Assert.All(workspace.Errors(Policies.With(Policies.Subject("a")).Replace("<binary filename", "<requires><memory>"
            + string.Concat(Enumerable.Range(0, 3000).Select(i => $"<array elementSize='64T' virtualAddressBase='{(i % 2 == 0 ? "auto" : "16#f_ffff_ffff_f000#")}'>{string.Concat(Enumerable.Range(0, 5).Select(j => $"<memory logical='m{i}_{j}'/>"))}</array>"))
            + "</memory></requires><binary filename", StringComparison.Ordinal)), e => Assert.DoesNotContain("Exception", e, StringComparison.Ordinal));

    private static ulong[] Addresses(SubjectView subject, params string[] names) => [.. names.Select(n => subject.Mappings.Single(m => m.Name == n).VirtualAddress)];

    private static int[] Vectors(SubjectView subject, params string[] names) => [.. names.Select(n => subject.Vectors.Single(v => v.Name == n).Vector)];

    private static int[] Events(SubjectView subject, params string[] names) => [.. names.Select(n => subject.Events.Single(e => e.Name == n).Number)];
}
