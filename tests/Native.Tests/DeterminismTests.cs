// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Muen.Kernel.Stubs;

namespace Muen.Sdk.Native.Tests;

/// <summary>
/// The same sources, built from scratch by `dotnet build` in two folders, give the same bytes: the repository's build files, CoreLib and kernel
/// are copied to both.
/// </summary>
public class DeterminismTests
{
    static readonly string[] Files = ["Directory.Build.props", "Directory.Packages.props", "global.json", "nuget.config", ".editorconfig"];
    static readonly string[] Folders = ["src/Muen.Sdk/build", "src/Muen.Sdk/CoreLib", "src/Muen.Kernel"];

    [Fact]
    public void The_kernel_is_byte_identical_when_built_in_two_folders()
    {
        using var one = new Copy("a");
        using var two = new Copy("another-folder");
        byte[] first = one.BuildKernel();
        byte[] second = two.BuildKernel();
        Assert.True(first.Length > 10_000);
        Assert.True(first.AsSpan().SequenceEqual(second), "the kernels differ");

        // The comparison sees a difference where there is one: a changed constant.
        string limits = Path.Combine(two.Root, "src/Muen.Kernel/Panic.cs");
        string text = File.ReadAllText(limits);
        Assert.Contains("Runtime = 13", text, StringComparison.Ordinal);
        File.WriteAllText(limits, text.Replace("Runtime = 13", "Runtime = 14", StringComparison.Ordinal));
        Assert.False(first.AsSpan().SequenceEqual(two.BuildKernel()), "a changed source gave the same kernel");
    }

    sealed class Copy : IDisposable
    {
        readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("muen-two-");

        public Copy(string name)
        {
            Root = Path.Combine(parent.FullName, name);
            string source = RepositoryRoot();
            foreach (string file in Files)
            {
                CopyFile(source, file);
            }

            foreach (string folder in Folders)
            {
                foreach (string path in Directory.EnumerateFiles(Path.Combine(source, folder), "*", SearchOption.AllDirectories))
                {
                    CopyFile(source, Path.GetRelativePath(source, path));
                }
            }

            Directory.CreateDirectory(Path.Combine(Root, "artifacts/packages"));
        }

        public string Root { get; }

        public byte[] BuildKernel()
        {
            var start = new ProcessStartInfo("dotnet", ["build", "src/Muen.Kernel/Muen.Kernel.csproj", "-v", "q", "-nodeReuse:false", "--disable-build-servers"])
            {
                WorkingDirectory = Root, RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            string il = Directory.EnumerateFiles(Path.Combine(Root, "artifacts/bin/Muen.Kernel"), "Muen.Kernel.dll", SearchOption.AllDirectories).Single();
            NativeResult result = NativeCompiler.Compile(new NativeRequest
            {
                Kind = NativeKind.Kernel,
                AssemblyPath = il,
                References = [Path.Combine(Path.GetDirectoryName(il)!, "Muen.CoreLib.dll")],
                Stubs = KernelStubs.Create(),
                OutputPath = Path.Combine(Root, "kernel.elf"),
            });
            Assert.True(result.Succeeded, string.Join('\n', result.Findings));
            return File.ReadAllBytes(result.ElfPath!);
        }

        public void Dispose() => parent.Delete(true);

        void CopyFile(string source, string relative)
        {
            string target = Path.Combine(Root, relative);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(source, relative), target);
        }

        static string RepositoryRoot()
        {
            string folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "Muen.slnx")))
            {
                folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests are not in a checkout");
            }

            return folder;
        }
    }
}
