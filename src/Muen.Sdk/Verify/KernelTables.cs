// SPDX-License-Identifier: MIT

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Muen.Abi;

namespace Muen.Sdk.Verify;

/// <summary>The tables that the kernel reads, through the structs of the ABI. Nothing in them is believed: what is outside of the tables or a limit is not read.</summary>
sealed unsafe class KernelTables
{
    const int Alignment = 64;

    readonly byte[] _bytes;
    readonly string[] _names;

    KernelTables(byte[] bytes, TablesHeader header)
    {
        _bytes = bytes;
        Header = header;
        ReadOnlySpan<SubjectEntry> subjects = Subjects;
        _names = new string[subjects.Length];
        for (int i = 0; i < _names.Length; i++)
        {
            _names[i] = NameOf(in subjects[i]);
        }
    }

    public TablesHeader Header { get; }

    /// <summary>Bytes that the tables take, whole pages.</summary>
    public ulong Pages => (Header.Size + PhysicalMemory.Page - 1) & ~(PhysicalMemory.Page - 1);

    public ReadOnlySpan<ProcessorEntry> Processors => Array<ProcessorEntry>(Header.ProcessorsOffset, Header.ProcessorCount);

    public ReadOnlySpan<SubjectEntry> Subjects => Array<SubjectEntry>(Header.SubjectsOffset, Header.SubjectCount);

    public ReadOnlySpan<MajorFrame> MajorFrames => Array<MajorFrame>(Header.MajorFramesOffset, Header.MajorFrameCount);

    public ReadOnlySpan<MinorFrameRange> Ranges => Array<MinorFrameRange>(Header.RangesOffset, Header.MajorFrameCount * Header.ProcessorCount);

    public ReadOnlySpan<MinorFrame> MinorFrames => Array<MinorFrame>(Header.MinorFramesOffset, Header.MinorFrameCount);

    public ReadOnlySpan<GroupEntry> Groups => Array<GroupEntry>(Header.GroupsOffset, Header.GroupCount);

    public ReadOnlySpan<PartitionEntry> Partitions => Array<PartitionEntry>(Header.PartitionsOffset, Header.PartitionCount);

    public ReadOnlySpan<VectorRoute> Vectors => Array<VectorRoute>(Header.VectorsOffset, Limits.Vectors);

    public ReadOnlySpan<IommuEntry> Iommus => Array<IommuEntry>(Header.IommusOffset, Header.IommuCount);

    public ReadOnlySpan<IoApicRoute> Routes => Array<IoApicRoute>(Header.RoutesOffset, Header.RouteCount);

    /// <summary>What a subject's hypercalls do, by their number.</summary>
    public ReadOnlySpan<SourceEvent> Events(int subject) => Row<SourceEvent>(subject, SubjectEntry.EventsOffset, Limits.Events);

    /// <summary>What a subject's exits do, by their reason.</summary>
    public ReadOnlySpan<SourceEvent> Traps(int subject) => Row<SourceEvent>(subject, SubjectEntry.TrapsOffset, Limits.Traps);

    /// <summary>What received events do to a subject, by their number.</summary>
    public ReadOnlySpan<TargetEvent> Targets(int subject) => Row<TargetEvent>(subject, SubjectEntry.TargetsOffset, Limits.Events);

    /// <summary>A subject's name, or its number when there is no such subject.</summary>
    public string NameOf(int subject) => (uint)subject < (uint)_names.Length ? _names[subject] : $"subject {subject}";

    /// <summary>Physical address of a processor's kernel page tables.</summary>
    public ulong PageTables(int processor)
    {
        TablesHeader header = Header;
        return header.PageTables[processor];
    }

    /// <summary>Reads the tables.</summary>
    /// <returns>Null when they are so malformed that nothing else can be said.</returns>
    public static KernelTables? Read(PhysicalMemory memory, Findings findings)
    {
        byte[]? head = memory.Read(KernelLayout.Tables, (ulong)sizeof(TablesHeader));
        if (head is null)
        {
            findings.Add(FindingCodes.TablesFormat, Place, $"the image has no tables at 0x{KernelLayout.Tables:x}");
            return null;
        }

        TablesHeader header = MemoryMarshal.Read<TablesHeader>(head);
        if (header.Magic != TablesHeader.ExpectedMagic || header.Version != TablesHeader.ExpectedVersion)
        {
            findings.Add(FindingCodes.TablesFormat, Place, $"magic 0x{header.Magic:x} and version {header.Version} are not those of this ABI, version {TablesHeader.ExpectedVersion}");
            return null;
        }

        bool limited = Limit(findings, header.ProcessorCount, 1, Limits.Processors, "processors")
            & Limit(findings, header.SubjectCount, 1, Limits.Subjects, "subjects")
            & Limit(findings, header.MajorFrameCount, 1, Limits.MajorFrames, "major frames")
            & Limit(findings, header.MinorFrameCount, 1, Limits.MinorFrames, "minor frames")
            & Limit(findings, header.GroupCount, 1, Limits.Groups, "groups")
            & Limit(findings, header.PartitionCount, 1, Limits.Partitions, "partitions")
            & Limit(findings, header.RouteCount, 0, Limits.Vectors, "IO-APIC routes")
            & Limit(findings, header.IommuCount, 0, Limits.Iommus, "units for DMA remapping")
            & Limit(findings, header.Size, (uint)sizeof(TablesHeader), (uint)KernelLayout.TablesLimit, "bytes of tables");
        byte[]? bytes = limited ? memory.Read(KernelLayout.Tables, (header.Size + PhysicalMemory.Page - 1) & ~(PhysicalMemory.Page - 1)) : null;
        if (bytes is null)
        {
            findings.Add(FindingCodes.TablesFormat, Place, $"the image does not fill {header.Size} bytes of tables");
            return null;
        }

        return AreArraysInPlace(header, bytes, findings) ? new KernelTables(bytes, header) : null;
    }

    const string Place = "the kernel's tables";

    static bool Limit(Findings findings, uint count, uint least, uint most, string what)
    {
        if (count >= least && count <= most)
        {
            return true;
        }

        findings.Add(FindingCodes.Index, Place, $"{count} {what}; {least} to {most} are possible");
        return false;
    }

    // The arrays follow each other from the header to the end, each at a multiple of 64 bytes, in whatever order.
    static bool AreArraysInPlace(in TablesHeader h, ReadOnlySpan<byte> bytes, Findings findings)
    {
        (uint Offset, int Size, string Name)[] arrays =
        [
            (h.ProcessorsOffset, (int)h.ProcessorCount * sizeof(ProcessorEntry), "processors"),
            (h.SubjectsOffset, (int)h.SubjectCount * sizeof(SubjectEntry), "subjects"),
            (h.MajorFramesOffset, (int)h.MajorFrameCount * sizeof(MajorFrame), "major frames"),
            (h.RangesOffset, (int)(h.MajorFrameCount * h.ProcessorCount) * sizeof(MinorFrameRange), "ranges"),
            (h.MinorFramesOffset, (int)h.MinorFrameCount * sizeof(MinorFrame), "minor frames"),
            (h.GroupsOffset, (int)h.GroupCount * sizeof(GroupEntry), "groups"),
            (h.PartitionsOffset, (int)h.PartitionCount * sizeof(PartitionEntry), "partitions"),
            (h.VectorsOffset, Limits.Vectors * sizeof(VectorRoute), "vectors"),
            (h.RoutesOffset, (int)h.RouteCount * sizeof(IoApicRoute), "routes"),
            (h.IommusOffset, (int)h.IommuCount * sizeof(IommuEntry), "units for DMA remapping"),
        ];

        // One of nothing begins where the next of something does.
        uint next = h.Size;
        for (int i = arrays.Length - 1; i >= 0; i--)
        {
            if (arrays[i].Size != 0)
            {
                next = arrays[i].Offset;
            }
            else if (arrays[i].Offset != next)
            {
                findings.Add(FindingCodes.UnusedField, Place, $"the offset 0x{arrays[i].Offset:x} of {arrays[i].Name}, of which there are none");
            }
        }

        System.Array.Sort(arrays, (a, b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.Size.CompareTo(b.Size));
        ulong end = (ulong)sizeof(TablesHeader);
        foreach ((uint offset, int size, string name) in arrays)
        {
            if (size == 0)
            {
                continue;
            }

            if (offset != ((end + Alignment - 1) & ~(Alignment - 1UL)) || (ulong)offset + (ulong)size > h.Size)
            {
                findings.Add(FindingCodes.TablesFormat, Place, $"the array of {name} with {size} bytes is at offset 0x{offset:x}; 0x{end:x} is the end of what lies before it");
                return false;
            }

            CheckPadding(bytes[(int)end..(int)offset], end, findings);
            end = offset + (ulong)size;
        }

        if (h.Size != ((end + Alignment - 1) & ~(Alignment - 1UL)))
        {
            findings.Add(FindingCodes.TablesFormat, Place, $"the arrays end at 0x{end:x}, the tables at 0x{h.Size:x}");
            return false;
        }

        CheckPadding(bytes[(int)end..], end, findings);
        return true;
    }

    static void CheckPadding(ReadOnlySpan<byte> bytes, ulong offset, Findings findings)
    {
        int first = bytes.IndexOfAnyExcept((byte)0);
        if (first >= 0)
        {
            findings.Add(FindingCodes.Padding, Place, $"byte 0x{bytes[first]:x2} at offset 0x{offset + (ulong)first:x}, between or behind arrays");
        }
    }

    ReadOnlySpan<T> Array<T>(uint offset, uint count)
        where T : unmanaged => count == 0 ? default : MemoryMarshal.Cast<byte, T>(_bytes.AsSpan((int)offset, (int)count * Unsafe.SizeOf<T>()));

    // One of the rows that a subject's entry ends with.
    ReadOnlySpan<T> Row<T>(int subject, int offset, int count)
        where T : unmanaged => Array<T>(Header.SubjectsOffset + (uint)((subject * SubjectEntry.Stride) + offset), (uint)count);

    /// <summary>What a subject's entry has behind its last row.</summary>
    public ReadOnlySpan<byte> Rest(int subject)
    {
        const int end = SubjectEntry.TargetsOffset + (Limits.Events * sizeof(uint));
        return Row<byte>(subject, end, SubjectEntry.Stride - end);
    }

    static string NameOf(in SubjectEntry entry)
    {
        fixed (byte* name = entry.Name)
        {
            var bytes = new ReadOnlySpan<byte>(name, Limits.NameLength + 1);
            int length = bytes.IndexOf((byte)0);
            bytes = length < 0 ? bytes : bytes[..length];
            return bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexString(bytes) : Encoding.ASCII.GetString(bytes);
        }
    }
}
