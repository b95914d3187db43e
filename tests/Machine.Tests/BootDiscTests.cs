// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine.Tests;

/// <summary>The disc: the same bytes each time, nothing half-written, errors that say what to install.</summary>
[Collection(nameof(SearchPath))]
public sealed class BootDiscTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static TinyKernel Kernel => new TinyKernel().Open(TinyKernel.Com1).Print(TinyKernel.Com1, "hello\n").Spin();

    [Fact]
    public async Task SameElfGivesSameBytes()
    {
        byte[] first = await File.ReadAllBytesAsync(_folder.Disc(Kernel, "first.iso"));

        // Times of files and of day have a resolution of one second on the disc.
        await Task.Delay(1100);
        byte[] second = await File.ReadAllBytesAsync(_folder.Disc(Kernel, "second.iso"));
        Assert.True(first.AsSpan().SequenceEqual(second));

        byte[] other = await File.ReadAllBytesAsync(_folder.Disc(new TinyKernel().Spin(), "other.iso"));
        Assert.False(first.AsSpan().SequenceEqual(other));
    }

    [Fact]
    public void MissingFolderIsMade()
    {
        Kernel.Write(_folder.File("a.elf"));
        string iso = _folder.File("new/folder/a.iso");
        BootDisc.Create(_folder.File("a.elf"), iso);
        Assert.Equal(["a.iso"], Directory.GetFileSystemEntries(_folder.File("new/folder")).Select(Path.GetFileName));
    }

    [Fact]
    public void FailureLeavesTheOldDiscAndNothingElse()
    {
        string iso = _folder.Disc(Kernel);
        byte[] old = File.ReadAllBytes(iso);
        Assert.ThrowsAny<IOException>(() => BootDisc.Create(_folder.File("gone.elf"), iso));
        Assert.Equal(["test.elf", "test.iso"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
        Assert.Equal(old, File.ReadAllBytes(iso));
    }

    [Theory]
    [InlineData("grub-mkimage", "apt install grub-common (Debian, Ubuntu)", "dnf install grub2-tools-minimal (Fedora)", "pacman -S grub (Arch)")]
    [InlineData("xorriso", "apt install xorriso (Debian, Ubuntu)", "pacman -S libisoburn (Arch)", "xorriso is missing")]
    public void MissingToolIsNamedWithItsPackages(string tool, params string[] expected)
    {
        Kernel.Write(_folder.File("a.elf"));
        using (SearchPath.With(_folder, tool == "xorriso" ? ["grub-mkimage"] : ["xorriso"]))
        {
            MachineException error = Assert.Throws<MachineException>(() => BootDisc.Create(_folder.File("a.elf"), _folder.File("a.iso")));
            Assert.DoesNotContain('\n', error.Message);
            foreach (string part in expected)
            {
                Assert.Contains(part, error.Message, StringComparison.Ordinal);
            }
        }

        Assert.False(File.Exists(_folder.File("a.iso")));
    }

    [Fact]
    public void FailingToolIsQuoted()
    {
        Kernel.Write(_folder.File("a.elf"));
        using (SearchPath.With(_folder, ["grub-mkimage"], ("xorriso", "#!/bin/sh\necho 'xorriso : FAILURE : no space left on device' >&2\necho 'xorriso : aborting' >&2\nexit 5\n")))
        {
            MachineException error = Assert.Throws<MachineException>(() => BootDisc.Create(_folder.File("a.elf"), _folder.File("a.iso")));
            Assert.Equal("xorriso failed: xorriso : FAILURE : no space left on device", error.Message);
        }

        Assert.False(File.Exists(_folder.File("a.iso")));
    }

    [Fact]
    public void TemporaryPlaceThatIsNoneIsNamed()
    {
        string? before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", "/nowhere/at/all");
        try
        {
            MachineException error = Assert.Throws<MachineException>(() => ScratchFolder.Create("muen-"));
            Assert.Equal("cannot make a temporary folder in /nowhere/at/all/: there is no such folder; let TMPDIR name a folder that can be written", error.Message);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    [Fact]
    public void DirectoryOfThatNameIsRefused()
    {
        Kernel.Write(_folder.File("a.elf"));
        Directory.CreateDirectory(_folder.File("a.iso"));
        IOException error = Assert.ThrowsAny<IOException>(() => BootDisc.Create(_folder.File("a.elf"), _folder.File("a.iso")));
        Assert.EndsWith("a.iso is a directory", error.Message, StringComparison.Ordinal);
    }
}
