// SPDX-License-Identifier: MIT
using System.IO;

namespace Muen.Sdk.Elf;

/// <summary>What both writers share.</summary>
static class ElfWriting
{
    /// <summary>Writes the file header at the writer's position.</summary>
    public static void WriteHeader(
        BinaryWriter w, ElfType type, ulong entry, ulong segmentsAt, int segmentCount, ulong sectionsAt, int sectionCount, int nameSection)
    {
        w.Write([0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        w.Write((ushort)type);
        w.Write((ushort)62);
        w.Write(1u);
        w.Write(entry);
        w.Write(segmentsAt);
        w.Write(sectionsAt);
        w.Write(0u);
        w.Write((ushort)64);
        w.Write((ushort)(segmentCount == 0 ? 0 : 56));
        w.Write((ushort)segmentCount);
        w.Write((ushort)(sectionCount == 0 ? 0 : 64));
        w.Write((ushort)sectionCount);
        w.Write((ushort)nameSection);
    }
}
