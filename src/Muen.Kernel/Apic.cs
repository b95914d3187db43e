// SPDX-License-Identifier: GPL-3.0-or-later
namespace Muen.Kernel;

/// <summary>The local APIC in x2APIC mode (SDM vol. 3, 11.12): no memory, only MSRs.</summary>
static class Apic
{
    /// <summary>Wakes a processor out of its subject; it carries nothing, since every entry looks at pending events.</summary>
    internal const byte WakeUpVector = 254;

    internal const byte SpuriousVector = 255;
    private const ulong EnableX2Apic = 0xC00;
    private const ulong SoftwareEnable = 0x100;
    private const ulong MaskedLvt = 0x1_0000;
    private const ulong Init = 0x4500;
    private const ulong Startup = 0x4600;
    private const ulong Fixed = 0x4000;

    internal static void Enable()
    {
        Cpu.WriteMsr(Msr.ApicBase, Cpu.ReadMsr(Msr.ApicBase) | EnableX2Apic);
        Cpu.WriteMsr(Msr.X2ApicSpurious, SoftwareEnable | SpuriousVector);
        Cpu.WriteMsr(Msr.X2ApicTpr, 0);
        for (uint lvt = Msr.X2ApicLvtFirst; lvt <= Msr.X2ApicLvtLast; lvt++)
        {
            Cpu.WriteMsr(lvt, MaskedLvt);
        }
    }

    internal static void SendInit(uint apicId) => Send(apicId, Init);

    /// <summary>Starts a processor in real mode at physical address <paramref name="page"/> times 4096.</summary>
    internal static void SendStartup(uint apicId, byte page) => Send(apicId, Startup | page);

    internal static void SendWakeUp(uint apicId) => Send(apicId, Fixed | WakeUpVector);

    internal static void EndOfInterrupt() => Cpu.WriteMsr(Msr.X2ApicEoi, 0);

    private static void Send(uint apicId, ulong command) => Cpu.WriteMsr(Msr.X2ApicIcr, ((ulong)apicId << 32) | command);
}
