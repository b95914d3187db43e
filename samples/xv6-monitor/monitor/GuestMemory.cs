// SPDX-License-Identifier: MIT
using System;
using System.Runtime.CompilerServices;
using Muen.Abi;

namespace Muen.Samples.Monitors;

/// <summary>
/// The guest's memory as the monitor sees it: the policy maps each of the guest's regions into the monitor too, at <see cref="Window"/> plus its guest-physical
/// address. What is not mapped there is not memory.
/// </summary>
static unsafe class GuestMemory
{
    /// <summary>Where guest-physical address 0 is, or would be, in the monitor.</summary>
    internal const ulong Window = 0x20_0000_0000;

    /// <summary>Guest-physical addresses of 32-bit guests.</summary>
    const ulong WindowSize = 0x1_0000_0000;
    const ulong PageSize = 0x1000;
    const int MaxRegions = 16;

    const uint Present = 1;
    const uint LargePage = 0x80;

    static Regions s_regions;
    static int s_count;

    /// <summary>Finds what the policy maps into the window.</summary>
    internal static void Open()
    {
        s_count = 0;
        SubjectInfo info = SubjectInfo.Own;
        for (int i = 0; i < info.ResourceCount && s_count < MaxRegions; i++)
        {
            if (info[i].TryGetMemory(out MemoryRegion region) && region.Address >= Window && region.Address - Window < WindowSize)
            {
                Add(region.Address - Window, region.Address, region.Size, region.IsWritable);
            }
        }
    }

    /// <summary>Adds a region.</summary>
    /// <param name="physical">Its guest-physical address.</param>
    /// <param name="address">Where the monitor has it.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="writable">Whether the monitor may write it.</param>
    internal static void Add(ulong physical, ulong address, ulong size, bool writable)
    {
        if (s_count < MaxRegions)
        {
            s_regions[s_count].Physical = physical;
            s_regions[s_count].Address = address;
            s_regions[s_count].Size = size;
            s_regions[s_count].IsWritable = writable;
            s_count++;
        }
    }

    /// <summary>Forgets all regions.</summary>
    internal static void Clear() => s_count = 0;

    /// <summary>The bytes at a guest-physical address.</summary>
    /// <param name="physical">The first of them.</param>
    /// <param name="length">How many, all in one region.</param>
    /// <param name="writable">Whether they are to be written.</param>
    /// <param name="bytes">They.</param>
    /// <returns>Whether there is memory, and the right to it.</returns>
    internal static bool TryGet(ulong physical, int length, bool writable, out Span<byte> bytes)
    {
        for (int i = 0; i < s_count; i++)
        {
            ref Region region = ref s_regions[i];
            if (physical >= region.Physical && physical - region.Physical < region.Size && region.Size - (physical - region.Physical) >= (ulong)length
                && (!writable || region.IsWritable))
            {
                bytes = new Span<byte>((void*)(region.Address + (physical - region.Physical)), length);
                return true;
            }
        }
        bytes = default;
        return false;
    }

    /// <summary>The guest-physical address of a linear one, by the guest's own page tables: none, or those of 32-bit paging (SDM vol. 3, 4.3).</summary>
    /// <returns>False when the page is not present, or the guest uses another kind of paging.</returns>
    internal static bool TryTranslate(SubjectState* state, ulong linear, out ulong physical)
    {
        const ulong paging = 1UL << 31;
        const ulong largePages = 1 << 4;
        const ulong addressExtension = 1 << 5;
        physical = linear & 0xFFFF_FFFF;
        if ((state->Cr0 & paging) == 0)
        {
            return true;
        }
        if ((state->Cr4 & addressExtension) != 0)
        {
            return false;
        }
        uint address = (uint)(linear & 0xFFFF_FFFF);
        if (!TryReadEntry((uint)(state->Cr3 & 0xFFFF_F000) + ((address >> 22) * 4), out uint directory) || (directory & Present) == 0)
        {
            return false;
        }
        if ((directory & LargePage) != 0 && (state->Cr4 & largePages) != 0)
        {
            // Bits 13 to 20 of the entry are bits 32 to 39 of the address: none for memory that a 32-bit window shows.
            physical = (directory & 0xFFC0_0000) | (address & 0x3F_FFFF);
            return (directory & 0x001F_E000) == 0;
        }
        if (!TryReadEntry((directory & 0xFFFF_F000) + (((address >> 12) & 0x3FF) * 4), out uint entry) || (entry & Present) == 0)
        {
            return false;
        }
        physical = (entry & 0xFFFF_F000) | (address & 0xFFF);
        return true;
    }

    /// <summary>Reads from linear addresses.</summary>
    /// <returns>How many bytes could be read; the first one that cannot ends it.</returns>
    internal static int Read(SubjectState* state, ulong linear, Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong address = (linear + (ulong)done) & 0xFFFF_FFFF;
            int length = Math.Min(destination.Length - done, (int)(PageSize - (address % PageSize)));
            if (!TryTranslate(state, address, out ulong physical) || !TryGet(physical, length, false, out Span<byte> bytes))
            {
                break;
            }
            bytes.CopyTo(destination.Slice(done, length));
            done += length;
        }
        return done;
    }

    /// <summary>Writes to linear addresses.</summary>
    /// <returns>Whether all could be written.</returns>
    internal static bool TryWrite(SubjectState* state, ulong linear, ReadOnlySpan<byte> source)
    {
        int done = 0;
        while (done < source.Length)
        {
            ulong address = (linear + (ulong)done) & 0xFFFF_FFFF;
            int length = Math.Min(source.Length - done, (int)(PageSize - (address % PageSize)));
            if (!TryTranslate(state, address, out ulong physical) || !TryGet(physical, length, true, out Span<byte> bytes))
            {
                return false;
            }
            source.Slice(done, length).CopyTo(bytes);
            done += length;
        }
        return true;
    }

    static bool TryReadEntry(uint physical, out uint entry)
    {
        bool found = TryGet(physical, 4, false, out Span<byte> bytes);
        entry = found ? System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes) : 0;
        return found;
    }

    struct Region
    {
        internal ulong Physical;
        internal ulong Address;
        internal ulong Size;
        internal bool IsWritable;
    }

    [InlineArray(MaxRegions)]
    struct Regions
    {
        Region _first;
    }
}
