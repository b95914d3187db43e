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

    /// <summary>The controls that are on, each by its name, so that a change of one is a change of one right; and which exceptions exit and control bits are the subject's own.</summary>
    public static IEnumerable<(string Object, string What)> Bits(uint pin, uint processor, uint secondary, uint exit, uint entry, uint exceptions, ulong cr0Mask, ulong cr4Mask)
    {
        return
        [
            .. Names<PinControls>("pin-based control", pin, "on"), .. Names<ProcessorControls>("processor-based control", processor, "on"),
            .. Names<SecondaryControls>("secondary control", secondary, "on"), .. Names<ExitControls>("exit control", exit, "on"), .. Names<EntryControls>("entry control", entry, "on"),
            ("exceptions", exceptions == uint.MaxValue ? "all exit" : "exit: " + string.Join(", ", Set(exceptions))),
            ("CR0", Own<Cr0>(cr0Mask)), ("CR4", Own<Cr4>(cr4Mask)),
        ];

        static IEnumerable<(string, string)> Names<T>(string word, ulong value, string what)
            where T : struct, Enum => Set(value).Select(bit => ($"{word} {Name<T>(bit)}", what));

        static string Own<T>(ulong mask)
            where T : struct, Enum => mask == ulong.MaxValue ? "the kernel's" : "its own: " + string.Join(", ", Set(~mask).Where(bit => !IsUnnamed<T>(bit)).Select(Name<T>));

        static bool IsUnnamed<T>(int bit)
            where T : struct, Enum => Name<T>(bit).StartsWith("bit ", StringComparison.Ordinal);

        static string Name<T>(int bit)
            where T : struct, Enum =>
            Enum.GetValues<T>().Where(v => Convert.ToUInt64(v, CultureInfo.InvariantCulture) == 1ul << bit).Select(v => v.ToString()).FirstOrDefault($"bit {bit}");

        static IEnumerable<int> Set(ulong value) => Enumerable.Range(0, 64).Where(bit => (value & (1ul << bit)) != 0);
    }

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
