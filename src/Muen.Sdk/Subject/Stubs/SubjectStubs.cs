// SPDX-License-Identifier: MIT
using System;
using Muen.Sdk.Native;

namespace Muen.Sdk.Subject;

/// <summary>
/// The assembly that is linked into every native subject: entry, interrupt stubs, and the instructions that C# cannot say. Functions follow
/// the System V calling convention: arguments in RDI, RSI, RDX, the result in RAX.
/// </summary>
public static class SubjectStubs
{
    /// <summary>Makes the object.</summary>
    /// <param name="probes">
    /// Whether to add what the class <c>Muen.Probe</c> imports: forbidden instructions for tests of isolation. An ordinary subject has none of them
    /// in its image.
    /// </param>
    /// <returns>The object, not assembled yet: more may be added.</returns>
    public static StubObject Create(bool probes)
    {
        var stub = new StubObject();
        EntryStubs.Add(stub);
        InterruptStubs.Add(stub);
        InstructionStubs.Add(stub);
        if (probes)
        {
            ProbeStubs.Add(stub);
        }

        return stub;
    }

    /// <summary>Whether a symbol that a subject's program imports is one of the probes.</summary>
    /// <param name="symbol">The symbol.</param>
    public static bool IsProbe(string symbol)
    {
        ArgumentNullException.ThrowIfNull(symbol);
        return symbol.StartsWith(ProbeStubs.Prefix, StringComparison.Ordinal);
    }
}
