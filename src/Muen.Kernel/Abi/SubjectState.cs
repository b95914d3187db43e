// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>The subject state page: 493 bytes, packed (ABI, subject state). The kernel writes it for a monitor to read and change.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct SubjectState
{
    /// <summary>Offset just past R15: the exit code pushes the general registers downwards from here.</summary>
    public const int RegistersEnd = 128;

    public ulong Cr2;
    public ulong Rax;
    public ulong Rbx;
    public ulong Rcx;
    public ulong Rdx;
    public ulong Rdi;
    public ulong Rsi;
    public ulong Rbp;
    public ulong R8;
    public ulong R9;
    public ulong R10;
    public ulong R11;
    public ulong R12;
    public ulong R13;
    public ulong R14;
    public ulong R15;

    public uint ExitReason;
    public uint Interruptibility;
    public uint Activity;
    public uint SysenterCs;
    public uint InstructionLength;

    public ulong ExitQualification;
    public ulong GuestPhysicalAddress;
    public ulong Rip;
    public ulong Rsp;
    public ulong Cr0;
    public ulong Cr0Shadow;
    public ulong Cr3;
    public ulong Cr4;
    public ulong Cr4Shadow;
    public ulong Rflags;
    public ulong Efer;
    public ulong SysenterEsp;
    public ulong SysenterEip;

    public Segment Cs;
    public Segment Ss;
    public Segment Ds;
    public Segment Es;
    public Segment Fs;
    public Segment Gs;
    public Segment Tr;
    public Segment Ldtr;
    public Segment Gdtr;
    public Segment Idtr;

    /// <summary>Not 0 while the subject may run.</summary>
    public byte Running;
}
