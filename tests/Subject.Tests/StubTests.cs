// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using Iced.Intel;
using Muen.Sdk.Elf;
using Muen.Sdk.Native;
using Muen.Sdk.Subject;
using Muen.Tests.Machine;
using Xunit;

namespace Muen.Tests;

/// <summary>The subjects' assembly.</summary>
public unsafe class StubTests
{
    [Fact]
    public void Each_vector_has_a_stub_where_the_entry_expects_it()
    {
        List<Instruction> code = Decode(SubjectStubs.Create(probes: false), "interrupt_stubs");
        Assert.Equal(224 * 3, code.Count);
        for (int i = 0; i < 224; i++)
        {
            Assert.Equal((ulong)(8 * i), code[3 * i].IP - code[0].IP);
            Assert.Equal(Mnemonic.Push, code[3 * i].Mnemonic);
            Assert.Equal(32 + i, unchecked((sbyte)code[3 * i].Immediate8) + 160);
            Assert.Equal(Code.Jmp_rel32_64, code[(3 * i) + 1].Code);
        }
    }

    [Fact]
    public void An_ordinary_subject_holds_no_instruction_that_exits_but_the_hypercall_and_granted_ones()
    {
        Mnemonic[] allowed =
        [
            Mnemonic.Vmcall, Mnemonic.In, Mnemonic.Out, Mnemonic.Rdtsc, Mnemonic.Cli, Mnemonic.Sti, Mnemonic.Hlt, Mnemonic.Lgdt, Mnemonic.Lidt, Mnemonic.Iretq,
            Mnemonic.Retf, Mnemonic.Ud2,
        ];
        Assert.Empty(Privileged(SubjectStubs.Create(probes: false)).Except(allowed));
        Assert.NotEmpty(Privileged(SubjectStubs.Create(probes: true)).Except(allowed));
    }

    [Fact]
    public void The_probes_are_added_for_a_program_that_uses_them_alone()
    {
        // This test's own assembly defines a Probe and refers to none.
        StubObject without = SubjectStubs.Create(typeof(StubTests).Assembly.Location);
        Assert.Equal(SubjectStubs.Create(probes: false).InstructionCount, without.InstructionCount);
        Assert.Throws<BadImageFormatException>(() => SubjectStubs.Create(typeof(StubTests).Assembly.Location.Replace(".dll", ".runtimeconfig.json", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_import_of_the_library_has_its_stub()
    {
        ElfFile elf = ElfFile.Parse(SubjectStubs.Create(probes: true).ToElf());
        string[] imports =
        [
            .. typeof(Instructions).GetMethods(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)
                .Where(m => !m.IsSpecialName && m.DeclaringType == typeof(Instructions)).Select(m => m.Name),
        ];
        Assert.Equal(17, imports.Length);
        Assert.All(imports, name => Assert.NotNull(elf.FindSymbol(name)));
    }

    [Fact]
    public void CopyMemory_copies_every_size_at_every_alignment()
    {
        byte[] code = Content(SubjectStubs.Create(probes: false), "CopyMemory");
        using var memory = new GuardedMemory((code.Length + 7) & ~7);
        code.CopyTo(memory.Bytes);
        memory.MakeExecutable();
        var copy = (delegate* unmanaged<byte*, byte*, ulong, void>)memory.Start;
        byte[] source = new byte[600];
        new Random(3).NextBytes(source);
        for (int size = 0; size <= 300; size++)
        {
            byte[] target = new byte[600];
            int from = size % 13;
            int to = size % 11;
            fixed (byte* s = source, t = target)
            {
                copy(t + to, s + from, (ulong)size);
            }
            Assert.Equal(source[from..(from + size)], target[to..(to + size)]);
            Assert.Equal(-1, target.AsSpan(0, to).IndexOfAnyExcept((byte)0));
            Assert.Equal(-1, target.AsSpan(to + size).IndexOfAnyExcept((byte)0));
        }
    }

    static HashSet<Mnemonic> Privileged(StubObject stub)
    {
        ElfFile elf = ElfFile.Parse(stub.ToElf());
        var found = new HashSet<Mnemonic>();
        foreach ((string name, int _) in stub.Instructions)
        {
            found.UnionWith(Decode(elf, name).Where(i => i.IsPrivileged || Exits(i)).Select(i => i.Mnemonic));
        }
        return found;
    }

    static bool Exits(Instruction i) =>
        i.Mnemonic is Mnemonic.Cpuid or Mnemonic.Vmcall or Mnemonic.Rdtsc or Mnemonic.Monitor or Mnemonic.Mwait or Mnemonic.Xsetbv or Mnemonic.Rdpmc
            or Mnemonic.Int or Mnemonic.Int3 or Mnemonic.Ud2;

    static List<Instruction> Decode(StubObject stub, string name) => Decode(ElfFile.Parse(stub.ToElf()), name);

    static List<Instruction> Decode(ElfFile elf, string name)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(Content(elf, name)));
        var code = new List<Instruction>();
        while (decoder.IP < (ulong)Content(elf, name).Length)
        {
            Instruction instruction = decoder.Decode();
            Assert.False(instruction.IsInvalid);
            code.Add(instruction);
        }
        return code;
    }

    static byte[] Content(StubObject stub, string name) => Content(ElfFile.Parse(stub.ToElf()), name);

    static byte[] Content(ElfFile elf, string name)
    {
        ElfSymbol symbol = elf.FindSymbol(name)!;
        return elf.Sections[symbol.SectionIndex].Content.Slice((int)symbol.Value, (int)symbol.Size).ToArray();
    }
}
