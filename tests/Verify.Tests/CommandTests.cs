// SPDX-License-Identifier: MIT

using System.Text.Json;
using Muen.Sdk.Cli;
using Muen.Sdk.Cli.Building;
using Muen.Sdk.Image;
using Muen.Sdk.Policy;
using Muen.Sdk.Policy.Tests;

namespace Muen.Sdk.Verify.Tests;

/// <summary>`muen verify` and `muen diff` as users type them: what they print and with what they end; and that a build leaves no image that is not verified.</summary>
public sealed class CommandTests : IDisposable
{
    /// <summary>Where the crypter's page tables have a bit that the processor ignores, and one that lets it write what it may only read.</summary>
    const ulong Ignored = 1UL << 52;
    const ulong Writable = 1 << 1;
    const ulong ReadOnlyData = 0x20_2000;

    readonly TemporaryFolder _folder = TestSystem.Programs();

    readonly TestSystem _system;

    public CommandTests()
    {
        _folder.Write("system.xml", Policies.Crypter);
        _system = TestSystem.Written(Policies.Crypter);
        Directory.CreateDirectory(_folder.File("subjects"));
        foreach (string component in new[] { "crypter", "client" })
        {
            File.Copy(_folder.File("subject.elf"), _folder.File($"subjects/{component}.elf"));
        }

        ImagePacker.WriteElf(_system.Image, _folder.File("system.elf"));
        Flipped("ignored.elf", Ignored);
        Flipped("wrong.elf", Writable);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RightImageEndsWithZero()
    {
        Command.Result result = await Verify("system.elf", "system.xml");
        Assert.Equal((0, $"{_folder.File("system.elf")}: everybody can do what {_folder.File("system.xml")} says, and nothing else"), (result.ExitCode, Assert.Single(result.OutputLines)));
        Assert.Empty(result.Complaints);
        result = await Verify("system.elf");
        Assert.Equal((0, $"{_folder.File("system.elf")}: what must hold of every system holds; name its policy to compare it with that"), (result.ExitCode, Assert.Single(result.OutputLines)));
    }

    [Fact]
    public async Task WrongImageEndsWithOneAndSaysWhatItMeans()
    {
        Command.Result result = await Verify("wrong.elf", "system.xml");
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.OutputLines);
        Assert.StartsWith($"{_folder.File("wrong.elf")}: error MUEN5205: subject 'crypter': memory 'binary_rodata' is rw-; it is told to be r--", result.Complaints[0], StringComparison.Ordinal);
        Assert.Contains(result.Complaints, l => l.StartsWith("MUEN5205: A subject has other rights", StringComparison.Ordinal));
    }

    [Fact]
    public async Task JsonHoldsEveryFinding()
    {
        Command.Result result = await Verify("wrong.elf", "system.xml", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Complaints);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.False(json.RootElement.GetProperty("verified").GetBoolean());
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("code").GetString() == "MUEN5205" && f.GetProperty("meaning").GetString()!.Length > 0);
    }

    [Fact]
    public async Task HarmlessDifferencesAreCountedAndListedOnRequest()
    {
        Command.Result result = await Verify("ignored.elf", "system.xml");
        Assert.Equal(0, result.ExitCode);
        Assert.EndsWith("and nothing else; 1 harmless difference, which --harmless lists", Assert.Single(result.OutputLines), StringComparison.Ordinal);
        Assert.Empty(result.Complaints);
        result = await Verify("ignored.elf", "system.xml", "--harmless");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("ignored.elf: harmless MUEN5901: SubjectPageTables of subject 0, table 0x", result.Complaints[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeComparedIsNamed()
    {
        File.Delete(_folder.File("subjects/client.elf"));
        Command.Result result = await Verify("system.elf", "system.xml");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("error MUEN1701: the binary 'client/Client.csproj' of component 'client' does not exist", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.Equal(2, (await Command.Muen("verify")).ExitCode);
        result = await Verify("files.tar", "system.xml");
        Assert.Equal((1, true), (result.ExitCode, result.Errors.Contains("not an ELF file", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DifferenceEndsWithThree()
    {
        string changed = _folder.Write("changed.xml", Policies.Crypter.Replace("""<memory><memory logical="files"/></memory>""", """<memory><memory logical="files" writable="true"/></memory>""", StringComparison.Ordinal));
        Command.Result result = await Command.Muen("diff", _folder.File("system.xml"), changed);
        Assert.Equal(3, result.ExitCode);
        Assert.Matches(@"^~\s+client\s+memory\s+files\s+read 256 KiB\s+read, write 256 KiB", result.OutputLines[1]);
        Assert.DoesNotContain(" \n", result.Output, StringComparison.Ordinal);
        result = await Command.Muen("diff", "--json", _folder.File("system.xml"), changed);
        Assert.Equal(3, result.ExitCode);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal("changed", Assert.Single(json.RootElement.GetProperty("changes").EnumerateArray()).GetProperty("change").GetString());
        result = await Command.Muen("diff", _folder.File("system.elf"), _folder.File("ignored.elf"));
        Assert.Equal((0, "everybody can do the same"), (result.ExitCode, Assert.Single(result.OutputLines)));
        Assert.Equal(2, (await Command.Muen("diff", _folder.File("system.xml"), _folder.File("system.elf"))).ExitCode);
        result = await Command.Muen("diff", _folder.File("system.xml"), _folder.Write("wrong.xml", "<system"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("wrong.xml(1,", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    /// <summary>`muen report` takes the image's own programs and sizes, and touches nothing but its file.</summary>
    [Fact]
    public async Task ReportIsAPageOrJson()
    {
        Command.Result result = await Command.Muen("report", _folder.File("system.xml"), "--image", _folder.File("system.elf"), "--output", _folder.File("page.html"));
        Assert.Equal((0, _folder.File("page.html")), (result.ExitCode, Assert.Single(result.OutputLines)));
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(_folder.File("page.html")), StringComparison.Ordinal);
        result = await Command.Muen("report", "--json", _folder.File("system.xml"), "--image", _folder.File("system.elf"));
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(("crypter", new FileInfo(_folder.File("system.elf")).Length), (json.RootElement.GetProperty("name").GetString(), json.RootElement.GetProperty("files")[0].GetProperty("size").GetInt64()));
        Assert.True(File.Exists(_folder.File("system.elf")));
        File.Delete(_folder.File("subjects/client.elf"));
        result = await Command.Muen("report", _folder.File("system.xml"), "--image", _folder.File("system.elf"), "--output", _folder.File("other.html"));
        Assert.Equal((1, false), (result.ExitCode, File.Exists(_folder.File("other.html"))));
        Assert.Contains("error MUEN1701", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.Equal(2, (await Command.Muen("report")).ExitCode);
    }

    /// <summary>What the build's last step refuses is gone.</summary>
    [Fact]
    public void BuildLeavesNoImageThatIsNotVerified()
    {
        var input = new CompilationInput(
            _folder.File("system.xml"), _folder.File("kernel.elf"), binary => _folder.File(binary.Filename ?? $"subjects/{binary.Component}.elf"), _folder.File);
        var files = new PackedImage(_folder.File("out/system.elf"), _folder.File("out/system.iso"));
        Directory.CreateDirectory(_folder.File("out"));
        Put("system.elf");
        Assert.Equal(0, ImageVerification.Require(files, input));
        Assert.True(File.Exists(files.IsoPath));
        Put("wrong.elf");
        UserException error = Assert.Throws<UserException>(() => ImageVerification.Require(files, input));
        Assert.Contains("system.iso: error MUEN5205: subject 'crypter'", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(files.IsoPath) || File.Exists(files.ElfPath));

        // Not even where the policy has changed since.
        Put("system.elf");
        _folder.Write("system.xml", "<system");
        Assert.Throws<UserException>(() => ImageVerification.Require(files, input));
        Assert.False(File.Exists(files.IsoPath) || File.Exists(files.ElfPath));

        void Put(string image)
        {
            File.Copy(_folder.File(image), files.ElfPath, overwrite: true);
            File.Copy(_folder.File(image), files.IsoPath, overwrite: true);
        }
    }

    Task<Command.Result> Verify(string image, params string[] more) =>
        Command.Muen(["verify", _folder.File(image), .. more.Select(m => m.StartsWith('-') ? m : _folder.File(m))]);

    void Flipped(string name, ulong bits)
    {
        var patch = new Patch(_system);
        patch.Flip(patch.Leaf(0, ReadOnlyData), bits);
        File.WriteAllBytes(_folder.File(name), patch.Bytes);
    }
}
