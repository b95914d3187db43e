// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;
using Muen.Sdk.Cli.Demo;

namespace Muen.Sdk.Cli.Tests;

/// <summary>The demo's checks pass a right transcript and refuse one in which anything that matters is missing or different.</summary>
public sealed class DemoChecksTests
{
    static readonly (string Name, byte[] Content)[] s_files = [("LICENSE", "text"u8.ToArray()), ("a name with spaces", []), ("größe", [1, 2, 3])];

    static readonly IReadOnlyList<Expectation> s_expected = Expectation.Read(Path.Combine(Command.Root, "samples", "crypter", "intruder", "expected.txt"));

    static readonly string[] s_right = Right();

    [Fact]
    public async Task RightTranscriptPasses()
    {
        Assert.True(s_expected.Count > 40);
        Assert.Empty(await Complaints(s_right));
    }

    [Fact]
    public async Task AnyMissingLineIsRefused()
    {
        for (int i = 0; i < s_right.Length; i++)
        {
            Assert.NotEmpty(await Complaints([.. s_right[..i], .. s_right[(i + 1)..]]));
        }
    }

    [Fact]
    public async Task AnyDoubledLineOfAnAttemptOrFileIsRefused()
    {
        for (int i = 0; i < s_right.Length; i++)
        {
            if (Doubles(s_right[i]))
            {
                Assert.NotEmpty(await Complaints([.. s_right[..i], s_right[i], .. s_right[i..]]));
            }
        }
    }

    [Theory]
    [InlineData("-> reset", "-> stopped")]
    [InlineData("vector 14", "vector 13")]
    [InlineData("error code 0x2", "error code 0x3")]
    [InlineData("trap 12 (HLT)", "trap 10 (CPUID)")]
    [InlineData("qualification 0x13 ", "qualification 0x1 ")]
    [InlineData("attempt 1: read page 0", "attempt 1: read page 1")]
    [InlineData("0 not stopped", "1 not stopped")]
    [InlineData("case 3: ok", "case 3: FAILED")]
    public async Task AnotherEndIsRefused(string right, string wrong)
    {
        Assert.Contains(s_right, l => l.Contains(right, StringComparison.Ordinal));
        string[] lines = [.. s_right.Select(l => l.Replace(right, wrong, StringComparison.Ordinal))];
        Assert.NotEmpty(await Complaints(lines));
    }

    [Fact]
    public async Task AnyOtherDigitOfADigestIsRefused()
    {
        int line = Array.FindIndex(s_right, l => l.EndsWith("  LICENSE", StringComparison.Ordinal));
        for (int i = 0; i < 64; i++)
        {
            string[] lines = [.. s_right];
            char other = lines[line][i] == '0' ? '1' : '0';
            lines[line] = lines[line][..i] + other + lines[line][(i + 1)..];
            Assert.NotEmpty(await Complaints(lines));
        }
    }

    [Theory]
    [InlineData("kernel| cpu 1: subject 1 \"client\": trap 0 (exception) vector 6 qualification 0x0 rip 0x0 -> stopped")]
    [InlineData("kernel| cpu 0: PANIC 3")]
    [InlineData("kernel| cpu 0: EXCEPTION IN THE KERNEL: vector 14 error code 0x0 rip 0x0")]
    [InlineData("kernel| cpu 0: interrupt vector 33 belongs to nobody")]
    [InlineData("kernel| cpu 1: subject 1 \"client\": event 0x9 is not in its table")]
    [InlineData("kernel| cpu 0: the processor lacks a capability: register 0x480 wanted 0x1 found 0x0")]
    public async Task TroubleOfOthersIsRefused(string line) => Assert.NotEmpty(await Complaints([line, .. s_right]));

    [Fact]
    public async Task ReferencesAgree()
    {
        (string sum, string dotnet) = await ReferenceDigests.Sha256Async("abc"u8.ToArray());
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", sum);
        Assert.Equal(sum, dotnet);
        Assert.Equal(
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ReferenceDigests.Hmac("Jefe"u8.ToArray(), "what do ya want for nothing?"u8.ToArray()));
    }

    static async Task<List<string>> Complaints(IReadOnlyList<string> lines) =>
        [.. await DemoChecks.FilesAsync(lines, s_files), .. DemoChecks.Rfc4231(lines), .. DemoChecks.Intruder(lines, s_expected), .. DemoChecks.Undisturbed(lines), .. DemoChecks.Others(lines)];

    /// <summary>Attempts that fill the time, and work that is done before or after it.</summary>
    [Theory]
    [InlineData("hmac rfc4231 case ", true)]
    [InlineData("hmac rfc4231 case ", false)]
    [InlineData("sha256: ", true)]
    [InlineData("sha256: ", false)]
    public async Task WorkThatWaitsForTheIntruderIsRefused(string work, bool before)
    {
        string[] moved = [.. s_right.Where(l => l.StartsWith(work, StringComparison.Ordinal))];
        string[] rest = [.. s_right.Where(l => !l.StartsWith(work, StringComparison.Ordinal))];
        Assert.NotEmpty(moved);
        Assert.Equal(
            $"no line `{work}...` came while the intruder made its attempts", Assert.Single(await Complaints(before ? [.. moved, .. rest] : [.. rest, .. moved])));
    }

    static string[] Attempt(Expectation expected, int index) =>
        [$"intruder: attempt {index + 1}: {expected.Attempt}", $"kernel| cpu 0: subject 2 \"intruder\": {expected.Exit} rip 0x200970 -> reset"];

    /// <summary>What the others print after an attempt.</summary>
    static string? Work(int attempt) => attempt switch
    {
        >= 10 and < 10 + DemoChecks.Rfc4231Cases => $"hmac rfc4231 case {attempt - 9}: ok",
        20 => "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        _ => null,
    };

    static bool Doubles(string line) => line.Contains("trap ", StringComparison.Ordinal) || line.Contains(" attempt ", StringComparison.Ordinal) || line.Contains("  ", StringComparison.Ordinal);

    /// <summary>A transcript with nothing but what the checks look at.</summary>
    static string[] Right() =>
    [
        .. s_files.Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Content))}  {f.Name}"),
        .. s_expected.SelectMany((e, i) => Attempt(e, i).Append(Work(i)).OfType<string>()),
        $"intruder: finished: {s_expected.Count} attempts, 0 not stopped",
    ];
}
