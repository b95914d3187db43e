// SPDX-License-Identifier: MIT
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muen.Samples.Monitors;

/// <summary>
/// The local APIC of the guest's one processor (SDM vol. 3, chapter 11): registers at 0xFEE00000, interrupts by priority, the timer. Its bus clock is 1 GHz, so that
/// xv6's ten million periods of it are 10 ms.
/// </summary>
/// <remarks>
/// A guest asks for its APIC's identifier at every lock that it takes (xv6), so the policy may give it the page to read, without an exit: <see cref="Publish"/> keeps it as the
/// registers are. The timer's count in it is that of the guest's last exit. What a write asks for and is not emulated (the TSC deadline, interrupts by INIT, NMI, SMI, the x2APIC) is refused.
/// </remarks>
static class LocalApic
{
    internal const ulong Base = 0xFEE0_0000;
    internal const ulong Size = 0x1000;

    /// <summary>Identifier of the one processor.</summary>
    internal const uint Id = 0;

    /// <summary>Periods of the timer's clock in a second, before the divider.</summary>
    internal const ulong BusFrequency = 1_000_000_000;

    // Offsets of registers.
    const int IdOffset = 0x20;
    const int VersionOffset = 0x30;
    const int TaskPriorityOffset = 0x80;
    const int ProcessorPriorityOffset = 0xA0;
    const int EndOfInterruptOffset = 0xB0;
    const int LogicalDestinationOffset = 0xD0;
    const int DestinationFormatOffset = 0xE0;
    const int SpuriousOffset = 0xF0;
    const int InServiceOffset = 0x100;
    const int TriggerModeOffset = 0x180;
    const int RequestOffset = 0x200;
    const int ErrorOffset = 0x280;
    const int CommandLowOffset = 0x300;
    const int CommandHighOffset = 0x310;
    const int TimerOffset = 0x320;
    const int ErrorVectorOffset = 0x370;
    const int InitialCountOffset = 0x380;
    const int CurrentCountOffset = 0x390;
    const int DivideOffset = 0x3E0;

    /// <summary>An integrated APIC with six local vectors.</summary>
    const uint Version = 0x0005_0014;
    const uint Enabled = 1 << 8;
    const uint Masked = 1 << 16;
    const uint TimerModeMask = 3 << 17;
    const uint Periodic = 1 << 17;
    const uint IllegalVector = 1 << 6;

    /// <summary>First vector that is not one of an exception's.</summary>
    const uint FirstVector = 16;

    static Bits s_request;
    static Bits s_inService;
    static Bits s_levelTriggered;
    static LocalVectors s_vectors;
    static uint s_taskPriority;
    static uint s_spurious;
    static uint s_logicalDestination;
    static uint s_destinationFormat;
    static uint s_error;
    static uint s_pendingError;
    static uint s_commandLow;
    static uint s_commandHigh;
    static uint s_initialCount;
    static uint s_divide;

    /// <summary>When the timer's count began, and when it is over next; <see cref="Clock.Never"/> while it stands.</summary>
    static ulong s_deadline;

    /// <summary>Whether a register may have changed since <see cref="Publish"/>.</summary>
    static bool s_changed;

    /// <summary>The state after a reset.</summary>
    internal static void Reset()
    {
        s_request = default;
        s_inService = default;
        s_levelTriggered = default;
        for (int i = 0; i < LocalVectorCount; i++)
        {
            s_vectors[i] = Masked;
        }
        s_taskPriority = 0;
        s_spurious = 0xFF;
        s_logicalDestination = 0;
        s_destinationFormat = uint.MaxValue;
        s_error = 0;
        s_pendingError = 0;
        s_commandLow = 0;
        s_commandHigh = 0;
        s_initialCount = 0;
        s_divide = 0;
        s_deadline = Clock.Never;
        s_changed = true;
    }

    /// <summary>Writes the registers into the page that the guest reads.</summary>
    internal static void Publish(System.Span<byte> page)
    {
        if (s_changed)
        {
            s_changed = false;
            for (int offset = IdOffset; offset <= DivideOffset; offset += 16)
            {
                Publish(page, offset);
            }
        }
        else if (s_deadline != Clock.Never)
        {
            Publish(page, CurrentCountOffset);
        }
    }

    static void Publish(System.Span<byte> page, int offset)
    {
        _ = TryRead((ulong)offset, 4, out uint value);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(page[offset..], value);
    }

    /// <summary>When the timer is due; <see cref="Clock.Never"/> for never.</summary>
    internal static ulong Deadline => s_deadline;

    /// <summary>An interrupt comes.</summary>
    internal static void Accept(uint vector, bool level)
    {
        s_changed = true;
        if (vector < FirstVector)
        {
            s_pendingError |= IllegalVector;
        }
        else if ((s_spurious & Enabled) != 0)
        {
            Set(ref s_request, vector);
            if (level)
            {
                Set(ref s_levelTriggered, vector);
            }
            else
            {
                Clear(ref s_levelTriggered, vector);
            }
        }
    }

    /// <summary>The interrupt that the processor would take now; it counts as taken.</summary>
    /// <param name="vector">Its vector.</param>
    /// <returns>Whether there is one.</returns>
    internal static bool TryDeliver(out uint vector)
    {
        int highest = Highest(ref s_request);
        vector = highest < 0 ? 0 : (uint)highest;
        if (highest < 0 || (vector >> 4) <= (ProcessorPriority >> 4))
        {
            return false;
        }
        Clear(ref s_request, vector);
        Set(ref s_inService, vector);
        s_changed = true;
        return true;
    }

    /// <summary>The processor did not take an interrupt after all.</summary>
    internal static void TakeBack(uint vector)
    {
        Clear(ref s_inService, vector);
        Set(ref s_request, vector);
        s_changed = true;
    }

    /// <summary>Lets the timer act that is due.</summary>
    internal static void Update()
    {
        if (s_deadline > Clock.Now)
        {
            return;
        }
        uint timer = s_vectors[0];
        if ((timer & Masked) == 0)
        {
            Accept(timer & 0xFF, level: false);
        }
        if ((timer & TimerModeMask) != Periodic)
        {
            s_deadline = Clock.Never;
            return;
        }
        // Periods that nobody saw make one interrupt, as they do while a processor has interrupts off.
        ulong period = Period(s_initialCount);
        s_deadline += ((Clock.Now - s_deadline) / period * period) + period;
    }

    /// <summary>Reads a register.</summary>
    /// <returns>False for what is not one, and for another size than 4.</returns>
    internal static bool TryRead(ulong offset, int size, out uint value)
    {
        value = 0;
        if (size != 4 || (offset & 15) != 0)
        {
            return false;
        }
        int register = (int)offset;
        switch (register)
        {
            case IdOffset:
                value = Id << 24;
                return true;
            case VersionOffset:
                value = Version;
                return true;
            case TaskPriorityOffset:
                value = s_taskPriority;
                return true;
            case ProcessorPriorityOffset:
                value = ProcessorPriority;
                return true;
            case EndOfInterruptOffset:
                return true;
            case LogicalDestinationOffset:
                value = s_logicalDestination;
                return true;
            case DestinationFormatOffset:
                value = s_destinationFormat;
                return true;
            case SpuriousOffset:
                value = s_spurious;
                return true;
            case >= InServiceOffset and < TriggerModeOffset:
                value = Word(ref s_inService, register - InServiceOffset);
                return true;
            case >= TriggerModeOffset and < RequestOffset:
                value = Word(ref s_levelTriggered, register - TriggerModeOffset);
                return true;
            case >= RequestOffset and < ErrorOffset:
                value = Word(ref s_request, register - RequestOffset);
                return true;
            case ErrorOffset:
                value = s_error;
                return true;
            case CommandLowOffset:
                value = s_commandLow;
                return true;
            case CommandHighOffset:
                value = s_commandHigh;
                return true;
            case >= TimerOffset and <= ErrorVectorOffset:
                value = s_vectors[(register - TimerOffset) >> 4];
                return true;
            case InitialCountOffset:
                value = s_initialCount;
                return true;
            case CurrentCountOffset:
                value = CurrentCount;
                return true;
            case DivideOffset:
                value = s_divide;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a register.</summary>
    /// <returns>False for what is not one, another size than 4, and a value that asks for what is not emulated.</returns>
    internal static bool TryWrite(ulong offset, int size, uint value)
    {
        if (size != 4 || (offset & 15) != 0)
        {
            return false;
        }
        int register = (int)offset;
        s_changed = true;
        switch (register)
        {
            case TaskPriorityOffset:
                s_taskPriority = value & 0xFF;
                return true;
            case EndOfInterruptOffset:
                EndOfInterrupt();
                return true;
            case LogicalDestinationOffset:
                s_logicalDestination = value & 0xFF00_0000;
                return true;
            case DestinationFormatOffset:
                s_destinationFormat = value | 0x0FFF_FFFF;
                return true;
            case SpuriousOffset:
                s_spurious = value & 0x3FF;
                MaskAllWhenDisabled();
                return true;
            case ErrorOffset:
                // The write shows what has been collected since the last one.
                s_error = s_pendingError;
                s_pendingError = 0;
                return true;
            case CommandLowOffset:
                s_commandLow = value & 0x000C_DFFF & ~(1u << 12);
                return TrySend(value);
            case CommandHighOffset:
                s_commandHigh = value & 0xFF00_0000;
                return true;
            case >= TimerOffset and <= ErrorVectorOffset:
                return TrySetVector((register - TimerOffset) >> 4, value);
            case InitialCountOffset:
                s_initialCount = value;
                s_deadline = value == 0 ? Clock.Never : Clock.Now + Period(value);
                return true;
            case DivideOffset:
                uint left = CurrentCount;
                s_divide = value & 0xB;
                s_deadline = s_deadline == Clock.Never ? Clock.Never : Clock.Now + Period(left);
                return true;
            default:
                return false;
        }
    }

    const int LocalVectorCount = 6;

    static uint ProcessorPriority
    {
        get
        {
            int highest = Highest(ref s_inService);
            uint inService = highest < 0 ? 0 : (uint)highest;
            return (s_taskPriority >> 4) >= (inService >> 4) ? s_taskPriority : inService & 0xF0;
        }
    }

    static uint CurrentCount => s_deadline == Clock.Never || s_deadline <= Clock.Now
        ? 0
        : (uint)System.Math.Min(Clock.Periods(s_deadline - Clock.Now, BusFrequency) / Divider, s_initialCount);

    /// <summary>2, 4, 8, 16, 32, 64, 128, 1 by bits 0, 1 and 3.</summary>
    static ulong Divider => 1UL << (int)((((s_divide & 3) | ((s_divide >> 1) & 4)) + 1) & 7);

    static ulong Period(uint count)
    {
        ulong ticks = Clock.Ticks(count * Divider, BusFrequency);
        return ticks == 0 ? 1 : ticks;
    }

    static void EndOfInterrupt()
    {
        int highest = Highest(ref s_inService);
        if (highest >= 0)
        {
            Clear(ref s_inService, (uint)highest);
            if (IsSet(ref s_levelTriggered, (uint)highest))
            {
                IoApic.EndOfInterrupt((uint)highest);
            }
        }
    }

    static void MaskAllWhenDisabled()
    {
        for (int i = 0; (s_spurious & Enabled) == 0 && i < LocalVectorCount; i++)
        {
            s_vectors[i] |= Masked;
        }
    }

    static bool TrySetVector(int index, uint value)
    {
        const uint tscDeadline = 2 << 17;
        const uint deliveryMode = 7 << 8;
        bool timer = index == 0;
        if (timer && (value & TimerModeMask) >= tscDeadline)
        {
            return false;
        }
        value &= timer ? 0x0007_00FFu : 0x0001_A7FFu;
        value |= (s_spurious & Enabled) == 0 ? Masked : 0;
        s_vectors[index] = value;
        // Nothing is connected to the others, so an unmasked one never fires; one that is not an ordinary vector is another matter for LINT alone.
        return timer || (value & Masked) != 0 || ((value & deliveryMode) is 0 or (4 << 8) or (7 << 8));
    }

    /// <summary>An interprocessor interrupt, on a machine of one processor.</summary>
    static bool TrySend(uint command)
    {
        const uint level = 1 << 14;
        const uint logical = 1 << 11;
        uint mode = (command >> 8) & 7;
        uint shorthand = (command >> 18) & 3;
        bool self = shorthand is 1 or 2 || (shorthand == 0 && ((s_commandHigh >> 24) == Id || (s_commandHigh >> 24) == 0xFF));
        if (mode == 5 && (command & level) == 0)
        {
            return true;    // the INIT level de-assert, which synchronises what is not there
        }
        if (!self)
        {
            return true;    // to processors that there are not
        }
        if (mode > 1 || (command & logical) != 0)
        {
            return false;
        }
        Accept(command & 0xFF, level: false);
        return true;
    }

    static void Set(ref Bits bits, uint vector) => bits[(int)(vector >> 6) & 3] |= 1UL << (int)(vector & 63);

    static void Clear(ref Bits bits, uint vector) => bits[(int)(vector >> 6) & 3] &= ~(1UL << (int)(vector & 63));

    static bool IsSet(ref Bits bits, uint vector) => (bits[(int)(vector >> 6) & 3] & (1UL << (int)(vector & 63))) != 0;

    static int Highest(ref Bits bits)
    {
        for (int word = 3; word >= 0; word--)
        {
            if (bits[word] != 0)
            {
                return (word * 64) + 63 - BitOperations.LeadingZeroCount(bits[word]);
            }
        }
        return -1;
    }

    /// <summary>A register of 32 vectors.</summary>
    static uint Word(ref Bits bits, int offset) => (uint)((bits[(offset >> 5) & 3] >> ((offset & 0x10) != 0 ? 32 : 0)) & 0xFFFF_FFFF);

    [InlineArray(4)]
    struct Bits
    {
        ulong _first;
    }

    [InlineArray(LocalVectorCount)]
    struct LocalVectors
    {
        uint _first;
    }
}
