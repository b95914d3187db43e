// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The fixed cyclic plan. A major frame is a row of minor frames on each processor; all of them end together. A minor frame belongs to a
/// partition, whose groups take turns; of each group one subject is active. Deadlines are absolute, counted from the major
/// frame's start, and major frames follow each other without a gap: time spent in the kernel shortens the slot that caused it and
/// never moves the next one.
/// </summary>
static unsafe class Scheduler
{
    /// <summary>TSC at which the current major frame began; written only by the processor that arrives last at the barrier.</summary>
    private static ulong majorFrameStart;
    private static uint majorFrame;
    private static bool running;

    /// <summary>Makes each group's first subject active, waits for all processors, and begins the first minor frame.</summary>
    internal static void Start()
    {
        ProcessorData* data = Processors.Data;
        uint groups = Tables.Header->GroupCount;
        for (uint group = 0; group < groups; group++)
        {
            data->Active[group & (Limits.Groups - 1)] = Tables.Group(group)->FirstSubject;
        }

        Vmx.SetTimerShift();
        Processors.Meet();
        data->MajorFrame = majorFrame;
        BeginMinorFrame(Tables.Range(data->MajorFrame, data->Index)->First, majorFrameStart);
        Subjects.State(data->Subject)->Running = 1;
    }

    /// <summary>Runs on one processor while the others wait: fixes which major frame begins now, and when it began.</summary>
    internal static void BeginMajorFrame()
    {
        majorFrameStart = running ? majorFrameStart + Tables.Major(majorFrame)->Period : Cpu.ReadTsc();
        running = true;
        if (Tables.Header->HasPlanSelector != 0)
        {
            uint next = Volatile.Read(ref ((PlanSelector*)KernelLayout.PlanSelector)->NextMajorFrame);
            if (next < Tables.Header->MajorFrameCount)
            {
                majorFrame = next;
            }
        }
    }

    /// <summary>
    /// Ends the minor frame when its time has come: then follows the next one, or the next major frame. The preemption timer also
    /// exits for a timed event, which <see cref="TimedEvents.Fire"/> finds, and on a coarse timer somewhat early.
    /// </summary>
    internal static void EndMinorFrame()
    {
        ProcessorData* data = Processors.Data;
        if (Cpu.ReadTsc() < data->Deadline)
        {
            return;
        }

        MinorFrameRange* range = Tables.Range(data->MajorFrame, data->Index);
        uint next = data->MinorFrame + 1;
        ulong start = data->Deadline;
        if (next >= range->First + range->Count)
        {
            Processors.Meet();
            data->MajorFrame = majorFrame;
            next = Tables.Range(data->MajorFrame, data->Index)->First;
            start = majorFrameStart;
        }
        else
        {
            MinorFrame* ended = Tables.Minor(data->MinorFrame);
            if (ended->Barrier != MinorFrame.NoBarrier)
            {
                Processors.Meet(ended->Barrier, ended->BarrierSize);
            }
        }

        BeginMinorFrame(next, start);
    }

    /// <summary>The target of a handover becomes its group's active subject and runs for the rest of the minor frame.</summary>
    /// <param name="target">A subject of the group whose subject is current: the policy compiler lets no other be a target.</param>
    internal static void HandOver(uint target)
    {
        ProcessorData* data = Processors.Data;
        data->Active[Tables.Subject(target)->Group & (Limits.Groups - 1)] = (ushort)target;
        Continue(target);
        if (Subjects.GetRunState(target) == RunState.Sleeping)
        {
            Subjects.Wake(target);
        }
    }

    /// <summary>
    /// Gives the rest of the minor frame to the next group of the partition whose active subject can run. When there is none the
    /// current subject stays: asleep, it waits for an interrupt, an IPI, a timed event or the end of the minor frame.
    /// </summary>
    internal static void TakeTurns() => Continue(Next(Tables.Minor(Processors.Data->MinorFrame)->Partition));

    /// <summary>Whether the current partition has groups that take turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsShared() => Tables.Partition(Tables.Minor(Processors.Data->MinorFrame)->Partition)->GroupCount > 1;

    /// <summary>Loads the preemption timer with what is left until the minor frame ends or a timed event is due; 0 ends the run at once.</summary>
    /// <param name="until">TSC of that timed event.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetTimer(ProcessorData* data, ulong until)
    {
        // The policy compiler lets no minor frame be longer than the timer counts, so what is left fits its 32 bits.
        until = until < data->Deadline ? until : data->Deadline;
        ulong now = Cpu.ReadTsc();
        Cpu.VmWrite(VmcsField.PreemptionTimer, until > now ? (until - now) >> (int)data->TimerShift : 0);
    }

    /// <summary>The earliest timed event in a partition where nobody can run.</summary>
    internal static ulong FirstTrigger()
    {
        PartitionEntry* entry = Tables.Partition(Tables.Minor(Processors.Data->MinorFrame)->Partition);
        ulong first = ulong.MaxValue;
        for (uint group = 0; group < entry->GroupCount; group++)
        {
            ulong trigger = TimedEvents.Trigger(Active(entry->FirstGroup + group));
            first = trigger < first ? trigger : first;
        }

        return first;
    }

    private static void BeginMinorFrame(uint index, ulong start)
    {
        ProcessorData* data = Processors.Data;
        MinorFrame* frame = Tables.Minor(index);
        data->MinorFrame = index;
        data->FrameStart = start;
        data->Deadline = majorFrameStart + frame->Deadline;
        PartitionEntry* entry = Tables.Partition(frame->Partition);
        Continue(entry->GroupCount == 1 ? Active(entry->FirstGroup) : Next(frame->Partition));
    }

    /// <summary>The active subject of the group that has the next turn: the first one that can run, else the one that had the last turn.</summary>
    private static uint Next(uint partition)
    {
        ProcessorData* data = Processors.Data;
        PartitionEntry* entry = Tables.Partition(partition);
        uint last = data->Turn[partition & (Limits.Partitions - 1)];
        uint group = last;
        for (int left = entry->GroupCount; left != 0; left--)
        {
            group = group + 1 < entry->GroupCount ? group + 1 : 0;
            uint subject = Active(entry->FirstGroup + group);
            if (Subjects.IsRunnable(subject))
            {
                data->Turn[partition & (Limits.Partitions - 1)] = (ushort)group;
                return subject;
            }
        }

        return Active(entry->FirstGroup + last);
    }

    /// <summary>Runs a subject in what is left of the current minor frame.</summary>
    private static void Continue(uint subject)
    {
        ProcessorData* data = Processors.Data;
        SchedulingInfo* info = (SchedulingInfo*)(Subjects.Pages(subject) + KernelLayout.SchedulingInfoOffset);
        info->Start = data->FrameStart;
        info->End = data->Deadline;
        Subjects.Switch(subject);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Active(uint group) => Processors.Data->Active[group & (Limits.Groups - 1)];
}
