// SPDX-License-Identifier: MIT
using Muen.Abi;

namespace Muen.Samples.Crypter.Intruder;

/// <summary>What the intruder tries.</summary>
static unsafe class Attacks
{
    /// <summary>An address that no subject of this system has.</summary>
    const ulong Nowhere = SubjectLayout.Regions + 0x2000_0000;
    const ulong NotCanonical = 0x8000_0000_0000_0000;

    /// <summary>RET: what is executed returns, if it is executed.</summary>
    const byte Return = 0xC3;

    const ulong WriteProtect = 1 << 16;
    const ulong GlobalPages = 1 << 7;
    const uint Efer = 0xC000_0080;
    const uint ApicBase = 0x1B;
    const uint OutsideBitmap = 0x4000_0000;

    /// <summary>Code where data are.</summary>
    static byte s_code;

    /// <summary>Makes an attempt; returns only if it was not stopped.</summary>
    /// <param name="number">1, 2, ...</param>
    /// <returns>False when there is no such attempt.</returns>
    internal static bool Try(int number)
    {
        byte local = Return;
        s_code = Return;
        SubjectInfo.Own.TryFindChannel("intruder_log"u8, out MemoryRegion channel);
        ulong end = channel.Address + channel.Size;
        ulong code = (ulong)(delegate*<int, void>)&TriggerForeignEvents;
        fixed (byte* data = &s_code, constant = "constant"u8)
        {
            switch (number)
            {
                case 1:
                    Intruder.Announce("read page 0");
                    Probe.Read(0);
                    return true;
                case 2:
                    Intruder.Announce("read memory that is not mapped");
                    Probe.Read(Nowhere);
                    return true;
                case 3:
                    Intruder.Announce("read behind its own channel, where a channel of others would be");
                    Probe.Read(end);
                    return true;
                case 4:
                    Intruder.Announce("write behind its own channel");
                    Probe.Write(end, 1);
                    return true;
                case 5:
                    Intruder.Announce("read behind its stack");
                    Probe.Read(SubjectLayout.StackTop);
                    return true;
                case 6:
                    Intruder.Announce("read far below its stack");
                    Probe.Read(SubjectLayout.StackTop - 0x10_0000);
                    return true;
                case 7:
                    Intruder.Announce("read the kernel's code");
                    Probe.Read(KernelLayout.Image);
                    return true;
                case 8:
                    Intruder.Announce("write the kernel's code");
                    Probe.Write(KernelLayout.Image, Return);
                    return true;
                case 9:
                    Intruder.Announce("execute the kernel's code");
                    Probe.Execute(KernelLayout.Image);
                    return true;
                case 10:
                    Intruder.Announce("read the kernel's stack");
                    Probe.Read(KernelLayout.Stack);
                    return true;
                case 11:
                    Intruder.Announce("write the kernel's copy of a subject's state");
                    Probe.Write(KernelLayout.Subjects, 1);
                    return true;
                case 12:
                    Intruder.Announce("read the boot processor's IO-APIC");
                    Probe.Read(KernelLayout.IoApic);
                    return true;
                case 13:
                    Intruder.Announce("read an address that is not canonical");
                    Probe.Read(NotCanonical);
                    return true;
                case 14:
                    Intruder.Announce("write its subject information");
                    Probe.Write(SubjectLayout.SubjectInfo, 1);
                    return true;
                case 15:
                    Intruder.Announce("write its scheduling information");
                    Probe.Write(SubjectLayout.SchedulingInfo, 1);
                    return true;
                case 16:
                    Intruder.Announce("write its own code");
                    Probe.Write(code, Return);
                    return true;
                case 17:
                    Intruder.Announce("write its own constants");
                    Probe.Write((ulong)constant, 1);
                    return true;
                case 18:
                    Intruder.Announce("execute its stack");
                    Probe.Execute((ulong)&local);
                    return true;
                case 19:
                    Intruder.Announce("execute its data");
                    Probe.Execute((ulong)data);
                    return true;
                case 20:
                    Intruder.Announce("execute its channel");
                    Probe.Execute(channel.Address);
                    return true;
                case 21:
                    Intruder.Announce("jump to memory that is not mapped");
                    Probe.Execute(Nowhere);
                    return true;
                case 22:
                    Intruder.Announce("jump to an address that is not canonical");
                    Probe.Execute(NotCanonical);
                    return true;
                case 23:
                    Intruder.Announce("CLI; HLT");
                    Probe.Halt();
                    return true;
                case 24:
                    Intruder.Announce("MOV to CR0, write protection off");
                    Probe.WriteCr0(Probe.ReadCr0() & ~WriteProtect);
                    return true;
                case 25:
                    Intruder.Announce("MOV from CR3");
                    Probe.ReadCr3();
                    return true;
                case 26:
                    Intruder.Announce("MOV to CR3");
                    Probe.WriteCr3(KernelLayout.Tables);
                    return true;
                case 27:
                    Intruder.Announce("MOV to CR4, a bit changed");
                    Probe.WriteCr4(Probe.ReadCr4() ^ GlobalPages);
                    return true;
                case 28:
                    Intruder.Announce("MOV from CR8");
                    Probe.ReadCr8();
                    return true;
                case 29:
                    Intruder.Announce("MOV to CR8");
                    Probe.WriteCr8(15);
                    return true;
                case 30:
                    Intruder.Announce("MOV from DR7");
                    Probe.ReadDr7();
                    return true;
                case 31:
                    Intruder.Announce("MOV to DR7");
                    Probe.WriteDr7(0x400);
                    return true;
                case 32:
                    Intruder.Announce("RDMSR of EFER");
                    Probe.ReadMsr(Efer);
                    return true;
                case 33:
                    Intruder.Announce("WRMSR to EFER");
                    Probe.WriteMsr(Efer, 0);
                    return true;
                case 34:
                    Intruder.Announce("WRMSR to the APIC base");
                    Probe.WriteMsr(ApicBase, 0);
                    return true;
                case 35:
                    Intruder.Announce("RDMSR outside the bitmap");
                    Probe.ReadMsr(OutsideBitmap);
                    return true;
                case 36:
                    Intruder.Announce("OUT to the client's console");
                    Probe.PortsAt(0x3F8, 1).Write8(0, (byte)'!');
                    return true;
                case 37:
                    Intruder.Announce("IN from the client's console");
                    Probe.PortsAt(0x3F8, 1).Read8(0);
                    return true;
                case 38:
                    Intruder.Announce("OUT to the kernel's console");
                    Probe.PortsAt(0x2F8, 1).Write8(0, (byte)'!');
                    return true;
                case 39:
                    Intruder.Announce("OUT to the reset port");
                    Probe.PortsAt(0xCF9, 1).Write8(0, 6);
                    return true;
                case 40:
                    Intruder.Announce("RDTSC");
                    Probe.ReadTsc();
                    return true;
                case 41:
                    Intruder.Announce("RDPMC");
                    Probe.ReadCounter(0);
                    return true;
                case 42:
                    Intruder.Announce("CPUID");
                    Probe.Cpuid(0);
                    return true;
                case 43:
                    Intruder.Announce("INVLPG");
                    Probe.InvalidatePage(0);
                    return true;
                case 44:
                    Intruder.Announce("WBINVD");
                    Probe.WriteBackCaches();
                    return true;
                case 45:
                    Intruder.Announce("INVD");
                    Probe.InvalidateCaches();
                    return true;
                case 46:
                    Intruder.Announce("MONITOR");
                    Probe.Monitor((ulong)data);
                    return true;
                case 47:
                    Intruder.Announce("MWAIT");
                    Probe.MonitorWait();
                    return true;
                case 48:
                    Intruder.Announce("XSETBV of a value that no processor takes");
                    Probe.WriteXcr0(0);
                    return true;
                case 49:
                    Intruder.Announce("VMXOFF");
                    Probe.Vmxoff();
                    return true;
                case 50:
                    Intruder.Announce("VMREAD");
                    Probe.Vmread(0x6800);
                    return true;
                case 51:
                    Intruder.Announce("UD2");
                    Probe.Undefined();
                    return true;
                case 52:
                    Intruder.Announce("division by zero");
                    Probe.DivideByZero();
                    return true;
                case 53:
                    Intruder.Announce("INT 6, which has no gate");
                    Probe.Interrupt();
                    return true;
                case 54:
                    Intruder.Announce("INT3 on an empty IDT");
                    Probe.TripleFault();
                    return true;
                default:
                    return false;
            }
        }
    }

    /// <summary>
    /// Triggers events that the policy gives no meaning to, and numbers beyond the table, of which the kernel takes the lowest six bits. It ignores
    /// them all; if it took one for `sleep`, this subject would not wake up any more.
    /// </summary>
    /// <param name="own">The number of the intruder's own event.</param>
    internal static void TriggerForeignEvents(int own)
    {
        Event sleep = Component.Events.Sleep;
        for (int number = 1; number <= byte.MaxValue; number *= 2)
        {
            if (number % Limits.Events != own && number % Limits.Events != sleep.Number)
            {
                Hypercall.Trigger((byte)number);
            }
        }
    }

    /// <summary>Loops with interrupts off until a later minor frame of this subject has begun.</summary>
    internal static void Overstay()
    {
        Probe.DisableInterrupts();
        ulong end = Time.MinorFrameEnd;
        while (Time.MinorFrameStart < end)
        {
        }
        Probe.EnableInterrupts();
    }
}
