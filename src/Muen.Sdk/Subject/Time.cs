// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen;

/// <summary>Time in TSC ticks, from the page that the kernel writes at each minor frame (ABI, scheduling information).</summary>
public static unsafe class Time
{
    static SchedulingInfo* Page => (SchedulingInfo*)Instructions.SchedulingInfo;

    /// <summary>TSC at which the current minor frame began. Needs no grant, and moves once a frame.</summary>
    public static ulong MinorFrameStart => SharedMemory.Load(&Page->Start);

    /// <summary>TSC at which the current minor frame ends.</summary>
    public static ulong MinorFrameEnd => SharedMemory.Load(&Page->End);

    /// <summary>The TSC now. RDTSC must be granted by the policy: else the kernel stops the subject, or does what its trap table says.</summary>
    public static ulong Tsc => Instructions.ReadTsc();

    /// <summary>Ticks of a millisecond; 0 when the subject information is not valid.</summary>
    public static ulong TicksPerMillisecond => SubjectInfo.Own.TscKhz;
}
