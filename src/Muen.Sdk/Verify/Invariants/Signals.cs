// SPDX-License-Identifier: MIT

using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>Events, traps, received events and interrupt routes by themselves: every index names something, and no signal leaves its bounds.</summary>
static class Signals
{
    const EventFlags KnownFlags = EventFlags.Valid | EventFlags.HasTarget | EventFlags.Handover | EventFlags.Ipi;
    const int IoApicInputs = 24;
    const int FirstVector = 32;

    // Upper half of a redirection entry: an APIC's identifier, or the index of a remapping entry (VT-d specification, 5.1.5.1).
    const int ApicShift = 24;
    const int IndexShift = 17;
    const uint Remappable = 1 << 16;

    /// <summary>Checks all of them.</summary>
    public static void Check(ImageModel image)
    {
        KernelTables tables = image.Tables;
        for (int id = 0; id < tables.Subjects.Length; id++)
        {
            string place = $"subject '{tables.NameOf(id)}'";
            for (int i = 0; i < Limits.Events; i++)
            {
                Source(image, id, $"{place}, event {i}", tables.Events(id)[i]);
                Source(image, id, $"{place}, trap {i}", tables.Traps(id)[i]);
                Target(image, $"{place}, received event {i}", tables.Targets(id)[i]);
            }
        }

        Interrupts(image);
    }

    static void Source(ImageModel image, int id, string place, in SourceEvent source)
    {
        if (source is { Action: 0, Flags: 0, TargetSubject: 0, TargetEvent: 0, Irq: 0, Reserved: 0 })
        {
            return;
        }

        Findings findings = image.Findings;
        KernelTables tables = image.Tables;
        if (source.Reserved != 0)
        {
            findings.Add(FindingCodes.Padding, place, "the reserved field");
        }

        if ((source.Flags & ~KnownFlags) != 0 || source.Action > SourceAction.Stop)
        {
            findings.Add(FindingCodes.UnknownValue, place, $"action {(byte)source.Action} and flags 0x{(byte)source.Flags:x}");
        }

        if ((source.Flags & EventFlags.Valid) == 0)
        {
            if (source.Flags != 0 || source.Action != 0 || source.TargetSubject != 0 || source.TargetEvent != 0 || source.Irq != 0)
            {
                findings.Add(FindingCodes.UnusedField, place, "a field of an entry that is not in use");
            }

            return;
        }

        if (source.Action != SourceAction.UnmaskIrq && source.Irq != 0)
        {
            findings.Add(FindingCodes.UnusedField, place, $"interrupt {source.Irq} of an action that unmasks none");
        }
        else if (source.Action == SourceAction.UnmaskIrq && !OwnsIrq(tables, id, source.Irq))
        {
            findings.Add(FindingCodes.Unmask, place, $"interrupt {source.Irq} is not the subject's");
        }

        // A handover alone needs no event there: its target runs next anyway.
        if ((source.Flags & (EventFlags.HasTarget | EventFlags.Handover)) == 0)
        {
            if ((source.Flags & EventFlags.Ipi) != 0)
            {
                findings.Add(FindingCodes.UnknownValue, place, $"flags 0x{(byte)source.Flags:x} without a target");
            }
            else if (source.TargetSubject != 0 || source.TargetEvent != 0)
            {
                findings.Add(FindingCodes.UnusedField, place, $"target {source.TargetSubject}, {source.TargetEvent} of an entry without one");
            }
        }
        else if (source.TargetSubject >= tables.Subjects.Length || source.TargetEvent >= Limits.Events)
        {
            findings.Add(FindingCodes.Index, place, $"target {source.TargetSubject}, {source.TargetEvent}; there are {tables.Subjects.Length} subjects and {Limits.Events} events");
        }
        else
        {
            SubjectEntry from = tables.Subjects[id];
            SubjectEntry to = tables.Subjects[source.TargetSubject];
            if ((source.Flags & EventFlags.Handover) != 0 && from.Group != to.Group)
            {
                findings.Add(FindingCodes.Handover, place, $"subject '{tables.NameOf(source.TargetSubject)}' is of another group");
            }

            if ((source.Flags & EventFlags.Ipi) != 0 && from.Processor == to.Processor)
            {
                findings.Add(FindingCodes.Ipi, place, $"subject '{tables.NameOf(source.TargetSubject)}' is on the same processor");
            }
        }
    }

    static void Target(ImageModel image, string place, in TargetEvent target)
    {
        if (target is { Action: 0, Vector: 0, Reserved: 0 })
        {
            return;
        }

        if (target.Reserved != 0)
        {
            image.Findings.Add(FindingCodes.Padding, place, "the reserved field");
        }

        if (target.Action > TargetAction.Reset)
        {
            image.Findings.Add(FindingCodes.UnknownValue, place, $"action {(byte)target.Action}");
        }
        else if (target.Action == TargetAction.Inject ? target.Vector < FirstVector : target.Vector != 0)
        {
            image.Findings.Add(target.Action == TargetAction.Inject ? FindingCodes.Index : FindingCodes.UnusedField, place, $"vector {target.Vector} of action {target.Action}");
        }
    }

    static bool OwnsIrq(KernelTables tables, int id, int irq)
    {
        foreach (IoApicRoute route in tables.Routes)
        {
            if (route.Irq == irq && tables.Vectors[route.Vector].Subject == id)
            {
                return true;
            }
        }

        return false;
    }

    static void Interrupts(ImageModel image)
    {
        KernelTables tables = image.Tables;
        Findings findings = image.Findings;
        for (int vector = 0; vector < Limits.Vectors; vector++)
        {
            VectorRoute route = tables.Vectors[vector];
            string place = $"vector {vector}";
            if (route.Subject == VectorRoute.NoSubject)
            {
                if (route.Vector != 0 || route.Irq != VectorRoute.NoIrq)
                {
                    findings.Add(FindingCodes.UnusedField, place, $"vector {route.Vector} and interrupt {route.Irq} of no subject");
                }
            }
            else if (route.Subject >= tables.Subjects.Length || route.Vector < FirstVector || vector < FirstVector)
            {
                findings.Add(FindingCodes.Index, place, $"it goes to subject {route.Subject} as vector {route.Vector}");
            }
        }

        var inputs = new HashSet<byte>();
        var vectors = new HashSet<byte>();
        foreach (IoApicRoute route in tables.Routes)
        {
            string place = $"IO-APIC input {route.Irq}";
            if (route.Irq >= IoApicInputs || route.Level > 1 || route.ActiveLow > 1)
            {
                findings.Add(FindingCodes.Index, place, $"level {route.Level}, active low {route.ActiveLow}; there are {IoApicInputs} inputs");
            }

            if (!inputs.Add(route.Irq) || !vectors.Add(route.Vector))
            {
                findings.Add(FindingCodes.Vectors, place, $"the input or its vector {route.Vector} is routed twice");
            }

            VectorRoute to = tables.Vectors[route.Vector];
            if (to.Subject >= tables.Subjects.Length)
            {
                findings.Add(FindingCodes.Vectors, place, $"its vector {route.Vector} goes to no subject");
                continue;
            }

            ushort processor = tables.Subjects[to.Subject].Processor;
            uint expected = image.Dma is not null ? ((uint)route.Vector << IndexShift) | Remappable : processor < tables.Processors.Length ? tables.Processors[processor].ApicId << ApicShift : 0;
            if (route.Upper != expected)
            {
                findings.Add(FindingCodes.Vectors, place, $"its redirection's upper half is 0x{route.Upper:x}; to reach the processor of subject '{tables.NameOf(to.Subject)}' it must be 0x{expected:x}");
            }

            if (to.Irq != (route.Level != 0 ? route.Irq : VectorRoute.NoIrq))
            {
                findings.Add(FindingCodes.Vectors, place, $"vector {route.Vector} masks interrupt {to.Irq}");
            }
        }
    }
}
