// SPDX-License-Identifier: MIT
using System;
using System.IO;
using BenchmarkDotNet.Attributes;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Tests;
using Muen.Sdk.Report;

namespace Muen.Sdk.Policy.Bench;

/// <summary>What a policy costs, from its text to the bytes of its tables, and the report of it.</summary>
public class CompileBenchmark
{
    private const ulong KernelAddress = 0x100000, SubjectAddress = 0x200000;

    private string folder = "";

    /// <summary>The largest system, and one of so many parts of it.</summary>
    [Params(8, 4, 2, 1)]
    public int Part { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        folder = Directory.CreateTempSubdirectory("muen-bench-").FullName;
        Write("kernel.elf", KernelAddress);
        Write("subject.elf", SubjectAddress);
        File.WriteAllText(PathOf("system.xml"), LargestSystem.Policy(Part));
        if (Compile() is null)
        {
            throw new InvalidOperationException("the policy does not compile");
        }
    }

    [GlobalCleanup]
    public void CleanUp() => Directory.Delete(folder, recursive: true);

    [Benchmark]
    public object? Compile() => PolicyCompiler.Compile(Input(), new DiagnosticBag());

    [Benchmark]
    public string CompileAndReport() => SystemReport.Of(Input(), [], new DiagnosticBag())!.ToHtml();

    private CompilationInput Input() => new(PathOf("system.xml"), PathOf("kernel.elf"), binary => PathOf(binary.Filename!), PathOf);

    private string PathOf(string name) => Path.Combine(folder, name);

    // A program of a page of code.
    private void Write(string name, ulong address)
    {
        using FileStream file = File.Create(PathOf(name));
        ElfExecutable.Write(file, address, [new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, address, address, 16, 0x1000, new byte[16])]);
    }
}
