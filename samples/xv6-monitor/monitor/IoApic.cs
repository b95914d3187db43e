// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;

namespace Muen.Samples.Monitors;

/// <summary>
/// The I/O APIC (Intel 82093AA) at 0xFEC00000: 24 inputs, each sent to the local APIC as its entry says. Devices say when their line rises and falls; an edge on a masked
/// input is lost, as the data sheet has it.
/// </summary>
static class IoApic
{
    internal const ulong Base = 0xFEC0_0000;
    internal const ulong Size = 0x1000;

    /// <summary>Its identifier, as in the MP table.</summary>
    internal const uint Id = 1;
    const int Inputs = 24;

    // The two registers that memory shows, and those behind them.
    const int SelectOffset = 0x00;
    const int DataOffset = 0x10;
    const uint IdRegister = 0;
    const uint VersionRegister = 1;
    const uint ArbitrationRegister = 2;
    const uint FirstEntry = 0x10;
    const uint Version = ((Inputs - 1) << 16) | 0x11;

    const ulong VectorMask = 0xFF;
    const ulong DeliveryMode = 7 << 8;
    const ulong LowestPriority = 1 << 8;
    const ulong Logical = 1 << 11;
    const ulong ActiveLow = 1 << 13;
    const ulong RemoteRequest = 1 << 14;
    const ulong Level = 1 << 15;
    const ulong Masked = 1 << 16;

    /// <summary>Bits 0 to 16 but the delivery status and the remote request, and the destination.</summary>
    const ulong Writable = 0xFF00_0000_0001_AFFF;

    static Entries s_entries;
    static uint s_lines;
    static uint s_select;
    static uint s_id;

    /// <summary>The state after a reset: all inputs masked.</summary>
    internal static void Reset()
    {
        for (int i = 0; i < Inputs; i++)
        {
            s_entries[i] = Masked;
        }
        s_lines = 0;
        s_select = 0;
        s_id = Id;
    }

    /// <summary>Whether an input is not masked.</summary>
    internal static bool IsEnabled(int input) => (s_entries[input] & Masked) == 0;

    /// <summary>A device's line rises or falls.</summary>
    internal static void SetLine(int input, bool high)
    {
        uint bit = 1u << input;
        bool rises = high && (s_lines & bit) == 0;
        s_lines = high ? s_lines | bit : s_lines & ~bit;
        ulong entry = s_entries[input];
        if ((entry & Level) != 0)
        {
            SendLevel(input);
        }
        else if (rises && (entry & Masked) == 0)
        {
            Send(entry);
        }
    }

    /// <summary>The local APIC is done with a vector: inputs that are level-triggered and still high come again.</summary>
    internal static void EndOfInterrupt(uint vector)
    {
        for (int i = 0; i < Inputs; i++)
        {
            if ((s_entries[i] & (Level | VectorMask)) == (Level | vector))
            {
                s_entries[i] &= ~RemoteRequest;
                SendLevel(i);
            }
        }
    }

    /// <summary>Reads the selection or what is selected.</summary>
    /// <returns>False for another offset or size.</returns>
    internal static bool TryRead(ulong offset, int size, out uint value)
    {
        value = 0;
        if (size != 4)
        {
            return false;
        }
        if (offset == SelectOffset)
        {
            value = s_select;
            return true;
        }
        return offset == DataOffset && TryReadRegister(out value);
    }

    /// <summary>Writes the selection or what is selected.</summary>
    /// <returns>False for another offset or size, and for an entry that asks for what is not emulated.</returns>
    internal static bool TryWrite(ulong offset, int size, uint value)
    {
        if (size != 4)
        {
            return false;
        }
        if (offset == SelectOffset)
        {
            s_select = value & 0xFF;
            return true;
        }
        return offset == DataOffset && TryWriteRegister(value);
    }

    static bool TryReadRegister(out uint value)
    {
        value = 0;
        if (s_select is IdRegister or ArbitrationRegister)
        {
            value = s_id << 24;
            return true;
        }
        if (s_select == VersionRegister)
        {
            value = Version;
            return true;
        }
        uint index = s_select - (s_select >= FirstEntry ? FirstEntry : 0);
        if (s_select < FirstEntry || index >= 2 * Inputs)
        {
            return false;
        }
        value = (uint)((s_entries[(int)(index >> 1)] >> ((index & 1) != 0 ? 32 : 0)) & 0xFFFF_FFFF);
        return true;
    }

    static bool TryWriteRegister(uint value)
    {
        if (s_select == IdRegister)
        {
            s_id = (value >> 24) & 15;
            return true;
        }
        uint index = s_select - (s_select >= FirstEntry ? FirstEntry : 0);
        if (s_select < FirstEntry || index >= 2 * Inputs)
        {
            return false;
        }
        int input = (int)(index >> 1);
        bool high = (index & 1) != 0;
        ulong mask = (high ? 0xFFFF_FFFF_0000_0000 : 0xFFFF_FFFF) & Writable;
        ulong entry = (s_entries[input] & ~mask) | (((ulong)value << (high ? 32 : 0)) & mask);
        entry &= (entry & Level) != 0 ? ulong.MaxValue : ~RemoteRequest;
        s_entries[input] = entry;
        SendLevel(input);
        return (entry & Masked) != 0 || ((entry & (Logical | ActiveLow)) == 0 && ((entry & DeliveryMode) is 0 or LowestPriority));
    }

    static void SendLevel(int input)
    {
        ulong entry = s_entries[input];
        if ((entry & (Level | Masked | RemoteRequest)) == Level && (s_lines & (1u << input)) != 0)
        {
            s_entries[input] |= RemoteRequest;
            Send(entry);
        }
    }

    static void Send(ulong entry)
    {
        ulong destination = entry >> 56;
        if (destination is LocalApic.Id or 0xFF)
        {
            LocalApic.Accept((uint)(entry & VectorMask), (entry & Level) != 0);
        }
    }

    [InlineArray(Inputs)]
    struct Entries
    {
        ulong _first;
    }
}
