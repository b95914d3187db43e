// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Text;

namespace Muen.Sdk.Cli.Hardware;

/// <summary>A table of the firmware (ACPI 6.5, 5.2.6): a header, then what it is about, in MADT and DMAR as entries that say their length.</summary>
sealed class AcpiTable
{
    const string Folder = "sys/firmware/acpi/tables/";
    const int HeaderBytes = 36;

    readonly RecordedTree _tree;
    readonly string _path;
    readonly byte[] _bytes;

    AcpiTable(RecordedTree tree, string signature)
    {
        (_tree, _path) = (tree, Folder + signature);
        byte[] bytes = tree.Bytes(_path);
        if (bytes.Length < HeaderBytes)
        {
            throw Damaged($"it has {bytes.Length} bytes, a header {HeaderBytes}");
        }

        if (Encoding.ASCII.GetString(bytes, 0, 4) != signature)
        {
            throw Damaged($"it begins with '{RecordedTree.Short(Encoding.Latin1.GetString(bytes, 0, 4))}', not {signature}");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4));
        if (length < HeaderBytes || length > bytes.Length)
        {
            throw Damaged($"it says that it has {length} bytes, and has {bytes.Length}");
        }

        _bytes = bytes[..(int)length];
        if (_bytes.Aggregate(0, (sum, b) => sum + b) % 256 != 0)
        {
            throw Damaged("its checksum is wrong");
        }
    }

    /// <summary>Reads a table that must be there.</summary>
    public static AcpiTable Read(RecordedTree tree, string signature) => new(tree, signature);

    /// <summary>Reads a table, null when the machine has none.</summary>
    public static AcpiTable? Find(RecordedTree tree, string signature) => tree.Exists(Folder + signature) ? new(tree, signature) : null;

    public int Length => _bytes.Length;

    public byte Byte(int at) => Part(at, 1)[0];

    public ushort Word(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Part(at, 2));

    public uint Double(int at) => BinaryPrimitives.ReadUInt32LittleEndian(Part(at, 4));

    public ulong Quad(int at) => BinaryPrimitives.ReadUInt64LittleEndian(Part(at, 8));

    /// <summary>Entries from a place on: type and length, each a byte (or each a word), stand at the beginning of each.</summary>
    public IEnumerable<(int Type, int At, int Length)> Entries(int from, int end, bool words)
    {
        int header = words ? 4 : 2;
        for (int at = from; at < end;)
        {
            int type = words ? Word(at) : Byte(at);
            int length = words ? Word(at + 2) : Byte(at + 1);
            if (length < header || at + length > end)
            {
                throw Damaged($"the entry at byte {at} says that it has {length} bytes");
            }

            yield return (type, at, length);
            at += length;
        }
    }

    public UserException Damaged(string why) => _tree.Damaged(_path, why);

    ReadOnlySpan<byte> Part(int at, int length) => at + length <= _bytes.Length ? _bytes.AsSpan(at, length) : throw Damaged($"it ends at byte {_bytes.Length}, within an entry");
}
