// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>
/// The subject state page, packed (ABI, subject state: the first 493 bytes are the original's). The kernel writes it whenever an observed subject stops
/// running, and reads it before a controlled one runs again. Of a controlled subject a monitor may change everything from CR2 to IDTR but the
/// exit information, the bits of CR0 and CR4 that the policy keeps, and, of a native subject, CR3 and EFER.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct SubjectState
{
    /// <summary>Offset just past R15: the exit code pushes the general registers downwards from here.</summary>
    public const int RegistersEnd = 128;

    /// <summary>Offset of <see cref="Rax"/>, where an entry begins to load registers.</summary>
    public const int RegistersStart = 8;

    /// <summary>64-bit words of the structure.</summary>
    public const int Words = 65;

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

    /// <summary>1 from the moment that the subject becomes the current one of its processor until another does.</summary>
    public byte Running;

    // Beyond the original's 493 bytes: what an emulator needs besides.

    /// <summary>Keeps the fields that follow aligned.</summary>
    public fixed byte Reserved0[3];

    /// <summary>VM-exit interruption information of an exit for an exception (SDM vol. 3, 25.9.2).</summary>
    public uint InterruptionInfo;

    /// <summary>Its error code.</summary>
    public uint ErrorCode;

    /// <summary>VM-exit instruction information (SDM vol. 3, 25.9.4).</summary>
    public uint InstructionInfo;
    public uint Reserved1;

    /// <summary>Guest linear address of an exit for EPT violations and string I/O (SDM vol. 3, 25.9.1).</summary>
    public ulong GuestLinearAddress;
}
