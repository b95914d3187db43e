// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Simulation;

/// <summary>What a subject's event, trap or timed event does, as the policy says it.</summary>
/// <param name="Number">Event number, or exit reason of a trap.</param>
/// <param name="Target">The target subject, -1 when there is none.</param>
/// <param name="TargetNumber">Number of the target's event.</param>
/// <param name="Input">Interrupt to unmask.</param>
internal sealed record SourcePlan(int Number, SourceAction Action, int Target = -1, int TargetNumber = 0, bool Handover = false, bool Ipi = false, int Input = 0);

/// <summary>A device's interrupt.</summary>
internal sealed record InterruptPlan(int Input, int Subject, int Vector, bool Level)
{
    internal int HostVector => 32 + Input;
}

/// <summary>A subject of a policy.</summary>
internal sealed class SubjectPlan
{
    internal required int Id { get; init; }

    internal required int Processor { get; init; }

    internal required int Partition { get; init; }

    /// <summary>Its group among the groups of the partition.</summary>
    internal required int Group { get; init; }

    internal string Name => $"s{Id}";

    internal Dictionary<int, SourcePlan> Events { get; } = [];

    internal Dictionary<int, SourcePlan> Traps { get; } = [];

    /// <summary>Vectors by the numbers of received events; <see cref="Reset"/> for one that starts the subject anew, <see cref="Nothing"/> for one without an action.</summary>
    internal SortedDictionary<int, int> Targets { get; } = [];

    internal List<InterruptPlan> Interrupts { get; } = [];

    /// <summary>Another subject whose state it sees, -1 for none, and whether it may change it.</summary>
    internal int Watched { get; set; } = -1;

    internal bool Controls { get; set; }

    /// <summary>What is flushed before another subject runs after this one, or this one after another.</summary>
    internal SubjectFlags Flushes { get; init; }

    internal ulong VmcsAddress { get; set; }

    internal const int Reset = -1;

    internal const int Nothing = -2;

    internal bool IsReset => Targets.ContainsValue(Reset);
}

/// <summary>Groups that take turns; of each group one subject is active.</summary>
internal sealed record PartitionPlan(int Processor, List<List<int>> Groups);

/// <summary>A minor frame that ends so many cycles after the major frame's start.</summary>
internal sealed record FramePlan(int Partition, ulong End);

/// <summary>A major frame: the minor frames of each processor.</summary>
internal sealed record MajorPlan(ulong Period, List<FramePlan>[] Frames);

/// <summary>A system as its policy describes it. The judge knows nothing but this; the kernel nothing but the tables that the policy compiler makes of it.</summary>
internal sealed class Scenario
{
    internal const ulong Entry = 0x20_0010;

    internal required int Processors { get; init; }

    /// <summary>The preemption timer counts once every 2^n cycles.</summary>
    internal required int TimerRate { get; init; }

    internal List<SubjectPlan> Subjects { get; } = [];

    internal List<PartitionPlan> Partitions { get; } = [];

    internal List<MajorPlan> Majors { get; } = [];

    internal List<InterruptPlan> Interrupts { get; } = [];

    /// <summary>The subject that chooses the next major frame, -1 for none.</summary>
    internal int Tau0 { get; set; } = -1;

    /// <summary>Cycles between two interrupts of devices, in the mean.</summary>
    internal int InterruptDistance { get; init; }

    /// <summary>A vector that is nobody's.</summary>
    internal const int UnroutedVector = 200;

    /// <summary>Bits of a register of capabilities, an MSR or a leaf of CPUID, that on one processor are not what the kernel needs.</summary>
    internal (int Processor, uint Register, ulong Bits) Flaw { get; set; }

    /// <summary>Inputs that the IO-APIC does not have.</summary>
    internal uint MissingInputs { get; set; }

    /// <summary>An exit that ends the system, with its interruption information; the first processor has it when its subjects have run a while.</summary>
    internal (ExitReason Reason, uint Information)? End { get; set; }

    /// <summary>Whether no VM entry takes the states in which the subjects begin.</summary>
    internal bool IsUnenterable { get; set; }

    /// <summary>Whether the subjects are VMs; such systems only start.</summary>
    internal bool HasVms { get; init; }

    internal byte[] Tables { get; set; } = [];
}
