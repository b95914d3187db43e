// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Muen.Sdk.Elf;

namespace Muen.Sdk.Native;

/// <summary>
/// Which source line an address belongs to: the line number programs of .debug_line, DWARF versions 2 to 4 (DWARF 4, section 6.2), which is
/// what the compiler writes. A unit of another version is skipped; a malformed one ends the table there.
/// </summary>
public sealed class LineTable
{
    readonly List<(ulong Address, string? File, int Line)> rows = [];
    readonly IReadOnlyList<(string Mapped, string Actual)> roots;

    LineTable(IReadOnlyList<(string Mapped, string Actual)> roots) => this.roots = roots;

    /// <summary>Reads the table of a linked file; empty when it has none.</summary>
    /// <param name="elf">The file.</param>
    /// <param name="roots">How recorded paths become real ones, prefix by prefix; may be null.</param>
    public static LineTable Read(ElfFile elf, IReadOnlyList<(string Mapped, string Actual)>? roots = null)
    {
        ArgumentNullException.ThrowIfNull(elf);
        var table = new LineTable(roots ?? []);
        if (elf.FindSection(".debug_line") is { } section)
        {
            ReadOnlySpan<byte> rest = section.Content.Span;
            while (rest.Length > 4)
            {
                uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
                if (length > (uint)rest.Length - 4)
                {
                    break;
                }

                try
                {
                    table.ReadUnit(rest.Slice(4, (int)length));
                }
                catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or ArithmeticException)
                {
                    break;
                }

                rest = rest[(4 + (int)length)..];
            }
        }

        // A stable order: at equal addresses the last row counts.
        var order = new int[table.rows.Count];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        List<(ulong Address, string? File, int Line)> unsorted = [.. table.rows];
        Array.Sort(order, (a, b) => unsorted[a].Address != unsorted[b].Address ? unsorted[a].Address.CompareTo(unsorted[b].Address) : a.CompareTo(b));
        for (int i = 0; i < order.Length; i++)
        {
            table.rows[i] = unsorted[order[i]];
        }

        return table;
    }

    /// <summary>The line that an address in a function belongs to; no file when none is known.</summary>
    /// <param name="address">The address.</param>
    /// <param name="begin">First address of the function: lines of code before it do not count.</param>
    /// <param name="end">First address behind the function.</param>
    public (string? File, int Line) Find(ulong address, ulong begin, ulong end)
    {
        int low = 0;
        int high = rows.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (rows[middle].Address <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        // The row at or before the address; a function's first instructions may belong to the first row behind them.
        if (high >= 0 && rows[high].Address >= begin && rows[high].File is not null)
        {
            return (rows[high].File, rows[high].Line);
        }

        return low < rows.Count && rows[low].Address < end ? (rows[low].File, rows[low].Line) : (null, 0);
    }

    /// <summary>The line that an address belongs to, by the function around it in the file's symbols; no file when none is known.</summary>
    /// <param name="elf">The file that this table was read from.</param>
    /// <param name="address">The address. For a return address on a stack take one less: the call, not what follows it.</param>
    public (string? File, int Line) Find(ElfFile elf, ulong address)
    {
        ArgumentNullException.ThrowIfNull(elf);
        foreach (ElfSymbol symbol in elf.Symbols)
        {
            if (symbol.Type == ElfSymbolType.Function && address - symbol.Value < symbol.Size)
            {
                return Find(address, symbol.Value, symbol.Value + symbol.Size);
            }
        }

        return (null, 0);
    }

    void ReadUnit(ReadOnlySpan<byte> unit)
    {
        int at = 0;
        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(unit);
        if (version is < 2 or > 4)
        {
            return;
        }

        uint headerLength = BinaryPrimitives.ReadUInt32LittleEndian(unit[2..]);
        int program = checked(6 + (int)headerLength);
        at = 6;
        byte minimumLength = unit[at++];
        if (version >= 4)
        {
            at++;                                   // operations of a VLIW instruction: 1 on x86
        }

        at++;                                       // is_stmt
        sbyte lineBase = (sbyte)unit[at++];
        byte lineRange = unit[at++];
        byte opcodeBase = unit[at++];
        ReadOnlySpan<byte> operandCounts = unit.Slice(at, opcodeBase - 1);
        at += opcodeBase - 1;

        var folders = new List<string> { "" };
        while (unit[at] != 0)
        {
            folders.Add(Text(unit, ref at));
        }

        at++;
        var files = new List<string> { "" };
        while (unit[at] != 0)
        {
            string name = Text(unit, ref at);
            ulong folder = Unsigned(unit, ref at);
            Unsigned(unit, ref at);                 // time
            Unsigned(unit, ref at);                 // length
            files.Add(Resolve(folder < (ulong)folders.Count ? folders[(int)folder] : "", name));
        }

        at = program;
        ulong address = 0;
        ulong file = 1;
        long line = 1;
        while (at < unit.Length)
        {
            byte opcode = unit[at++];
            if (opcode >= opcodeBase)
            {
                int adjusted = opcode - opcodeBase;
                address += (ulong)(adjusted / lineRange * minimumLength);
                line += lineBase + (adjusted % lineRange);
                Row(address, files, file, line);
                continue;
            }

            switch (opcode)
            {
                case 0:                             // extended
                    int length = checked((int)Unsigned(unit, ref at));
                    int next = checked(at + length);
                    ArgumentOutOfRangeException.ThrowIfLessThan(next, at);
                    switch (unit[at])
                    {
                        case 1:                     // end of sequence; ilc puts it too early, so functions' bounds are used in its place
                            address = 0;
                            file = 1;
                            line = 1;
                            break;
                        case 2:                     // set address
                            address = BinaryPrimitives.ReadUInt64LittleEndian(unit[(at + 1)..]);
                            break;
                    }

                    at = next;
                    break;
                case 1:                             // copy
                    Row(address, files, file, line);
                    break;
                case 2:                             // advance the address
                    address += Unsigned(unit, ref at) * minimumLength;
                    break;
                case 3:                             // advance the line
                    line += Signed(unit, ref at);
                    break;
                case 4:                             // set the file
                    file = Unsigned(unit, ref at);
                    break;
                case 8:                             // advance the address as special opcode 255 does
                    address += (ulong)((255 - opcodeBase) / lineRange * minimumLength);
                    break;
                case 9:                             // advance the address by a fixed number
                    address += BinaryPrimitives.ReadUInt16LittleEndian(unit[at..]);
                    at += 2;
                    break;
                default:
                    for (int i = 0; i < operandCounts[opcode - 1]; i++)
                    {
                        Unsigned(unit, ref at);
                    }

                    break;
            }
        }
    }

    void Row(ulong address, List<string> files, ulong file, long line) =>
        rows.Add((address, file < (ulong)files.Count ? files[(int)file] : null, (int)Math.Clamp(line, 0, int.MaxValue)));

    string Resolve(string folder, string name)
    {
        string path = folder.Length == 0 || name.StartsWith('/') ? name : folder + "/" + name;
        foreach ((string mapped, string actual) in roots)
        {
            if (path.StartsWith(mapped, StringComparison.Ordinal))
            {
                return actual + path[mapped.Length..];
            }
        }

        return path;
    }

    static string Text(ReadOnlySpan<byte> b, ref int at)
    {
        int length = b[at..].IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(b.Slice(at, length));
        at += length + 1;
        return text;
    }

    static ulong Unsigned(ReadOnlySpan<byte> b, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = b[at++];
            value |= (ulong)(next & 0x7F) << (shift & 63);
            if ((next & 0x80) == 0)
            {
                return value;
            }
        }
    }

    static long Signed(ReadOnlySpan<byte> b, ref int at)
    {
        long value = 0;
        int shift = 0;
        byte next;
        do
        {
            next = b[at++];
            value |= (long)(next & 0x7F) << (shift & 63);
            shift += 7;
        }
        while ((next & 0x80) != 0);
        return shift < 64 && (next & 0x40) != 0 ? value | (-1L << shift) : value;
    }
}
