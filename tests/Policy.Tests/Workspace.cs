// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Policy.Tests;

/// <summary>A folder of its own with a kernel, a binary <c>subject.elf</c> and a file <c>files.tar</c>, in which policies are compiled.</summary>
internal sealed class Workspace : IDisposable
{
    internal Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("policy-tests").FullName;
        WriteElf("kernel.elf", 0x100000, Code(0x100000), ReadOnly(0x101000), Data(0x102000));
        WriteElf("subject.elf", 0x200010, Code(0x200000, 0x1234), ReadOnly(0x202000), Data(0x203000));
        WriteElf("wx.elf", 0x200000, Segment(0x200000, ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute, 16));
        WriteElf("overlap.elf", 0x200000, Code(0x200000), Data(0x200800));
        WriteElf("stack.elf", 0x200000, Code(0x200000), Data(0x3FFFE000));
        WriteElf("zero.elf", 0x10, Code(0));
        WriteElf("entry.elf", 0x201000, Code(0x200000), ReadOnly(0x201000));
        WriteElf("empty.elf", 0x200000);
        WriteElf("shared.elf", 0x200000, Code(0x200000));
        byte[] shared = File.ReadAllBytes(Path.Combine(Folder, "shared.elf"));
        shared[16] = (byte)ElfType.Shared;
        Write("shared.elf", shared);
        Write("guest.elf", GuestBinaries.Elf32(0x10000C, (0x100000, 0x3000, GuestBinaries.Pattern(0x123, 3)), (0x104000, 0x2000, GuestBinaries.Pattern(0x10, 5))));
        Write("damaged.elf", GuestBinaries.Elf32(0x100000, (0x100000, 0x1000, GuestBinaries.Pattern(0x40, 1)))[..0x60]);
        WriteElf("kernel-entry.elf", 0x101000, Code(0x100000), ReadOnly(0x101000));
        WriteElf("kernel-high.elf", 0x100000, Code(0x100000), Data(0x1FF000));
        WriteElf("kernel-wx.elf", 0x100000, Segment(0x100000, ElfSegmentFlags.Read | ElfSegmentFlags.Write | ElfSegmentFlags.Execute, 16));
        WriteElf("kernel-shared-page.elf", 0x100000, Code(0x100000), Data(0x100800));
        WriteElf("kernel-moved.elf", 0x100000, Code(0x100000), ReadOnly(0x101000) with { PhysicalAddress = 0x102000 });
        Write("kernel-shared.elf", File.ReadAllBytes(Path.Combine(Folder, "shared.elf")));
        WriteElf("kernel-low.elf", 0x100000, Code(0x100000), ReadOnly(0xFF000));
        WriteElf("end.elf", 0x200000, Code(0x200000), Segment(0x7FFF_FFFF_F000, ElfSegmentFlags.Read, 16, 0x2000));
        Write("high.elf", GuestBinaries.Elf32(0x50000000, (0x50000000, 0x1000, GuestBinaries.Pattern(0x40, 1))));
        using (FileStream large = File.Create(Path.Combine(Folder, "large.elf")))
        {
            large.SetLength((1 << 30) + 1);
        }

        Write("nothing.xml", "<system/>");
        Write("boot.bin", GuestBinaries.Pattern(512, 9));
        File.WriteAllText(Path.Combine(Folder, "files.tar"), "forty-two bytes of what may be an archive..");
    }

    internal string Folder { get; }

    internal string Kernel { get; set; } = "kernel.elf";

    public void Dispose() => Directory.Delete(Folder, true);

    internal static ElfSegment Code(ulong address, int size = 0x100) => Segment(address, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, size);

    internal static ElfSegment ReadOnly(ulong address) => Segment(address, ElfSegmentFlags.Read, 0x80);

    internal static ElfSegment Data(ulong address) => Segment(address, ElfSegmentFlags.Read | ElfSegmentFlags.Write, 0x40, 0x1800);

    internal static ElfSegment Segment(ulong address, ElfSegmentFlags flags, int fileSize, ulong? memorySize = null) =>
        new(ElfSegmentType.Load, flags, address, address, memorySize ?? (ulong)fileSize, 0x1000, Enumerable.Range(0, fileSize).Select(i => (byte)(i * 7)).ToArray());

    internal void WriteElf(string name, ulong entry, params ElfSegment[] segments)
    {
        using FileStream stream = File.Create(Path.Combine(Folder, name));
        ElfExecutable.Write(stream, entry, segments);
    }

    internal string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    internal string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Compiles a file of the folder. Projects resolve to <c>subject.elf</c>.</summary>
    internal SystemImage? CompileFile(string path, DiagnosticBag bag) => PolicyCompiler.Compile(
        new CompilationInput(path, Path.Combine(Folder, Kernel), binary => Path.Combine(Folder, binary.Filename ?? "subject.elf"), name => Path.Combine(Folder, name)), bag);

    internal SystemImage? Compile(string policy, DiagnosticBag bag) => CompileFile(Write("system.xml", policy), bag);

    /// <summary>Compiles what must be right.</summary>
    internal SystemImage Compile(string policy)
    {
        var bag = new DiagnosticBag();
        SystemImage? image = Compile(policy, bag);
        Assert.Empty(bag.Sorted.Select(d => d.ToString()));
        Assert.NotNull(image);
        return image;
    }

    /// <summary>The errors of a policy, as <c>file(line,col): error ...</c> with the file's name only.</summary>
    internal IReadOnlyList<string> Errors(string policy) => ErrorsOf(Write("system.xml", policy));

    internal IReadOnlyList<string> ErrorsOf(string path)
    {
        var bag = new DiagnosticBag();
        SystemImage? image = CompileFile(path, bag);
        Assert.Equal(bag.HasErrors, image is null);
        return [.. bag.Sorted.Select(d => (d with { Message = d.Message.Replace(Folder + "/", "", StringComparison.Ordinal), File = d.File.Replace(Folder + "/", "", StringComparison.Ordinal) }).ToString())];
    }
}
