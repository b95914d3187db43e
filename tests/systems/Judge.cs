// SPDX-License-Identifier: MIT
using System;

namespace Muen.TestSystems;

/// <summary>Sits on a processor of its own, lets the others work, and prints what their boards say.</summary>
static class Judge
{
    const int Pings = 500;

    static SerialConsole s_console;

    internal static void Scheduling()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Event ping = Event.Open("ping"u8);
        SubjectInfo.Own.TryFindVector("pong"u8, out byte vector);
        for (int i = 0; i < Pings; i++)
        {
            ping.Trigger();
            Interrupts.Wait(vector);
        }

        s_console.WriteLine($"pings {Pings}");
        Wait(300);
        Show("spinner_a"u8);
        Show("spinner_b"u8);
        Show("sleeper_crowd"u8);
        Show("sleeper_alone"u8);
        Show("busy"u8);
        Show("napper"u8);
        s_console.WriteLine("judge: finished"u8);
    }

    internal static void Plans()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Wait(1500);
        Show("tau0"u8);
        Show("planned_0"u8);
        Show("planned_1"u8);
        Show("planned_2"u8);
        s_console.WriteLine("judge: finished"u8);
    }

    internal static void Vm()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Wait(300);
        Show("guest_board"u8);
        s_console.WriteLine("judge: finished"u8);
    }

    /// <summary>What VMs did that began in each mode (the test's GuestModes): number 4 of a board says that its VM has done it.</summary>
    internal static void Modes()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Await("wide"u8);
        Await("large"u8);
        Await("small"u8);
        Await("anew"u8);
        Await("real"u8);
        s_console.WriteLine("judge: finished"u8);
    }

    /// <summary>What subjects became of their monitors' doings (the test's StateProgram), and what the monitors saw.</summary>
    internal static void States()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Await("vm"u8);
        Await("native"u8);
        Show("seen_vm"u8);
        Show("seen_native"u8);
        Board seen = Board.Open("seen_vm"u8);
        for (int word = 0; word < Seer.Words; word++)
        {
            s_console.WriteLine($"state {seen[Seer.FirstWord + word]}");
        }

        s_console.WriteLine("judge: finished"u8);
    }

    static void Await(ReadOnlySpan<byte> name)
    {
        Board board = Board.Open(name);
        ulong end = Time.Tsc + (1000 * Time.TicksPerMillisecond);
        while (board[4] == 0 && Time.Tsc < end)
        {
        }

        Show(name);
    }

    /// <summary>What a program found that tried everything as a native subject, and as a VM (the test's ControlProgram).</summary>
    internal static void Controls()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Board native = Board.Open("native_board"u8);
        Board vm = Board.Open("vm_board"u8);
        while (native[5] == 0 || vm[5] == 0)
        {
        }

        Found("native"u8, native, Board.Open("native_log"u8));
        Found("vm"u8, vm, Board.Open("vm_log"u8));
        s_console.WriteLine("judge: finished"u8);
    }

    static void Found(ReadOnlySpan<byte> name, Board board, Board log)
    {
        s_console.Write(name);
        s_console.WriteLine($" accepted {board[0]} sum {board[1]} faults {board[2]} wrong {board[3]} undefined {board[6]}");
        for (int i = 1; i <= (int)log[0]; i++)
        {
            s_console.Write(name);
            s_console.WriteLine($" exit {log[i]}");
        }
    }

    /// <summary>What the drivers saw, by the one that has the serial line.</summary>
    internal static void Interruptions()
    {
        Board keyboard = Board.Open("keyboard"u8);
        Board clock = Board.Open("clock"u8);
        while (keyboard[Drivers.Finished] == 0 || clock[Drivers.Finished] == 0)
        {
        }

        s_console = SerialConsole.Open("console_port"u8);
        s_console.WriteLine(""u8);
        Show("keyboard"u8);
        Show("clock"u8);
        Show("serial"u8);
        s_console.WriteLine($"early keyboard {keyboard[Drivers.Early]} serial {Board.Open("serial"u8)[Drivers.Early]}");
        s_console.WriteLine("judge: finished"u8);
    }

    /// <summary>A token goes round all processors.</summary>
    internal static void Processors()
    {
        s_console = SerialConsole.Open("console_port"u8);
        Event next = Event.Open("next"u8);
        SubjectInfo.Own.TryFindVector("token"u8, out byte vector);
        for (int i = 0; i < Pings; i++)
        {
            next.Trigger();
            Interrupts.Wait(vector);
        }

        s_console.WriteLine($"rounds {Pings}");
        Show("ring_1"u8);
        Show("ring_2"u8);
        Show("ring_3"u8);
        s_console.WriteLine("judge: finished"u8);
    }

    /// <summary>At the first boot asks the kernel to panic, at the second to reboot; at the third shows what the crash audit kept.</summary>
    internal static void Crash()
    {
        // Words of the page: 1 = records since power-on, 2 = boots; records of 128 bytes follow at 64, each with its reason and processor first.
        Board audit = Board.Open("crash_audit"u8);
        s_console = SerialConsole.Open("console_port"u8);
        s_console.WriteLine($"boot {audit[2]}, {audit[1]} records");
        if (audit[2] == 1)
        {
            Event.Open("panic"u8).Trigger();
        }
        else if (audit[2] == 2)
        {
            Event.Open("reboot"u8).Trigger();
        }

        for (int record = 0; record < (int)audit[1]; record++)
        {
            s_console.WriteLine($"record reason {(uint)audit[8 + (record * 16)]} number {(uint)audit[9 + (record * 16)]}");
        }

        s_console.WriteLine("judge: finished"u8);
    }

    static void Wait(uint milliseconds)
    {
        ulong end = Time.Tsc + (milliseconds * Time.TicksPerMillisecond);
        while (Time.Tsc < end)
        {
        }
    }

    static void Show(ReadOnlySpan<byte> name)
    {
        Board board = Board.Open(name);
        s_console.Write(name);
        s_console.WriteLine($" rounds {board[0]} worst {board[1]} wrong {board[2]}");
    }
}
