// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.SystemTests;

/// <summary>The demo from its one command, on both kinds of processor, and what it says when something is wrong.</summary>
public sealed partial class DemoTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ChecksItselfAndLeavesATranscript()
    {
        Command.Result result = await Command.RunAsync(Path.Combine(Command.Root, "demo"), ["--headless", "--timeout", "200"]);
        Assert.True(result.ExitCode == 0, result.All);
        Assert.DoesNotContain("FAILED", result.Output, StringComparison.Ordinal);
        string transcript = Assert.Single(result.OutputLines, l => l.StartsWith("transcript: ", StringComparison.Ordinal))["transcript: ".Length..];
        string[] lines = await File.ReadAllLinesAsync(Path.Combine(Command.Root, transcript));
        Assert.Contains("demo: finished", lines);
        Assert.Contains(lines, l => l.StartsWith("kernel| cpu 0: Muen for .NET: 2 processors", StringComparison.Ordinal));

        // What the README files show is what one sees. Code may move.
        IReadOnlyList<PageBlock> readme = PageBlock.HeldBy("README.md", nameof(DemoTests));
        PageCommand shown = readme.SelectMany(b => b.Kind.StartsWith("console", StringComparison.Ordinal) ? b.Commands() : []).Single();
        Assert.StartsWith("./demo --headless ", shown.Line, StringComparison.Ordinal);
        Assert.Equal(shown.Shown.Where(l => !l.StartsWith("muen: ", StringComparison.Ordinal)), result.OutputLines);
        string[] steps = [.. shown.Shown.Where(l => l.StartsWith("muen: ", StringComparison.Ordinal)).Skip(1)];
        Assert.Equal(steps, result.Errors.Split('\n').Where(l => l.Length > 0).TakeLast(steps.Length));
        IReadOnlyList<string> ending = PageBlock.HeldBy("samples/demo/README.md", nameof(DemoTests)).Single().Lines;
        Assert.Equal(ending, result.OutputLines.TakeLast(ending.Count));
        HashSet<string> happened = [.. lines.Select(WithoutPlace)];
        string[] live = [.. readme.Where(b => b.Kind.StartsWith("text", StringComparison.Ordinal)).SelectMany(b => b.Lines), .. PageBlock.HeldBy("samples/crypter/README.md", nameof(DemoTests)).Single().Lines];
        Assert.Contains("demo: finished", live);
        Assert.DoesNotContain(live, l => l != "..." && !happened.Contains(WithoutPlace(l)));
    }

    static string WithoutPlace(string line) => AnyPlace().Replace(line.TrimEnd(), "");

    [GeneratedRegex(" rip 0x[0-9a-f]+")]
    private static partial Regex AnyPlace();

    /// <summary>Files of all the lengths around a block of SHA-256, of the archive and of a request; names that are not plain.</summary>
    [Fact]
    public async Task HashesTheUsersFilesOnAProcessorWithAvx512()
    {
        byte[] random = new byte[100_000];
        new Random(1).NextBytes(random);
        List<string> files = [];
        foreach (int length in new[] { 0, 1, 55, 56, 63, 64, 65, 511, 512, 4095, 4096, 4097, 100_000 })
        {
            files.Add(_folder.File($"{length} bytes, größer"));
            await File.WriteAllBytesAsync(files[^1], random[..length]);
        }

        Command.Result result = await Command.Muen(["demo", "--headless", "--timeout", "250", "--model", "corei7_skylake_x", .. files]);
        Assert.True(result.ExitCode == 0, result.All);
        Assert.Contains($"ok      files: {files.Count} digests", result.Output, StringComparison.Ordinal);
    }

    /// <summary>Whatever its user names is the guest; xv6 itself is not part of this project.</summary>
    [Fact]
    public async Task PlaysWithTheUsersKernelForAGuest()
    {
        string kernel = _folder.File("my kernel");
        await File.WriteAllBytesAsync(kernel, StandInShell.Make());
        Command.Result result = await Command.Muen("demo", "--headless", "--xv6", kernel, "--timeout", "200");
        Assert.True(result.ExitCode == 0, result.All);
        Assert.Equal("ok      guest: xv6 is at its shell, and answers what is typed", result.OutputLines[0]);
        Assert.Contains("ok      dumper: shows the 6 subjects that the policy names, and no other", result.OutputLines);
        Assert.Equal("ok      plan 4: the guest rests; plan 1: it goes on", result.OutputLines[^3]);
        string[] screens = await File.ReadAllLinesAsync(Path.Combine(Command.Root, result.OutputLines[^1]["screens: ".Length..]));
        Assert.Equal(["$ echo unmodified", "unmodified", "$"], screens.SkipWhile(l => !l.StartsWith("$ echo", StringComparison.Ordinal)).Take(3));
        Assert.Contains(screens, l => l.TrimStart('>', ' ').StartsWith("xv6_guest ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AKernelThatIsNoneOrTooLargeIsOneError()
    {
        string[] wrong = [_folder.File("text"), _folder.File("native"), _folder.File("large")];
        await File.WriteAllTextAsync(wrong[0], "not a kernel");
        File.Copy("/bin/true", wrong[1]);
        await File.WriteAllBytesAsync(wrong[2], StandInShell.Make(0xE00_0000));
        string[] messages = ["is neither an ELF file nor a Linux kernel", "is unusable: not an executable for x86", "error MUEN1710"];
        foreach ((string kernel, string message) in wrong.Zip(messages))
        {
            Command.Result result = await Command.Muen("demo", "--xv6", kernel);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(message, Assert.Single(result.Complaints), StringComparison.Ordinal);
            Assert.Contains("component 'xv6'", result.Complaints[0], StringComparison.Ordinal);
            Assert.Empty(result.Output);
        }
    }

    [Fact]
    public async Task TooLittleTimeIsAFailureOnTheTerminalToo()
    {
        Command.Result result = await Command.Muen("demo", "--console", "--timeout", "1");
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("muen: the demo did not finish: the time of 1 s is up", Assert.Single(result.Complaints));
    }

    [Fact]
    public async Task TooLittleTimeIsAFailure()
    {
        Command.Result result = await Command.Muen("demo", "--headless", "--timeout", "1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("FAILED  the demo did not finish in 1 s", result.Output, StringComparison.Ordinal);
        Assert.Contains("FAILED  the terminals did not finish in 1 s", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody was stopped", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.All, StringComparison.Ordinal);
    }
}
