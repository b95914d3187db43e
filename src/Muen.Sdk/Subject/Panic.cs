// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>
/// The end of a subject that met a state that cannot be: says why where it can, triggers the event <c>panic</c> when the policy has one,
/// and stops by an undefined instruction, which the kernel records in the crash audit.
/// </summary>
/// <remarks>
/// Nothing from here on may fail a check, or a panic would lead to a panic: no arithmetic that is checked, no index that the compiler cannot prove,
/// no formatting by <see cref="TextHandler"/>. A test looks at the call graph: a recursion here would take the bound from every subject's stack.
/// </remarks>
public static partial class Panic
{
    /// <summary>Calls that a backtrace shows.</summary>
    const int MaxFrames = 24;

    /// <summary>The largest stack over which a backtrace goes, in bytes.</summary>
    const ulong MaxStack = 64 << 20;

    static SerialConsole s_console;

    /// <summary>Where panics are reported, from now on.</summary>
    /// <param name="console">The console.</param>
    public static void ReportTo(SerialConsole console) => s_console = console;

    /// <summary>Stops this subject.</summary>
    /// <param name="reason">What was found to be wrong.</param>
    /// <param name="file">The caller's file; the compiler fills it in.</param>
    /// <param name="line">The caller's line; the compiler fills it in.</param>
    [DoesNotReturn]
    public static void Stop(string reason, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        Stop(reason, default, file, line);

    /// <summary>Stops this subject.</summary>
    /// <param name="reason">What was found to be wrong.</param>
    /// <param name="name">The thing that it was found with (ASCII).</param>
    /// <param name="file">The caller's file; the compiler fills it in.</param>
    /// <param name="line">The caller's line; the compiler fills it in.</param>
    [DoesNotReturn]
    public static void Stop(
        string reason, ReadOnlySpan<byte> name, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Print("\r\npanic: ");
        Print(reason);
        Print(name.Length == 0 ? "" : ": ");
        s_console.Write(name);
        Print(" (");
        PrintFileName(file);
        Print(":");
        Print(unchecked((uint)line), 10);
        Print(")\r\n");
        Simulate(reason, name, file, line);
        Halt();
    }

    /// <summary>Where a simulation learns of it. Vanishes where nobody implements it.</summary>
    static partial void Simulate(string reason, ReadOnlySpan<byte> name, string file, int line);

    /// <summary>Stops this subject for a failed check of the language.</summary>
    /// <param name="reason">What failed.</param>
    /// <param name="address">An address in the code that failed.</param>
    [DoesNotReturn]
    internal static void StopAt(string reason, ulong address)
    {
        Print("\r\npanic: ");
        Print(reason);
        Print(" (at ");
        Print(address, 16);
        Print(")\r\n");
        Halt();
    }

    /// <summary>Prints who called whom, as return addresses from the inside out: the program's debug information knows their names and lines (`muen symbolize`).</summary>
    /// <remarks>Each frame lies above the one before it and below the stack's end; whatever else the chain holds ends it, so a stack that was written over costs no more than the names.</remarks>
    static unsafe void Backtrace()
    {
        ulong frame = Instructions.FramePointer();
        ulong lowest = frame;
        int count = 0;
        while (count < MaxFrames && IsFrame(frame, lowest))
        {
            Print(count == 0 ? "backtrace: " : " ");
            ulong* at = (ulong*)frame;
            Print(at[1], 16);
            lowest = unchecked(frame + 1);
            frame = at[0];
            count = unchecked(count + 1);
        }
        Print(count == 0 ? "" : "\r\n");
    }

    static bool IsFrame(ulong frame, ulong lowest) =>
        frame >= lowest && frame % sizeof(ulong) == 0 && frame < Instructions.StackTop && unchecked(Instructions.StackTop - frame) is >= 2 * sizeof(ulong) and <= MaxStack;

    [DoesNotReturn]
    static void Halt()
    {
        Backtrace();
        if (SubjectInfo.Own.TryFindEvent("panic"u8, out Event panic))
        {
            panic.Trigger();
        }
        while (true)
        {
            Instructions.Undefined();
        }
    }

    static void Print(string text)
    {
        for (int i = 0; i < text.Length; i = unchecked(i + 1))
        {
            s_console.Write(unchecked((byte)text[i]));
        }
    }

    /// <summary>Prints what follows the last stroke: the folders are those of the machine that compiled it, or stand-ins for them.</summary>
    static void PrintFileName(string path)
    {
        unchecked
        {
            int folders = 0;
            for (int i = 0; i < path.Length; i++)
            {
                folders += path[i] == '/' ? 1 : 0;
            }
            for (int i = 0; i < path.Length; i++)
            {
                if (folders == 0)
                {
                    s_console.Write((byte)path[i]);
                }
                else if (path[i] == '/')
                {
                    folders--;
                }
            }
        }
    }

    static void Print(ulong number, uint radix)
    {
        unchecked
        {
            ulong divisor = 1;
            while (number / divisor >= radix)
            {
                divisor *= radix;
            }
            for (; divisor != 0; divisor /= radix)
            {
                ulong digit = number / divisor % radix;
                s_console.Write((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
            }
        }
    }
}
