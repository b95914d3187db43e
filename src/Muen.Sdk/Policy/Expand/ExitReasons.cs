// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Policy.Expand;

/// <summary>Names of exit reasons as policies write them, and which of them a policy may decide.</summary>
internal static class ExitReasons
{
    /// <summary>Entries of a trap table that an exit can reach: 0 to 59.</summary>
    internal const int Count = 60;

    /// <summary>Names by number, for example 30 and <c>io_instruction</c>.</summary>
    internal static readonly ImmutableSortedDictionary<int, string> Names =
        Enum.GetValues<ExitReason>().ToImmutableSortedDictionary(reason => (int)reason, reason => Snake(reason.ToString()));

    private static readonly Dictionary<string, int> Numbers = Names.ToDictionary(pair => Plain(pair.Value), pair => pair.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>Exits that the kernel handles itself, so that no trap table entry is ever used. VMCALL is not among them: from CPL above 0 it is a trap.</summary>
    internal static bool IsKernels(int reason) =>
        (ExitReason)reason is ExitReason.ExternalInterrupt or ExitReason.InterruptWindow or ExitReason.PreemptionTimer or ExitReason.Xsetbv;

    /// <summary>Finds a reason by name, whatever its case and with '_' or '-' or nothing between words.</summary>
    internal static bool TryFind(string name, out int reason) => Numbers.TryGetValue(Plain(name), out reason);

    /// <summary>The exit reason that a policy names, by name or number, and may decide; null after an error.</summary>
    internal static int? Find(Located<string> name, DiagnosticBag bag)
    {
        if (!TryFind(name.Value, out int reason))
        {
            if (!Read.Numbers.TryParse(name.Value, out UInt128 number) || number >= Count)
            {
                bag.AddUnknown(name.Place, DiagnosticCodes.UnknownTrap, "trap", name.Value, Names.Values, "traps, by number 0 to 59 or name");
                return null;
            }

            reason = (int)number;
        }

        if (IsKernels(reason))
        {
            bag.Add(name.Place, DiagnosticCodes.KernelTrap, $"exit reason {reason} ({Names[reason]}) is handled by the kernel itself; remove the entry");
            return null;
        }

        return reason;
    }

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    private static string Snake(string name)
    {
        var snake = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c) && snake.Length != 0)
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(c));
        }

        return snake.ToString();
    }
}
