// SPDX-License-Identifier: MIT
namespace Muen.Sdk.Policy;

/// <summary>What of a subject another one sees.</summary>
public enum MonitorPart
{
    /// <summary>The state page.</summary>
    State,

    /// <summary>The timed event page.</summary>
    TimedEvent,

    /// <summary>The pending interrupts.</summary>
    Interrupts,

    /// <summary>All memory, and its first content where that can be written over.</summary>
    Loader,
}

/// <summary>A subject's view of another one. For a loader <paramref name="VirtualAddress"/> is the distance at which the other's addresses are seen.</summary>
public sealed record MonitorNode(MonitorPart Part, string Logical, Place Place, Located<string> Subject, Located<ulong>? VirtualAddress, bool Writable);
