// SPDX-License-Identifier: MIT
namespace Muen.Samples.Monitors;

/// <summary>
/// The two 8259A interrupt controllers as a guest that uses the APIC sees them: initialisation, masks, ends of interrupts that never were. They deliver nothing; should a
/// line rise that a guest has not masked here, the guest is halted (<see cref="Interrupt.Missed"/>).
/// </summary>
static class Pic
{
    const byte Initialise = 0x10;
    const byte NeedsFourth = 0x01;
    const byte Single = 0x02;
    const byte Third = 0x08;

    static Controller s_master;
    static Controller s_slave;

    internal static void Reset()
    {
        s_master = default;
        s_slave = default;
        s_master.Mask = 0xFF;
        s_slave.Mask = 0xFF;
    }

    /// <summary>Whether a line is initialised and not masked.</summary>
    internal static bool IsEnabled(int irq) => irq < 8
        ? s_master.Ready && (s_master.Mask & (1 << irq)) == 0
        : s_slave.Ready && (s_slave.Mask & (1 << (irq - 8))) == 0 && (s_master.Mask & 4) == 0;

    internal static byte Read(ushort port) => (port & 1) == 0 ? (byte)0 : (port < 0x80 ? s_master.Mask : s_slave.Mask);

    internal static bool TryWrite(ushort port, byte value) =>
        port < 0x80 ? TryWrite(ref s_master, (port & 1) != 0, value) : TryWrite(ref s_slave, (port & 1) != 0, value);

    static bool TryWrite(ref Controller controller, bool odd, byte value)
    {
        if (!odd && (value & Initialise) != 0)
        {
            // Words 2, 3 unless there is one controller alone, 4 if asked for.
            controller.Ready = false;
            controller.Mask = 0;
            controller.WordsLeft = 1 + ((value & Single) == 0 ? 1 : 0) + ((value & NeedsFourth) != 0 ? 1 : 0);
        }
        else if (!odd)
        {
            // An end of interrupt, or which register is read next: all of them are empty. Polling and special masks are not emulated.
            return (value & Third) == 0 || (value & 0x64) == 0;
        }
        else if (controller.WordsLeft > 0)
        {
            controller.WordsLeft--;
            controller.Ready = controller.WordsLeft == 0;
        }
        else
        {
            controller.Mask = value;
        }
        return true;
    }

    struct Controller
    {
        internal byte Mask;
        internal int WordsLeft;
        internal bool Ready;
    }
}
