// SPDX-License-Identifier: MIT
using Microsoft.CodeAnalysis;

namespace Muen.Sdk.Analyzers;

/// <summary>What C# without a runtime cannot do: MUEN201n and MUEN202n. Each message says what it is, why not, and what to write instead.</summary>
public static class Rules
{
    const string Documentation = "docs/freestanding.md";

    /// <summary>An object of a class.</summary>
    public static readonly DiagnosticDescriptor Object = Define("MUEN2010", "An object of a class is made",
        "{0} makes an object, and there is no heap to make it in. Make the type a struct and pass it by ref; keep what lives long in a static field; link things by an index into an array, not by a reference");

    /// <summary>An array.</summary>
    public static readonly DiagnosticDescriptor Array = Define("MUEN2011", "An array is made",
        "{0} makes an array, and there is no heap to make it in. On the stack: Span<T> s = stackalloc T[n] or Span<T> s = [a, b]. For good: a static field of an [InlineArray(n)] struct. Constant numbers: static ReadOnlySpan<T> Table => [1, 2, 3]; or a static readonly array with values");

    /// <summary>A value becomes an object.</summary>
    public static readonly DiagnosticDescriptor Boxing = Define("MUEN2012", "A value is boxed",
        "{0}, and there is no heap for the object that it becomes. Keep the value in its own type: a generic method constrained to the interface, a method of the struct's own, IEquatable<T>");

    /// <summary>A delegate.</summary>
    public static readonly DiagnosticDescriptor Delegate = Define("MUEN2013", "A delegate is made or declared",
        "{0}, and a delegate is an object, for which there is no heap. Take a type parameter constrained to an interface (static abstract methods need no value at all), a local function that is called directly, or a function pointer: delegate*<int, int> f = &Method");

    /// <summary>A string at run time.</summary>
    public static readonly DiagnosticDescriptor String = Define("MUEN2014", "A string is made at run time",
        "{0} makes a string, and there is no heap to make it in. Write into a span (Text.Format(buffer, $\"...\")) or onto a console (console.WriteLine($\"...\")); a part of a string is a span: text.AsSpan()[1..3]");

    /// <summary>An exception.</summary>
    public static readonly DiagnosticDescriptor Exception = Define("MUEN2015", "Exceptions are used",
        "{0}: there are no exceptions. What a caller can handle is a result (bool TryX(out T), an enum); what cannot be is Panic.Stop(\"reason\"), which reports the line and stops the subject. try with finally works");

    /// <summary>A switch expression that may have no value.</summary>
    public static readonly DiagnosticDescriptor Switch = Define("MUEN2016", "A switch expression has no arm for the rest",
        "this switch expression would throw when no arm fits, and there are no exceptions. Add an arm `_ => ...`");

    /// <summary>Reflection.</summary>
    public static readonly DiagnosticDescriptor Reflection = Define("MUEN2017", "A type is looked at at run time",
        "{0} needs the descriptions of types, which are not in the program. Say by an enum or a const of the type (static abstract int Kind) what a thing is; sizeof and nameof work");

    /// <summary>A cast between reference types.</summary>
    public static readonly DiagnosticDescriptor Cast = Define("MUEN2018", "A reference is cast or tested",
        "{0} asks an object for its type, which only a runtime can answer. Keep the value in its own type, or say by an enum what it is");

    /// <summary>A call through an interface.</summary>
    public static readonly DiagnosticDescriptor Interface = Define("MUEN2019", "A member is called through an interface",
        "{0} is called through an interface, which takes a runtime to find the method. Make the method generic and constrain it: void F<T>(ref T x) where T : {1}");

    /// <summary>A static that code would have to initialise.</summary>
    public static readonly DiagnosticDescriptor Initializer = Define("MUEN2020", "A static is initialised by code",
        "{0} is initialised by code that nobody would run: only what is known at compile time is in the program's image. Use constants, structs and tuples of constants, or constant arrays; assign the rest in Main");

    /// <summary>A static that holds references and may change.</summary>
    public static readonly DiagnosticDescriptor Reference = Define("MUEN2021", "A static holds a reference that may change",
        "{0} holds a reference that may change, and such statics live on a heap, which there is not. Make it const, or static readonly with a constant value; keep a number (enum, index) in its place; or keep it in a local of Main and pass it by ref");

    /// <summary>A static for each thread.</summary>
    public static readonly DiagnosticDescriptor Thread = Define("MUEN2022", "A static is one for each thread",
        "[ThreadStatic] needs threads; a subject has one, so an ordinary static field is the same. Code that several subjects run has a copy of its statics in each");

    /// <summary>Parts of the language that a library stands behind.</summary>
    public static readonly DiagnosticDescriptor Language = Define("MUEN2023", "A part of C# that needs objects behind it",
        "{0}");

    /// <summary>A method without a body.</summary>
    public static readonly DiagnosticDescriptor Extern = Define("MUEN2024", "A method is extern",
        "{0} has its body outside of the program, and there is no library and no system to bring it: a subject is linked with the subject library's assembly only. Use what that library offers (Hypercall, Ports, Time, Event); an algorithm is written in C#");

    /// <summary>Arithmetic that the processor does not have.</summary>
    public static readonly DiagnosticDescriptor Arithmetic = Define("MUEN2025", "Arithmetic that needs a library of C",
        "{0}. The processor's own operations work: + - * /, comparison, conversion. Of what may be whole numbers, use long");

    /// <summary>A part of .NET that is not there.</summary>
    public static readonly DiagnosticDescriptor Missing = Define("MUEN2026", "A part of .NET that subjects do not have",
        "{0} is not there. {1}");

    /// <summary>Bytes that become a right.</summary>
    public static readonly DiagnosticDescriptor Forged = Define("MUEN2027", "Bytes from elsewhere become more than numbers",
        "{0}");

    static DiagnosticDescriptor Define(string id, string title, string message) =>
        new(id, title, message, "Muen.Freestanding", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: Documentation + "#" + id.ToLowerInvariant());
}
