// SPDX-License-Identifier: MIT
using Iced.Intel;
using Muen.Sdk.Elf;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Native.Tests;

/// <summary>The checks on machine code that no C# would give: instruction by instruction, and on images that were broken by hand.</summary>
public class CheckTests
{
    public static TheoryData<string, Action<Assembler>, bool> Instructions => new()
    {
        { "movaps", a => a.movaps(xmm1, xmm2), true },
        { "movups store", a => a.movups(__[rax], xmm0), true },
        { "movd", a => a.movd(eax, xmm0), true },
        { "vaddps", a => a.vaddps(ymm0, ymm1, ymm2), true },
        { "vpgatherdd", a => a.vpgatherdd(xmm1, __[rax + xmm2 * 4], xmm3), true },
        { "zmm", a => a.vaddps(zmm0, zmm1, zmm2), true },
        { "kmov", a => a.kmovw(eax, k1), true },
        { "masked", a => a.vmovdqu32(zmm0.k1, __[rax]), true },
        { "fld", a => a.fld(st1), true },
        { "fild", a => a.fild(__dword_ptr[rax]), true },
        { "fninit", a => a.fninit(), true },
        { "fldcw", a => a.fldcw(__word_ptr[rax]), true },
        { "wait", a => a.wait(), true },
        { "emms", a => a.emms(), true },
        { "movq mm", a => a.movq(mm0, mm1), true },
        { "vzeroupper", a => a.vzeroupper(), true },
        { "ldmxcsr", a => a.ldmxcsr(__dword_ptr[rax]), true },
        { "stmxcsr", a => a.stmxcsr(__dword_ptr[rax]), true },
        { "tile", a => a.tilezero(tmm1), true },
        { "tilerelease", a => a.tilerelease(), true },
        { "ldtilecfg", a => a.ldtilecfg(__[rax]), true },
        { "sttilecfg", a => a.sttilecfg(__[rax]), true },
        { "xsave64", a => a.xsave64(__[rdi]), false },
        { "xrstor64", a => a.xrstor64(__[rdi]), false },
        { "xsaveopt64", a => a.xsaveopt64(__[rdi]), false },
        { "fxsave64", a => a.fxsave64(__[rdi]), false },
        { "xsetbv", a => a.xsetbv(), false },
        { "lfence", a => a.lfence(), false },
        { "mfence", a => a.mfence(), false },
        { "pause", a => a.pause(), false },
        { "movnti", a => a.movnti(__dword_ptr[rax], ecx), false },
        { "clflush", a => a.clflush(__byte_ptr[rax]), false },
        { "andn", a => a.andn(rax, rbx, rcx), false },
        { "bzhi", a => a.bzhi(rax, rbx, rcx), false },
        { "rep movsq", a => a.rep.movsq(), false },
        { "vmread", a => a.vmread(rax, rdi), false },
        { "invvpid", a => a.invvpid(rax, __xmmword_ptr[rsp]), false },
        { "cmpxchg16b", a => a.cmpxchg16b(__xmmword_ptr[rsp]), false },
        { "lock xadd", a => a.@lock.xadd(__qword_ptr[rax], rcx), false },
    };

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Vector_registers_are_seen(string name, Action<Assembler> emit, bool touches)
    {
        Assert.NotEmpty(name);
        var assembler = new Assembler(64);
        emit(assembler);
        using var stream = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(stream), 0);
        Instruction i = Iced.Intel.Decoder.Create(64, stream.ToArray(), 0).Decode();
        Assert.Equal(touches, VectorCheck.Touches(in i) is not null);
    }

    const string Switch = """
        static class K
        {
            static int n;
            [MethodImpl(MethodImplOptions.NoInlining)]
            static int Choose(int x)
            {
                switch (x)
                {
                    case 0: n += 5; return n; case 1: return n * 3; case 2: n -= 7; return 1; case 3: return n ^ 9; case 4: n = 8; return 12; case 5: return n + 77;
                    default: return -1;
                }
            }
            static int Main() { n++; return Choose(n); }
        }
        """;

    const string Plain = """
        static class K
        {
            static int n;
            [MethodImpl(MethodImplOptions.NoInlining)]
            static int Choose(int x) => x > 3 ? n * 3 : n ^ 9;
            [RuntimeExport("Start")] static void Start() { n++; n = Choose(n); }
        }
        """;

    [Fact]
    public void A_jump_table_is_refused_once_its_bound_or_an_entry_is_wrong()
    {
        using var snippet = new Snippet(Switch);
        byte[] good = File.ReadAllBytes(snippet.Subject().ElfPath!);
        Assert.Single(new CallGraph(Image(good)).JumpTables);
        LinkedImage image = Image(good);
        NativeFunction choose = image.Functions.Single(f => f.Name.EndsWith("Choose", StringComparison.Ordinal));
        Instruction compare = choose.Instructions.First(i => i.Mnemonic == Mnemonic.Cmp);
        Instruction above = choose.Instructions.First(i => i.Mnemonic == Mnemonic.Ja);
        Instruction table = choose.Instructions.First(i => i.Mnemonic == Mnemonic.Lea && i.IsIPRelativeMemoryOperand);

        // The bound too high, the branch turned round, an entry into the middle of an instruction, the table writable.
        AssertRefused(good, b => b[Offset(image, compare.IP) + compare.Length - 1] = 100);
        AssertRefused(good, b => b[Offset(image, above.IP) + (above.Length == 2 ? 0 : 1)] ^= 1);
        AssertRefused(good, b => b[Offset(image, table.IPRelativeMemoryAddress)]++);
        AssertRefused(good, b => b[64 + 56 + 4] |= (byte)ElfSegmentFlags.Write);

        static void AssertRefused(byte[] good, Action<byte[]> damage)
        {
            byte[] bad = (byte[])good.Clone();
            damage(bad);
            var graph = new CallGraph(Image(bad));
            Assert.Empty(graph.JumpTables);
            Assert.Single(graph.Indirect);
        }
    }

    [Fact]
    public void Memory_that_is_writable_and_executable_is_refused()
    {
        using var snippet = new Snippet(Plain);
        byte[] good = File.ReadAllBytes(snippet.Kernel().ElfPath!);
        Assert.Empty(Findings(good));
        byte[] bad = (byte[])good.Clone();
        bad[64 + 4] |= (byte)ElfSegmentFlags.Write;                             // p_flags of the first segment
        Assert.Equal("MUEN3014", Assert.Single(Findings(bad)).Code);
    }

    [Fact]
    public void Code_that_belongs_to_no_function_is_refused()
    {
        using var snippet = new Snippet(Plain);
        byte[] good = File.ReadAllBytes(snippet.Kernel().ElfPath!);
        LinkedImage image = Image(good);
        NativeFunction choose = image.Functions.Single(f => f.Name.EndsWith("Choose", StringComparison.Ordinal));
        byte[] bad = (byte[])good.Clone();
        int gap = Offset(image, choose.Address + choose.Size);
        Assert.Equal(0x90, bad[gap]);
        bad[gap] = 0xF4;                                                        // HLT in the filling behind a function
        Assert.Equal("MUEN3023", Assert.Single(Findings(bad)).Code);
        bad = (byte[])good.Clone();
        bad[Offset(image, choose.Address)] = 0x06;                              // PUSH ES is no instruction of 64-bit code
        Assert.Contains(Findings(bad), f => f.Code == "MUEN3023" && f.Function == choose.Name);
    }

    [Fact]
    public void A_branch_to_nowhere_is_refused()
    {
        using var snippet = new Snippet(Plain);
        byte[] bytes = File.ReadAllBytes(snippet.Kernel().ElfPath!);
        LinkedImage image = Image(bytes);
        NativeFunction start = image.Functions.Single(f => f.Name.EndsWith("Start", StringComparison.Ordinal));
        Instruction call = start.Instructions.First(i => i.IsCallNear);
        bytes[Offset(image, call.IP) + 4] = 0x10;                               // 256 MiB further
        Assert.Single(new CallGraph(Image(bytes)).Stray);
    }

    [Theory]
    [InlineData("byte* b = stackalloc byte[300]; b[n & 7] = 1; return Deep(b, n);")]
    [InlineData("Big a; Unsafe.SkipInit(out a); a.Bytes[n] = 2; return Deep(a.Bytes, n) + a.Bytes[3];")]
    [InlineData("byte* b = stackalloc byte[9000]; b[n & 7] = 1; return Deep(b, n) + Deep(b + 1, n + 1);")]
    public void The_bound_of_the_stack_holds_and_is_near(string body)
    {
        using var snippet = new Snippet($$"""
            static unsafe class Program
            {
                struct Big { public fixed byte Bytes[5000]; }
                static int n;
                static int Main()
                {
                    Touch();
                    return Work() & 1;
                }
                [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Touch")] static extern void Touch();
                [MethodImpl(MethodImplOptions.NoInlining)] static int Work() { {{body}} }
                [MethodImpl(MethodImplOptions.NoInlining)] static int Deep(byte* p, int i) { long* x = stackalloc long[20]; x[i & 3] = p[i]; return Deeper(x, i, p[0], p[1], 5, 6, 7, 8, 9); }
                [MethodImpl(MethodImplOptions.NoInlining)] static int Deeper(long* p, int i, int a, int b, int c, int d, int e, int f, int g)
                {
                    for (int k = 0; k < 20; k++) { p[k] = k * a; Leaf(p, k, b, c, d, e, f); }
                    return (int)p[i & 3] + a + b + c + d + e + f + g;
                }
                [MethodImpl(MethodImplOptions.NoInlining)] static void Leaf(long* p, int k, long a, long b, long c, long d, long e) { p[k] += a * b + c * d + e; }
            }
            """);
        // Touch returns at its first call; at exit the lowest changed byte below the entry's RSP tells what was used.
        (long used, NativeResult result) = snippet.MeasureStack();
        Assert.NotNull(result.WorstStackBytes);
        Assert.InRange(used, 1, result.WorstStackBytes.Value);
        Assert.True(result.WorstStackBytes.Value - used <= 4096 + 64, $"bound {result.WorstStackBytes}, used {used}");
        if (!body.Contains("9000", StringComparison.Ordinal) && !body.Contains("Big", StringComparison.Ordinal))
        {
            Assert.True(result.WorstStackBytes.Value - used <= 64, $"bound {result.WorstStackBytes}, used {used}");
        }
    }

    static LinkedImage Image(byte[] bytes) =>
        new((byte[])bytes.Clone(), symbol => (symbol is "entry" or "stop" or "muen_panic", 64), symbol => symbol, null);

    static List<NativeFinding> Findings(byte[] bytes)
    {
        var findings = new List<NativeFinding>();
        new Checks(Image(bytes), NativeKind.Kernel, findings).Image("entry");
        return findings;
    }

    static int Offset(LinkedImage image, ulong address)
    {
        ElfSection section = image.Elf.Sections.First(s => (s.Flags & ElfSectionFlags.Allocate) != 0 && s.Contains(address));
        return (int)(section.FileOffset + (address - section.Address));
    }
}
