// SPDX-License-Identifier: GPL-3.0-or-later
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The fixed cyclic plan. A major frame is a row of minor frames on each processor; all of them end together. Deadlines are
/// absolute, counted from the major frame's start, and major frames follow each other without a gap: time spent in the kernel
/// shortens the slot that caused it and never moves the next one.
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
            GroupEntry* entry = Tables.Group(group);
            if (entry->Processor == data->Index)
            {
                data->Active[group & (Limits.Groups - 1)] = entry->FirstSubject;
            }
        }

        Vmx.SetTimerShift();
        Processors.Meet();
        data->MajorFrame = majorFrame;
        BeginMinorFrame(Tables.Range(data->MajorFrame, data->Index)->First, majorFrameStart);
    }

    /// <summary>Runs on one processor while the others wait: fixes the start of the major frame that begins now.</summary>
    internal static void BeginMajorFrame()
    {
        majorFrameStart = running ? majorFrameStart + Tables.Major(majorFrame)->Period : Cpu.ReadTsc();
        running = true;
        uint next = Processors.Data->MajorFrame;
        majorFrame = next;
    }

    /// <summary>The preemption timer has reached zero: the next minor frame, or the next major frame.</summary>
    internal static void EndMinorFrame()
    {
        ProcessorData* data = Processors.Data;
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

        BeginMinorFrame(next, start);
    }

    /// <summary>The target of a handover becomes its group's active subject and runs for the rest of the minor frame.</summary>
    internal static void HandOver(uint target)
    {
        ProcessorData* data = Processors.Data;
        MinorFrame* frame = Tables.Minor(data->MinorFrame);
        data->Active[frame->Group & (Limits.Groups - 1)] = (ushort)target;
        SchedulingInfo* from = Info(data->Subject);
        SchedulingInfo* to = Info(target);
        to->Start = from->Start;
        to->End = from->End;
        Subjects.Switch(target);
    }

    /// <summary>Loads the preemption timer with what is left of the minor frame; 0 ends it at once.</summary>
    internal static void SetTimer()
    {
        ProcessorData* data = Processors.Data;
        ulong now = Cpu.ReadTsc();
        ulong left = data->Deadline > now ? (data->Deadline - now) >> (int)data->TimerShift : 0;
        Cpu.VmWrite(VmcsField.PreemptionTimer, left <= uint.MaxValue ? left : uint.MaxValue);
    }

    private static void BeginMinorFrame(uint index, ulong start)
    {
        ProcessorData* data = Processors.Data;
        MinorFrame* frame = Tables.Minor(index);
        uint subject = data->Active[frame->Group & (Limits.Groups - 1)];
        data->MinorFrame = index;
        data->Deadline = majorFrameStart + frame->Deadline;
        SchedulingInfo* info = Info(subject);
        info->Start = start;
        info->End = data->Deadline;
        Subjects.Switch(subject);
    }

    private static SchedulingInfo* Info(uint subject) => (SchedulingInfo*)(Subjects.Pages(subject) + KernelLayout.SchedulingInfoOffset);
}
