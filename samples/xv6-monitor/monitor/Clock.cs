// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>The time of the guest's devices: TSC ticks, looked at once for each exit, so that all of them agree.</summary>
static class Clock
{
    const ulong NanosecondsPerSecond = 1_000_000_000;

    /// <summary>A guest's time when nothing is to happen.</summary>
    internal const ulong Never = ulong.MaxValue;

    /// <summary>TSC now.</summary>
    internal static ulong Now { get; set; }

    /// <summary>TSC ticks of a second.</summary>
    internal static ulong Frequency { get; set; }

    /// <summary>Periods of a rate that fit in a time.</summary>
    /// <param name="ticks">The time in TSC ticks.</param>
    /// <param name="rate">Periods of a second.</param>
    internal static ulong Periods(ulong ticks, ulong rate) => (ticks / Frequency * rate) + (ticks % Frequency * rate / Frequency);

    /// <summary>The time of a number of periods in TSC ticks, rounded up, so that as many fit in it.</summary>
    internal static ulong Ticks(ulong periods, ulong rate) => (periods / rate * Frequency) + (((periods % rate * Frequency) + rate - 1) / rate);

    /// <summary>A moment as long from now.</summary>
    internal static ulong After(ulong nanoseconds) => Now + Ticks(nanoseconds, NanosecondsPerSecond);
}
