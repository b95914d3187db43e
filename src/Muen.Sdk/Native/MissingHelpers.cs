// SPDX-License-Identifier: MIT
using System;

namespace Muen.Sdk.Native;

/// <summary>Which C# construct makes the compiler ask for a function of a runtime that is not there.</summary>
static class MissingHelpers
{
    /// <summary>The construct behind a symbol, and what to write instead; null when it is not one of the compiler's.</summary>
    internal static string? Describe(string symbol) => symbol switch
    {
        "RhpNewFast" or "RhpNewFinalizable" or "RhpNewObject" or "RhpNewFastAlign8" or "RhpNewFastMisalign" or "RhBox" or "RhBoxAny" =>
            "`new` of a class, or boxing of a struct: there is no heap. Use a struct, a static field, or a generic method in place of an interface parameter",
        "RhpNewArray" or "RhpNewArrayFast" or "RhpNewPtrArrayFast" or "RhpNewArrayFastAlign8" or "RhNewArray" =>
            "`new T[]`: there is no heap. Use stackalloc, an InlineArray, or a constant ReadOnlySpan<T> property",
        "RhNewString" or "RhpNewString" =>
            "a new string: there is no heap. Write into a Span<char> or Span<byte>",
        "RhpThrowEx" or "RhpRethrow" or "RhpThrowHwEx" =>
            "`throw`: there are no exceptions. Return a result, or end the program by Environment.FailFast",
        "RhUnbox2" or "RhUnboxAny" or "RhUnboxNullable" or "RhUnboxTypeTest" =>
            "unboxing: there are no boxed values. Keep the value in its own type",
        _ when symbol.StartsWith("RhTypeCast_Stelem", StringComparison.Ordinal) || symbol.StartsWith("RhTypeCast_Ldelema", StringComparison.Ordinal) =>
            "an element of an array of objects: there are no such arrays",
        _ when symbol.StartsWith("RhTypeCast_", StringComparison.Ordinal) =>
            "a cast or `is` between classes or interfaces. Use an enum or a struct that says what a thing is",
        _ when symbol.Contains("InterfaceDispatch", StringComparison.Ordinal) || symbol.StartsWith("RhpResolve", StringComparison.Ordinal) =>
            "a call through an interface with several implementations. Use a generic method constrained to the interface",
        _ when symbol.Contains("ThreadStatic", StringComparison.Ordinal) || symbol.StartsWith("RhpGetThread", StringComparison.Ordinal) || symbol == "__tls_get_addr" =>
            "[ThreadStatic]: a subject has one thread; use an ordinary static field",
        _ when symbol.StartsWith("RhpPInvoke", StringComparison.Ordinal) || symbol.StartsWith("RhpGcPoll", StringComparison.Ordinal) =>
            "DllImport or an unmanaged call with a transition. Import with [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport(\"*\", \"symbol\")]",
        "RhpStelemRef" or "RhpCheckedLockCmpXchg" or "RhpCheckedXchg" or "RhpCheckedAssignRefEDX" =>
            "an atomic or array operation on references to objects. Use indexes",
        "memcpy" or "memset" or "memmove" =>
            "a block copy that CoreLib does not cover",
        _ when symbol.StartsWith("Rh", StringComparison.Ordinal) =>
            "a construct that needs a runtime",
        _ when IsMathematics(symbol) =>
            "floating-point mathematics that the processor has no instruction for",
        _ => null,
    };

    static bool IsMathematics(string symbol) =>
        symbol is "fmod" or "fmodf" or "pow" or "powf" or "sin" or "cos" or "tan" or "exp" or "log" or "floor" or "ceil" or "sqrt" or "floorf" or "ceilf" or "sqrtf";
}
