// SPDX-License-Identifier: GPL-3.0-or-later
using System;

namespace Muen.Kernel;

/// <summary>Ends of the whole system that a policy may let a subject ask for.</summary>
static unsafe class Machine
{
    private const ushort ResetControl = 0xCF9;
    private const byte HardReset = 0x02;
    private const byte FullReset = 0x06;

    /// <summary>Bochs ends when this word is written to this port, a byte at a time.</summary>
    private const ushort BochsShutdown = 0x8900;

    /// <summary>Resets the machine: as the policy says, else through the chipset's reset control register.</summary>
    internal static void Reboot()
    {
        Console.Line("reboot"u8);
        ushort port = Tables.Header->ResetPort;
        if (port != 0)
        {
            Cpu.Out8(port, (byte)Tables.Header->ResetValue);
        }
        else
        {
            Cpu.Out8(ResetControl, HardReset);
            Cpu.Out8(ResetControl, FullReset);
        }

        Cpu.Halt();
    }

    /// <summary>Powers the machine off: as the policy says, else as Bochs ends its run. Where neither works the processor halts.</summary>
    internal static void PowerOff()
    {
        Console.Line("power off"u8);
        ushort port = Tables.Header->PowerOffPort;
        if (port != 0)
        {
            // Two bytes: SLP_TYP and SLP_EN lie in the upper one, which is written last (ACPI, PM1 control registers).
            Cpu.Out8(port, (byte)Tables.Header->PowerOffValue);
            Cpu.Out8((ushort)(port + 1), (byte)(Tables.Header->PowerOffValue >> 8));
        }
        else
        {
            ReadOnlySpan<byte> word = "Shutdown"u8;
            for (int i = 0; i < word.Length; i++)
            {
                Cpu.Out8(BochsShutdown, word[i]);
            }
        }

        Cpu.Halt();
    }
}
