// SPDX-License-Identifier: MIT
using System;
using System.Threading;

namespace Muen.TestSystems.CoreLib;

/// <summary>
/// Runs all cases and prints their digests; then provokes one panic after another, each of which starts this subject anew. The page <c>board</c> says how far it came.
/// </summary>
static class Program
{
    /// <summary>Stands in the board while the cases run: whoever finds it there at its start has panicked among them.</summary>
    const byte Running = 255;

    static void Main()
    {
        SerialConsole console = SerialConsole.Open("console_port"u8);
        Panic.ReportTo(console);
        Span<byte> board = MemoryRegion.Open("board"u8).WritableBytes;
        int done = board[0];
        if (done == Running)
        {
            console.WriteLine("corelib: finished by a panic in a case"u8);
            Subject.SleepForever();
        }

        if (done == 0)
        {
            board[0] = Running;
            RunGroups(console);
        }

        // A number that the compiler does not know to be 0.
        int zero = Volatile.Read(ref board[1]);
        while (done < PanicCases.Count)
        {
            console.WriteLine($"panics: {done}");
            board[0] = (byte)(done + 1);
            long result = PanicCases.Provoke(done, zero);
            console.WriteLine($"nobody noticed: {result}");
            done++;
        }

#if DEBUG
        console.WriteLine("corelib: finished, with DEBUG"u8);
#else
        console.WriteLine("corelib: finished"u8);
#endif
        Subject.SleepForever();
    }

    static void RunGroups(SerialConsole console)
    {
        Span<byte> marks = stackalloc byte[Groups.Cases];
        for (int group = 0; group < Groups.Count; group++)
        {
            ulong digest = 0;
            for (int i = 0; i < Groups.Cases; i++)
            {
                var c = new Case(group, i);
                Groups.Run(group, ref c);
                digest = unchecked((digest * 31) + c.Digest);
                marks[i] = c.Mark;
            }

            ReadOnlySpan<byte> shown = marks;
            console.WriteLine($"group {group} {digest:x16} {shown:x}");
        }
    }
}
