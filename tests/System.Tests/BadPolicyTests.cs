// SPDX-License-Identifier: MIT
namespace Muen.SystemTests;

/// <summary>A policy that is wrong ends in messages with places, exit code 1, and no image: not even the one of a better day.</summary>
public sealed class BadPolicyTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("muen-policy-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("", "MUEN10")]
    [InlineData("this is no XML", "MUEN10")]
    [InlineData("<system name='x'><hardware ref='bochs'/>", "MUEN10")]
    [InlineData("<system name='x'><hardware ref='bosch'/></system>", "bochs")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><system name='&b;'/>", "MUEN10")]
    public void EndsInAMessageAndNoImage(string policy, string expected)
    {
        string file = Path.Combine(_folder, "system.xml");
        File.WriteAllText(file, policy);
        RefusesWith(file, expected);
    }

    [Fact]
    public void ALineOfThreeMegabytesIsNoTrouble()
    {
        string file = Path.Combine(_folder, "system.xml");
        File.WriteAllText(file, "<system name='" + new string('x', 3_000_000) + "'/>");
        RefusesWith(file, "MUEN");
    }

    [Fact]
    public void AllFaultsAreReportedInOneRun()
    {
        string good = File.ReadAllText(Path.Combine(SourceTree.Root, "samples/crypter/system.xml"));
        string bad = good
            .Replace("minorFrame subject=\"intruder\" ticks=\"10\"", "minorFrame subject=\"intrudr\" ticks=\"11\"", StringComparison.Ordinal)
            .Replace("physical=\"com1\"", "physical=\"com7\"", StringComparison.Ordinal);
        Assert.NotEqual(good, bad);
        string file = Path.Combine(_folder, "system.xml");
        File.WriteAllText(file, bad);
        string output = RefusesWith(file, "MUEN");
        Assert.Contains("intrudr", output, StringComparison.Ordinal);
        Assert.Contains("com7", output, StringComparison.Ordinal);
    }

    string RefusesWith(string file, string expected)
    {
        string images = Path.Combine(_folder, "out");
        Directory.CreateDirectory(images);
        foreach (string old in new[] { "system.iso", "system.elf" })
        {
            File.WriteAllText(Path.Combine(images, old), "the image of a better day");
        }

        (int code, string output) = SourceTree.Run(_folder, Path.Combine(SourceTree.Root, "muen"), "build", file, "-o", images);
        Assert.True(code == 1, $"exit code {code}: {output}");
        Assert.Matches(@"system\.xml\(\d+,\d+\): error MUEN\d{4}: ", output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(images, "system.iso")), "an image is left");
        Assert.False(File.Exists(Path.Combine(images, "system.elf")), "an image is left");
        return output;
    }
}
