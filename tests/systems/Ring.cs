// SPDX-License-Identifier: MIT
namespace Muen.TestSystems;

/// <summary>One of several subjects, each on a processor of its own, that pass a token on.</summary>
static class Ring
{
    const int Rounds = 0;

    /// <summary>The latest in a minor frame that it ran, in ticks.</summary>
    const int Worst = 1;

    /// <summary>Minor frames that did not have the length of the plan.</summary>
    const int Wrong = 2;

    /// <summary>Passes for ever, and looks at the minor frame in which it does.</summary>
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
            if (!IsOfThePlan())
            {
                board[Wrong]++;
            }

            next.Trigger();
        }
    }

    /// <summary>Deadlines are absolute: a minor frame has its 2, 3 or 5 milliseconds to the tick, whatever happened before. The page may change between two readings of it.</summary>
    static bool IsOfThePlan()
    {
        while (true)
        {
            ulong start = Time.MinorFrameStart;
            ulong length = Time.MinorFrameEnd - start;
            if (start == Time.MinorFrameStart)
            {
                ulong millisecond = Time.TicksPerMillisecond;
                return length == 2 * millisecond || length == 3 * millisecond || length == 5 * millisecond;
            }
        }
    }
}
