// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>
/// What the time is, without a device: one subject reads the <see cref="RealTimeClock"/> and writes a page, which others are given to read, as the original Muen's time subject does; together with
/// the TSC, which all processors share, it tells each of them the time. Nobody knows it before, and everybody trusts the one that wrote it.
/// </summary>
/// <remarks>
/// The page: 64-bit words; word 0 = microseconds since 1970 at which the TSC was 0, or 0 while nobody has said it; word 1 = TSC ticks of a second. Word 0 is written last.
/// </remarks>
[Capability]
public readonly unsafe struct WallClock
{
    const ulong PageSize = 2 * sizeof(ulong);

    readonly ulong* _page;
    readonly bool _isWritable;

    WallClock(in MemoryRegion region)
    {
        _page = (ulong*)region.Pointer;
        _isWritable = region.IsWritable;
    }

    /// <summary>Opens the page by the logical name that the policy gives it.</summary>
    /// <param name="name">The name (ASCII). One that is not there, or too small, is a <see cref="Panic"/>.</param>
    public static WallClock Open(ReadOnlySpan<byte> name)
    {
        MemoryRegion region = MemoryRegion.Open(name);
        if (region.Size < PageSize || region.Address % sizeof(ulong) != 0)
        {
            Panic.Stop("a page of the time is too small", name);
        }
        return new WallClock(in region);
    }

    /// <summary>Says what the time is, to all who read the page. Only for who may write it, else a <see cref="Panic"/>.</summary>
    /// <param name="now">The time; one that is not valid takes back what was said.</param>
    /// <param name="tsc">The TSC at that time.</param>
    public void Set(CalendarTime now, ulong tsc)
    {
        if (_page == null || !_isWritable)
        {
            Panic.Stop("the time is not this subject's to set");
        }
        ulong second = (ulong)SubjectInfo.Own.TscKhz * 1000;
        SharedMemory.Store(_page, 0);
        if (now.IsValid && second != 0)
        {
            SharedMemory.Store(_page + 1, second);
            SharedMemory.Store(_page, unchecked((ulong)now.UnixMicroseconds - Microseconds(tsc, second)));
        }
    }

    /// <summary>What the time is at a value of the TSC.</summary>
    /// <param name="tsc"><see cref="Time.Tsc"/>, or <see cref="Time.MinorFrameStart"/> where RDTSC is not granted.</param>
    /// <param name="time">The time.</param>
    /// <returns>False when nobody has said it, or what was said is no time.</returns>
    public bool TryGet(ulong tsc, out CalendarTime time)
    {
        time = default;
        if (_page == null)
        {
            return false;
        }

        // The writer is not trusted with more than the time: any words are a time or none.
        ulong start = SharedMemory.Load(_page);
        ulong second = SharedMemory.Load(_page + 1);
        if (start == 0 || second == 0 || SharedMemory.Load(_page) != start)
        {
            return false;
        }
        time = CalendarTime.FromUnixMicroseconds(unchecked((long)(start + Microseconds(tsc, second))));
        return time.IsValid;
    }

    static ulong Microseconds(ulong ticks, ulong second)
    {
        unchecked
        {
            // Below 2^64 for every TSC up to 10 GHz: the rest is less than a second.
            return (ticks / second * 1_000_000) + (second > ulong.MaxValue / 1_000_000 ? 0 : ticks % second * 1_000_000 / second);
        }
    }
}
