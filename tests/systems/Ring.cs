// SPDX-License-Identifier: MIT
namespace Muen.TestSystems;

/// <summary>One of several subjects, each on a processor of its own, that pass a token on.</summary>
static class Ring
{
    const int Rounds = 0;

    /// <summary>The most minor frames' beginnings that a pass was seen apart, in ticks.</summary>
    const int Worst = 1;
    const int Wrong = 2;

    /// <summary>Passes for ever. Minor frames that end together have begun at the same time everywhere: who passed wrote down when.</summary>
    internal static void Pass()
    {
        Board board = Board.Open("board"u8);
        Event next = Event.Open("next"u8);
        SubjectInfo.Own.TryFindVector("token"u8, out byte vector);
        while (true)
        {
            Interrupts.Wait(vector);
            board[Rounds]++;
            ulong late = Time.Tsc - Time.MinorFrameStart;
            board[Worst] = late > board[Worst] ? late : board[Worst];
            if (Time.MinorFrameEnd <= Time.MinorFrameStart)
            {
                board[Wrong]++;
            }

            next.Trigger();
        }
    }
}
