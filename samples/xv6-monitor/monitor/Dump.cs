// SPDX-License-Identifier: MIT
using System;
using Muen.Abi;

namespace Muen.Samples.Monitors;

/// <summary>What is left of a guest that did what its monitor does not know: its whole state, on its own terminal. The guest does not run again; everybody else goes on.</summary>
static unsafe class Dump
{
    /// <summary>Lines of sixteen bytes of the stack.</summary>
    const uint StackLines = 4;

    /// <summary>Prints the state.</summary>
    /// <param name="state">The guest's.</param>
    /// <param name="problem">Why it is halted.</param>
    internal static void Print(SubjectState* state, Problem problem)
    {
        GuestOutput.Refresh();
        // Leaving the full screen empties it in the colours of then.
        GuestOutput.Print("\u001b[0m\u001b[?1049l\u001b[97;41m"u8);
        Span<byte> line = stackalloc byte[100];
        Line(line, Text.Format(line, $"guest halted: {Problems.Describe(problem)}"));
        GuestOutput.Print("\u001b[0m"u8);
        Line(line, Text.Format(line, $"exit {state->ExitReason} qualification {state->ExitQualification:x} length {state->InstructionLength} info {state->InstructionInfo:x8}"));
        Line(line, Text.Format(line, $"guest-physical {state->GuestPhysicalAddress:x8} linear {state->GuestLinearAddress:x8} interruption {state->InterruptionInfo:x8} error {state->ErrorCode:x}"));
        Line(line, Text.Format(line, $"{Statistics.Exits} exits in {Statistics.Milliseconds} ms, {Statistics.ExitsOfLastSecond} in the last second; key to screen {Statistics.KeyToScreen} ticks"));
        Line(line, Text.Format(line, $"eax {state->Rax:x8} ebx {state->Rbx:x8} ecx {state->Rcx:x8} edx {state->Rdx:x8}"));
        Line(line, Text.Format(line, $"esi {state->Rsi:x8} edi {state->Rdi:x8} ebp {state->Rbp:x8} esp {state->Rsp:x8}"));
        Line(line, Text.Format(line, $"r8 {state->R8:x} r9 {state->R9:x} r10 {state->R10:x} r11 {state->R11:x}"));
        Line(line, Text.Format(line, $"r12 {state->R12:x} r13 {state->R13:x} r14 {state->R14:x} r15 {state->R15:x}"));
        Line(line, Text.Format(line, $"eip {state->Rip:x8} eflags {state->Rflags:x8} activity {state->Activity} interruptibility {state->Interruptibility:x}"));
        Line(line, Text.Format(line, $"cr0 {state->Cr0:x8}/{state->Cr0Shadow:x8} cr2 {state->Cr2:x8} cr3 {state->Cr3:x8} cr4 {state->Cr4:x8}/{state->Cr4Shadow:x8} efer {state->Efer:x}"));
        Segment(line, "cs"u8, &state->Cs, "ss"u8, &state->Ss);
        Segment(line, "ds"u8, &state->Ds, "es"u8, &state->Es);
        Segment(line, "fs"u8, &state->Fs, "gs"u8, &state->Gs);
        Segment(line, "tr"u8, &state->Tr, "ldtr"u8, &state->Ldtr);
        Line(line, Text.Format(line, $"gdtr {state->Gdtr.Base:x8} {state->Gdtr.Limit:x4}  idtr {state->Idtr.Base:x8} {state->Idtr.Limit:x4}"));
        Line(line, Text.Format(line, $"sysenter cs {state->SysenterCs:x4} eip {state->SysenterEip:x8} esp {state->SysenterEsp:x8}"));

        Span<byte> bytes = stackalloc byte[16];
        int length = GuestMemory.Read(state, (state->Cs.Base + state->Rip) & 0xFFFF_FFFF, bytes);
        Line(line, Text.Format(line, $"code at eip: {(ReadOnlySpan<byte>)bytes[..length]:x}"));
        for (uint row = 0; row < StackLines; row++)
        {
            ulong address = (state->Ss.Base + state->Rsp + (row * 16)) & 0xFFFF_FFFF;
            length = GuestMemory.Read(state, address, bytes);
            Line(line, Text.Format(line, $"stack {address:x8}: {(ReadOnlySpan<byte>)bytes[..length]:x}"));
        }
    }

    /// <summary>Two segments: selector, base, limit and access rights of each.</summary>
    static void Segment(Span<byte> line, ReadOnlySpan<byte> name, Segment* one, ReadOnlySpan<byte> otherName, Segment* other) => Line(line, Text.Format(
        line,
        $"{name} {one->Selector:x4} {one->Base:x8}+{one->Limit:x8} {one->Access:x5}  {otherName} {other->Selector:x4} {other->Base:x8}+{other->Limit:x8} {other->Access:x5}"));

    static void Line(Span<byte> line, int length)
    {
        GuestOutput.Print(line[..length]);
        GuestOutput.Print("\n"u8);
    }
}
