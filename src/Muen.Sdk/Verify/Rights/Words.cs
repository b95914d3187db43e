// SPDX-License-Identifier: MIT

using System.Globalization;
using Muen.Abi;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify;

/// <summary>How rights are worded, the same for policies and images.</summary>
static class Words
{
    public static string Rights(bool writable, bool executable) => $"read{(writable ? ", write" : "")}{(executable ? ", execute" : "")}";

    public static string Memory(ulong size, bool writable, bool executable, Caching? caching) =>
        $"{Rights(writable, executable)} {Size(size)}{(caching == Caching.WB ? "" : $" {caching?.ToString() ?? "of unknown type"}")}";

    public static string Size(ulong bytes) => bytes % 1024 == 0 ? $"{bytes / 1024} KiB" : $"{bytes} bytes";

    /// <summary>What an event or trap does.</summary>
    /// <param name="target">Name of the target, null when there is none.</param>
    /// <param name="arrives">What the event does there.</param>
    public static string Signal(SourceAction action, int irq, EventFlags flags, string? target, string arrives)
    {
        string what = action switch
        {
            SourceAction.None => "",
            SourceAction.UnmaskIrq => $"unmask interrupt {irq}",
            _ => action.ToString().ToLowerInvariant(),
        };
        if (target is null)
        {
            return what.Length == 0 ? "nothing" : what;
        }

        string way = (flags & EventFlags.Handover) != 0 ? "hand over to" : (flags & EventFlags.Ipi) != 0 ? "signal at once" : "signal";
        return $"{(what.Length == 0 ? "" : what + ", ")}{way} {target}: {arrives}";
    }

    public static string Arrival(TargetAction action, int? vector) => action switch
    {
        TargetAction.Inject => vector is { } given ? $"vector {given}" : "a vector",
        TargetAction.Reset => "reset",
        _ => "wake",
    };

    public static string Time(double milliseconds, double period) =>
        string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.###} of {period:0.###} ms ({milliseconds / period:P1})").Replace(" %", "%", StringComparison.Ordinal);

    public static string ExitReason(int reason) => Enum.IsDefined((ExitReason)reason) ? $"{(ExitReason)reason} ({reason})" : $"exit reason {reason}";

    public static string Msr(uint msr) => $"0x{msr:x}";

    public static string Access(bool read, bool write) => read && write ? "read, write" : read ? "read" : "write";

    /// <summary>Ranges of numbers that follow each other.</summary>
    public static IEnumerable<(int First, int Last)> Ranges(IEnumerable<int> ascending)
    {
        (int First, int Last)? open = null;
        foreach (int number in ascending)
        {
            if (open is { } range && number == range.Last + 1)
            {
                open = (range.First, number);
                continue;
            }

            if (open is { } closed)
            {
                yield return closed;
            }

            open = (number, number);
        }

        if (open is { } last)
        {
            yield return last;
        }
    }

    public static string Port((int First, int Last) range) => range.First == range.Last ? $"0x{range.First:x}" : $"0x{range.First:x} to 0x{range.Last:x}";
}
