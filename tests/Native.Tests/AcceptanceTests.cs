// SPDX-License-Identifier: MIT
using System.Buffers.Binary;
using System.Text;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native.Tests;

/// <summary>Good code passes, runs, and lies in memory as it must.</summary>
public class AcceptanceTests
{
    const string Imports = "[MethodImpl(MethodImplOptions.InternalCall), RuntimeImport(\"*\", \"Write\")] static extern void Write(byte* text, int length);";

    [Fact]
    public void A_subject_runs()
    {
        using var snippet = new Snippet($$"""
            static unsafe class Program
            {
                {{Imports}}
                static int counter;
                static void Print(ReadOnlySpan<byte> text) { fixed (byte* p = text) { Write(p, text.Length); } }
                static int Main()
                {
                    Print("hello\n"u8);
                    Span<byte> buffer = stackalloc byte[8];
                    "abc"u8.CopyTo(buffer);
                    buffer[3..].Fill((byte)'z');
                    Print(buffer);
                    counter += buffer.IndexOf((byte)'z');
                    return counter;
                }
            }
            """);
        (byte[] output, int exit, _) = snippet.Run();
        Assert.Equal("hello\nabczzzzz", Encoding.ASCII.GetString(output));
        Assert.Equal(3, exit);
    }

    [Theory]
    [InlineData("int[] _; Span<int> s = stackalloc int[4]; return s[n + 4];", 1)]                  // an index, in this code
    [InlineData("Span<int> s = stackalloc int[4]; return s.Slice(n + 5).Length;", 5)]              // in a method that is inlined
    [InlineData("return checked(n + int.MaxValue + 1);", 2)]
    [InlineData("Span<int> s = stackalloc int[4]; new Span<int>(ref n).CopyTo(s[..n]); return s[0];", 6)]
    [InlineData("int? none = n == 0 ? null : n; return none.Value;", 7)]
    [InlineData("Environment.FailFast(\"enough\"); return 0;", 9)]
    public void A_panic_tells_the_line_that_failed(string body, int reason)
    {
        using var snippet = new Snippet($$"""
            static unsafe class Program
            {
                static int n;
                static int Main(string[] _)
                {
                    n = Zero();
                    return Fail();
                }

                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Zero() => Volatile.Read(ref n);

                [MethodImpl(MethodImplOptions.NoInlining)]
                static int Fail()
                {
                    {{body.Replace("int[] _; ", "", StringComparison.Ordinal)}} //!
                }
            }
            """.Replace("Main(string[] _)", "Main()", StringComparison.Ordinal));
        (byte[] output, int exit, NativeResult result) = snippet.Run();
        Assert.Equal(128 + reason, exit);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(output);
        ElfFile elf = ElfFile.Load(result.ElfPath!);
        (string? file, int line) = LineTable.Read(elf, [("/src/", "")]).Find(elf, address - 1);
        Assert.Equal(("Test.cs", snippet.MarkedLine), (file, line));
    }

    [Fact]
    public void Segments_have_one_right_beside_reading_and_bss_takes_no_room()
    {
        using var snippet = new Snippet("""
            static unsafe class Program
            {
                struct Large { public fixed byte Bytes[100000]; }
                static class Zero { internal static Large large; }
                static int value = 7;
                static ReadOnlySpan<int> Table => [1, 2, 3, 4, 5];
                static int Main() { Zero.large.Bytes[value] = 1; value++; return Table[value & 3] + Zero.large.Bytes[value]; }
            }
            """);
        NativeResult result = snippet.Subject();
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        ElfFile elf = ElfFile.Load(result.ElfPath!);
        Assert.Equal(
            [ElfSegmentFlags.Read | ElfSegmentFlags.Execute, ElfSegmentFlags.Read, ElfSegmentFlags.Read | ElfSegmentFlags.Write],
            elf.LoadSegments.Select(s => s.Flags));
        Assert.All(elf.LoadSegments, s => Assert.Equal(0UL, s.VirtualAddress % 4096));
        Assert.All(elf.LoadSegments, s => Assert.Equal(s.VirtualAddress, s.PhysicalAddress));
        Assert.Equal(0x20_0000UL, elf.LoadSegments.First().VirtualAddress);
        ElfSegment data = elf.LoadSegments.Last();
        Assert.True(data.MemorySize > 100000 && data.Content.Length < 10000, $"{data.MemorySize} bytes of memory, {data.Content.Length} of file");
        Assert.True(new FileInfo(result.ElfPath!).Length < 100000);

        // Debug information is there and outside of memory.
        ElfSection lines = elf.FindSection(".debug_line")!;
        Assert.Equal(ElfSectionFlags.None, lines.Flags & ElfSectionFlags.Allocate);
    }

    [Fact]
    public void A_kernel_begins_with_its_first_boot_piece_at_1_MiB()
    {
        using var snippet = new Snippet("static class K { static int n; [RuntimeExport(\"Start\")] static void Start() => n++; }");
        NativeResult result = snippet.Kernel(stub => stub.Code64("later", a => a.hlt(), StubSection.BootText));
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        ElfFile elf = ElfFile.Load(result.ElfPath!);
        Assert.Equal(0x10_0000UL, elf.Entry);
        Assert.Equal(0x10_0000UL, elf.FindSymbol("image_begin")!.Value);
    }

    [Fact]
    public void A_call_of_one_instruction_becomes_the_instruction()
    {
        using var snippet = new Snippet("""
            static class K
            {
                [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadFlagsByte")] static extern ulong ReadFlagsByte(ulong field);
                static ulong n;
                [RuntimeExport("Start")] static void Start() { n = ReadFlagsByte(5); n += ReadFlagsByte(6); }
            }
            """);
        NativeResult result = snippet.Kernel(stub => stub.Code64("ReadFlagsByte", a => { a.vmread(Iced.Intel.AssemblerRegisters.rax, Iced.Intel.AssemblerRegisters.rdi); a.ret(); }, inline: true));
        Assert.True(result.Succeeded, string.Join('\n', result.Findings));
        Assert.Equal(2, result.InlinedCalls);
        ElfFile elf = ElfFile.Load(result.ElfPath!);
        ElfSection text = elf.FindSection(".text")!;
        ReadOnlySpan<byte> code = text.Content.Span;
        int count = 0;
        for (int at = code.IndexOf((ReadOnlySpan<byte>)[0x3E, 0x3E, 0x0F, 0x78, 0xF8]); at >= 0; count++)
        {
            int next = code[(at + 1)..].IndexOf((ReadOnlySpan<byte>)[0x3E, 0x3E, 0x0F, 0x78, 0xF8]);
            at = next < 0 ? -1 : at + 1 + next;
        }

        Assert.Equal(2, count);
    }

    [Fact]
    public void References_may_be_stored_and_functions_may_hold_buffers()
    {
        using var snippet = new Snippet("""
            static unsafe class Program
            {
                struct Named { public string Name; public int Value; }
                static int n;
                static int Main()
                {
                    Span<Named> names = stackalloc Named[2];
                    names[n].Name = "four";
                    names[1] = names[0];
                    string text = names[1].Name;
                    int sum = 0;
                    foreach (char c in text) { sum += c; }
                    byte* buffer = stackalloc byte[20000];
                    buffer[19999] = 3;
                    return text.Length + buffer[19999] + (sum == 'f' + 'o' + 'u' + 'r' ? 0 : 100);
                }
            }
            """.Replace("Span<Named> names = stackalloc Named[2];", "Two names = default;", StringComparison.Ordinal)
            .Replace("static int n;", "[InlineArray(2)] struct Two { Named first; } static int n;", StringComparison.Ordinal));
        (_, int exit, NativeResult result) = snippet.Run();
        Assert.Equal(7, exit);
        Assert.True(result.WorstStackBytes >= 20000, string.Join(" ", result.Stacks));
    }
}
