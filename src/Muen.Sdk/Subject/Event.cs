// SPDX-License-Identifier: MIT
using System;

namespace Muen;

/// <summary>An event that the policy lets this subject trigger.</summary>
[Capability]
public readonly struct Event
{
    /// <param name="number">Event number, 0..63.</param>
    public Event(byte number)
    {
        Number = number;
    }

    /// <summary>The number that a hypercall carries.</summary>
    public byte Number { get; }

    /// <summary>Finds an event by its logical name.</summary>
    /// <param name="name">The name (ASCII).</param>
    /// <returns>The event. One that is not there is a <see cref="Panic"/>: the policy does not fit the program.</returns>
    public static Event Open(ReadOnlySpan<byte> name)
    {
        if (!SubjectInfo.Own.TryFindEvent(name, out Event found))
        {
            Panic.Stop("an event is not in the policy", name);
        }
        return found;
    }

    /// <summary>Triggers the event (ABI, hypercall). Returns when the kernel has carried out its source action.</summary>
    public void Trigger() => Hypercall.Trigger(Number);
}
