// SPDX-License-Identifier: MIT

namespace Muen.Sdk.Cli.Explain;

/// <summary>A kind of error that no library below the command defines.</summary>
/// <param name="Id"><c>MUENnnnn</c>.</param>
/// <param name="Title">What is wrong, in a line.</param>
/// <param name="Explanation">Why it is, and what to do.</param>
/// <param name="Language">What the example is written in.</param>
/// <param name="Wrong">An example that has the error.</param>
/// <param name="Right">The same, mended.</param>
sealed record SdkCode(string Id, string Title, string Explanation, string Language, string Wrong, string Right);

/// <summary>
/// Errors of the C# compiler's analyzers and generator (MUEN20nn; their titles are those of their descriptors, which the command does not load) and of the command and
/// its MSBuild targets (MUEN40nn): for `muen explain` and the pages of docs/errors.
/// </summary>
static class SdkCodes
{
    /// <summary>All codes in order.</summary>
    public static IReadOnlyList<SdkCode> All { get; } =
    [
        new("MUEN2001", "The component's file is not XML",
            "The class Component is made from component.xml, and the file cannot be read as XML. The place is where reading gave up; the cause may lie before it.", "xml",
            "<component name=\"worker\">\n  <requires>\n</component>",
            "<component name=\"worker\">\n  <requires/>\n</component>"),
        new("MUEN2002", "The file is not a component's",
            "The root element is component (or a library's). What a system has, subjects and channels, stands in its own policy.", "xml",
            "<system name=\"worker\"/>",
            "<component name=\"worker\"><binary project=\"worker.csproj\"/></component>"),
        new("MUEN2003", "Not a logical name",
            "Each resource has a logical name, from which the name of the member in C# is made. It is missing, or nothing of it can stand in a name.", "xml",
            """
            <component name="worker">
              <requires><channels><reader vector="auto"/></channels></requires>
              <binary project="worker.csproj"/>
            </component>
            """,
            """
            <component name="worker">
              <requires><channels><reader logical="orders" vector="auto"/></channels></requires>
              <binary project="worker.csproj"/>
            </component>
            """),
        new("MUEN2004", "Two things have one name in C#",
            "Logical names become names of C#: strokes and points go, letters behind them become capital. Two of one kind must differ after that.", "xml",
            """
            <component name="worker">
              <requires><channels><reader logical="new-orders"/><reader logical="new_orders"/></channels></requires>
              <binary project="worker.csproj"/>
            </component>
            """,
            """
            <component name="worker">
              <requires><channels><reader logical="new-orders"/><reader logical="changed-orders"/></channels></requires>
              <binary project="worker.csproj"/>
            </component>
            """),
        new("MUEN2005", "Not an element type of a channel",
            "type= names a struct that the project or a library that it refers to has, of numbers: its bytes are what the other side reads, and what the other side has written. References, pointers, "
            + "`bool` and what the subject library gives as a right (`MemoryRegion`, `Ports`, ...) are none; [why](../freestanding.md#bytes-that-lie). Its constant Protocol, a ulong, says which protocol it is.", "xml",
            """
            <component name="worker">
              <requires><channels><reader logical="orders" type="System.String"/></channels></requires>
              <binary project="worker.csproj"/>
            </component>
            """,
            """
            <component name="worker">
              <requires><channels><reader logical="orders" type="Protocol.Order"/></channels></requires>
              <binary project="worker.csproj"/>
            </component>
            """),
        new("MUEN2010", "An object of a class is made",
            "There is no heap to make it in. A struct that is passed by ref lives on the stack or in a static field; what links things is an index into an array.", "csharp",
            Wrong: "sealed class Counter { public int Value; }\nstatic int F() { var c = new Counter(); c.Value = 1; return c.Value; }",
            Right: "struct Counter { public int Value; }\nstatic int F() { var c = new Counter(); c.Value = 1; return c.Value; }"),
        new("MUEN2011", "An array is made",
            "There is no heap to make it in. On the stack it is a span; for good it is a static field of an [InlineArray] struct; constant numbers are a ReadOnlySpan.", "csharp",
            Wrong: "static int F() { int[] a = new int[4]; return a[0]; }",
            Right: "static int F() { Span<int> a = stackalloc int[4]; return a[0]; }"),
        new("MUEN2012", "A value is boxed",
            "It becomes an object, for which there is no heap. A generic method that is constrained to the interface keeps the value in its own type.", "csharp",
            Wrong: "static object F(int n) => n;",
            Right: "static T F<T>(T n) where T : struct => n;"),
        new("MUEN2013", "A delegate is made or declared",
            "A delegate is an object, for which there is no heap. A local function that is called directly, a type parameter constrained to an interface, or a function pointer does the same.", "csharp",
            Wrong: "static int F(int n) { System.Func<int, int> f = x => x + 1; return f(n); }",
            Right: "static int F(int n) { return Next(n); static int Next(int x) => x + 1; }"),
        new("MUEN2014", "A string is made at run time",
            "There is no heap to make it in. Text is written into a span or onto a console; a part of a string is a span.", "csharp",
            Wrong: "static int F(string s, int n) { string t = s + n; return t.Length; }",
            Right: "static int F(string s, int n) { return s.AsSpan()[1..].Length + n; }"),
        new("MUEN2015", "Exceptions are used",
            "There are none. What a caller can handle is a result; what cannot be is Panic.Stop, which reports the line and stops the subject.", "csharp",
            Wrong: "static void F(int n) { if (n > 9) { throw new System.Exception(\"too large\"); } }",
            Right: "static void F(int n) { if (n > 9) { Panic.Stop(\"too large\"); } }"),
        new("MUEN2016", "A switch expression has no arm for the rest",
            "It would throw when no arm fits, and there are no exceptions.", "csharp",
            Wrong: "static int F(int n) => n switch { 1 => 10, 2 => 20 };",
            Right: "static int F(int n) => n switch { 1 => 10, 2 => 20, _ => 0 };"),
        new("MUEN2017", "A type is looked at at run time",
            "The descriptions of types are not in the program. An enum or a constant of each type says what a thing is.", "csharp",
            Wrong: "static bool F(object o) => o.GetType() == typeof(int);",
            Right: "enum Kind { Number, Text }\nstatic bool F(Kind k) => k == Kind.Number;"),
        new("MUEN2018", "A reference is cast or tested",
            "An object is asked for its type, which only a runtime can answer. Keep the value in its own type, or say by an enum what it is.", "csharp",
            Wrong: "static bool F(object o) => o is string;",
            Right: "enum Kind { Number, Text }\nstatic bool F(Kind k) => k == Kind.Text;"),
        new("MUEN2019", "A member is called through an interface",
            "It takes a runtime to find the method. A generic method that is constrained to the interface is compiled for each type.", "csharp",
            Wrong: "interface IStep { int Next(int n); }\nstatic int F(IStep s) => s.Next(1);",
            Right: "interface IStep { int Next(int n); }\nstatic int F<T>(T s) where T : struct, IStep => s.Next(1);"),
        new("MUEN2020", "A static is initialised by code",
            "Nobody would run that code: only what is known at compile time is in the program's image.", "csharp",
            Wrong: "static int s_seed = Next();\nstatic int Next() => 1;",
            Right: "static int s_seed;\nstatic void F() { s_seed = Next(); }\nstatic int Next() => 1;"),
        new("MUEN2021", "A static holds a reference that may change",
            "Such statics live on a heap, which there is not.", "csharp",
            Wrong: "static string s_name = \"a\";",
            Right: "static readonly string s_name = \"a\";"),
        new("MUEN2022", "A static is one for each thread",
            "A subject has one thread, so an ordinary static field is the same.", "csharp",
            Wrong: "[System.ThreadStatic] static int s_value;",
            Right: "static int s_value;"),
        new("MUEN2023", "A part of C# that needs objects behind it",
            "Iterators, async, lock, dynamic, queries and records of classes are written by the compiler as objects of library classes. The message says which and what to write.", "csharp",
            Wrong: "static System.Collections.Generic.IEnumerable<int> F() { yield return 1; }",
            Right: "static int F(int i) => i == 0 ? 1 : 0;"),
        new("MUEN2024", "A method is extern",
            "Its body would be outside of the program, and there is no library and no system to bring it.", "csharp",
            Wrong: "[System.Runtime.InteropServices.DllImport(\"c\")] static extern int getpid();",
            Right: "static int Id() => 1;"),
        new("MUEN2025", "Arithmetic that needs a library of C",
            "The processor's own operations work; the remainder of floating point and decimal are calls of a library.", "csharp",
            Wrong: "static double F(double a, double b) => a % b;",
            Right: "static long F(long a, long b) => a % b;"),
        new("MUEN2026", "A part of .NET that subjects do not have",
            "The subject library brings what works without a runtime; the message names what stands in its place, where there is something.", "csharp",
            Wrong: "static void F() { System.Console.WriteLine(1); }",
            Right: "static int F(int n) => n;"),
        new("MUEN2027", "Bytes from elsewhere become more than numbers",
            "Another subject or a device writes the bytes, and any bytes may come. As a pointer, a `MemoryRegion`, `Ports` or another right they would be one that the policy never gave; as "
            + "a `bool` they may be neither `true` nor `false`. The message names the field. Let numbers travel, and look up on this side what they stand for; a generic method that hands "
            + "its type on to a channel marks it: `[PlainData] T`. [What becomes of bytes](../freestanding.md#bytes-that-lie) says more.", "csharp",
            Wrong: """
            struct Order { public MemoryRegion Where; public bool IsUrgent; }
            static bool F(ref ChannelReader<Order> orders) => orders.TryRead(out Order order) == ReadResult.Success && order.Where.Bytes[0] == 1;
            """,
            Right: """
            struct Order { public uint Offset; public byte Urgent; }
            static bool F(ref ChannelReader<Order> orders, MemoryRegion files)
            {
                ReadOnlySpan<byte> bytes = files.Bytes;
                return orders.TryRead(out Order order) == ReadResult.Success && order.Offset < (uint)bytes.Length && bytes[(int)order.Offset] == 1;
            }
            """),
        new("MUEN4000", "The command failed",
            "The message says what was wrong with what the command was given or found; --verbose shows more. This code stands where MSBuild wants one and the error has none of its own. "
            + "Here it is a damaged package, which NuGet takes for whole until it is gone.", "sh",
            """
            truncate -s 0 ~/.nuget/packages/muen.kernel/*/kernels/debug/kernel.json
            touch system.xml
            dotnet build
            """,
            """
            rm -r ~/.nuget/packages/muen.kernel
            dotnet build
            """),
        new("MUEN4001", "The policy names a project that the system's project does not refer to",
            "MSBuild builds what a project refers to; a program that the policy names by its project must be among that, or it would be an old one or none.", "xml",
            """
            <ItemGroup>
              <ProjectReference Include="console/console.csproj" />
            </ItemGroup>
            """,
            """
            <ItemGroup>
              <ProjectReference Include="console/console.csproj" />
              <ProjectReference Include="worker/worker.csproj" />
            </ItemGroup>
            """),
        new("MUEN4002", "Programs of other projects are missing",
            "Linking, making discs and booting need programs that the system brings as packages. The message names them and the packages; `muen tools` says it at any time.", "sh",
            """
            sudo apt remove lld
            muen tools --for build
            """,
            """
            sudo apt install lld
            muen tools --for build
            """),
        new("MUEN4003", "The muen command is missing or does not start",
            "The package Muen.Sdk brings it. Restore the package again; in a source tree build the tree first.", "sh",
            """
            rm ~/.nuget/packages/muen.sdk/*/tools/muen.dll
            dotnet build
            """,
            """
            rm -r ~/.nuget/packages/muen.sdk
            dotnet build
            """),
        new("MUEN4004", "The package of the native compiler is missing",
            "`dotnet restore` brings it into NuGet's folder. `dotnet build --no-restore` does not, nor does a restore for another kind of machine.", "sh",
            """
            rm -r ~/.nuget/packages/runtime.*.microsoft.dotnet.ilcompiler
            dotnet build --no-restore
            """,
            """
            dotnet restore
            dotnet build --no-restore
            """),
        new("MUEN4005", "A subject cannot be run by itself",
            "A subject runs in a system, beside others and under a kernel: `dotnet run` is for the project that has MuenSystem.", "sh",
            "dotnet run --project worker/worker.csproj",
            "dotnet run --project hello.csproj"),
        new("MUEN4006", "There is no policy where the project says",
            "MuenSystem names the policy, relative to the project.", "xml",
            "<MuenSystem>sistem.xml</MuenSystem>",
            "<MuenSystem>system.xml</MuenSystem>"),
        new("MUEN4007", "There is no kernel of this name",
            "The package Muen.Kernel brings the kernels release and debug; MuenKernel chooses one. `dotnet restore` brings the package.", "xml",
            """
            <PropertyGroup>
              <MuenSystem>system.xml</MuenSystem>
              <MuenKernel>relaese</MuenKernel>
            </PropertyGroup>
            """,
            """
            <PropertyGroup>
              <MuenSystem>system.xml</MuenSystem>
              <MuenKernel>release</MuenKernel>
            </PropertyGroup>
            """),
        new("MUEN4008", "Tests refer to a system or subject that is not there",
            "`dotnet new muen-test` writes references to the system in the folder above. It was called elsewhere, or with another name after --system than that of the system's project.", "sh",
            """
            dotnet new muen-test -o hello-tests --system hello
            dotnet test hello-tests
            """,
            """
            cd hello
            dotnet new muen-test -o tests --system hello
            dotnet test tests
            """),
    ];
}
