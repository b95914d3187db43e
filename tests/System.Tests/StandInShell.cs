// SPDX-License-Identifier: MIT

using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>
/// Stands in for xv6, which is not part of this project: a 32-bit kernel made with Iced that prompts on its text screen, reads a PC's keyboard, and answers `echo TEXT` with TEXT.
/// </summary>
static class StandInShell
{
    const uint Code = 0x10_0000;
    const uint Table = Code + 0x1000;
    const uint Screen = 0xB_8000;
    const int Row = 160;
    const int Colour = 0x0700;

    /// <summary>Bytes of a line's `echo ` on the screen.</summary>
    const int Command = 2 * 5;

    /// <summary>What the keys of set 1 are, from the first on; the line end is Enter.</summary>
    const string Keys = "\0\u001b1234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";

    /// <summary>The kernel.</summary>
    /// <param name="memory">Bytes that it says it has, at least its own.</param>
    internal static byte[] Make(uint memory = 0x4000)
    {
        var a = new Assembler(32);
        (Label prompt, Label key, Label copy, Label answered) = (a.CreateLabel(), a.CreateLabel(), a.CreateLabel(), a.CreateLabel());
        a.mov(ebp, (int)Screen);
        a.Label(ref prompt);
        a.mov(__dword_ptr[ebp], ((Colour | ' ') << 16) | Colour | '$');
        a.lea(edi, __[ebp + 4]);
        a.Label(ref key);
        a.@in(al, 0x64);
        a.test(al, 1);
        a.je(key);
        a.@in(al, 0x60);
        a.movzx(eax, al);
        a.cmp(eax, Keys.Length);
        a.jae(key);
        a.mov(al, __byte_ptr[eax + Table]);
        a.mov(ah, Colour >> 8);
        a.stosw();
        a.cmp(al, (sbyte)'\n');
        a.jne(key);

        // The line's end is no character; what stood behind the command is the next line.
        a.mov(__word_ptr[edi - 2], 0);
        a.lea(ecx, __[edi - 2]);
        a.lea(esi, __[ebp + 4 + Command]);
        a.lea(edi, __[ebp + Row]);
        a.Label(ref copy);
        a.cmp(esi, ecx);
        a.jae(answered);
        a.movsw();
        a.jmp(copy);
        a.Label(ref answered);
        a.add(ebp, 2 * Row);
        a.jmp(prompt);
        using var stream = new MemoryStream();
        a.Assemble(new StreamCodeWriter(stream), Code);
        byte[] program = new byte[0x1100];
        stream.ToArray().CopyTo(program, 0);
        System.Text.Encoding.ASCII.GetBytes(Keys).CopyTo(program, (int)(Table - Code));
        return GuestBinaries.Elf32(Code, (Code, memory, program));
    }
}
