// SPDX-License-Identifier: GPL-3.0-or-later
using System;

namespace Muen.Kernel;

/// <summary>Ends of the whole system that a policy may let a subject ask for.</summary>
static class Machine
{
    private const ushort ResetControl = 0xCF9;
    private const byte FullReset = 0x06;

    /// <summary>Bochs ends when this word is written to this port, a byte at a time.</summary>
    private const ushort BochsShutdown = 0x8900;

    /// <summary>Resets the machine through the chipset's reset control register.</summary>
    internal static void Reboot()
    {
        Console.Line("reboot"u8);
        Cpu.Out8(ResetControl, 0x02);
        Cpu.Out8(ResetControl, FullReset);
        Cpu.Halt();
    }

    /// <summary>Ends the run in Bochs; elsewhere the processor halts.</summary>
    internal static void PowerOff()
    {
        Console.Line("power off"u8);
        ReadOnlySpan<byte> word = "Shutdown"u8;
        for (int i = 0; i < word.Length; i++)
        {
            Cpu.Out8(BochsShutdown, word[i]);
        }

        Cpu.Halt();
    }
}
