// SPDX-License-Identifier: MIT
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Policies without a fault, from which tests start.</summary>
internal static class Policies
{
    /// <summary>The first demo's system: a service and its client on two processors, an intruder that is started anew at each of its traps, and idle time.</summary>
    internal const string Crypter = """
        <system name="crypter">
          <hardware ref="bochs"/>
          <memory><memory name="files" size="256K"><file filename="files.tar"/></memory></memory>
          <events>
            <event name="restart_intruder" mode="self"/>
            <event name="done" mode="async"/>
          </events>
          <channels>
            <channel name="request" size="64K" hasEvent="asap"/>
            <channel name="response" size="16K" hasEvent="asap"/>
          </channels>
          <components>
            <component name="crypter">
              <requires>
                <channels><reader logical="request" vector="auto"/><writer logical="response" event="auto"/></channels>
                <events><source><event logical="sleep"><sleep/></event></source></events>
              </requires>
              <binary project="service/Crypter.csproj"/>
            </component>
            <component name="client" stackSize="32K">
              <requires>
                <vcpu><rdtsc/></vcpu>
                <memory><memory logical="files"/></memory>
                <channels><writer logical="out" event="auto"/><reader logical="in" vector="auto"/></channels>
                <devices><device logical="console"><ioPort logical="port" start="0x3f8" end="0x3ff"/><irq logical="irq"/></device></devices>
                <events>
                  <source><event logical="sleep"><sleep/></event><event logical="poweroff"><system_poweroff/></event><event logical="done"/></source>
                </events>
              </requires>
              <binary project="client/Client.csproj"/>
            </component>
            <component name="intruder"><binary filename="subject.elf"/></component>
          </components>
          <subjects>
            <subject name="crypter"><component ref="crypter"><map logical="request" physical="request"/></component></subject>
            <subject name="client">
              <component ref="client">
                <map logical="out" physical="request"/>
                <map logical="in" physical="response"/>
                <map logical="console" physical="com1"/>
              </component>
            </subject>
            <subject name="intruder">
              <component ref="intruder"/>
              <events>
                <source><group name="vmx_exit"><default physical="restart_intruder"/></group></source>
                <target><event logical="restart" physical="restart_intruder"><reset/></event><event physical="done"><inject_interrupt vector="40"/></event></target>
              </events>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame>
              <cpu id="0"><minorFrame subject="crypter" ticks="10"/><minorFrame subject="intruder" ticks="10"/></cpu>
              <cpu id="1"><minorFrame subject="client" ticks="15"/><minorFrame ticks="5"/></cpu>
            </majorFrame>
          </scheduling>
        </system>
        """;

    /// <summary>What makes a subject the one that chooses the next major frame.</summary>
    internal const string Tau0 = """<memory><memory physical="sys_interface" writable="true"/></memory>""";

    internal const string Components = """<components><component name="c"><binary filename="subject.elf"/></component></components>""";

    /// <summary>A small system on three lines: the first with what comes before the components, the third with the subjects.</summary>
    internal static string With(string subjects, string sections = "", string hardware = "", string end = "") =>
        $"<system name=\"t\">\n<hardware ref=\"bochs\">{hardware}</hardware>{sections}\n{Components}\n<subjects>{subjects}</subjects>{end}</system>\n";

    internal static string Subject(string name, string body = "") => $"""<subject name="{name}"><component ref="c"/>{body}</subject>""";

    internal static string Subjects(int count) => string.Concat(System.Linq.Enumerable.Range(0, count).Select(i => Subject($"s{i}")));
}
