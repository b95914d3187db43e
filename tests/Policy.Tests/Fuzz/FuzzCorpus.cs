// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Policies that fuzzing starts from: right ones that use everything, random ones, and each that has one fault.</summary>
internal static class FuzzCorpus
{
    /// <summary>Everything of the language in one policy.</summary>
    internal const string Language = """
        <system name="language">
          <config><boolean name="log" value="true"/><integer name="disks" value="2"/><string name="log_size" value="16#0000_2000#"/><string name="size" value="$log_size"/></config>
          <expressions>
            <expression name="many"><and><variable name="log"/><gt><variable name="disks"/><integer value="1"/></gt></and></expression>
            <expression name="none"><or><not><variable name="log"/></not><lt><variable name="disks"/><integer value="1"/></lt></or></expression>
            <expression name="label"><concatenation><string value="disk"/><variable name="disks"/></concatenation></expression>
            <expression name="path"><evalString value="/system/subjects/subject[@name='${who}']"/></expression>
            <expression name="who"><case variable="disks"><when value="1"><string value="b"/></when><when value="2"><string value="a"/></when><others><variable name="label"/></others></case></expression>
          </expressions>
          <hardware ref="bochs"/>
          <platform>
            <config><boolean name="serial_supported" value="true"/></config>
            <mappings>
              <aliases><alias name="serial" physical="com1"><resource name="tty" physical="port"/><resource name="interrupt" physical="irq"/></alias></aliases>
              <classes><class name="inputs"><device physical="keyboard"/></class></classes>
            </mappings>
            <kernelDiagnostics type="none"/>
          </platform>
          <template name="region">
            <parameters><string name="name"/><integer name="pages" defaultValue="1"/></parameters>
            <config><string name="suffix" value="_ram"/></config>
            <expressions><expression name="full"><evalString value="${name}${suffix}"/></expression></expressions>
            <body><memory name="$full" size="8K"/><if variable="pages" value="2"><amend xpath="/system/memory"><memory name="extra" size="4K"/></amend></if></body>
          </template>
          <memory>
            <useTemplate name="region"><parameter name="name" value="one"/></useTemplate>
            <useTemplate name="region" namePrefix="x"><parameter name="name" value="$label"/><parameter name="pages" value="$disks"/></useTemplate>
            <case variable="disks"><when value="2"><memory name="two" size="$size"/></when><others><memory name="other" size="4K"/></others></case>
          </memory>
          <channels><if variable="log" value="true"><channel name="log" size="$log_size" hasEvent="asap"/></if></channels>
          <components>
            <library name="liblog"><depends><library ref="libbase"/></depends><requires><channels><writer logical="log" event="auto"/></channels></requires></library>
            <library name="libbase"><requires><vcpu><registers><msrs><msr start="16#174#" end="16#176#" mode="rw"/></msrs></registers></vcpu></requires></library>
            <component name="c">
              <config><boolean name="traced" value="$many"/></config>
              <if variable="traced" value="true"><depends><library ref="liblog"/></depends></if>
              <requires>
                <memory><array logical="ram" elementSize="8K" virtualAddressBase="auto" writable="true"><memory logical="one_ram"/><memory logical="two"/></array></memory>
                <devices><device logical="console"><ioPort logical="tty"/><irq logical="interrupt" vector="auto"/></device></devices>
              </requires>
              <binary filename="subject.elf"/>
            </component>
            <component name="reader"><requires><channels><array elementSize="$log_size" vectorBase="auto"><reader logical="log"/></array></channels></requires><binary filename="subject.elf"/></component>
          </components>
          <subjects>
            <subject name="a"><component ref="c"><map logical="console" physical="serial"/></component></subject>
            <subject name="b"><component ref="reader"/></subject>
          </subjects>
          <amend xpath="$path"><devices><device physical="inputs"/></devices></amend>
          <amend xpath="/system/subjects/subject[component/@ref='reader']"><memory><memory physical="extra" writable="true"/></memory></amend>
          <if variable="none" value="true"><amend xpath="//subject[1]"><memory/></amend></if>
        </system>
        """;

    /// <summary>The forms of 2013 in one policy.</summary>
    internal const string Seed = """
        <system vmxon_address="1000" vmcs_start_address="5000">
          <hardware ref="bochs"><device name="pad" irq="5"><io_port start="0300" end="0301"/></device></hardware>
          <kernel stack_address="114000" cpu_page_address="117000" pml4_address="200000"><memory_layout><memory_region physical_address="100000" virtual_address="100000" size="76k" alignment="4k"/></memory_layout></kernel>
          <binaries><binary name="one" path="subject.elf"/></binaries>
          <subjects>
            <subject id="0" name="a" profile="native" cpu="0" pml4_address="210000" io_bitmap_address="214000" msr_bitmap_address="216000">
              <initial_state stack_address="b000" entry_point="0"/>
              <memory_layout>
                <memory_region physical_address="217000" virtual_address="0" size="4k" writable="false" executable="true" memory_type="WB"/>
                <memory_region physical_address="29d000" virtual_address="10000" size="8k" writable="true" executable="false" memory_type="WB"/>
              </memory_layout>
              <binary name="one" physical_address="217000"/>
              <device name="pad"/>
              <event_table><interrupt event="1" dst_subject="c" dst_vector="36" send_ipi="true"/><handover event="2" dst_subject="b"/></event_table>
              <trap_table><entry kind="*" dst_subject="b" dst_vector="40"/></trap_table>
              <msr start="174" end="176" mode="rw"/>
            </subject>
            <subject id="1" name="b" cpu="0"><memory_layout><memory_region physical_address="29d000" virtual_address="10000" size="8k"/></memory_layout><binary name="one" physical_address="217000"/></subject>
            <subject id="2" name="c" cpu="1"><binary name="one" physical_address="217000"/></subject>
          </subjects>
          <scheduling tick_rate="1000"><major_frame><cpu><minor_frame subject_id="0" ticks="10"/></cpu><cpu><minor_frame subject_id="2" ticks="10"/></cpu></major_frame></scheduling>
        </system>
        """;

    /// <summary>Those that compile.</summary>
    internal static IReadOnlyList<string> Right { get; } = [Policies.Crypter, Language, Seed, .. Enumerable.Range(0, 20).Select(RandomPolicy.Make)];

    /// <summary>All of them; the two that use the language several times, since most faults have one line of it.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. Right,
        .. Enumerable.Repeat(Language, 40),
        .. Enumerable.Repeat(Seed, 10),
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Faults"), "*.xml").Order(StringComparer.Ordinal).Select(File.ReadAllText),
    ];
}
