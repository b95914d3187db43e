// SPDX-License-Identifier: MIT

using Muen.Abi;
using Muen.Sdk.Image;

namespace Muen.SystemTests;

/// <summary>A user's own system, far from the source tree: built, rebuilt, broken.</summary>
public sealed class SystemBuildTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Policy => _folder.File("my system/system.xml");

    string Output => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BuildsPacksAndRuns()
    {
        Write("""Say("hello from outside\r\n"u8);""");
        Succeeds(await Command.Muen("build", Policy, "-o", Output));
        ImageReader image = ImageReader.Load(Path.Combine(Output, "system.iso"));
        byte[] magic = new byte[8];
        Assert.True(image.TryRead(KernelLayout.Tables, magic));
        Assert.Equal(TablesHeader.ExpectedMagic, BitConverter.ToUInt64(magic));

        Command.Result run = await Command.Muen("run", Path.Combine(Output, "system.elf"), "--headless", "--timeout", "6");
        Succeeds(run);
        Assert.Contains("hello from outside", run.OutputLines);
        Assert.Equal("muen: the time of 6 s is up", Assert.Single(run.Complaints));

        // The bytes depend on what went in, not on when: packing again changes nothing, another text does.
        byte[] first = await File.ReadAllBytesAsync(Path.Combine(Output, "system.iso"));
        Succeeds(await Command.Muen("pack", Policy, "-o", Output));
        Assert.True(first.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Output, "system.iso"))));
        Write("""Say("hallo from outside\r\n"u8);""");
        Succeeds(await Command.Muen("build", Policy, "-o", Output));
        Assert.False(first.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Output, "system.iso"))));
    }

    /// <summary>The image holds no trace of the folder that its sources lay in.</summary>
    [Fact]
    public async Task TwoFoldersGiveTheSameImage()
    {
        string tree = _folder.File("another place");
        TreeCopy.Make(tree, "src", "samples");
        await TreeCopy.BecomeCloneAsync(tree);
        string archive = $"files.tar={Path.Combine(Command.Root, "LICENSE")}";
        string here = Path.Combine(Command.Root, "samples/crypter/system.xml");
        Succeeds(await Command.Muen("build", here, "--file", archive, "-o", _folder.File("one")));
        Succeeds(await Command.Muen("build", Path.Combine(tree, "samples/crypter/system.xml"), "--file", archive, "-o", _folder.File("two")));
        foreach (string file in new[] { "system.elf", "system.iso" })
        {
            Assert.True(File.ReadAllBytes(_folder.File($"one/{file}")).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.File($"two/{file}"))), file);
        }
    }

    /// <summary>The archive in the tree is what the sample's README makes of its folder.</summary>
    [Fact]
    public async Task SampleArchiveIsMadeAsItsReadmeSays()
    {
        string sample = Path.Combine(Command.Root, "samples/crypter");
        string command = Assert.Single(PageBlock.HeldBy("samples/crypter/README.md", nameof(SystemBuildTests)).Single().Commands()).Line;
        string made = _folder.File("files.tar");
        Command.Result result = await Command.RunAsync("bash", ["-c", command.Replace("-cf files.tar", $"-cf {made}", StringComparison.Ordinal)], sample);
        Assert.True(result.ExitCode == 0, result.All);
        Assert.True(File.ReadAllBytes(made).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(sample, "files.tar"))));
    }

    /// <summary>What the README tells a newcomer to type.</summary>
    [Fact]
    public async Task SampleBuildsAsItIs()
    {
        Command.Result result = await Command.Muen("policy", "samples/crypter/system.xml", "-o", Output);
        Succeeds(result);
        Assert.StartsWith("crypter: 2 processors, 3 subjects", result.OutputLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ErrorOfASubjectIsItsPlaceAndNoImage()
    {
        Write("return 1;");
        _folder.Write("out/system.iso", "the image of a better day");
        Command.Result result = await Command.Muen("build", Policy, "-o", Output);
        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"Hello\.cs\(\d+,\d+\): error CS\d{4}: ", Assert.Single(result.Complaints));
        Assert.False(File.Exists(Path.Combine(Output, "system.iso")));
    }

    /// <summary>What cannot run without a runtime, from somebody who told the analyzer to be silent.</summary>
    [Fact]
    public async Task ErrorOfNativeCompilationNamesTheSubject()
    {
        Write("""
            #pragma warning disable MUEN2010
            Keep(new object());
            """, "static void Keep(object kept) => Say(kept is null ? \"nothing\"u8 : \"it\"u8);");
        Command.Result result = await Command.Muen("build", Policy, "-o", Output);
        Assert.Equal(1, result.ExitCode);
        Assert.DoesNotContain("MUEN2", result.Errors, StringComparison.Ordinal);
        Assert.All(result.Complaints, l => Assert.Contains(": error ", l, StringComparison.Ordinal));
        Assert.Contains(_folder.File("my system/hello/Hello.cs") + "(", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("/_/", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Output, "system.iso")));
    }

    [Fact]
    public async Task PackWithoutABuildSaysWhatIsMissing()
    {
        Write("""Say("x"u8);""");
        Command.Result result = await Command.Muen("pack", Policy, "-o", Output);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(result.Complaints, l => l.Contains("error MUEN1701: ", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Output, "system.iso")));
    }

    /// <summary>No file may grow beyond what the ELF needs: to xorriso a disk that is full.</summary>
    [Fact]
    public async Task FullDiskIsOneLineAndNoImage()
    {
        const int Reserve = 200;
        Write("""Say("x"u8);""");
        Succeeds(await Command.Muen("build", Policy, "-o", Output));
        long limit = (new FileInfo(Path.Combine(Output, "system.elf")).Length / 1024) + Reserve;
        Assert.InRange(new FileInfo(Path.Combine(Output, "system.iso")).Length / 1024, limit + 1, long.MaxValue);

        // .NET keeps its own code in a large file as well, unless it is told not to.
        Command.Result result = await Command.RunAsync(
            "bash", ["-c", $"trap '' XFSZ; ulimit -f {limit}; exec \"$@\"", "bash", Path.Combine(Command.Root, "muen"), "pack", Policy, "-o", Output],
            environment: new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });
        Assert.True(result.ExitCode == 1, $"exit code {result.ExitCode}: {result.All}");
        Assert.StartsWith("muen: xorriso failed: ", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Output, "system.elf")));
        Assert.False(File.Exists(Path.Combine(Output, "system.iso")));
    }

    [Fact]
    public async Task PolicyPrintsASummary()
    {
        Write("""Say("x"u8);""");
        Command.Result result = await Command.Muen("policy", Policy, "-o", Output);
        Succeeds(result);
        Assert.Contains(result.OutputLines, l => l.StartsWith("outside: 1 processors, 1 subjects", StringComparison.Ordinal));
        Assert.Contains("hello (10)", result.Output, StringComparison.Ordinal);
        Assert.Contains(result.OutputLines, l => l.StartsWith("subject  component  processor  entry ", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(Output, "system.iso")));
    }

    static void Succeeds(Command.Result result) => Assert.True(result.ExitCode == 0, result.All);

    /// <summary>One subject that prints on COM1.</summary>
    /// <param name="main">What it does.</param>
    /// <param name="member">Another member of its class.</param>
    void Write(string main, string member = "")
    {
        string sdk = Path.Combine(Command.Root, "src", "Muen.Sdk", "Sdk");
        _folder.Write("my system/hello/Hello.csproj", $"""
            <Project>
              <Import Project="{sdk}/Sdk.props" />
              <Import Project="{sdk}/Sdk.targets" />
            </Project>
            """);
        _folder.Write("my system/hello/Hello.cs", $$"""
            using System;
            using Muen;

            static class Hello
            {
                static void Main()
                {
                    {{main}}
                    Subject.SleepForever();
                }

                {{member}}

                static void Say(ReadOnlySpan<byte> text)
                {
                    SerialConsole console = SerialConsole.Open("console_port"u8);
                    console.Write(text);
                }
            }
            """);
        _folder.Write("my system/system.xml", """
            <system name="outside">
              <hardware ref="bochs"/>
              <components>
                <component name="hello">
                  <requires>
                    <devices><device logical="console"><ioPort logical="port" start="0x3f8" end="0x3ff"/></device></devices>
                    <events><source><event logical="sleep"><sleep/></event></source></events>
                  </requires>
                  <binary project="hello/Hello.csproj"/>
                </component>
              </components>
              <subjects><subject name="hello"><component ref="hello"><map logical="console" physical="com1"/></component></subject></subjects>
              <scheduling tickRate="1000"><majorFrame><cpu id="0"><minorFrame subject="hello" ticks="10"/></cpu></majorFrame></scheduling>
            </system>
            """);
    }
}
