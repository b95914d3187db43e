// SPDX-License-Identifier: MIT
using System.Runtime.CompilerServices;
using Muen.Samples.Terminals;

namespace Muen.Samples.Monitors;

/// <summary>
/// The guest's PS/2 keyboard and its controller (8042) at ports 0x60 and 0x64 with IRQ 1; scan codes come translated to set 1. Keys wait in their channel until the guest
/// shows that it looks: it has unmasked the interrupt, or read the status.
/// </summary>
static class KeyboardDevice
{
    const int Irq = 1;
    const int QueueLength = 32;

    const byte OutputFull = 0x01;
    const byte SelfTestPassed = 0x04;
    const byte LastWasCommand = 0x08;
    const byte NotLocked = 0x10;

    const byte InterruptEnable = 0x01;
    const byte KeyboardDisabled = 0x10;

    /// <summary>As a BIOS leaves it: an interrupt for the keyboard, translation, no mouse.</summary>
    const byte InitialConfiguration = 0x65;
    const byte Acknowledge = 0xFA;
    const byte ReleaseBit = 0x80;
    const byte ExtendedPrefix = 0xE0;

    static Queue s_queue;
    static int s_first;
    static int s_count;
    static byte s_configuration;
    static byte s_last;
    static bool s_lastWasCommand;
    static bool s_polled;
    static bool s_scanning;

    /// <summary>The command of the controller, or of the keyboard, that the next byte at port 0x60 belongs to; 0 for none.</summary>
    static byte s_controllerCommand;
    static byte s_keyboardCommand;

    internal static void Reset()
    {
        s_first = 0;
        s_count = 0;
        s_configuration = InitialConfiguration;
        s_last = 0;
        s_lastWasCommand = false;
        s_polled = false;
        s_scanning = true;
        s_controllerCommand = 0;
        s_keyboardCommand = 0;
    }

    /// <summary>Whether the keyboard would send a key now.</summary>
    internal static bool IsReady =>
        s_scanning && (s_configuration & KeyboardDisabled) == 0 && s_count <= QueueLength - 4 && (s_polled || (IoApic.IsEnabled(Irq) && (s_configuration & InterruptEnable) != 0));

    /// <summary>A key goes down or up.</summary>
    internal static void Press(in KeyStroke key)
    {
        if ((key.Code & KeyStroke.Extended) != 0)
        {
            Put(ExtendedPrefix);
        }
        byte code = (byte)(key.Code & 0x7F);
        Put(key.IsReleased ? (byte)(code | ReleaseBit) : code);
    }

    internal static byte ReadStatus()
    {
        s_polled = true;
        return (byte)(NotLocked | SelfTestPassed | (s_count != 0 ? OutputFull : 0) | (s_lastWasCommand ? LastWasCommand : 0));
    }

    internal static byte ReadData()
    {
        if (s_count != 0)
        {
            s_last = s_queue[s_first];
            s_first = (s_first + 1) % QueueLength;
            s_count--;
            // The line falls with the byte, and rises with the next one.
            Interrupt.SetLine(Irq, false);
            UpdateLine();
        }
        return s_last;
    }

    /// <summary>A command of the controller.</summary>
    internal static bool TryWriteCommand(byte value)
    {
        s_lastWasCommand = true;
        s_controllerCommand = 0;
        switch (value)
        {
            case 0x20:
                Put(s_configuration);
                return true;
            case 0x60 or 0xD1:
                s_controllerCommand = value;
                return true;
            case 0xA7 or 0xA8:
                // There is no mouse.
                return true;
            case 0xAA:
                Put(0x55);
                return true;
            case 0xAB:
                Put(0x00);
                return true;
            case 0xAD:
                s_configuration |= KeyboardDisabled;
                return true;
            case 0xAE:
                s_configuration &= 0xFF ^ KeyboardDisabled;
                return true;
            default:
                return false;
        }
    }

    internal static bool TryWriteData(byte value)
    {
        s_lastWasCommand = false;
        byte command = s_controllerCommand;
        s_controllerCommand = 0;
        if (command == 0x60)
        {
            s_configuration = value;
            UpdateLine();
            return true;
        }
        if (command == 0xD1)
        {
            // The output port: A20 stays on, and bit 0 would reset the processor.
            return (value & 3) == 3;
        }
        return TryWriteKeyboard(value);
    }

    static bool TryWriteKeyboard(byte value)
    {
        if (s_keyboardCommand != 0)
        {
            // Lamps and typing rate, which nobody sees.
            s_keyboardCommand = 0;
            Put(Acknowledge);
            return true;
        }
        switch (value)
        {
            case 0xED or 0xF3:
                s_keyboardCommand = value;
                Put(Acknowledge);
                return true;
            case 0xEE:
                Put(0xEE);
                return true;
            case 0xF2:
                Put(Acknowledge);
                Put(0xAB);
                Put(0x41);
                return true;
            case 0xF4 or 0xF5 or 0xF6:
                s_scanning = value != 0xF5;
                Put(Acknowledge);
                return true;
            case 0xFF:
                s_scanning = true;
                Put(Acknowledge);
                Put(0xAA);
                return true;
            default:
                return false;
        }
    }

    static void Put(byte value)
    {
        if (s_count < QueueLength)
        {
            s_queue[(s_first + s_count) % QueueLength] = value;
            s_count++;
            UpdateLine();
        }
    }

    static void UpdateLine() => Interrupt.SetLine(Irq, s_count != 0 && (s_configuration & InterruptEnable) != 0);

    [InlineArray(QueueLength)]
    struct Queue
    {
        byte _first;
    }
}
