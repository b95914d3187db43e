// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using Internal.Runtime.CompilerHelpers;

namespace System;

/// <summary>Ending the program.</summary>
public static class Environment
{
    /// <summary>Panics; the message is for the reader of the source, the image carries the place.</summary>
    [DoesNotReturn]
    public static void FailFast(string? message) => ThrowHelpers.Panic(PanicReason.FailFast);
}
