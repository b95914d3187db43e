// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>Which device answers at which port. A port without one is refused: on a PC it would float, and a guest that reads it has probably lost its way.</summary>
static class DevicePorts
{
    static uint s_pciAddress;

    internal static void Reset() => s_pciAddress = 0;

    internal static bool TryRead(ushort port, int size, out uint value)
    {
        value = 0;
        if (port is >= IdeDisk.First and < IdeDisk.First + 8 && IdeDisk.IsThere)
        {
            return IdeDisk.TryRead(port - IdeDisk.First, size, out value);
        }
        if (port is >= 0xCF8 and <= 0xCFF)
        {
            return TryReadPci(port, size, out value);
        }
        if (size != 1)
        {
            return false;
        }
        bool known = TryReadByte(port, out byte data);
        value = data;
        return known;
    }

    internal static bool TryWrite(ushort port, int size, uint value)
    {
        if (port is >= IdeDisk.First and < IdeDisk.First + 8 && IdeDisk.IsThere)
        {
            return IdeDisk.TryWrite(port - IdeDisk.First, size, value);
        }
        if (port is >= 0xCF8 and <= 0xCFF)
        {
            s_pciAddress = port == 0xCF8 && size == 4 ? value : s_pciAddress;
            return true;
        }
        // A write of two bytes to the CRT controller is one to each of its ports.
        if (port == 0x3D4 && size == 2)
        {
            Crtc.WriteIndex((byte)(value & 0xFF));
            return Crtc.TryWrite((byte)((value >> 8) & 0xFF));
        }
        return size == 1 && TryWriteByte(port, (byte)value);
    }

    static bool TryReadByte(ushort port, out byte value)
    {
        value = 0;
        switch (port)
        {
            case 0x20 or 0x21 or 0xA0 or 0xA1:
                value = Pic.Read(port);
                return true;
            case >= 0x40 and <= 0x43:
                return Pit.TryRead(port, out value);
            case 0x60:
                value = KeyboardDevice.ReadData();
                return true;
            case 0x61:
                value = Pit.ReadGate();
                return true;
            case 0x64:
                value = KeyboardDevice.ReadStatus();
                return true;
            case 0x71:
                value = Cmos.Read();
                return true;
            case 0x3D4:
                value = Crtc.ReadIndex();
                return true;
            case 0x3D5:
                return Crtc.TryRead(out value);
            case IdeDisk.Control when IdeDisk.IsThere:
                value = IdeDisk.ReadAlternateStatus();
                return true;
            case >= Uart.First and <= Uart.Last:
                return Uart.TryRead(port - Uart.First, out value);
            default:
                return false;
        }
    }

    static bool TryWriteByte(ushort port, byte value)
    {
        switch (port)
        {
            case 0x20 or 0x21 or 0xA0 or 0xA1:
                return Pic.TryWrite(port, value);
            case >= 0x40 and <= 0x43:
                return Pit.TryWrite(port, value);
            case 0x60:
                return KeyboardDevice.TryWriteData(value);
            case 0x61:
                Pit.WriteGate(value);
                return true;
            case 0x64:
                return KeyboardDevice.TryWriteCommand(value);
            case 0x70:
                Cmos.WriteIndex(value);
                return true;
            case 0x71:
                return Cmos.TryWrite(value);
            case 0x80:
                return true;    // a pause, and a number for whoever has a display for it
            case 0x3F2:
                return (value & 0xF0) == 0;     // a floppy drive's motor, which guests stop that found it running
            case 0x3D4:
                Crtc.WriteIndex(value);
                return true;
            case 0x3D5:
                return Crtc.TryWrite(value);
            case IdeDisk.Control when IdeDisk.IsThere:
                IdeDisk.WriteControl(value);
                return true;
            case >= Uart.First and <= Uart.Last:
                return Uart.TryWrite(port - Uart.First, value);
            default:
                return false;
        }
    }

    /// <summary>The configuration space of a PCI bus without a device: all ones.</summary>
    static bool TryReadPci(ushort port, int size, out uint value)
    {
        value = port == 0xCF8 && size == 4 ? s_pciAddress : uint.MaxValue >> (32 - (8 * size));
        return true;
    }
}
