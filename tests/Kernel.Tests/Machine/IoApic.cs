// SPDX-License-Identifier: MIT
namespace Muen.Simulation;

/// <summary>The IO-APIC: two registers that lead to a table of inputs; edge-triggered and level-triggered ones.</summary>
internal sealed class IoApic(Board board)
{
    private const uint Table = 0x10;
    private const ulong Masked = 1 << 16;
    private const ulong Level = 1 << 15;
    private const int Inputs = 24;

    private readonly ulong[] entries = new ulong[Inputs];
    private readonly bool[] asserted = new bool[Inputs];
    private readonly bool[] unserviced = new bool[Inputs];
    private uint selected;

    internal bool IsMasked(int input) => (entries[input] & Masked) != 0;

    internal bool IsAsserted(int input) => asserted[input];

    internal uint Read(bool window)
    {
        return !window ? selected : selected == 1 ? (Inputs - 1u - board.Scenario.MissingInputs) << 16 : selected < Table ? 0 : (uint)(Entry >> Shift);
    }

    internal void Write(bool window, uint value)
    {
        if (!window)
        {
            selected = value;
        }
        else if (selected >= Table)
        {
            Entry = (Entry & ~(0xFFFF_FFFFul << Shift)) | ((ulong)value << Shift);
            Evaluate((int)(selected - Table) / 2);
        }
    }

    /// <summary>A device signals: an edge is one interrupt, a level lasts until the device is served.</summary>
    internal void Raise(int input)
    {
        if ((entries[input] & Level) != 0)
        {
            asserted[input] = true;
            Evaluate(input);
        }
        else if (!IsMasked(input))
        {
            Deliver(input);
        }
    }

    internal void Lower(int input) => asserted[input] = false;

    /// <summary>A local APIC's end of a level-triggered interrupt.</summary>
    internal void End(int vector)
    {
        for (int input = 0; input < Inputs; input++)
        {
            if (unserviced[input] && (int)(entries[input] & 0xFF) == vector)
            {
                unserviced[input] = false;
                Evaluate(input);
            }
        }
    }

    private int Shift => (int)(selected & 1) * 32;

    private ref ulong Entry => ref entries[(selected - Table) / 2];

    private void Evaluate(int input)
    {
        if (asserted[input] && !unserviced[input] && (entries[input] & (Level | Masked)) == Level)
        {
            unserviced[input] = true;
            Deliver(input);
        }
    }

    private void Deliver(int input) => board.Interrupt((int)(entries[input] >> 56), (int)(entries[input] & 0xFF));
}
