// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Muen.Abi;
using Muen.Sdk.Elf;
using Muen.Sdk.Policy.Expand;

namespace Muen.Sdk.Policy.Read;

/// <summary>Puts the binaries of VMs into the memory that the policy gives them: regions with an address and without a content of their own.</summary>
internal sealed class GuestLoader(ResolvedSystem system, DiagnosticBag bag)
{
    private readonly Dictionary<int, int> loaded = [];

    /// <summary>By region: what a VM's binary makes of it.</summary>
    internal Dictionary<int, byte[]> Regions { get; } = [];

    /// <summary>Loads a subject's binary.</summary>
    /// <param name="subject">The subject, a VM.</param>
    /// <param name="path">Its component's file.</param>
    /// <param name="sizes">By region: bytes of its own content.</param>
    /// <returns>The state in which the subject begins, null after an error.</returns>
    internal SubjectState? Load(ResolvedSubject subject, string path, Func<int, int> sizes)
    {
        ComponentBinary binary = system.Components[subject.Component].Binary!;
        string what = $"the binary of component '{system.Components[subject.Component].Name}'";
        if (binary.Address is { } flat && !FlatImage.CanBegin(flat.Value))
        {
            bag.Add(flat.Place, DiagnosticCodes.FlatAddress, $"{what} is to begin at 0x{flat.Value:X}, where real mode cannot; use an address below 1M, from 64K on a multiple of 16");
            return null;
        }

        BootImage? image;
        try
        {
            image = BootImage.Of(File.ReadAllBytes(path), binary.Address?.Value, GuestOf(subject, sizes));
        }
        catch (Exception e) when (e is ElfException or IOException or UnauthorizedAccessException)
        {
            bag.Add(binary.Place, DiagnosticCodes.NotElf, $"{what} is unusable: {Quote.Short(e.Message)}; link it again");
            return null;
        }

        if (image is null)
        {
            bag.Add(binary.Place, DiagnosticCodes.UnknownBootImage, $"{what} is neither an ELF file nor a Linux kernel; give a flat binary its address, as in <binary filename=\"...\" address=\"0x7c00\"/>");
            return null;
        }

        bool complete = true;
        foreach (BootPiece piece in image.Pieces)
        {
            complete &= Place(subject, piece, what, binary.Place);
        }

        return complete ? image.Start : null;
    }

    private bool Place(ResolvedSubject subject, BootPiece piece, string what, Place place)
    {
        ResolvedMapping? mapping = Mappings(subject).FirstOrDefault(m => m.VirtualAddress!.Value.Value <= piece.Address
            && piece.Address + piece.Size <= m.VirtualAddress.Value.Value + system.Regions[m.Region].Size.Value);
        if (mapping is null)
        {
            bag.Add(place, DiagnosticCodes.NoGuestMemory,
                $"{piece.What} of {what} lies at 0x{piece.Address:X}..0x{piece.Address + piece.Size - 1:X}, where subject '{subject.Name}' has no memory; map a region that holds it, with its virtualAddress");
            return false;
        }

        ResolvedRegion region = system.Regions[mapping.Region];
        if (region.Content is not null || region.Use is not (RegionUse.Memory or RegionUse.Provided) || loaded.GetValueOrDefault(mapping.Region, subject.Component) != subject.Component)
        {
            bag.Add(place, DiagnosticCodes.GuestMemoryTaken,
                $"{piece.What} of {what} lies in '{region.Name}' of subject '{subject.Name}', which has another content; give each a region of its own");
            return false;
        }

        loaded[mapping.Region] = subject.Component;
        ulong start = piece.Address - mapping.VirtualAddress!.Value.Value;
        if (start + (ulong)piece.Content.Length > Contents.Limit)
        {
            bag.Add(place, DiagnosticCodes.ContentTooLarge, $"{piece.What} of {what} lies more than {Contents.Limit >> 20} MiB from the beginning of '{region.Name}'; divide the region");
            return false;
        }

        int offset = (int)start;
        byte[] bytes = Regions.GetValueOrDefault(mapping.Region, []);
        if (bytes.Length < offset + piece.Content.Length)
        {
            Array.Resize(ref bytes, offset + piece.Content.Length);
        }

        piece.Content.CopyTo(bytes.AsMemory(offset));
        Regions[mapping.Region] = bytes;
        return true;
    }

    private Guest GuestOf(ResolvedSubject subject, Func<int, int> sizes)
    {
        IEnumerable<ResolvedMapping> ram = Mappings(subject).Where(m => m.Writable && system.Regions[m.Region] is { Kind: MemoryKind.Subject } region && region.Caching.Value == Caching.WB);
        ResolvedMapping? disk = Mappings(subject).FirstOrDefault(m => system.Regions[m.Region].Kind == MemoryKind.Initrd);
        return new Guest(
            subject.BootParameters,
            Guest.Join(ram.Select(m => (m.VirtualAddress!.Value.Value, system.Regions[m.Region].Size.Value))),
            disk is null ? null : (disk.VirtualAddress!.Value.Value, (ulong)sizes(disk.Region)));
    }

    private static IEnumerable<ResolvedMapping> Mappings(ResolvedSubject subject) => subject.Mappings.Where(m => m.VirtualAddress is not null);
}
