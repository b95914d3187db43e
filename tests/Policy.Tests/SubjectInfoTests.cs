// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Muen.Sdk.Policy.Tests;

/// <summary>The subject information of the first demo's client, parsed with the offsets of the ABI's text (sinfo version 5).</summary>
public sealed class SubjectInfoTests : IDisposable
{
    private readonly Workspace workspace = new();
    private readonly SystemImage image;
    private readonly byte[] info;

    public SubjectInfoTests()
    {
        image = workspace.Compile(Policies.Crypter);
        info = new Memory(image.Regions).Bytes(image.View.Regions.Single(r => r.Name == "client|sinfo").Address, 0x8000);
    }

    public void Dispose() => workspace.Dispose();

    [Fact]
    public void Its_head_is_that_of_version_5()
    {
        Assert.Equal(0x0500_6F66_6E69_756Dul, BitConverter.ToUInt64(info, 0));
        Assert.Equal(50000u, BitConverter.ToUInt32(info, 8));
        Assert.Equal("client", Name(12));
        Assert.Equal(18, BitConverter.ToUInt16(info, 78));
        Assert.All(info.Skip(80 + (18 * 128)), b => Assert.Equal(0, b));
    }

    [Fact]
    public void It_has_every_memory_region_with_rights_and_kind()
    {
        var memory = All(1).Select(at => (Name(at + 4), Kind: info[at + 72], Content: info[at + 73], Flags: info[at + 74], Pattern: BitConverter.ToUInt16(info, at + 75),
            Address: BitConverter.ToUInt64(info, at + 80), Size: BitConverter.ToUInt64(info, at + 88))).ToList();
        Assert.Equal(
            [
                ("binary_text", 2, 2, 2, 256, 0x20_0000, 0x2000),
                ("binary_rodata", 2, 2, 0, 256, 0x20_2000, 0x1000),
                ("binary_data", 2, 2, 1, 256, 0x20_3000, 0x2000),
                ("stack", 0, 0, 1, 256, 0x3FFF_8000, 0x8000),
                ("files", 0, 2, 0, 256, 0x1_0000_0000, 0x40000),
                ("out", 5, 0, 1, 256, 0x1_0004_1000, 0x10000),
                ("in", 5, 0, 0, 256, 0x1_0005_2000, 0x4000),
                ("sinfo", 1, 0, 0, 256, 0xE_0000_0000, 0x8000),
                ("scheduling_info", 9, 0, 0, 256, 0xE_0000_8000, 0x1000),
                ("timed_event", 7, 0, 1, 256, 0xE_0001_0000, 0x1000),
            ],
            memory);
    }

    [Fact]
    public void A_file_has_its_digest_over_the_whole_region()
    {
        byte[] whole = new byte[0x40000];
        File.ReadAllBytes(Path.Combine(workspace.Folder, "files.tar")).CopyTo(whole, 0);
        int at = All(1).Single(a => Name(a + 4) == "files");
        Assert.Equal(SHA256.HashData(whole), info.AsSpan(at + 96, 32).ToArray());
        Assert.All(info.Skip(All(1).Single(a => Name(a + 4) == "out") + 96).Take(32), b => Assert.Equal(0, b));
    }

    [Fact]
    public void Events_and_vectors_have_their_numbers()
    {
        Assert.Equal([("sleep", 0), ("poweroff", 1), ("done", 2), ("out", 3)], All(2).Select(at => (Name(at + 4), (int)info[at + 72])));
        Assert.Equal([("in", 32), ("console_irq", 33)], All(3).Select(at => (Name(at + 4), (int)info[at + 72])));
    }

    [Fact]
    public void Devices_and_ports_are_named_by_device_and_resource()
    {
        int device = Assert.Single(All(4));
        Assert.Equal("console", Name(device + 4));
        Assert.Equal((33, 1), (info[device + 82], info[device + 83]));
        int port = Assert.Single(All(6));
        Assert.Equal("console_port", Name(port + 4));
        Assert.Equal((0xFFFF, 0x3F8, 8), (BitConverter.ToUInt16(info, port + 72), BitConverter.ToUInt16(info, port + 76), BitConverter.ToUInt16(info, port + 78)));
    }

    [Fact]
    public void Device_memory_and_fills_are_described()
    {
        SystemImage other = workspace.Compile(Policies.With(
            Policies.Subject("a", """<memory><memory physical="m" writable="true"/></memory><devices><device logical="screen" physical="vga"><memory physical="text" writable="true"/></device></devices>"""),
            """<memory><memory name="m" size="8K"><fill pattern="0xA5"/></memory></memory>"""));
        var memory = new Memory(other.Regions);
        byte[] bytes = memory.Bytes(other.View.Regions.Single(r => r.Name == "a|sinfo").Address, 0x8000);
        int fill = Enumerable.Range(0, 255).Select(i => 80 + (i * 128)).Single(at => Encoding.ASCII.GetString(bytes, at + 5, bytes[at + 4]) == "m");
        Assert.Equal((1, 1, 0xA5), (bytes[fill + 73], bytes[fill + 74], BitConverter.ToUInt16(bytes, fill + 75)));
        Assert.Equal(SHA256.HashData(Enumerable.Repeat((byte)0xA5, 8192).ToArray()), bytes.AsSpan(fill + 96, 32).ToArray());
        Assert.Equal(Enumerable.Repeat((byte)0xA5, 8192), memory.Bytes(other.View.Regions.Single(r => r.Name == "m").Address, 8192));
        int screen = Enumerable.Range(0, 255).Select(i => 80 + (i * 128)).Single(at => BitConverter.ToUInt32(bytes, at) == 5);
        Assert.Equal("screen_text", Encoding.ASCII.GetString(bytes, screen + 5, bytes[screen + 4]));
        Assert.Equal((1, 0x1_0000_3000ul, 0x8000ul), (bytes[screen + 74], BitConverter.ToUInt64(bytes, screen + 80), BitConverter.ToUInt64(bytes, screen + 88)));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => new Page(0x1_0000_3000ul + ((ulong)i << 12), 0xB8000ul + ((ulong)i << 12), true, false, 3)),
            memory.Walk(other.View.Subjects[0].PageTables).Where(p => p.Pat == 3));
    }

    private List<int> All(uint kind) => [.. Enumerable.Range(0, 255).Select(i => 80 + (i * 128)).Where(at => BitConverter.ToUInt32(info, at) == kind)];

    private string Name(int at) => Encoding.ASCII.GetString(info, at + 1, info[at]);
}
