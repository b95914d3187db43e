// SPDX-License-Identifier: MIT
using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Monitors;

/// <summary>
/// Two ATA disks on the first IDE channel (ports 0x1F0 to 0x1F7 and 0x3F6, IRQ 14), each a region of memory that the policy gives: <c>disk0</c> and <c>disk1</c>. Programmed
/// I/O with 28-bit block addresses; a command that a disk does not know it aborts, as disks do.
/// </summary>
static class IdeDisk
{
    internal const ushort First = 0x1F0;
    internal const ushort Control = 0x3F6;
    const int Irq = 14;
    const int SectorSize = 512;
    const int MaxMultiple = 16;

    // Status.
    const byte Error = 0x01;
    const byte DataRequest = 0x08;
    const byte SeekComplete = 0x10;
    const byte Ready = 0x40;

    // Error register.
    const byte Aborted = 0x04;
    const byte NotFound = 0x10;

    // Device register, device control register.
    const byte BlockAddress = 0x40;
    const byte SecondDisk = 0x10;
    const byte NoInterrupt = 0x02;
    const byte SoftReset = 0x04;

    static MemoryRegion s_disk0;
    static MemoryRegion s_disk1;
    static Buffer s_buffer;

    static byte s_error;
    static byte s_status;
    static byte s_count;
    static byte s_low;
    static byte s_middle;
    static byte s_high;
    static byte s_device;
    static byte s_control;
    static byte s_feature;

    /// <summary>Sectors of a block of READ MULTIPLE and WRITE MULTIPLE; 0 until the guest has set it.</summary>
    static int s_multiple;

    static Transfer s_transfer;

    /// <summary>The disk of the command, which the guest may deselect before the transfer is through.</summary>
    static MemoryRegion s_disk;

    /// <summary>Sectors of the command that are not transferred yet, and how many of them make the next block.</summary>
    static int s_sectorsLeft;
    static int s_blockSectors;

    /// <summary>Next sector of the disk, and place in the buffer.</summary>
    static ulong s_sector;
    static int s_place;

    /// <summary>Finds the disks.</summary>
    internal static void Open()
    {
        _ = SubjectInfo.Own.TryFindMemory("disk0"u8, out s_disk0);
        _ = SubjectInfo.Own.TryFindMemory("disk1"u8, out s_disk1);
    }

    internal static void Reset()
    {
        s_control = 0;
        ResetChannel();
    }

    /// <summary>Whether there is a disk at all: without one nothing answers at these ports.</summary>
    internal static bool IsThere => s_disk0.Size != 0 || s_disk1.Size != 0;

    internal static bool TryRead(int register, int size, out uint value)
    {
        value = 0;
        if (register == 0)
        {
            return TryReadData(size, out value);
        }
        if (size != 1)
        {
            return false;
        }
        value = register switch
        {
            1 => s_error,
            2 => s_count,
            3 => s_low,
            4 => s_middle,
            5 => s_high,
            6 => (byte)(s_device | 0xA0),
            _ => Status,
        };
        if (register == 7)
        {
            Interrupt.SetLine(Irq, false);
        }
        return true;
    }

    internal static bool TryWrite(int register, int size, uint value)
    {
        if (register == 0)
        {
            return TryWriteData(size, value);
        }
        if (size != 1)
        {
            return false;
        }
        byte data = (byte)value;
        switch (register)
        {
            case 1:
                s_feature = data;
                break;
            case 2:
                s_count = data;
                break;
            case 3:
                s_low = data;
                break;
            case 4:
                s_middle = data;
                break;
            case 5:
                s_high = data;
                break;
            case 6:
                s_device = data;
                break;
            default:
                Interrupt.SetLine(Irq, false);
                if (Disk.Size != 0)
                {
                    Execute(data);
                }
                break;
        }
        return true;
    }

    /// <summary>The alternate status, which leaves the interrupt alone.</summary>
    internal static byte ReadAlternateStatus() => Status;

    internal static void WriteControl(byte value)
    {
        if ((value & SoftReset) != 0)
        {
            ResetChannel();
        }
        s_control = value;
    }

    /// <summary>The selected disk.</summary>
    static ref MemoryRegion Disk => ref (s_device & SecondDisk) != 0 ? ref s_disk1 : ref s_disk0;

    /// <summary>A disk that is not there shows nothing.</summary>
    static byte Status => Disk.Size == 0 ? (byte)0 : s_status;

    static void ResetChannel()
    {
        s_error = 1;
        s_status = Ready | SeekComplete;
        s_count = 1;
        s_low = 1;
        s_middle = 0;
        s_high = 0;
        s_device = 0;
        s_feature = 0;
        s_multiple = 0;
        s_transfer = Transfer.None;
        s_sectorsLeft = 0;
        s_blockSectors = 0;
        s_place = 0;
        Interrupt.SetLine(Irq, false);
    }

    static void Execute(byte command)
    {
        s_error = 0;
        s_status = Ready | SeekComplete;
        s_transfer = Transfer.None;
        s_disk = Disk;
        switch (command)
        {
            case 0x20 or 0x21:
                Begin(Transfer.Read, 1);
                break;
            case 0x30 or 0x31:
                Begin(Transfer.Write, 1);
                break;
            case 0xC4 when s_multiple != 0:
                Begin(Transfer.Read, s_multiple);
                break;
            case 0xC5 when s_multiple != 0:
                Begin(Transfer.Write, s_multiple);
                break;
            case 0xC6 when s_count is 1 or 2 or 4 or 8 or MaxMultiple:
                s_multiple = s_count;
                Signal();
                break;
            case 0xE7 or 0x91 or 0x10:
                // Flush, geometry, recalibrate: there is nothing to do.
                Signal();
                break;
            case 0xEC:
                Identify();
                break;
            default:
                Fail(Aborted);
                break;
        }
    }

    /// <summary>Begins to read or write sectors.</summary>
    static void Begin(Transfer transfer, int multiple)
    {
        int sectors = s_count == 0 ? 256 : s_count;
        s_sector = ((ulong)(s_device & 15) << 24) | ((ulong)s_high << 16) | ((ulong)s_middle << 8) | s_low;
        if ((s_device & BlockAddress) == 0)
        {
            Fail(Aborted);
            return;
        }
        if (s_sector + (ulong)sectors > Sectors)
        {
            Fail(NotFound);
            return;
        }
        s_transfer = transfer;
        s_sectorsLeft = sectors;
        s_blockSectors = multiple;
        s_status |= DataRequest;
        if (transfer == Transfer.Read)
        {
            FillBuffer();
            Signal();
        }
        else
        {
            s_place = 0;
        }
    }

    /// <summary>Sectors of the command's disk: those that a span can show.</summary>
    static ulong Sectors => Math.Min(s_disk.Size, int.MaxValue) / SectorSize;

    static int BlockLength => Math.Min(s_blockSectors, s_sectorsLeft) * SectorSize;

    static void FillBuffer()
    {
        s_place = 0;
        Span<byte> buffer = s_buffer;
        s_disk.Bytes.Slice((int)s_sector * SectorSize, BlockLength).CopyTo(buffer);
    }

    static bool TryReadData(int size, out uint value)
    {
        value = 0;
        if (s_transfer is not (Transfer.Read or Transfer.Identify) || size == 1 || s_place + size > BlockLength)
        {
            return false;
        }
        ReadOnlySpan<byte> buffer = s_buffer;
        value = size == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(buffer[s_place..]) : BinaryPrimitives.ReadUInt16LittleEndian(buffer[s_place..]);
        s_place += size;
        if (s_place == BlockLength)
        {
            Advance();
            if (s_sectorsLeft != 0)
            {
                FillBuffer();
                Signal();
            }
        }
        return true;
    }

    static bool TryWriteData(int size, uint value)
    {
        if (s_transfer != Transfer.Write || size == 1 || s_place + size > BlockLength)
        {
            return false;
        }
        Span<byte> buffer = s_buffer;
        if (size == 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer[s_place..], value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(buffer[s_place..], (ushort)value);
        }
        s_place += size;
        if (s_place == BlockLength)
        {
            Span<byte> disk = s_disk.WritableBytes;
            if (disk.Length == 0)
            {
                // The policy gives this disk to be read only.
                Fail(Aborted);
                return true;
            }
            buffer[..BlockLength].CopyTo(disk[((int)s_sector * SectorSize)..]);
            Advance();
            Signal();
        }
        return true;
    }

    /// <summary>A block is through.</summary>
    static void Advance()
    {
        int sectors = BlockLength / SectorSize;
        s_sector += (ulong)sectors;
        s_sectorsLeft -= sectors;
        s_place = 0;
        if (s_sectorsLeft == 0)
        {
            s_transfer = Transfer.None;
            s_status = Ready | SeekComplete;
        }
    }

    /// <summary>What the disk is: ATA, IDENTIFY DEVICE. What is zero there, there is not.</summary>
    static void Identify()
    {
        Span<byte> buffer = s_buffer;
        buffer[..SectorSize].Clear();
        uint sectors = (uint)Sectors;
        Word(buffer, 0, 0x0040);
        Word(buffer, 1, (ushort)Math.Min(sectors / (16 * 63), 16_383));
        Word(buffer, 3, 16);
        Word(buffer, 6, 63);
        Name(buffer, 10, 10, "1"u8);
        Name(buffer, 23, 4, "1"u8);
        Name(buffer, 27, 20, "Muen memory disk"u8);
        Word(buffer, 47, 0x8000 | MaxMultiple);
        Word(buffer, 49, 0x0200);
        Word(buffer, 59, (ushort)(s_multiple == 0 ? 0 : 0x100 | s_multiple));
        Word(buffer, 60, (ushort)(sectors & 0xFFFF));
        Word(buffer, 61, (ushort)(sectors >> 16));
        s_transfer = Transfer.Identify;
        s_sectorsLeft = 1;
        s_blockSectors = 1;
        s_place = 0;
        s_status |= DataRequest;
        Signal();
    }

    static void Word(Span<byte> buffer, int word, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(buffer[(word * 2)..], value);

    /// <summary>Text: two characters a word, the first in the high byte, spaces at the end.</summary>
    static void Name(Span<byte> buffer, int word, int words, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < words * 2; i++)
        {
            buffer[(word * 2) + (i ^ 1)] = i < text.Length ? text[i] : (byte)' ';
        }
    }

    static void Fail(byte error)
    {
        s_error = error;
        s_status = Ready | SeekComplete | Error;
        s_transfer = Transfer.None;
        Signal();
    }

    static void Signal()
    {
        if ((s_control & NoInterrupt) == 0)
        {
            Interrupt.SetLine(Irq, false);
            Interrupt.SetLine(Irq, true);
        }
    }

    enum Transfer : byte
    {
        None = 0,
        Read = 1,
        Write = 2,
        Identify = 3,
    }

    [InlineArray(SectorSize * MaxMultiple)]
    struct Buffer
    {
        byte _first;
    }
}
