// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Formats.Tar;
using System.IO;
using System.Linq;
using System.Text;
using CsCheck;
using Muen.Samples.Crypter;
using Muen.Samples.Crypter.Client;
using Muen.Samples.Crypter.Intruder;
using Muen.Samples.Crypter.Service;
using Muen.Tests.Machine;
using Xunit;
using TarReader = Muen.Samples.Crypter.Client.TarReader;

namespace Muen.Tests;

/// <summary>The client's archive reader, with archives of .NET's and with damaged ones.</summary>
public class TarReaderTests
{
    static readonly Gen<(string Name, byte[] Content)[]> Files =
        Gen.Select(Gen.Char.AlphaNumeric.Array[1, 90], Gen.Byte.Array[0, 3000], (name, content) => (new string(name), content)).Array[0, 6];

    static byte[] Archive((string Name, byte[] Content)[] files, int padding = 0)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, "folder/"));
            foreach ((string name, byte[] content) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
                writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, name + ".link") { LinkName = name });
            }
        }
        return [.. stream.ToArray(), .. new byte[padding]];
    }

    static (List<(string Name, byte[] Content)> Files, bool Damaged) Read(ReadOnlySpan<byte> archive)
    {
        var files = new List<(string, byte[])>();
        TarReader reader = new(archive);
        while (reader.MoveNext())
        {
            string prefix = Encoding.Latin1.GetString(reader.Prefix);
            string name = Encoding.Latin1.GetString(reader.Name);
            files.Add((prefix.Length == 0 ? name : prefix + "/" + name, reader.Content.ToArray()));
            Assert.True(files.Count <= archive.Length / 512);
        }
        return (files, reader.IsDamaged);
    }

    [Fact]
    public void Regular_files_of_an_archive_come_in_order() =>
        Gen.Select(Files, Gen.Int[0, 5000]).Sample(
            (files, padding) =>
            {
                (List<(string Name, byte[] Content)> read, bool damaged) = Read(Archive(files, padding));
                Assert.False(damaged);
                Assert.Equal(files.Select(f => f.Name), read.Select(f => f.Name));
                Assert.Equal(files.Select(f => f.Content), read.Select(f => f.Content));
            },
            iter: 200);

    [Fact]
    public void A_long_name_is_put_together()
    {
        // .NET splits a name as it likes; both fields are put in by hand, without the NUL that only shorter ones have.
        byte[] archive = Archive([("file", [1])]);
        archive.AsSpan(512, 100).Fill((byte)'b');
        archive.AsSpan(512 + 345, 155).Fill((byte)'a');
        FixChecksum(archive.AsSpan(512, 512));
        Assert.Equal(new string('a', 155) + "/" + new string('b', 100), Assert.Single(Read(archive).Files).Name);
    }

    [Theory]
    [InlineData("77777777777\0")]
    [InlineData("777777777777")]
    [InlineData("00000010000\0")]
    public void A_size_beyond_the_archive_is_damage(string size) => Assert.True(ReadWithField(124, size).Damaged);

    [Theory]
    [InlineData("0000000000x\0")]
    [InlineData("00000000008\0")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("            ")]
    [InlineData("-0000000001\0")]
    [InlineData("\u0080\0\0\0\0\0\0\0\0\0\0\u0001")]
    public void A_size_that_is_not_octal_is_damage(string size) => Assert.True(ReadWithField(124, size).Damaged);

    [Theory]
    [InlineData("         1 \0")]
    [InlineData("1          \0")]
    [InlineData("000000000001")]
    public void A_size_written_otherwise_is_read(string size)
    {
        (List<(string Name, byte[] Content)> files, bool damaged) = ReadWithField(124, size);
        Assert.False(damaged);
        Assert.Equal([7], Assert.Single(files).Content);
    }

    [Fact]
    public void A_wrong_checksum_or_magic_is_damage()
    {
        Assert.True(ReadWithField(148, "0000001\0", fixChecksum: false).Damaged);
        Assert.True(ReadWithField(257, "gnu").Damaged);
    }

    [Fact]
    public void Damaged_archives_lead_nowhere() =>
        Gen.Select(Files, Gen.Int, Gen.Int[0, 20], Gen.Int[0, 2000], Gen.Bool).Sample(
            (files, seed, faults, cut, fixChecksums) =>
            {
                byte[] archive = Archive(files);
                archive = archive[..Math.Max(0, archive.Length - cut)];
                var random = new Random(seed);
                for (int i = 0; i < faults && archive.Length != 0; i++)
                {
                    archive[random.Next(archive.Length)] = (byte)random.Next(256);
                }
                for (int at = 0; fixChecksums && at + 512 <= archive.Length; at += 512)
                {
                    FixChecksum(archive.AsSpan(at, 512));
                }
                using var memory = new GuardedMemory((archive.Length + 8) & ~7);
                Span<byte> end = memory.Bytes[^archive.Length..];
                archive.CopyTo(end);
                _ = Read(end);
            },
            iter: 2000);

    static (List<(string Name, byte[] Content)> Files, bool Damaged) ReadWithField(int offset, string value, bool fixChecksum = true)
    {
        byte[] archive = Archive([("file", [7])]);
        Encoding.Latin1.GetBytes(value, archive.AsSpan(512 + offset));
        if (fixChecksum)
        {
            FixChecksum(archive.AsSpan(512, 512));
        }
        return Read(archive);
    }

    static void FixChecksum(Span<byte> header)
    {
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header)
        {
            sum += value;
        }
        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header[148..]);
    }
}
