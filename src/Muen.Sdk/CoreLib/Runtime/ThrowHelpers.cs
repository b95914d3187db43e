// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Internal.Runtime.CompilerHelpers;

/// <summary>
/// Why a program gave up: the argument of <c>muen_panic</c>, in EDI. The number is part of the crash audit: never change one.
/// </summary>
public enum PanicReason : uint
{
    None = 0,
    IndexOutOfRange = 1,
    Overflow = 2,
    DivideByZero = 3,
    NullReference = 4,
    ArgumentOutOfRange = 5,
    DestinationTooShort = 6,
    InvalidOperation = 7,
    AssertFailed = 8,
    FailFast = 9,
    Unreachable = 10,
    StackCheck = 11,
    InvalidProgram = 12,
    NotSupported = 13,
    InvalidCast = 14,

    /// <summary>First number that a program may use for its own reasons.</summary>
    First = 64,
}

/// <summary>
/// What the compiler calls where .NET throws. Each ends in <c>muen_panic</c>, a function that kernel and subject library each
/// supply: <c>void muen_panic(uint reason)</c>, which does not return. It is reached by a jump, so the return address on
/// top of its stack lies in the code that failed.
/// </summary>
public static class ThrowHelpers
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "muen_panic")]
    static extern void muen_panic(PanicReason reason);

    /// <summary>Ends this program.</summary>
    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
#pragma warning disable CS8763 // muen_panic does not return
    public static void Panic(PanicReason reason) => muen_panic(reason);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowIndexOutOfRangeException() => muen_panic(PanicReason.IndexOutOfRange);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowOverflowException() => muen_panic(PanicReason.Overflow);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowDivideByZeroException() => muen_panic(PanicReason.DivideByZero);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowNullReferenceException() => muen_panic(PanicReason.NullReference);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowArgumentOutOfRange() => muen_panic(PanicReason.ArgumentOutOfRange);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowDestinationTooShort() => muen_panic(PanicReason.DestinationTooShort);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowInvalidOperation() => muen_panic(PanicReason.InvalidOperation);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowBodyRemoved() => muen_panic(PanicReason.Unreachable);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowFeatureBodyRemoved() => muen_panic(PanicReason.Unreachable);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowInstanceBodyRemoved() => muen_panic(PanicReason.Unreachable);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowUnavailableType() => muen_panic(PanicReason.Unreachable);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowInvalidCastException() => muen_panic(PanicReason.InvalidCast);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowArrayTypeMismatchException() => muen_panic(PanicReason.InvalidCast);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowPlatformNotSupportedException() => muen_panic(PanicReason.NotSupported);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowNotImplementedException() => muen_panic(PanicReason.NotSupported);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowNotSupportedException() => muen_panic(PanicReason.NotSupported);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowArgumentException() => muen_panic(PanicReason.ArgumentOutOfRange);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowArgumentOutOfRangeException() => muen_panic(PanicReason.ArgumentOutOfRange);

    // Bodies that the compiler could not translate: it puts one of these calls in their place and warns.

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowInvalidProgramException(int id) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowInvalidProgramExceptionWithArgument(int id, string argument) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowTypeLoadException(int id, string className, string typeName) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowTypeLoadExceptionWithArgument(int id, string className, string typeName, string argument) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowMissingMethodException(int id, string methodName) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowMissingFieldException(int id, string fieldName) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowFileNotFoundException(int id, string fileName) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowMarshalDirectiveException(int id) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowAmbiguousMatchException(int id) => muen_panic(PanicReason.InvalidProgram);

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void ThrowBadImageFormatException(int id) => muen_panic(PanicReason.InvalidProgram);
#pragma warning restore CS8763
}
