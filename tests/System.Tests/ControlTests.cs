// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Sdk.Machine;

namespace Muen.SystemTests;

/// <summary>
/// The seed's table of controls and every value of XCR0, tried by one program as a native subject and as a VM (<see cref="ControlProgram"/>), on a processor with
/// AVX and on one with AVX-512.
/// </summary>
public sealed class ControlTests : IDisposable
{
    const string Policy = """
        <system name="controls">
          <hardware ref="bochs"/>
          <memory>
            <memory name="native_board" size="4K"/><memory name="native_log" size="4K"/>
            <memory name="vm_board" size="4K"/><memory name="vm_log" size="4K"/><memory name="vm_ram" size="256K"/>
          </memory>
          <events>
            <event name="native_exit" mode="switch"/><event name="native_resume" mode="switch"/>
            <event name="vm_exit" mode="switch"/><event name="vm_resume" mode="switch"/>
          </events>
          <components>
            <component name="native"><binary filename="native.elf"/></component>
            <component name="vm" profile="vm"><binary filename="vm.elf"/></component>
            <component name="actors"><requires><vcpu><rdtsc/></vcpu></requires><binary project="ACTORS"/></component>
          </components>
          <subjects>
            <subject name="native">
              <component ref="native"/>
              <memory><memory physical="native_board" virtualAddress="0x1000000" writable="true"/></memory>
              <events><source><group name="vmx_exit"><default physical="native_exit"/></group></source><target><event physical="native_resume"/></target></events>
            </subject>
            <subject name="logger_native">
              <monitor><state subject="native" logical="state" writable="true"/></monitor>
              <component ref="actors"/>
              <memory><memory logical="board" physical="native_log" writable="true"/></memory>
              <events><source><event logical="resume" physical="native_resume"/></source><target><event physical="native_exit"/></target></events>
            </subject>
            <subject name="vm">
              <component ref="vm"/>
              <memory>
                <memory physical="vm_ram" virtualAddress="0x100000" writable="true" executable="true"/>
                <memory physical="vm_board" virtualAddress="0x300000" writable="true"/>
              </memory>
              <events><source><group name="vmx_exit"><default physical="vm_exit"/></group></source><target><event physical="vm_resume"/></target></events>
            </subject>
            <subject name="logger_vm">
              <monitor><state subject="vm" logical="state" writable="true"/></monitor>
              <component ref="actors"/>
              <memory><memory logical="board" physical="vm_log" writable="true"/></memory>
              <events><source><event logical="resume" physical="vm_resume"/></source><target><event physical="vm_exit"/></target></events>
            </subject>
            <subject name="control_judge">
              <component ref="actors"/>
              <memory><memory physical="native_board"/><memory physical="native_log"/><memory physical="vm_board"/><memory physical="vm_log"/></memory>
              <devices><device logical="console" physical="com1"><ioPort physical="port"/></device></devices>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame>
              <cpu id="0"><minorFrame subject="native" ticks="2"/><minorFrame subject="vm" ticks="2"/></cpu>
              <cpu id="1"><minorFrame subject="control_judge" ticks="4"/></cpu>
            </majorFrame>
          </scheduling>
        </system>
        """;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="model">Bochs' name of the processor.</param>
    /// <param name="components">The components of XCR0 that it has and the kernel switches.</param>
    [Theory]
    [InlineData("broadwell_ult", 0x07ul)]
    [InlineData("corei7_skylake_x", 0xE7ul)]
    public async Task ThePolicysControlsHoldAndEveryXcr0IsJudged(string model, ulong components)
    {
        Assert.Contains(model, BochsOptions.Models);
        await File.WriteAllBytesAsync(_folder.File("native.elf"), ControlProgram.Native());
        await File.WriteAllBytesAsync(_folder.File("vm.elf"), ControlProgram.Vm());
        string policy = _folder.Write("controls.xml", Policy.Replace("ACTORS", Path.Combine(Command.Root, "tests/systems/Actors.csproj"), StringComparison.Ordinal));
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(policy, _folder.File("out"), model: model);

        // 256 values of the low byte, 56 with one bit more, all bits, and another register: legal ones are taken, all others are #GP, and none is fatal.
        ulong[] legal = [.. Enumerable.Range(0, 256).Select(v => (ulong)v).Where(v => IsLegal(v, components))];
        string xcr0 = string.Create(CultureInfo.InvariantCulture, $"accepted {legal.Length} sum {legal.Aggregate((a, b) => a + b)} faults {256 + 56 + 2 - legal.Length} wrong 0");
        Assert.Contains($"native {xcr0} undefined 0", lines);
        Assert.Contains($"vm {xcr0} undefined 1", lines);
        Assert.Equal(Expected("native", ControlProgram.Attempts.Select(a => a.NativeExit)), lines.Where(l => l.StartsWith("native exit", StringComparison.Ordinal)));
        Assert.Equal(Expected("vm", ControlProgram.Attempts.Select(a => a.VmExit)), lines.Where(l => l.StartsWith("vm exit", StringComparison.Ordinal)));
        BootedSystem.NobodyWasStopped(lines);
    }

    static IEnumerable<string> Expected(string name, IEnumerable<int> exits) =>
        exits.Where(e => e != ControlProgram.None).Select(e => string.Create(CultureInfo.InvariantCulture, $"{name} exit {e}"));

    /// <summary>SDM vol. 1, 13.3: x87 always; AVX needs SSE; the three parts of AVX-512 come together and need AVX.</summary>
    static bool IsLegal(ulong value, ulong components) =>
        (value & ~components) == 0 && (value & 1) != 0 && ((value & 4) == 0 || (value & 2) != 0) && ((value & 0xE0) is 0 or 0xE0) && ((value & 0xE0) == 0 || (value & 4) != 0);
}
