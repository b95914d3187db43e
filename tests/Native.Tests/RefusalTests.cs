// SPDX-License-Identifier: MIT
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Native.Tests;

/// <summary>Each check refuses what it must, with function and line, and leaves no ELF.</summary>
public class RefusalTests
{
    const string Start = "[RuntimeExport(\"Start\")] static void Start()";

    [Theory]
    [InlineData("static double d; [MethodImpl(MethodImplOptions.NoInlining)] static void Bad() { d *= 1.5; } //!")]
    [InlineData("struct Three { public long A, B, C; } static Three a, b; [MethodImpl(MethodImplOptions.NoInlining)] static void Bad() { a = b; } //!")]
    [InlineData("struct Three { public long A, B, C, D; } static Three a; [MethodImpl(MethodImplOptions.NoInlining)] static void Bad() { a = default; } //!")]
    public void Vector_registers_in_the_kernel(string code)
    {
        string source = $$"""
            static class K
            {
                {{code}}
                {{Start}} => Bad();
            }
            """;
        using var kernel = new Snippet(source);
        AssertFinding(kernel, kernel.Kernel(), "MUEN3010", "K.Bad", "vector registers");
        using var subject = new Snippet(source.Replace(Start, "static void Main()", StringComparison.Ordinal));
        Assert.True(subject.Subject().Succeeded);
    }

    [Theory]
    [InlineData("class Thing { public int X; } static Thing? t; static void Bad() { t = new Thing { X = n }; } //!", "`new` of a class", "MUEN3013")]
    [InlineData("static int Bad() { var a = new int[n]; return a[n - 1]; } //!", "`new T[]`", "MUEN3013")]
    [InlineData("static int Bad() { object o = n; return Use(o); } [MethodImpl(MethodImplOptions.NoInlining)] static int Use(object o) => o.GetHashCode(); //!", "boxing", "MUEN3013")]
    [InlineData("[MethodImpl(MethodImplOptions.InternalCall), RuntimeImport(\"*\", \"Nowhere\")] static extern int Nowhere(); static void Bad() { n = Nowhere(); } //!", "nothing defines Nowhere", "MUEN3013")]
    [InlineData("class A { } class B : A { public int X; } static readonly A a = new B(), b = new A(); static int Bad() { return ((B)(n == 1 ? a : b)).X; } //!", "a cast", "MUEN3013")]
    [InlineData("interface I { int F(); } class A : I { int x; public int F() => x; } class B : I { int y; public int F() => y + 1; } class C : I { public int F() => 2; } class D : I { public int F() => 3; } static readonly I a = new A(), b = new B(), c = new C(), d = new D(); static int Bad() { return (n == 1 ? a : n == 2 ? b : n == 3 ? c : d).F(); } //!", "interface", "MUEN3013")]
    public void Constructs_that_need_a_runtime(string code, string message, string expected)
    {
        using var snippet = new Snippet($$"""
            static class Program
            {
                static int n;
                {{code.Replace("static void Bad", "[MethodImpl(MethodImplOptions.NoInlining)] static void Bad", StringComparison.Ordinal).Replace("static int Bad", "[MethodImpl(MethodImplOptions.NoInlining)] static int Bad", StringComparison.Ordinal)}}
                static void Main() { n++; Bad(); }
            }
            """);
        AssertFinding(snippet, snippet.Subject(), expected, "Program.Bad", message);
    }

    [Theory]
    [InlineData("static void Main() { throw null!; }")]
    [InlineData("[ThreadStatic] static int t; static void Main() { t++; }")]
    [InlineData("static void Main() { Action a = () => { }; }")]
    [InlineData("static string s = \"\"; static void Main() { s += \"x\"; }")]
    [InlineData("static void Main() { object o = typeof(int); }")]
    public void Constructs_that_the_compiler_of_C_sharp_refuses_already(string body)
    {
        using var snippet = new Snippet($"static class Program {{ {body} }}");
        Assert.NotEmpty(snippet.Errors());
    }

    [Theory]
    [InlineData("static int value = Next(); //!")]
    [InlineData("static readonly string[] names = [\"a\", \"b\"]; static int value => names[n].Length; //!")]
    public void A_static_that_code_would_have_to_initialise(string field)
    {
        using var snippet = new Snippet($$"""
            static class Held
            {
                {{field.Replace("value", "Value", StringComparison.Ordinal).Replace("static int V", "internal static int V", StringComparison.Ordinal)}}
                internal static int n;
                [MethodImpl(MethodImplOptions.NoInlining)] static int Next() => Write();
                [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Write")] static extern int Write();
            }
            static class Program
            {
                static int Main() { Held.n++; return Held.Value; }
            }
            """);
        AssertFinding(snippet, snippet.Subject(), "MUEN3011", "Held", "would never run");
    }

    [Fact]
    public void A_static_of_a_reference_type()
    {
        using var snippet = new Snippet("""
            static class Held
            {
                internal static string Name = "one"; //!
                internal const string Fixed = "fixed";
                internal static readonly string Constant = "two";
                internal static int Number = 3;
            }
            static class Program
            {
                static int Main() { Held.Number++; if (Held.Number > 5) { Held.Name = "three"; } return Held.Name.Length + Held.Constant.Length; }
            }
            """);
        NativeResult result = snippet.Subject();
        AssertFinding(snippet, result, "MUEN3012", "Held", "Name");
    }

    [Fact]
    public void Constant_statics_are_accepted()
    {
        using var snippet = new Snippet("""
            static class Held
            {
                internal static readonly string Constant = "two";
                internal static readonly byte[] Table = [1, 2, 3, 4, 5, 6, 7, 8, 9];
                internal static ReadOnlySpan<uint> Words => [1u, 2u, 0xDEADBEEF];
                internal static (int A, long B) Pair = (3, 4);
            }
            static class Program
            {
                static int n;
                static int Main() { n++; Held.Pair.A++; return Held.Constant.Length + Held.Table[n] + (int)Held.Words[n] + Held.Pair.A; }
            }
            """);
        Assert.Equal(3 + 2 + 2 + 4, snippet.Run().ExitCode);
    }

    [Fact]
    public void Recursion_in_the_kernel()
    {
        const string source = $$"""
            static class K
            {
                static int n;
                {{Start}} { n++; n = Down(n); }
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Down(int x)
                {
                    return x == 0 ? 0 : Up(x - 1) + 1; //!
                }
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Up(int x) => Down(x) + n;
            }
            """;
        using var kernel = new Snippet(source);
        AssertFinding(kernel, kernel.Kernel(), "MUEN3015", "K.Down", "K.Down -> K.Up -> K.Down");

        using var subject = new Snippet(source.Replace(Start, "static void Main()", StringComparison.Ordinal));
        NativeResult result = subject.Subject();
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        Assert.Null(result.WorstStackBytes);
        Assert.Contains(result.Stacks, s => s.Unbounded == "recursion");
    }

    [Fact]
    public void Recursion_of_one_function_and_through_assembly()
    {
        using var alone = new Snippet($$"""
            static class K
            {
                static int n;
                {{Start}} { n++; n = Sum(n); }
                [MethodImpl(MethodImplOptions.NoInlining)] static int Sum(int x) => x == 0 ? 0 : Sum(x - 1) + n; //!
            }
            """);
        AssertFinding(alone, alone.Kernel(), "MUEN3015", "K.Sum", "K.Sum -> K.Sum");

        using var assembly = new Snippet($$"""
            static class K
            {
                [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Through")] static extern void Through();
                {{Start}} => Back();
                [RuntimeExport("Back")] static void Back() { Through(); n++; } //!
                static int n;
            }
            """);
        NativeResult result = assembly.Kernel(stub => stub.Code64("Through", a => a.jmp(stub["Back"])));
        AssertFinding(assembly, result, "MUEN3015", "K.Back", "Through -> K.Back -> Through");
    }

    [Fact]
    public void An_indirect_call_in_the_kernel()
    {
        using var snippet = new Snippet($$"""
            static unsafe class K
            {
                static int n;
                [MethodImpl(MethodImplOptions.NoInlining)] static int One() => n + 1;
                [MethodImpl(MethodImplOptions.NoInlining)] static int Two() => n + 2;
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Choose(delegate* unmanaged<int> f)
                {
                    return f(); //!
                }
                [UnmanagedCallersOnly] static int A() => One();
                [UnmanagedCallersOnly] static int B() => Two();
                {{Start}} { n++; n = Choose(n > 3 ? &A : &B); }
            }
            """);
        NativeResult result = snippet.Kernel();
        Assert.Contains(result.Findings, f => f.Code is "MUEN3016" or "MUEN3013" && f.Line == snippet.MarkedLine && f.Function == "K.Choose");
        Assert.Null(result.ElfPath);
    }

    [Fact]
    public void An_indirect_jump_of_assembly_in_the_kernel()
    {
        using var snippet = new Snippet($$"""static class K { {{Start}} { } }""");
        NativeResult result = snippet.Kernel(stub => stub.Code64("Leap", a => a.jmp(rdi)));
        NativeFinding finding = Assert.Single(result.Findings);
        Assert.Equal(("MUEN3016", "Leap"), (finding.Code, finding.Function));
    }

    [Fact]
    public void A_jump_table_is_refused_in_the_kernel_alone()
    {
        const string source = $$"""
            static class K
            {
                static int n;
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Choose(int x)
                {
                    switch (x)
                    {
                        case 0: n += 5; return n; case 1: return n * 3; case 2: n -= 7; return 1; case 3: return n ^ 9; case 4: n = 8; return 12; case 5: return n + 77; //!
                        default: return -1;
                    }
                }
                {{Start}} { n++; n = Choose(n); }
            }
            """;
        using var snippet = new Snippet(source);
        AssertFinding(snippet, snippet.Kernel(), "MUEN3016", "K.Choose", "through a table");
        using var same = new Snippet(source.Replace(Start, "static int Main()", StringComparison.Ordinal).Replace("n = Choose(n);", "return Choose(n);", StringComparison.Ordinal));
        NativeResult subject = same.Subject();
        Assert.True(subject.Succeeded, string.Join('\n', subject.Findings));
        Assert.Equal(1, subject.JumpTables);
    }

    [Fact]
    public void A_stack_over_the_limit()
    {
        string source = $$"""
            static unsafe class K
            {
                static int n;
                {{Start}} { n++; n = Outer(n); }
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Outer(int x) //!
                {
                    byte* buffer = stackalloc byte[700];
                    buffer[x] = 1;
                    return Inner(buffer, x);
                }
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Inner(byte* outer, int x)
                {
                    byte* buffer = stackalloc byte[500];
                    buffer[x] = outer[x];
                    return buffer[n];
                }
            }
            """;
        using var fits = new Snippet(source);
        NativeResult good = fits.Kernel(stackLimit: 1400);
        Assert.True(good.Succeeded, string.Join('\n', good.Findings));
        Assert.InRange(good.WorstStackBytes!.Value, 1200, 1400);

        using var exceeds = new Snippet(source);
        NativeResult bad = exceeds.Kernel();
        NativeFinding finding = Assert.Single(bad.Findings);
        Assert.Equal("MUEN3017", finding.Code);
        Assert.Equal("Test.cs", finding.File);
        Assert.Contains("K.Outer -> K.Inner", finding.Message, StringComparison.Ordinal);
        Assert.Contains("limit is 1024", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stack_without_bound()
    {
        using var snippet = new Snippet("""
            static unsafe class Program
            {
                static int n;
                static int Main() { n++; return Fill(n); }
                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Fill(int count)
                {
                    byte* buffer = stackalloc byte[count]; //!
                    for (int i = 0; i < count; i++) { buffer[i] = (byte)i; }
                    return buffer[n - 1];
                }
            }
            """);
        NativeResult result = snippet.Subject();
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        Assert.Null(result.WorstStackBytes);
        Assert.Contains(result.Stacks, s => s.Unbounded is { } why && why.Contains("stackalloc", StringComparison.Ordinal)
            && why.Contains($"Program.Fill, Test.cs({snippet.MarkedLine})", StringComparison.Ordinal));
        NativeResult limited = snippet.Subject(stackLimit: 4096);
        Assert.Contains(limited.Findings, f => f.Code == "MUEN3017" && f.Message.Contains("no bound", StringComparison.Ordinal));
    }

    [Fact]
    public void Too_much_assembly()
    {
        using var snippet = new Snippet($$"""static class K { {{Start}} { } }""");
        NativeResult result = snippet.Kernel(stub => stub.Code64("Long", a =>
        {
            for (int i = 0; i < 300; i++)
            {
                a.inc(rax);
            }

            a.ret();
        }));
        Assert.Equal("MUEN3019", Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void A_kernel_without_entry_and_a_symbol_defined_twice()
    {
        using var snippet = new Snippet("static class K { [RuntimeExport(\"Start\")] static void Start() { } [RuntimeExport(\"stop\")] static void Stop() { } }");
        NativeResult result = snippet.Kernel();
        Assert.Equal("MUEN3004", Assert.Single(result.Findings).Code);
        Assert.Contains("stop", result.Findings[0].Message, StringComparison.Ordinal);

        NativeResult none = NativeCompiler.Compile(Request("static class P { static void Main() { } }", new StubObject(), out IDisposable folder));
        folder.Dispose();
        Assert.Contains(none.Findings, f => f.Code == "MUEN3021");
    }

    [Fact]
    public void Assembly_in_place_of_IL_and_files_that_are_not_there()
    {
        string folder = Directory.CreateTempSubdirectory("muen-native-").FullName;
        try
        {
            string notIl = Path.Combine(folder, "not-il.dll");
            File.WriteAllText(notIl, "MZ and nothing else");
            var request = new NativeRequest
            {
                Kind = NativeKind.Subject,
                AssemblyPath = notIl,
                References = [Snippet.CoreLib],
                Stubs = new StubObject(),
                OutputPath = Path.Combine(folder, "x.elf"),
            };
            Assert.Equal("MUEN3003", Assert.Single(NativeCompiler.Compile(request).Findings).Code);
            NativeFinding missing = Assert.Single(NativeCompiler.Compile(request with { AssemblyPath = Path.Combine(folder, "missing.dll") }).Findings);
            Assert.Equal("MUEN3000", missing.Code);
            Assert.Contains("missing.dll", missing.Message, StringComparison.Ordinal);
            NativeFinding compiler = Assert.Single(NativeCompiler.Compile(request with { CompilerPath = Path.Combine(folder, "ilc") }).Findings);
            Assert.Equal("MUEN3001", compiler.Code);
            Assert.Contains("dotnet restore", compiler.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void A_missing_compiler_or_linker_is_one_clear_line()
    {
        Assert.Null(Toolchain.FindCompiler("/nonexistent", out string? error));
        Assert.Contains(Toolchain.CompilerPackage, error, StringComparison.Ordinal);
        Assert.Contains(Toolchain.CompilerVersion, error, StringComparison.Ordinal);
        Assert.Null(Toolchain.FindLinker("/nonexistent", out error));
        Assert.Contains("apt install lld", error, StringComparison.Ordinal);
        Assert.Contains("dnf install lld", error, StringComparison.Ordinal);
        Assert.Contains("pacman -S lld", error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_old_ELF_does_not_survive_a_refusal()
    {
        using var snippet = new Snippet("static class Program { static int n; static int Main() { n++; return new int[n].Length; } }");
        NativeResult first = snippet.Subject();
        Assert.False(first.Succeeded);
        NativeRequest request = Request("static class P { static int n; static int Main() { n++; return new int[n].Length; } }", Stubs(), out IDisposable folder);
        File.WriteAllText(request.OutputPath, "old");
        Assert.False(NativeCompiler.Compile(request).Succeeded);
        Assert.False(File.Exists(request.OutputPath));
        folder.Dispose();
    }

    static StubObject Stubs()
    {
        var stub = new StubObject();
        stub.Code64("entry", a => a.hlt());
        stub.Code64("muen_panic", a => a.hlt());
        return stub;
    }

    static NativeRequest Request(string source, StubObject stubs, out IDisposable cleanup)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("muen-native-");
        cleanup = new Cleanup(folder);
        return new NativeRequest
        {
            Kind = NativeKind.Subject,
            AssemblyPath = Snippet.Compile(
                source, folder.FullName, Microsoft.CodeAnalysis.OutputKind.ConsoleApplication, [Microsoft.CodeAnalysis.MetadataReference.CreateFromFile(Snippet.CoreLib)]),
            References = [Snippet.CoreLib],
            Stubs = stubs,
            OutputPath = Path.Combine(folder.FullName, "out.elf"),
        };
    }

    /// <summary>There is a finding of this code at the marked line, and no ELF.</summary>
    static void AssertFinding(Snippet snippet, NativeResult result, string code, string function, string message)
    {
        Assert.Null(result.ElfPath);
        Assert.True(
            result.Findings.Any(f => f.Code == code && f.File == "Test.cs" && f.Line == snippet.MarkedLine
                && f.Function?.Contains(function, StringComparison.Ordinal) == true && f.Message.Contains(message, StringComparison.Ordinal)),
            $"no {code} of {function} at line {snippet.MarkedLine} with \"{message}\" in:\n{string.Join('\n', result.Findings)}");
    }

    sealed class Cleanup(DirectoryInfo folder) : IDisposable
    {
        public void Dispose() => folder.Delete(true);
    }
}
