// SPDX-License-Identifier: MIT
using System.Diagnostics;
using Iced.Intel;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Muen.Sdk.Elf;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Native.Tests;

/// <summary>
/// A piece of C# that becomes an ELF. Its file is called Test.cs; a line that ends in <c>//!</c> is the one where a finding is expected. Built as a subject, it
/// can run as a Linux process: the addresses suit, and its stubs speak to Linux.
/// </summary>
sealed class Snippet : IDisposable
{
    const string Usings = "using System; using System.Numerics; using System.Runtime; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; using System.Threading; ";

    readonly string folder = Directory.CreateTempSubdirectory("muen-native-").FullName;
    readonly string source;

    public Snippet(string source) => this.source = Usings + source;

    /// <summary>Path of CoreLib's IL.</summary>
    public static string CoreLib => Path.Combine(AppContext.BaseDirectory, "Muen.CoreLib.dll");

    /// <summary>The marked line.</summary>
    public int MarkedLine => source.Split('\n').Index().Single(l => l.Item.TrimEnd().EndsWith("//!", StringComparison.Ordinal)).Index + 1;

    /// <summary>Compiles as a kernel. Its C# exports a method Start.</summary>
    public NativeResult Kernel(Action<StubObject>? stubs = null, int? stackLimit = null, int? budget = null)
    {
        StubObject stub = KernelStubs();
        stubs?.Invoke(stub);
        return Build(NativeKind.Kernel, stub, stackLimit, budget);
    }

    /// <summary>What a kernel needs of assembly: it calls Start and stops.</summary>
    public static StubObject KernelStubs()
    {
        var stub = new StubObject();
        stub.Code64("entry", a => { a.call(stub["Start"]); a.jmp(stub["stop"]); }, StubSection.BootText);
        stub.Code64("muen_panic", a => a.jmp(stub["stop"]));
        stub.Code64("stop", a => { Label again = a.CreateLabel(); a.Label(ref again); a.hlt(); a.jmp(again); });
        return stub;
    }

    /// <summary>Compiles as a subject.</summary>
    public NativeResult Subject(Action<StubObject>? stubs = null, int? stackLimit = null)
    {
        StubObject stub = LinuxStubs();
        stubs?.Invoke(stub);
        return Build(NativeKind.Subject, stub, stackLimit, null);
    }

    /// <summary>Compiles as a subject and runs it.</summary>
    /// <returns>What it wrote and its exit code, Main's result; after a panic 128 + reason, and the panic's address ends the output.</returns>
    public (byte[] Output, int ExitCode, NativeResult Result) Run()
    {
        NativeResult result = Subject();
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        (byte[] output, int exit) = Execute(result.ElfPath!);
        return (output, exit, result);
    }

    static (byte[] Output, int ExitCode) Execute(string path)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using Process process = Process.Start(new ProcessStartInfo(path) { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        using var timer = new Timer(_ => process.Kill(), null, TimeSpan.FromSeconds(60), Timeout.InfiniteTimeSpan);
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return (output.ToArray(), process.ExitCode);
    }

    /// <summary>
    /// Runs it on a stack that was filled with a pattern and looks how much of it changed. Its stub Touch does nothing.
    /// </summary>
    public (long Used, NativeResult Result) MeasureStack()
    {
        const byte pattern = 0xA5;
        const int size = 128 * 1024;
        StubObject stub = LinuxStubs("linux_entry");
        stub.Bss("stack", size, align: 4096);
        stub.Code64("Touch", a => a.ret());
        stub.Code64("entry", a =>
        {
            a.lea(rdi, stub["stack"].Rip);
            a.mov(ecx, size);
            a.mov(eax, pattern);
            a.rep.stosb();
            a.mov(rsp, rdi);
            a.call(stub["__managed__Main"]);
            a.lea(rdi, stub["stack"].Rip);
            a.mov(ecx, size);
            a.mov(eax, pattern);
            a.repe.scasb();                             // up to the first byte that changed
            a.inc(rcx);
            a.push(rcx);
            a.mov(rdi, rsp);
            a.mov(esi, 8);
            a.call(stub["Write"]);
            a.xor(edi, edi);
            a.mov(eax, 60);
            a.syscall();
            a.ud2();
        });
        NativeResult result = Build(NativeKind.Subject, stub, null, null);
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        (byte[] output, int exit) = Execute(result.ElfPath!);
        Assert.Equal(0, exit);
        return (BitConverter.ToInt64(output), result);
    }

    /// <summary>Compiles to IL only.</summary>
    public static string Compile(string text, string folder, OutputKind kind, IEnumerable<MetadataReference> references, string name = "Test")
    {
        CSharpCompilation compilation = Compilation(text, kind, references, name);
        string path = Path.Combine(folder, name + ".dll");
        using FileStream stream = File.Create(path);
        var result = compilation.Emit(
            stream,
            options: new Microsoft.CodeAnalysis.Emit.EmitOptions(
                debugInformationFormat: Microsoft.CodeAnalysis.Emit.DebugInformationFormat.Embedded, runtimeMetadataVersion: "v4.0.30319"));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }

    /// <summary>The snippet's errors of C#.</summary>
    public IReadOnlyList<Diagnostic> Errors() =>
        [.. Compilation(source, OutputKind.ConsoleApplication, [MetadataReference.CreateFromFile(CoreLib)], "Test").Emit(Stream.Null).Diagnostics
            .Where(d => d.Severity == DiagnosticSeverity.Error)];

    public void Dispose() => Directory.Delete(folder, true);

    /// <summary>The stubs of a subject under Linux: entry, exit, and Write (bytes, count).</summary>
    static StubObject LinuxStubs(string entry = "entry")
    {
        const int write = 1;
        const int exit = 60;
        var stub = new StubObject();
        stub.Code64(entry, a =>
        {
            a.and(rsp, -16);
            a.call(stub["__managed__Main"]);
            a.mov(edi, eax);
            a.mov(eax, exit);
            a.syscall();
            a.ud2();
        });
        stub.Code64("Write", a =>
        {
            a.mov(edx, esi);
            a.mov(rsi, rdi);
            a.mov(edi, 1);
            a.mov(eax, write);
            a.syscall();
            a.ret();
        });
        stub.Code64("muen_panic", a =>
        {
            a.push(rdi);
            a.lea(rdi, __[rsp + 8]);
            a.mov(esi, 8);
            a.call(stub["Write"]);
            a.pop(rdi);
            a.add(edi, 128);
            a.mov(eax, exit);
            a.syscall();
            a.ud2();
        });
        return stub;
    }

    NativeResult Build(NativeKind kind, StubObject stub, int? stackLimit, int? budget)
    {
        string il = Compile(
            source, folder, kind == NativeKind.Kernel ? OutputKind.DynamicallyLinkedLibrary : OutputKind.ConsoleApplication, [MetadataReference.CreateFromFile(CoreLib)]);
        return NativeCompiler.Compile(new NativeRequest
        {
            Kind = kind,
            AssemblyPath = il,
            References = [CoreLib],
            Stubs = stub,
            OutputPath = Path.Combine(folder, "test.elf"),
            StackLimit = stackLimit,
            InstructionBudget = budget,
            SourceRoots = [("/src/", "")],
        });
    }

    static CSharpCompilation Compilation(string text, OutputKind kind, IEnumerable<MetadataReference> references, string name)
    {
        var parse = new CSharpParseOptions(LanguageVersion.CSharp14, preprocessorSymbols: ["MUEN_FREESTANDING"]);
        SyntaxTree Tree(string code, string path) => CSharpSyntaxTree.ParseText(SourceText.From(code, System.Text.Encoding.UTF8), parse, path);
        return CSharpCompilation.Create(
            name,
            [Tree(text, "/src/Test.cs"), Tree("[module: System.Runtime.CompilerServices.SkipLocalsInit]", "/src/SkipLocalsInit.cs")],
            references,
            new CSharpCompilationOptions(
                kind, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, deterministic: true, nullableContextOptions: NullableContextOptions.Enable));
    }
}
