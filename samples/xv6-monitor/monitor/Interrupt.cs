// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>The lines by which devices ask for interrupts: each leads to the I/O APIC and to the PIC.</summary>
static class Interrupt
{
    /// <summary>The interrupt that should have come through the PIC, which does not deliver any; -1 for none. The guest is halted for it.</summary>
    internal static int Missed { get; private set; }

    internal static void Reset() => Missed = -1;

    /// <summary>A line rises or falls.</summary>
    /// <param name="irq">1 to 15.</param>
    /// <param name="high">Which of it.</param>
    internal static void SetLine(int irq, bool high)
    {
        IoApic.SetLine(irq, high);
        if (high && Pic.IsEnabled(irq))
        {
            Missed = irq;
        }
    }
}
