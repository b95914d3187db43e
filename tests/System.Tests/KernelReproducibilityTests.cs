// SPDX-License-Identifier: MIT
using Muen.Kernel.Stubs;
using Muen.Sdk.Native;

namespace Muen.SystemTests;

/// <summary>The kernel ELF depends on its sources and on nothing else: not on the folder, the time or the run.</summary>
public sealed class KernelReproducibilityTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A plain folder, and a clone, which knows where its sources are published.</summary>
    [Fact]
    public async Task TwoFoldersGiveTheSameBytes()
    {
        byte[] one = await Build(_folder.File("a"));
        byte[] two = await Build(_folder.File("another place/farther down"), TreeCopy.BecomeCloneAsync);
        Assert.True(one.Length > 8192);
        Assert.True(one.AsSpan().SequenceEqual(two), "the kernel ELF differs between two folders");
    }

    [Fact]
    public async Task AChangedSourceGivesOtherBytes()
    {
        byte[] one = await Build(_folder.File("a"));
        byte[] two = await Build(_folder.File("b"), async folder =>
        {
            string file = Path.Combine(folder, "src/Muen.Kernel/Apic.cs");
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("WakeUpVector = 254", "WakeUpVector = 253", StringComparison.Ordinal));
        });
        Assert.False(one.AsSpan().SequenceEqual(two), "a change of the source does not reach the ELF: the test compares the wrong thing");
    }

    static async Task<byte[]> Build(string folder, Func<string, Task>? change = null)
    {
        TreeCopy.Make(folder, "src/Muen.Kernel", "src/Muen.Sdk/CoreLib", "src/Muen.Sdk/build");
        await (change?.Invoke(folder) ?? Task.CompletedTask);
        Command.Result build = await Command.RunAsync("dotnet", ["build", "src/Muen.Kernel/Muen.Kernel.csproj", "-c", "Release", "--nologo", "-v", "quiet"], folder);
        Assert.True(build.ExitCode == 0, build.All);
        string elf = Path.Combine(folder, "kernel.elf");
        NativeResult result = NativeCompiler.Compile(new NativeRequest
        {
            Kind = NativeKind.Kernel,
            AssemblyPath = Path.Combine(folder, "artifacts/bin/Muen.Kernel/release/Muen.Kernel.dll"),
            References = [Path.Combine(folder, "artifacts/bin/Muen.Kernel/release/Muen.CoreLib.dll")],
            Stubs = KernelStubs.Create(),
            OutputPath = elf,
        });
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        return File.ReadAllBytes(elf);
    }
}
