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

    [DoesNotReturn]
    static void Halt()
    {
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
