// SPDX-License-Identifier: MIT
namespace Muen;

/// <summary>
/// Chooses the epoch of a channel that is opened: not 0, and one that no reader of this boot has seen, also when the writer was reset in
/// the middle of opening it. A reset keeps this subject's memory, hence the last one is remembered here; a reload of its memory
/// happens in a later minor frame, hence that frame's start is the lower bound.
/// </summary>
static class ChannelEpoch
{
    static ulong s_last;

    /// <param name="current">What the channel's header says now.</param>
    internal static ulong Next(ulong current)
    {
        ulong last = s_last;
        last = current > last ? current : last;
        ulong start = Time.MinorFrameStart;
        last = start > last ? start : last;

        // A header that holds the largest number came from no writer of ours.
        s_last = last == ulong.MaxValue ? 1 : last + 1;
        return s_last;
    }
}
