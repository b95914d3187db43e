// SPDX-License-Identifier: MIT

using Muen.Sdk.Machine;

namespace Muen.Sdk.Cli.Tests;

/// <summary>Every mistake of a user is one clear line on standard error: exit code 2 for a wrong command line, 1 for all else.</summary>
public sealed class MistakeTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "Required command was not provided; see muen --help")]
    [InlineData("frobnicate", "Unrecognized command or argument 'frobnicate'; see muen --help")]
    [InlineData("bulid", "Unrecognized command or argument 'bulid'; did you mean 'build'? see muen --help")]
    [InlineData("native subjekt", "Unrecognized command or argument 'subjekt'; did you mean 'subject'? see muen native --help")]
    [InlineData("native subject", "Option '--output' is required; see muen native subject --help")]
    [InlineData("demo --nope", "Unrecognized option '--nope'; see muen demo --help")]
    [InlineData("demo --headles", "Unrecognized option '--headles'; did you mean '--headless'? see muen demo --help")]
    [InlineData("policy --verbos", "Unrecognized option '--verbos'; did you mean '--verbose'? see muen policy --help")]
    [InlineData("policy --ouput x a.xml", "Unrecognized option '--ouput'; did you mean '--output'? see muen policy --help")]
    [InlineData("policy a.xml --ouput x", "Unrecognized command or argument '--ouput'; did you mean '--output'? see muen policy --help")]
    [InlineData("policy", "Required argument missing for command: 'policy': <system.xml>; see muen policy --help")]
    [InlineData("diff README.md", "Required argument missing for command: 'diff': <NEW>; see muen diff --help")]
    [InlineData("build a.xml b.xml", "Unrecognized command or argument 'b.xml'; see muen build --help")]
    [InlineData("build a.xml --frobnicate", "Unrecognized command or argument '--frobnicate'; see muen build --help")]
    [InlineData("run a.iso --timeout abc", "--timeout takes a whole number from 1 to 1000000, not 'abc'; see muen run --help")]
    [InlineData("run a.iso --timeout -1", "--timeout takes a whole number from 1 to 1000000, not '-1'; see muen run --help")]
    [InlineData("run a.iso --cpus 99", "--cpus takes a whole number from 1 to 64, not '99'; see muen run --help")]
    [InlineData("run a.iso --machine qemu --model abacus", "'--model' names a processor of Bochs; that of QEMU is the host's own; see muen run --help")]
    [InlineData("run a.iso --machine vmware", "Argument 'vmware' not recognized. Must be one of: 'bochs' 'qemu'; see muen run --help")]
    [InlineData("demo --timeout abc", "--timeout takes a whole number from 1 to 1000000, not 'abc'; see muen demo --help")]
    [InlineData("demo --timeout", "Required argument missing for option: '--timeout'; see muen demo --help")]
    [InlineData("demo --xv6", "Required argument missing for option: '--xv6'; see muen demo --help")]
    [InlineData("demo --xv6-fs README.md", "--xv6-fs is a disk for the kernel of --xv6, which is missing")]
    [InlineData("demo --console --xv6 README.md", "--xv6 is the guest on the terminals; the crypter sample alone (--console, FILE) has none")]
    [InlineData("build README.md --file files.tar", "--file takes NAME=PATH, not 'files.tar'")]
    [InlineData("build README.md --file a=LICENSE --file a=README.md", "--file names 'a' twice")]
    [InlineData("build samples/crypter/system.xml --file file.tar=LICENSE", "--file names 'file.tar', which samples/crypter/system.xml does not; its files: files.tar")]
    [InlineData("build tests/bench/system.xml --file a=LICENSE", "--file names 'a', which tests/bench/system.xml does not; it names no files")]
    [InlineData("build samples/xv6-monitor/invaders.xml --file a=LICENSE", "--file names 'a', which samples/xv6-monitor/invaders.xml does not; its files: /boot/invaders.exec")]
    public async Task WrongCommandLine(string line, string message)
    {
        Command.Result result = await Command.Muen(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("muen: ", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.Contains(message, result.Complaints[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pack tests/bench/system.xml -o /proc/x", "cannot make the folder /proc/x: ")]
    [InlineData("build README.md --kernel nowhere.elf", "there is no kernel nowhere.elf")]
    [InlineData("build README.md -o LICENSE", "LICENSE is a file; --output takes a folder")]
    [InlineData("build README.md --file a=nowhere", "there is no file nowhere")]
    [InlineData("run a.iso --cpus 9", "Bochs has at most 8 processors, not --cpus 9")]
    [InlineData("report samples/crypter/system.xml --image README.md", "README.md: not an ELF file")]
    [InlineData("run nowhere.iso", "there is no image nowhere.iso")]
    [InlineData("run LICENSE.iso --model abacus", "Bochs knows no processor 'abacus'; choose broadwell_ult or corei7_skylake_x")]
    [InlineData("demo --model pentium", "Bochs' processor 'pentium' lacks what the kernel needs of VT-x; choose broadwell_ult or corei7_skylake_x")]
    [InlineData("config README.md", "README.md: not an ELF file")]
    [InlineData("config nowhere.elf", "there is no binary nowhere.elf")]
    [InlineData("native subject nowhere.csproj -o x.elf", "there is no project nowhere.csproj")]
    [InlineData("native kernel -o src", "is a directory; --output takes a file")]
    [InlineData("native kernel --tree docs", "there is no project ")]
    [InlineData("demo nowhere.txt", "there is no file nowhere.txt")]
    [InlineData("demo --xv6 nowhere", "there is no kernel nowhere")]
    [InlineData("demo --xv6 src", "src is a directory, not a kernel")]
    [InlineData("demo --xv6 README.md --xv6-fs nowhere", "there is no file system image nowhere")]
    [InlineData("demo src", "src is a directory, not a file")]
    [InlineData("demo LICENSE ./LICENSE", "LICENSE and ./LICENSE have the same name in the demo's archive")]
    public async Task WrongFile(string line, string message)
    {
        Command.Result result = await Command.Muen(line.Split(' '));
        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("muen: ", Assert.Single(result.Complaints), StringComparison.Ordinal);
        Assert.Contains(message, result.Complaints[0], StringComparison.Ordinal);
    }

    /// <summary>A policy that is not there is a wrong policy: with its place, and without the image of a better day.</summary>
    [Theory]
    [InlineData("nowhere.xml", "it does not exist")]
    [InlineData("", "it is a directory")]
    public async Task NoPolicy(string name, string why)
    {
        string output = _folder.File("out");
        string old = _folder.Write("out/system.iso", "the image of a better day");
        string policy = _folder.File(name);
        foreach (string command in new[] { "policy", "build", "pack", "run" })
        {
            Command.Result result = await Command.Muen(command, policy, "-o", output);
            Assert.Equal(1, result.ExitCode);
            Assert.Equal($"{policy}(1,1): error MUEN1001: cannot read '{policy}': {why}; check the name and the permissions", Assert.Single(result.Complaints));
            Assert.False(File.Exists(old));
        }
    }

    /// <summary>A typing error in a path makes no folders.</summary>
    [Fact]
    public async Task NoPolicyMakesNoFolder()
    {
        await Command.Muen("build", _folder.File("nowhere/system.xml"));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task DiscThatIsNotWhole()
    {
        string elf = _folder.Write("none.elf", "no system");
        string iso = _folder.File("none.iso");
        BootDisc.Create(elf, iso);
        long whole = new FileInfo(iso).Length;
        using (FileStream stream = File.OpenWrite(iso))
        {
            stream.SetLength(whole - 100_000);
        }

        Command.Result result = await Command.Muen("run", iso);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"muen: {iso} is not whole: it should have {whole} bytes and has {whole - 100_000}; build or copy it again", Assert.Single(result.Complaints));
    }

    [Fact]
    public async Task MissingSha256Sum()
    {
        string bin = Directory.CreateDirectory(_folder.File("bin")).FullName;
        foreach (string program in new[] { "dotnet", "bochs-bin" })
        {
            File.CreateSymbolicLink(Path.Combine(bin, program), ExecutablePath.Find(program)!);
        }

        Command.Result result = await Command.RunAsync(
            ExecutablePath.Find("dotnet")!, [Path.Combine(Command.Root, "artifacts/bin/Muen.Sdk.Cli/release/muen.dll"), "demo", "--headless"], environment: new Dictionary<string, string> { ["PATH"] = bin });
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("muen: sha256sum, which the demo's digests are compared with, is not installed; ", Assert.Single(result.Complaints), StringComparison.Ordinal);
    }

    /// <summary>Of what dotnet needs and cannot have it says itself no more than an internal failure and a stack trace.</summary>
    [Theory]
    [InlineData("TMPDIR", "muen: cannot make a temporary folder in /proc/: ", "; let TMPDIR name a folder that can be written")]
    [InlineData("HOME", "muen: dotnet cannot start: ", "; it needs a HOME, or a DOTNET_CLI_HOME, that can be written")]
    public async Task FolderThatCannotBeWritten(string variable, string message, string advice)
    {
        Command.Result result = await Command.RunAsync(
            Path.Combine(Command.Root, "muen"), ["policy", "tests/bench/system.xml", "-o", _folder.File("out")], environment: new Dictionary<string, string> { [variable] = "/proc" });
        Assert.Equal(1, result.ExitCode);
        string complaint = Assert.Single(result.Complaints);
        Assert.StartsWith(message, complaint, StringComparison.Ordinal);
        Assert.EndsWith(advice, complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FileTooLargeForTheDemo()
    {
        string file = _folder.File("large.bin");
        using (FileStream stream = File.Create(file))
        {
            stream.SetLength(10_000_000);
        }

        Command.Result result = await Command.Muen("demo", file);
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^muen: the files need 100[0-9]{5} bytes as an archive, the demo's memory region 'files' has 262144; ", Assert.Single(result.Complaints));
    }

    [Fact]
    public async Task NameTooLongForTheDemo()
    {
        string file = _folder.Write(new string('n', 150), "text");
        Command.Result result = await Command.Muen("demo", file);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"muen: the name of {file} is too long for a ustar archive", Assert.Single(result.Complaints));
    }

    /// <summary>Root may read everything, so the command runs as nobody, from a place that nobody can reach.</summary>
    [Fact]
    public async Task UnreadableFile()
    {
        string secret = _folder.Write("secret.xml", "<system/>");
        File.SetUnixFileMode(secret, UnixFileMode.None);
        string program = Directory.CreateDirectory(_folder.File("cli")).FullName;
        foreach (string file in Directory.GetFiles(Path.Combine(Command.Root, "artifacts", "bin", "Muen.Sdk.Cli", "release")))
        {
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        }

        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        string[] command = ["dotnet", Path.Combine(program, "muen.dll"), "policy", secret, "-o", _folder.File("out")];
        Command.Result result = Environment.UserName == "root"
            ? await Command.RunAsync("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. command])
            : await Command.RunAsync(command[0], command[1..]);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal($"{secret}(1,1): error MUEN1001: cannot read '{secret}': reading it is not permitted; check the name and the permissions", Assert.Single(result.Complaints));
    }

    [Fact]
    public async Task HelpAndVersionAreNoMistakes()
    {
        Assert.Equal(0, (await Command.Muen("--help")).ExitCode);
        Command.Result version = await Command.Muen("--version");
        Assert.Equal(0, version.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", version.Output);
    }
}
