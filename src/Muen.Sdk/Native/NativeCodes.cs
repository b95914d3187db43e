// SPDX-License-Identifier: MIT
using System.Collections.Generic;

namespace Muen.Sdk.Native;

/// <summary>A kind of error of the native compiler.</summary>
/// <param name="Id"><c>MUEN3nnn</c>.</param>
/// <param name="Title">What is wrong, in a line.</param>
/// <param name="Explanation">Why it is, and what to do.</param>
/// <param name="Wrong">C# that has the error, or null when no code of the user's causes it.</param>
/// <param name="Right">The same, mended.</param>
public sealed record NativeCode(string Id, string Title, string Explanation, string? Wrong = null, string? Right = null);

/// <summary>Every error that `muen native` reports: for `muen explain` and the pages of docs/errors. A number that was once used never gets another meaning.</summary>
public static class NativeCodes
{
    /// <summary>All codes in order.</summary>
    public static IReadOnlyList<NativeCode> All { get; } =
    [
        new("MUEN3000", "A file cannot be read or written",
            "An assembly, a reference or a folder that the command was given is not there, is damaged, or may not be used. The message names it."),
        new("MUEN3001", "The compiler of native code is missing",
            "ILCompiler comes as a NuGet package, which `dotnet restore` brings. The message says where it was looked for."),
        new("MUEN3002", "The linker is missing",
            "Programs are linked by ld.lld of LLVM. The message says which package of the system brings it."),
        new("MUEN3003", "The compiler of native code failed",
            "What it said is the message; the place is that of the method it was at, where it said one. Code that the C# compiler accepts and this one does not uses something that needs a runtime."),
        new("MUEN3004", "The linker failed",
            "What it said is the message. A symbol that is defined twice is in two assembly files; a section that does not fit makes the program larger than its place."),
        new("MUEN3010", "The kernel uses vector or floating-point registers",
            "They belong to the subjects: the kernel neither saves nor clears them at an exit, so an instruction that touches them would show one subject's values to another, or change them. "
            + "The compiler takes them for large copies and initialisations.",
            "Entry e = default;          // 64 bytes, cleared by vector registers\nUse(e);",
            "ref Entry e = ref Table[i]; // in place\nUse(in e);"),
        new("MUEN3011", "A static field is initialised by code",
            "No code runs before Main, so a class constructor would never run. The image holds what the compiler can compute: constants, structs of constants, constant arrays of numbers.",
            "static readonly ulong s_start = Time.Now();",
            "static ulong s_start;\n\nstatic void Main()\n{\n    s_start = Time.Now();\n}"),
        new("MUEN3012", "A static field of a reference type that may change",
            "Such a field would live on the heap of a garbage collector, which there is not.",
            "static string s_name = \"first\";",
            "const string Name = \"first\";"),
        new("MUEN3013", "A function of a runtime is called",
            "There is no runtime: no heap, no exceptions, no casts that look at objects. The message says which C# brings the call.",
            "int[] counts = new int[8];",
            "Span<int> counts = stackalloc int[8];"),
        new("MUEN3014", "A part of the program is writable and executable",
            "What can be written and executed turns each wrong write into code. Only assembly files can ask for such sections.",
            ".section .scratch, \"awx\"",
            ".section .scratch, \"aw\""),
        new("MUEN3015", "A function calls itself",
            "The kernel's stack is bounded and the bound is computed from the calls. A function that comes back to itself, also through others, has none.",
            "static int Sum(int n) => n == 0 ? 0 : n + Sum(n - 1);",
            "static int Sum(int n)\n{\n    int sum = 0;\n    for (int i = 1; i <= n; i++)\n    {\n        sum += i;\n    }\n\n    return sum;\n}"),
        new("MUEN3016", "An indirect branch",
            "The kernel has no call or jump whose target is not in the instruction: a subject may have taught the branch predictor another target, and the bound of the stack would not hold. "
            + "Function pointers, virtual and interface calls, and large switches give such branches.",
            "delegate*<int, void> action = &First;\naction(1);",
            "switch (what)\n{\n    case 0: First(1); break;\n    default: Second(1); break;\n}"),
        new("MUEN3017", "The stack is too small, or has no bound",
            "The worst use over all ways through the calls, an interrupt on top, must fit. The message shows the way. Make locals smaller, take large ones into static fields, or give the subject a "
            + "larger stack (stackSize in the policy). Recursion and calls through pointers have no bound.",
            "Span<byte> buffer = stackalloc byte[1 << 20];",
            "static Buffer s_buffer; // [InlineArray(1 << 20)] struct Buffer { byte _0; }"),
        new("MUEN3019", "Too much assembly",
            "The kernel's assembly is counted and has a budget, because nothing checks it but readers. Write it in C#, or raise the budget where that is said, with a reason."),
        new("MUEN3021", "The program does not begin where it must",
            "The stubs define the symbol at which the program begins, and the linked image must begin there. Assembly files of one's own must define it too."),
        new("MUEN3022", "A method cannot be compiled",
            "The compiler would put a throw in its place, because something that the method uses is not there: a type, a member, or a layout that differs from the one that it was compiled against. "
            + "Build all references anew, against the same version."),
        new("MUEN3023", "Code that cannot be checked",
            "Bytes between functions that are executable but belong to none, or that are no instructions: nothing says what they do. They come from data in code sections of assembly files.",
            "    ret\nvalue: .quad 42",
            "    ret\n    .size function, . - function\n    .section .rodata\nvalue: .quad 42"),
    ];
}
