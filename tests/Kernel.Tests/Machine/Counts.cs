// SPDX-License-Identifier: MIT
namespace Muen.Simulation;

/// <summary>How often what happened.</summary>
internal sealed class Counts
{
    internal long Exits { get; set; }

    internal long Events { get; set; }

    internal long Handovers { get; set; }

    internal long Sleeps { get; set; }

    internal long WakeUps { get; set; }

    internal long TimedEvents { get; set; }

    internal long Interrupts { get; set; }

    internal long Injections { get; set; }

    internal long Resets { get; set; }

    internal long Stops { get; set; }

    internal long MinorFrames { get; set; }

    internal long MajorFrames { get; set; }

    /// <summary>Of every entry and exit, in order.</summary>
    internal ulong Hash { get; set; }

    internal long[] Numbers => [Exits, Events, Handovers, Sleeps, WakeUps, TimedEvents, Interrupts, Injections, Resets, Stops, MinorFrames, MajorFrames];

    public override string ToString() =>
        $"{Exits} exits, {Events} events, {Handovers} handovers, {Sleeps} sleeps, {WakeUps} wake-ups, {TimedEvents} timed events, {Interrupts} interrupts, {Injections} injections, "
        + $"{Resets} resets, {Stops} stops, {MinorFrames} minor and {MajorFrames} major frames, hash {Hash:x16}";

    internal void Add(Counts other)
    {
        Exits += other.Exits;
        Events += other.Events;
        Handovers += other.Handovers;
        Sleeps += other.Sleeps;
        WakeUps += other.WakeUps;
        TimedEvents += other.TimedEvents;
        Interrupts += other.Interrupts;
        Injections += other.Injections;
        Resets += other.Resets;
        Stops += other.Stops;
        MinorFrames += other.MinorFrames;
        MajorFrames += other.MajorFrames;
        Hash = (Hash * 0x100_0000_01B3) ^ other.Hash;
    }
}
