// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Runtime.InteropServices;
using Muen.Abi;

namespace Muen.SystemTests;

/// <summary>
/// A monitor sees the whole state of its subject and may change it, but not what the policy keeps; what makes an entry fail is a trap like any other; an exception that it makes
/// pending comes as one.
/// </summary>
public sealed class StateTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AMonitorSeesAllAndChangesWhatItMay()
    {
        await File.WriteAllBytesAsync(_folder.File("vm.bin"), StateProgram.Vm());
        await File.WriteAllBytesAsync(_folder.File("native.bin"), StateProgram.Native());
        IReadOnlyList<string> lines = await BootedSystem.RunFileAsync(_folder.Write("system.xml", Policy()), _folder.File("out"));
        BootedSystem.NobodyWasStopped(lines);
        Assert.Equal(
            ["vm rounds 3 worst 0 wrong 0", "native rounds 3 worst 0 wrong 0", $"seen_vm rounds 4 worst {0x8000_0021} wrong 0", "seen_native rounds 3 worst 0 wrong 0"],
            lines.Where(l => l.Contains(" rounds ", StringComparison.Ordinal)));

        ulong[] words = [.. lines.Where(l => l.StartsWith("state ", StringComparison.Ordinal)).Select(l => ulong.Parse(l[6..], CultureInfo.InvariantCulture))];
        Assert.Equal(SubjectState.Words, words.Length);
        SubjectState seen = MemoryMarshal.Read<SubjectState>(MemoryMarshal.AsBytes<ulong>(words));
        Assert.Equal([.. StateProgram.Registers.Select(r => (ulong)r)], [seen.Rax, seen.Rbx, seen.Rcx, seen.Rdx, seen.Rdi, seen.Rsi, seen.Rbp]);
        Assert.Equal((10u, 2u, 0u, 0u), (seen.ExitReason, seen.InstructionLength, seen.Interruptibility, seen.Activity));
        Assert.Equal((0x2222ul, 0x5000ul, 0x31ul, 0x31ul, 0ul), (seen.Cr2, seen.Cr3, seen.Cr0 | 0x10, seen.Cr0Shadow, seen.Cr4Shadow));
        Assert.Equal((0x174u, 0x1750ul, 0x1760ul, 0ul), (seen.SysenterCs, seen.SysenterEsp, seen.SysenterEip, seen.Efer));
        Assert.Equal((StateProgram.Code + 0x3FF0ul, 2ul), (seen.Rsp, seen.Rflags & 0x203));
        Assert.InRange(seen.Rip, StateProgram.Code + 0x40, StateProgram.Code + 0x100);
        Assert.Equal((8ul, 0ul, uint.MaxValue, 0xC09Bu), (seen.Cs.Selector, seen.Cs.Base, seen.Cs.Limit, seen.Cs.Access));
        Assert.All([seen.Ss, seen.Ds, seen.Es, seen.Fs, seen.Gs], s => Assert.Equal((16ul, 0ul, uint.MaxValue, 0xC093u), (s.Selector, s.Base, s.Limit, s.Access)));
        Assert.Equal((0x8Bu, 0x10000u), (seen.Tr.Access, seen.Ldtr.Access & 0x10000));
        Assert.Equal((StateProgram.Gdt, 23u, StateProgram.Idt, 127u), ((uint)seen.Gdtr.Base, seen.Gdtr.Limit, (uint)seen.Idtr.Base, seen.Idtr.Limit));
        Assert.Equal(0, seen.Running);
    }

    static string Policy() => $"""
        <system name="states">
          <hardware ref="bochs"/>
          <memory>
            <memory name="vm" size="4K"/><memory name="native" size="4K"/><memory name="seen_vm" size="4K"/><memory name="seen_native" size="4K"/><memory name="ram" size="64K"/>
          </memory>
          <events>
            <event name="vm_exit" mode="switch"/><event name="vm_resume" mode="switch"/>
            <event name="native_exit" mode="switch"/><event name="native_resume" mode="switch"/>
          </events>
          <components>
            <component name="native"><binary filename="native.bin"/></component>
            <component name="vm" profile="vm"><binary filename="vm.bin"/></component>
            <component name="actors"><requires><vcpu><rdtsc/></vcpu></requires><binary project="{Path.Combine(Command.Root, "tests/systems/Actors.csproj")}"/></component>
          </components>
          <subjects>
            <subject name="vm">
              <component ref="vm"/>
              <memory>
                <memory physical="ram" virtualAddress="0x100000" writable="true" executable="true"/>
                <memory physical="vm" virtualAddress="{StateProgram.Board}" writable="true"/>
              </memory>
              <events><source><group name="vmx_exit"><default physical="vm_exit"/></group></source><target><event physical="vm_resume"/></target></events>
            </subject>
            <subject name="seer_vm">
              <monitor><state subject="vm" logical="state" writable="true"/><interrupts subject="vm" logical="pending" writable="true"/></monitor>
              <component ref="actors"/>
              <memory><memory logical="board" physical="seen_vm" writable="true"/></memory>
              <events><source><event logical="resume" physical="vm_resume"/></source><target><event physical="vm_exit"/></target></events>
            </subject>
            <subject name="native">
              <component ref="native"/>
              <memory><memory physical="native" virtualAddress="{StateProgram.NativeBoard}" writable="true"/></memory>
              <events><source><group name="vmx_exit"><default physical="native_exit"/></group></source><target><event physical="native_resume"/></target></events>
            </subject>
            <subject name="seer_native">
              <monitor><state subject="native" logical="state" writable="true"/></monitor>
              <component ref="actors"/>
              <memory><memory logical="board" physical="seen_native" writable="true"/></memory>
              <events><source><event logical="resume" physical="native_resume"/></source><target><event physical="native_exit"/></target></events>
            </subject>
            <subject name="state_judge">
              <component ref="actors"/>
              <memory><memory physical="vm"/><memory physical="native"/><memory physical="seen_vm"/><memory physical="seen_native"/></memory>
              <devices><device logical="console" physical="com1"><ioPort physical="port"/></device></devices>
            </subject>
          </subjects>
          <scheduling tickRate="1000">
            <majorFrame>
              <cpu id="0"><minorFrame subject="vm" ticks="2"/><minorFrame subject="native" ticks="2"/></cpu>
              <cpu id="1"><minorFrame subject="state_judge" ticks="4"/></cpu>
            </majorFrame>
          </scheduling>
        </system>
        """;
}
