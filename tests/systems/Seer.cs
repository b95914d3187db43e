// SPDX-License-Identifier: MIT
using System;

namespace Muen.TestSystems;

/// <summary>
/// A monitor that writes down all that it sees of its subject, and then changes what it may and what it may not. What must come of it is known to the test (its
/// StateProgram). Its board: number 0 counts exits, 1 holds the reason of a failed entry, 2 counts exits that must not be, 8 and up the state page.
/// </summary>
static unsafe class Seer
{
    internal const int Words = 65;
    internal const int FirstWord = 8;

    const uint Cpuid = 10;
    const uint FailedEntry = 0x8000_0021;
    const ulong CpuidLength = 2;
    const byte PageFault = 14;

    // Offsets in the state page (ABI, subject state).
    const int Cr2 = 0;
    const int Rax = 8;
    const int Registers = 15;
    const int ExitReason = 128;
    const int Interruptibility = 132;
    const int Activity = 136;
    const int Rip = 164;
    const int Cr0 = 180;
    const int Cr3 = 196;
    const int Cr4 = 204;
    const int Rflags = 220;
    const int Efer = 228;
    const int SysenterEsp = 236;
    const int FsBase = 252 + (4 * 24) + 8;

    internal static void Serve(bool native)
    {
        Board board = Board.Open("board"u8);
        Event resume = Event.Open("resume"u8);
        SubjectInfo.Own.TryFindMemory("state"u8, out MemoryRegion region);
        byte* state = (byte*)region.Address;
        while (true)
        {
            uint reason = *(uint*)(state + ExitReason);
            if (reason == FailedEntry && !native)
            {
                board[1] = reason;
                *(ulong*)(state + Rflags) = 2;
            }
            else if (reason != Cpuid)
            {
                board[2]++;
            }
            else
            {
                ulong exit = ++board[0];
                if (exit == 1)
                {
                    for (int word = 0; word < Words; word++)
                    {
                        board[FirstWord + word] = ((ulong*)state)[word];
                    }
                }

                *(ulong*)(state + Rip) += CpuidLength;
                if (native)
                {
                    Usurp(state);
                }
                else if (exit == 1)
                {
                    Change(state);
                }
                else if (exit == 2)
                {
                    // Shutdown, in which the preemption timer does not count; blocking by SMI, by NMI.
                    *(uint*)(state + Activity) = 2;
                    *(uint*)(state + Interruptibility) = 0xC;
                }
                else if (exit == 3)
                {
                    *(ulong*)(state + Rflags) = 0;      // bit 1 must be 1
                }
                else
                {
                    *(ulong*)(state + Cr2) = 0x4444;
                    SubjectInfo.Own.TryFindMemory("pending"u8, out MemoryRegion pending);
                    *(ulong*)pending.Address = 1ul << PageFault;
                }
            }

            resume.Trigger();
        }
    }

    /// <summary>What a monitor may change.</summary>
    static void Change(byte* state)
    {
        for (int register = 0; register < Registers; register++)
        {
            ((ulong*)(state + Rax))[register]++;
        }

        *(ulong*)(state + Cr2) = 0x3333;
        *(ulong*)(state + Cr3) = 0x6000;
        *(ulong*)(state + SysenterEsp) = 0x9999;
        *(ulong*)(state + Rflags) |= 1;
        *(ulong*)(state + FsBase) = 0x20_0000;
    }

    /// <summary>What it may not: another page table, none at all, writing what is read-only, executing what is data.</summary>
    static void Usurp(byte* state)
    {
        *(ulong*)(state + Cr0) = 0;
        *(ulong*)(state + Cr3) = 0x1000;
        *(ulong*)(state + Cr4) = 0;
        *(ulong*)(state + Efer) = 0;
    }
}
