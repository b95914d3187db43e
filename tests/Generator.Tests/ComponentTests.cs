// SPDX-License-Identifier: MIT
using Microsoft.CodeAnalysis;

namespace Muen.Sdk.Generator.Tests;

/// <summary>component.xml to the class Component.</summary>
public class ComponentTests
{
    const string Component = """
        <component name="everything">
          <requires>
            <memory><memory logical="files"/><array logical="pages" elementSize="4K"><memory logical="page-0"/><memory logical="page-1"/></array></memory>
            <channels>
              <reader logical="request" vector="auto" type="Shop.Order"/>
              <writer logical="response.out" event="auto" type="Shop.Answer"/>
              <reader logical="raw"/>
              <array logical="logs" elementSize="4K" vectorBase="64"><reader logical="log_a" type="Shop.Order"/><reader logical="log_b"/></array>
            </channels>
            <devices>
              <device logical="console"><ioPort logical="port" start="0x3f8" end="0x3ff"/><irq logical="irq"/></device>
              <device logical="nic"><memory logical="registers"/><irq logical="line" vector="48"><msi logical="queue0"/><msi logical="queue1"/></irq></device>
              <array logical="disks"><device logical="disk0"/><device logical="disk1"/><memory logical="mmio"/></array>
            </devices>
            <events>
              <source><event logical="sleep"><sleep/></event><if variable="x" value="true"><event logical="2nd try"/></if></source>
              <target><event logical="wake"><inject_interrupt vector="40"/></event><event logical="again"><inject_interrupt vector="auto"/></event><event logical="restart"><reset/></event></target>
            </events>
          </requires>
          <provides><memory logical="own" size="4K"/></provides>
        </component>
        """;

    const string Types = """
        using Muen;
        namespace Shop
        {
            struct Order { public const ulong Protocol = 1; public int Number; }
            struct Place { public MemoryRegion Memory; }
            struct Forged { public const ulong Protocol = 3; public Place Where; }
            struct Flagged { public const ulong Protocol = 4; public bool IsUrgent; }
            struct Answer { internal const ulong Protocol = 2; public long Number; }
        }

        """;

    static string Use(string statement) => $"{Types} static class Program {{ static unsafe void Main() {{ {statement} }} }}";

    [Theory]
    [InlineData("ChannelReader<Shop.Order> c = Component.Channels.Request.Open();")]
    [InlineData("ChannelWriter<Shop.Answer> c = Component.Channels.ResponseOut.Open();")]
    [InlineData("ChannelWriter<Shop.Answer> c = Component.Channels.ResponseOut.Resume();")]
    [InlineData("ChannelReader<Shop.Answer> c = Component.Channels.Raw.Open<Shop.Answer>(Shop.Answer.Protocol);")]
    [InlineData("ChannelReader<Shop.Order> c = Component.Channels.LogA.Open();")]
    [InlineData("ChannelReader<int> c = Component.Channels.LogB.Open<int>(7);")]
    [InlineData("Event e = Component.Events.Sleep; e.Trigger(); Component.Events._2ndTry.Trigger(); Component.Events.ResponseOut.Trigger();")]
    [InlineData("MemoryRegion m = Component.Memory.Files; m = Component.Memory.Page0; m = Component.Memory.Page1; m = Component.Memory.Own;")]
    [InlineData("Ports p = Component.Devices.Console.Port; byte v = Component.Devices.Console.Irq;")]
    [InlineData("Mmio m = Component.Devices.Nic.Registers; byte v = Component.Devices.Nic.Queue0; v = Component.Devices.Nic.Queue1;")]
    [InlineData("Mmio m = Component.Devices.Disk0.Mmio; m = Component.Devices.Disk1.Mmio;")]
    [InlineData("const byte fixedOne = Component.Interrupts.Wake; byte v = Component.Interrupts.Again; v = Component.Interrupts.Request; v = Component.Interrupts.LogB;")]
    public void What_is_declared_has_a_member(string statement)
    {
        SubjectProject project = new(Component, Use(statement));
        Assert.Empty(project.Problems);
        Assert.Empty(project.Errors);
    }

    [Theory]
    [InlineData("Component.Channels.Reqest.Open();", "CS0117 Reqest")]
    [InlineData("Component.Channels.Request.Resume();", "CS0117 Resume")]                    // a reader is no writer
    [InlineData("ChannelWriter<Shop.Order> c = Component.Channels.Request.Open();", "CS0029 Component.Channels.Request.Open()")]
    [InlineData("ChannelReader<Shop.Answer> c = Component.Channels.Request.Open();", "CS0029 Component.Channels.Request.Open()")]
    [InlineData("Component.Events.Poweroff.Trigger();", "CS0117 Poweroff")]
    [InlineData("Component.Events.Wake.Trigger();", "CS0117 Wake")]                          // received, not triggered
    [InlineData("_ = Component.Interrupts.Restart;", "CS0117 Restart")]                      // a reset is no interrupt
    [InlineData("_ = Component.Interrupts.Raw;", "CS0117 Raw")]                              // a channel without a vector
    [InlineData("_ = Component.Memory.Request;", "CS0117 Request")]
    [InlineData("_ = Component.Devices.Console.Registers;", "CS0117 Registers")]
    [InlineData("_ = Component.Devices.Nic.Line;", "CS0117 Line")]                           // its messages are in its place
    [InlineData("const byte v = Component.Interrupts.Again;", "CS0133 Component.Interrupts.Again")]
    public void What_is_not_declared_does_not_compile(string statement, string error)
    {
        SubjectProject project = new(Component, Use(statement));
        Assert.Empty(project.Problems);
        Assert.Equal([error], project.Errors);
    }

    [Theory]
    [InlineData("<component name=\"c\">\n  <requires>\n  <oops>", "/src/component.xml(3,9): error MUEN2001: the file ends before these elements are closed: oops, requires, component; write")]
    [InlineData("<component>\n <requires>\n</component>", "/src/component.xml(3,3): error MUEN2001: <requires> of line 2, column 3 is not closed before </component>")]
    [InlineData("<component>\n<a b=\"1\" b=\"2\"/></component>", "/src/component.xml(2,10): error MUEN2001: the attribute b stands twice")]
    [InlineData("<component>\n<a b=1/></component>", "/src/component.xml(2,6): error MUEN2001: an attribute's value is not in quotation marks")]
    [InlineData("<component>\n<a b/></component>", "/src/component.xml(2,5): error MUEN2001: an attribute has no value")]
    [InlineData("<component/>\n<component/>", "/src/component.xml(2,2): error MUEN2001: there is a second element")]
    [InlineData("<component/>\ntext", "/src/component.xml(2,1): error MUEN2001: there is text outside")]
    [InlineData("<component a=\"<\"/>", "/src/component.xml(1,15): error MUEN2001: a < stands in an attribute's value")]
    [InlineData("<component>a & b</component>", "/src/component.xml(1,15): error MUEN2001: an & begins nothing")]
    [InlineData("<component>a &b; c</component>", "/src/component.xml(1,15): error MUEN2001: an & begins nothing")]
    [InlineData("<component>a < b</component>", "/src/component.xml(1,15): error MUEN2001: a name of an element")]
    [InlineData("</component>", "/src/component.xml(1,3): error MUEN2001: an end tag closes nothing")]
    [InlineData("<component", "/src/component.xml(1,11): error MUEN2001: the file ends within a tag")]
    [InlineData("<component>\u0001</component>", "/src/component.xml(1,12): error MUEN2001: the XML goes wrong here or shortly before: ")]
    [InlineData("", "/src/component.xml(1,1): error MUEN2001: there is no element; a component's file has one <component name=")]
    [InlineData("<!DOCTYPE x><x/>", "/src/component.xml(1,1): error MUEN2001: ")]
    [InlineData("<!-- -->\n<system/>", "/src/component.xml(2,2): error MUEN2002: the root element is 'system'")]
    [InlineData("<component><requires><channels>\n<reader vector=\"auto\"/></channels></requires></component>", "/src/component.xml(2,2): error MUEN2003: <reader> has no logical name")]
    [InlineData("<component><requires><memory>\n   <memory logical=\"\u00e4\"/></memory></requires></component>", "/src/component.xml(2,12): error MUEN2003: '\u00e4' is not a name")]
    [InlineData("<component><requires><devices><device/></devices></requires></component>", "/src/component.xml(1,32): error MUEN2003: <device> has no logical name")]
    [InlineData("<component><requires><memory><memory logical=\"log_a\"/>\n<memory logical=\"log.a\"/></memory></requires></component>",
        "/src/component.xml(2,9): error MUEN2004: 'log.a' and 'log_a' (line 1) are both called Memory.LogA in C#")]
    [InlineData("<component><requires><channels><reader logical=\"a\" type=\"Shop.Nothing\"/></channels></requires></component>",
        "/src/component.xml(1,52): error MUEN2005: there is no type 'Shop.Nothing'")]
    [InlineData("<component><requires><channels><reader logical=\"a\" type=\"System.String\"/></channels></requires></component>",
        "/src/component.xml(1,52): error MUEN2005: 'System.String' cannot travel through a channel")]
    [InlineData("<component><requires><channels><reader logical=\"a\" type=\"Shop.Forged\"/></channels></requires></component>",
        "/src/component.xml(1,52): error MUEN2005: 'Shop.Forged' cannot travel through a channel: its bytes are the writer's, and `Forged.Where.Memory` is a MemoryRegion, a right that only the policy gives. Let the bytes hold")]
    [InlineData("<component><requires><channels><writer logical=\"a\" type=\"Shop.Flagged\"/></channels></requires></component>",
        "/src/component.xml(1,52): error MUEN2005: 'Shop.Flagged' cannot travel through a channel: its bytes are the writer's, and `Flagged.IsUrgent` is a bool, and a byte may be neither 0 nor 1")]
    [InlineData("<component><requires><channels><reader logical=\"a\" type=\"System.Int32\"/></channels></requires></component>",
        "/src/component.xml(1,52): error MUEN2005: 'System.Int32' does not say which protocol it is")]
    public void What_is_wrong_is_said_at_its_place(string component, string problem)
    {
        SubjectProject project = new(component, Types);
        Assert.StartsWith(problem, Assert.Single(project.Problems), StringComparison.Ordinal);
        Assert.Empty(project.Errors);
    }

    [Fact]
    public void A_name_of_a_class_around_it_is_told_apart()
    {
        SubjectProject project = new(
            "<component><requires><memory><memory logical='memory'/></memory><devices><device logical='devices'><ioPort logical='devices_'/><memory logical='m'/></device></devices></requires></component>",
            Use("_ = Component.Memory.Memory_; _ = Component.Devices.Devices_.M;"));
        Assert.Empty(project.Problems);
        Assert.Empty(project.Errors);
    }

    [Fact]
    public void Alternatives_of_a_condition_are_one_member_and_variables_none()
    {
        SubjectProject project = new("""
            <component><requires><memory>
              <case variable="v"><when value="1"><memory logical="m" size="4K"/></when><others><memory logical="m" size="8K"/></others></case>
              <memory logical="$name"/>
            </memory></requires></component>
            """, Use("_ = Component.Memory.M;"));
        Assert.Empty(project.Problems);
        Assert.Empty(project.Errors);
    }

    [Fact]
    public void The_class_is_in_the_namespace_that_the_project_names()
    {
        SubjectProject project = new(Component, Use("_ = Shop.Parts.Component.Memory.Files;"), "Shop.Parts");
        Assert.Empty(project.Errors);
        Assert.Equal("Shop.Parts.Component.g.cs", project.Result.GeneratedSources.Single().HintName);
    }

    [Fact]
    public void Nothing_is_made_anew_while_the_component_stays()
    {
        SubjectProject project = new(Component, Use(""));
        string before = project.Text;
        project.ChangeSource(Use("int typed = 1;"));
        Assert.Equal(IncrementalStepRunReason.Cached, project.Reason("MuenComponentRead"));
        Assert.Equal(IncrementalStepRunReason.Unchanged, project.Reason("MuenComponentResolve"));
        Assert.Equal(IncrementalStepRunReason.Cached, project.OutputReason);

        // The places of what follows move with a comment of one line; of one in the same line at the end nothing does.
        project.ChangeComponent(Component + "<!-- a comment -->");
        Assert.Equal(IncrementalStepRunReason.Unchanged, project.Reason("MuenComponentRead"));
        Assert.Equal(IncrementalStepRunReason.Cached, project.OutputReason);

        project.ChangeComponent(Component.Replace("files", "records", StringComparison.Ordinal));
        Assert.Equal(IncrementalStepRunReason.Modified, project.Reason("MuenComponentRead"));
        Assert.Equal(IncrementalStepRunReason.Modified, project.OutputReason);
        Assert.NotEqual(before, project.Text);
        Assert.Contains("Records", project.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_that_goes_away_is_noticed()
    {
        SubjectProject project = new(Component, Types);
        Assert.Empty(project.Problems);
        project.ChangeSource(Types.Replace("struct Answer", "class Answer", StringComparison.Ordinal));
        Assert.Equal(IncrementalStepRunReason.Cached, project.Reason("MuenComponentRead"));
        Assert.Contains("MUEN2005: 'Shop.Answer' cannot travel", Assert.Single(project.Problems), StringComparison.Ordinal);
    }
}
