// SPDX-License-Identifier: MIT
namespace Muen.TestSystems;

/// <summary>A monitor that writes down why its subject exits, and lets it go on at the next slot of 16 bytes.</summary>
static unsafe class Logger
{
    const ulong Slot = 16;

    // Offsets in the state page (ABI, subject state).
    const int ExitReason = 128;
    const int Rip = 164;

    /// <summary>Serves for ever: number 0 of the board counts exits, their reasons follow.</summary>
    internal static void Serve()
    {
        Board board = Board.Open("board"u8);
        Event resume = Event.Open("resume"u8);
        SubjectInfo.Own.TryFindMemory("state"u8, out MemoryRegion region);
        byte* state = (byte*)region.Address;
        while (true)
        {
            board[(int)++board[0]] = *(uint*)(state + ExitReason);
            *(ulong*)(state + Rip) = (*(ulong*)(state + Rip) & ~(Slot - 1)) + Slot;
            resume.Trigger();
        }
    }
}
