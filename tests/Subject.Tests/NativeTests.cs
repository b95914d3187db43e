// SPDX-License-Identifier: MIT
using System;
using System.IO;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Native;
using Muen.Sdk.Subject;
using Xunit;

namespace Muen.Tests;

/// <summary>The sample's programs as ELFs.</summary>
public class NativeTests
{
    /// <summary>The policy compiler's default.</summary>
    const int StackSize = 16 * 1024;

    [Theory]
    [InlineData("Crypter", false)]
    [InlineData("Client", false)]
    [InlineData("Intruder", true)]
    public void A_program_compiles_with_a_bounded_stack_and_without_what_it_does_not_need(string name, bool probes)
    {
        string folder = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", name, Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))));
        string assembly = Path.Combine(folder, name + ".dll");
        string output = Path.Combine(AppContext.BaseDirectory, "native", name + ".elf");
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        NativeResult result = NativeCompiler.Compile(new NativeRequest
        {
            Kind = NativeKind.Subject,
            AssemblyPath = assembly,
            References = [.. Directory.GetFiles(folder, "*.dll").Where(f => f != assembly).Order(StringComparer.Ordinal)],
            Stubs = SubjectStubs.Create(assembly),
            OutputPath = output,
        });
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        ElfFile elf = ElfFile.Load(output);
        Assert.Equal(SubjectLayout.Image, elf.Entry);
        Assert.Equal(probes, elf.FindSymbol("ProbeHalt") != null);

        // The intruder calls addresses that are not there; that has no bound, and is all that has none.
        if (probes)
        {
            Assert.All(result.Stacks.Where(s => s.Bytes == null), s => Assert.Contains("ProbeExecute", s.ToString(), StringComparison.Ordinal));
        }
        else
        {
            Assert.InRange(result.WorstStackBytes ?? int.MaxValue, 1, StackSize / 2);
        }
    }
}
