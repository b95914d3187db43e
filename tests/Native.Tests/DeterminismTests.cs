// SPDX-License-Identifier: MIT
using Iced.Intel;
using Microsoft.CodeAnalysis;

namespace Muen.Sdk.Native.Tests;

/// <summary>
/// The ELF depends on the IL and the stubs, and on no folder, time or run. That the IL itself does not depend on the folder is a matter of the build
/// files; System.Tests builds the kernel in two checkouts.
/// </summary>
public class DeterminismTests
{
    const string Source = """
        using System;
        static class Program
        {
            static int n = 5;
            static readonly byte[] table = [1, 2, 3, 4, 5, 6, 7, 8, 9];
            static string Name(int i) => i switch { 0 => "zero", 1 => "one", 2 => "two", _ => "many" };
            static int Main() { n++; Span<int> s = stackalloc int[n]; s.Fill(3); return table[n] + Name(n).Length + s[n - 1]; }
        }
        """;

    [Fact]
    public void Two_folders_give_the_same_bytes()
    {
        byte[] one = Build("a", Source);
        Assert.Equal(one, Build("a-longer-name/with another", Source));
        Assert.NotEqual(one, Build("a", Source.Replace("s.Fill(3)", "s.Fill(4)", StringComparison.Ordinal)));
    }

    static byte[] Build(string name, string source)
    {
        DirectoryInfo parent = Directory.CreateTempSubdirectory("muen-two-");
        try
        {
            string folder = parent.CreateSubdirectory(name).FullName;
            string il = Snippet.Compile(source, folder, OutputKind.ConsoleApplication, [MetadataReference.CreateFromFile(Snippet.CoreLib)]);
            var stub = new StubObject();
            stub.Code64("entry", a => { a.call(stub["__managed__Main"]); a.hlt(); });
            stub.Code64("muen_panic", a => a.hlt());
            NativeResult result = NativeCompiler.Compile(new NativeRequest
            {
                Kind = NativeKind.Subject,
                AssemblyPath = il,
                References = [Snippet.CoreLib],
                Stubs = stub,
                OutputPath = Path.Combine(folder, "program.elf"),
            });
            Assert.True(result.Succeeded, string.Join('\n', result.Findings));
            return File.ReadAllBytes(result.ElfPath!);
        }
        finally
        {
            parent.Delete(true);
        }
    }
}
