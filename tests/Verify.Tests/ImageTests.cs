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
    public void RandomPolicyHasNoFinding() => Parallel.For(0, 300, seed =>
    {
        TestSystem system = TestSystem.Written(RandomPolicy.Make(seed), $"random_{seed}");
        TestSystem.RequireNone(system.Verify(system.Bytes).Findings);
        TestSystem.RequireNone(system.Verify(system.Bytes, withPolicy: false).Findings.Where(f => !f.Code.IsHarmless));
    });

    [Fact]
    public void ImageOfAnotherPolicyIsRefused() =>
        Assert.Contains(Verifier.Verify(ImageReader.Parse(TestSystem.Plans.Bytes, "plans"), TestSystem.Scheduling.Expectation).Errors, f => f.Code == FindingCodes.Identity);
}
