// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;

namespace Muen.Samples.Monitors;

/// <summary>What a BIOS leaves in memory that guests look for: the size of base memory, and the tables of the MultiProcessor Specification 1.4 that name the APICs.</summary>
static class Firmware
{
    const ulong BaseMemorySize = 0x413;
    const ushort BaseMemory = 640;

    /// <summary>Where the tables lie: where a BIOS has its ROM.</summary>
    const ulong Tables = 0xF_0000;
    const int TablesSize = 0x1000;
    const int PointerLength = 16;
    const int HeaderLength = 44;
    const int IsaInterrupts = 16;

    const byte Processor = 0;
    const byte Bus = 1;
    const byte IoApicEntry = 2;
    const byte InterruptEntry = 3;
    const byte LocalInterruptEntry = 4;

    /// <summary>Writes the tables, where the guest has memory for them.</summary>
    internal static void Write()
    {
        if (GuestMemory.TryGet(BaseMemorySize, 2, true, out Span<byte> size))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(size, BaseMemory);
        }
        if (GuestMemory.TryGet(Tables, TablesSize, true, out Span<byte> memory))
        {
            memory.Clear();
            WriteConfiguration(memory[PointerLength..]);
            WritePointer(memory[..PointerLength]);
        }
    }

    static void WritePointer(Span<byte> pointer)
    {
        "_MP_"u8.CopyTo(pointer);
        BinaryPrimitives.WriteUInt32LittleEndian(pointer[4..], (uint)Tables + PointerLength);
        pointer[8] = PointerLength / 16;
        pointer[9] = 4;
        pointer[10] = Checksum(pointer);
    }

    static void WriteConfiguration(Span<byte> table)
    {
        "PCMP"u8.CopyTo(table);
        table[6] = 4;
        "MUEN    "u8.CopyTo(table[8..]);
        "MONITOR     "u8.CopyTo(table[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(table[36..], (uint)LocalApic.Base);
        int at = HeaderLength;

        Span<byte> entry = Next(table, ref at, 20, Processor);
        entry[1] = (byte)LocalApic.Id;
        entry[2] = 0x14;
        entry[3] = 3;   // usable, the bootstrap processor
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], Cpuid.Signature);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], Cpuid.Features);

        entry = Next(table, ref at, 8, Bus);
        "ISA   "u8.CopyTo(entry[2..]);

        entry = Next(table, ref at, 8, IoApicEntry);
        entry[1] = (byte)IoApic.Id;
        entry[2] = 0x11;
        entry[3] = 1;   // usable
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], (uint)IoApic.Base);

        for (int irq = 0; irq < IsaInterrupts; irq++)
        {
            if (irq != 2)
            {
                Connect(Next(table, ref at, 8, InterruptEntry), 0, irq, (byte)IoApic.Id, irq == 0 ? 2 : irq);
            }
        }
        Connect(Next(table, ref at, 8, LocalInterruptEntry), 3, 0, 0xFF, 0);    // the PIC
        Connect(Next(table, ref at, 8, LocalInterruptEntry), 1, 0, 0xFF, 1);    // NMI

        BinaryPrimitives.WriteUInt16LittleEndian(table[4..], (ushort)at);
        BinaryPrimitives.WriteUInt16LittleEndian(table[34..], (ushort)(2 + 1 + (IsaInterrupts - 1) + 2));
        table[7] = Checksum(table[..at]);
    }

    /// <summary>A source of interrupts of the ISA bus and the input that it is connected to; polarity and trigger are the bus's.</summary>
    static void Connect(Span<byte> entry, byte kind, int irq, byte destination, int input)
    {
        entry[1] = kind;
        entry[5] = (byte)irq;
        entry[6] = destination;
        entry[7] = (byte)input;
    }

    static Span<byte> Next(Span<byte> table, ref int at, int length, byte type)
    {
        Span<byte> entry = table.Slice(at, length);
        entry[0] = type;
        at += length;
        return entry;
    }

    /// <summary>What makes the sum of all bytes zero.</summary>
    static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += bytes[i];
        }
        return (byte)((0x100 - (sum & 0xFF)) & 0xFF);
    }
}
