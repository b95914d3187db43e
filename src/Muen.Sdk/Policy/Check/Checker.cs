// SPDX-License-Identifier: MIT
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Check;

/// <summary>The third pass: everything that can be wrong with a system whose names are looked up. Every check runs in every run.</summary>
internal static class Checker
{
    internal static void Check(ResolvedSystem system, Contents contents, DiagnosticBag bag)
    {
    }
}
