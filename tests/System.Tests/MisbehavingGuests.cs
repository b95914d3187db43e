// SPDX-License-Identifier: MIT

using Iced.Intel;
using Muen.Sdk.Policy.Tests;
using static Iced.Intel.AssemblerRegisters;

namespace Muen.SystemTests;

/// <summary>Guests made with Iced: each says on its text screen that it is there, waits for a key, loads registers with values that can be told, and does what its monitor does not emulate.</summary>
static class MisbehavingGuests
{
    internal const uint Code = 0x10_0000;

    /// <summary>Where the forbidden instruction lies.</summary>
    internal const uint Crime = Code + 0x200;
    internal const uint Stack = Code + 0x3000;
    internal const uint Hole = 0xD000_0000;
    internal const int Greeting = 0x0747;
    const int Farewell = 0x0748;

    const uint Screen = 0xB_8000;
    const byte KeyboardStatus = 0x64;

    /// <summary>A word to a port without a device, with EAX 0x1badcafe.</summary>
    internal static byte[] Port() => Make(a => a.mov(dx, 0x5678), a => a.@out(dx, ax));

    /// <summary>A read where there is no memory.</summary>
    internal static byte[] Memory() => Make(a => a.mov(esi, unchecked((int)Hole)), a => a.mov(eax, __dword_ptr[esi]));

    /// <summary>An exception without a table of handlers: a triple fault.</summary>
    internal static byte[] Fault() => Make(a => a.nop(), a => a.ud2());

    /// <summary>HLT with interrupts off, as a kernel stops that has given up: nothing ends it. It says so on its screen.</summary>
    internal static byte[] Stop() => Make(a => a.mov(__word_ptr[Screen], Farewell), a => a.hlt());

    static byte[] Make(Action<Assembler> prepare, Action<Assembler> crime)
    {
        var a = new Assembler(32);
        Label wait = a.CreateLabel();
        a.mov(esp, (int)Stack);
        a.mov(__word_ptr[Screen], Greeting);
        a.Label(ref wait);
        a.@in(al, KeyboardStatus);
        a.test(al, 1);
        a.je(wait);
        a.push(0x5AFE_C0DE);
        a.mov(eax, 0x1BAD_CAFE);
        a.mov(ebx, 0x1111_2222);
        a.mov(ecx, 0x3333_4444);
        a.mov(edi, 0x5555_6666);
        a.mov(ebp, 0x7777_0888);
        prepare(a);
        using var stream = new MemoryStream();
        a.Assemble(new StreamCodeWriter(stream), Code);

        // The crime has a place of its own, behind NOPs, so that the dump tells it whatever stands before.
        byte[] program = new byte[0x1000];
        program.AsSpan().Fill(0x90);
        stream.ToArray().CopyTo(program, 0);
        var b = new Assembler(32);
        crime(b);
        using var rest = new MemoryStream();
        b.Assemble(new StreamCodeWriter(rest), Crime);
        rest.ToArray().CopyTo(program, (int)(Crime - Code));
        return GuestBinaries.Elf32(Code, (Code, 0x4000, program));
    }
}
