// SPDX-License-Identifier: MIT
namespace Muen.Abi;

/// <summary>Fixed virtual addresses of a native subject (ABI, fixed addresses).</summary>
public static class SubjectLayout
{
    /// <summary>Where the linker places a native subject's image.</summary>
    public const ulong Image = 0x20_0000;

    /// <summary>The stack ends here; the pages below it are not mapped. Its size comes from the policy.</summary>
    public const ulong StackTop = 0x4000_0000;

    /// <summary>First address that the policy compiler gives to channels and memory regions without one of their own.</summary>
    public const ulong Regions = 0x1_0000_0000;

    /// <summary>Subject information: <see cref="SubjectInfo"/>, 8 pages, read-only.</summary>
    public const ulong SubjectInfo = 0xE_0000_0000;

    /// <summary>Scheduling information: <see cref="Muen.Abi.SchedulingInfo"/>, 1 page, read-only.</summary>
    public const ulong SchedulingInfo = 0xE_0000_8000;

    /// <summary>Timed event: TSC trigger at 0, event number at 8; 1 page, writable.</summary>
    public const ulong TimedEvent = 0xE_0001_0000;
}
