// SPDX-License-Identifier: MIT
namespace Muen.TestSystems;

/// <summary>Drivers that make their devices interrupt at the end of their minor frames, so that the interrupt comes while another subject runs.</summary>
static class Drivers
{
    const int Rounds = 0;

    /// <summary>The latest after the beginning of the minor frame that an interrupt was taken, in ticks.</summary>
    const int Worst = 1;

    /// <summary>Interrupts too many, too few, or without a cause in the device.</summary>
    const int Wrong = 2;

    /// <summary>Interrupts that came before the minor frame's end after all.</summary>
    internal const int Early = 3;

    /// <summary>Number 4 of a board says that its driver has done its part.</summary>
    internal const int Finished = 4;

    const int Interruptions = 20;

    /// <summary>Ticks that are left of a minor frame when a device is told to interrupt.</summary>
    const ulong LastMoment = 1500;

    /// <summary>Ticks after which an interrupt that is due has come.</summary>
    const ulong Soon = 20_000;

    /// <summary>Edge-triggered: the keyboard's controller gives back bytes as if they had been typed (command D2), each with an interrupt.</summary>
    internal static void Keyboard()
    {
        Board board = Board.Open("board"u8);
        Ports data = Ports.Open("keyboard_data"u8);
        Ports control = Ports.Open("keyboard_control"u8);
        byte vector = Interrupts.VectorOf("keyboard_irq"u8);
        while ((control.Read8(0) & 1) != 0)
        {
            data.Read8(0);
        }

        Send(control, control, 0x60);
        Send(control, data, 1);     // interrupts of the first port
        for (byte i = 1; i <= Interruptions; i++)
        {
            ulong frame = AwaitLastMoment(board, vector);
            Send(control, control, 0xD2);
            Send(control, data, i);
            Take(board, vector, frame);
            if ((control.Read8(0) & 1) == 0 || data.Read8(0) != i)
            {
                board[Wrong]++;
            }
        }

        board[Finished] = 1;
    }

    /// <summary>Edge-triggered: the clock's periodic interrupt, 1024 in a second. In each minor frame the first has come before it began.</summary>
    internal static void Clock()
    {
        Board board = Board.Open("board"u8);
        Ports port = Ports.Open("clock_port"u8);
        byte vector = Interrupts.VectorOf("clock_irq"u8);
        Write(port, 0xA, 0x26);
        Write(port, 0xB, (byte)(Read(port, 0xB) | 0x40));
        Read(port, 0xC);
        ulong last = 0;
        while (board[Rounds] < 5 * Interruptions)
        {
            while (!Interrupts.TryTake(vector))
            {
            }

            ulong frame = Time.MinorFrameStart;
            if (frame != last && last != 0)
            {
                Note(board, frame);
            }

            last = frame;
            board[Rounds]++;
            if ((Read(port, 0xC) & 0x40) == 0)
            {
                board[Wrong]++;
            }
        }

        board[Finished] = 1;
    }

    /// <summary>Level-triggered: the transmitter has room again. Then what makes a level different from an edge.</summary>
    internal static void Serial()
    {
        Board board = Board.Open("board"u8);
        Ports port = Ports.Open("console_port"u8);
        Event unmask = Event.Open("unmask"u8);
        byte vector = Interrupts.VectorOf("console_irq"u8);
        port.Write8(1, 0);
        port.Write8(3, 3);          // 8 data bits
        port.Write8(2, 0);          // no queue
        port.Write8(4, 0xB);        // interrupts reach the line
        ulong frame;
        for (int i = 0; i < Interruptions; i++)
        {
            frame = AwaitLastMoment(board, vector);
            Transmit(port);
            Take(board, vector, frame);
            Serve(board, port);
            unmask.Trigger();
        }

        // A level that is not served interrupts again as soon as it may.
        frame = AwaitLastMoment(board, vector);
        Transmit(port);
        Take(board, vector, frame);
        unmask.Trigger();
        Expect(board, vector, true);

        // One that is masked does not interrupt, and is not lost.
        Serve(board, port);
        Transmit(port);
        for (int frames = 0; frames < 3; frames++)
        {
            AwaitLastMoment(board, vector);
            AwaitNextFrame();
        }

        unmask.Trigger();
        Expect(board, vector, true);
        Serve(board, port);
        unmask.Trigger();
        Expect(board, vector, false);
        port.Write8(1, 0);
        board[Finished] = 1;
    }

    /// <summary>Waits until the minor frame is nearly over; nothing may have interrupted until then.</summary>
    /// <returns>When the minor frame began.</returns>
    static ulong AwaitLastMoment(Board board, byte vector)
    {
        while (Time.MinorFrameEnd - Time.Tsc > LastMoment)
        {
        }

        if (Interrupts.TryTake(vector))
        {
            board[Wrong]++;
        }

        return Time.MinorFrameStart;
    }

    static void AwaitNextFrame()
    {
        ulong frame = Time.MinorFrameStart;
        while (Time.MinorFrameStart == frame)
        {
        }
    }

    /// <summary>Takes the interrupt in the next minor frame, and says how long after its beginning.</summary>
    static void Take(Board board, byte vector, ulong frame)
    {
        while (!Interrupts.TryTake(vector))
        {
        }

        board[Rounds]++;
        if (Time.MinorFrameStart == frame)
        {
            board[Early]++;
        }
        else
        {
            Note(board, Time.MinorFrameStart);
        }
    }

    static void Note(Board board, ulong frame)
    {
        ulong late = Time.Tsc - frame;
        board[Worst] = late > board[Worst] ? late : board[Worst];
    }

    static void Expect(Board board, byte vector, bool expected)
    {
        ulong end = Time.Tsc + Soon;
        bool found = false;
        while (Time.Tsc < end && !found)
        {
            found = Interrupts.TryTake(vector);
        }

        board[Wrong] += found == expected ? 0u : 1;
    }

    /// <summary>Two bytes: the second waits until the first is on the line, and the interrupt for it.</summary>
    static void Transmit(Ports port)
    {
        port.Write8(1, 0);
        while ((port.Read8(5) & 0x40) == 0)
        {
        }

        port.Write8(0, (byte)'.');
        port.Write8(0, (byte)'.');
        port.Write8(1, 2);
    }

    /// <summary>Reading the cause takes it away.</summary>
    static void Serve(Board board, Ports port)
    {
        if ((port.Read8(2) & 7) != 2)
        {
            board[Wrong]++;
        }
    }

    static void Send(Ports control, Ports port, byte value)
    {
        while ((control.Read8(0) & 2) != 0)
        {
        }

        port.Write8(0, value);
    }

    static byte Read(Ports port, byte register)
    {
        port.Write8(0, register);
        return port.Read8(1);
    }

    static void Write(Ports port, byte register, byte value)
    {
        port.Write8(0, register);
        port.Write8(1, value);
    }
}
