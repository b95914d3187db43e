// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Image.Tests;

/// <summary>Compiled systems made by hand: the packer looks at the entry and the regions only.</summary>
static class Systems
{
    public const ulong Page = 4096;
    public const ulong Kernel = 0x10_0000;

    /// <summary>A system whose entry lies behind the header of the region `kernel`, or where a kernel would begin when there is none.</summary>
    public static SystemImage Of(params IReadOnlyList<PhysicalRegion> regions) =>
        new("test", (regions.FirstOrDefault(r => r.Name == "kernel")?.Address ?? Kernel) + 32, regions, new("test", 50_000, 0, [], [], [], [], [], [], [], [], [], false));

    /// <summary>A region that looks like a kernel: a multiboot2 header, then other bytes.</summary>
    /// <param name="address">Physical address.</param>
    /// <param name="headerAt">Offset of the header, a multiple of 8.</param>
    public static PhysicalRegion KernelAt(ulong address, int headerAt = 0)
    {
        byte[] content = new byte[headerAt + 100];
        content.AsSpan().Fill(0x90);
        uint[] header = [0xE852_50D6, 0, 24, unchecked(0u - 0xE852_50D6 - 24), 0, 8];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(headerAt + (4 * i)), header[i]);
        }

        return new("kernel", address, ((ulong)content.Length + Page - 1) / Page * Page, content);
    }

    public static PhysicalRegion Zeros(ulong address, ulong pages) => new($"zeros_{address:x}", address, pages * Page, default);

    public static PhysicalRegion Bytes(ulong address, ulong pages, params byte[] content) => new($"bytes_{address:x}", address, pages * Page, content);
}
