// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Machine.Tests;

/// <summary>A folder that is gone after the test.</summary>
sealed class TemporaryFolder : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muen-test-");

    public string Path => _folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A disc with the kernel.</summary>
    public string Disc(TinyKernel kernel, string name = "test.iso")
    {
        string elf = File("test.elf");
        kernel.Write(elf);
        BootDisc.Create(elf, File(name));
        return File(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
