// SPDX-License-Identifier: MIT

namespace Muen.TestSystems;

/// <summary>tau0, which runs first in every major frame, and the subjects that belong to one major frame each.</summary>
static unsafe class Plans
{
    const int Count = 3;
    const int Rounds = 0;
    const int Current = 1;
    const int Wrong = 2;

    /// <summary>An index without a major frame.</summary>
    const uint None = 99;

    /// <summary>Goes through the major frames, four rounds each, and every now and then asks for one that there is not: the current one stays.</summary>
    internal static void Choose()
    {
        Board board = Board.Open("board"u8);
        SubjectInfo.Own.TryFindMemory("sys_interface"u8, out MemoryRegion selector);
        uint* next = (uint*)selector.Address;
        uint current = 0;
        uint chosen = 0;
        ulong frame = 0;
        while (true)
        {
            // A new minor frame: the choice of the last one has taken effect.
            ulong start = Time.MinorFrameStart;
            if (start == frame)
            {
                continue;
            }

            frame = start;
            current = chosen < Count ? chosen : current;
            board[Current] = current;
            ulong round = ++board[Rounds];
            chosen = round % 16 == 0 ? None : (uint)(round / 4) % Count;
            System.Threading.Volatile.Write(ref *next, chosen);
        }
    }

    /// <summary>Runs in one major frame alone: whenever it runs, that must be the one that tau0 chose.</summary>
    internal static void Follow(int own)
    {
        Board board = Board.Open("board"u8);
        Board tau0 = Board.Open("tau0"u8);
        ulong frame = 0;
        while (true)
        {
            ulong start = Time.MinorFrameStart;
            if (start == frame)
            {
                continue;
            }

            frame = start;
            board[Rounds]++;
            if (tau0[Current] != (ulong)own)
            {
                board[Wrong]++;
            }
        }
    }
}
