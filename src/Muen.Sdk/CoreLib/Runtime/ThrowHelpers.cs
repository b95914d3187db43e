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
/// supply: <c>void muen_panic(uint reason)</c>, which does not return. The endless loops tell the compiler that these methods do not
/// return either, so that it keeps the way to them out of the normal path. After linking they become <c>mov edi, reason; jmp muen_panic</c>
/// (Muen.Sdk.Native, PanicTails): the return address on top of muen_panic's stack lies in the code that failed.
/// </summary>
public static class ThrowHelpers
{
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "muen_panic")]
    static extern void muen_panic(PanicReason reason);

    /// <summary>Ends this program.</summary>
    [DoesNotReturn]
    public static void Panic(PanicReason reason)
    {
        muen_panic(reason);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowIndexOutOfRangeException()
    {
        muen_panic(PanicReason.IndexOutOfRange);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowOverflowException()
    {
        muen_panic(PanicReason.Overflow);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowDivideByZeroException()
    {
        muen_panic(PanicReason.DivideByZero);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowNullReferenceException()
    {
        muen_panic(PanicReason.NullReference);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowArgumentOutOfRange()
    {
        muen_panic(PanicReason.ArgumentOutOfRange);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowDestinationTooShort()
    {
        muen_panic(PanicReason.DestinationTooShort);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowInvalidOperation()
    {
        muen_panic(PanicReason.InvalidOperation);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowBodyRemoved()
    {
        muen_panic(PanicReason.Unreachable);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowFeatureBodyRemoved()
    {
        muen_panic(PanicReason.Unreachable);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowInstanceBodyRemoved()
    {
        muen_panic(PanicReason.Unreachable);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowUnavailableType()
    {
        muen_panic(PanicReason.Unreachable);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowInvalidCastException()
    {
        muen_panic(PanicReason.InvalidCast);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowArrayTypeMismatchException()
    {
        muen_panic(PanicReason.InvalidCast);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowPlatformNotSupportedException()
    {
        muen_panic(PanicReason.NotSupported);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowNotImplementedException()
    {
        muen_panic(PanicReason.NotSupported);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowNotSupportedException()
    {
        muen_panic(PanicReason.NotSupported);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowArgumentException()
    {
        muen_panic(PanicReason.ArgumentOutOfRange);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowArgumentOutOfRangeException()
    {
        muen_panic(PanicReason.ArgumentOutOfRange);
        while (true)
        {
        }
    }

    // Bodies that the compiler could not translate: it puts one of these calls in their place and warns.

    [DoesNotReturn]
    internal static void ThrowInvalidProgramException(int id)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowInvalidProgramExceptionWithArgument(int id, string argument)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowTypeLoadException(int id, string className, string typeName)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowTypeLoadExceptionWithArgument(int id, string className, string typeName, string argument)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowMissingMethodException(int id, string methodName)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowMissingFieldException(int id, string fieldName)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowFileNotFoundException(int id, string fileName)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowMarshalDirectiveException(int id)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowAmbiguousMatchException(int id)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }

    [DoesNotReturn]
    internal static void ThrowBadImageFormatException(int id)
    {
        muen_panic(PanicReason.InvalidProgram);
        while (true)
        {
        }
    }
}
