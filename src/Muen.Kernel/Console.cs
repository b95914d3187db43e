// SPDX-License-Identifier: GPL-3.0-or-later
using System;
using System.Diagnostics;
using System.Threading;
using Muen.Abi;

namespace Muen.Kernel;

/// <summary>
/// The debug kernel's console: a UART of its own, polled. Each method prints one line, whole, whichever processor calls. In the
/// release kernel none of the calls remains (the compiler leaves out conditional methods), and nothing else depends on them.
/// </summary>
static unsafe class Console
{
    private const string Debug = "MUEN_DEBUG";

    // Registers of a 16550 UART, as offsets from its first port.
    private const int LineControl = 3;
    private const int LineStatus = 5;
    private const byte TransmitterEmpty = 0x20;

    /// <summary>Polls of the line status before a byte is sent regardless: a UART that is not there must not stop the kernel.</summary>
    private const int Patience = 1_000_000;

    /// <summary>Lines that a subject's hypercalls without an entry may cause.</summary>
    private const byte MaxSpurious = 8;

    private unsafe struct SpuriousLines
    {
        internal fixed byte Told[Limits.Subjects];
    }

    private static SpuriousLines spurious;
    private static uint held;

    [Conditional(Debug)]
    internal static void Initialize()
    {
        ushort port = (ushort)Tables.Header->ConsolePort;
        if (port != 0)
        {
            Cpu.Out8((ushort)(port + LineControl), 0x80);
            Cpu.Out8(port, 1);                              // 115200 baud
            Cpu.Out8((ushort)(port + 1), 0);
            Cpu.Out8((ushort)(port + LineControl), 3);      // 8 data bits, no parity, 1 stop bit
            Cpu.Out8((ushort)(port + 2), 7);                // FIFOs on and empty
        }
    }

    [Conditional(Debug)]
    internal static void Banner()
    {
        Begin();
        Text("Muen for .NET: "u8);
        Decimal(Tables.Header->ProcessorCount);
        Text(" processors, "u8);
        Decimal(Tables.Header->SubjectCount);
        Text(" subjects, ABI version "u8);
        Decimal(TablesHeader.ExpectedVersion);
        End();
    }

    [Conditional(Debug)]
    internal static void Line(ReadOnlySpan<byte> text)
    {
        Begin();
        Text(text);
        End();
    }

    [Conditional(Debug)]
    internal static void Number(ReadOnlySpan<byte> text, ulong value)
    {
        Begin();
        Text(text);
        Hex(value);
        End();
    }

    [Conditional(Debug)]
    internal static void Panic(PanicReason reason)
    {
        Begin();
        Text("PANIC "u8);
        Decimal((uint)reason);
        End();
    }

    [Conditional(Debug)]
    internal static void MissingCapability(uint source, ulong wanted, ulong found)
    {
        Begin();
        Text("the processor lacks a capability: register "u8);
        Hex(source);
        Text(" wanted "u8);
        Hex(wanted);
        Text(" found "u8);
        Hex(found);
        End();
    }

    [Conditional(Debug)]
    internal static void KernelException(uint vector, ulong errorCode, ulong rip)
    {
        Begin();
        Text("EXCEPTION IN THE KERNEL: vector "u8);
        Decimal(vector);
        Text(" error code "u8);
        Hex(errorCode);
        Text(" rip "u8);
        Hex(rip);
        End();
    }

    [Conditional(Debug)]
    internal static void Event(uint subject, ulong number, EventFlags flags)
    {
        if (number < Limits.Events && (flags & EventFlags.Valid) != 0)
        {
            return;
        }

        // A line costs more time than the hypercall that causes it, and the time is not the subject's alone.
        ref byte told = ref spurious.Told[Subjects.Masked(subject)];
        if (told == MaxSpurious)
        {
            return;
        }

        told++;
        Begin();
        Name(subject);
        Text("event "u8);
        Hex(number);
        Text(" is not in its table"u8);
        End();
    }

    [Conditional(Debug)]
    internal static void SpuriousInterrupt(uint vector)
    {
        Begin();
        Text("interrupt vector "u8);
        Decimal(vector);
        Text(" belongs to nobody"u8);
        End();
    }

    /// <summary>What a device was refused: where it is on the PCI bus, and the page or the interrupt's index.</summary>
    [Conditional(Debug)]
    internal static void DeviceFault(CrashRecord* record)
    {
        Begin();
        Text("device "u8);
        Hex(record->ErrorCode >> 8);
        Text(":"u8);
        Hex(record->ErrorCode >> 3 & 31);
        Text("."u8);
        Hex(record->ErrorCode & 7);

        // Reasons from 0x20 up are those of interrupts (VT-d specification, 7.1.3); bit 126 of a record tells reads.
        bool interrupt = record->ExitReason >= 0x20;
        Text(interrupt ? ": interrupt "u8 : (record->ExitQualification >> 62 & 1) != 0 ? ": read of "u8 : ": write of "u8);
        Hex(interrupt ? record->GuestPhysicalAddress >> 48 : record->GuestPhysicalAddress);
        Text(" refused, reason "u8);
        Hex(record->ExitReason);
        End();
    }

    /// <summary>An exit that ended a subject's run: what it did, where, and what the policy makes of it.</summary>
    [Conditional(Debug)]
    internal static void Exit(CrashReason reason, uint subject, CrashRecord* record)
    {
        Begin();
        Name(subject);
        Text("trap "u8);
        Decimal(record->ExitReason & 0xFFFF);
        Text(" ("u8);
        ReasonName(record->ExitReason & 0xFFFF);
        Text(")"u8);
        if ((record->ExitReason & 0xFFFF) == (uint)ExitReason.ExceptionOrNmi)
        {
            Text(" vector "u8);
            Decimal(record->InterruptInfo & 0xFF);
            if ((record->InterruptInfo & 0x800) != 0)
            {
                Text(" error code "u8);
                Hex(record->ErrorCode);
            }
        }

        Text(" qualification "u8);
        Hex(record->ExitQualification);
        if ((record->ExitReason & 0xFFFF) is (uint)ExitReason.EptViolation or (uint)ExitReason.EptMisconfiguration)
        {
            Text(" guest physical address "u8);
            Hex(record->GuestPhysicalAddress);
        }

        Text(" rip "u8);
        Hex(record->Rip);
        Text(reason == CrashReason.SubjectReset ? " -> reset"u8 : " -> stopped"u8);
        End();
    }

    /// <summary>Names of the exit reasons 0..59 in order, each ended by a stroke (SDM vol. 3, appendix C).</summary>
    private static ReadOnlySpan<byte> ReasonNames =>
        "exception|external interrupt|triple fault|INIT|SIPI|I/O SMI|other SMI|interrupt window|NMI window|task switch|"u8
        + "CPUID|GETSEC|HLT|INVD|INVLPG|RDPMC|RDTSC|RSM|VMCALL|VMCLEAR|VMLAUNCH|VMPTRLD|VMPTRST|VMREAD|VMRESUME|VMWRITE|"u8
        + "VMXOFF|VMXON|control register|MOV DR|I/O|RDMSR|WRMSR|invalid guest state|MSR loading||MWAIT|monitor trap flag||"u8
        + "MONITOR|PAUSE|machine check||TPR below threshold|APIC access|virtualized EOI|GDTR or IDTR|LDTR or TR|EPT violation|"u8
        + "EPT misconfiguration|INVEPT|RDTSCP|preemption timer|INVVPID|WBINVD|XSETBV|APIC write|RDRAND|INVPCID|VMFUNC|"u8;

    private static void ReasonName(uint reason)
    {
        ReadOnlySpan<byte> names = ReasonNames;
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] == '|')
            {
                if (reason == 0)
                {
                    return;
                }

                reason--;
            }
            else if (reason == 0)
            {
                Byte(names[i]);
            }
        }
    }

    /// <summary>Takes the console for one line; a processor that died with it in hand does not silence the others for ever.</summary>
    private static void Begin()
    {
        for (int patience = Patience; patience != 0 && Interlocked.CompareExchange(ref held, 1, 0) != 0; patience--)
        {
            Cpu.Pause();
        }

        Text("cpu "u8);
        Decimal(Processors.Data->Index);
        Text(": "u8);
    }

    private static void End()
    {
        Byte((byte)'\r');
        Byte((byte)'\n');
        Volatile.Write(ref held, 0);
    }

    private static void Name(uint subject)
    {
        SubjectEntry* entry = Tables.Subject(subject);
        Text("subject "u8);
        Decimal(subject);
        Text(" \""u8);
        for (int i = 0; i < Limits.NameLength && entry->Name[i] != 0; i++)
        {
            Byte(entry->Name[i]);
        }

        Text("\": "u8);
    }

    private static void Text(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            Byte(text[i]);
        }
    }

    private static void Decimal(uint value)
    {
        uint divisor = 1_000_000_000;
        while (divisor > 1 && value / divisor == 0)
        {
            divisor /= 10;
        }

        for (; divisor != 0; divisor /= 10)
        {
            Byte((byte)('0' + (value / divisor % 10)));
        }
    }

    private static void Hex(ulong value)
    {
        Text("0x"u8);
        int shift = 60;
        while (shift > 0 && value >> shift == 0)
        {
            shift -= 4;
        }

        for (; shift >= 0; shift -= 4)
        {
            uint digit = (uint)(value >> shift) & 15;
            Byte((byte)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
    }

    private static void Byte(byte value)
    {
        ushort port = (ushort)Tables.Header->ConsolePort;
        if (port == 0)
        {
            return;
        }

        for (int patience = Patience; patience != 0 && (Cpu.In8((ushort)(port + LineStatus)) & TransmitterEmpty) == 0; patience--)
        {
            Cpu.Pause();
        }

        Cpu.Out8(port, value);
    }
}
