// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.InteropServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>What belongs to one processor. It lies in a page of its own, at the same virtual address on each, zero at start.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
unsafe struct ProcessorData
{
    internal const int GdtEntries = 5;
    internal const int IdtEntries = 32;

    internal uint Index;

    /// <summary>The subject whose VMCS is current and whose FPU state is loaded.</summary>
    internal uint Subject;

    /// <summary>Its entry in the tables.</summary>
    internal SubjectEntry* Entry;

    /// <summary>Address of its pages, of which the state page is the first.</summary>
    internal ulong Pages;

    internal uint MajorFrame;

    /// <summary>Index of the minor frame in the tables.</summary>
    internal uint MinorFrame;

    /// <summary>Index of the last minor frame of this processor in the current major frame.</summary>
    internal uint LastMinorFrame;

    /// <summary>The groups of the current minor frame's partition.</summary>
    internal ushort FirstGroup;
    internal ushort GroupCount;

    /// <summary>The minor frame in the tables.</summary>
    internal MinorFrame* Frame;

    /// <summary>TSC at which the current minor frame began.</summary>
    internal ulong FrameStart;

    /// <summary>TSC at which the current minor frame ends.</summary>
    internal ulong Deadline;

    /// <summary>The preemption timer counts once every 2^n TSC cycles (IA32_VMX_MISC, bits 4:0).</summary>
    internal uint TimerShift;

    /// <summary>Flips with every barrier.</summary>
    internal uint BarrierSense;

    /// <summary>XCR0 components that the kernel switches on this processor.</summary>
    internal ulong Components;

    /// <summary>The flushes that this processor offers.</summary>
    internal SubjectFlags Flushes;
    internal uint Reserved;

    /// <summary>The active subject of each scheduling group of this processor.</summary>
    internal fixed ushort Active[Limits.Groups];

    /// <summary>Of each scheduling partition of this processor the group that had the last turn, counted from its first group.</summary>
    internal fixed ushort Turn[Limits.Partitions];

    /// <summary>The <see cref="RunState"/> of each subject of this processor.</summary>
    internal fixed byte Run[Limits.Subjects];

    internal fixed ulong Gdt[GdtEntries];
    internal fixed ulong Idt[IdtEntries * 2];

    /// <summary>Task state segment, 104 bytes: only IST 1 is used (SDM vol. 3, 8.7).</summary>
    internal fixed uint Tss[26];

    /// <summary>Operand of LGDT and LIDT: two bytes limit, eight bytes base, at an offset of 6.</summary>
    internal fixed ushort Descriptor[8];
}

/// <summary>Processors: their own tables, their start, and the barrier at which they meet.</summary>
static unsafe class Processors
{
    internal const ushort CodeSelector = 0x08;
    internal const ushort DataSelector = 0x10;
    internal const ushort TaskSelector = 0x18;

    private const ulong CodeDescriptor = 0x00AF_9B00_0000_FFFF;
    private const ulong DataDescriptor = 0x00CF_9300_0000_FFFF;

    /// <summary>Iterations of a wait for another processor before the kernel takes it for dead.</summary>
    private const uint Patience = 0xF000_0000;

    private unsafe struct Meetings
    {
        internal fixed ulong Counters[Limits.Barriers];
    }

    private static Meetings meetings;
    private static uint checkedIn;
    private static uint arrived;
    private static uint released;

    internal static ProcessorData* Data => (ProcessorData*)KernelLayout.ProcessorData;

    /// <summary>Own GDT (the TSS is busy once loaded, so it cannot be shared), IDT with an entry for each exception, TSS.</summary>
    internal static void Initialize(uint processor)
    {
        ProcessorData* data = Data;
        data->Index = processor;

        ulong tss = (ulong)data->Tss;
        data->Tss[9] = (uint)KernelLayout.InterruptStackTop;       // IST 1, low half; the high half stays 0
        data->Tss[25] = 104u << 16;                                // I/O map base beyond the limit: no map
        data->Gdt[1] = CodeDescriptor;
        data->Gdt[2] = DataDescriptor;
        data->Gdt[3] = 103 | ((tss & 0xFF_FFFF) << 16) | (0x89ul << 40) | ((tss >> 24 & 0xFF) << 56);
        data->Gdt[4] = tss >> 32;

        ulong entry = (ulong)(delegate*<void>)&Cpu.ExceptionEntries;
        for (int vector = 0; vector < ProcessorData.IdtEntries; vector++, entry += 5)
        {
            // Interrupt gate, present, DPL 0, IST 1 (SDM vol. 3, 6.14.1).
            data->Idt[vector * 2] = (entry & 0xFFFF) | ((ulong)CodeSelector << 16) | (1ul << 32) | (0x8Eul << 40)
                | ((entry >> 16 & 0xFFFF) << 48);
            data->Idt[(vector * 2) + 1] = entry >> 32;
        }

        byte* descriptor = (byte*)data->Descriptor + 6;
        *(ushort*)descriptor = (ProcessorData.GdtEntries * 8) - 1;
        *(ulong*)(descriptor + 2) = (ulong)data->Gdt;
        Cpu.LoadGdt(descriptor);
        *(ushort*)descriptor = (ProcessorData.IdtEntries * 16) - 1;
        *(ulong*)(descriptor + 2) = (ulong)data->Idt;
        Cpu.LoadIdt(descriptor);
        Cpu.LoadTaskRegister(TaskSelector);
    }

    /// <summary>Bootstrap processor only: starts each other processor and waits until it has checked in (SDM vol. 3, 9.4.4).</summary>
    internal static void StartOthers()
    {
        uint count = Tables.Header->ProcessorCount;
        for (uint index = 1; index < count; index++)
        {
            uint apicId = Tables.Processor(index)->ApicId;
            Cpu.SetNextProcessor(index);
            Apic.SendInit(apicId);
            Wait(10_000);
            Apic.SendStartup(apicId, (byte)(KernelLayout.Trampoline >> 12));
            if (!WaitForCheckIn(index, 200))
            {
                Apic.SendStartup(apicId, (byte)(KernelLayout.Trampoline >> 12));
                if (!WaitForCheckIn(index, 1_000_000))
                {
                    Panic.Raise(PanicReason.ProcessorStart);
                }
            }
        }
    }

    /// <summary>Tells the bootstrap processor that this one runs C# and needs the trampoline no more.</summary>
    internal static void CheckIn()
    {
        if (Data->Index != 0)
        {
            Volatile.Write(ref checkedIn, Data->Index);
        }
    }

    /// <summary>
    /// All processors meet. The last to arrive does what must happen once, <see cref="Scheduler.BeginMajorFrame"/>, before
    /// it releases the others.
    /// </summary>
    internal static void Meet()
    {
        ProcessorData* data = Data;
        data->BarrierSense ^= 1;
        if (Interlocked.Increment(ref arrived) == Tables.Header->ProcessorCount)
        {
            arrived = 0;
            Scheduler.BeginMajorFrame();
            Volatile.Write(ref released, data->BarrierSense);
            return;
        }

        for (uint patience = Patience; patience != 0; patience--)
        {
            if (Volatile.Read(ref released) == data->BarrierSense)
            {
                return;
            }

            Cpu.Pause();
        }

        Panic.Raise(PanicReason.Barrier);
    }

    /// <summary>Processors whose minor frames end together meet, so that the subjects on them change at the same time.</summary>
    /// <param name="barrier">Which of the plan's barriers.</param>
    /// <param name="size">How many processors meet there.</param>
    internal static void Meet(uint barrier, uint size)
    {
        // The counter never goes back, nor around: 64 bits, because 2^32 is not a multiple of every size. A major frame lies between two
        // meetings at the same barrier, so nobody comes twice before all have left.
        ref ulong counter = ref meetings.Counters[barrier & (Limits.Barriers - 1)];
        ulong ticket = Interlocked.Increment(ref counter) - 1;
        ulong complete = ticket - (ticket % size) + size;
        for (uint patience = Patience; patience != 0; patience--)
        {
            if (Volatile.Read(ref counter) >= complete)
            {
                return;
            }

            Cpu.Pause();
        }

        Panic.Raise(PanicReason.Barrier);
    }

    private static bool WaitForCheckIn(uint index, uint microseconds)
    {
        ulong end = Cpu.ReadTsc() + Cycles(microseconds);
        for (uint patience = Patience; patience != 0 && Cpu.ReadTsc() < end; patience--)
        {
            if (Volatile.Read(ref checkedIn) == index)
            {
                return true;
            }

            Cpu.Pause();
        }

        return Volatile.Read(ref checkedIn) == index;
    }

    private static void Wait(uint microseconds)
    {
        ulong end = Cpu.ReadTsc() + Cycles(microseconds);
        for (uint patience = Patience; patience != 0 && Cpu.ReadTsc() < end; patience--)
        {
            Cpu.Pause();
        }
    }

    private static ulong Cycles(uint microseconds) => (ulong)microseconds * Tables.Header->TscKhz / 1000;
}
