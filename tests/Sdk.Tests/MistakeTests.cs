// SPDX-License-Identifier: MIT

using System.Text.RegularExpressions;

namespace Muen.SdkTests;

/// <summary>What is wrong is one error, at its place, with what to do.</summary>
[Collection(nameof(Workspace))]
public sealed partial class MistakeTests(Workspace workspace)
{
    [Theory]
    [InlineData("ld.lld", "the linker ld.lld", "apt install lld ", "dnf install lld ", "pacman -S lld ")]
    [InlineData("xorriso", "xorriso", "apt install xorriso ", "dnf install xorriso ", "pacman -S libisoburn ")]
    [InlineData("grub-mkimage", "GRUB's grub-mkimage", "apt install grub-common ", "dnf install grub2-tools-minimal ", "pacman -S grub ")]
    public async Task AMissingToolIsOneErrorWithItsPackages(string tool, params string[] expected)
    {
        string copy = workspace.Copy(workspace.Hello, $"without {tool}");
        await workspace.Dotnet(copy, "restore");
        Command.Result result = await workspace.Run(copy, "dotnet", ["build", "--no-restore"], ("PATH", workspace.PathWithout(tool)));
        Assert.Equal(1, result.ExitCode);
        string error = Assert.Single(Errors(result));
        Assert.Contains("error MUEN4002: ", error, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutBochsItBuildsButDoesNotRun()
    {
        await workspace.Dotnet(workspace.Hello, "build", "--no-restore");
        Command.Result result = await workspace.Run(
            workspace.Hello, "dotnet", ["run", "--no-build"], ("PATH", workspace.PathWithout("bochs", "bochs-bin", "bochs-debugger")));
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"^muen: Bochs is missing; install: apt install bochs \(Debian, Ubuntu\), dnf install bochs \(Fedora\), pacman -S bochs \(Arch\)\s*$", result.Errors);
    }

    /// <summary>The analyzers speak at the line; the native compiler does for what they were told not to see.</summary>
    [Theory]
    [InlineData("", @"\(9,\d+\): error MUEN2021: ", @"\(15,\d+\): error MUEN2010: `new object` makes an object, and there is no heap")]
    [InlineData("#pragma warning disable MUEN2010, MUEN2021", @"\(\d+(,\d+)?\): error MUEN3\d{3}: ")]
    public async Task ErrorsOfSubjectsAreAtTheirPlace(string pragma, params string[] expected)
    {
        string source = Path.Combine(workspace.Hello, "worker/Program.cs");
        string whole = await File.ReadAllTextAsync(source);
        try
        {
            // C# takes it; there is no heap that it could come from.
            await File.WriteAllTextAsync(source, pragma + "\n" + whole.Replace("        while (true)", "        s_kept = new object();\n        while (true)", StringComparison.Ordinal)
                .Replace("    static Message s_message;", "    static Message s_message; static object? s_kept;", StringComparison.Ordinal));
            Command.Result result = await workspace.Try(workspace.Hello, "build", "--no-restore");
            Assert.Equal(1, result.ExitCode);
            Assert.All(expected, e => Assert.Contains(Errors(result), error => Regex.IsMatch(error, "/hello/worker/Program\\.cs" + e)));
            Assert.All(Errors(result), error => Assert.Contains(expected, e => Regex.IsMatch(error, "/hello/worker/Program\\.cs" + e)));
        }
        finally
        {
            await File.WriteAllTextAsync(source, whole);
        }
    }

    /// <summary>component.xml stands between the program and the system: each is held against it.</summary>
    [Theory]
    [InlineData("worker/component.xml", @"\s*<reader .*", "", @"/hello/worker/Program\.cs\(\d+,\d+\): error CS0117: 'Component\.Channels' .* 'Question'")]
    [InlineData("worker/component.xml", @"(<reader .*)Protocol\.Message", "$1Protocol.Massage", @"/hello/worker/component\.xml\(\d+,\d+\): error MUEN2005: .*'Protocol\.Massage'")]
    [InlineData("system.xml", "<channel name=\"question\".*", "", @"/hello/system\.xml\(\d+,\d+\): error MUEN1305: component 'worker' requires the channel 'question'")]
    public async Task AProgramUsesAndASystemGivesWhatTheComponentDeclares(string file, string what, string by, string expected)
    {
        string path = Path.Combine(workspace.Hello, file);
        string whole = await File.ReadAllTextAsync(path);
        try
        {
            await File.WriteAllTextAsync(path, Regex.Replace(whole, what, by));
            Command.Result result = await workspace.Try(workspace.Hello, "build", "--no-restore");
            Assert.Equal(1, result.ExitCode);
            Assert.Contains(Errors(result), e => Regex.IsMatch(e, expected));
        }
        finally
        {
            await File.WriteAllTextAsync(path, whole);
        }
    }

    /// <summary>The errors of C# that follow from it are not there: each use of the class Component would be one.</summary>
    [Fact]
    public async Task AComponentThatIsNoXmlIsTheOnlyError()
    {
        string path = Path.Combine(workspace.Hello, "worker/component.xml");
        string whole = await File.ReadAllTextAsync(path);
        try
        {
            await File.WriteAllTextAsync(path, whole.Replace("</requires>", "", StringComparison.Ordinal));
            Command.Result result = await workspace.Try(workspace.Hello, "build", "--no-restore");
            Assert.Equal(1, result.ExitCode);
            string error = Assert.Single(Errors(result));
            Assert.Matches(@"/hello/worker/component\.xml\(\d+,\d+\): error MUEN2001: <requires> of line \d+, column \d+ is not closed before </component>; write </requires> before it", error);
        }
        finally
        {
            await File.WriteAllTextAsync(path, whole);
        }
    }

    [Fact]
    public async Task AProjectThatTheSystemDoesNotReferToIsNamed()
    {
        string project = Path.Combine(workspace.Hello, "hello.csproj");
        string whole = await File.ReadAllTextAsync(project);
        try
        {
            await File.WriteAllTextAsync(project, whole.Replace("<ProjectReference Include=\"worker/worker.csproj\" />", "", StringComparison.Ordinal));
            Command.Result result = await workspace.Try(workspace.Hello, "build");
            string error = Assert.Single(Errors(result));
            Assert.Matches(@"worker/component\.xml\(\d+,\d+\): error MUEN4001: component 'worker' .* add <ProjectReference Include=""worker/worker\.csproj"" />", error);
        }
        finally
        {
            await File.WriteAllTextAsync(project, whole);
            await workspace.Dotnet(workspace.Hello, "restore");
        }
    }

    [Fact]
    public async Task AKernelOfAnotherAbiIsRefused()
    {
        await workspace.Dotnet(workspace.Hello, "build", "--no-restore");
        string kernel = Path.Combine(workspace.Cache, "muen.kernel", workspace.Version, "kernels/debug/kernel.json");
        string whole = await File.ReadAllTextAsync(kernel);
        string image = Path.Combine(workspace.Hello, "bin/Debug/system.iso");
        try
        {
            await File.WriteAllTextAsync(kernel, whole.Replace("\"abiVersion\": ", "\"abiVersion\": 9", StringComparison.Ordinal));
            File.Delete(image);
            Command.Result result = await workspace.Try(workspace.Hello, "build", "--no-restore");
            Assert.Contains("take Muen.Kernel and Muen.Sdk of one version", Assert.Single(Errors(result)), StringComparison.Ordinal);
            Assert.False(File.Exists(image));
        }
        finally
        {
            await File.WriteAllTextAsync(kernel, whole);
        }
    }

    /// <summary>Each error of a build once: MSBuild prints them again in its summary.</summary>
    static string[] Errors(Command.Result result) =>
        [.. result.Output.Split('\n').Select(l => Project().Replace(l.Trim(), "")).Where(l => l.Contains("error ", StringComparison.Ordinal)).Distinct()];

    [GeneratedRegex(@" \[[^\]]*\]$")]
    private static partial Regex Project();
}
