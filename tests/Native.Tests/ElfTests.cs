// SPDX-License-Identifier: MIT
using CsCheck;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native.Tests;

/// <summary>What is written is read back, and no input makes the reader fail with anything but its own error.</summary>
public class ElfTests
{
    static readonly Gen<byte[]> Bytes = Gen.Byte.Array[0, 300];

    static readonly Gen<ElfSegment> Segment =
        from flags in Gen.Int[0, 7]
        from page in Gen.ULong[0, 1 << 20]
        from content in Bytes
        from extra in Gen.ULong[0, 10000]
        from alignment in Gen.OneOfConst(1UL, 16UL, 4096UL)
        select new ElfSegment(
            ElfSegmentType.Load, (ElfSegmentFlags)flags, page * 4096, page * 4096, (ulong)content.Length + extra, alignment, content);

    [Fact]
    public void Executables_come_back() => Gen.Select(Segment.Array[0, 8], Gen.ULong).Sample(
        (segments, entry) =>
        {
            using var stream = new MemoryStream();
            ElfExecutable.Write(stream, entry, segments);
            ElfFile file = ElfFile.Parse(stream.ToArray());
            Assert.Equal(ElfType.Executable, file.Type);
            Assert.Equal(entry, file.Entry);
            Assert.Equal(segments.Length, file.Segments.Count);
            foreach ((ElfSegment written, ElfSegment read) in segments.Zip(file.Segments))
            {
                Assert.Equal(written with { Content = default }, read with { Content = default });
                Assert.True(written.Content.Span.SequenceEqual(read.Content.Span));
            }

            using var again = new MemoryStream();
            ElfExecutable.Write(again, entry, segments);
            Assert.Equal(stream.ToArray(), again.ToArray());
        },
        iter: 300);

    [Fact]
    public void Objects_come_back() => Gen.Select(Bytes.Array[1, 6], Gen.ULong[0, 5000], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 250], Gen.Int[0, 9], Gen.Long).Array[0, 20]).Sample(
        (sections, zeros, relocations) =>
        {
            var builder = new ElfObjectBuilder();
            int[] handles = [.. sections.Select((s, n) => builder.AddSection($".s{n}", ElfSectionFlags.Allocate, 16, s))];
            int bss = builder.AddZeroSection(".bss", 4096, zeros);
            builder.DefineSymbol("zeros", bss, 0, zeros, ElfSymbolType.Object);
            for (int n = 0; n < handles.Length; n++)
            {
                builder.DefineSymbol($"symbol{n}", handles[n], (ulong)n, 7, ElfSymbolType.Function);
            }

            builder.DefineAbsolute("absolute", 0x1234_5678_9ABC);
            var expected = new List<(int Section, ulong Offset, string Symbol, long Addend)>();
            foreach ((int section, int offset, int symbol, long addend) in relocations)
            {
                (int Section, ulong Offset, string Symbol, long Addend) r = (section % handles.Length, (ulong)offset, symbol < handles.Length ? $"symbol{symbol}" : $"outside{symbol}", addend);
                builder.AddRelocation(handles[r.Section], r.Offset, ElfRelocationType.Plt32, r.Symbol, r.Addend);
                expected.Add(r);
            }

            byte[] bytes = builder.ToArray();
            Assert.Equal(bytes, builder.ToArray());
            ElfFile file = ElfFile.Parse(bytes);
            Assert.Equal(ElfType.Relocatable, file.Type);
            for (int n = 0; n < sections.Length; n++)
            {
                ElfSection read = file.FindSection($".s{n}")!;
                Assert.True(read.Content.Span.SequenceEqual(sections[n]));
                ElfSymbol symbol = file.FindSymbol($"symbol{n}")!;
                Assert.Equal((read.Index, (ulong)n, 7UL, ElfSymbolType.Function), (symbol.SectionIndex, symbol.Value, symbol.Size, symbol.Type));
                Assert.Equal(
                    expected.Where(e => e.Section == n).Select(e => (e.Offset, e.Symbol, e.Addend)),
                    file.RelocationsOf(read).Select(r => (r.Offset, file.Symbols[r.SymbolIndex].Name, r.Addend)));
            }

            ElfSection memory = file.FindSection(".bss")!;
            Assert.Equal((ElfSectionType.NoBits, zeros, 4096UL), (memory.Type, memory.Size, memory.Alignment));
            Assert.Equal(0x1234_5678_9ABCUL, file.FindSymbol("absolute")!.Value);
            Assert.All(expected.Where(e => e.Symbol.StartsWith("outside", StringComparison.Ordinal)), e => Assert.True(file.FindSymbol(e.Symbol)!.IsUndefined));
        },
        iter: 300);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Broken_files_give_our_error_or_a_file(bool executable)
    {
        byte[] good = executable ? SampleExecutable() : Sample();
        Assert.NotEmpty(ElfFile.Parse(good).Segments.Concat<object>(ElfFile.Parse(good).Sections));
        Gen.Select(Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte).Array[1, 12], Gen.Int[0, good.Length], Gen.Bool).Sample(
            (changes, length, cut) =>
            {
                byte[] bytes = (byte[])good.Clone();
                foreach ((int at, byte value) in changes)
                {
                    // Half of them in the headers, where they do most.
                    bytes[(at & 1) == 0 ? at % 64 : at] = value;
                }

                Read(cut ? bytes[..length] : bytes);
            },
            iter: 20000);
    }

    [Fact]
    public void Every_truncation_gives_our_error_or_a_file()
    {
        byte[] good = Sample();
        for (int length = 0; length < good.Length; length++)
        {
            Read(good[..length]);
        }

        Assert.Throws<ElfException>(() => ElfFile.Parse(good.AsMemory(0, 63)));
        Assert.Throws<ElfException>(() => ElfFile.Parse(default));
    }

    [Fact]
    public void A_file_of_another_machine_is_refused()
    {
        byte[] bytes = Sample();
        bytes[18] = 183;                        // AArch64
        Assert.Contains("x86-64", Assert.Throws<ElfException>(() => ElfFile.Parse(bytes)).Message, StringComparison.Ordinal);
        Assert.Contains("/nonexistent/file", Assert.Throws<ElfException>(() => ElfFile.Load("/nonexistent/file")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writers_refuse_what_cannot_be_written()
    {
        using var stream = new MemoryStream();
        var tooLong = new ElfSegment(ElfSegmentType.Load, ElfSegmentFlags.Read, 0x1000, 0x1000, 3, 4096, new byte[4]);
        Assert.Contains("0x1000", Assert.Throws<ElfException>(() => ElfExecutable.Write(stream, 0, [tooLong])).Message, StringComparison.Ordinal);
        var builder = new ElfObjectBuilder();
        int text = builder.AddSection(".text", ElfSectionFlags.Allocate, 16, new byte[4]);
        builder.DefineSymbol("twice", text, 0, 1, ElfSymbolType.Function);
        Assert.Contains("twice", Assert.Throws<ElfException>(() => builder.DefineSymbol("twice", text, 1, 1, ElfSymbolType.Function)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_line_tables_end_and_do_no_harm()
    {
        using var snippet = new Snippet("static class Program { static int n; static int Main() { n++; return n * 3; } }");
        byte[] good = File.ReadAllBytes(snippet.Subject().ElfPath!);
        ElfSection section = ElfFile.Parse(good).FindSection(".debug_line")!;
        int begin = (int)section.FileOffset;
        Gen.Select(Gen.Int[0, section.Content.Length - 1], Gen.Byte).Array[1, 8].Sample(
            changes =>
            {
                byte[] bytes = (byte[])good.Clone();
                foreach ((int at, byte value) in changes)
                {
                    bytes[begin + at] = value;
                }

                ElfFile file = ElfFile.Parse(bytes);
                LineTable.Read(file).Find(file, file.Entry);
            },
            iter: 3000);
    }

    /// <summary>An object with every kind of part, followed by nothing that the reader skips.</summary>
    static byte[] Sample()
    {
        var builder = new ElfObjectBuilder();
        int text = builder.AddSection(".text", ElfSectionFlags.Allocate | ElfSectionFlags.Execute, 16, new byte[64]);
        int bss = builder.AddZeroSection(".bss", 16, 100);
        builder.DefineSymbol("function", text, 0, 16, ElfSymbolType.Function);
        builder.DefineSymbol("data", bss, 8, 16, ElfSymbolType.Object);
        builder.AddRelocation(text, 4, ElfRelocationType.Plt32, "elsewhere", -4);
        return builder.ToArray();
    }

    static byte[] SampleExecutable()
    {
        using var stream = new MemoryStream();
        ElfExecutable.Write(
            stream,
            0x1000,
            [
                new ElfSegment(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, 0x1000, 0x1000, 100, 16, new byte[90]),
                new ElfSegment(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Write, 0x2000, 0x2000, 100, 16, new byte[100]),
            ]);
        return stream.ToArray();
    }

    static void Read(byte[] bytes)
    {
        try
        {
            ElfFile file = ElfFile.Parse(bytes);
            foreach (ElfSection section in file.Sections)
            {
                file.RelocationsOf(section);
            }
        }
        catch (ElfException)
        {
            // The one error that is allowed.
        }
    }
}
