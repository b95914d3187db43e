// SPDX-License-Identifier: MIT
using System;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>
/// A console on a 16550 UART whose eight ports the policy grants: 115200 baud, 8 data bits, no parity, 1 stop bit. Output waits for the
/// transmitter, but not for ever; input is polled.
/// </summary>
[Capability]
public readonly struct SerialConsole
{
    // Registers, as offsets from the first port (16550D data sheet, table II).
    const int Data = 0;
    const int InterruptEnable = 1;
    const int FifoControl = 2;
    const int LineControl = 3;
    const int ModemControl = 4;
    const int LineStatus = 5;

    const byte EightDataBits = 0x03;
    const byte DivisorLatch = 0x80;

    /// <summary>FIFO on and cleared, an interrupt and data ready for each byte.</summary>
    const byte FifoOn = 0x07;

    /// <summary>DTR, RTS, and OUT2, which gates the interrupt line on a PC.</summary>
    const byte ModemReady = 0x0B;
    const byte DataReady = 0x01;
    const byte TransmitterEmpty = 0x20;
    const byte TransmitterIdle = 0x40;

    /// <summary>Polls before a byte is dropped: many times what 115200 baud need, so that a UART that is not there cannot hang its user.</summary>
    const int TransmitPolls = 1_000_000;

    const int PortCount = 8;

    /// <summary>First port; 0 = closed. Checked when the console is opened and not again: a panic writes here, and nothing on its way may fail a check.</summary>
    readonly ushort _port;

    /// <summary>Initialises the UART at these ports.</summary>
    /// <param name="ports">The eight ports of the UART; fewer are a <see cref="Panic"/>.</param>
    /// <param name="interrupt">Whether the UART raises its interrupt for each byte received.</param>
    public SerialConsole(Ports ports, bool interrupt = false)
    {
        if (ports.Count < PortCount)
        {
            Panic.Stop("a UART has eight ports");
        }
        _port = ports.First;
        Write(InterruptEnable, 0);
        Write(LineControl, DivisorLatch | EightDataBits);
        Write(Data, 1);
        Write(InterruptEnable, 0);
        Write(LineControl, EightDataBits);
        Write(FifoControl, FifoOn);
        Write(ModemControl, ModemReady);
        Write(InterruptEnable, interrupt ? (byte)1 : (byte)0);
    }

    /// <summary>Opens the UART whose ports the policy grants under this name.</summary>
    /// <param name="name">Logical name of the ports (ASCII).</param>
    /// <param name="interrupt">Whether the UART raises its interrupt for each byte received.</param>
    /// <returns>The console. Ports that are not granted are a <see cref="Panic"/>.</returns>
    public static SerialConsole Open(ReadOnlySpan<byte> name, bool interrupt = false)
    {
        if (!SubjectInfo.Own.TryFindPorts(name, out Ports ports))
        {
            Panic.Stop("the ports of a console are not in the policy", name);
        }
        return new SerialConsole(ports, interrupt);
    }

    /// <summary>False for a default value, which swallows what is written.</summary>
    public bool IsOpen => _port != 0;

    /// <summary>Writes a byte as it is. It is dropped when the transmitter stays busy.</summary>
    /// <param name="value">The byte.</param>
    public void Write(byte value)
    {
        if (!IsOpen)
        {
            return;
        }
        for (int i = 0; i < TransmitPolls; i = unchecked(i + 1))
        {
            if ((Read(LineStatus) & TransmitterEmpty) != 0)
            {
                Write(Data, value);
                return;
            }
            Instructions.Pause();
        }
    }

    /// <summary>Writes bytes as they are.</summary>
    /// <param name="text">The bytes.</param>
    public void Write(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i = unchecked(i + 1))
        {
            Write(text[i]);
        }
    }

    /// <summary>Writes an interpolated string, for example <c>console.Write($"{size} bytes at {address:x}")</c>.</summary>
    /// <param name="text">The text; it is on its way when this is called.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "The compiler passes this console to the handler.")]
    public void Write([InterpolatedStringHandlerArgument("")] ref TextHandler text)
    {
        _ = text.Length;
    }

    /// <summary>Waits until everything written is on the wire, but not for ever: what comes next may be the end of the machine.</summary>
    public void Flush()
    {
        for (int i = 0; IsOpen && i < TransmitPolls && (Read(LineStatus) & TransmitterIdle) == 0; i = unchecked(i + 1))
        {
            Instructions.Pause();
        }
    }

    /// <summary>Ends the line, with carriage return and line feed.</summary>
    public void WriteLine() => Write("\r\n"u8);

    /// <summary>Writes bytes as they are, and ends the line.</summary>
    /// <param name="text">The bytes.</param>
    public void WriteLine(ReadOnlySpan<byte> text)
    {
        Write(text);
        WriteLine();
    }

    /// <summary>Writes an interpolated string, and ends the line.</summary>
    /// <inheritdoc cref="Write(ref TextHandler)"/>
    public void WriteLine([InterpolatedStringHandlerArgument("")] ref TextHandler text)
    {
        Write(ref text);
        WriteLine();
    }

    /// <summary>Takes a received byte, without waiting.</summary>
    /// <param name="value">The byte.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryReadByte(out byte value)
    {
        if (!IsOpen || (Read(LineStatus) & DataReady) == 0)
        {
            value = 0;
            return false;
        }
        value = Read(Data);
        return true;
    }

    byte Read(int register) => Instructions.In8(unchecked((ushort)(_port + register)));

    void Write(int register, byte value) => Instructions.Out8(unchecked((ushort)(_port + register)), value);
}
