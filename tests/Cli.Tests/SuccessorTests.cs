// SPDX-License-Identifier: MIT

using Iced.Intel;
using Muen.Sdk.Cli.Debugging;
using Muen.Sdk.Elf;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.Sdk.Cli.Tests;

/// <summary>Where a second breakpoint may stand for one that Bochs misses, by the program's file alone: a subject's first instruction is to be stopped at before the image is in memory.</summary>
public sealed class SuccessorTests : IDisposable
{
    const ulong Start = 0x20_0000;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muen-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheInstructionBehindTheFirstOneIsItsSecondPlace()
    {
        Assert.Equal(Start + 2, Second(a =>
        {
            a.xor(ebp, ebp);
            a.sub(rsp, 16);
        }));
        Assert.Equal(Start + 4, Second(a => a.sub(rsp, 16)));
    }

    [Fact]
    public void ACallLeadsToItsTarget() => Assert.Equal(Start + 0x100, Second(a => a.call(Start + 0x100)));

    [Fact]
    public void WhatCannotBeUndoneHasNone()
    {
        Assert.Null(Second(a => a.ret()));
        Assert.Null(Second(a => a.inc(rax)));
        Assert.Null(Second(a => a.add(__qword_ptr[rbx], 1)));
        Assert.Null(Program(a => a.nop()).Of(Start - 1, out _));
        Assert.Null(Program(a => a.nop()).Of(Start + 0x1000, out _));
    }

    /// <summary>The register that gets its old value back, from what it has after the instruction.</summary>
    [Fact]
    public void AnInstructionIsUndone()
    {
        Assert.Equal((Register.RSP, 1008ul), Undone(a => a.push(rax)));
        Assert.Equal((Register.RSP, 1016ul), Undone(a => a.sub(rsp, 16)));
        Assert.Equal((Register.RAX, 993ul), Undone(a => a.add(rax, 7)));
        Assert.Null(Undone(a => a.mov(rax, rbx)));
    }

    static (Register, ulong)? Undone(Action<Assembler> write)
    {
        Assert.True(Successor.Undo(Decoder.Create(64, Code(write), Start).Decode(), _ => 1000, out (Register, ulong)? change));
        return change;
    }

    ulong? Second(Action<Assembler> write) => Program(write).Of(Start, out _);

    Successor Program(Action<Assembler> write)
    {
        string path = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.elf");
        byte[] code = Code(write);
        using (FileStream file = File.Create(path))
        {
            ElfExecutable.Write(file, Start, [new(ElfSegmentType.Load, ElfSegmentFlags.Read | ElfSegmentFlags.Execute, Start, Start, (ulong)code.Length, 4096, code)]);
        }

        return new Successor(path);
    }

    static byte[] Code(Action<Assembler> write)
    {
        var assembler = new Assembler(64);
        write(assembler);
        using var code = new MemoryStream();
        assembler.Assemble(new StreamCodeWriter(code), Start);
        return code.ToArray();
    }
}
