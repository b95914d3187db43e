// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Policy.Read;

/// <summary>The program of a VM as a boot loader would leave it: bytes at guest-physical addresses, and the state of the processor.</summary>
internal sealed record BootImage(ImmutableArray<BootPiece> Pieces, SubjectState Start)
{
    /// <summary>Makes the image of a file, whose kind is found by its content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="address">Where a flat binary lies; null when it is not said.</param>
    /// <param name="guest">What the VM has.</param>
    /// <exception cref="ElfException">An ELF file is damaged.</exception>
    /// <returns>The image; null for a file of no known kind.</returns>
    internal static BootImage? Of(ReadOnlyMemory<byte> file, ulong? address, Guest guest)
    {
        if (address is { } flat)
        {
            return FlatImage.Make(file, flat);
        }

        return ElfProgram.IsElf(file.Span) ? ElfImage.Make(file, guest) : LinuxImage.IsLinux(file.Span) ? LinuxImage.Make(file, guest) : null;
    }
}

/// <summary>Bytes in a VM's memory; what exceeds the content is zero.</summary>
/// <param name="What">What it is, for a message.</param>
/// <param name="Address">Guest-physical address.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Content">First bytes.</param>
internal sealed record BootPiece(string What, ulong Address, ulong Size, ReadOnlyMemory<byte> Content);

/// <summary>What a boot loader tells a VM: its command line, its memory, and its initial RAM disk.</summary>
/// <param name="Parameters">The command line.</param>
/// <param name="Ram">Memory that the VM may use, by ascending address, as start and size in bytes.</param>
/// <param name="RamDisk">Address and size of the initial RAM disk, null when there is none.</param>
internal sealed record Guest(string Parameters, ImmutableArray<(ulong Start, ulong Size)> Ram, (ulong Start, ulong Size)? RamDisk)
{
    /// <summary>Ranges that follow each other, joined.</summary>
    internal static ImmutableArray<(ulong Start, ulong Size)> Join(IEnumerable<(ulong Start, ulong Size)> ranges)
    {
        var joined = ImmutableArray.CreateBuilder<(ulong Start, ulong Size)>();
        foreach ((ulong start, ulong size) in ranges.Order())
        {
            if (joined.Count != 0 && joined[^1].Start + joined[^1].Size == start)
            {
                joined[^1] = (joined[^1].Start, joined[^1].Size + size);
            }
            else
            {
                joined.Add((start, size));
            }
        }

        return joined.ToImmutable();
    }
}
