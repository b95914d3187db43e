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
        EnterMajorFrame(data);
        ((SubjectState*)data->Pages)->Running = 1;
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
    internal static void EndMinorFrame(ProcessorData* data)
    {
        if (Cpu.ReadTsc() < data->Deadline)
        {
            return;
        }

        if (data->MinorFrame == data->LastMinorFrame)
        {
            EnterMajorFrame(data);
            return;
        }

        MinorFrame* frame = data->Frame;
        if (frame->Barrier != MinorFrame.NoBarrier)
        {
            Processors.Meet(frame->Barrier, frame->BarrierSize);
        }

        BeginMinorFrame(data, data->MinorFrame + 1, data->Deadline);
    }

    /// <summary>All processors meet, and the first minor frame of the major frame that they agree on begins.</summary>
    private static void EnterMajorFrame(ProcessorData* data)
    {
        Processors.Meet();
        data->MajorFrame = majorFrame;
        MinorFrameRange* range = Tables.Range(majorFrame, data->Index);
        data->LastMinorFrame = range->First + range->Count - 1;
        BeginMinorFrame(data, range->First, majorFrameStart);
    }

    /// <summary>The target of a handover becomes its group's active subject and runs for the rest of the minor frame.</summary>
    /// <param name="target">A subject of the group whose subject is current: the policy compiler lets no other be a target.</param>
    internal static void HandOver(ProcessorData* data, uint target)
    {
        data->Active[data->Entry->Group & (Limits.Groups - 1)] = (ushort)target;
        if (data->Run[Subjects.Masked(target)] == (byte)RunState.Sleeping)
        {
            WakeUp(data, target);
            return;
        }

        Continue(data, target);
    }

    /// <summary>Hands over to a subject that sleeps; a function of its own, so that <see cref="HandOver"/> needs no stack frame.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WakeUp(ProcessorData* data, uint target)
    {
        Continue(data, target);
        Subjects.Wake(target);
    }

    /// <summary>
    /// Gives the rest of the minor frame to the next group of the partition whose active subject can run. When there is none the
    /// current subject stays: asleep, it waits for an interrupt, an IPI, a timed event or the end of the minor frame.
    /// </summary>
    internal static void TakeTurns(ProcessorData* data) => Continue(data, Next(data));

    /// <summary>Whether the current partition has groups that take turns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsShared(ProcessorData* data) => data->GroupCount > 1;

    /// <summary>Loads the preemption timer with what is left until the minor frame ends or a timed event is due; 0 ends the run at once.</summary>
    /// <param name="until">TSC of that, not after the minor frame's end.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetTimer(ProcessorData* data, ulong until)
    {
        // The policy compiler lets no minor frame be longer than the timer counts, so what is left fits its 32 bits.
        ulong now = Cpu.ReadTsc();
        Cpu.VmWrite(VmcsField.PreemptionTimer, until > now ? (until - now) >> (int)data->TimerShift : 0);
    }

    /// <summary>The earliest timed event in a partition where nobody can run.</summary>
    internal static ulong FirstTrigger(ProcessorData* data)
    {
        ulong first = ulong.MaxValue;
        for (uint group = 0; group < data->GroupCount; group++)
        {
            ulong trigger = TimedEvents.Trigger(Subjects.Pages(Active(data, group)));
            first = trigger < first ? trigger : first;
        }

        return first;
    }

    private static void BeginMinorFrame(ProcessorData* data, uint index, ulong start)
    {
        MinorFrame* frame = Tables.Minor(index);
        PartitionEntry* partition = Tables.Partition(frame->Partition);
        data->MinorFrame = index;
        data->Frame = frame;
        data->FrameStart = start;
        data->Deadline = majorFrameStart + frame->Deadline;
        data->FirstGroup = partition->FirstGroup;
        data->GroupCount = partition->GroupCount;
        Continue(data, data->GroupCount == 1 ? Active(data, 0) : Next(data));
    }

    /// <summary>The active subject of the group that has the next turn: the first one that can run, else the one that had the last turn.</summary>
    private static uint Next(ProcessorData* data)
    {
        ref ushort turn = ref data->Turn[data->Frame->Partition & (Limits.Partitions - 1)];
        uint group = turn;
        for (int left = data->GroupCount; left != 0; left--)
        {
            group = group + 1 < data->GroupCount ? group + 1 : 0;
            if (Subjects.IsRunnable(Active(data, group)))
            {
                turn = (ushort)group;
                break;
            }
        }

        return Active(data, turn);
    }

    /// <summary>Runs a subject in what is left of the current minor frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Continue(ProcessorData* data, uint subject)
    {
        ulong pages = Subjects.Pages(subject);
        SchedulingInfo* info = (SchedulingInfo*)(pages + KernelLayout.SchedulingInfoOffset);
        info->Start = data->FrameStart;
        info->End = data->Deadline;
        if ((data->Entry->Flags & SubjectFlags.Observed) != 0)
        {
            Subjects.SwitchObserved(data, subject, pages);
        }
        else if (subject != data->Subject)
        {
            Subjects.Switch(data, subject, pages);
        }
    }

    /// <summary>The active subject of one of the current partition's groups.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Active(ProcessorData* data, uint group) => data->Active[(data->FirstGroup + group) & (Limits.Groups - 1)];
}
