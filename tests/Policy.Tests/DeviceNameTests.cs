// SPDX-License-Identifier: MIT
using System;
using System.Linq;

namespace Muen.Sdk.Policy.Tests;

/// <summary>Aliases and classes of devices, and the console that the platform names.</summary>
public sealed class DeviceNameTests : IDisposable
{
    private const string Uart = "<devices><device name='uart'><ioPort name='low' start='0x3e8' end='0x3eb'/><ioPort name='high' start='0x3ec' end='0x3ef'/><irq name='irq' number='5'/></device></devices>";

    private readonly Workspace workspace = new();

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void An_alias_of_a_device_has_what_the_device_has()
    {
        SubjectView a = Compile("<alias name='serial' physical='uart'/>", "<device physical='serial'/>");
        Assert.Equal([("serial_low", 0x3E8), ("serial_high", 0x3EC)], a.Ports.Select(p => (p.Name, (int)p.Start)));
        Assert.Equal("serial_irq", Assert.Single(a.Irqs).Name);
    }

    [Fact]
    public void An_alias_with_resources_has_these_alone_by_their_new_names()
    {
        SubjectView a = Compile("<alias name='serial' physical='uart'><resource name='data' physical='high'/></alias>", "<device logical='tty' physical='serial'/>");
        Assert.Equal([("tty_data", 0x3EC)], a.Ports.Select(p => (p.Name, (int)p.Start)));
        Assert.Empty(a.Irqs);
    }

    [Fact]
    public void Resources_of_an_alias_may_be_named_one_by_one()
    {
        SubjectView a = Compile("<alias name='serial' physical='uart'><resource name='data' physical='high'/><resource name='interrupt' physical='irq'/></alias>",
            "<device logical='tty' physical='serial'><ioPort logical='d' physical='data'/><ioPort logical='l' physical='low'/><irq physical='interrupt'/></device>");
        Assert.Equal([("tty_d", 0x3EC), ("tty_l", 0x3E8)], a.Ports.Select(p => (p.Name, (int)p.Start)));
        Assert.Equal("tty_interrupt", Assert.Single(a.Irqs).Name);
    }

    [Theory]
    [InlineData("<map logical='tty' physical='serial'/>")]
    [InlineData("<map logical='tty' physical='serial'><map logical='port' physical='port'/></map>")]
    [InlineData("<map logical='tty' physical='serial'><map logical='port' physical='high'/></map>")]
    [InlineData("<map logical='tty' physical='uart'><map logical='port' physical='high'/></map>")]
    public void A_components_device_is_mapped_to_an_alias(string map)
    {
        SystemImage image = workspace.Compile($"""
            <system name="t">
              <hardware ref="bochs">{Uart}</hardware>
              <platform><mappings><aliases><alias name="serial" physical="uart"><resource name="port" physical="high"/></alias></aliases></mappings></platform>
              <components>
                <component name="c"><requires><devices><device logical="tty"><ioPort logical="port" start="0x3ec" end="0x3ef"/></device></devices></requires><binary filename="subject.elf"/></component>
              </components>
              <subjects><subject name="a"><component ref="c">{map}</component></subject></subjects>
            </system>
            """);
        Assert.Equal([("tty_port", 0x3EC)], image.View.Subjects[0].Ports.Select(p => (p.Name, (int)p.Start)));
    }

    [Fact]
    public void A_class_stands_for_each_of_its_devices()
    {
        SubjectView a = Compile("", "<device physical='inputs'/><device physical='nothing'/>", "<class name='inputs'><device physical='uart'/><device physical='keyboard'/></class><class name='nothing'/>");
        Assert.Equal(["inputs_1_low", "inputs_1_high", "inputs_2_data", "inputs_2_control"], a.Ports.Select(p => p.Name));
    }

    [Theory]
    [InlineData("<kernelDiagnostics type='none'/>", 0)]
    [InlineData("<kernelDiagnostics type='uart'><device physical='com1'/></kernelDiagnostics>", 0x3F8)]
    [InlineData("<kernelDiagnostics type='uart'><device physical='com1'><ioPort physical='port'/></device></kernelDiagnostics>", 0x3F8)]
    [InlineData("<mappings><aliases><alias name='debug' physical='com1'><resource name='p' physical='port'/></alias></aliases></mappings><kernelDiagnostics type='uart'><device physical='debug'><ioPort physical='p'/></device></kernelDiagnostics>", 0x3F8)]
    [InlineData("", 0x2F8)]
    public void The_platform_names_the_kernels_console(string platform, int port) =>
        Assert.Equal(port, workspace.Compile(Policies.With(Policies.Subject("a"), $"<platform>{platform}</platform>")).View.ConsolePort);

    [Fact]
    public void A_misspelt_alias_is_suggested() => Assert.Contains("did you mean 'serial'?", Assert.Single(workspace.Errors(Policies.With(
        Policies.Subject("a", "<devices><device physical='seriel'/></devices>"),
        "<platform><mappings><aliases><alias name='serial' physical='com1'/></aliases></mappings></platform>"))), StringComparison.Ordinal);

    private SubjectView Compile(string aliases, string devices, string classes = "") => workspace.Compile(Policies.With(
        Policies.Subject("a", $"<devices>{devices}</devices>"),
        $"<platform><mappings><aliases>{aliases}</aliases><classes>{classes}</classes></mappings></platform>",
        Uart)).View.Subjects[0];
}
