// SPDX-License-Identifier: MIT

using Muen.Sdk.Image;
using Muen.Sdk.Policy.Tests;

namespace Muen.Sdk.Verify.Tests;

/// <summary>Right images have no finding, whether with their policy or without it, and one policy's image does not pass for another's.</summary>
public sealed class ImageTests
{
    public static TheoryData<int> Systems => [.. Enumerable.Range(0, TestSystem.All.Count)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void RightImageHasNoFinding(int index)
    {
        TestSystem system = TestSystem.All[index];
        TestSystem.RequireNone(system.Verify(system.Bytes).Findings);
        TestSystem.RequireNone(system.Verify(system.Bytes, withPolicy: false).Findings);
    }

    /// <summary>The file that the packer writes is the same memory as ours.</summary>
    [Theory]
    [MemberData(nameof(Systems))]
    public void PackedImageHasNoFinding(int index)
    {
        using var folder = new TemporaryFolder();
        ImagePacker.WriteElf(TestSystem.All[index].Image, folder.File("system.elf"));
        TestSystem.RequireNone(Verifier.Verify(ImageReader.Load(folder.File("system.elf")), TestSystem.All[index].Expectation).Findings);
    }

    /// <summary>Systems that are booted elsewhere, or that users begin with.</summary>
    [Theory]
    [InlineData("tests/systems/crash.xml")]
    [InlineData("tests/bench/system.xml")]
    [InlineData("samples/vt/system.xml")]
    [InlineData("src/Muen.Sdk.Templates/templates/muen-system/system.xml")]
    public void SystemOfTheSourceTreeHasNoFinding(string path)
    {
        TestSystem system = TestSystem.Of(path);
        TestSystem.RequireNone(system.Verify(system.Bytes).Findings);
        TestSystem.RequireNone(system.Verify(system.Bytes, withPolicy: false).Findings);
    }

    /// <summary>Whatever a policy without a fault says, its image is as it says.</summary>
    [Fact]
    public void RandomPolicyHasNoFinding() => Parallel.For(0, 120, seed =>
    {
        TestSystem system = TestSystem.Written(RandomPolicy.Make(seed), $"random_{seed}");
        TestSystem.RequireNone(system.Verify(system.Bytes).Findings);
        TestSystem.RequireNone(system.Verify(system.Bytes, withPolicy: false).Findings.Where(f => !f.Code.IsHarmless));
    });

    /// <summary>As many processors and subjects as the kernel takes, each with memory of its own and memory that it shares.</summary>
    [Fact]
    public void LargestSystemHasNoFinding()
    {
        const int processors = 64;
        const int subjects = 128;
        IEnumerable<int> all = Enumerable.Range(0, subjects);
        TestSystem system = TestSystem.Written($"""
            <system name="large">
              <hardware><memory><memoryBlock name="low" physicalAddress="0" size="0x9f000" allocatable="false"/><memoryBlock name="ram" physicalAddress="1M" size="1G"/></memory><processor cpuCores="{processors}" tscKhz="50000" vmxTimerRate="0"/></hardware>
              <memory>{string.Concat(all.Select(i => $"<memory name=\"m{i}\" size=\"{4 * (1 + (i % 9))}K\"/>"))}</memory>
              <events>{string.Concat(all.Select(i => $"<event name=\"e{i}\" mode=\"asap\"/>"))}</events>
              <components><component name="c"><binary filename="subject.elf"/></component></components>
              <subjects>{string.Concat(all.Select(i => $"""
                <subject name="s{i}"><component ref="c"/>
                <memory><memory physical="m{i}" writable="true"/><memory physical="m{(i + 1) % subjects}"/></memory>
                <events><source><event physical="e{i}"/></source><target><event physical="e{(i + 1) % subjects}"><inject_interrupt vector="auto"/></event></target></events></subject>
                """))}</subjects>
              <scheduling tickRate="1000"><majorFrame>{string.Concat(Enumerable.Range(0, processors).Select(cpu =>
                  $"<cpu id=\"{cpu}\"><minorFrame subject=\"s{cpu}\" ticks=\"{10 + (cpu % 3)}\"/><minorFrame subject=\"s{cpu + processors}\" ticks=\"{10 - (cpu % 3)}\"/></cpu>"))}</majorFrame></scheduling>
            </system>
            """, "large");
        TestSystem.RequireNone(system.Verify(system.Bytes).Findings);
    }

    [Fact]
    public void ImageOfAnotherPolicyIsRefused() =>
        Assert.Contains(Verifier.Verify(ImageReader.Parse(TestSystem.Plans.Bytes, "plans"), TestSystem.Scheduling.Expectation).Errors, f => f.Code == FindingCodes.Identity);
}
