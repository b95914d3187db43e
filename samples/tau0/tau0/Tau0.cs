// SPDX-License-Identifier: MIT
using System;
using System.Threading;
using Muen.Abi;
using Muen.Samples.Terminals;

namespace Muen.Samples.Plans;

/// <summary>
/// Chooses which plan the processors follow: the next one every five seconds, or the one whose digit is typed. It writes one number into one page; the kernel reads it
/// when a major frame ends, and an index that no plan has changes nothing.
/// </summary>
static unsafe class Tau0
{
    const int Plans = 4;

    /// <summary>How often the terminal is drawn anew: 100 ms.</summary>
    const uint Period = 100;

    /// <summary>Milliseconds that a plan stays while they take turns.</summary>
    const uint Stay = 5000;

    static TerminalClient s_terminal;
    static int s_chosen;
    static bool s_takeTurns;

    internal static void Main()
    {
        PlanSelector* selector = OpenSelector();
        s_terminal = TerminalClient.Open();
        s_takeTurns = true;
        s_chosen = 0;
        Event tick = Event.Open("tick"u8);
        ulong period = Period * Time.TicksPerMillisecond;
        ulong stay = Stay * Time.TicksPerMillisecond;
        ulong until = Time.MinorFrameStart + stay;
        s_terminal.Write("\u001b[2J\u001b[?25l"u8);
        while (true)
        {
            ulong now = Time.MinorFrameStart;
            while (s_terminal.TryRead(out KeyStroke key))
            {
                Take(key.Character);
                until = now + stay;
            }
            if (s_takeTurns && now >= until)
            {
                s_chosen = (s_chosen + 1) % Plans;
                until = now + stay;
            }
            Volatile.Write(ref selector->NextMajorFrame, (uint)s_chosen);
            Draw(s_takeTurns ? ((until - now) / (1000 * Time.TicksPerMillisecond)) + 1 : 0);
            Time.Arm(tick, now + period);
            Interrupts.WaitForAny();
        }
    }

    static PlanSelector* OpenSelector()
    {
        MemoryRegion region = MemoryRegion.Open("plan"u8);
        if (region.Kind != MemoryKind.KernelInterface || !region.IsWritable)
        {
            Panic.Stop("the memory `plan` must be the kernel's interface, and writable");
        }
        return (PlanSelector*)region.Address;
    }

    static void Take(byte character)
    {
        if (character is >= (byte)'1' and < (byte)('1' + Plans))
        {
            s_chosen = character - (byte)'1';
            s_takeTurns = false;
        }
        else if (character == (byte)'t')
        {
            s_takeTurns = true;
        }
    }

    static void Draw(ulong seconds)
    {
        s_terminal.Write("\u001b[1;1H"u8);
        s_terminal.WriteLine("\u001b[1mtau0\u001b[0m chooses the plan that both processors follow\n"u8);
        for (int i = 0; i < Plans; i++)
        {
            Line(i);
        }
        Span<byte> text = stackalloc byte[80];
        int length = seconds == 0
            ? Text.Format(text, $"\nIt stays. Type t: the plans take turns.\u001b[K\n")
            : Text.Format(text, $"\nThe next one follows in {seconds} s. Type a digit to choose one.\u001b[K\n");
        s_terminal.Write(text[..length]);
        s_terminal.WriteLine("F2, F3, F4 show what red, green and blue get."u8);
    }

    static void Line(int plan)
    {
        s_terminal.Write(plan == s_chosen ? "\u001b[7m>"u8 : " "u8);
        s_terminal.Write(plan switch
        {
            0 => " 1  everybody   "u8,
            1 => " 2  red first   "u8,
            2 => " 3  red rests   "u8,
            _ => " 4  green alone "u8,
        });
        s_terminal.WriteLine("\u001b[0m"u8);
    }
}
