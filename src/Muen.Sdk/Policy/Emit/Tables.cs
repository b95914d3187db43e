// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;

namespace Muen.Sdk.Policy.Emit;

/// <summary>The kernel's tables: header and arrays, written through the structs of the ABI.</summary>
internal static class Tables
{
    // Upper half of a redirection entry (VT-d specification, 5.1.5.1).
    private const uint RemappableFormat = 1 << 16;

    // A message to a processor (SDM vol. 3, 11.11.1).
    private const uint MessageAddress = 0xFEE0_0000;

    // CAP_REG.ND, 2 or 6: 8 or 16 bits (VT-d specification, 11.4.2).
    private const ulong EightDomainBits = 2;

    // IRTA_REG (VT-d specification, 11.4.9): destinations of 32 bits, 2^(7+1) entries.
    private const ulong X2ApicDestinations = 1 << 11;
    private const ulong InterruptEntries = 7;

    internal static unsafe byte[] Emit(SystemView system)
    {
        int routes = system.Subjects.Sum(s => s.Irqs.Count(i => i.Input >= 0));
        int iommus = system.Dma?.Units.Length ?? 0;
        int minorFrames = system.MajorFrames.Sum(m => m.Processors.Sum(p => p.Length));
        TablesLayout layout = TablesLayout.For(system.Processors.Length, system.Subjects.Length, system.MajorFrames.Length, minorFrames, system.Groups.Length, system.Partitions.Length, routes, iommus);
        byte[] bytes = new byte[layout.Size];
        void Put<T>(uint offset, int index, T value)
            where T : unmanaged => MemoryMarshal.Write(bytes.AsSpan((int)offset + (index * sizeof(T))), in value);

        var header = new TablesHeader
        {
            Magic = TablesHeader.ExpectedMagic,
            Version = TablesHeader.ExpectedVersion,
            Size = layout.Size,
            ProcessorCount = (uint)system.Processors.Length,
            SubjectCount = (uint)system.Subjects.Length,
            MajorFrameCount = (uint)system.MajorFrames.Length,
            MinorFrameCount = (uint)minorFrames,
            GroupCount = (uint)system.Groups.Length,
            TscKhz = system.TscKhz,
            ConsolePort = system.ConsolePort,
            HasIoApic = 1,
            ProcessorsOffset = layout.Processors,
            SubjectsOffset = layout.Subjects,
            MajorFramesOffset = layout.MajorFrames,
            RangesOffset = layout.Ranges,
            MinorFramesOffset = layout.MinorFrames,
            GroupsOffset = layout.Groups,
            VectorsOffset = layout.Vectors,
            RoutesOffset = layout.Routes,
            RouteCount = (uint)routes,
            PartitionCount = (uint)system.Partitions.Length,
            PartitionsOffset = layout.Partitions,
            HasPlanSelector = system.HasPlanSelector ? 1u : 0,
            IommuCount = (uint)iommus,
            IommusOffset = layout.Iommus,
        };
        foreach (ProcessorView processor in system.Processors)
        {
            header.PageTables[processor.Id] = processor.PageTables;
            Put(layout.Processors, processor.Id, new ProcessorEntry { ApicId = processor.ApicId, MachineCheckBanks = processor.MachineCheckBanks, VmxOnAddress = processor.VmxOn });
        }

        Put(0, 0, header);
        foreach (SubjectView subject in system.Subjects)
        {
            Put(layout.Subjects, subject.Id, SubjectEntries.Of(subject, system));
            uint rows = layout.Subjects + ((uint)subject.Id * SubjectEntry.Stride);
            foreach (SourceEventView own in subject.Events)
            {
                Put(rows + SubjectEntry.EventsOffset, own.Number, Entry(own.Signal));
            }

            foreach (TrapView trap in subject.Traps)
            {
                Put(rows + SubjectEntry.TrapsOffset, trap.Reason, Entry(trap.Signal));
            }

            foreach (TargetEventView target in subject.Targets)
            {
                Put(rows + SubjectEntry.TargetsOffset, target.Number, new TargetEvent { Action = target.Action, Vector = (byte)target.Vector });
            }
        }

        uint next = 0;
        for (int major = 0; major < system.MajorFrames.Length; major++)
        {
            Put(layout.MajorFrames, major, new MajorFrame { Period = system.MajorFrames[major].Period });
            for (int processor = 0; processor < system.Processors.Length; processor++)
            {
                IReadOnlyList<MinorFrameView> frames = system.MajorFrames[major].Processors[processor];
                Put(layout.Ranges, (major * system.Processors.Length) + processor, new MinorFrameRange { First = next, Count = (uint)frames.Count });
                foreach (MinorFrameView frame in frames)
                {
                    Put(layout.MinorFrames, (int)next++, new MinorFrame
                    {
                        Deadline = frame.Deadline,
                        Partition = (ushort)frame.Partition,
                        Barrier = frame.Barrier < 0 ? MinorFrame.NoBarrier : (ushort)frame.Barrier,
                        BarrierSize = (ushort)frame.BarrierSize,
                    });
                }
            }
        }

        for (int group = 0; group < system.Groups.Length; group++)
        {
            Put(layout.Groups, group, new GroupEntry { FirstSubject = (ushort)system.Groups[group].FirstSubject, Partition = (ushort)system.Groups[group].Partition });
        }

        for (int index = 0; index < system.Partitions.Length; index++)
        {
            PartitionView partition = system.Partitions[index];
            Put(layout.Partitions, index, new PartitionEntry { Processor = (ushort)partition.Processor, FirstGroup = (ushort)partition.FirstGroup, GroupCount = (ushort)partition.GroupCount });
        }

        for (int i = 0; i < iommus; i++)
        {
            Put(layout.Iommus, i, Iommu(system.Dma!, system.Dma!.Units[i].Size, system.Processors[0].ApicId));
        }

        PutInterrupts(system, layout, Put, Put);
        return bytes;
    }

    private static void PutInterrupts(SystemView system, TablesLayout layout, Action<uint, int, VectorRoute> vector, Action<uint, int, IoApicRoute> route)
    {
        for (int i = 0; i < Limits.Vectors; i++)
        {
            vector(layout.Vectors, i, new VectorRoute { Subject = VectorRoute.NoSubject, Irq = VectorRoute.NoIrq });
        }

        int count = 0;
        foreach ((SubjectView subject, IrqView irq) in system.Subjects.SelectMany(s => s.Irqs.Select(irq => (s, irq))))
        {
            vector(layout.Vectors, irq.HostVector, new VectorRoute
            {
                Subject = (ushort)subject.Id,
                Vector = (byte)irq.Vector,
                Irq = irq.Level ? (byte)irq.Input : VectorRoute.NoIrq,
            });
            if (irq.Input < 0)
            {
                continue;
            }

            route(layout.Routes, count++, new IoApicRoute
            {
                Irq = (byte)irq.Input,
                Vector = (byte)irq.HostVector,
                Level = irq.Level ? (byte)1 : (byte)0,
                ActiveLow = irq.ActiveLow ? (byte)1 : (byte)0,
                Upper = system.Dma is null ? system.Processors[subject.Processor].ApicId << 24 : ((uint)irq.HostVector << 17) | RemappableFormat,
            });
        }
    }

    private static IommuEntry Iommu(DmaView dma, uint size, uint apicId) => new()
    {
        RootTable = dma.RootTable,
        InterruptTable = dma.InterruptTable | X2ApicDestinations | InterruptEntries,
        InvalidationQueue = dma.InvalidationQueue,
        Capabilities = EightDomainBits | (DmaLayout.HasThreeLevels(dma.AddressWidth) ? 1ul << 9 : 1ul << 10),
        RegistersSize = size,
        FaultAddress = MessageAddress | ((apicId & 0xFF) << 12),
        FaultUpperAddress = apicId & ~0xFFu,
    };

    private static SourceEvent Entry(SignalView signal) => new()
    {
        Action = signal.Action,
        Flags = signal.Flags,
        TargetSubject = signal.TargetSubject < 0 ? (ushort)0 : (ushort)signal.TargetSubject,
        TargetEvent = signal.TargetEvent < 0 ? (byte)0 : (byte)signal.TargetEvent,
        Irq = (byte)signal.Irq,
    };
}
