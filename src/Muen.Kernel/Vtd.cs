// SPDX-License-Identifier: GPL-3.0-or-later
using System.Runtime.CompilerServices;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The units for DMA and interrupt remapping (Intel VT-d specification; sections in brackets). Their tables are made with the image and mapped by nobody: the kernel
/// only tells the units where they are, before any subject runs, and records what they refuse. Registers are mapped on processor 0.
/// </summary>
static unsafe class Vtd
{
    // Registers, as offsets from a unit's first [11.4].
    private const uint Capability = 0x08;
    private const uint ExtendedCapability = 0x10;
    private const uint GlobalCommand = 0x18;
    private const uint GlobalStatus = 0x1C;
    private const uint RootTable = 0x20;
    private const uint FaultStatus = 0x34;
    private const uint FaultControl = 0x38;
    private const uint FaultData = 0x3C;
    private const uint FaultAddress = 0x40;
    private const uint FaultUpperAddress = 0x44;
    private const uint QueueTail = 0x88;
    private const uint QueueAddress = 0x90;
    private const uint CompletionStatus = 0x9C;
    private const uint InterruptTable = 0xB8;

    // Bits of the command register, and the same of the status register [11.4.4].
    private const uint Translation = 1u << 31;
    private const uint SetRootTable = 1u << 30;
    private const uint QueuedInvalidation = 1u << 26;
    private const uint InterruptRemapping = 1u << 25;
    private const uint SetInterruptTable = 1u << 24;

    /// <summary>Status bits that hold; the others tell of commands that were given once and must not be given again with the next.</summary>
    private const uint Lasting = 0x96FF_FFFF;

    /// <summary>Queued invalidation, interrupt remapping, destinations of 32 bits [11.4.3].</summary>
    private const ulong ExtendedWanted = (1u << 1) | (1u << 3) | (1u << 4);

    /// <summary>A buffer that would have to be flushed by command [11.4.2: RWBF]: the one bit that must be 0.</summary>
    private const ulong WriteBufferFlush = 1 << 4;

    private const uint DescriptorSize = 16;
    private const uint RecordSize = 16;
    private const ulong RecordValid = 1ul << 63;
    private const uint FaultMask = 1u << 31;

    /// <summary>Overflow and the errors of queues: written back to be cleared [11.4.11].</summary>
    private const uint FaultErrors = 0x7D;

    /// <summary>Polls of a register before a unit is taken for dead.</summary>
    private const uint Patience = 10_000_000;

    /// <summary>Faults that are recorded. A device can cause them without end, each at the cost of others' time; half of the crash audit is for other things.</summary>
    private const uint MaxTold = CrashAuditHeader.MaxRecords / 2;

    private static uint told;

    /// <summary>Bootstrap processor only: from here on a device does what its domain allows, and nothing without one.</summary>
    internal static void Enable()
    {
        uint count = Tables.Header->IommuCount;
        for (uint index = 0; index < count; index++)
        {
            IommuEntry* entry = Tables.Iommu(index);
            ulong unit = Unit(index);
            Require(unit, entry);
            Cpu.WriteBackCaches();      // a unit may read its tables past the caches (ECAP_REG.C)
            Start(unit, entry);
        }
    }

    /// <summary>A unit has seen a fault: records and clears what the units remember, as many as they can.</summary>
    internal static void Report()
    {
        uint count = Processors.Data->Index == 0 ? Tables.Header->IommuCount : 0;
        for (uint index = 0; index < count; index++)
        {
            ulong unit = Unit(index);
            ulong record = FirstRecord(unit);
            for (uint left = RecordCount(unit); left != 0; left--, record += RecordSize)
            {
                ulong fault = ReadLong(record + 8);
                if ((fault & RecordValid) != 0)
                {
                    Record(fault, ReadLong(record));
                    Write(record + 12, (uint)(RecordValid >> 32));
                }
            }

            Write(unit + FaultStatus, FaultErrors);
            if (told == MaxTold)
            {
                Write(unit + FaultControl, FaultMask);
            }
        }
    }

    /// <summary>Refuses a machine whose unit cannot do what the tables need.</summary>
    private static void Require(ulong unit, IommuEntry* entry)
    {
        SystemState.Demand((uint)unit + Capability, entry->Capabilities | WriteBufferFlush, ReadLong(unit + Capability) ^ WriteBufferFlush);
        if (FirstRecord(unit) + (RecordCount(unit) * RecordSize) > unit + entry->RegistersSize)
        {
            Panic.Raise(PanicReason.Iommu);
        }

        SystemState.Demand((uint)unit + ExtendedCapability, ExtendedWanted, ReadLong(unit + ExtendedCapability));
    }

    /// <summary>
    /// Whatever the firmware left on: a unit that translates goes on doing so while its tables change, and then forgets everything that it knew.
    /// </summary>
    private static void Start(ulong unit, IommuEntry* entry)
    {
        Command(unit, QueuedInvalidation, 0);
        WriteLong(unit + QueueTail, 0);
        WriteLong(unit + QueueAddress, entry->InvalidationQueue);
        Command(unit, QueuedInvalidation);

        WriteLong(unit + RootTable, entry->RootTable);
        Command(unit, SetRootTable);
        WriteLong(unit + InterruptTable, entry->InterruptTable);
        Command(unit, SetInterruptTable);
        Write(unit + CompletionStatus, 1);
        WriteLong(unit + QueueTail, IommuEntry.Invalidations * DescriptorSize);
        Await(unit + CompletionStatus, 1, 1);

        // Messages of the compatibility format are blocked from here on, because destinations have 32 bits [5.1.4].
        Command(unit, Translation);
        Command(unit, InterruptRemapping);

        Write(unit + FaultData, Limits.IommuFaultVector);
        Write(unit + FaultAddress, entry->FaultAddress);
        Write(unit + FaultUpperAddress, entry->FaultUpperAddress);
        Write(unit + FaultControl, 0);
    }

    private static void Record(ulong fault, ulong address)
    {
        if (told != MaxTold)
        {
            told++;
            CrashRecord* record = CrashAudit.Begin(CrashReason.DeviceFault, CrashAudit.NoSubject);
            record->ExitReason = (byte)(fault >> 32);
            record->ErrorCode = (ushort)fault;
            record->ExitQualification = fault;
            record->GuestPhysicalAddress = address;
            Console.DeviceFault(record);
        }
    }

    private static ulong Unit(uint index) => KernelLayout.Iommus + (index * KernelLayout.IommuStride);

    /// <summary>How many fault records a unit has, and where [11.4.2: NFR, FRO].</summary>
    private static uint RecordCount(ulong unit) => (uint)(byte)(ReadLong(unit + Capability) >> 40) + 1;

    private static ulong FirstRecord(ulong unit) => unit + (((ReadLong(unit + Capability) >> 24) & 0x3FF) * RecordSize);

    private static void Command(ulong unit, uint bit) => Command(unit, bit, bit);

    /// <summary>Gives one command and waits until the unit has obeyed.</summary>
    /// <param name="unit">Its registers.</param>
    /// <param name="bit">The command.</param>
    /// <param name="on">The same bit to give it, 0 to take it back.</param>
    private static void Command(ulong unit, uint bit, uint on)
    {
        Write(unit + GlobalCommand, (Read(unit + GlobalStatus) & Lasting & ~bit) | on);
        Await(unit + GlobalStatus, bit, on);
    }

    // Not inlined: where the bit is a constant, the compiler would read its byte only, and registers are read as a whole [11.2].
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Await(ulong register, uint bit, uint wanted)
    {
        for (uint patience = Patience; (Read(register) & bit) != wanted; patience--)
        {
            if (patience == 0)
            {
                Panic.Raise(PanicReason.Iommu);
            }

            Cpu.Pause();
        }
    }

    private static uint Read(ulong register) => Volatile.Read(ref *(uint*)register);

    private static ulong ReadLong(ulong register) => Volatile.Read(ref *(ulong*)register);

    private static void Write(ulong register, uint value) => Volatile.Write(ref *(uint*)register, value);

    private static void WriteLong(ulong register, ulong value) => Volatile.Write(ref *(ulong*)register, value);
}
