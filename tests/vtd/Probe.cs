// SPDX-License-Identifier: MIT
using System;
using System.Runtime;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The kernel's start without VMX: after the units for DMA and interrupt remapping are on, by the kernel's own code, two devices try what they may and what they may
/// not. Each line of the transcript says what was seen; vtd.xml says what the devices have.
/// </summary>
static unsafe class Kernel
{
    // As vtd.xml has them: where memory lies, and where the device of the domain sees it.
    private const ulong ConfigurationSpace = 0xB000_0000;
    private const uint Buffer = 0x0100_0000;
    private const uint Constants = 0x0101_0000;
    private const uint Outside = 0x0102_0000;
    private const uint SeenBuffer = 0x0800_0000;
    private const uint SeenConstants = 0x0900_0000;
    private const uint Confined = 3;
    private const uint Stray = 4;

    /// <summary>Input of the timer, which never stops, its vector and that of messages.</summary>
    private const uint TimerInput = 2;
    private const uint TimerVector = 32;

    /// <summary>Input of the confined device's line, and its vector.</summary>
    private const uint LineInput = 23;
    private const uint LineVector = 55;
    private const uint FirstMessage = Limits.FirstMessageVector;
    private const uint AbsentIndex = 100;
    private const uint AbsentInput = 101;

    // The local APIC in the mode that firmware leaves it in (SDM vol. 3, 11.4): it takes interrupts, and nobody accepts them, so that they stay requested.
    private const ulong LocalApic = 0xFEE0_0000;
    private const ulong SpuriousVector = 0xF0;
    private const ulong TriggerModes = 0x180;
    private const ulong Requests = 0x200;

    private const ulong IoApicWindow = 0xFEC0_0000;
    private const uint Size = 64;
    private const uint Before = 0x1111_0000;
    private const uint Secret = 0x2222_0000;
    private const uint Written = 0x3333_0000;

    [RuntimeExport("KernelStart")]
    static void Start(uint processor)
    {
        Processors.Initialize(processor);
        Console.Initialize();
        CrashAudit.Initialize();
        Tables.Require();
        Physical.Map();
        Physical.Write(LocalApic + SpuriousVector, 0x1FF);
        var confined = new Edu(ConfigurationSpace, Confined);
        var stray = new Edu(ConfigurationSpace, Stray);
        Console.Number("devices "u8, confined.Identification & stray.Identification);

        // What the test would see if nothing confined the devices.
        Fill(Buffer, Written);
        confined.Fetch(Buffer, Size);
        Fill(Outside, Before);
        confined.Store(Outside, Size);
        Say("without remapping the device writes outside"u8, Holds(Outside, Written));

        // Twice: the second finds the units on, as after firmware that left them so.
        Vtd.Enable();
        Vtd.Enable();
        Memory(confined, stray);
        Messages(confined, stray);
        Inputs(confined);
        Storm(confined);
        Machine.Reboot();
    }

    [RuntimeExport("HandleExit")]
    static ulong HandleExit(ProcessorData* data) => 0;

    private static void Memory(Edu confined, Edu stray)
    {
        Fill(Buffer, Secret);
        confined.Fetch(SeenBuffer, Size);
        confined.Store(SeenBuffer + 0x8000, Size);
        Say("the device reads and writes its domain"u8, Holds(Buffer + 0x8000, Secret));

        Fill(Constants, Before);
        confined.Store(SeenConstants, Size);
        Say("what it may only read keeps its content"u8, Holds(Constants, Before));
        Say("the kernel is told by its vector"u8, Requested(Limits.IommuFaultVector));
        Vtd.Report();
        confined.Fetch(SeenConstants, Size);
        confined.Store(SeenBuffer, Size);
        Say("and is read"u8, Holds(Buffer, Before));

        Fill(Outside, Before);
        confined.Store(Outside, Size);
        Say("memory outside of the domain keeps its content"u8, Holds(Outside, Before));
        Vtd.Report();

        uint code = Physical.Read((uint)KernelLayout.Image);
        confined.Store((uint)KernelLayout.Image, Size);
        Say("the kernel keeps its code"u8, Physical.Read((uint)KernelLayout.Image) == code);
        Vtd.Report();

        Fill(Outside, Secret);
        confined.Fetch(Outside, Size);
        confined.Store(SeenBuffer, Size);
        Say("memory outside of the domain is not read"u8, !Holds(Buffer, Secret));
        Vtd.Report();

        Fill(Buffer, Before);
        stray.Store(SeenBuffer, Size);
        Say("a device without a domain writes nothing"u8, Holds(Buffer, Before));
        Vtd.Report();
        stray.Store(Buffer, Size);
        Say("at no address"u8, Holds(Buffer, Before));
        Vtd.Report();
        Vtd.Report();
        Console.Number("records in the crash audit: "u8, ((CrashAuditHeader*)KernelLayout.CrashAudit)->Count);
    }

    private static void Messages(Edu confined, Edu stray)
    {
        confined.Send(FirstMessage);
        Say("a message arrives at its vector"u8, Requested(FirstMessage));
        confined.Send(AbsentIndex);
        Say("one without an entry does not"u8, !Requested(AbsentIndex));
        stray.Send(FirstMessage + 1);
        Say("nor one of another device's entry"u8, !Requested(FirstMessage + 1));
        confined.Send(FirstMessage + 1);
        Say("whose own arrives"u8, Requested(FirstMessage + 1));
        Vtd.Report();
    }

    private static void Inputs(Edu confined)
    {
        // The input's redirection entry in remappable format, of an entry that there is not.
        WriteIoApic(0x11 + (TimerInput * 2), (AbsentInput << 17) | (1 << 16));
        WriteIoApic(0x10 + (TimerInput * 2), AbsentInput);
        Wait();
        Say("an input without an entry does not interrupt"u8, !Requested(AbsentInput) && !Requested(TimerVector));
        IoApic.Route();
        Wait();
        Say("the input that the policy routes does"u8, Requested(TimerVector));
        Say("edge-triggered"u8, !IsLevel(TimerVector));
        IoApic.Mask((byte)LineInput);
        confined.RaiseLine();
        Wait();
        Say("a masked line does not"u8, !Requested(LineVector));
        IoApic.Unmask((byte)LineInput);
        Say("an unmasked one does"u8, Requested(LineVector));
        Say("level-triggered"u8, IsLevel(LineVector));
        Vtd.Report();
    }

    /// <summary>More faults than the kernel records: the others are refused as well.</summary>
    private static void Storm(Edu confined)
    {
        Fill(Outside, Before);
        bool kept = true;
        for (int i = 0; i < 20; i++)
        {
            confined.Store(Outside, Size);
            kept &= Holds(Outside, Before);
            Vtd.Report();
        }

        Say("a storm of faults changes nothing"u8, kept);
        Console.Number("records in the crash audit: "u8, ((CrashAuditHeader*)KernelLayout.CrashAudit)->Count);
    }

    private static void Say(ReadOnlySpan<byte> what, bool seen)
    {
        Console.Line(what);
        Console.Line(seen ? "    yes"u8 : "    NO"u8);
    }

    private static void Fill(uint address, uint pattern)
    {
        for (uint offset = 0; offset < Size; offset += 4)
        {
            Physical.Write(address + offset, pattern + offset);
        }
    }

    private static bool Holds(uint address, uint pattern)
    {
        bool all = true;
        for (uint offset = 0; offset < Size; offset += 4)
        {
            all &= Physical.Read(address + offset) == pattern + offset;
        }

        return all;
    }

    private static bool Requested(uint vector) => Bit(Requests, vector);

    private static bool IsLevel(uint vector) => Bit(TriggerModes, vector);

    private static bool Bit(ulong registers, uint vector) => (Physical.Read(LocalApic + registers + (vector / 32 * 16)) >> (int)(vector % 32) & 1) != 0;

    private static void WriteIoApic(uint register, uint value)
    {
        Physical.Write(IoApicWindow, register);
        Physical.Write(IoApicWindow + 0x10, value);
    }

    /// <summary>Some periods of the timer that firmware leaves running, 55 ms each, by the counter that counts them down.</summary>
    private static void Wait()
    {
        uint last = 0;
        int periods = 0;
        for (int patience = 50_000_000; patience != 0 && periods < 3; patience--)
        {
            Cpu.Out8(0x43, 0);
            uint now = Cpu.In8(0x40);
            now |= (uint)Cpu.In8(0x40) << 8;
            periods += now > last ? 1 : 0;
            last = now;
        }
    }
}
