// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>
/// A 16550 UART at 0x3F8 with IRQ 4 whose line is never busy: what is sent is gone at once. What is received waits in its channel until the guest has read the byte
/// before. OUT2, which gates the interrupt on a PC, is not looked at: xv6 leaves it off.
/// </summary>
static class Uart
{
    internal const ushort First = 0x3F8;
    internal const ushort Last = 0x3FF;
    const int Irq = 4;

    const byte ReceiveInterrupt = 0x01;
    const byte TransmitInterrupt = 0x02;
    const byte DataReady = 0x01;
    const byte TransmitterEmpty = 0x60;
    const byte DivisorLatch = 0x80;
    const byte Loopback = 0x10;
    const byte FifoEnable = 0x01;

    /// <summary>Carrier, data set ready, clear to send.</summary>
    const byte ModemReady = 0xB0;

    static byte s_interruptEnable;
    static byte s_lineControl;
    static byte s_modemControl;
    static byte s_scratch;
    static byte s_divisorLow;
    static byte s_divisorHigh;
    static byte s_received;
    static bool s_hasReceived;
    static bool s_fifo;

    /// <summary>The transmitter became empty and nobody has been told.</summary>
    static bool s_transmitPending;

    internal static void Reset()
    {
        s_interruptEnable = 0;
        s_lineControl = 0;
        s_modemControl = 0;
        s_scratch = 0;
        s_divisorLow = 12;
        s_divisorHigh = 0;
        s_hasReceived = false;
        s_fifo = false;
        s_transmitPending = false;
    }

    /// <summary>Whether a byte can be received: the one before has been read, and the guest has set the port up.</summary>
    internal static bool IsReady => !s_hasReceived && s_lineControl != 0;

    /// <summary>A byte arrives.</summary>
    internal static void Receive(byte value)
    {
        s_received = value;
        s_hasReceived = true;
        UpdateLine();
    }

    internal static bool TryRead(int register, out byte value)
    {
        value = 0;
        bool latch = (s_lineControl & DivisorLatch) != 0;
        switch (register)
        {
            case 0 when latch:
                value = s_divisorLow;
                return true;
            case 0:
                value = s_received;
                s_hasReceived = false;
                UpdateLine();
                return true;
            case 1:
                value = latch ? s_divisorHigh : s_interruptEnable;
                return true;
            case 2:
                value = Identify();
                return true;
            case 3:
                value = s_lineControl;
                return true;
            case 4:
                value = s_modemControl;
                return true;
            case 5:
                value = (byte)(TransmitterEmpty | (s_hasReceived ? DataReady : 0));
                return true;
            case 6:
                value = ModemReady;
                return true;
            case 7:
                value = s_scratch;
                return true;
            default:
                return false;
        }
    }

    internal static bool TryWrite(int register, byte value)
    {
        bool latch = (s_lineControl & DivisorLatch) != 0;
        switch (register)
        {
            case 0 when latch:
                s_divisorLow = value;
                return true;
            case 0:
                GuestOutput.Serial(value);
                Pulse();
                return true;
            case 1 when latch:
                s_divisorHigh = value;
                return true;
            case 1:
                bool begins = (value & ~s_interruptEnable & TransmitInterrupt) != 0;
                s_interruptEnable = (byte)(value & 0x0F);
                s_transmitPending |= begins;
                UpdateLine();
                return true;
            case 2:
                s_fifo = (value & FifoEnable) != 0;
                s_hasReceived = s_hasReceived && (value & 2) == 0;
                UpdateLine();
                return true;
            case 3:
                s_lineControl = value;
                return true;
            case 4:
                s_modemControl = (byte)(value & 0x1F);
                return (value & Loopback) == 0;
            case 7:
                s_scratch = value;
                return true;
            default:
                return register is 5 or 6;
        }
    }

    /// <summary>Which interrupt is pending, the most important one; asking for that of the transmitter ends it.</summary>
    static byte Identify()
    {
        byte fifo = s_fifo ? (byte)0xC0 : (byte)0;
        if (s_hasReceived && (s_interruptEnable & ReceiveInterrupt) != 0)
        {
            return (byte)(fifo | 4);
        }
        if (s_transmitPending && (s_interruptEnable & TransmitInterrupt) != 0)
        {
            s_transmitPending = false;
            UpdateLine();
            return (byte)(fifo | 2);
        }
        return (byte)(fifo | 1);
    }

    /// <summary>A byte goes out and the transmitter is empty again: the line falls and rises.</summary>
    static void Pulse()
    {
        s_transmitPending = false;
        UpdateLine();
        s_transmitPending = true;
        UpdateLine();
    }

    static void UpdateLine() => Interrupt.SetLine(
        Irq, (s_hasReceived && (s_interruptEnable & ReceiveInterrupt) != 0) || (s_transmitPending && (s_interruptEnable & TransmitInterrupt) != 0));
}
