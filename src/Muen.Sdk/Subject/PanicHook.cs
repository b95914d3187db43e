// SPDX-License-Identifier: MIT
using System.Runtime;
using Internal.Runtime.CompilerHelpers;

namespace Muen;

/// <summary>
/// Where failed checks of the language end: an index out of range, an overflow, and so on. CoreLib jumps to the stub <c>muen_panic</c>, which
/// adds the address of the failed code and comes here.
/// </summary>
static class PanicHook
{
    /// <param name="reason">What failed.</param>
    /// <param name="address">An address in the code that failed; the ELF's debug information tells its line.</param>
    [RuntimeExport("SubjectPanic")]
    static void Stop(PanicReason reason, ulong address) => Panic.StopAt(Describe(reason), address);

    static string Describe(PanicReason reason) => reason switch
    {
        PanicReason.IndexOutOfRange => "index out of range",
        PanicReason.Overflow => "overflow",
        PanicReason.DivideByZero => "division by zero",
        PanicReason.NullReference => "null reference",
        PanicReason.ArgumentOutOfRange => "argument out of range",
        PanicReason.DestinationTooShort => "destination too short",
        PanicReason.InvalidOperation => "invalid operation",
        PanicReason.AssertFailed => "assertion failed",
        PanicReason.FailFast => "fail fast",
        PanicReason.Unreachable => "unreachable code",
        PanicReason.StackCheck => "stack overwritten",
        PanicReason.InvalidProgram => "invalid program",
        PanicReason.NotSupported => "not supported",
        PanicReason.InvalidCast => "invalid cast",
        _ => "failed",
    };
}
