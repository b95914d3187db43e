// SPDX-License-Identifier: MIT
using System.Runtime.InteropServices;

namespace Muen.Abi;

/// <summary>
/// A unit that translates the memory accesses and interrupts of devices (VT-d): what the kernel writes into its registers. The tables themselves are made with the
/// image; neither the kernel nor a subject maps them.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public struct IommuEntry
{
    /// <summary>RTADDR_REG: the root table, in legacy mode.</summary>
    public ulong RootTable;

    /// <summary>IRTA_REG: the interrupt remapping table, its size, and that destinations are x2APIC identifiers.</summary>
    public ulong InterruptTable;

    /// <summary>IQA_REG: a queue of one page that holds <see cref="Invalidations"/> descriptors from its beginning.</summary>
    public ulong InvalidationQueue;

    /// <summary>Bits of CAP_REG that must be 1: the address width that the tables are made for, and domain identifiers of at least 8 bits.</summary>
    public ulong Capabilities;

    /// <summary>Bytes of registers that are mapped, a multiple of the page size.</summary>
    public uint RegistersSize;

    /// <summary>FEADDR_REG and FEUADDR_REG: the processor that is told of faults, by a message with <see cref="Limits.IommuFaultVector"/>.</summary>
    public uint FaultAddress;
    public uint FaultUpperAddress;
    public uint Reserved;

    /// <summary>Descriptors in the queue: contexts, translations and interrupt entries are forgotten, and the end of that is signalled.</summary>
    public const uint Invalidations = 4;
}
