// SPDX-License-Identifier: MIT

namespace Muen.SystemTests;

/// <summary>VM subjects on the kernel as it ships, in Bochs: their modes, their monitor, their MSRs beside those of another VM.</summary>
public sealed class VmTests : IDisposable
{
    const string Policy = """
        <system name="vm">
          <hardware ref="bochs"/>
          <memory><memory name="low" size="640K"/><memory name="ram" size="7M"/><memory name="other_low" size="64K"/></memory>
          <events><event name="trapped" mode="switch"/><event name="resume" mode="switch"/></events>
          <components>
            <component name="modes" profile="vm"><binary filename="modes.elf"/></component>
            <component name="real" profile="vm"><binary filename="real.bin" address="0x7c00"/></component>
            <component name="actors"><binary project="ACTORS"/></component>
          </components>
          <subjects>
            <subject name="guest">
              <component ref="modes"/>
              <memory>
                <memory physical="low" virtualAddress="0" writable="true" executable="true"/>
                <memory physical="ram" virtualAddress="1M" writable="true" executable="true"/>
              </memory>
              <devices><device physical="com1"><ioPort physical="port"/></device></devices>
              <events>
                <source><group name="vmx_exit"><event id="cpuid" physical="trapped"/><event id="ept_violation" physical="trapped"/></group></source>
                <target><event physical="resume"/></target>
              </events>
            </subject>
            <subject name="keeper">
              <monitor><state subject="guest" logical="state" writable="true"/></monitor>
              <component ref="actors"/>
              <events><source><event physical="resume"/></source><target><event physical="trapped"/></target></events>
            </subject>
            <subject name="other">
              <component ref="real"/>
              <memory><memory physical="other_low" virtualAddress="0" writable="true" executable="true"/></memory>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame><cpu id="0"><minorFrame subject="guest" ticks="2"/><minorFrame subject="other" ticks="1"/></cpu></majorFrame>
          </scheduling>
        </system>
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AVmRunsInEachModeWithItsMonitorAndBesideAnotherVm()
    {
        File.WriteAllBytes(_folder.File("modes.elf"), GuestPrograms.Modes());
        File.WriteAllBytes(_folder.File("real.bin"), GuestPrograms.Real());
        string policy = _folder.Write("vm.xml", Policy.Replace("ACTORS", Path.Combine(Command.Root, "tests/systems/Actors.csproj"), StringComparison.Ordinal));
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(policy, _folder.File("out"), 1);
        Assert.Equal(
            ["guest: protected mode", "guest: cpuid", "guest: hole", "guest: long mode", "guest: msr", "guest: avx"],
            lines.Where(l => l.StartsWith("guest:", StringComparison.Ordinal)));
        BootedSystem.NobodyWasStopped(lines);
    }
}
