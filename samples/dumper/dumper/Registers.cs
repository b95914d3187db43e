// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;
using Muen.Samples.Terminals;

namespace Muen.Samples.Dumper;

/// <summary>All of one subject's registers, ten lines.</summary>
static class Registers
{
    internal static void Draw(ref TerminalClient terminal, scoped ReadOnlySpan<byte> name, in SubjectState state)
    {
        Line(ref terminal, name);
        Line(ref terminal, "rax"u8, state.Rax, "rbx"u8, state.Rbx, "rcx"u8, state.Rcx);
        Line(ref terminal, "rdx"u8, state.Rdx, "rsi"u8, state.Rsi, "rdi"u8, state.Rdi);
        Line(ref terminal, "rbp"u8, state.Rbp, "rsp"u8, state.Rsp, "rip"u8, state.Rip);
        Line(ref terminal, "r8 "u8, state.R8, "r9 "u8, state.R9, "r10"u8, state.R10);
        Line(ref terminal, "r11"u8, state.R11, "r12"u8, state.R12, "r13"u8, state.R13);
        Line(ref terminal, "r14"u8, state.R14, "r15"u8, state.R15, "rfl"u8, state.Rflags);
        Line(ref terminal, "cr0"u8, state.Cr0, "cr3"u8, state.Cr3, "cr4"u8, state.Cr4);
        Line(ref terminal, "cr2"u8, state.Cr2, "efe"u8, state.Efer, "qua"u8, state.ExitQualification);
        Segments(ref terminal, in state);
    }

    static void Line(ref TerminalClient terminal, scoped ReadOnlySpan<byte> name)
    {
        Span<byte> text = stackalloc byte[96];
        int length = Text.Format(text, $"\u001b[1m{name}\u001b[0m\u001b[K\n");
        terminal.Write(text[..length]);
    }

    static void Line(ref TerminalClient terminal, scoped ReadOnlySpan<byte> a, ulong x, scoped ReadOnlySpan<byte> b, ulong y, scoped ReadOnlySpan<byte> c, ulong z)
    {
        Span<byte> text = stackalloc byte[96];
        int length = Text.Format(text, $" {a} {x:x16}  {b} {y:x16}  {c} {z:x16}\u001b[K\n");
        terminal.Write(text[..length]);
    }

    static void Segments(ref TerminalClient terminal, in SubjectState state)
    {
        Span<byte> text = stackalloc byte[128];
        int length = Text.Format(text,
            $" cs {state.Cs.Selector:x4} ss {state.Ss.Selector:x4} ds {state.Ds.Selector:x4} es {state.Es.Selector:x4} fs {state.Fs.Selector:x4} gs {state.Gs.Selector:x4} tr {state.Tr.Selector:x4}\u001b[K\n");
        terminal.Write(text[..length]);
    }
}
