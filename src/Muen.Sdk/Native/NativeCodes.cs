// SPDX-License-Identifier: MIT
using System.Collections.Generic;

namespace Muen.Sdk.Native;

/// <summary>A kind of error of the native compiler.</summary>
/// <param name="Id"><c>MUEN3nnn</c>.</param>
/// <param name="Title">What is wrong, in a line.</param>
/// <param name="Explanation">Why it is, and what to do.</param>
/// <param name="Wrong">An example that has the error.</param>
/// <param name="Right">The same, mended.</param>
/// <param name="Language">What the example is written in.</param>
public sealed record NativeCode(string Id, string Title, string Explanation, string Wrong, string Right, string Language = "csharp");

/// <summary>Every error that `muen native` reports: for `muen explain` and the pages of docs/errors. A number that was once used never gets another meaning.</summary>
public static class NativeCodes
{
    /// <summary>All codes in order.</summary>
    public static IReadOnlyList<NativeCode> All { get; } =
    [
        new("MUEN3000", "A file cannot be read or written",
            "An assembly, a reference or a folder that the command was given is not there, is damaged, or may not be used. The message names it.",
            """
            cd worker/obj/Debug/native/il
            muen native subject worker.dll --reference=Muen.CoreLib.dll --reference=Muen.Subject.dll --reference=protocl.dll -o worker.elf
            """,
            """
            cd worker/obj/Debug/native/il
            muen native subject worker.dll --reference=Muen.CoreLib.dll --reference=Muen.Subject.dll --reference=protocol.dll -o worker.elf
            """, "sh"),
        new("MUEN3001", "The compiler of native code is missing",
            "ILCompiler comes as a NuGet package, which `dotnet restore` brings. The message says where it was looked for.",
            """
            cd worker/obj/Debug/native/il
            muen native subject worker.dll --compiler=ilc -o worker.elf
            """,
            """
            cd worker/obj/Debug/native/il
            muen native subject worker.dll -o worker.elf
            """, "sh"),
        new("MUEN3002", "The linker is missing",
            "Programs are linked by ld.lld of LLVM. The message says which package of the system brings it.",
            """
            sudo apt remove lld
            cd worker/obj/Debug/native/il
            muen native subject worker.dll -o worker.elf
            """,
            """
            sudo apt install lld
            cd worker/obj/Debug/native/il
            muen native subject worker.dll -o worker.elf
            """, "sh"),
        new("MUEN3003", "The compiler of native code failed",
            "What it said is the message; the place is that of the method it was at, where it said one. Code that the C# compiler accepts and this one does not uses something that needs a runtime.",
            """
            static int s_count;

            static void Main()
            {
                int[,] table = new int[8, 8];
                s_count = table[s_count, 1];
            }
            """,
            """
            [InlineArray(64)] struct Table { int _first; }
            static Table s_table;
            static int s_count;

            static void Main() { s_count = s_table[(s_count * 8) + 1]; }
            """),
        new("MUEN3004", "The linker failed",
            "What it said is the message: mostly a symbol that is defined twice. A RuntimeExport may not have the name of a piece of the assembly, such as muen_panic.",
            """
            static void Main() { }

            [RuntimeExport("muen_panic")]
            static void Stopped(int reason) { }
            """,
            """
            static void Main() { }

            [RuntimeExport("when_stopped")]
            static void Stopped(int reason) { }
            """),
        new("MUEN3010", "The kernel uses vector or floating-point registers",
            "They belong to the subjects: the kernel neither saves nor clears them at an exit, so an instruction that touches them would show one subject's values to another, or change them. "
            + "The compiler takes them for large copies and initialisations.",
            """
            struct Entry { public long Key, First, Last, Next; }
            static Entry s_entry;

            static void Main()
            {
                s_entry = default; // 32 bytes at once
            }
            """,
            """
            struct Entry { public long Key, First, Last, Next; }
            static Entry s_entry;

            static void Main()
            {
                s_entry.Key = 0; // the others are not read without a key
            }
            """),
        new("MUEN3011", "A static field is initialised by code",
            "No code runs before Main, so a class constructor would never run. The image holds what the compiler can compute: constants, structs of constants, constant arrays of numbers.",
            """
            const ulong Clock = 0x200000;
            static readonly ulong s_start = *(ulong*)Clock;
            static ulong s_now;

            static void Main() { s_now = *(ulong*)Clock - s_start; }
            """,
            """
            const ulong Clock = 0x200000;
            static ulong s_start;
            static ulong s_now;

            static void Main()
            {
                s_start = *(ulong*)Clock;
                s_now = *(ulong*)Clock - s_start;
            }
            """),
        new("MUEN3012", "A static field of a reference type that may change",
            "Such a field would live on the heap of a garbage collector, which there is not.",
            """
            static string s_name = "first";
            static int s_length;

            static void Main()
            {
                if (++s_length > 5) { s_name = "second"; }
                s_length = s_name.Length;
            }
            """,
            """
            static bool s_second;
            static int s_length;

            static void Main()
            {
                if (++s_length > 5) { s_second = true; }
                s_length = (s_second ? "second" : "first").Length;
            }
            """),
        new("MUEN3013", "A function of a runtime is called",
            "There is no runtime: no heap, no exceptions, no casts that look at objects. The message says which C# brings the call.",
            """
            static int s_sum;

            static void Main()
            {
                int[] counts = new int[s_sum & 7];
                s_sum += counts.Length;
            }
            """,
            """
            static int s_sum;

            static void Main()
            {
                Span<int> counts = stackalloc int[8];
                s_sum += counts[..(s_sum & 7)].Length;
            }
            """),
        new("MUEN3014", "A part of the program is writable and executable",
            "What can be written and executed turns each wrong write into code. No C# and none of our assembly asks for that: it would be a fault of the compiler, the linker or its script. "
            + "The segments of an ELF, shown by their rights:",
            """
            LOAD 0x100000 rwx
            LOAD 0x101000 r--
            LOAD 0x102000 rw-
            """,
            """
            LOAD 0x100000 r-x
            LOAD 0x101000 r--
            LOAD 0x102000 rw-
            """, "text"),
        new("MUEN3015", "A function calls itself",
            "The kernel's stack is bounded and the bound is computed from the calls. A function that comes back to itself, also through others, has none.",
            """
            static int s_sum;

            static void Main() { s_sum = Sum(s_sum); }

            [MethodImpl(MethodImplOptions.NoInlining)]
            static int Sum(int n) => n == 0 ? 0 : (n ^ Sum(n - 1)) + s_sum;
            """,
            """
            static int s_sum;

            static void Main() { s_sum = Sum(s_sum); }

            static int Sum(int n)
            {
                int sum = 0;
                for (int i = 1; i <= n; i++)
                {
                    sum = (i ^ sum) + s_sum;
                }

                return sum;
            }
            """),
        new("MUEN3016", "An indirect branch",
            "The kernel has no call or jump whose target is not in the instruction: a subject may have taught the branch predictor another target, and the bound of the stack would not hold. "
            + "Function pointers, virtual and interface calls, and large switches give such branches.",
            """
            static int s_count;

            static void Main()
            {
                delegate*<void> action = s_count > 3 ? &First : &Second;
                action();
            }

            [MethodImpl(MethodImplOptions.NoInlining)] static void First() => s_count = 1;
            [MethodImpl(MethodImplOptions.NoInlining)] static void Second() => s_count++;
            """,
            """
            static int s_count;

            static void Main()
            {
                if (s_count > 3) { First(); } else { Second(); }
            }

            [MethodImpl(MethodImplOptions.NoInlining)] static void First() => s_count = 1;
            [MethodImpl(MethodImplOptions.NoInlining)] static void Second() => s_count++;
            """),
        new("MUEN3017", "The stack is too small, or has no bound",
            "The worst use over all ways through the calls, an interrupt on top, must fit: the kernel's has 1024 bytes, a subject's is stackSize in the policy. The message shows the way. Make locals "
            + "smaller, take large ones into static fields, or give the subject a larger stack. Recursion and calls through pointers have no bound.",
            """
            static int s_last;

            static void Main()
            {
                byte* buffer = stackalloc byte[2000];
                buffer[s_last & 7] = 1;
                s_last = buffer[(s_last + 1) & 7];
            }
            """,
            """
            [InlineArray(2000)] struct Buffer { byte _first; }
            static Buffer s_buffer;
            static int s_last;

            static void Main()
            {
                s_buffer[s_last & 7] = 1;
                s_last = s_buffer[(s_last + 1) & 7];
            }
            """),
        new("MUEN3019", "Too much assembly",
            "The kernel's assembly is counted and has a budget, because nothing checks it but readers. Write it in C#, or raise the budget where that is said, with a reason.",
            """
            stub.Code64("add_300", a =>
            {
                a.mov(rax, rdi);
                for (int i = 0; i < 300; i++)
                {
                    a.inc(rax);
                }

                a.ret();
            });
            """,
            """
            stub.Code64("add_300", a =>
            {
                a.lea(rax, __[rdi + 300]);
                a.ret();
            });
            """),
        new("MUEN3021", "The program does not begin where it must",
            "The assembly defines the symbol at which the program begins, entry, and the linked image must begin there.",
            """
            stub.Code64("begin", a => { a.call(stub["Start"]); a.jmp(stub["stop"]); }, StubSection.BootText);
            """,
            """
            stub.Code64("entry", a => { a.call(stub["Start"]); a.jmp(stub["stop"]); }, StubSection.BootText);
            """),
        new("MUEN3022", "A method cannot be compiled",
            "The compiler would put a throw in its place, because something that the method uses is not there: a type, a member, or a layout that differs from the one that it was compiled against. "
            + "Build all references anew, against the same version.",
            """
            // The library that a program was compiled against.
            public static class Library { public static int Next(int n) => n + 1; }

            // The library as it is now.
            public static class Library { public static int Next(int n, int step) => n + step; }
            """,
            """
            // The library that a program was compiled against.
            public static class Library { public static int Next(int n, int step = 1) => n + step; }

            // The library as it is now.
            public static class Library { public static int Next(int n, int step = 1) => n + step; }
            """),
        new("MUEN3023", "Code that cannot be checked",
            "Bytes between functions that are executable but belong to none, or that are no instructions: nothing says what they do. They come from data in code sections of the assembly.",
            """
            stub.Data("answer", StubSection.Text, [42, 0, 0, 0, 0, 0, 0, 0]);
            """,
            """
            stub.Data("answer", StubSection.ReadOnlyData, [42, 0, 0, 0, 0, 0, 0, 0]);
            """),
    ];
}
