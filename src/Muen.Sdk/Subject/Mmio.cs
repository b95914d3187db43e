// SPDX-License-Identifier: MIT
using System;
using System.Threading;
using Muen.Abi;

namespace Muen;

/// <summary>
/// The registers of a device in memory that the policy grants (ABI, sinfo, device memory): <c>Component.Devices.Timer.Registers</c>. Each access is one
/// instruction of its width, in the program's order. One outside the region, one that is not aligned and one that writes what is granted to read is a
/// <see cref="Panic"/>, never a stray access.
/// </summary>
[Capability]
public readonly unsafe partial struct Mmio
{
    readonly byte* _first;
    readonly bool _isWritable;

    /// <summary>Takes a device's memory for registers.</summary>
    /// <param name="region">What <see cref="MemoryRegion.OpenDevice"/> gave; other memory is a <see cref="Panic"/>.</param>
    public Mmio(MemoryRegion region)
    {
        if (region.Size == 0 || region.Kind != MemoryKind.Device)
        {
            Panic.Stop("registers are in a device's memory");
        }
        _first = (byte*)region.Pointer;
        _isWritable = region.IsWritable;
        Size = region.Size;
    }

    /// <summary>Finds a device's registers: the device's and the memory's logical names, joined by <c>_</c>.</summary>
    /// <param name="name">The name (ASCII).</param>
    /// <returns>The registers. Some that are not there are a <see cref="Panic"/>: the policy does not fit the program.</returns>
    public static Mmio Open(ReadOnlySpan<byte> name) => new(MemoryRegion.OpenDevice(name));

    /// <summary>Size in bytes; 0 for a default value, in which no register lies.</summary>
    public ulong Size { get; }

    /// <summary>A register, checked once here and not at each access.</summary>
    /// <typeparam name="T">What it holds: an integer, an enum or a struct of 1, 2, 4 or 8 bytes; another size is a <see cref="Panic"/>.</typeparam>
    /// <param name="offset">Bytes from the region's first; a multiple of the register's size.</param>
    public MmioRegister<T> Register<[PlainData] T>(ulong offset)
        where T : unmanaged
    {
        if (sizeof(T) is not (1 or 2 or 4 or 8))
        {
            Panic.Stop("a register has 1, 2, 4 or 8 bytes");
        }
        return new MmioRegister<T>(At(offset, (uint)sizeof(T)), _isWritable);
    }

    /// <summary>Reads a byte.</summary>
    /// <param name="offset">Bytes from the region's first.</param>
    public byte Read8(ulong offset) => (byte)Load(At(offset, 1), 1);

    /// <summary>Reads two bytes.</summary>
    /// <param name="offset">Bytes from the region's first; a multiple of 2.</param>
    public ushort Read16(ulong offset) => (ushort)Load(At(offset, 2), 2);

    /// <summary>Reads four bytes.</summary>
    /// <param name="offset">Bytes from the region's first; a multiple of 4.</param>
    public uint Read32(ulong offset) => (uint)Load(At(offset, 4), 4);

    /// <summary>Reads eight bytes.</summary>
    /// <param name="offset">Bytes from the region's first; a multiple of 8.</param>
    public ulong Read64(ulong offset) => Load(At(offset, 8), 8);

    /// <summary>Writes a byte.</summary>
    /// <param name="offset">Bytes from the region's first.</param>
    /// <param name="value">What to write.</param>
    public void Write8(ulong offset, byte value) => Store(At(offset, 1), 1, value, _isWritable);

    /// <summary>Writes two bytes.</summary>
    /// <param name="offset">Bytes from the region's first; a multiple of 2.</param>
    /// <param name="value">What to write.</param>
    public void Write16(ulong offset, ushort value) => Store(At(offset, 2), 2, value, _isWritable);

    /// <summary>Writes four bytes.</summary>
    /// <param name="offset">Bytes from the region's first; a multiple of 4.</param>
    /// <param name="value">What to write.</param>
    public void Write32(ulong offset, uint value) => Store(At(offset, 4), 4, value, _isWritable);

    /// <summary>Writes eight bytes.</summary>
    /// <param name="offset">Bytes from the region's first; a multiple of 8.</param>
    /// <param name="value">What to write.</param>
    public void Write64(ulong offset, ulong value) => Store(At(offset, 8), 8, value, _isWritable);

    byte* At(ulong offset, uint width)
    {
        if (offset >= Size || width > Size - offset || offset % width != 0)
        {
            Panic.Stop("a register outside the device's memory, or not aligned");
        }
        return _first + offset;
    }

    internal static ulong Load(byte* address, int width)
    {
        ulong value = 0;
        bool simulated = false;
        SimulateLoad((ulong)address, width, ref value, ref simulated);
        return simulated ? value : width switch
        {
            1 => Volatile.Read(ref *address),
            2 => Volatile.Read(ref *(ushort*)address),
            4 => Volatile.Read(ref *(uint*)address),
            _ => Volatile.Read(ref *(ulong*)address),
        };
    }

    internal static void Store(byte* address, int width, ulong value, bool isWritable)
    {
        if (!isWritable)
        {
            Panic.Stop("a device's memory is read-only in the policy");
        }
        bool simulated = false;
        SimulateStore((ulong)address, width, value, ref simulated);
        if (simulated)
        {
            return;
        }
        switch (width)
        {
            case 1: Volatile.Write(ref *address, unchecked((byte)value)); break;
            case 2: Volatile.Write(ref *(ushort*)address, unchecked((ushort)value)); break;
            case 4: Volatile.Write(ref *(uint*)address, unchecked((uint)value)); break;
            default: Volatile.Write(ref *(ulong*)address, value); break;
        }
    }

    /// <summary>Where a simulation has a device. Vanishes where nobody implements it.</summary>
    static partial void SimulateLoad(ulong address, int width, ref ulong value, ref bool simulated);

    /// <inheritdoc cref="SimulateLoad"/>
    static partial void SimulateStore(ulong address, int width, ulong value, ref bool simulated);
}
