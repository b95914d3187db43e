// SPDX-License-Identifier: MIT
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using Muen.Abi;
using Muen.Sdk.Policy.Allocate;
using Muen.Sdk.Policy.Expand;
using Muen.Sdk.Policy.Read;

namespace Muen.Sdk.Policy.Emit;

/// <summary>The last pass: the bytes of every region. It decides nothing; everything stands in the view.</summary>
internal static class Emitter
{
    // The idle subject: hlt; jmp back to it. Its processor controls let HLT pass, and interrupts are on, so whatever wakes the processor sends it back to rest.
    private static readonly byte[] IdleCode = [0xF4, 0xEB, 0xFD];

    private const int MsrStoreEntry = 16;
    private const int MxcsrOffset = 24;
    private const uint MxcsrDefault = 0x1F80;

    /// <summary>The image.</summary>
    internal static SystemImage Emit(ResolvedSystem system, Contents contents, SystemView view)
    {
        var infos = new Dictionary<int, RegionContent>();
        RegionContent Info(int region)
        {
            if (!infos.TryGetValue(region, out RegionContent? info))
            {
                infos.Add(region, info = Content(view.Regions[region], system, contents));
            }

            return info;
        }

        var regions = ImmutableArray.CreateBuilder<PhysicalRegion>();
        foreach (RegionView region in view.Regions.Where(r => r.Loaded))
        {
            regions.Add(new PhysicalRegion(region.Name, region.Address, region.Size, Bytes(region, contents, view, Info)));
        }

        return new SystemImage(system.Name, contents.Kernel!.Entry, regions.ToImmutable(), view);
    }

    private static ReadOnlyMemory<byte> Bytes(RegionView region, Contents contents, SystemView view, Func<int, RegionContent> info) => region.Kind switch
    {
        RegionKind.KernelImage => BinarySegment.Of(contents.Kernel!).ElementAt(region.Part).Segment.Bytes(),
        RegionKind.Tables => Tables.Emit(view),
        RegionKind.KernelPageTables => PageTables.Emit(region.Address, view.Processors.First(p => p.Id == region.Owner).Mappings),
        RegionKind.SubjectPageTables when view.Subjects[region.Owner].Profile == SubjectProfile.Vm => ExtendedPageTables.Emit(region.Address, view.Subjects[region.Owner].Mappings),
        RegionKind.SubjectPageTables => PageTables.Emit(region.Address, view.Subjects[region.Owner].Mappings),
        RegionKind.Fpu => FpuState(),
        RegionKind.IoBitmap => Bitmaps.Io(view.Subjects[region.Owner]),
        RegionKind.MsrBitmap => Bitmaps.Msr(view.Subjects[region.Owner]),
        RegionKind.MsrStore => MsrStore(view.Subjects[region.Owner].Vcpu.StoredMsrs),
        RegionKind.SubjectInfo => SubjectInfoPages.Emit(view.Subjects[region.Owner], view.TscKhz, info),
        RegionKind.DmaRoot => DmaTables.Root(view.Dma!),
        RegionKind.DmaContext => DmaTables.Contexts(view.Dma!, region.Owner),
        RegionKind.DmaTables => DmaTables.PageTables(view.Dma!, view.Dma!.Domains[region.Owner]),
        RegionKind.InterruptTable => DmaTables.Interrupts(view, view.Dma!),
        RegionKind.InvalidationQueue => DmaTables.Queue(),
        RegionKind.Binary => Binary(region, contents, view),
        RegionKind.Content => region.Owner < 0 ? contents.Regions[region.Part] : Binary(region, contents, view),
        RegionKind.Memory or RegionKind.Provided or RegionKind.Channel => contents.Regions[region.Part],
        _ => default,
    };

    private static ReadOnlyMemory<byte> Binary(RegionView region, Contents contents, SystemView view) =>
        BinaryOf(region, contents, view) is { } binary ? BinarySegment.Of(binary).ElementAt(region.Part).Segment.Bytes() : IdleCode;

    private static Muen.Sdk.Elf.ElfFile? BinaryOf(RegionView region, Contents contents, SystemView view) =>
        view.Subjects[region.Owner].Component is { } name ? contents.BinaryOf(name) : null;

    // Entries of index, reserved word and value (SDM vol. 3, table 25-15); all begin with zero.
    private static byte[] MsrStore(ImmutableArray<uint> msrs)
    {
        byte[] store = new byte[msrs.Length * MsrStoreEntry];
        for (int i = 0; i < msrs.Length; i++)
        {
            BitConverter.TryWriteBytes(store.AsSpan(i * MsrStoreEntry), msrs[i]);
        }

        return store;
    }

    // An XSAVE area in its initial state: XSTATE_BV 0 initialises everything but MXCSR, which XRSTOR loads from here (SDM vol. 1, 13.8).
    private static byte[] FpuState()
    {
        byte[] area = new byte[MxcsrOffset + 4];
        BitConverter.TryWriteBytes(area.AsSpan(MxcsrOffset), MxcsrDefault);
        return area;
    }

    private static RegionContent Content(RegionView region, ResolvedSystem system, Contents contents)
    {
        switch (region.Kind)
        {
            case RegionKind.Binary or RegionKind.Content:
                return new RegionContent(MemoryContent.File, MemoryResource.NoPattern, default);
            case RegionKind.Memory or RegionKind.Provided when system.Regions[region.Part].Content is { } content:
                byte[] digest = Digest(contents.Regions[region.Part], region.Size);
                return content.Pattern is { } pattern
                    ? new RegionContent(MemoryContent.Fill, pattern, digest)
                    : new RegionContent(MemoryContent.File, MemoryResource.NoPattern, digest);
            default:
                return new RegionContent(MemoryContent.Uninitialized, MemoryResource.NoPattern, default);
        }
    }

    // Over the whole region: the content and the zeros after it.
    private static byte[] Digest(ReadOnlyMemory<byte> content, ulong size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(content.Span);
        byte[] zeros = new byte[1 << 16];
        for (ulong left = size - (ulong)content.Length; left != 0;)
        {
            int part = (int)Math.Min(left, (ulong)zeros.Length);
            hash.AppendData(zeros, 0, part);
            left -= (ulong)part;
        }

        return hash.GetHashAndReset();
    }
}
