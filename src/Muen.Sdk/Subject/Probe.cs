// SPDX-License-Identifier: MIT
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Muen;

/// <summary>
/// What a native subject must not get away with: the instructions and accesses by which a test of isolation attacks. Each is expected to
/// exit to the kernel and not to return; a program that means well has no use for them.
/// </summary>
public static unsafe class Probe
{
    /// <summary>Loads a byte.</summary>
    /// <param name="address">From here; any number.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeRead")]
    public static extern byte Read(ulong address);

    /// <summary>Stores a byte.</summary>
    /// <param name="address">Here; any number.</param>
    /// <param name="value">The byte.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWrite")]
    public static extern void Write(ulong address, byte value);

    /// <summary>Calls an address.</summary>
    /// <param name="address">Any number.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeExecute")]
    public static extern void Execute(ulong address);

    /// <summary>Ports that nobody granted.</summary>
    /// <param name="first">First port.</param>
    /// <param name="count">How many.</param>
    public static Ports PortsAt(ushort first, ushort count) => new(first, count);

    /// <summary>CLI: interrupts off, until <see cref="EnableInterrupts"/>.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeDisableInterrupts")]
    public static extern void DisableInterrupts();

    /// <summary>STI.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeEnableInterrupts")]
    public static extern void EnableInterrupts();

    /// <summary>CLI; HLT.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeHalt")]
    public static extern void Halt();

    /// <summary>MOV RAX, CR0; the subject sees the shadow.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadCr0")]
    public static extern ulong ReadCr0();

    /// <summary>MOV CR0, value.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteCr0")]
    public static extern void WriteCr0(ulong value);

    /// <summary>MOV RAX, CR3.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadCr3")]
    public static extern ulong ReadCr3();

    /// <summary>MOV CR3, value.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteCr3")]
    public static extern void WriteCr3(ulong value);

    /// <summary>MOV RAX, CR4; the subject sees the shadow.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadCr4")]
    public static extern ulong ReadCr4();

    /// <summary>MOV CR4, value.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteCr4")]
    public static extern void WriteCr4(ulong value);

    /// <summary>MOV RAX, CR8.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadCr8")]
    public static extern ulong ReadCr8();

    /// <summary>MOV CR8, value.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteCr8")]
    public static extern void WriteCr8(ulong value);

    /// <summary>MOV RAX, DR7.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadDr7")]
    public static extern ulong ReadDr7();

    /// <summary>MOV DR7, value.</summary>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteDr7")]
    public static extern void WriteDr7(ulong value);

    /// <summary>RDMSR.</summary>
    /// <param name="register">Number of the register.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadMsr")]
    public static extern ulong ReadMsr(uint register);

    /// <summary>WRMSR.</summary>
    /// <param name="register">Number of the register.</param>
    /// <param name="value">The value.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteMsr")]
    public static extern void WriteMsr(uint register, ulong value);

    /// <summary>XSETBV with ECX = 0.</summary>
    /// <param name="value">The value for XCR0.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWriteXcr0")]
    public static extern void WriteXcr0(ulong value);

    /// <summary>CPUID with EAX = <paramref name="leaf"/>.</summary>
    /// <param name="leaf">The leaf.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeCpuid")]
    public static extern void Cpuid(uint leaf);

    /// <summary>RDTSC.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ReadTsc")]
    public static extern ulong ReadTsc();

    /// <summary>RDPMC with ECX = <paramref name="counter"/>.</summary>
    /// <param name="counter">Number of the counter.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeReadCounter")]
    public static extern void ReadCounter(uint counter);

    /// <summary>INVLPG.</summary>
    /// <param name="address">The page.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeInvalidatePage")]
    public static extern void InvalidatePage(ulong address);

    /// <summary>WBINVD.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeWbinvd")]
    public static extern void WriteBackCaches();

    /// <summary>INVD.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeInvd")]
    public static extern void InvalidateCaches();

    /// <summary>MONITOR of an address.</summary>
    /// <param name="address">The address.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeMonitor")]
    public static extern void Monitor(ulong address);

    /// <summary>MWAIT.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeMwait")]
    public static extern void MonitorWait();

    /// <summary>VMXOFF.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeVmxoff")]
    public static extern void Vmxoff();

    /// <summary>VMREAD of a field.</summary>
    /// <param name="field">Encoding of the field.</param>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeVmread")]
    public static extern ulong Vmread(ulong field);

    /// <summary>UD2.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "Undefined")]
    public static extern void Undefined();

    /// <summary>DIV by zero.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeDivideByZero")]
    public static extern void DivideByZero();

    /// <summary>INT 6: the IDT of a native subject has gates for interrupts alone, 32..255.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeInterrupt")]
    public static extern void Interrupt();

    /// <summary>LIDT of an empty table, then INT3: a triple fault, if exceptions were delivered.</summary>
    [MethodImpl(MethodImplOptions.InternalCall), RuntimeImport("*", "ProbeTripleFault")]
    public static extern void TripleFault();
}
