// SPDX-License-Identifier: MIT
namespace Muen.SystemTests;

/// <summary>A policy that is wrong ends in messages with places, exit code 1, and no image: not even the one of a better day.</summary>
public sealed class BadPolicyTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "MUEN10")]
    [InlineData("this is no XML", "MUEN10")]
    [InlineData("<system name='x'><hardware ref='bochs'/>", "MUEN10")]
    [InlineData("<system name='x'><hardware ref='bosch'/></system>", "bochs")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><system name='&b;'/>", "MUEN10")]
    public async Task EndsInAMessageAndNoImage(string policy, string expected)
    {
        string file = _folder.Write("system.xml", policy);
        await RefusesWith(file, expected);
    }

    [Fact]
    public async Task ALineOfThreeMegabytesIsNoTrouble()
    {
        string file = _folder.Write("system.xml", "<system name='" + new string('x', 3_000_000) + "'/>");
        await RefusesWith(file, "MUEN");
    }

    [Fact]
    public async Task AllFaultsAreReportedInOneRun()
    {
        string sample = Path.Combine(Command.Root, "samples/crypter");
        string good = File.ReadAllText(Path.Combine(sample, "system.xml")).Replace("href=\"", $"href=\"{sample}/", StringComparison.Ordinal);
        string bad = good
            .Replace("minorFrame subject=\"intruder\" ticks=\"10\"", "minorFrame subject=\"intrudr\" ticks=\"11\"", StringComparison.Ordinal)
            .Replace("physical=\"com1\"", "physical=\"com7\"", StringComparison.Ordinal);
        Assert.NotEqual(good, bad);
        string file = _folder.Write("system.xml", bad);
        string output = await RefusesWith(file, "MUEN");
        Assert.Contains("intrudr", output, StringComparison.Ordinal);
        Assert.Contains("com7", output, StringComparison.Ordinal);
    }

    async Task<string> RefusesWith(string file, string expected)
    {
        string images = _folder.File("out");
        foreach (string old in new[] { "system.iso", "system.elf" })
        {
            _folder.Write(Path.Combine("out", old), "the image of a better day");
        }

        Command.Result result = await Command.Muen("build", file, "-o", images);
        string output = result.All;
        Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}: {output}");
        Assert.Matches(@"system\.xml\(\d+,\d+\): error MUEN\d{4}: ", output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(images, "system.iso")), "an image is left");
        Assert.False(File.Exists(Path.Combine(images, "system.elf")), "an image is left");
        return output;
    }
}
