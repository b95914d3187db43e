// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>
/// The end of a subject that met a state that cannot be: says why where it can, triggers the event <c>panic</c> when the policy has one,
/// and stops by an undefined instruction, which the kernel records in the crash audit.
/// </summary>
public static class Panic
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
        s_console.Write($"\r\npanic: {reason}");
        if (name.Length != 0)
        {
            s_console.Write($": {name}");
        }
        s_console.WriteLine($" ({file}:{line})");
        Halt();
    }

    /// <summary>Stops this subject for a failed check of the language.</summary>
    /// <param name="reason">What failed.</param>
    /// <param name="address">An address in the code that failed.</param>
    [DoesNotReturn]
    internal static void StopAt(string reason, ulong address)
    {
        s_console.WriteLine($"\r\npanic: {reason} (at {address:x})");
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
}
