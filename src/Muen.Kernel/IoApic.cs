// SPDX-License-Identifier: GPL-3.0-or-later
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The IO-APIC and the legacy PICs. Everything is masked but what the policy routes. A register is reached in two steps, so processors
/// take turns.
/// </summary>
static unsafe class IoApic
{
    private const uint Version = 1;
    private const uint Redirection = 0x10;
    private const uint MaskBit = 1 << 16;
    private const uint LevelBit = 1 << 15;
    private const uint ActiveLowBit = 1 << 13;
    private const uint MaxInputs = 240;

    /// <summary>Tries to get the registers, which nobody holds for more than a few accesses, before the kernel takes their holder for dead.</summary>
    private const uint Patience = 0xF000_0000;

    private static uint held;

    /// <summary>Bootstrap processor only: masks all inputs and both PICs, then programs the policy's routes.</summary>
    internal static void Route()
    {
        Cpu.Out8(0x21, 0xFF);
        Cpu.Out8(0xA1, 0xFF);
        if (Tables.Header->HasIoApic == 0)
        {
            return;
        }

        uint last = (Read(Version) >> 16) & 0xFF;
        for (uint input = 0; input <= last && input < MaxInputs; input++)
        {
            Write(Redirection + (input * 2), MaskBit);
        }

        uint count = Tables.Header->RouteCount;
        for (uint index = 0; index < count; index++)
        {
            IoApicRoute* route = Tables.Route(index);
            if (route->Irq > last)
            {
                Panic.MissingCapability((uint)KernelLayout.IoApic + Version, route->Irq, last);
            }

            uint low = route->Vector;
            low |= route->Level != 0 ? LevelBit : 0;
            low |= route->ActiveLow != 0 ? ActiveLowBit : 0;
            Write(Redirection + (route->Irq * 2u) + 1, route->Upper);
            Write(Redirection + (route->Irq * 2u), low);
        }
    }

    /// <summary>A level-triggered input stays masked until its subject says that the device is quiet.</summary>
    internal static void Mask(byte input) => Change(Redirection + (input * 2u), ~0u, MaskBit);

    internal static void Unmask(byte input) => Change(Redirection + (input * 2u), ~MaskBit, 0);

    private static void Change(uint register, uint keep, uint set)
    {
        for (uint patience = Patience; Interlocked.CompareExchange(ref held, 1, 0) != 0; patience--)
        {
            if (patience == 0)
            {
                Panic.Raise(PanicReason.Barrier);
            }

            Cpu.Pause();
        }

        Write(register, (Read(register) & keep) | set);
        Volatile.Write(ref held, 0);
    }

    private static uint Read(uint register)
    {
        Volatile.Write(ref *(uint*)KernelLayout.IoApic, register);
        return Volatile.Read(ref *(uint*)(KernelLayout.IoApic + 0x10));
    }

    private static void Write(uint register, uint value)
    {
        Volatile.Write(ref *(uint*)KernelLayout.IoApic, register);
        Volatile.Write(ref *(uint*)(KernelLayout.IoApic + 0x10), value);
    }
}
