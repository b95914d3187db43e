// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Internal.Runtime.CompilerHelpers;

namespace System.Diagnostics;

/// <summary>Checks that only code compiled with DEBUG carries.</summary>
public static class Debug
{
    /// <summary>Panics when <paramref name="condition"/> is false.</summary>
    [Conditional("DEBUG")]
    public static void Assert([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
        {
            ThrowHelpers.Panic(PanicReason.AssertFailed);
        }
    }

    /// <inheritdoc cref="Assert(bool)"/>
    [Conditional("DEBUG")]
    public static void Assert([DoesNotReturnIf(false)] bool condition, string? message) => Assert(condition);

    /// <inheritdoc cref="Assert(bool)"/>
    [Conditional("DEBUG")]
    public static void Assert([DoesNotReturnIf(false)] bool condition, string? message, string? detailMessage) => Assert(condition);

    /// <summary>Panics.</summary>
    [Conditional("DEBUG")]
    [DoesNotReturn]
    public static void Fail(string? message) => ThrowHelpers.Panic(PanicReason.AssertFailed);
}
