// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Muen.Abi;
using Muen.Sdk.Policy;

namespace Muen.Sdk.Verify.Tests;

/// <summary>An image in which bytes are changed by what they are.</summary>
sealed class Patch(TestSystem system)
{
    public byte[] Bytes { get; } = [.. system.Bytes];

    public RegionView Region(string name) => system.Region(name);

    public SubjectView Subject(int id) => system.View.Subjects[id];

    public ulong Address(int subject, string memory) => Subject(subject).Mappings.Single(m => m.Name == memory).VirtualAddress;

    public void Byte(ulong address, byte value) => Bytes[system.OffsetOf(address)] = value;

    public void U16(ulong address, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(system.OffsetOf(address)), value);

    public void U64(ulong address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(system.OffsetOf(address)), value);

    public ulong Read(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(system.OffsetOf(address)));

    public void Flip(ulong address, ulong bits) => U64(address, Read(address) ^ bits);

    /// <summary>Changes the file itself.</summary>
    public void File(int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(offset), value);

    public ulong Entry(int subject) => Array(h => h.SubjectsOffset) + ((ulong)subject * SubjectEntry.Stride);

    public ulong Event(int subject, int number) => Entry(subject) + SubjectEntry.EventsOffset + ((ulong)number * 8);

    public ulong Trap(int subject, int reason) => Entry(subject) + SubjectEntry.TrapsOffset + ((ulong)reason * 8);

    public ulong Target(int subject, int number) => Entry(subject) + SubjectEntry.TargetsOffset + ((ulong)number * 4);

    public ulong MinorFrame(int index) => Array(h => h.MinorFramesOffset) + (ulong)(index * Unsafe.SizeOf<MinorFrame>());

    public ulong Group(int index) => Array(h => h.GroupsOffset) + (ulong)(index * Unsafe.SizeOf<GroupEntry>());

    public ulong Vector(int index) => Array(h => h.VectorsOffset) + (ulong)(index * Unsafe.SizeOf<VectorRoute>());

    public void Field(int subject, string name, ulong value) => U64(Entry(subject) + (ulong)Marshal.OffsetOf<SubjectEntry>(name), value);

    public void FlipField(int subject, string name, ulong bits) => Flip(Entry(subject) + (ulong)Marshal.OffsetOf<SubjectEntry>(name), bits);

    public void Initial(int subject, string name, ulong value) =>
        U64(Entry(subject) + (ulong)Marshal.OffsetOf<SubjectEntry>(nameof(SubjectEntry.Initial)) + (ulong)Marshal.OffsetOf<SubjectState>(name), value);

    /// <summary>The first resource of a kind in a subject's information.</summary>
    public ulong Told(int subject, ResourceKind kind)
    {
        ulong at = Region(Subject(subject).Name + "|sinfo").Address + SubjectInfo.ResourcesOffset;
        while ((uint)Read(at) != (uint)kind)
        {
            at += (ulong)Unsafe.SizeOf<Resource>();
        }

        return at;
    }

    /// <summary>Flips a bit of the first digest that is one.</summary>
    public void FlipDigest(int subject)
    {
        ulong at = Told(subject, ResourceKind.Memory);
        ulong last = (ulong)Unsafe.SizeOf<Resource>() - 8;
        while (Read(at + last) == 0)
        {
            at += (ulong)Unsafe.SizeOf<Resource>();
        }

        Flip(at + last, 1);
    }

    public ulong Leaf(int subject, ulong address) => Walk(Subject(subject).PageTables, address, 4);

    public ulong KernelLeaf(int processor, ulong address) => Walk(system.View.Processors[processor].PageTables, address, 4);

    public ulong DmaLeaf(string domain, ulong address) => Walk(system.View.Dma!.Domains.Single(d => d.Name == domain).PageTables, address, system.View.Dma.AddressWidth == 39 ? 3 : 4);

    /// <summary>Lets a page of a subject be other memory.</summary>
    public void Map(int subject, ulong address, ulong physical)
    {
        ulong leaf = Leaf(subject, address);
        U64(leaf, (Read(leaf) & 0xFFF0_0000_0000_0FFF) | physical);
    }

    public void EptMap(string subject, ulong address, ulong physical)
    {
        ulong leaf = Walk(system.View.Subjects.Single(s => s.Name == subject).PageTables, address, 4);
        U64(leaf, (Read(leaf) & 0xFFF) | physical);
    }

    // Where the last entry for an address is; the tables on the way have pages of 4 KiB.
    ulong Walk(ulong table, ulong address, int level)
    {
        ulong entry = table + (((address >> (12 + (9 * (level - 1)))) & 511) * 8);
        return level == 1 ? entry : Walk(Read(entry) & 0x000F_FFFF_FFFF_F000, address, level - 1);
    }

    ulong Array(Func<TablesHeader, uint> offset) => KernelLayout.Tables + offset(MemoryMarshal.Read<TablesHeader>(Bytes.AsSpan(system.OffsetOf(KernelLayout.Tables))));
}
